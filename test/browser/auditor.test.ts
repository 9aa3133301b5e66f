// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Route } from 'playwright-core'
import { audit, auditTrail } from '../../src/server/access/audit/index.ts'
import { anonymous } from '../../src/server/access/sessions/index.ts'
import { systemActor } from '../../src/server/platform/actor.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { createHttp, mount, type App } from '../../src/server/platform/http.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { app } from '../../src/web/app/addresses.ts'
import { aPerson, aslNapoli1 } from '../region.ts'
import { accessible, desk, openSite, phone, settled, type Site, type Visit } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

/** The audit room for somebody who acts in a role. */
async function roomOf(code: string): Promise<App> {
  const { id: personId } = await aPerson(site.t)
  const role = { code, organisationId: aslNapoli1, appointmentId: uuidv7() }
  const room = await createHttp({
    config: site.t.platform.config,
    formTargets: [],
    resolveActor: async (request) => ({ ...anonymous(request), kind: 'professional', personId, role, level: 2 }),
  })
  await mount(room, site.t.platform, [auditTrail])
  after(() => room.close())
  return room
}

/** A visit of a professional: her session and the audit room answer as they would to her; the rest is the site. */
async function visitAs(room: App, options: { locale?: string; wide?: boolean } = {}): Promise<Visit> {
  const { locale = 'it-IT', wide = false } = options
  const language = locale.slice(0, 2)
  const visit = await site.visit({ viewport: wide ? desk : phone, locale, acceptDownloads: true })
  const person = { id: uuidv7(), givenName: 'Prova', familyName: 'Controlli' }
  await visit.context.route('**/api/v1/session', (route) =>
    route.fulfill({ contentType: 'application/json', body: JSON.stringify({ signedIn: true, language, person }) }),
  )
  await visit.context.route('**/api/v1/audit/*', async (route: Route) => {
    const request = route.request()
    const answer = await room.inject({
      method: 'POST',
      url: request.url().replace(site.t.url, ''),
      headers: { 'accept-language': language, 'content-type': 'application/json' },
      payload: request.postData() ?? '',
    })
    await route.fulfill({
      status: answer.statusCode,
      headers: { 'content-type': String(answer.headers['content-type']) },
      body: answer.body,
    })
  })
  return visit
}

test('an auditor searches with a reason, reads the details and downloads the table; the address says nothing', async () => {
  const anna = await aPerson(site.t, { givenName: 'ANNA', familyName: 'PROVA' })
  await asSystem(site.t.db, async (tx) => {
    for (let i = 0; i < 60; i += 1)
      await audit(tx, systemActor(uuidv7()), {
        action: 'UPDATE',
        patientId: anna.id,
        object: 'booking',
        purpose: 'booking',
      })
  })
  const visit = await visitAs(await roomOf('auditor'))
  const { page } = visit
  await visit.open(app.auditSearch)
  await accessible(page, 'audit search')
  await page.getByRole('button', { name: 'Cerca', exact: true }).click()
  await page.getByRole('link', { name: 'Scrivi il motivo: almeno 10 caratteri.' }).waitFor()
  await page.getByRole('link', { name: /^Indica una persona/ }).waitFor()
  await accessible(page, 'audit search, wrong')
  await page.getByLabel('Motivo della ricerca').fill('Segnalazione n. 12')
  await page.getByLabel(/^Codice fiscale della persona/).fill(anna.code.slice(0, 15) + '!')
  await page.getByRole('button', { name: 'Cerca', exact: true }).click()
  await page.getByRole('link', { name: 'Il codice fiscale non è valido.' }).waitFor()
  await page.getByLabel(/^Codice fiscale della persona/).fill(anna.code)
  await page.getByRole('button', { name: 'Cerca', exact: true }).click()
  await page.getByText('50 accessi mostrati, ce ne sono altri.').waitFor()
  await settled(page)
  await accessible(page, 'audit search, results')
  await page.getByRole('button', { name: 'Mostra altri' }).click()
  await page.getByText(/^6\d accessi mostrati\.$/).waitFor()
  await page.setViewportSize(desk)
  await page.locator('details > summary').first().click()
  await accessible(page, 'audit search, results, wide')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Scarica i risultati (CSV)' }).click(),
  ])
  assert.match(await readFile(await file.path(), 'utf8'), /"ANNA PROVA"/)
  assert.equal(new URL(page.url()).search, '')
  assert.ok(!page.url().includes(anna.code))
  await visit.close()
})

test('in another role the page says so; in English it is complete', async () => {
  const doctor = await visitAs(await roomOf('doctor'), { locale: 'en-GB', wide: true })
  const { page } = doctor
  await doctor.open(app.auditSearch)
  assert.doesNotMatch(await page.locator('main').innerText(), /\b(Codice|Motivo|Cerca|Esito|Persona)\b/)
  await page.getByLabel('Reason of the search').fill('A report of ours')
  await page.getByLabel('Outcome').selectOption('refused')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByText('This page is for auditors').waitFor()
  await accessible(page, 'audit search, other role')
  await doctor.close()
})

test('who is not signed in is sent to sign in', async () => {
  const visit = await site.visit()
  await visit.page.goto(app.auditSearch)
  await visit.page.waitForURL('**/accedi?returnTo=%2Foperatori%2Fregistro-accessi')
  await settled(visit.page)
  await visit.close()
})
