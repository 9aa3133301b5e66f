// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { reassign } from '../../src/server/services/doctor-choice/office.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { publish } from '../../src/server/platform/events.ts'
import { planDeparture } from '../../src/server/registry/doctors/index.ts'
import { romeDay } from '../../src/server/platform/time.ts'
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
const today = romeDay(new Date())

test('an officer enters that a doctor leaves, sees how far it is, calls another off and reads the movements', async () => {
  const { t } = site
  const officer = await aProfessional(t, 'district-officer')
  const people = await Promise.all(Array.from({ length: 3 }, () => aPerson(t)))
  for (const viewport of [phone, desk]) {
    const names = ['Cessa', 'Subentra', 'Resta'].map((name) => `${name} Prova ${viewport.width}`) as [
      string,
      string,
      string,
    ]
    const [leaving, , staying] = [
      await aDoctor(t, { familyName: names[0] }),
      await aDoctor(t, { familyName: names[1], ceiling: 2 }),
      await aDoctor(t, { familyName: names[2] }),
    ]
    const refused = await aPerson(t)
    await hasDoctor(t, refused.id, staying)
    if (viewport === phone) for (const { id } of people) await hasDoctor(t, id, leaving)
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Medici', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Medici: cessazioni, ricusazioni, variazioni' }).waitFor()
    await settled(page)
    await accessible(page, 'office of doctors')
    if (pictures) await page.screenshot({ path: `${pictures}/office-${viewport.width}.png`, fullPage: true })

    await page.getByRole('button', { name: 'Registra una cessazione' }).click()
    await page.getByRole('button', { name: 'Registra la cessazione' }).click()
    await page.getByText('Scegli il medico che cessa.').first().waitFor()
    const pick = async (label: string, doctor: string) => {
      await page.getByRole('combobox', { name: label }).fill(doctor)
      await page.getByRole('option', { name: doctor }).click()
    }
    await pick('Medico che cessa', names[0])
    await page.getByLabel('Ultimo giorno di servizio').fill(today)
    await pick('Aggiungi un medico che subentra', names[1])
    await page.getByText('passano a chi subentra, finché ci sono posti').waitFor()
    await accessible(page, 'form of a departure')
    if (pictures) await page.screenshot({ path: `${pictures}/form-${viewport.width}.png`, fullPage: true })
    await page.getByRole('button', { name: 'Registra la cessazione' }).click()
    await page.getByText('Cessazione registrata').waitFor()
    const card = page.locator('.sf-card', { hasText: names[0] })
    await card.getByText('In programma').waitFor()

    await page.getByRole('button', { name: 'Registra una ricusazione' }).click()
    await page.getByRole('button', { name: 'Registra la ricusazione' }).click()
    await page.getByText('Il codice fiscale non è valido.').first().waitFor()
    await pick('Medico che ricusa', names[2])
    await page.getByLabel('Codice fiscale dell’assistito').fill(refused.code)
    await accessible(page, 'form of a refusal')
    await page.getByRole('button', { name: 'Registra la ricusazione' }).click()
    await page.getByText('La ricusazione non è ammessa').waitFor()
    await accessible(page, 'a refusal that is not allowed')
    if (pictures) await page.screenshot({ path: `${pictures}/refusal-${viewport.width}.png`, fullPage: true })
    await page.locator('#main').getByRole('button', { name: 'Chiudi', exact: true }).click()
    await page.getByText('Nessun altro medico della zona ha posti').first().waitFor()

    if (viewport === phone) {
      t.setNow(new Date(Date.now() + 86_400_000))
      await reassign(t.platform)
      t.setNow(new Date())
      await page.reload()
      await card.getByText('2 su 3').waitFor()
      await card.getByText('A una persona il medico va assegnato dal distretto.').waitFor()
    } else {
      await card.getByRole('button', { name: /^Annulla la cessazione/ }).click()
      await page.getByRole('dialog').getByText('resta in servizio').waitFor()
      await accessible(page, 'asking before calling off')
      await page.getByRole('dialog').getByRole('button', { name: 'Annulla la cessazione' }).click()
      await card.getByText('Annullata').waitFor()
    }
    await settled(page)
    await page.getByLabel('Solo chi ha avuto movimenti').uncheck()
    await page.getByRole('cell', { name: names[2] }).first().waitFor()
    await accessible(page, 'movements')
    if (pictures) await page.screenshot({ path: `${pictures}/done-${viewport.width}.png`, fullPage: true })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Scarica la tabella (CSV)' }).click(),
    ])
    assert.equal(download.suggestedFilename(), `variazioni-${today.slice(0, 7)}.csv`)
    await visit.close()
  }
})

test('letters to who has no contacts are made into files while one watches, fetched, and noted as posted', async () => {
  const { t } = site
  const officer = await aProfessional(t, 'district-officer')
  for (const viewport of [phone, desk]) {
    await t.settle()
    await t.owner.query('delete from notifications.letter where batch_id is null')
    const doctor = await aDoctor(t)
    for (let n = 0; n < 3; n += 1) await hasDoctor(t, (await aPerson(t)).id, doctor)
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Lettere', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Lettere da spedire' }).waitFor()
    await page.getByText('Nessuna lettera in attesa.').waitFor()
    await accessible(page, 'no letters')
    await asSystem(t.db, async (tx) => {
      const wish = {
        doctorId: doctor,
        lastDay: today,
        reason: 'RETIREMENT',
        targets: [],
        decidedBy: officer.appointmentId,
      } as const
      await publish(tx, 'doctor-choice.departure', {
        departureId: await planDeparture(tx, wish, new Date()),
        what: 'planned',
      })
    })
    await t.settle()
    await page.reload()
    await page.getByText('3 lettere in attesa.').waitFor()
    await page.getByRole('button', { name: 'Prepara i file da stampare' }).click()
    const card = page.locator('.sf-card', { hasText: 'In preparazione' })
    await card.getByText('0 su 3').waitFor()
    await settled(page)
    await accessible(page, 'letters being made')
    await t.settle()
    await page.getByText('Da stampare').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'File 1: 3 lettere (PDF)' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'lettere-1.pdf')
    await settled(page)
    await accessible(page, 'letters ready')
    if (pictures) await page.screenshot({ path: `${pictures}/letters-${viewport.width}.png`, fullPage: true })
    await page.getByRole('button', { name: /^Segna come spedite/ }).click()
    await accessible(page, 'asking before posting')
    await page.getByRole('dialog').getByRole('button', { name: 'Segna come spedite' }).click()
    await page.getByText('Spedite il').first().waitFor()
    await visit.close()
  }
})

test('for another role the page says whom it is for', async () => {
  const nurse = await aProfessional(site.t, 'nurse')
  const visit = await site.visit({ personId: nurse.id, viewport: desk })
  await visit.open(app.staff)
  await visit.page.getByRole('button', { name: /^Entra come infermiere/ }).click()
  await visit.page.getByRole('heading', { level: 1, name: 'Operi come infermiere' }).waitFor()
  await visit.open(app.officeDoctors)
  await visit.page.getByText('Questa pagina è per i funzionari del distretto').waitFor()
  await accessible(visit.page, 'wrong role')
  await visit.close()
})
