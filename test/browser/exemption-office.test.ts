// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { app } from '../../src/web/app/addresses.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { addDays, romeDay } from '../../src/server/platform/time.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['OFFICE_PICTURES']

/** Declares E10 for somebody; gives the declaration. */
async function declares(personId: string): Promise<string> {
  const { t } = site
  const declared = await t.app.inject({
    method: 'POST',
    url: '/api/v1/exemptions/self-certifications',
    headers: { ...(await t.signIn(personId)), 'idempotency-key': uuidv7() },
    payload: {
      patientId: personId,
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
  const { rows } = await t.owner.query<{ id: string }>('select id from exemptions.declaration where patient_id = $1', [
    personId,
  ])
  return rows[0]!.id
}

async function look(page: Page, where: string): Promise<void> {
  await settled(page)
  if (pictures) await page.screenshot({ path: `${pictures}/${where}.png`, fullPage: true })
  await accessible(page, where)
}

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`an officer finds a declaration, reads it and takes the table away, on a ${size}`, async () => {
    const { t } = site
    const anna = await aPerson(t, { givenName: 'Anna', familyName: `Cercata ${size}` })
    await declares(anna.id)
    const officer = await aProfessional(t, 'district-officer')
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Esenzioni', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Dichiarazioni di esenzione' }).waitFor()
    await page.getByLabel(/^Codice fiscale/).fill('ABC')
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByText('Il codice fiscale non è valido').first().waitFor()
    await look(page, `declarations-wrong-${viewport.width}`)
    await page.getByLabel(/^Codice fiscale/).fill(anna.code)
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByText('Una dichiarazione', { exact: true }).waitFor()
    await look(page, `declarations-${viewport.width}`)
    assert.doesNotMatch(page.url(), new RegExp(anna.code))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Scarica la tabella (CSV)' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'dichiarazioni.csv')
    await page.getByRole('link', { name: /^Cercata .* Anna$/ }).click()
    await page.getByText('9000,00').waitFor()
    await look(page, `declaration-${viewport.width}`)
    await visit.close()
  })
}

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`a check from the declaration to the revocation, with the reply of the person, on a ${size}`, async () => {
    const { t } = site
    const anna = await aPerson(t, { givenName: 'Anna', familyName: `Controllata ${size}` })
    const declarationId = await declares(anna.id)
    const officer = await aProfessional(t, 'district-officer')
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Esenzioni', exact: true }).waitFor()
    await visit.open(app.declaration(declarationId))
    await page.getByRole('button', { name: 'Controlla questa dichiarazione' }).click()
    await page.getByRole('button', { name: 'Controlla questa dichiarazione' }).click()
    await page.getByText('Scrivi il motivo').first().waitFor()
    await page.getByLabel('Perché la controlli').fill('Segnalazione')
    await page.getByRole('button', { name: 'Controlla questa dichiarazione' }).click()
    await page.getByRole('button', { name: 'Non spetta: manda la lettera' }).click()
    await page.getByLabel(/^Perché non spetta/).fill('Il reddito risulta superiore al limite')
    await look(page, `check-notify-${viewport.width}`)
    await page.getByRole('button', { name: 'Non spetta: manda la lettera' }).click()
    await page.getByRole('link', { name: 'Apri la lettera (PDF)' }).waitFor()

    const home = await site.visit({ personId: anna.id, viewport })
    await home.open(app.exemptions)
    await home.page.getByText('L’esenzione risulta non dovuta.').waitFor()
    await look(home.page, `own-check-${viewport.width}`)
    await home.page.getByRole('button', { name: 'Rispondi' }).click()
    await home.page.getByLabel('Perché l’esenzione ti spetta').fill('Il reddito era quello scritto.')
    await home.page.getByRole('button', { name: 'Invia la risposta' }).click()
    await home.page.getByText('Risposta ricevuta').waitFor()
    await home.close()

    await page.reload()
    await page.getByText('Il reddito era quello scritto.').waitFor()
    await page.getByRole('button', { name: 'Revoca e recupera' }).click()
    await page.getByLabel(/^Perché si revoca/).fill('Reddito accertato superiore al limite')
    await page.getByRole('button', { name: 'Revoca e recupera' }).click()
    await page.getByText('dall’ufficio').nth(2).waitFor()
    await look(page, `check-revoked-${viewport.width}`)
    await page.getByRole('link', { name: 'Controlli', exact: true }).click()
    await page.getByText(`Anna Controllata ${size}`).waitFor()
    await page.getByRole('button', { name: 'Estrai un campione' }).click()
    await page.getByRole('button', { name: 'Estrai', exact: true }).click()
    await page.getByText('Scrivi il primo giorno').first().waitFor()
    await look(page, `checks-${viewport.width}`)
    await visit.close()
  })
}

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`a disease is entered, exemptions are prorogued and the yearly list is tried, on a ${size}`, async () => {
    const { t } = site
    const ill = await aPerson(t, { givenName: 'Rosa', familyName: `Malata ${size}` })
    const officer = await aProfessional(t, 'district-officer')
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Esenzioni', exact: true }).waitFor()
    await visit.open(app.diseaseExemptions)
    await page.getByRole('button', { name: 'Registra l’esenzione' }).click()
    await page.getByText('Scegli la malattia').first().waitFor()
    await look(page, `disease-wrong-${viewport.width}`)
    await page.getByLabel('Codice fiscale dell’assistito').fill(ill.code)
    await page.getByRole('combobox', { name: 'Malattia' }).fill('013')
    await page.getByRole('option', { name: /^013/ }).click()
    await page.getByLabel('Chi ha certificato').fill('Ambulatorio di diabetologia')
    await page.getByLabel('Data del certificato').fill(romeDay(new Date()))
    await page.getByLabel(/^Ultimo giorno/).fill(addDays(romeDay(new Date()), 30))
    await page.getByRole('button', { name: 'Registra l’esenzione' }).click()
    await page.getByText('Esenzione registrata').waitFor()
    await page.getByRole('button', { name: `Annulla: è un errore (Rosa Malata ${size})` }).waitFor()
    await look(page, `disease-${viewport.width}`)

    await page.getByRole('link', { name: 'Proroghe', exact: true }).click()
    await page.getByLabel('Atto della Regione').fill(`DGR 1 del 2/1/2026 ${size}`)
    await page.getByLabel('Codici di esenzione').fill('013')
    await page.getByLabel('In scadenza dal').fill(addDays(romeDay(new Date()), 30))
    await page.getByLabel('In scadenza fino al').fill(addDays(romeDay(new Date()), 30))
    await page.getByLabel('Nuovo ultimo giorno').fill(addDays(romeDay(new Date()), 120))
    await page.getByRole('button', { name: 'Conta senza cambiare nulla' }).click()
    const card = page.locator('.sf-card', { hasText: `DGR 1 del 2/1/2026 ${size}` })
    await card.getByText('una esenzione').waitFor()
    await card.getByRole('button', { name: /^Conferma la proroga/ }).click()
    await look(page, `prorogation-ask-${viewport.width}`)
    await page.getByRole('dialog').getByRole('button', { name: 'Conferma la proroga' }).click()
    await t.settle()
    await card.getByText('Fatta', { exact: true }).waitFor()
    await look(page, `prorogation-${viewport.width}`)

    await page.getByRole('link', { name: 'Elenco annuale', exact: true }).click()
    await page.getByRole('button', { name: 'Prova senza scrivere' }).click()
    await t.settle()
    await page.getByText('Non ancora pubblicato').first().waitFor()
    await look(page, `list-${viewport.width}`)
    await visit.close()
  })
}
