// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { partners } from '../../src/server/access/partners/index.ts'
import { anonymous } from '../../src/server/access/sessions/index.ts'
import { createHttp, mount, type App } from '../../src/server/platform/http.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { app } from '../../src/web/app/addresses.ts'
import { aslNapoli1 } from '../region.ts'
import { accessible, desk, openSite, phone, settled, type Site, type Visit } from './site.ts'

let site: Site
let folder: string
before(async () => {
  site = await openSite()
  folder = mkdtempSync(join(tmpdir(), 'sinfonia-partner-'))
})
after(async () => {
  rmSync(folder, { recursive: true })
  await site[Symbol.asyncDispose]()
})

const shots = process.env['SHOTS']
const shoot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

/** The partners' room for somebody who acts in a role. */
async function roomOf(code: string, organisationId: string, level: 1 | 2 = 2): Promise<App> {
  const room = await createHttp({
    config: site.t.platform.config,
    formTargets: [],
    resolveActor: async (request) => ({
      ...anonymous(request),
      kind: 'professional',
      level,
      personId,
      role: { code, organisationId, appointmentId: uuidv7() },
    }),
  })
  const personId = uuidv7()
  await mount(room, site.t.platform, [partners])
  after(() => room.close())
  return room
}

/** A visit of a professional: her session and the partners' room answer as they would to her; the rest is the site. */
async function visitAs(room: App, options: { language?: 'it' | 'en'; wide?: boolean } = {}): Promise<Visit> {
  const { language = 'it', wide = false } = options
  const visit = await site.visit({ viewport: wide ? desk : phone, locale: language, acceptDownloads: true })
  const json = (body: object) => ({ contentType: 'application/json', body: JSON.stringify(body) })
  await visit.context.route('**/api/v1/session', (route) =>
    route.fulfill(
      json({ signedIn: true, language, person: { id: uuidv7(), givenName: 'Prova', familyName: 'Referente' } }),
    ),
  )
  await visit.context.route('**/api/v1/partner-*/**', forward)
  await visit.context.route('**/api/v1/partner-*', forward)
  async function forward(route: Parameters<Parameters<Page['route']>[1]>[0]) {
    const request = route.request()
    const payload = request.postData()
    const answer = await room.inject({
      method: request.method() as 'GET',
      url: request.url().replace(site.t.url, ''),
      headers: { 'accept-language': language, ...(payload && { 'content-type': 'application/json' }) },
      ...(payload && { payload }),
    })
    await route.fulfill({
      status: answer.statusCode,
      headers: { 'content-type': String(answer.headers['content-type']) },
      body: answer.body,
    })
  }
  return visit
}

async function register(page: Page, name: string): Promise<string> {
  await page.getByLabel('Nome del sistema').fill(name)
  await page.getByLabel('A che cosa serve').fill('Mostrare ai cittadini le disponibilità')
  await page.getByLabel('E-mail dell’ufficio che lo gestisce').fill('sistemi@asl.example')
  const arriving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Registra', exact: true }).click()
  const file = join(folder, `${name.replaceAll(' ', '-')}.pem`)
  await (await arriving).saveAs(file)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  return file
}

test('a contact for partners registers a system, tries it with the downloaded key and sees the calls drawn', async () => {
  const visit = await visitAs(await roomOf('partner-manager', aslNapoli1))
  const { page } = visit
  await visit.open(app.partners)
  await page.getByText('Non c’è ancora nessun sistema.').waitFor()
  await accessible(page, 'partners, empty')
  await page.getByRole('link', { name: 'Registra un sistema' }).click()
  await settled(page)
  await accessible(page, 'new system')
  await page.getByRole('button', { name: 'Registra', exact: true }).click()
  await page.getByRole('link', { name: 'Scrivi a che cosa serve: almeno 10 caratteri.' }).waitFor()
  await accessible(page, 'new system, wrong')
  await shoot(page, 'partner-form-360')

  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  const file = await register(page, 'Portale di prova')
  const pem = readFileSync(file, 'utf8')
  assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/)
  await settled(page)
  await accessible(page, 'system, new')

  await page.getByLabel('File della chiave privata (.pem)').setInputFiles(file)
  await page.getByRole('button', { name: 'Fai una prova' }).click()
  await page.getByText('Chiamata riuscita').waitFor()
  const secret = pem.split('\n').slice(1, -2).join('')
  assert.ok(
    !sent.some((body) => body.includes(secret.slice(100, 160)) || /PRIVATE|"d":/.test(body)),
    'the key stayed here',
  )

  // The example is copied as it stands and run by a real shell.
  const example = await page.locator('pre').last().innerText()
  const keyFile = /^KEY=(.*)$/m.exec(example)![1]!
  writeFileSync(join(folder, keyFile), pem)
  const { stdout } = await promisify(execFile)('bash', ['-c', example], { cwd: folder })
  assert.ok(Array.isArray((JSON.parse(stdout) as { services: unknown[] }).services))

  await page.reload()
  await settled(page)
  await page.getByRole('img', { name: /^Grafico: \d chiamate in 30 giorni/ }).waitFor()
  await page.getByText('Mostra i numeri').click()
  await accessible(page, 'system with calls')
  await shoot(page, 'partner-client-360')
  await page.setViewportSize(desk)
  await accessible(page, 'system with calls, wide')
  await shoot(page, 'partner-client-1280')
  await visit.close()
})

