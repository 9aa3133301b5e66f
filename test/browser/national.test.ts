// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pullAll } from '../../src/server/registry/national/index.ts'
import { app } from '../../src/web/app/addresses.ts'
import { anEvent, anprClient, generalities, inNaples, registerOnAnpr } from '../national.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, fits, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite(anprClient)
  await registerOnAnpr(site.t.platform.config)
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['NATIONAL_PICTURES']

test('an officer decides between the record and ANPR, takes it back, and sets aside a message about nobody', async () => {
  const { t } = site
  const who = generalities({ cognome: 'Discordantelli' })
  const own = { familyName: who.cognome, givenName: 'Annarella', birthDate: who.dataNascita }
  const { id } = await aPerson(t, { ...own, code: { type: 'CF', value: who.codiceFiscale! } })
  const fact = { tipo: 'CITTADINANZA', dataDecorrenza: '2026-02-01' } as const
  await anEvent(t, { ...fact, idSoggetto: 'PAGE1', soggetto: who })
  const unknown = { idSoggetto: 'PAGE2', soggetto: generalities({ cognome: 'Ignotelli' }) }
  await anEvent(t, { ...fact, ...unknown })
  await anEvent(t, {
    ...unknown,
    tipo: 'CAMBIO_RESIDENZA',
    dataDecorrenza: '2026-03-01',
    dati: { residenza: inNaples('Via Nuova 1') },
  })
  await pullAll(t.platform)
  const givenName = async () =>
    (await t.owner.query<{ name: string }>('select given_name as name from registry.person where id = $1', [id]))
      .rows[0]?.name

  const officer = await aProfessional(t, 'district-officer')
  const visit = await site.visit({ personId: officer.id })
  const { page } = visit
  const look = async (where: string): Promise<void> => {
    for (const viewport of [desk, phone]) {
      await page.setViewportSize(viewport)
      await settled(page)
      await fits(page, where)
      if (pictures)
        await page.screenshot({
          path: `${pictures}/${where.replaceAll(' ', '-')}-${viewport.width}.png`,
          fullPage: true,
        })
    }
    await accessible(page, where)
  }
  await visit.open(app.staff)
  await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
  await page.getByRole('link', { name: 'Registri nazionali', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Differenze con i registri nazionali' }).waitFor()
  await page.getByText('Da decidere (1)').waitFor({ state: 'attached' })
  await look('differences')
  await page.getByRole('link', { name: 'Confronta Nome di Discordantelli Annarella' }).click()
  await page.getByRole('heading', { level: 1, name: 'Chi ha ragione?' }).waitFor()
  await page.getByRole('row').filter({ hasText: 'Annarella' }).getByText('Diverso', { exact: true }).waitFor()

  // By keyboard alone: the errors first, then the decision.
  await page.getByRole('button', { name: 'Conferma la decisione' }).press('Enter')
  await page.getByText('Scegli quale dato resta.').first().waitFor()
  await look('comparison with errors')
  await page.getByRole('radio', { name: /^Quello del registro/ }).press('Space')
  await page.getByLabel('Motivo', { exact: true }).fill('Carta d’identità vista')
  await page.getByRole('button', { name: 'Conferma la decisione' }).press('Enter')
  await page.getByText('Preso il dato del registro').first().waitFor()
  await look('decided')
  assert.equal(await givenName(), 'Anna')
  await page.getByRole('button', { name: 'Annulla la decisione' }).press('Enter')
  await page.getByLabel('Perché').fill('Era la sorella')
  await page.getByRole('dialog').getByRole('button', { name: 'Annulla la decisione' }).press('Enter')
  await page.getByText('Decisione annullata').waitFor()
  await look('taken back')
  assert.equal(await givenName(), 'Annarella')

  await page.getByRole('link', { name: 'Messaggi ricevuti', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Messaggi dei registri nazionali' }).waitFor()
  await page.getByText('Aspetta uno precedente').waitFor()
  await look('messages')
  await page.getByLabel('Mostra').selectOption('error')
  await page.getByText('Un messaggio').waitFor()
  assert.match(page.url(), /\?state=error$/)
  await page.getByRole('button', { name: /^Metti da parte Ignotelli/ }).press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Metti da parte' }).press('Enter')
  await page.getByText('Scrivi il motivo, con almeno tre caratteri.').waitFor()
  await look('message to set aside')
  await page.getByRole('dialog').getByLabel('Motivo').fill('Ancora senza atto')
  await page.getByRole('dialog').getByRole('button', { name: 'Metti da parte' }).press('Enter')
  await page.getByText('Nessun messaggio.').waitFor()
  await look('no message in error')
  await page.getByLabel('Mostra').selectOption('set-aside')
  await page.getByText('Ancora senza atto').waitFor()
  await visit.close()
})
