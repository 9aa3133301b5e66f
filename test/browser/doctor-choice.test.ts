// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addDays, romeDay } from '../../src/server/platform/time.ts'
import { app, publicAddresses } from '../../src/web/app/addresses.ts'
import { aDelegation } from '../delegations.ts'
import { aDoctor, hasDoctor } from '../doctors.ts'
import { aPerson } from '../region.ts'
import { accessible, desk, openSite, phone, settled, sizes, type Site } from './site.ts'

let site: Site
const napoli = '063049'
/** Doctors whom everybody of these tests, who lives in Naples, can choose. */
let doctors: Awaited<ReturnType<typeof doctorsOf>>
before(async () => {
  site = await openSite()
  doctors = await doctorsOf(napoli)
})
after(() => site[Symbol.asyncDispose]())

const today = romeDay(new Date())

/** Checks the page on a desk and on a phone, or at the one size of a journey; keeps pictures when a folder for them is named. */
async function looked(page: Page, name: string, at = [desk, phone]): Promise<void> {
  await settled(page)
  const folder = process.env['SCREENSHOTS']
  for (const size of at) {
    await page.setViewportSize(size)
    await accessible(page, `${name}, ${size.width}`)
    if (folder) await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true })
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const card = (page: Page, name: string) =>
  page
    .locator('section')
    .filter({ has: page.getByRole('heading', { level: 3, name }) })
    .last()

/** Doctors of a town of their own, so that one test does not see those of another. */
async function doctorsOf(town: string) {
  return {
    free: await aDoctor(site.t, { towns: [town], familyName: 'Abate Libera', languages: ['it', 'en'] }),
    last: await aDoctor(site.t, { towns: [town], familyName: 'Basso Ultimi', patients: 1_490 }),
    full: await aDoctor(site.t, { towns: [town], familyName: 'Corda Piena', patients: 1_500 }),
    paediatrician: await aDoctor(site.t, { towns: [town], familyName: 'Donato Bimbi', kind: 'PLS' }),
  }
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`anybody finds a doctor by place, name, kind, language, day and places, on a ${size}`, async () => {
    const visit = await site.visit({ viewport })
    const { page } = visit
    await visit.open(publicAddresses.doctors.it)
    await page.getByText('Scegli un comune o scrivi un cognome').waitFor()
    await looked(page, 'find-start', [viewport])
    await page.getByRole('combobox', { name: 'Comune' }).fill('napol')
    await page.getByRole('option', { name: /^Napoli/ }).waitFor()
    await looked(page, 'find-municipality', [viewport])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('combobox', { name: 'Comune' }).inputValue(), 'Napoli')
    await page.getByLabel('Cognome o nome del medico').fill('abate')
    await press(page, 'Cerca')
    await page.getByText('1 medico trovato').waitFor()
    assert.equal(await page.evaluate('document.activeElement?.id'), 'results', 'one goes on at the results')
    const found = card(page, 'Dott.ssa Carla Abate Libera')
    await found.getByText('Posti liberi').waitFor()
    await found.getByText('lunedì: 9:00–12:00').waitFor()
    await found.getByText('italiano e inglese').waitFor()
    assert.equal(new URL(page.url()).search, `?municipality=${napoli}`, 'no name stands in the address')
    await looked(page, 'find-found', [viewport])

    await page.getByLabel('Cognome o nome del medico').fill('')
    await page.getByText('Altri filtri').click()
    await page.getByRole('checkbox', { name: 'Mostra solo chi ha posti liberi' }).check()
    await page.getByRole('radio', { name: 'Pediatra' }).check()
    await page.getByLabel('Riceve di').selectOption('lunedì')
    await looked(page, 'find-filters', [viewport])
    await press(page, 'Cerca')
    await card(page, 'Dott.ssa Carla Donato Bimbi').waitFor()
    assert.equal(new URL(page.url()).search, `?municipality=${napoli}&kind=PLS&weekday=1&free=true`)
    await page.goBack()
    await card(page, 'Dott.ssa Carla Abate Libera').waitFor()
    assert.equal(await page.getByLabel('Cognome o nome del medico').inputValue(), 'abate')

    await page.goto(`${publicAddresses.doctors.it}?municipality=${napoli}&language=zh`)
    await page.getByText('Con questi filtri non c’è nessun medico.').waitFor()
    await looked(page, 'find-none', [viewport])
    await page.getByRole('button', { name: 'Togli i filtri' }).first().click()
    await page.getByText('Scegli un comune o scrivi un cognome').waitFor()
    await visit.close()
  })
}

