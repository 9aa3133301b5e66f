// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { romeDay } from '../../src/server/platform/time.ts'
import { computeFiscalCode } from '../../src/shared/fiscal-code.ts'
import { app } from '../../src/web/app/addresses.ts'
import { bookingBench, lineOf } from '../booking.ts'
import { aPrescription } from '../prescriptions.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, fits, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['PEOPLE_PICTURES']
const today = romeDay(new Date())

test('an officer finds a mistyped person, enters a death and takes it back, and registers somebody new', async () => {
  const { t } = site
  const officer = await aProfessional(t, 'district-officer')
  const { bookable, books, citizen, freeSeats } = await bookingBench(t)
  const booksThe = async (who: Awaited<ReturnType<typeof citizen>>, code: string) =>
    books(who, await aPrescription(t, who, { lines: [lineOf(code)] }))
  for (const [viewport, familyName, wrong, newName] of [
    [phone, 'Trapanelli', 'Trapaneli', 'Nuovelli'],
    [desk, 'Sgrandelli', 'Sgrandeli', 'Altrelli'],
  ] as const) {
    const person = await aPerson(t, { familyName, givenName: 'Ornella', birthDate: '1961-04-09' })
    const seat = await bookable({ slots: 1 })
    if (viewport === phone) await booksThe({ ...person, headers: await t.signIn(person.id) }, seat.code)
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    const look = async (where: string): Promise<void> => {
      await settled(page)
      await accessible(page, where)
      await fits(page, where)
      if (pictures)
        await page.screenshot({
          path: `${pictures}/${where.replaceAll(' ', '-')}-${viewport.width}.png`,
          fullPage: true,
        })
    }
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Anagrafe', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Anagrafe: cerca una persona' }).waitFor()
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByText('Scrivi un codice, il cognome o la data di nascita.').first().waitFor()
    await page.getByLabel('Cognome').fill('Nessunocosi')
    await page.getByRole('button', { name: 'Cerca' }).press('Enter')
    await page.getByText('Nessuna persona trovata.').waitFor()
    await page.getByLabel('Cognome').fill(wrong)
    await page.getByRole('button', { name: 'Cerca' }).press('Enter')
    await page.getByText('Nome simile').waitFor()
    await look('people found')

    await page.getByRole('link', { name: `${familyName} Ornella` }).click()
    await page.getByRole('heading', { level: 1, name: 'Scheda della persona' }).waitFor()
    await page.getByText(person.code).waitFor()
    await look('record of a person')
    await page.getByRole('button', { name: 'Registra il decesso' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Registra', exact: true }).press('Enter')
    await dialog.getByText('Conferma di aver controllato la persona.').first().waitFor()
    await look('death with errors')
    await dialog.getByLabel('Giorno della morte').fill(today)
    await dialog.getByRole('checkbox', { name: /^Ho controllato/ }).press('Space')
    await dialog.getByRole('button', { name: 'Registra', exact: true }).press('Enter')
    await page.getByText('Deceduta').waitFor()
    await look('record of who died')
    if (viewport === phone) {
      while ((await freeSeats(seat.scheduleId)) === 0) await page.waitForTimeout(100)
      await booksThe(await citizen(), seat.code)
    }
    await page.getByRole('button', { name: /^Annulla/ }).press('Enter')
    await page.getByLabel('Perché').fill('Era un’omonima')
    await page.getByRole('dialog').getByRole('button', { name: 'Annulla l’atto' }).press('Enter')
    await page.getByText('Annullato: Era un’omonima').waitFor()
    await page.getByText('Residente, assistita').waitFor()
    if (viewport === phone) {
      await page.getByText('Un posto non c’era più').waitFor()
      await page.getByText('Da prenotare di nuovo').waitFor()
      await look('places that are gone')
    }

    const [givenName, birthDate] = viewport === phone ? ['Zita', '1977-07-07'] : ['Clotilde', '1949-01-30']
    const facts = { familyName: newName, givenName, sex: 'F' as const, birthDate }
    const code = computeFiscalCode({ ...facts, birthPlaceCode: 'F839' })
    await page.getByRole('link', { name: 'Registra', exact: true }).click()
    await page.getByRole('button', { name: 'Controlla' }).click()
    await page.getByText('Scegli il luogo di nascita dall’elenco.').first().waitFor()
    await look('registration with errors')
    await page.getByLabel('Cognome').fill(facts.familyName)
    await page.getByLabel('Nome', { exact: true }).fill(facts.givenName)
    await page.getByLabel('Data di nascita').fill(facts.birthDate)
    const pick = async (label: string, text: string, name: string) => {
      await page.getByRole('combobox', { name: label }).fill(text)
      await page.getByRole('option', { name, exact: true }).click()
    }
    await pick('Comune o stato di nascita', 'napo', 'NAPOLI (NA)')
    await page.getByLabel(/^Codice fiscale/).fill(code)
    await page.getByRole('button', { name: 'Controlla' }).click()
    await page.getByText('In anagrafe non c’è nessuno di simile.').waitFor()
    await look('data checked')
    await pick('Comune o stato', 'napo', 'NAPOLI (NA)')
    await page.getByLabel('Via e numero').fill('Via Nuovissima 5')
    await page.getByRole('button', { name: 'Registra la persona' }).click()
    await page.getByRole('heading', { level: 1, name: 'Scheda della persona' }).waitFor()
    await page.getByText('Via Nuovissima 5').waitFor()
    const { rows } = await t.owner.query<{ n: number }>(
      `select count(*)::int as n from registry.person_act a join registry.person_identifier i on i.person_id = a.person_id
       where a.kind = 'REGISTERED' and i.value = $1`,
      [code],
    )
    assert.equal(rows[0]?.n, 1)
    await visit.close()
  }
})

test('for another role the page of the registry says whom it is for', async () => {
  const nurse = await aProfessional(site.t, 'nurse')
  const person = await aPerson(site.t)
  const visit = await site.visit({ personId: nurse.id, viewport: desk })
  await visit.open(app.staff)
  await visit.page.getByRole('button', { name: /^Entra come infermiere/ }).click()
  await visit.page.getByRole('heading', { level: 1, name: 'Operi come infermiere' }).waitFor()
  await visit.open(app.person(person.id))
  await visit.page.getByText('Questa pagina è per i funzionari del distretto').waitFor()
  await visit.close()
})
