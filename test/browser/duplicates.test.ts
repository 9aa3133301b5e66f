// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { findDuplicates } from '../../src/server/registry/linkage/index.ts'
import { aDelegation } from '../delegations.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, fits, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['DUPLICATES_PICTURES']

test('an officer finds a person who is in the registry twice, compares, merges, and takes a merge back', async () => {
  const { t } = site
  const officer = await aProfessional(t, 'district-officer')
  for (const [viewport, familyName] of [
    [phone, 'Bruzzanelli'],
    [desk, 'Gruttanelli'],
  ] as const) {
    const facts = { familyName, givenName: 'Filomena' }
    const one = await aPerson(t, { ...facts, birthDate: '1955-03-08', email: 'filomena@prova.example' })
    const other = await aPerson(t, { ...facts, birthDate: '1955-08-03' })
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
    await page.getByRole('link', { name: 'Doppioni', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Possibili doppioni' }).waitFor()
    await page.getByText('Nessuna coppia da decidere.').waitFor()
    await look('no duplicates')

    await findDuplicates(t.platform)
    await page.reload()
    await page.getByText('Quasi certo').waitFor()
    await look('list of duplicates')
    await page.getByRole('link', { name: /^Confronta Bruzzanelli|^Confronta Gruttanelli/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Sono la stessa persona?' }).waitFor()
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('Cognome').getByText('Uguale', { exact: true }).waitFor()
    await row('Data di nascita').getByText('Simile: giorno e mese scambiati', { exact: true }).waitFor()
    await row('Codice fiscale').getByText('Diverso', { exact: true }).waitFor()
    await row('E-mail').getByText('Manca in una', { exact: true }).waitFor()
    await look('two records side by side')

    // By keyboard alone: the errors first, then the decision.
    await page.getByRole('button', { name: 'Conferma la decisione' }).press('Enter')
    await page.getByText('Scegli che cosa decidi.').first().waitFor()
    await look('decision with errors')
    await page.getByRole('radio', { name: /^Sono la stessa persona/ }).press('Space')
    await page.getByRole('radio', { name: /^La (prima|seconda):.*8 mar|^La (prima|seconda):.*08\/03/ }).press('Space')
    await page.getByLabel('Nota', { exact: true }).fill('Carta d’identità vista allo sportello')
    const delegation = await aDelegation(t, one, other)
    await page.getByRole('button', { name: 'Conferma la decisione' }).press('Enter')
    await page.getByText('Hanno una delega tra loro').waitFor()
    await look('what stands in the way')
    await t.owner.query(
      `update access.delegation set state = 'revoked', changed_as = 'delegator', changed_by = $1 where id = $2`,
      [one.id, delegation],
    )
    await page.getByRole('button', { name: 'Conferma la decisione' }).press('Enter')
    await page.getByText('Le due schede sono state unite.').waitFor()
    await look('merged')

    await page.getByRole('link', { name: 'Vai alle unioni fatte' }).click()
    await page.getByRole('heading', { level: 1, name: 'Unioni fatte' }).waitFor()
    await page.getByRole('button', { name: /^Annulla l’unione/ }).press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Annulla l’unione' }).press('Enter')
    await page.getByText('Scrivi il motivo, con almeno tre caratteri.').waitFor()
    await look('undo a merge')
    await page.getByLabel('Perché').fill('Erano due cugine')
    await page.getByRole('dialog').getByRole('button', { name: 'Annulla l’unione' }).press('Enter')
    await page.getByText('L’unione è stata annullata').waitFor()
    await look('a merge undone')
    const { rows } = await t.owner.query('select id from registry.person where merged_into is not null')
    assert.deepEqual(rows, [])
    await visit.close()
  }
})

test('for another role the page says whom it is for', async () => {
  const nurse = await aProfessional(site.t, 'nurse')
  const visit = await site.visit({ personId: nurse.id, viewport: desk })
  await visit.open(app.staff)
  await visit.page.getByRole('button', { name: /^Entra come infermiere/ }).click()
  await visit.page.getByRole('heading', { level: 1, name: 'Operi come infermiere' }).waitFor()
  await visit.open(app.duplicates)
  await visit.page.getByText('Questa pagina è per i funzionari del distretto').waitFor()
  await accessible(visit.page, 'wrong role')
  await visit.close()
})
