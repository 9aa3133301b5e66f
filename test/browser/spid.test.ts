// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { testApp } from '../setup.ts'
import { aPerson, demoFile, joinFederation } from '../spid.ts'
import { openBrowser } from './chromium.ts'
import { accessible } from './site.ts'

const t = await testApp({ listen: true })
let browser: Browser
before(async () => {
  await aPerson(t)
  await demoFile(t)
  await joinFederation(t)
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await t[Symbol.asyncDispose]()
})

const phone = { viewport: { width: 360, height: 740 }, locale: 'it-IT' }

/** A page of ours with the form of the sign-in page: one provider, chosen with one button. */
async function choose(context: BrowserContext, fields: Record<string, string> = {}): Promise<Page> {
  const page = await context.newPage()
  const inputs = Object.entries({ idp: `${t.sandbox.url}/spid/uno`, ...fields })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
    .join('')
  await page.route(`${t.url}/scegli`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="/auth/spid/start">${inputs}<button>SPID</button></form>`,
    }),
  )
  await page.goto(`${t.url}/scegli`)
  await page.getByRole('button', { name: 'SPID' }).click()
  return page
}

async function signedIn(page: Page): Promise<boolean> {
  const answer = await page.context().request.get(`${t.url}/api/v1/session`)
  return ((await answer.json()) as { signedIn: boolean }).signedIn
}

test('on a phone a person signs in with one tap and her consent', async () => {
  const context = await browser.newContext(phone)
  const page = await choose(context)
  await page.getByRole('heading', { name: 'Entra con SPID' }).waitFor()
  await accessible(page, 'sandbox: who enters')
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await accessible(page, 'sandbox: consent')
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.waitForURL(`${t.url}/app`)
  assert.equal(await signedIn(page), true)
  await context.close()
})

test('without JavaScript the same way is open, one button more at each end', async () => {
  const context = await browser.newContext({ ...phone, javaScriptEnabled: false })
  const page = await choose(context)
  await page.getByRole('button', { name: 'Continua' }).click()
  await page.getByRole('button', { name: 'Entra', exact: true }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.getByRole('button', { name: 'Continua' }).click()
  await page.waitForURL(`${t.url}/app`)
  assert.equal(await signedIn(page), true)
  await context.close()
})

test('by redirect too', async () => {
  const context = await browser.newContext(phone)
  const page = await choose(context, { binding: 'redirect' })
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.waitForURL(`${t.url}/app`)
  assert.equal(await signedIn(page), true)
  await context.close()
})

test('an anomaly ends on a page of ours that can be read and used by everybody', async () => {
  const context = await browser.newContext(phone)
  const page = await choose(context)
  await page.getByRole('button', { name: /^23:/ }).click()
  await page.getByRole('heading', { name: 'Accesso non riuscito' }).waitFor()
  assert.match(await page.getByRole('alert').innerText(), /sospesa, revocata o bloccata/)
  await accessible(page, 'an anomaly')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Vai al contenuto')
  await context.close()
})

test('in a browser that lost the cookie the person is asked whether it is her', async () => {
  const context = await browser.newContext(phone)
  const page = await choose(context)
  await page.getByRole('heading', { name: 'Entra con SPID' }).waitFor()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.getByRole('heading', { name: 'Sei tu?' }).waitFor()
  await accessible(page, 'is it you')
  assert.equal(await signedIn(page), false)
  await page.getByRole('button', { name: 'Sono io, continua' }).click()
  await page.waitForURL(`${t.url}/app`)
  assert.equal(await signedIn(page), true)
  await context.close()
})
