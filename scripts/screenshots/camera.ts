// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Demo } from '../../src/shared/demo.ts'
import { publicAddresses, type Language } from '../../src/web/app/addresses.ts'
import { words as english } from '../../src/web/words/en.ts'
import { words as italian, type Words } from '../../src/web/words/it.ts'
import { settled } from '../../test/browser/site.ts'

/** Where the pictures are taken. */
export interface Place {
  site: string
  sandbox: string
  demo: Demo
}

/** One person's browser, that takes pictures of what she sees. */
export interface Camera extends Place {
  page: Page
  language: Language
  words: Words
  /** A picture of the page as it is now. */
  shot(name: string): Promise<void>
  /** Opens an address (of the site, or a whole one) and takes its picture. */
  open(address: string, name: string): Promise<void>
  close(): Promise<void>
}

export interface View {
  folder: string
  language: Language
  width: number
  height: number
  /** Pixels of the picture for one of the page. */
  scale?: number
}

/** Opens a browser window of a size and language; its pictures show the whole page. */
export async function camera(browser: Browser, place: Place, view: View): Promise<Camera> {
  const { width, height, language, folder, scale = 1 } = view
  mkdirSync(folder, { recursive: true })
  const locale = language === 'it' ? 'it-IT' : 'en-GB'
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const ours = () => page.url().startsWith(place.site)
  const shot = async (name: string) => {
    if (ours()) await settled(page)
    // As tall as the page: what stays at the bottom of a screen is then at the end of the picture.
    const tall = Number(await page.evaluate('document.documentElement.scrollHeight'))
    await page.setViewportSize({ width, height: Math.max(height, tall) })
    await page.screenshot({ path: join(folder, `${name}-${language}-${width}.png`) })
    await page.setViewportSize({ width, height })
  }
  return {
    ...place,
    page,
    language,
    words: language === 'it' ? italian : english,
    shot,
    async open(address, name) {
      await page.goto(address.startsWith('http') ? address : place.site + address)
      await shot(name)
    },
    close: () => context.close(),
  }
}

export const personOf = (demo: Demo, givenName: string) => demo.people.find((one) => one.givenName === givenName)!

/** Writes a prescription like one of the demo region, found by what its note says; gives its number. */
export async function prescribe({ demo, sandbox }: Place, givenName: string, note: RegExp): Promise<string> {
  const { fiscalCode } = personOf(demo, givenName)
  const model = demo.prescriptions.find((one) => one.fiscalCode === fiscalCode && note.test(one.noteEn))
  if (!model) throw new Error(`${givenName} has no prescription with a note like ${String(note)}`)
  const { nre: _, ...copy } = model
  const answer = await fetch(`${sandbox}/sac/prescriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(copy),
  })
  return ((await answer.json()) as { nre: string }).nre
}

/** The providers' list of the sign-in page, then the identity provider's pages, each seen by `look`. */
export async function signIn(
  { page, site, language, words }: Camera,
  givenName: string,
  look: (name: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await page.goto(site + publicAddresses.signIn[language])
  await page
    .getByRole('button', { name: words.site.signIn.spid.enter('') })
    .first()
    .click()
  // Who works in health care has an identity for that too: her own comes first.
  const person = page.getByRole('button', { name: new RegExp(`^Entra come ${givenName}`) }).first()
  await person.waitFor()
  await look('identity-provider')
  await person.click()
  const agree = page.getByRole('button', { name: 'Acconsento / I agree' })
  await agree.waitFor()
  await look('identity-provider-consent')
  await agree.click()
  await page.waitForURL((url) => url.href === `${site}/app` || url.href === `${site}/operatori`)
}

const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

/** Step 1: types the number of a prescription. */
export async function findPrescription({ page, site, words }: Camera, nre: string): Promise<void> {
  await page.goto(`${site}/app/prenota`)
  await page.getByLabel(words.book.step1.number).fill(nre)
  await page.getByRole('button', { name: words.book.step1.find }).click()
  await title(page, words.book.step2.title)
}

/** Step 2: holds a place, the first if not told otherwise. */
export async function hold({ page, words }: Camera, look: (name: string) => Promise<void>, which = 0): Promise<void> {
  await page
    .getByRole('group', { name: new RegExp(words.book.step2.legend) })
    .getByRole('radio')
    .nth(which)
    .check()
  await look('book-2-chosen')
  await page.getByRole('button', { name: words.book.step2.take }).click()
  await title(page, words.book.step3.title)
}

/** Step 3: confirms. */
export async function confirm({ page, words }: Camera): Promise<void> {
  await page.getByRole('button', { name: words.book.step3.confirm }).click()
  await title(page, words.book.done.title)
}
