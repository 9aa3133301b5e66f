// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { audit } from '../../src/server/access/audit/index.ts'
import { systemActor } from '../../src/server/platform/actor.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { app } from '../../src/web/app/addresses.ts'
import { aDelegation } from '../delegations.ts'
import { aPerson } from '../region.ts'
import { accessible, desk, openSite, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

test('a person sees who saw her data, only the kind she chose, and downloads the list', async () => {
  const anna = await aPerson(site.t, { givenName: 'ANNA', familyName: 'PROVA' })
  const carlo = await aPerson(site.t, { givenName: 'CARLO', familyName: 'DELEGATO' })
  const entry = { patientId: anna.id, object: 'booking', purpose: 'booking' } as const
  const byDelegate = { ...systemActor(uuidv7()), kind: 'citizen' as const, personId: carlo.id }
  await asSystem(site.t.db, async (tx) => {
    await audit(tx, byDelegate, { ...entry, action: 'CREATE' })
    for (let i = 0; i < 30; i += 1) await audit(tx, systemActor(uuidv7()), { ...entry, action: 'UPDATE' })
  })
  const visit = await site.visit({ personId: anna.id })
  const { page } = visit
  await visit.open(app.accesses)
  await page.locator('.sf-accesses').getByText('Il servizio, in automatico').first().waitFor()
  await accessible(page, 'accesses')
  await page.getByRole('button', { name: 'Mostra altri' }).click()
  await page.getByLabel('Chi', { exact: true }).selectOption('delegate')
  await page.getByText('CARLO DELEGATO').waitFor()
  assert.equal(await page.locator('.sf-accesses li').count(), 1)
  assert.match(await page.locator('.sf-accesses li').innerText(), /per tuo conto[^]*Ha aggiunto: una prenotazione/)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Scarica l’elenco (CSV)' }).click(),
  ])
  assert.match(await readFile(await file.path(), 'utf8'), /"CARLO DELEGATO"/)
  await page.getByLabel('Chi', { exact: true }).selectOption('partner')
  await page.getByText('In questo periodo nessuno ha letto o cambiato i dati.').waitFor()
  await page.getByLabel('Periodo').selectOption('chosen')
  await page.getByLabel('Dal giorno').fill('2020-01-01')
  await page.getByText('Il periodo non è valido.').waitFor()
  await accessible(page, 'accesses, period refused')
  await visit.close()
})

test('a mother sees who saw her child’s data; of who delegated her she is told that this is not hers to see', async () => {
  const mother = await aPerson(site.t, { givenName: 'MARIA', familyName: 'PROVA' })
  const child = await aPerson(site.t, {
    givenName: 'LUCA',
    familyName: 'PROVA',
    birthDate: '2020-03-02',
    parent: mother.id,
  })
  const delegator = await aPerson(site.t, { givenName: 'NONNA', familyName: 'PROVA' })
  await aDelegation(site.t, delegator, mother)
  await asSystem(site.t.db, (tx) =>
    audit(tx, systemActor(uuidv7()), { patientId: child.id, action: 'UPDATE', object: 'booking', purpose: 'booking' }),
  )
  const visit = await site.visit({ personId: mother.id })
  const { page } = visit
  const switchTo = async (name: string) => {
    await page.getByRole('button', { name: 'Cambia' }).click()
    await page
      .getByRole('dialog')
      .getByRole('radio', { name: new RegExp(name) })
      .check()
    await page.getByRole('button', { name: 'Conferma la persona' }).click()
  }
  await visit.open(app.accesses)
  await switchTo('LUCA')
  await page.getByRole('heading', { level: 1, name: 'Chi ha visto i dati di LUCA PROVA' }).waitFor()
  await page.locator('.sf-accesses').getByText('Ha cambiato: una prenotazione').waitFor()
  await switchTo('NONNA')
  await page.getByText('Solo la persona stessa può vedere chi ha letto i suoi dati').waitFor()
  await accessible(page, 'accesses of a delegator')
  await visit.close()
})

test('a person ends the session of another device, after being asked, and it is out at once', async () => {
  const berta = await aPerson(site.t)
  const [here, there] = [
    await site.visit({ personId: berta.id, viewport: desk }),
    await site.visit({ personId: berta.id }),
  ]
  await there.open(app.profile)
  await here.open(app.profile)
  await here.page.getByRole('link', { name: 'Dispositivi collegati' }).click()
  await here.page.getByText('Questo dispositivo').waitFor()
  await accessible(here.page, 'sessions')
  await here.page.getByRole('button', { name: /^Fai uscire/ }).click()
  await here.page.getByRole('dialog').getByRole('button', { name: 'No, lascia così' }).click()
  await there.open(app.profile)
  await here.page.getByRole('button', { name: /^Fai uscire/ }).click()
  await accessible(here.page, 'sessions, asking')
  await here.page.getByRole('dialog').getByRole('button', { name: 'Fai uscire' }).click()
  await here.page.getByText('Il dispositivo è uscito.').waitFor()
  await here.page.getByRole('button', { name: /^Fai uscire/ }).waitFor({ state: 'detached' })
  await there.page.goto(app.profile)
  await there.page.waitForURL(/\/accedi/)
  await settled(here.page)
  await here.close()
  await there.close()
})

test('two minutes before an unused session ends one is asked and may stay; when it is over one signs in in another window', async () => {
  const berta = await aPerson(site.t)
  const visit = await site.visit({ personId: berta.id })
  const { page } = visit
  await page.clock.install()
  await visit.open(app.profile)
  await page.clock.fastForward('13:30')
  site.t.setNow(new Date(Date.now() + 13.5 * 60_000))
  const warning = page.getByRole('dialog', { name: 'La sessione sta per finire' })
  await warning.waitFor()
  await accessible(page, 'session about to end')
  await warning.getByRole('button', { name: 'Resta collegato' }).click()
  await warning.waitFor({ state: 'hidden' })
  await page.clock.fastForward('15:30')
  site.t.setNow(new Date())
  const over = page.getByRole('dialog', { name: 'La sessione è finita' })
  await over.getByRole('link', { name: /Accedi di nuovo/ }).waitFor()
  await accessible(page, 'session over, said by the page')
  await visit.close()
})
