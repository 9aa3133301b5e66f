// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mostDays } from '../booking.ts'
import { onTheSac } from '../prescriptions.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'
import { confirm, find } from './steps.ts'
import { aBookableService, aCreditor, aPatient, lineOf } from './stories.ts'

let site: Site
before(async () => {
  site = await openSite()
  await aCreditor(site)
})
after(() => site[Symbol.asyncDispose]())

/** Set to keep pictures of the screens in a folder. */
const pictures = process.env['CYCLES_PICTURES']

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`a cycle of sessions: choose when to begin, see every date, move one, cancel what remains, on a ${size}`, async () => {
    const { code } = await aBookableService(site, { on: mostDays(8), slots: 3 })
    const line = { ...lineOf(code, 'RIEDUCAZIONE (CICLO FINO A 10 SEDUTE)'), branch: '12', sessions: 6 }
    const { id, nre } = await aPatient(site, { lines: [line] })
    const visit = await site.visit({ viewport, personId: id })
    const { page } = visit
    const look = async (where: string) => {
      await settled(page)
      if (pictures)
        await page.screenshot({
          path: `${pictures}/${size}-${where.replaceAll(' ', '-')}.png`,
          fullPage: where !== 'offers',
        })
      await accessible(page, `${where}, ${size}`)
    }

    await visit.open('/app/prenota')
    await find(page, nre)
    await page.getByText(/È un ciclo di 6 sedute\. Le prenoti tutte insieme/).waitFor()
    const first = page
      .getByRole('group', { name: 'Posti liberi per tutti gli appuntamenti' })
      .getByRole('radio')
      .first()
    await first.check()
    await page.getByText(/6 appuntamenti, l’ultimo /).waitFor()
    await look('offers')
    await page.getByRole('button', { name: 'Tieni questi 6 posti per 10 minuti' }).click()
    await page.getByRole('heading', { level: 1, name: 'Controlla e conferma' }).waitFor()
    const dates = page.getByRole('listitem').filter({ hasText: /^\d di 6/ })
    assert.equal(await dates.count(), 6)
    await look('summary')
    const booked = await confirm(page)
    assert.equal((await onTheSac(site.t, nre)).state, 5)
    assert.equal(await dates.count(), 6)
    await look('confirmation')

    await visit.open('/app/appuntamenti')
    await page.getByText(/6 appuntamenti, l’ultimo /).waitFor()
    await look('appointments')
    await page.getByRole('link', { name: new RegExp(`Vedi, sposta o disdici.*${booked}`) }).click()
    await page.getByRole('heading', { level: 1, name: 'Appuntamento' }).waitFor()
    await dates.nth(5).waitFor()
    await look('booking')
    await dates.nth(1).getByRole('link', { name: 'Sposta' }).click()
    await page.getByText('Appuntamento 2 di 6').waitFor()
    await page.getByRole('group', { name: 'Scegli il nuovo posto' }).getByRole('radio').last().check()
    await look('move')
    await page.getByRole('button', { name: 'Avanti' }).click()
    await page.getByRole('button', { name: 'Sposta l’appuntamento' }).click()
    await page.getByText('Spostato 1 volta.').waitFor()
    assert.equal(await dates.count(), 6)

    await site.t.owner.query(
      `with begun as (
         update scheduling.appointment set starts_at = now() - interval '2 days', ends_at = now() - interval '47 hours'
         where id = (select appointment_id from booking.booking_line where patient_id = $1 and session = 1) returning id)
       update booking.booking_line l set starts_at = now() - interval '2 days' from begun where l.appointment_id = begun.id`,
      [id],
    )
    await page.reload()
    await page.getByRole('link', { name: 'Disdici gli appuntamenti che restano' }).click()
    await page.getByRole('heading', { level: 1, name: 'Disdici gli appuntamenti che restano' }).waitFor()
    await look('cancel')
    await page.getByRole('button', { name: 'Disdici 5 appuntamenti' }).click()
    await page.getByText('Appuntamenti disdetti').waitFor()
    await look('cancelled')
    await page.getByRole('link', { name: 'Vai alla prenotazione' }).click()
    await page.getByText('Annullato').nth(4).waitFor()
    await look('what is left')
    assert.equal((await onTheSac(site.t, nre)).state, 5)
    await visit.close()
  })
}

test('whose cycle is taken while choosing is told and finds other dates at once', async () => {
  const { code } = await aBookableService(site, { on: [0, 2, 4, 7, 9, 11], slots: 1 })
  const line = { ...lineOf(code), branch: '12', sessions: 3 }
  const [slow, fast] = [await aPatient(site, { lines: [line] }), await aPatient(site, { lines: [line] })]
  const visits = [await site.visit({ personId: slow.id }), await site.visit({ personId: fast.id })] as const
  for (const [i, { nre }] of [slow, fast].entries()) {
    await visits[i]!.open('/app/prenota')
    await find(visits[i]!.page, nre)
    await visits[i]!.page.getByRole('radio', { name: /3 appuntamenti/ })
      .first()
      .check()
  }
  for (const { page } of visits.toReversed()) {
    await page.getByRole('button', { name: 'Tieni questi 3 posti per 10 minuti' }).click()
    await settled(page)
  }
  const [{ page }] = visits
  await page.getByText('Uno degli appuntamenti scelti è stato appena preso.').waitFor()
  await accessible(page, 'the cycle is gone')
  await page
    .getByRole('radio', { name: /3 appuntamenti/ })
    .first()
    .check()
  await page.getByRole('button', { name: 'Tieni questi 3 posti per 10 minuti' }).click()
  await page.getByRole('heading', { level: 1, name: 'Controlla e conferma' }).waitFor()
  for (const visit of visits) await visit.close()
})
