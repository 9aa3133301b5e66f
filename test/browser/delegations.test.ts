// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { app } from '../../src/web/app/addresses.ts'
import { aDelegation, dayIn } from '../delegations.ts'
import { aPerson } from '../region.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

/** Checks the page on a phone and on a desk; keeps pictures when a folder for them is named. */
async function looked(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  for (const size of [desk, phone]) {
    await page.setViewportSize(size)
    await accessible(page, `${name}, ${size.width}`)
    if (folder) await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true })
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const inDialog = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click()

test('a father delegates his daughter, she accepts and acts, he sees it and revokes', async () => {
  const father = await aPerson(site.t, { givenName: 'Antonio', sex: 'M' })
  const daughter = await aPerson(site.t, { givenName: 'Giulia' })
  const his = await site.visit({ personId: father.id })
  const hers = await site.visit({ personId: daughter.id })

  await his.open(app.delegations)
  await his.page.getByText('Non hai delegato nessuno').waitFor()
  await looked(his.page, 'delegations-empty')
  await his.page.getByRole('link', { name: 'Delega una persona' }).click()
  await his.page.getByRole('heading', { level: 1, name: 'Delega una persona' }).waitFor()
  await settled(his.page)
  await press(his.page, 'Avanti')
  await his.page.getByRole('alert').getByText('Scrivi il codice fiscale').waitFor()
  await looked(his.page, 'delegation-who-error')
  await his.page.getByLabel('Codice fiscale della persona da delegare').fill(daughter.code.toLowerCase())
  await press(his.page, 'Avanti')
  await his.page.getByRole('checkbox', { name: /Pagamenti/ }).uncheck()
  await looked(his.page, 'delegation-services')
  await press(his.page, 'Avanti')
  await his.page.getByRole('radio', { name: '6 mesi' }).check()
  await looked(his.page, 'delegation-period')
  await press(his.page, 'Avanti')
  await his.page.getByText('L’altra persona deve accettare').waitFor()
  await looked(his.page, 'delegation-summary')
  await press(his.page, 'Invia la delega')
  await his.page.getByRole('heading', { level: 1, name: 'Delega inviata' }).waitFor()
  await looked(his.page, 'delegation-sent')

  await hers.open(app.delegations)
  await hers.page.getByRole('heading', { name: 'Aspettano la tua risposta' }).waitFor()
  await looked(hers.page, 'delegations-waiting')
  await hers.page.getByRole('link', { name: /Vedi la delega/ }).click()
  await hers.page.getByText('vuole delegarti').waitFor()
  await settled(hers.page)
  await looked(hers.page, 'delegation-offer')
  await press(hers.page, 'Accetta la delega')
  await hers.page.getByRole('dialog', { name: 'Vuoi accettare questa delega?' }).waitFor()
  await looked(hers.page, 'delegation-accept')
  await inDialog(hers.page, 'Accetta la delega')
  await hers.page.getByText('Attiva', { exact: true }).waitFor()
  const paper = hers.page.waitForEvent('download')
  await hers.page.getByRole('link', { name: 'Scarica il documento (PDF)' }).click()
  assert.equal((await paper).suggestedFilename(), 'delega.pdf')

  await hers.page.getByRole('button', { name: 'Cambia persona' }).click()
  await hers.page.getByRole('radio', { name: /Antonio/ }).check()
  await press(hers.page, 'Conferma la persona')
  await hers.open(app.profile)
  await hers.page.getByText(/^Stai operando per: Antonio/).waitFor()

  await his.open(app.delegations)
  await his.page.getByRole('link', { name: /Vedi la delega/ }).click()
  await his.page.getByText('Ha letto: i recapiti').first().waitFor()
  await settled(his.page)
  await looked(his.page, 'delegation-active')
  await press(his.page, 'Revoca la delega')
  await his.page.getByLabel('Motivo').fill('Non serve più')
  await looked(his.page, 'delegation-revoke')
  await inDialog(his.page, 'Revoca la delega')
  await his.page.getByText('Revocata', { exact: true }).waitFor()
  await his.page.getByText('«Non serve più»').waitFor()
  await looked(his.page, 'delegation-revoked')

  await hers.open(app.delegations)
  await hers.page.getByText('Deleghe finite (1)').waitFor()
  assert.equal(await hers.page.getByText(/Stai operando per: Giulia/).count(), 1)
  assert.equal(await hers.page.getByRole('button', { name: 'Cambia persona' }).count(), 0)
  await his.close()
  await hers.close()
})