test('data that is not open is asked with a reason, and the region grants or refuses it', async () => {
  const partner = await visitAs(await roomOf('partner-manager', aslNapoli1), { wide: true })
  const { page } = partner
  await partner.open(app.newPartner)
  await register(page, 'Cruscotto di prova')
  await page.getByRole('checkbox', { name: /^Occupazione delle agende/ }).check()
  await page.getByRole('button', { name: 'Chiedi', exact: true }).click()
  await page.getByText('Scrivi perché servono i dati non aperti.').waitFor()
  await page.getByLabel('Perché servono i dati non aperti').fill('Programmare gli ambulatori')
  await page.getByRole('button', { name: 'Chiedi', exact: true }).click()
  await page.getByText('In attesa della Regione').waitFor()
  await page.getByText('Registra la finalità').first().click()
  await page.getByLabel('Identificativo della finalità su PDND').fill(crypto.randomUUID())
  await page.getByLabel('Identificativo del client su PDND').fill(crypto.randomUUID())
  await page.getByRole('button', { name: 'Registra la finalità' }).click()
  await page.getByRole('cell', { name: 'In attesa della Regione' }).nth(1).waitFor()

  const { rows } = await site.t.owner.query<{ id: string }>(
    "select id from registry.organisation where kind = 'region'",
  )
  const region = await visitAs(await roomOf('administrator', rows[0]!.id))
  await region.open(app.partnerRequests)
  await accessible(region.page, 'requests')
  await shoot(region.page, 'partner-requests-360')
  await region.page.getByRole('button', { name: 'Concedi' }).first().click()
  await region.page.getByText('Richiesta concessa.').waitFor()
  await region.page.getByRole('button', { name: 'Rifiuta', exact: true }).click()
  await region.page.getByRole('button', { name: 'Rifiuta la richiesta' }).click()
  await region.page.getByText('Scrivi il motivo.').waitFor()
  await accessible(region.page, 'refusing a request')
  await region.page.getByLabel('Motivo del rifiuto').fill('Finalità non attiva')
  await region.page.getByRole('button', { name: 'Rifiuta la richiesta' }).click()
  await region.page.getByText('Nessuna richiesta in attesa.').waitFor()
  await region.open(app.partners)
  await accessible(region.page, 'systems, for the region')
  await region.page.getByRole('link', { name: 'Cruscotto di prova' }).click()
  await region.page.getByLabel('Chiamate al minuto').fill('molte')
  await region.page.getByRole('button', { name: 'Cambia i limiti' }).click()
  await region.page.getByText('Scrivi un numero intero da 1 a 100000.').waitFor()
  await region.page.getByLabel('Chiamate al minuto').fill('42')
  await region.page.getByRole('button', { name: 'Cambia i limiti' }).click()
  await region.page.getByText('Limite: 42 chiamate al minuto e 100.000 al giorno.').waitFor()
  await settled(region.page)
  await accessible(region.page, 'one system, for the region')
  await shoot(region.page, 'partner-region-360')
  await region.close()

  await page.reload()
  await settled(page)
  await page.getByText('Finalità non attiva').waitFor()
  assert.equal(await page.getByText('Concesso', { exact: true }).count(), 3)
  await partner.close()
})