test('a long list comes page by page, a search that fails can be repeated, and who chooses signs in first', async () => {
  for (let n = 0; n < 21; n += 1)
    await aDoctor(site.t, { towns: ['065116'], familyName: `Elenco ${String(n).padStart(2, '0')}` })
  const visit = await site.visit()
  const { page } = visit
  await page.route('**/api/v1/doctors*', (route) => route.abort())
  await page.goto(`${publicAddresses.doctors.it}?municipality=065116`)
  await page.getByText('Non riusciamo a collegarci al servizio').waitFor()
  await looked(page, 'find-error')
  await page.unroute('**/api/v1/doctors*')
  await press(page, 'Riprova')
  await page.getByText('Primi 20 medici').waitFor()
  await looked(page, 'find-many')
  await press(page, 'Mostra altri')
  await page.getByText(/^\d+ medici trovati/).waitFor()
  const first = page.getByRole('link', { name: /^Scegli Dott/ }).first()
  const chosen = (await first.getAttribute('href')) ?? ''
  await first.click()
  await page.waitForURL((url) => url.pathname === publicAddresses.signIn.it)
  assert.equal(new URL(page.url()).searchParams.get('returnTo'), chosen)
  await visit.close()
})

test('a woman without a doctor finds one where she lives and chooses, pressing twice; then she changes, too soon, and leaves', async () => {
  const anna = await aPerson(site.t, { familyName: 'Senzamedico Prova' })
  const visit = await site.visit({ personId: anna.id })
  const { page } = visit
  await visit.open(app.home)
  await page.getByRole('link', { name: 'Vai al mio medico' }).click()
  await page.getByText('Ora non c’è un medico scelto').waitFor()
  await looked(page, 'mine-none')
  await page.getByRole('link', { name: 'Cerca un medico' }).click()
  await page.getByText('Medici che può scegliere chi abita a Napoli').waitFor()
  assert.equal(new URL(page.url()).search, '', 'where somebody lives is not in the address')
  await looked(page, 'area-find')
  await page.getByRole('link', { name: 'Scegli Dott.ssa Carla Basso Ultimi' }).click()
  await title(page, 'Controlla e conferma')
  await page.getByText('Nessuno: ora non c’è un medico').waitFor()
  await looked(page, 'choose-first')
  await page.getByRole('button', { name: 'Conferma la scelta' }).dblclick()
  await title(page, 'Scelta fatta')
  await page.getByText('Ora il medico di Anna Senzamedico Prova è Dott.ssa Carla Basso Ultimi').waitFor()
  await looked(page, 'done-first')
  const paper = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Scarica l’attestato (PDF)' }).click()
  assert.equal((await paper).suggestedFilename(), 'scelta-medico.pdf')
  const { rows } = await site.t.owner.query('select from registry.doctor_choice where person_id = $1', [anna.id])
  assert.equal(rows.length, 1, 'pressed twice, chosen once')

  await page.getByRole('link', { name: 'Vai al mio medico' }).click()
  await page.getByRole('heading', { level: 2, name: 'Dott.ssa Carla Basso Ultimi' }).waitFor()
  await looked(page, 'mine')
  await page.getByRole('link', { name: 'Cambia medico' }).click()
  await card(page, 'Dott.ssa Carla Basso Ultimi').getByText('È il medico di adesso').waitFor()
  await page.getByRole('link', { name: 'Scegli Dott.ssa Carla Abate Libera' }).click()
  await page.getByText('Nello stesso momento lasci Carla Basso Ultimi.').waitFor()
  await looked(page, 'choose-change')
  await press(page, 'Conferma la scelta')
  await page.getByText('Hai lasciato Carla Basso Ultimi.').waitFor()
  await looked(page, 'done-change')

  await visit.open(app.chooseDoctor(doctors.last))
  await page.getByText('Hai cambiato medico online da poco.').waitFor()
  await page.getByText(/^Puoi cambiare online dal /).waitFor()
  await looked(page, 'refused-too-soon')
  await page.getByRole('link', { name: 'Vedi il medico di adesso' }).click()
  await page.getByRole('heading', { level: 2, name: 'Dott.ssa Carla Abate Libera' }).waitFor()
  await card(page, 'Carla Basso Ultimi').getByText('È stato scelto un altro medico').waitFor()
  await looked(page, 'mine-history')
  await press(page, 'Lascia il medico')
  await page.getByRole('dialog', { name: 'Vuoi restare senza medico?' }).waitFor()
  await looked(page, 'leave')
  await press(page, 'Tieni il medico')
  await press(page, 'Lascia il medico')
  await press(page, 'Sì, lascia il medico')
  await page.getByText('Hai lasciato Carla Abate Libera.').waitFor()
  await page.getByText('Attenzione: Ora non c’è un medico scelto', { exact: true }).waitFor()
  await looked(page, 'left')
  await visit.close()
})

