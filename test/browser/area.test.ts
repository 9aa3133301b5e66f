// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { remindDue } from '../../src/server/engines/notifications/index.ts'
import { app } from '../../src/web/app/addresses.ts'
import { accessible, desk, openSite, settled, type Site } from './site.ts'
import { confirm, find, take } from './steps.ts'
import { aBookableService, aPatient } from './stories.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pages = {
  home: app.home,
  appointments: app.appointments,
  payments: app.payments,
  prescriptions: app.prescriptions,
  'waiting lists': app.waiting,
  messages: app.messages,
  profile: app.profile,
  accesses: app.accesses,
  sessions: app.sessions,
}

test('pages with nothing in them are accessible and say what can be done', async () => {
  const { id } = await aPatient(site)
  const visit = await site.visit({ personId: id })
  for (const [name, address] of Object.entries(pages)) {
    await visit.open(address)
    await accessible(visit.page, `${name}, empty`)
  }
  for (const address of [app.home, app.appointments, app.prescriptions, app.waiting, app.messages]) {
    await visit.open(address)
    const next = visit.page.locator(`main a[href="${app.book}"]`)
    assert.ok((await next.count()) > 0, `${address} leads to a booking`)
  }
  await visit.close()
})

test('the area is complete in English', async () => {
  const { id, nre } = await aPatient(site)
  const visit = await site.visit({ viewport: desk, personId: id, locale: 'en-GB' })
  const { page } = visit
  await visit.open(app.book)
  await page.getByLabel('Number of the prescription (NRE)').fill(nre)
  await page.getByRole('button', { name: 'Find the prescription' }).click()
  await page.getByRole('group', { name: 'Free places' }).getByRole('radio').first().check()
  await page.getByRole('button', { name: 'Keep this place for 10 minutes' }).click()
  await page.getByRole('button', { name: 'Confirm the booking' }).click()
  await page.getByRole('heading', { level: 1, name: 'Booking confirmed' }).waitFor()
  await settled(page)
  await accessible(page, 'booking confirmed, in English')
  for (const [name, address] of Object.entries(pages)) {
    await visit.open(address)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    const text = await page.locator('main').innerText()
    assert.doesNotMatch(text, /\b(Ricetta|Appuntament|Prenot|Pagament|Messagg|Visita)/, name)
  }
  await visit.close()
})

test('the link of a reminder opens without sign-in, changes nothing by itself, and asks before it cancels', async () => {
  const { id, nre } = await aPatient(site, { services: [await aBookableService(site, { days: 12 })] })
  const visit = await site.visit({ personId: id })
  await visit.open(app.book)
  await find(visit.page, nre)
  await take(visit.page)
  const code = await confirm(visit.page)
  await site.t.settle()
  const due = `update notifications.reminder set at = now() where patient_id = $1 and template = 'reminder.ask'`
  assert.ok(((await site.t.owner.query(due, [id])).rowCount ?? 0) > 0)
  await remindDue(site.t.platform)
  await site.t.settle()
  const inbox = await fetch(`${site.t.sandbox.url}/inbox/messages`).then((answer) => answer.text())
  const token = /\/a\/([A-Za-z0-9_-]{22})/.exec(inbox)?.[1] ?? ''

  const stranger = await site.visit()
  const { page } = stranger
  for (let times = 0; times < 2; times++) {
    await stranger.open(`/a/${token}`)
    await page.getByText(code).waitFor()
    await page.getByText('Puoi confermare che verrai, oppure disdire.').waitFor()
  }
  await accessible(page, 'link of a reminder')
  assert.doesNotMatch(await page.locator('main').innerText(), /visita|prova persona/i)
  await page.getByRole('button', { name: 'Disdico l’appuntamento' }).click()
  await accessible(page, 'link of a reminder, asking')
  await page.getByRole('button', { name: 'No, tengo l’appuntamento' }).click()
  await page.getByRole('button', { name: 'Confermo, ci sarò' }).click()
  await page.getByText('Grazie, hai confermato.').waitFor()
  await page.getByRole('button', { name: 'Disdico l’appuntamento' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disdico l’appuntamento' }).click()
  await page.getByText('Appuntamento disdetto.').waitFor()
  await accessible(page, 'cancelled through the link')
  await stranger.close()
  await visit.open(`${app.appointments}?when=past`)
  await visit.page.getByText('Disdetto', { exact: true }).waitFor()
  await visit.close()
})