test('keys rotate, and a system is suspended, reactivated and deleted, each after a question', async () => {
  const visit = await visitAs(await roomOf('partner-manager', aslNapoli1))
  const { page } = visit
  await visit.open(app.newPartner)
  await register(page, 'Sistema da togliere')
  const arriving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Crea e aggiungi una chiave' }).click()
  await arriving
  await page
    .getByRole('button', { name: /^Togli Togli la chiave/ })
    .first()
    .click()
  await accessible(page, 'removing a key')
  await page.getByRole('button', { name: 'Sì, togli la chiave' }).click()
  await page.getByRole('button', { name: 'Crea e aggiungi una chiave' }).waitFor()
  await page.getByRole('button', { name: 'Sospendi', exact: true }).click()
  await page.getByRole('button', { name: 'Sì, sospendi' }).click()
  await page.getByRole('button', { name: 'Riattiva' }).click()
  await page.getByRole('button', { name: 'Sospendi', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Cancella', exact: true }).click()
  await accessible(page, 'deleting a system')
  await page.getByRole('button', { name: 'No, torna indietro' }).click()
  await page.getByRole('button', { name: 'Cancella', exact: true }).click()
  await page.getByRole('button', { name: 'Sì, cancella per sempre' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sistemi dei partner' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Sistema da togliere' }).count(), 0)
  await visit.close()
})

for (const wide of [false, true])
  test(`${wide ? 'desk' : 'phone'}: who must prove better or again who she is reads why, and what she wrote stays`, async () => {
    const size = wide ? '1280' : '360'
    const wayBack = (page: Page) => page.getByRole('link', { name: /^Accedi di nuovo/ }).getAttribute('href')
    const weak = await visitAs(await roomOf('partner-manager', aslNapoli1, 1), { wide })
    await weak.open(app.partners)
    await weak.page.getByRole('alert').getByText('Per questa operazione serve un’identità più sicura.').waitFor()
    assert.equal(await wayBack(weak.page), '/accedi?returnTo=%2Fapp%2Fpartner&stepUp=yes')
    await accessible(weak.page, `too weak, ${size}`)
    await shoot(weak.page, `partner-weak-${size}`)
    await weak.close()

    const old = await visitAs(await roomOf('partner-manager', aslNapoli1), { wide })
    const { page } = old
    const code = 'access/step-up-required'
    await old.context.route('**/api/v1/partner-clients', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              type: `urn:problem:${code}`,
              title: 'Per questa operazione devi confermare chi sei.',
              status: 403,
              code,
              detail: 'Entra di nuovo: quello che hai scritto resta.',
              instance: `urn:uuid:${uuidv7()}`,
            }),
          })
        : route.fallback(),
    )
    await old.open(app.newPartner)
    await page.getByLabel('Nome del sistema').fill('Sistema che resta scritto')
    await page.getByLabel('A che cosa serve').fill('Mostrare ai cittadini le disponibilità')
    await page.getByLabel('E-mail dell’ufficio che lo gestisce').fill('sistemi@asl.example')
    await page.getByRole('button', { name: 'Registra', exact: true }).click()
    const refusal = page.getByRole('alert').getByText('Per questa operazione devi confermare chi sei.')
    await refusal.waitFor()
    const top = (await refusal.boundingBox())?.y ?? -1
    assert.ok(top >= 0 && top < (wide ? desk : phone).height, `in sight without scrolling: ${top}`)
    assert.equal(await wayBack(page), '/accedi?returnTo=%2Fapp%2Fpartner%2Fnuovo&stepUp=yes')
    assert.equal(await page.getByLabel('Nome del sistema').inputValue(), 'Sistema che resta scritto')
    await accessible(page, `step-up, ${size}`)
    await shoot(page, `partner-step-up-${size}`)
    await old.close()
  })

test('the pages are complete in English, and another role is told what it needs', async () => {
  const visit = await visitAs(await roomOf('partner-manager', aslNapoli1), { language: 'en', wide: true })
  const { page } = visit
  await visit.open(app.partners)
  await accessible(page, 'partners, in English')
  await shoot(page, 'partner-list-en-1280')
  await page.getByRole('link', { name: 'Cruscotto di prova' }).click()
  await page.getByRole('heading', { name: 'Calls of the last 30 days' }).waitFor()
  await settled(page)
  await accessible(page, 'system, in English')
  assert.doesNotMatch(await page.locator('main').innerText(), /Chiav|Ambit|Finalità P|Sospend|Chiamat/)
  await visit.open(app.newPartner)
  assert.doesNotMatch(await page.locator('main').innerText(), /Chiav|Ambit|Sistem|Registra/)
  await visit.close()

  const doctor = await visitAs(await roomOf('doctor', aslNapoli1))
  await doctor.open(app.partners)
  await doctor.page.getByText('Serve il ruolo di referente per i partner').waitFor()
  await accessible(doctor.page, 'partners, another role')
  await doctor.close()
})
