// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../region.ts'
import { aRole } from '../roles.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const pictures = process.env['STAFF_PICTURES']

test('who holds roles chooses one, sees it in the header, changes over and becomes a citizen again', async () => {
  const { t } = site
  const paolo = await aPerson(t, { givenName: 'PAOLO', familyName: 'PROVA' })
  await aRole(t, paolo.id, 'clerk')
  await aRole(t, paolo.id, 'auditor', aslSalerno)
  for (const viewport of [phone, desk]) {
    const visit = await site.visit({ personId: paolo.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('heading', { level: 1, name: 'In quale veste vuoi entrare?' }).waitFor()
    await accessible(page, 'choice of a role')
    if (pictures) await page.screenshot({ path: `${pictures}/choose-${viewport.width}.png`, fullPage: true })
    await page.getByRole('button', { name: /^Entra come operatore di sportello/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Operi come operatore di sportello' }).waitFor()
    await settled(page)
    await accessible(page, 'home of a role')
    if (pictures) await page.screenshot({ path: `${pictures}/home-${viewport.width}.png`, fullPage: true })
    await page.getByRole('link', { name: 'Deleghe allo sportello' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page)
    assert.equal(await page.getByText('Questa pagina è per').count(), 0, 'the desk opens to the clerk')
    await visit.open(app.home)
    assert.equal(new URL(page.url()).pathname, app.staff, 'in a role there is no citizen’s area')
    await page.getByRole('button', { name: /^Entra come addetto ai controlli/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Operi come addetto ai controlli' }).waitFor()
    await page.getByRole('link', { name: 'Registro degli accessi' }).click()
    await page.getByLabel('Motivo della ricerca').waitFor()
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come cittadino/ }).click()
    await page.waitForURL(`**${app.home}`)
    await settled(page)
    await visit.close()
  }
})

test('an access administrator gives, finds, suspends and ends an appointment', async () => {
  const { t } = site
  const carla = await aPerson(t, { givenName: 'CARLA', familyName: 'PROVA' })
  const appointmentId = await aRole(t, carla.id, 'administrator', aslNapoli1)
  const anna = await aPerson(t, { givenName: 'ANNA', familyName: 'ABACO PROVA' })
  for (const viewport of [desk, phone]) {
    const visit = await site.visit({ personId: carla.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come amministratore/ }).click()
    await page.getByRole('link', { name: 'Incarichi', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Incarichi' }).waitFor()
    await settled(page)
    await page.getByRole('link', { name: 'Assegna un incarico' }).click()
    await page.getByRole('button', { name: 'Assegna', exact: true }).click()
    await page.getByText('Il codice fiscale non è valido.').first().waitFor()
    await accessible(page, 'giving a role, with errors')
    await page.getByLabel('Codice fiscale della persona').fill(anna.code)
    await page.getByLabel('Ruolo').selectOption('nurse')
    await page.getByLabel('Atto che lo dispone').fill('Delibera 7/2026')
    await page.getByLabel('Unità o ambulatorio').fill(`Ambulatorio ${viewport.width}`)
    if (pictures) await page.screenshot({ path: `${pictures}/give-${viewport.width}.png`, fullPage: true })
    await page.getByRole('button', { name: 'Assegna', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'ANNA ABACO PROVA' }).waitFor()
    await settled(page)
    await accessible(page, 'one appointment')
    await page.getByRole('button', { name: 'Sospendi' }).click()
    await page.getByLabel('Motivo').fill('congedo')
    await page.getByRole('dialog').getByRole('button', { name: 'Sospendi' }).click()
    await page.getByText('– congedo').waitFor()
    await page.getByRole('button', { name: 'Concludi' }).click()
    await accessible(page, 'asking before an end')
    await page.getByRole('dialog').getByRole('button', { name: 'Concludi' }).click()
    await page.getByText('Concluso').first().waitFor()
    if (pictures) await page.screenshot({ path: `${pictures}/detail-${viewport.width}.png`, fullPage: true })
    await page.getByRole('link', { name: 'Incarichi' }).first().click()
    await page.getByLabel('Stato').selectOption('ended')
    await page.getByLabel('Cognome').fill('aba')
    await page.getByRole('button', { name: 'Cerca' }).click()
    await page.getByRole('link', { name: 'ABACO PROVA ANNA' }).first().waitFor()
    await settled(page)
    await accessible(page, 'list of appointments')
    if (pictures) await page.screenshot({ path: `${pictures}/list-${viewport.width}.png`, fullPage: true })
    await visit.close()
  }
  await t.owner.query("update access.role_appointment set state = 'suspended' where id = $1", [appointmentId])
  const visit = await site.visit({ personId: carla.id })
  await visit.open(app.staff)
  await visit.page.getByText('Oggi non hai incarichi').waitFor()
  await accessible(visit.page, 'no roles')
  await visit.close()
})
