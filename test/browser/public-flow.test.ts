// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPurpose } from '../../src/server/access/public-flows/index.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { computeFiscalCode } from '../../src/shared/fiscal-code.ts'
import { cardCheckDigit } from '../../src/shared/team-card.ts'
import { aMobile, codeTo, textsTo } from '../accounts.ts'
import { aPerson } from '../region.ts'
import { accessible, desk, narrow, openSite, settled, sizes, type Site, type Visit } from './site.ts'

const title = { it: 'Vaccino antinfluenzale di prova', en: 'Test flu vaccine' }
const here = { it: '/adesioni/prova', en: '/en/adhesions/prova' }
let site: Site
before(async () => {
  site = await openSite()
  await open('prova')
})
after(() => site[Symbol.asyncDispose]())

const day = 86_400_000
const now = () => site.t.platform.now()
const open = (code: string, more: { until?: Date; next?: string } = {}) =>
  asSystem(site.t.db, (tx) =>
    openPurpose(tx, {
      code,
      title,
      from: new Date(Date.now() - day),
      until: new Date('2031-04-30T22:00:00Z'), // midnight in Italy
      ...more,
    }),
  )

/** Only five codes an hour leave for one address, and all the browsers here have the same. */
beforeEach(() => site.t.setNow(new Date(now().getTime() + 3_601_000)))

const shots = process.env['SCREENSHOTS_DIR']
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
}

let cards = 0
function aCardNumber(): string {
  const first19 = `80380001500${String((cards += 1)).padStart(8, '0')}`
  return first19 + cardCheckDigit(first19)
}
async function aCardholder(): Promise<{ code: string; card: string }> {
  const person = await aPerson(site.t)
  const card = aCardNumber()
  await site.t.owner.query(
    `insert into registry.person_identifier (id, person_id, type, value, valid, source)
     values ($1, $2, 'TEAM', $3, '[2024-01-01,2040-01-01)', 'test')`,
    [uuidv7(), person.id, card],
  )
  return { code: person.code, card }
}
/** The code of somebody who is in no registry. */
const nobody = (): string =>
  computeFiscalCode({
    familyName: 'Quo',
    givenName: 'Zoe',
    sex: 'F',
    birthDate: `1971-05-${10 + cards}`,
    birthPlaceCode: 'F839',
  })

/** A minute passes, here and in the browser, so that the next code may be asked for. */
async function minute(page?: Page): Promise<void> {
  site.t.setNow(new Date(now().getTime() + 61_000))
  await page?.clock.fastForward(61_000)
}

async function fill(page: Page, wish: { code: string; card: string; mobile: string }): Promise<void> {
  await page.locator('#fiscalCode').fill(wish.code)
  await page.locator('#card').fill(wish.card)
  await page.locator('#mobile').fill(wish.mobile)
}
/** The h1 of the page, which has the focus once the step has come. */
async function arrived(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await settled(page)
  assert.equal(await page.locator('h1:focus').count(), 1, `${name}: the title has the focus`)
}
const send = (page: Page) => page.getByRole('button', { name: 'Manda il codice', exact: true }).click()

for (const [size, viewport] of Object.entries(sizes))
  test(`${size}: fiscal code, card and the code of the message verify the data, by keyboard, and nothing is left behind`, async () => {
    const anna = await aCardholder()
    const mobile = aMobile()
    const visit = await site.visit({ viewport })
    const { page } = visit
    await visit.open(here.it)
    await page.getByText(title.it).first().waitFor()
    await page.getByText('Aperta fino a mercoledì 30 aprile 2031, ore 23:59.').waitFor()
    assert.match(await page.title(), /^Scrivi i tuoi dati – Vaccino antinfluenzale di prova/)
    await accessible(page, 'the data')
    await shot(page, `data-${size}`)

    await send(page)
    await page.getByRole('alert').getByText('Ci sono 3 cose da correggere').waitFor()
    assert.equal(await page.locator('.sf-summary:focus').count(), 1)
    assert.equal(await page.locator('[aria-invalid=true]').count(), 3)
    await accessible(page, 'nothing was typed')
    await shot(page, `data-errors-${size}`)
    await page.getByRole('alert').getByRole('link').nth(1).click()
    assert.equal(await page.locator('#card:focus').count(), 1)

    await page.locator('#fiscalCode').focus()
    await page.keyboard.type(anna.code.toLowerCase())
    await page.keyboard.press('Tab')
    await page.keyboard.type(anna.card.replace(/(.{5})/g, '$1 '))
    await page.keyboard.press('Tab')
    await page.keyboard.type('081 555 1234')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Questo non è un numero di cellulare italiano.').waitFor()
    assert.equal(await page.locator('[aria-invalid=true]').count(), 1)
    await page.locator('#mobile').fill('')
    await page.locator('#mobile').pressSequentially(mobile.slice(3)) // the focus stays in the field
    await page.keyboard.press('Enter')

    await arrived(page, 'Scrivi il codice')
    await page.getByText(`al numero che hai scritto: ${mobile.slice(3)}`).waitFor()
    assert.equal(await page.locator('#code').getAttribute('autocomplete'), 'one-time-code')
    assert.equal(await page.locator('#code').getAttribute('inputmode'), 'numeric')
    await accessible(page, 'the code')
    await shot(page, `code-${size}`)
    const code = await codeTo(site.t, mobile)
    await page.locator('#code').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
    await page.keyboard.press('Enter')
    await arrived(page, 'Dati verificati')
    await page.getByText(/La verifica vale per «Vaccino antinfluenzale di prova» fino alle \d+:\d\d\./).waitFor()
    await accessible(page, 'verified')
    await shot(page, `done-${size}`)
    assert.equal(
      await page
        .evaluate('JSON.stringify([history.state, {...sessionStorage}, {...localStorage}])')
        .then((kept) => String(kept).includes(anna.code) || String(kept).includes(mobile.slice(3))),
      false,
    )
    assert.doesNotMatch(page.url(), new RegExp(`${anna.code}|${anna.card}|[?#]`, 'i'))
    await visit.close()
  })

