// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Result, RunOptions } from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { testApp, type TestApp } from '../setup.ts'
import { demoFile, joinFederation } from '../spid.ts'
import { openBrowser } from './chromium.ts'

export const phone = { width: 360, height: 740 }
export const desk = { width: 1280, height: 800 }
/** 320 CSS pixels: a screen of 1280 at 400 % zoom (WCAG 1.4.10). */
export const narrow = { width: 320, height: 640 }
export const sizes = { phone, desk }

/** The text of axe, which looks for barriers. */
const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export interface Site {
  t: TestApp
  browser: Browser
  /**
   * A fresh browser profile; every message of the console and every error of a page is collected. Nothing moves, and no
   * service worker fetches the whole website for each profile, unless asked for.
   */
  visit(options?: BrowserContextOptions & { personId?: string }): Promise<Visit>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Visit {
  context: BrowserContext
  page: Page
  /** Opens an address of the site and waits until its fonts and data have come. */
  open(path: string): Promise<void>
  close(): Promise<void>
}

/** The whole product with its website, the sandbox and a browser (with more arguments if wanted), on ports of their own. */
export async function openSite(
  env: Record<string, string> = {},
  browserArguments: readonly string[] = [],
): Promise<Site> {
  const t = await testApp({ listen: true, web: true, env })
  await demoFile(t)
  await joinFederation(t)
  const worker = keepWorking(t)
  const browser = await openBrowser(browserArguments)
  return {
    t,
    browser,
    async visit({ personId, ...options } = {}) {
      const context = await browser.newContext({
        viewport: phone,
        locale: 'it-IT',
        baseURL: t.url,
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
        ...options,
      })
      if (personId) {
        const { cookie } = await t.signIn(personId)
        const [name = '', value = ''] = cookie.split('=')
        // Browsers take localhost for a safe place; only the protocol they are driven with asks for https here.
        await context.addCookies([{ name, value, url: t.url.replace('http:', 'https:'), httpOnly: true, secure: true }])
      }
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        // An answer of 4xx is part of many journeys; the browser itself writes it to the console.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          faults.push(message.text())
      })
      return {
        context,
        page,
        async open(path) {
          await page.goto(path)
          await settled(page)
        },
        async close() {
          await context.close()
          assert.deepEqual(faults, [], 'the console is clean')
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await worker.stop()
      await t[Symbol.asyncDispose]()
    },
  }
}

/** Does the worker's jobs as they come, one round after the other. */
function keepWorking(t: TestApp): { stop(): Promise<void> } {
  let stopped = false
  const rounds = (async () => {
    while (!stopped) {
      await t.settle()
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })()
  return {
    async stop() {
      stopped = true
      await rounds
    },
  }
}

/** Waits until the page is alive, its title and data are there, and its fonts have come. */
export async function settled(page: Page): Promise<void> {
  await page.locator('html[data-settled=yes]').waitFor()
  await page.locator('h1').waitFor()
  await page.evaluate('new Promise((done) => setTimeout(done, 50)).then(() => document.fonts.ready)')
  await page.locator('html[data-settled=yes]').waitFor()
}

/** Titles of pages that were looked at on a desk. */
const seenOnDesk = new Set<string>()

/**
 * No violation of WCAG 2.2 AA or of axe's best practices, nothing sticking out sideways, one h1. Every state of a page is asked
 * about on a phone; on a desk, where the same is only laid out differently, each page is asked about once in a file of tests.
 */
export async function accessible(page: Page, where: string, without: string[] = []): Promise<void> {
  await fits(page, where)
  const titles = await page.locator('h1').allTextContents()
  assert.equal(titles.length, 1, `${where}: one h1`)
  if (page.viewportSize()!.width >= desk.width) {
    if (seenOnDesk.has(titles[0]!)) return
    seenOnDesk.add(titles[0]!)
  }
  const violations = await violationsOn(page, without)
  assert.deepEqual(
    violations.map((one) => `${where}: ${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`),
    [],
  )
}

/** Asks axe, which stays in the page until another one is opened: to read it takes as long as to ask it. */
async function violationsOn(page: Page, without: readonly string[]): Promise<Result[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(`${axe}; undefined`)
  const options = {
    runOnly: { type: 'tag', values: rules },
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
    resultTypes: ['violations'],
    selectors: false,
    preload: false, // of style sheets, only for a rule about the orientation of the screen
    iframes: false, // no page has any
  } satisfies RunOptions
  return page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`)
}

/** Nothing is wider than the screen. */
export async function fits(page: Page, where: string): Promise<void> {
  const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  assert.ok(Number(over) <= 0, `${where}: ${String(over)} pixels stick out`)
}