test('who is told no reads why and what to do: full, another area, the same doctor', async () => {
  const anna = await aPerson(site.t)
  const far = await aDoctor(site.t, { towns: ['065116'] })
  await hasDoctor(site.t, anna.id, doctors.free)
  const visit = await site.visit({ personId: anna.id })
  const { page } = visit
  for (const [doctorId, why, way, name] of [
    [doctors.full, 'Questo medico non ha più posti liberi.', 'Cerca chi ha posti liberi', 'full'],
    [far, 'Questo medico lavora in un’altra zona', 'Scegli un altro medico', 'out-of-area'],
    [doctors.free, 'È già il medico scelto.', 'Vedi il medico di adesso', 'same'],
    [doctors.paediatrician, 'Dai 14 anni si sceglie un medico di famiglia.', 'Cerca un medico di famiglia', 'too-old'],
  ] as const) {
    await visit.open(app.chooseDoctor(doctorId))
    await page.getByText(why).waitFor()
    await page.getByRole('main').getByRole('link', { name: way }).last().waitFor()
    await looked(page, `refused-${name}`)
  }
  await visit.open(app.chooseDoctor(anna.id))
  await page.getByText('Non abbiamo trovato quello che cerchi').waitFor()
  await visit.close()
})

test('who loses the race for the last place, or changed in another window, is told and keeps what there is', async () => {
  const wanted = await aDoctor(site.t, { familyName: 'Fermi Contesa', ceiling: 1 })
  const [slow, fast] = [await aPerson(site.t), await aPerson(site.t)]
  await hasDoctor(site.t, slow.id, doctors.free)
  const visit = await site.visit({ personId: slow.id })
  const { page } = visit
  await visit.open(app.chooseDoctor(wanted))
  await page.getByRole('button', { name: 'Conferma la scelta' }).waitFor()
  await hasDoctor(site.t, fast.id, wanted)
  await press(page, 'Conferma la scelta')
  await page.getByText('Questo medico non ha più posti liberi.').waitFor()
  await page.getByText('Non è cambiato niente: il medico resta Carla Abate Libera.').waitFor()
  await looked(page, 'race-full')
  await page.getByRole('link', { name: 'Cerca chi ha posti liberi' }).click()
  await card(page, 'Dott.ssa Carla Basso Ultimi').waitFor()
  assert.equal(await card(page, 'Dott.ssa Carla Fermi Contesa').count(), 0)

  await page.route('**/doctor-choices', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        code: 'doctor-choice/already-changed',
        title: 'Il medico è appena stato cambiato.',
        detail: 'Ricarica la pagina per vedere chi è.',
      }),
    }),
  )
  await visit.open(app.chooseDoctor(doctors.last))
  await press(page, 'Conferma la scelta')
  await page.getByText('Il medico è appena stato cambiato.').waitFor()
  await looked(page, 'race-changed')
  await page.unroute('**/doctor-choices')
  await press(page, 'Controlla di nuovo')
  await page.route('**/doctor-choices', (route) => route.abort())
  await press(page, 'Conferma la scelta')
  await page.getByText('Non riusciamo a collegarci al servizio').waitFor()
  await looked(page, 'choose-offline')
  await page.unroute('**/doctor-choices')
  await press(page, 'Conferma la scelta')
  await title(page, 'Scelta fatta')
  await visit.close()
})