test('a son asks his mother, who grants less than he asked for, in English', async () => {
  const mother = await aPerson(site.t, { givenName: 'Marta' })
  const son = await aPerson(site.t, { givenName: 'Carlo', sex: 'M' })
  const his = await site.visit({ personId: son.id, locale: 'en-GB' })
  await his.open(app.askDelegation)
  await his.page.getByLabel('Tax code of the person who is to delegate you').fill(mother.code)
  await press(his.page, 'Next')
  await press(his.page, 'Next')
  await his.page.getByRole('radio', { name: 'Another day' }).check()
  await press(his.page, 'Next')
  await his.page.getByRole('alert').getByText('Write a day from today on').waitFor()
  await looked(his.page, 'delegation-last-day-en')
  await his.page.getByRole('radio', { name: '1 year' }).check()
  await press(his.page, 'Next')
  await press(his.page, 'Send the request')
  await his.page.getByRole('heading', { level: 1, name: 'Request sent' }).waitFor()
  await his.close()

  const hers = await site.visit({ personId: mother.id, locale: 'en-GB' })
  await hers.open(app.delegations)
  await hers.page.getByRole('link', { name: /See the delegation/ }).click()
  await press(hers.page, 'Accept the delegation')
  await hers.page
    .getByRole('dialog')
    .getByRole('checkbox', { name: /Payments/ })
    .uncheck()
  await looked(hers.page, 'delegation-grant-en')
  await inDialog(hers.page, 'Accept the delegation')
  await hers.page.getByText('Active', { exact: true }).waitFor()
  assert.equal(await hers.page.getByText('Bookings', { exact: true }).count(), 1)
  await looked(hers.page, 'delegation-active-en')
  await hers.close()
})

test('a parent sees her children there, and a ward by court order with the powers of the judge', async () => {
  const mother = await aPerson(site.t)
  await aPerson(site.t, { givenName: 'Luca', sex: 'M', birthDate: '2019-04-05', parent: mother.id })
  const ward = await aPerson(site.t, { givenName: 'Nino', sex: 'M', birthDate: '1950-04-05' })
  await aDelegation(site.t, ward, mother, { kind: 'support-administrator', services: ['BOOKING', 'RECORD'] })
  const visit = await site.visit({ personId: mother.id })
  await visit.open(app.delegations)
  await visit.page.getByRole('heading', { name: /^Luca/ }).waitFor()
  await visit.page.getByText('Amministrazione di sostegno').waitFor()
  await looked(visit.page, 'delegations-family')
  await visit.close()
})

test('a delegate for payments alone sees payments, and is told of the rest', async () => {
  const granny = await aPerson(site.t, { givenName: 'Rosa', birthDate: '1941-02-03' })
  const nephew = await aPerson(site.t, { givenName: 'Dario', sex: 'M' })
  await aDelegation(site.t, granny, nephew, { services: ['PAYMENT'] })
  const visit = await site.visit({ personId: nephew.id })
  const { page } = visit
  await visit.open(app.payments)
  await page.getByRole('button', { name: 'Cambia persona' }).click()
  await page.getByText(/Solo per: Pagamenti/).waitFor()
  await page.getByRole('radio', { name: /Rosa/ }).check()
  await press(page, 'Conferma la persona')
  await page.getByRole('heading', { level: 1, name: 'Pagamenti' }).waitFor()
  await visit.open(app.appointments)
  await page.getByText(/Per Rosa .* non puoi usare questo servizio/).waitFor()
  await looked(page, 'service-not-delegated')
  await press(page, 'Torna a operare per te')
  await page.getByText(/^Stai operando per: Dario/).waitFor()
  await visit.close()
})