/** What a visit shows from the data to the end, with what was typed taken out. */
async function screens(visit: Visit, wish: { code: string; card: string }): Promise<string[]> {
  const { page } = visit
  const mobile = aMobile()
  const seen: string[] = []
  const look = async () =>
    seen.push(
      (await page.locator('main').innerHTML())
        .replaceAll(mobile.slice(3), 'NUMBER')
        .replaceAll(/\b0:\d\d\b/g, 'TIME')
        .replaceAll(/ value="[^"]*"/g, ''),
      await page.title(),
    )
  await visit.open(here.it)
  await fill(page, { ...wish, mobile: mobile.slice(3) })
  await send(page)
  await arrived(page, 'Scrivi il codice')
  await look()
  const code = await codeTo(site.t, mobile)
  await page.locator('#code').fill(code === '000000' ? '111111' : '000000')
  await page.getByRole('button', { name: 'Conferma' }).click()
  await page.getByRole('alert').getByText('Tentativi rimasti: 4.').waitFor()
  await look()
  const texts = await textsTo(site.t, mobile)
  seen.push(texts.map((text) => text.replaceAll(/\d{6}/g, 'CODE')).join('|'))
  await page.locator('#code').fill(code)
  await page.getByRole('button', { name: 'Conferma' }).click()
  return seen
}

test('whoever is named sees the same screens up to the code, and without the right card the same end', async () => {
  const anna = await aCardholder()
  const bruno = await aCardholder()
  const visit = await site.visit()
  const known = await screens(visit, anna)
  await arrived(visit.page, 'Dati verificati')
  const ends: string[] = []
  for (const stranger of [
    { code: bruno.code, card: aCardNumber() },
    { code: nobody(), card: aCardNumber() },
  ]) {
    assert.deepEqual(await screens(visit, stranger), known)
    await arrived(visit.page, 'Non abbiamo potuto verificare i dati')
    ends.push(await visit.page.locator('main').innerHTML())
  }
  assert.equal(ends[0], ends[1])
  await accessible(visit.page, 'not verified')
  await shot(visit.page, 'refused-phone')
  await visit.page.setViewportSize(desk)
  await shot(visit.page, 'refused-desk')
  await visit.page.getByRole('button', { name: 'Controlla i dati' }).click()
  await arrived(visit.page, 'Scrivi i tuoi dati')
  assert.notEqual(await visit.page.locator('#fiscalCode').inputValue(), '', 'what was typed is still there')
  await visit.close()
})

