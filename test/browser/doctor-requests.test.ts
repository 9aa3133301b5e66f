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

test('a doctor of another area is asked for, the office asks for more, the person answers, and the office grants it', async () => {
  const { t } = site
  for (const viewport of [phone, desk]) {
    const wished = `Lontana ${viewport.width}`
    const [mine, other] = [await aDoctor(t), await aDoctor(t, { towns: ['065116'], familyName: wished })]
    const anna = await aPerson(t, { givenName: 'Anna' })
    await hasDoctor(t, anna.id, mine)
    const officer = await aProfessional(t, 'district-officer')
    const citizen = await site.visit({ personId: anna.id, viewport })
    const office = await site.visit({ personId: officer.id, viewport })
    const look = async (page: typeof citizen.page, name: string) => {
      await settled(page)
      await accessible(page, name)
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${viewport.width}.png`, fullPage: true })
    }
    await citizen.open(app.chooseDoctor(other))
    await citizen.page.getByRole('heading', { name: 'Chiedi a questo medico di accettarti' }).waitFor()
    await look(citizen.page, 'ask')
    await citizen.page.getByRole('button', { name: 'Invia la richiesta' }).click()
    await citizen.page.getByText('Aspetta il medico').waitFor()
    await look(citizen.page, 'asked')

    await office.open(app.staff)
    await office.page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await office.page.getByRole('link', { name: 'Richieste sul medico', exact: true }).click()
    const card = office.page.locator('.sf-card', { hasText: wished })
    await card.getByText('Aspetta il medico').waitFor()
    await look(office.page, 'queue')
    const press = async (name: string, text?: string) => {
      await card.getByRole('button', { name: new RegExp(`^${name} `) }).click()
      const dialog = office.page.getByRole('dialog')
      if (text) {
        await dialog.getByRole('button', { name, exact: true }).click()
        await dialog.getByText('Scrivi almeno una parola.').waitFor()
        await look(office.page, 'step')
        await dialog.getByLabel('Che cosa deve leggere il cittadino').fill(text)
      }
      await dialog.getByRole('button', { name, exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
    }
    await press('Registra che il medico accetta')
    await card.getByText('Da esaminare').waitFor()
    await press('Chiedi altro', 'Serve la dichiarazione di domicilio.')
    await card.getByText('Aspetta il cittadino').waitFor()

    await citizen.page.reload()
    await citizen.page.getByText('Serve la dichiarazione di domicilio.').waitFor()
    await citizen.page.getByRole('button', { name: 'Invia la risposta' }).click()
    await citizen.page.getByText('Scrivi la risposta.').waitFor()
    await look(citizen.page, 'question')
    await citizen.page.getByLabel('Rispondi al distretto').fill('Consegnata allo sportello.')
    await citizen.page.getByRole('button', { name: 'Invia la risposta' }).click()
    await citizen.page.getByText('In esame').waitFor()

    await office.page.reload()
    await card.getByText('Consegnata allo sportello.').waitFor()
    await press('Accogli')
    await card.waitFor({ state: 'hidden' })
    await citizen.page.reload()
    await citizen.page.getByText(`Carla ${wished}`).first().waitFor()
    await citizen.page.getByText('Fuori zona').waitFor()
    await look(citizen.page, 'granted')
    await citizen.close()
    await office.close()
  }
})

test('an officer enters a choice that came on paper, with who brought it, and it counts at once', async () => {
  const { t } = site
  for (const viewport of [phone, desk]) {
    const name = `Vicina ${viewport.width}`
    const doctor = await aDoctor(t, { familyName: name })
    const anna = await aPerson(t)
    const officer = await aProfessional(t, 'district-officer')
    const visit = await site.visit({ personId: officer.id, viewport })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Richieste sul medico', exact: true }).click()
    await page.getByText('Nessuna richiesta.').waitFor()
    await page.getByRole('button', { name: 'Registra una richiesta su carta' }).click()
    await page.getByRole('button', { name: 'Registra la richiesta' }).click()
    await page.getByText('Il codice fiscale non è valido.').first().waitFor()
    await accessible(page, 'errors of the paper form')
    await page.getByLabel('Codice fiscale dell’assistito').fill(anna.code)
    await page.getByRole('combobox', { name: 'Medico richiesto' }).fill(name)
    await page.getByRole('option', { name }).click()
    await page.getByLabel('Chi ha portato la richiesta').selectOption('DELEGATE')
    await page.getByLabel('Nome e cognome di chi l’ha portata').fill('Mario Prova')
    await page.getByLabel('Numero del documento').fill('CA00000AA')
    await page.getByLabel('Dove sono le carte').fill('Protocollo 12')
    await settled(page)
    await accessible(page, 'paper form')
    if (pictures) await page.screenshot({ path: `${pictures}/paper-${viewport.width}.png`, fullPage: true })
    await page.getByRole('button', { name: 'Registra la richiesta' }).click()
    await page.getByText('Registrata: vale da subito').waitFor()
    await accessible(page, 'entered from paper')
    const { rows } = await t.owner.query(
      'select role_id, channel from registry.doctor_choice where person_id = $1 and ended_at is null',
      [anna.id],
    )
    assert.deepEqual(rows, [{ role_id: doctor, channel: 'OFFICE' }])
    await visit.close()
  }
})