test('at fifteen one books alone and does not pay', async () => {
  const mother = await aPerson(site.t)
  const child = await aPerson(site.t, { birthDate: dayIn(-15 * 366), parent: mother.id })
  const visit = await site.visit({ personId: child.id })
  await visit.open(app.home)
  assert.equal(await visit.page.getByRole('heading', { name: 'Da pagare' }).count(), 0)
  await looked(visit.page, 'home-of-a-minor')
  await visit.open(app.payments)
  await visit.page.getByText('Prima dei diciotto anni non puoi usare questo servizio da solo').waitFor()
  await visit.open(app.delegations)
  await visit.page.getByText('Prima dei diciotto anni non si può delegare').waitFor()
  await visit.close()
})

test('a delegation about to end is suspended, resumed and renewed; an offer is refused', async () => {
  const mother = await aPerson(site.t, { givenName: 'Elsa' })
  const son = await aPerson(site.t, { givenName: 'Piero', sex: 'M' })
  const id = await aDelegation(site.t, mother, son, { until: dayIn(12) })
  const hers = await site.visit({ personId: mother.id })
  const { page } = hers
  await hers.open(app.delegation(id))
  await press(page, 'Sospendi la delega')
  await inDialog(page, 'Sospendi la delega')
  await page.getByText('Sospesa', { exact: true }).waitFor()
  await looked(page, 'delegation-suspended')
  await press(page, 'Riattiva la delega')
  await inDialog(page, 'Riattiva la delega')
  await page.getByText('Attiva', { exact: true }).waitFor()
  await press(page, 'Rinnova')
  await inDialog(page, 'Rinnova')
  await page.getByRole('dialog').getByText('Scrivi un giorno da oggi').waitFor()
  await page.getByRole('radio', { name: '1 anno' }).check()
  await looked(page, 'delegation-renew')
  await inDialog(page, 'Rinnova')
  await page.getByText('Richiesta di rinnovo inviata').waitFor()
  await hers.open(app.delegations)
  assert.equal(await page.getByRole('heading', { level: 3, name: /^Piero/ }).count(), 2)
  await hers.close()

  const his = await site.visit({ personId: son.id })
  await his.open(app.delegations)
  await his.page
    .getByRole('link', { name: /Vedi la delega/ })
    .first()
    .click()
  await press(his.page, 'Rifiuta')
  await inDialog(his.page, 'Rifiuta')
  await his.page.getByRole('heading', { level: 1, name: 'Deleghe' }).waitFor()
  await settled(his.page)
  assert.equal(await his.page.getByText('Aspettano la tua risposta').count(), 0)
  await his.close()
})

test('who signed in long ago proves who she is again in another window, and what she wrote stays', async () => {
  const anna = await aPerson(site.t)
  const bruno = await aPerson(site.t, { sex: 'M' })
  const visit = await site.visit({ personId: anna.id })
  const { page } = visit
  const signedIn = (when: string) =>
    site.t.owner.query(`update access.session set authenticated_at = ${when} where person_id = $1`, [anna.id])
  await signedIn(`now() - interval '31 minutes'`)
  await visit.open(app.delegate)
  await page.getByLabel('Codice fiscale della persona da delegare').fill(bruno.code)
  for (let step = 0; step < 2; step += 1) await press(page, 'Avanti')
  await page.getByRole('radio', { name: '1 mese' }).check()
  await press(page, 'Avanti')
  await press(page, 'Invia la delega')
  await page.getByText('Per questa operazione devi confermare chi sei.').waitFor()
  await page.getByRole('link', { name: /Accedi di nuovo/ }).waitFor()
  await looked(page, 'delegation-step-up')
  await signedIn('now()')
  await press(page, 'Invia la delega')
  await page.getByRole('heading', { level: 1, name: 'Delega inviata' }).waitFor()
  await visit.close()
})