test('a wrong code says how many tries are left; after five another code is asked for, once its time has come', async () => {
  const anna = await aCardholder()
  const mobile = aMobile()
  const visit = await site.visit()
  const { page } = visit
  await page.clock.install()
  await visit.open(here.it)
  await fill(page, { ...anna, mobile })
  await send(page)
  await arrived(page, 'Scrivi il codice')
  const first = await codeTo(site.t, mobile)
  const wrong = first === '000000' ? '111111' : '000000'
  await page.locator('#code').fill('12345')
  await page.getByRole('button', { name: 'Conferma' }).click()
  await page.getByRole('alert').getByText('Scrivi le 6 cifre del codice').waitFor()
  for (const left of [4, 3, 2, 1]) {
    await page.locator('#code').fill(wrong)
    await page.getByRole('button', { name: 'Conferma' }).click()
    await page.getByRole('alert').getByText(`Il codice non è giusto. Tentativi rimasti: ${left}.`).waitFor()
    assert.equal(await page.locator('.sf-summary:focus').count(), 1)
  }
  await accessible(page, 'a wrong code')
  await shot(page, 'code-wrong-phone')
  await page.locator('#code').fill(wrong)
  await page.getByRole('button', { name: 'Conferma' }).click()
  await page.getByRole('alert').getByText('Il codice è scaduto o non vale più.').waitFor()
  await accessible(page, 'the code is over')
  await shot(page, 'code-over-phone')
  await page.setViewportSize(desk)
  await shot(page, 'code-over-desk')
  await page.getByText(/Puoi chiedere un altro codice tra 0:\d\d/).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Manda un altro codice' }).count(), 0)

  await page.clock.fastForward(61_000) // the browser believes that it may, the server does not
  await page.getByRole('button', { name: 'Manda un altro codice' }).click()
  await page.getByRole('alert').getByText('Riprova tra un minuto, o entra con SPID.').waitFor()
  await accessible(page, 'too soon')
  await shot(page, 'code-too-soon-desk')
  await minute()
  await page.getByRole('button', { name: 'Manda un altro codice' }).click()
  await page.getByRole('status').getByText(`Abbiamo mandato un altro codice al numero ${mobile}`).waitFor()
  assert.equal(await page.locator('#code:focus').count(), 1)
  assert.equal(await page.locator('[role=alert]').count(), 0)
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Conferma' }).click()
  await arrived(page, 'Dati verificati')
  await visit.close()
})

test('a code that is too old is over; who happens to be signed in adheres like everybody', async () => {
  const anna = await aCardholder()
  const { id: personId } = await aPerson(site.t)
  const mobile = aMobile()
  const visit = await site.visit({ personId })
  const { page } = visit
  await page.clock.install()
  await visit.open(here.it)
  await fill(page, { ...anna, mobile })
  await send(page)
  await arrived(page, 'Scrivi il codice')
  const old = await codeTo(site.t, mobile)
  for (let minutes = 0; minutes < 6; minutes += 1) await minute(page)
  await page.locator('#code').fill(old)
  await page.getByRole('button', { name: 'Conferma' }).click()
  await page.getByRole('alert').getByText('Il codice è scaduto o non vale più.').waitFor()
  await page.getByRole('button', { name: 'Manda un altro codice' }).click()
  await page.getByRole('status').getByText('Abbiamo mandato un altro codice').waitFor()
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Conferma' }).click()
  await arrived(page, 'Dati verificati')
  await visit.close()
})

test('where the region wants the last six digits of the card and its expiry date the page asks for those, on the narrowest screen too', async () => {
  const visit = await site.visit({ viewport: narrow })
  const { page } = visit
  await page.route('**/api/v1/public-flows/purposes/prova', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ json: { ...(await answer.json()), card: 'last-6', cardExpiry: true } })
  })
  await visit.open(here.it)
  const card = page.getByLabel('Ultime 6 cifre della tessera sanitaria')
  await card.fill('12345')
  await send(page)
  await page.getByRole('alert').getByText('Scrivi le ultime 6 delle 20 cifre').waitFor()
  await accessible(page, 'the last six digits')
  await card.fill('123456')
  await send(page)
  await page.getByRole('alert').getByText('Ci sono 3 cose da correggere').waitFor()
  await page.getByLabel('Scadenza della tessera sanitaria').fill('2030-01-31')
  await send(page)
  await page.getByRole('alert').getByText('Ci sono 2 cose da correggere').waitFor()
  await visit.close()
})

test('the data can be changed with the way back of the browser too; what was typed stays', async () => {
  const anna = await aCardholder()
  const visit = await site.visit()
  const { page } = visit
  await visit.open('/assistenza')
  await visit.open(here.it)
  await fill(page, { ...anna, mobile: aMobile() })
  await send(page)
  await arrived(page, 'Scrivi il codice')
  await page.goBack()
  await arrived(page, 'Scrivi i tuoi dati')
  assert.equal(await page.locator('#card').inputValue(), anna.card)
  await page.goForward()
  await arrived(page, 'Scrivi il codice')
  await page.getByRole('button', { name: 'Cambia i dati' }).click()
  await arrived(page, 'Scrivi i tuoi dati')
  const mobile = aMobile()
  await page.locator('#mobile').fill(mobile)
  await minute()
  await send(page)
  await arrived(page, 'Scrivi il codice')
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Conferma' }).click()
  await arrived(page, 'Dati verificati')
  await visit.close()
})