test('a mother chooses for her child: the paediatrician, or her own full doctor once he is six', async () => {
  const mother = await aPerson(site.t, { givenName: 'Giulia' })
  const little = await aPerson(site.t, { givenName: 'Sofia', birthDate: addDays(today, -4 * 365), parent: mother.id })
  const big = await aPerson(site.t, {
    givenName: 'Luca',
    sex: 'M',
    birthDate: addDays(today, -8 * 366),
    parent: mother.id,
  })
  const crowded = await aDoctor(site.t, { familyName: 'Gatto Affollata', ceiling: 1 })
  await hasDoctor(site.t, mother.id, crowded)
  const visit = await site.visit({ personId: mother.id })
  const { page } = visit
  const become = async (name: RegExp) => {
    await press(page, 'Cambia persona')
    await page.getByRole('radio', { name }).check()
    await press(page, 'Conferma la persona')
  }
  await visit.open(app.doctor)
  await become(/Sofia/)
  await page.getByText('A questa età si sceglie un pediatra.').waitFor()
  await looked(page, 'child-none')
  await visit.open(app.chooseDoctor(doctors.free))
  await page.getByText('Fino a 6 anni si sceglie un pediatra').waitFor()
  await looked(page, 'refused-paediatrician')
  await page.getByRole('link', { name: 'Cerca un pediatra' }).click()
  await page.getByRole('link', { name: 'Scegli Dott.ssa Carla Donato Bimbi' }).click()
  await press(page, 'Conferma la scelta')
  await page.getByText(/Ora il medico di Sofia/).waitFor()

  await become(/Luca/)
  await visit.open(app.chooseDoctor(crowded))
  await page.getByText('un familiare ha già questo medico').waitFor()
  await looked(page, 'choose-reunification')
  await press(page, 'Conferma la scelta')
  await page.getByRole('link', { name: 'Vai al mio medico' }).click()
  await page.getByRole('heading', { level: 1, name: /^Il medico di Luca/ }).waitFor()
  await page.getByText('Ricongiungimento').waitFor()
  await looked(page, 'child-reunification')
  assert.equal(
    (
      await site.t.owner.query('select from registry.doctor_choice where person_id = any($1) and ended_at is null', [
        [little.id, big.id],
      ])
    ).rows.length,
    2,
  )
  await visit.close()
})

test('a doctor who leaves soon is chosen with a warning, and below six a family doctor for a time when no paediatrician has places', async () => {
  const town = '065050'
  const leaving = await aDoctor(site.t, { towns: [napoli], familyName: 'Hirsch Partente' })
  await site.t.owner.query(`update registry.primary_care_post set leaving_on = $2 where role_id = $1`, [
    leaving,
    addDays(today, 20),
  ])
  const mother = await aPerson(site.t, { givenName: 'Marta' })
  const child = await aPerson(site.t, { givenName: 'Nina', birthDate: addDays(today, -3 * 365), parent: mother.id })
  await site.t.owner.query(`update registry.address set istat_code = $2 where person_id = $1`, [child.id, town])
  const onlyDoctor = await aDoctor(site.t, { towns: [town] })
  const visit = await site.visit({ personId: mother.id })
  const { page } = visit
  await visit.open(app.chooseDoctor(leaving))
  await page.getByText(/^Attenzione: Questo medico lascia l’incarico il /).waitFor()
  await looked(page, 'choose-leaving')
  await press(page, 'Conferma la scelta')
  await page.getByRole('link', { name: 'Vai al mio medico' }).click()
  await page.getByText('Scegli un altro medico entro quel giorno').waitFor()
  await looked(page, 'mine-leaving')

  await press(page, 'Cambia persona')
  await page.getByRole('radio', { name: /Nina/ }).check()
  await press(page, 'Conferma la persona')
  await visit.open(app.chooseDoctor(onlyDoctor))
  await page.getByText('Nella zona nessun pediatra ha posti liberi.').waitFor()
  await looked(page, 'choose-provisional')
  await visit.close()
})

test('a delegate with that service chooses for who delegated him, in English; with another he reads why not', async () => {
  const [delegator, other] = [
    await aPerson(site.t, { givenName: 'Antonio', sex: 'M' }),
    await aPerson(site.t, { givenName: 'Bruno', sex: 'M' }),
  ]
  const delegate = await aPerson(site.t)
  await aDelegation(site.t, delegator, delegate, { services: ['DOCTOR_CHOICE'] })
  await aDelegation(site.t, other, delegate, { services: ['BOOKING'] })
  const visit = await site.visit({ personId: delegate.id, locale: 'en-GB' })
  const { page } = visit
  const become = async (name: RegExp) => {
    await press(page, 'Change person')
    await page.getByRole('radio', { name }).check()
    await page.getByRole('dialog').getByRole('button').last().click()
  }
  await visit.open(app.doctor)
  await become(/Antonio/)
  await page.getByRole('link', { name: 'Find a doctor' }).click()
  await page.getByText('Doctors whom residents of Napoli can choose').waitFor()
  await looked(page, 'english-find')
  await page.getByRole('link', { name: 'Choose Dr Carla Abate Libera' }).click()
  await page.getByText('The choice counts at once.').waitFor()
  await looked(page, 'english-choose')
  await press(page, 'Confirm the choice')
  await title(page, 'Choice made')
  await looked(page, 'english-done')
  await page.getByRole('link', { name: 'Go to my doctor' }).click()
  await page.getByRole('heading', { level: 1, name: /^The doctor of Antonio/ }).waitFor()
  await looked(page, 'english-mine')
  await become(/Bruno/)
  await page.getByRole('heading', { level: 1, name: 'Family doctor' }).waitFor()
  await looked(page, 'english-not-allowed')
  await visit.close()
})
