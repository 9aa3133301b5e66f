// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Saves a picture of every page at 360 and 1280 pixels: `npm run screenshots -- folder`. It wants a demo region that runs
// (`npm start`) and whose prescriptions were not used yet; SITE_URL and DATA_DIR say where it is.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { publicAddresses } from '../src/web/app/addresses.ts'
import type { Demo } from '../src/shared/demo.ts'
import { openBrowser } from '../test/browser/chromium.ts'
import { settled } from '../test/browser/site.ts'

const folder = process.argv[2] ?? 'screenshots'
const site = process.env['SITE_URL'] ?? 'http://localhost:3000'
const demo = JSON.parse(await readFile(join(process.env['DATA_DIR'] ?? '.data', 'demo.json'), 'utf8')) as Demo
const sizes = { 360: 740, 1280: 800 }

/** The prescriptions of a person of the demo region, in the order of the list. */
const numbers = (givenName: string) =>
  demo.prescriptions.filter((one) => one.patientName.endsWith(` ${givenName.toUpperCase()}`)).map((one) => one.nre)

async function signIn(page: Page, givenName: string): Promise<void> {
  await page.goto(`${site}/accedi`)
  await page
    .getByRole('button', { name: /^Entra con / })
    .first()
    .click()
  await page.getByRole('button', { name: new RegExp(`^Entra come ${givenName}`) }).click()
  await page.getByRole('button', { name: 'Acconsento', exact: true }).click()
  await page.waitForURL(`${site}/app`)
}

async function find(page: Page, nre: string): Promise<void> {
  await page.goto(`${site}/app/prenota`)
  await page.getByLabel('Numero della ricetta (NRE)').fill(nre)
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  await page.getByRole('heading', { level: 1, name: 'Scegli dove e quando' }).waitFor()
}

async function book(page: Page, shot: (name: string) => Promise<void>, nre: string): Promise<void> {
  await find(page, nre)
  await page
    .getByRole('group', { name: /Posti liberi/ })
    .getByRole('radio')
    .first()
    .check()
  await shot('step-2-chosen')
  await page.getByRole('button', { name: 'Tieni questo posto per 10 minuti' }).click()
  await page.getByRole('heading', { level: 1, name: 'Controlla e conferma' }).waitFor()
  await shot('step-3')
  await page.getByRole('button', { name: 'Conferma la prenotazione' }).click()
  await page.getByRole('heading', { level: 1, name: 'Prenotazione confermata' }).waitFor()
  await shot('done')
}

async function pictures(browser: Browser, width: number, height: number): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'it-IT', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const shot = async (name: string) => {
    await settled(page)
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true })
  }
  const open = async (path: string, name: string) => {
    await page.goto(site + path)
    await shot(name)
  }

  for (const [name, address] of Object.entries(publicAddresses)) await open(address.it, `public-${name}`)
  await open(publicAddresses.home.en, 'public-home-english')
  await open('/non-esiste', 'public-not-found')

  await signIn(page, 'Giulia')
  await shot('home')
  await page.getByRole('button', { name: 'Cambia persona' }).click()
  await shot('person-dialog')
  await page.keyboard.press('Escape')
  await open('/app/prenota', 'step-1')
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  await shot('step-1-errors')
  const [single = '', several = '', , , full = '', old = ''] = numbers('Giulia')
  for (const [nre, name] of [
    [several, 'step-2-several'],
    [full, 'step-2-nothing-in-time'],
    [old, 'step-2-which-service'],
  ] as const) {
    await find(page, nre)
    await shot(name)
  }
  await find(page, single)
  await page.getByText('Filtra e ordina').click()
  await shot('step-2-filters')
  if (width === 360) await book(page, shot, single)
  for (const [path, name] of [
    ['appuntamenti', 'appointments'],
    ['appuntamenti?when=past', 'appointments-past'],
    ['pagamenti', 'payments'],
    ['ricette', 'prescriptions'],
    ['lista-attesa', 'waiting-lists'],
    ['messaggi', 'messages'],
    ['profilo', 'profile'],
  ] as const)
    await open(`/app/${path}`, name)
  await page.goto(`${site}/app/appuntamenti`)
  await page
    .getByRole('link', { name: /Vedi, sposta o disdici/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: 'Appuntamento' }).waitFor()
  await shot('appointment')
  const appointment = page.url()
  await page.getByRole('link', { name: 'Sposta' }).first().click()
  await page.getByRole('radio').first().waitFor()
  await shot('move')
  await page.goto(`${appointment}/disdici`)
  await shot('cancel')
  await page.goto(`${site}/app/pagamenti`)
  const details = page.getByRole('link', { name: /^Dettagli/ }).first()
  if ((await details.count()) > 0) {
    await details.click()
    await page.getByRole('heading', { level: 1, name: 'Pagamento' }).waitFor()
    await shot('payment')
  }
  await open('/a/unknown-token-of-a-link', 'link-unknown')
  await context.close()
}

await mkdir(folder, { recursive: true })
const browser = await openBrowser()
for (const [width, height] of Object.entries(sizes)) await pictures(browser, Number(width), height)
await browser.close()
process.stdout.write(`The pictures are in ${folder}.\n`)