test('in English everything is English, the message too, whatever was chosen before; a change of language loses nothing', async () => {
  const anna = await aCardholder()
  const mobile = aMobile()
  const visit = await site.visit({ viewport: desk })
  const { page } = visit
  await visit.context.addCookies([{ name: 'lang', value: 'it', url: site.t.url }])
  await visit.open(here.en)
  await page.getByText(title.en).first().waitFor()
  await page.getByText('Open until Wednesday, 30 April 2031, at 23:59.').waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await accessible(page, 'the data, English')
  await shot(page, 'data-english')
  await page.getByRole('button', { name: 'Send the code' }).click()
  await page.getByRole('alert').getByText('Write the 20 digits on the back of the card').waitFor()
  await fill(page, { ...anna, mobile })
  await page.getByRole('button', { name: 'Send the code' }).click()
  await arrived(page, 'Write the code')
  assert.match((await textsTo(site.t, mobile))[0] ?? '', /^\d{6} is the code to continue/)
  await accessible(page, 'the code, English')
  await shot(page, 'code-english')
  await page.getByRole('link', { name: 'Italiano' }).click()
  await arrived(page, 'Scrivi il codice')
  assert.ok(page.url().endsWith(here.it))
  await page.getByText(title.it).first().waitFor()
  await page.getByRole('link', { name: 'English' }).click()
  await arrived(page, 'Write the code')
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await arrived(page, 'Data verified')
  await accessible(page, 'verified, English')
  await visit.close()
})

test('what was never open, is over, or closes meanwhile has a page with a way to help, in both languages', async () => {
  await open('finita', { until: now() })
  const visit = await site.visit()
  const { page } = visit
  for (const code of ['finita', 'mai-aperta', 'x', 'a%20b', '%2F%2Fx.example'])
    for (const [base, name, help] of [
      ['/adesioni/', 'Questa adesione non è aperta', 'Chiedi aiuto'],
      ['/en/adhesions/', 'This is not open', 'Ask for help'],
    ] as const) {
      await visit.open(base + code)
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await page.getByRole('link', { name: help }).waitFor()
      assert.equal(await page.locator('form').count(), 0)
    }
  await visit.open('/adesioni/finita')
  await accessible(page, 'not open')
  await shot(page, 'closed-phone')
  await page.setViewportSize(desk)
  await accessible(page, 'not open, desk')
  await shot(page, 'closed-desk')
  await page.getByRole('link', { name: 'Chiedi aiuto' }).click()
  await page.getByRole('heading', { level: 1, name: 'Contatti e assistenza' }).waitFor()

  await open('chiude')
  await visit.open('/adesioni/chiude')
  await fill(page, { ...(await aCardholder()), mobile: aMobile() })
  await open('chiude', { until: now() })
  await send(page)
  await arrived(page, 'Questa adesione non è aperta')
  await visit.close()
})

test('where a next page is given one goes on to it, and back does not lead into the form again', async () => {
  await open('con-seguito', { next: '/assistenza' })
  const anna = await aCardholder()
  const mobile = aMobile()
  const visit = await site.visit()
  const { page } = visit
  await visit.open('/adesioni/con-seguito')
  await fill(page, { ...anna, mobile })
  await send(page)
  await arrived(page, 'Scrivi il codice')
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Conferma' }).click()
  await arrived(page, 'Contatti e assistenza')
  await page.goBack()
  await arrived(page, 'Scrivi i tuoi dati')
  assert.equal(await page.locator('#fiscalCode').inputValue(), '')
  await visit.close()
})

test('without network nothing that was typed is lost, and one tries again', async () => {
  const anna = await aCardholder()
  const visit = await site.visit()
  const { page } = visit
  await page.route('**/api/v1/public-flows/purposes/**', (route) => route.abort())
  await visit.open(here.it)
  await page.getByRole('alert').getByText('Non riusciamo a collegarci al servizio').waitFor()
  await accessible(page, 'no network')
  await page.unroute('**/api/v1/public-flows/purposes/**')
  await page.getByRole('button', { name: 'Riprova' }).click()
  await fill(page, { ...anna, mobile: aMobile() })
  await page.route('**/api/v1/public-flows', (route) => route.abort())
  await send(page)
  await page.getByRole('alert').getByText('Non riusciamo a collegarci al servizio').waitFor()
  assert.equal(await page.locator('#card').inputValue(), anna.card)
  await shot(page, 'offline-phone')
  await page.unroute('**/api/v1/public-flows')
  await send(page)
  await arrived(page, 'Scrivi il codice')
  await visit.close()
})
