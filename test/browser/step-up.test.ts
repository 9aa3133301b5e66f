// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { app } from '../../src/web/app/addresses.ts'
import { euros } from '../../src/web/app/formats.ts'
import { addDays, romeDay } from '../../src/server/platform/time.ts'
import { aDoctor } from '../doctors.ts'
import { paymentsBench } from '../payments.ts'
import { aPerson as aResident } from '../region.ts'
import { aPerson, demoFile } from '../spid.ts'
import { accessible, openSite, settled, sizes, type Site, type Visit } from './site.ts'

let site: Site
let personId: string
before(async () => {
  site = await openSite()
  personId = await aPerson(site.t)
  await demoFile(site.t)
})
after(() => site[Symbol.asyncDispose]())

/**
 * Follows the way back in its own window, proves who she is with SPID, sees there whom she acts for, and returns to the
 * first one.
 */
async function signInAgain({ page, context }: Visit, forWhom = 'Giovanna Esposito'): Promise<void> {
  const [other] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: /Accedi di nuovo/ }).click(),
  ])
  await other.getByRole('button', { name: 'Entra con Gestore di prova Uno' }).click()
  await other.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await other.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await other.waitForURL('**/app/**')
  await other.getByText('Stai operando per').getByText(forWhom).waitFor()
  await other.close()
  const session = page.waitForResponse('**/api/v1/session')
  await page.evaluate(`window.dispatchEvent(new Event('focus'))`) // headless browsers tell no focus
  await session
}

for (const [size, viewport] of Object.entries(sizes))
  test(`${size}: contacts ask for a fresh proof, and the choice made stays`, async () => {
    const visit = await site.visit({ personId, viewport })
    const { page } = visit
    await site.t.owner.query(
      `update access.session set authenticated_at = now() - interval '31 minutes' where person_id = $1`,
      [personId],
    )
    await visit.open(app.profile)
    const english = page.getByRole('radio', { name: 'English' })
    const email = page.getByLabel('E-mail')
    const wanted = !(await email.isChecked())
    await email.setChecked(wanted)
    await english.check()
    await page.getByRole('button', { name: 'Salva le scelte' }).click()
    await page.getByText('Per questa operazione devi confermare chi sei.').waitFor()
    await accessible(page, 'contacts, step-up')
    await signInAgain(visit)
    await settled(page)
    assert.equal(await email.isChecked(), wanted, 'the box is as it was left')
    assert.equal(await english.isChecked(), true)
    await page.getByRole('button', { name: 'Salva le scelte' }).click()
    await page.getByText('Scelte salvate').waitFor()
    const { rows } = await site.t.owner.query('select language from registry.contact_preference where person_id = $1', [
      personId,
    ])
    assert.deepEqual(rows, [{ language: 'en' }])
    await site.t.owner.query(`delete from registry.contact_preference where person_id = $1`, [personId])
    await visit.close()
  })

const signedInLongAgo = () =>
  site.t.owner.query(
    `update access.session set authenticated_at = now() - interval '31 minutes' where person_id = $1`,
    [personId],
  )

for (const [size, viewport] of Object.entries(sizes)) {
  test(`${size}: a mother who chooses for her child proves again who she is, and goes on with the same child and doctor`, async () => {
    const givenName = `Sofia ${size}`
    const birthDate = addDays(romeDay(new Date()), -4 * 365)
    const child = await aResident(site.t, { givenName, birthDate, parent: personId })
    const doctor = await aDoctor(site.t, { kind: 'PLS' })
    const visit = await site.visit({ personId, viewport })
    const { page } = visit
    await signedInLongAgo()
    await visit.open(app.doctor)
    await page.getByRole('button', { name: 'Cambia persona' }).click()
    await page.getByRole('radio', { name: givenName }).check()
    await page.getByRole('button', { name: 'Conferma la persona' }).click()
    await visit.open(app.chooseDoctor(doctor))
    const confirm = page.getByRole('button', { name: 'Conferma la scelta' })
    await confirm.click()
    await page.getByText('Per questa operazione devi confermare chi sei.').waitFor()
    await settled(page)
    await accessible(page, 'doctor, step-up')
    const choices = () =>
      site.t.owner.query('select role_id from registry.doctor_choice where person_id = $1', [child.id])
    assert.equal((await choices()).rows.length, 0)
    await signInAgain(visit, givenName)
    await page.getByText('Abbiamo confermato chi sei').waitFor()
    await settled(page)
    await accessible(page, 'doctor, confirmed')
    await confirm.click()
    await page.getByText(`Ora il medico di ${givenName}`).waitFor()
    assert.deepEqual((await choices()).rows, [{ role_id: doctor }])
    await visit.close()
  })

  test(`${size}: who pays proves again who she is, and what she had ticked is what she pays`, async () => {
    const bench = paymentsBench(site.t)
    const { organisationId } = await bench.aCreditor()
    await bench.aNotice(organisationId, { patientId: personId, amountCents: 4321 })
    const wanted = await bench.aNotice(organisationId, { patientId: personId, amountCents: viewport.width })
    const visit = await site.visit({ personId, viewport })
    const { page } = visit
    await signedInLongAgo()
    await visit.open(app.payments)
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck()
    const amount = euros('it', viewport.width)
    await page.locator('.sf-pay-row', { hasText: amount }).getByRole('checkbox').check()
    const pay = page.getByRole('button', { name: 'Paga con pagoPA' })
    await pay.click()
    await page.getByText('Per questa operazione devi confermare chi sei.').waitFor()
    await settled(page)
    await accessible(page, 'payments, step-up')
    await signInAgain(visit)
    await page.getByText('Abbiamo confermato chi sei').waitFor()
    await settled(page)
    await pay.click()
    await page.getByRole('button', { name: /^Paga / }).click()
    await page.getByText('Pagamento riuscito').waitFor()
    assert.equal((await bench.stored(wanted.id)).state, 'paid')
    await visit.close()
  })
}

for (const [where, path, title] of [
  ['payments', app.payments, 'Pagamenti'],
  ['messages', app.messages, 'Messaggi'],
  ['delegations', app.delegations, 'Deleghe'],
] as const)
  test(`${where}: when the session is over the same words and the same way back are shown, and the page comes alive again`, async () => {
    const visit = await site.visit({ personId })
    const { page } = visit
    await visit.open(app.profile) // which has not asked for these yet
    await site.t.owner.query('delete from access.session where person_id = $1', [personId])
    // Inside the page: a fresh load would go to the sign-in page at once.
    await page.evaluate(`history.pushState({}, '', '${path}'); window.dispatchEvent(new PopStateEvent('popstate'))`)
    await page.getByText('Per continuare devi entrare.').first().waitFor()
    await accessible(page, `${where}, session over`)
    await signInAgain(visit)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await settled(page)
    assert.equal(await page.getByText('Per continuare devi entrare.').count(), 0)
    await visit.close()
  })
