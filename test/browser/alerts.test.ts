// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { aPerson } from '../region.ts'
import { aProfessional, type Professional } from '../roles.ts'
import { accessible, openSite, phone, settled, sizes, type Site, type Visit } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

/** An alert about somebody, with the access it is about. */
async function anAlert(doctor: Professional, patientId: string): Promise<void> {
  await site.t.owner.query(
    `insert into access.audit_entry (id, at, actor_kind, person_id, role, patient_id, action, object_type, purpose, request_id)
     values (gen_random_uuid(), now(), 'professional', $1, 'doctor', $2, 'BREAK_GLASS', 'booking', 'care', gen_random_uuid())`,
    [doctor.id, patientId],
  )
  await site.t.owner.query(
    `insert into access.access_alert (kind, person_id, role, period, seen, most, opened_at)
     values ('break-glass', $1, 'doctor', tstzrange(now() - interval '1 minute', now() + interval '1 minute', '[]'), 1, 0, now())`,
    [doctor.id],
  )
}

async function visitAs(who: Professional, options: { viewport?: typeof phone; locale?: string } = {}): Promise<Visit> {
  const visit = await site.visit(options)
  const [name = '', value = ''] = who.headers.cookie.split('=')
  await visit.context.addCookies([
    { name, value, url: site.t.url.replace('http:', 'https:'), httpOnly: true, secure: true },
  ])
  return visit
}

for (const [size, viewport] of Object.entries(sizes))
  test(`${size}: an auditor reads an alert, looks at its accesses and closes it with a note`, async () => {
    const auditor = await aProfessional(site.t, 'auditor')
    const doctor = await aProfessional(site.t, 'doctor')
    const anna = await aPerson(site.t, { givenName: 'ANNA', familyName: 'PROVA' })
    await anAlert(doctor, anna.id)
    const visit = await visitAs(auditor, { viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('link', { name: 'Accessi insoliti' }).click()
    await page.getByRole('heading', { name: 'Accesso in emergenza' }).waitFor()
    await accessible(page, 'alerts')
    await page.getByRole('button', { name: /^Mostra gli accessi/ }).click()
    await page.getByText('1 accesso mostrato.').waitFor()
    assert.match(await page.locator('main').innerText(), /ANNA PROVA/)
    await accessible(page, 'alerts with accesses')
    await page.getByRole('button', { name: /^Esamina/ }).click()
    await page.getByRole('button', { name: 'Chiudi la segnalazione' }).click()
    await page.getByText('Scrivi che cosa è risultato: almeno 10 caratteri.').waitFor()
    await accessible(page, 'examination, too short')
    await page.getByLabel('Che cosa è risultato').fill('Era di turno in pronto soccorso')
    await page.getByRole('button', { name: 'Chiudi la segnalazione' }).click()
    await page.getByText('Non ci sono segnalazioni da esaminare.').waitFor()
    await page.getByRole('radio', { name: 'Esaminate' }).check()
    await page.getByText('Era di turno in pronto soccorso').first().waitFor()
    await settled(page)
    await accessible(page, 'examined alerts')
    await visit.close()
  })

test('in English the page is complete, and in another role it says so', async () => {
  const doctor = await aProfessional(site.t, 'doctor')
  const auditor = await aProfessional(site.t, 'auditor')
  await anAlert(auditor, (await aPerson(site.t)).id)
  const visit = await visitAs(auditor, { locale: 'en-GB' })
  await visit.open(app.accessAlerts)
  await visit.page.getByText('It is about you: another auditor examines it.').waitFor()
  assert.equal(await visit.page.getByRole('button', { name: /^Examine/ }).count(), 0)
  assert.doesNotMatch(await visit.page.locator('main').innerText(), /\b(Accesso|Chi|Quando|Aperta|Esamina)\b/)
  await accessible(visit.page, 'alerts in English')
  await visit.close()

  const other = await visitAs(doctor)
  await other.open(app.accessAlerts)
  await other.page.getByText('Questa pagina è per gli addetti ai controlli').waitFor()
  await accessible(other.page, 'alerts, other role')
  await other.close()
})
