// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { aDoctor, hasDoctor } from '../doctors.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['OFFICE_PICTURES']

test('a doctor looks through her list, takes it away, answers a request and gives up somebody’s care', async () => {
  const { t } = site
  for (const viewport of [phone, desk]) {
    const who = await aProfessional(t, 'doctor')
    const doctor = await aDoctor(t, { fiscalCode: who.code })
    for (const familyName of ['Bianchi Prova', 'Rossi Prova', 'Verdi Prova'])
      await hasDoctor(t, (await aPerson(t, { familyName })).id, doctor)
    const far = await aPerson(t, { givenName: 'Lucia', familyName: 'Lontana Prova' })
    await t.owner.query(`update registry.address set istat_code = '065116' where person_id = $1`, [far.id])
    const asked = await t.app.inject({
      method: 'POST',
      url: `/api/v1/people/${far.id}/doctor-requests`,
      headers: await t.signIn(far.id),
      payload: { doctorId: doctor, kind: 'OUT_OF_AREA' },
    })
    assert.equal(asked.statusCode, 201, asked.body)
    const visit = await site.visit({ personId: who.id, viewport })
    const { page } = visit
    const look = async (name: string) => {
      await settled(page)
      await accessible(page, name)
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${viewport.width}.png`, fullPage: true })
    }
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come medico/ }).click()
    await page.getByRole('link', { name: 'I miei assistiti', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'I miei assistiti' }).waitFor()
    await page.getByText('Bianchi Prova Anna').waitFor()
    await page.getByText('Questo mese nessuno è entrato o uscito.').waitFor()
    await look('own-list')

    await page.getByRole('button', { name: 'Accetta (Lucia Lontana Prova)' }).click()
    await page.getByText('Nessuna richiesta aspetta la tua risposta.').waitFor()

    await page.getByLabel('Cognome o nome').fill('ross')
    await page.getByRole('button', { name: 'Cerca', exact: true }).click()
    await page.getByText('Bianchi Prova Anna').waitFor({ state: 'hidden' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Scarica la tabella (CSV)' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'assistiti.csv')
    await page.getByRole('button', { name: 'Rinuncia all’assistenza Anna Rossi Prova' }).click()
    await look('own-refuse')
    await page.getByRole('button', { name: 'Comunica la rinuncia' }).click()
    await page.getByText('La rinuncia non è ammessa').waitFor()
    await look('own-refused')
    await page.getByRole('dialog').getByRole('button', { name: 'Chiudi' }).last().click()
    await page.getByLabel('Cognome o nome').fill('zzz')
    await page.getByRole('button', { name: 'Cerca', exact: true }).click()
    await page.getByText('Nessun assistito con questi criteri.').waitFor()
    await look('own-nobody')
    await visit.close()
  }
})

test('a doctor without a post, and another role, read whom the page is for', async () => {
  const hospital = await aProfessional(site.t, 'doctor')
  const visit = await site.visit({ personId: hospital.id, viewport: desk })
  await visit.open(app.staff)
  await visit.page.getByRole('button', { name: /^Entra come medico/ }).click()
  await visit.page.getByRole('link', { name: 'I miei assistiti', exact: true }).click()
  await visit.page.getByText('A questo ruolo non corrisponde un incarico').waitFor()
  await accessible(visit.page, 'no post')
  await visit.close()
})
