// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { after, before, test } from 'node:test'
import { attestationAddresses, publicAddresses } from '../../src/web/app/addresses.ts'
import { aDoctor } from '../doctors.ts'
import { aPerson } from '../region.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['OFFICE_PICTURES']

test('whoever is shown an attestation reads whether it holds, and nothing of whose it is', async () => {
  const { t } = site
  const anna = await aPerson(t)
  const chosen = await t.app.inject({
    method: 'POST',
    url: `/api/v1/people/${anna.id}/doctor-choices`,
    headers: await t.signIn(anna.id),
    payload: { doctorId: await aDoctor(t) },
  })
  const { rows } = await t.owner.query<{ code: string }>('select code from registry.doctor_choice where id = $1', [
    chosen.json<{ id: string }>().id,
  ])
  for (const viewport of [phone, desk]) {
    const visit = await site.visit({ viewport })
    const { page } = visit
    await visit.open(`${attestationAddresses.it}#${rows[0]!.code}`)
    await page.getByRole('button', { name: 'Controlla', exact: true }).click()
    await page.getByText('L’attestazione è valida').waitFor()
    await settled(page)
    await accessible(page, 'valid attestation')
    if (pictures) await page.screenshot({ path: `${pictures}/attestation-${viewport.width}.png`, fullPage: true })
    await page.getByLabel('Codice della scelta').fill('AAAA-AAAA')
    await page.getByRole('button', { name: 'Controlla', exact: true }).click()
    await page.getByText('L’attestazione non è valida').waitFor()
    await accessible(page, 'not valid attestation')
    await visit.close()
  }
})

test('who changes the language while looking for a doctor keeps what was looked for', async () => {
  await aDoctor(site.t, { kind: 'PLS', familyName: 'Resta Bimbi' })
  await aDoctor(site.t, { familyName: 'Sparisce Adulti' })
  const visit = await site.visit({ viewport: phone })
  const { page } = visit
  await visit.open(`${publicAddresses.doctors.it}?municipality=063049&kind=PLS`)
  await page.getByText('Resta Bimbi').first().waitFor()
  await page.getByRole('link', { name: 'English' }).click()
  await page.waitForURL(`**${publicAddresses.doctors.en}?municipality=063049&kind=PLS`)
  await page.getByText('Resta Bimbi').first().waitFor()
  await visit.close()
})
