// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { RoleCode } from '../../src/server/platform/policy.ts'
import { app } from '../../src/web/app/addresses.ts'
import { dayIn } from '../delegations.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, desk, openSite, phone, type Site, type Visit } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

/** A visit of somebody who acts in a role. */
async function visitAs(role: RoleCode, locale = 'it-IT'): Promise<Visit> {
  const visit = await site.visit({ viewport: desk, locale })
  const [name = '', value = ''] = (await aProfessional(site.t, role)).headers.cookie.split('=')
  const url = site.t.url.replace('http:', 'https:') // for the browser localhost is a safe place
  await visit.context.addCookies([{ name, value, url, httpOnly: true, secure: true }])
  return visit
}

async function looked(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  for (const size of [phone, desk]) {
    await page.setViewportSize(size)
    await accessible(page, `${name}, ${size.width}`)
    if (folder) await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true })
  }
}

async function writes(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value)
}
const document = {
  'Numero del documento': 'CA00000AA',
  'Documento rilasciato da': 'Comune di prova',
  'Il documento scade il': dayIn(700),
}

test('a clerk registers an order of a judge, a second one verifies it, and it can be ended at the desk', async () => {
  const ward = await aPerson(site.t, { givenName: 'Nino', sex: 'M', birthDate: '1948-04-04' })
  const administrator = await aPerson(site.t, { givenName: 'Lia' })
  const first = await visitAs('clerk')
  const { page } = first
  await first.open(app.deskDelegations)
  await page.getByText('Non c’è nulla da completare o verificare.').waitFor()
  await page.getByRole('radio', { name: 'Amministrazione di sostegno' }).check()
  await page.getByRole('button', { name: 'Registra', exact: true }).click()
  await page.getByRole('alert').getByRole('link', { name: 'Compila: Poteri, come li scrive il giudice.' }).waitFor()
  await looked(page, 'desk-errors')
  await writes(page, {
    'Codice fiscale di chi delega o è tutelato': ward.code,
    'Codice fiscale di chi agisce': administrator.code,
    'Ufficio giudiziario': 'Tribunale di prova',
    'Numero del provvedimento': 'RG 1/2026',
    'Poteri, come li scrive il giudice': 'Scelte sanitarie',
    ...document,
  })
  await page.getByLabel('Data', { exact: true }).fill(dayIn(-5))
  await page.getByRole('button', { name: 'Registra', exact: true }).click()
  await page.getByRole('button', { name: /Aggiungi la scansione/ }).click()
  await page.getByRole('dialog').getByLabel('Riferimento della scansione').fill('PROT/2026/77')
  await page.getByRole('dialog').getByRole('button', { name: 'Salva' }).click()
  await page.getByText('La verifica un altro operatore').waitFor()
  await looked(page, 'desk-waiting')
  assert.equal(await page.getByRole('button', { name: /Verifica e attiva/ }).count(), 0)
  await first.close()

  const second = await visitAs('clerk')
  await second.open(app.deskDelegations)
  await second.page.getByRole('button', { name: /Verifica e attiva/ }).click()
  await looked(second.page, 'desk-verify')
  await second.page.getByRole('dialog').getByRole('button', { name: 'Verifica e attiva' }).click()
  await second.page.getByText('Attiva', { exact: true }).waitFor()
  const { rows } = await site.t.owner.query<{ state: string }>(
    'select state from access.delegation where delegate_id = $1',
    [administrator.id],
  )
  assert.deepEqual(rows, [{ state: 'active' }])
  await second.page.getByRole('button', { name: /^Revoca/ }).click()
  await second.page.getByRole('dialog').getByRole('button', { name: 'Revoca', exact: true }).click()
  await second.page.getByText('La struttura non ha registrato deleghe in corso.').waitFor()
  await second.close()
})

test('in another role the page says so; in English it is complete', async () => {
  const doctor = await visitAs('doctor')
  await doctor.open(app.deskDelegations)
  await doctor.page.getByText('Serve il ruolo di operatore di sportello').waitFor()
  await looked(doctor.page, 'desk-other-role')
  await doctor.close()
  const clerk = await visitAs('clerk', 'en-GB')
  await clerk.open(app.deskDelegations)
  await clerk.page.getByRole('heading', { level: 1, name: 'Delegations at the desk' }).waitFor()
  const text = await clerk.page.locator('main').innerText()
  assert.doesNotMatch(text, /\b(Delega|Registra|Codice|Documento|giudice)\b/)
  await looked(clerk.page, 'desk-en')
  await clerk.close()
})
