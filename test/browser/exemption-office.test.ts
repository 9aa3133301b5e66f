// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['OFFICE_PICTURES']

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`an officer finds a declaration, reads it and takes the table away, on a ${size}`, async () => {
    const { t } = site
    const anna = await aPerson(t, { givenName: 'Anna', familyName: `Cercata ${size}` })
    const declared = await t.app.inject({
      method: 'POST',
      url: '/api/v1/exemptions/self-certifications',
      headers: { ...(await t.signIn(anna.id)), 'idempotency-key': uuidv7() },
      payload: {
        patientId: anna.id,
        code: 'E10',
        household: [],
        incomeCents: 900_000,
        withinLimit: false,
        presumed: false,
        aware: true,
        willTell: true,
      },
    })
    assert.equal(declared.statusCode, 201, declared.body)
    const officer = await aProfessional(t, 'district-officer')
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    const look = async (where: string) => {
      await settled(page)
      if (pictures) await page.screenshot({ path: `${pictures}/${where}-${viewport.width}.png`, fullPage: true })
      await accessible(page, `${where}, ${size}`)
    }
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Esenzioni', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Dichiarazioni di esenzione' }).waitFor()
    await page.getByLabel(/^Codice fiscale/).fill('ABC')
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByText('Il codice fiscale non è valido').first().waitFor()
    await look('declarations-wrong')
    await page.getByLabel(/^Codice fiscale/).fill(anna.code)
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByText('Una dichiarazione', { exact: true }).waitFor()
    await look('declarations')
    assert.doesNotMatch(page.url(), new RegExp(anna.code))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Scarica la tabella (CSV)' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'dichiarazioni.csv')
    await page.getByRole('link', { name: /^Cercata .* Anna$/ }).click()
    await page.getByText('9000,00').waitFor()
    await look('declaration')
    await visit.close()
  })
}
