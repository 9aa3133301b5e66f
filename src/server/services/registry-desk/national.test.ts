// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { bookingBench, cycleOf, lineOf, mostDays } from '../../../../test/booking.ts'
import { aCampaign } from '../../../../test/campaigns.ts'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { anEvent, anprClient, generalities, inNaples, registerOnAnpr } from '../../../../test/national.ts'
import { noticesBench } from '../../../../test/notifications.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { romeDay } from '../../platform/time.ts'
import { pullAll } from '../../registry/national/index.ts'
import type { DifferencePage, DifferenceView, MessagePage, MessageView } from './national-schema.ts'

const t = await testApp({ env: anprClient })
before(() => registerOnAnpr(t.platform.config))
after(() => t[Symbol.asyncDispose]())
const officer = await aProfessional(t, 'district-officer')

const call = (method: 'GET' | 'POST', path: string, payload?: object, headers: object = officer.headers) =>
  t.app.inject({ method, url: `/api/v1/office/${path}`, headers: { ...headers }, ...(payload && { payload }) })
async function ok<T>(method: 'GET' | 'POST', path: string, payload?: object): Promise<T> {
  const answer = await call(method, path, payload)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<T>()
}
const refused = async (path: string, payload: object, headers: object = officer.headers): Promise<string> => {
  const answer = await call('POST', path, payload, headers)
  assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body)
  return `${answer.statusCode} ${answer.json<{ code: string }>().code}`
}

const bench = await bookingBench(t)
const { bookable, books, citizen, freeSeats, heldFor, looksUp } = bench
const { inboxOf } = noticesBench(t)
const today = romeDay(new Date())

let people = 0
/** Somebody whose given name ANPR has otherwise, and the difference it makes. */
async function differing(personId?: string): Promise<{ id: string; difference: string }> {
  people += 1
  const who = generalities({ cognome: `${'BDFGLMNP'[people]}iscordanti` })
  const own = { familyName: who.cognome, givenName: 'Annarella', birthDate: who.dataNascita }
  const { id } = await aPerson(t, { ...own, code: { type: 'CF', value: who.codiceFiscale! } })
  await anEvent(t, { idSoggetto: `DESK${people}`, tipo: 'CITTADINANZA', dataDecorrenza: '2026-02-01', soggetto: who })
  await pullAll(t.platform)
  const { items } = await ok<DifferencePage>(
    'GET',
    'national-differences?state=open&part=givenName&source=anpr&sort=name',
  )
  const found = items.find(({ person }) => person.id === id)
  assert.ok(found, `no difference of ${personId ?? id}`)
  return { id, difference: found.id }
}
const givenName = async (id: string) =>
  (await t.owner.query<{ name: string }>('select given_name as name from registry.person where id = $1', [id])).rows[0]!
    .name

test('a difference is shown side by side, taken, taken back and kept; each step is in the trail', async () => {
  const { id, difference } = await differing()
  const path = `national-differences/${difference}`
  const view = await ok<DifferenceView>('GET', path)
  assert.deepEqual([view.ours.value, view.theirs.value, view.because], ['Annarella', 'Anna', 'unknown-source'])
  assert.equal(view.fields.find(({ field }) => field === 'givenName')?.same, false)
  assert.equal(view.fields.find(({ field }) => field === 'familyName')?.same, true)
  const wish = { decision: 'take', note: 'Carta d’identità vista' }
  assert.equal((await ok<DifferenceView>('POST', `${path}/decision`, wish)).state, 'taken')
  assert.equal(await givenName(id), 'Anna')
  assert.equal(await refused(`${path}/decision`, wish), '409 registry/difference-decided')
  assert.equal((await ok<DifferenceView>('POST', `${path}/undo`, { reason: 'Era la sorella' })).state, 'open')
  assert.equal(await givenName(id), 'Annarella')
  assert.equal(await refused(`${path}/undo`, { reason: 'Ancora' }), '409 registry/nothing-to-undo')
  await ok('POST', `${path}/decision`, { decision: 'later', note: 'Chiedo al comune' })
  const kept = await ok<DifferenceView>('POST', `${path}/decision`, { decision: 'keep', note: 'Il nostro è giusto' })
  assert.deepEqual(
    kept.history.map(({ state }) => state),
    ['taken', 'open', 'later', 'kept'],
  )
  assert.equal(await givenName(id), 'Annarella')
  await pullAll(t.platform)
  assert.equal((await ok<DifferenceView>('GET', path)).state, 'kept')
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where object_type = 'national-difference' and patient_id = $1 and person_id = $2`,
    [id, officer.id],
  )
  assert.ok(
    rows.filter(({ action }) => action === 'UPDATE').length === 4 && rows.some(({ action }) => action === 'READ'),
  )
})

test('of two officers who decide at once one does; nobody decides about herself, and other roles have no part in it', async () => {
  const { id, difference } = await differing()
  const path = `national-differences/${difference}/decision`
  assert.equal(await refused(path, { decision: 'take', note: 'x' }), '400 platform/invalid-request')
  assert.equal(await refused(path, { decision: 'forse', note: 'Non so' }), '400 platform/invalid-request')
  assert.equal((await call('GET', `national-differences/${officer.id}`)).statusCode, 404)
  const citizen = await t.signIn(id)
  const clerk = await aProfessional(t, 'clerk')
  for (const headers of [citizen, clerk.headers])
    for (const list of ['national-differences?state=open', 'national-messages', 'national-messages.csv'])
      assert.equal((await call('GET', list, undefined, headers)).statusCode, 403)
  const answers = await Promise.all([1, 2].map(() => call('POST', path, { decision: 'keep', note: 'Il nostro' })))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
  const own = await aProfessional(t, 'district-officer')
  await t.owner.query('update registry.national_difference set person_id = $1 where id = $2', [own.id, difference])
  const undo = `national-differences/${difference}/undo`
  assert.equal(await refused(undo, { reason: 'La mia' }, own.headers), '403 registry/own-record')
})

test('messages are listed with their fate; one about somebody unknown is tried again or set aside, and those after it go on', async () => {
  const who = generalities({ cognome: 'Ignotini' })
  const fact = { idSoggetto: 'DESKX', soggetto: who, dataDecorrenza: '2026-02-01' }
  await anEvent(t, { ...fact, tipo: 'CITTADINANZA' })
  await anEvent(t, { ...fact, tipo: 'CAMBIO_RESIDENZA', dati: { residenza: inNaples('Via Nuova 1') } })
  await pullAll(t.platform)
  const list = (query: string) => ok<MessagePage>('GET', `national-messages?${query}`)
  const [failed] = (await list('state=error&source=anpr')).items
  assert.deepEqual(
    [failed?.problem, failed?.person?.id, failed?.actions],
    ['unknown-person', null, ['retry', 'set-aside']],
  )
  const [waiting] = (await list('state=waiting&sort=oldest')).items
  assert.deepEqual([waiting?.kind, waiting?.missing], ['residence', null])
  const act = `national-messages/${failed!.id}/decision`
  assert.equal((await ok<MessageView>('POST', act, { action: 'retry', note: 'Riprovo' })).state, 'error')
  assert.equal(await refused(act, { action: 'proceed', note: 'Avanti' }), '409 registry/message-settled')
  assert.equal((await ok<MessageView>('POST', act, { action: 'set-aside', note: 'Non serve' })).state, 'set-aside')
  const [applied] = (await list('state=applied')).items.filter(({ id }) => id === waiting!.id)
  assert.ok(applied?.person?.id, 'the one after it founded the record')
  assert.deepEqual(
    (await list('page=1')).feeds.map(({ source, problem }) => [source, problem]),
    [
      ['ana', null],
      ['anpr', null],
    ],
  )
  const csv = await call('GET', 'national-messages.csv?state=set-aside')
  assert.match(csv.body, /Ignotini Anna/)
  assert.match((await call('GET', 'national-differences.csv?state=kept')).body, /Annarella/)
})

type Told = 'by ANPR' | 'in the office'
/** Somebody with everything that a death ends: an appointment, a held place, a doctor, an exemption, an adhesion. */
async function somebodyBusy(surname: string, number: number) {
  const who = generalities({ cognome: surname })
  const contacts = { mobile: `+39333770000${number}`, email: `${surname.toLowerCase()}@posta.example` }
  const anna = await citizen({
    ...contacts,
    familyName: who.cognome,
    givenName: who.nome,
    birthDate: who.dataNascita,
    code: { type: 'CF', value: who.codiceFiscale! },
    exemptions: ['E01'],
  })
  const kept = await bookable({ slots: 1 })
  const held = await bookable({ slots: 1, days: 9 })
  const lost = await bookable({ slots: 1, days: 10 })
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(kept.code)] }))
  await books(anna, await aPrescription(t, anna, { lines: [lineOf(lost.code)] }))
  await heldFor(anna, held.code)
  const waits = await looksUp(anna, await aPrescription(t, anna, { lines: [lineOf((await bookable()).code)] }))
  const entered = await bench.call(anna, 'POST', '/waiting-list-entries', { prescriptionId: waits.id, line: 1 })
  assert.equal(entered.statusCode, 201, entered.body)
  await hasDoctor(t, anna.id, await aDoctor(t))
  const adhered = await t.app.inject({
    method: 'POST',
    url: '/api/v1/vaccination/adhesions',
    headers: { ...anna.headers, 'idempotency-key': randomUUID() },
    payload: { patientId: anna.id, campaign: await aCampaign(t, { everybody: true }), contact: 'sms' },
  })
  assert.equal(adhered.statusCode, 201, adhered.body)
  await t.settle()
  const standing = async (): Promise<Record<string, unknown>> => {
    const { rows } = await t.owner.query<Record<string, unknown>>(
      `select (select array_agg(coalesce(end_reason, 'runs') order by began_at, id) from registry.doctor_choice where person_id = $1) as doctors,
              (select (upper(valid) - 1)::text from registry.person_exemption where person_id = $1) as exemption,
              (select array_agg(withdrawn_at is null) from vaccination.adhesion where patient_id = $1) as adhesions,
              (select state from booking.waiting_list_entry where patient_id = $1) as waits,
              (select array_agg(state order by id) from booking.booking where patient_id = $1) as bookings`,
      [anna.id],
    )
    return { ...rows[0], free: await Promise.all([kept, held, lost].map(({ scheduleId }) => freeSeats(scheduleId))) }
  }
  const messagesOut = async () => (await inboxOf(contacts.mobile)).length + (await inboxOf(contacts.email)).length
  const dies = async (how: Told) => {
    const event = { idSoggetto: `MORTE${number}`, dataDecorrenza: today, soggetto: who }
    if (how === 'by ANPR') {
      const { idEvento } = await anEvent(t, { ...event, tipo: 'DECESSO' })
      await pullAll(t.platform)
      await t.settle()
      return async () => {
        await anEvent(t, { ...event, tipo: 'ANNULLAMENTO', dati: { evento: idEvento } })
        await pullAll(t.platform)
        await t.settle()
      }
    }
    const record = await does(`people/${anna.id}/acts`, { act: 'death', on: today })
    await t.settle()
    return async () => {
      await does(`people/${anna.id}/acts/${record.acts[0]!.id}/undo`, { reason: 'Era un’omonima' })
      await t.settle()
    }
  }
  return { anna, lost, booking, standing, messagesOut, dies }
}
async function does(path: string, payload: object): Promise<{ acts: { id: string }[] }> {
  const answer = await call('POST', path, payload, { ...officer.headers, 'idempotency-key': randomUUID() })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}

for (const [n, how] of (['by ANPR', 'in the office'] as const).entries())
  test(`a death told ${how} ends what somebody had, frees her places, and writes to her no more`, async () => {
    const { standing, messagesOut, dies, booking, lost, anna } = await somebodyBusy(
      n === 0 ? 'Finitelli' : 'Conclusoni',
      n,
    )
    assert.deepEqual((await standing()).free, [0, 0, 0])
    const before = await messagesOut()
    assert.ok(before > 0, 'she was written to while she lived')
    const had = await standing()
    const takeBack = await dies(how)
    assert.deepEqual(await standing(), {
      doctors: ['DECEASED'],
      exemption: today,
      adhesions: [false],
      waits: 'withdrawn',
      bookings: ['cancelled', 'cancelled', 'released'],
      free: [1, 1, 1],
    })
    assert.equal(await messagesOut(), before)
    const { rows } = await t.owner.query(
      `select id from notifications.reminder where about_id = $1 and state = 'scheduled'`,
      [booking.id],
    )
    assert.deepEqual(rows, [])
    assert.equal(
      (await t.owner.query('select id from notifications.letter where recipient_id = $1', [anna.id])).rowCount,
      0,
    )

    // Somebody else takes the second of two places before the death turns out to be an error.
    const other = await citizen()
    const taken = await books(other, await aPrescription(t, other, { lines: [lineOf(lost.code)] }))
    await takeBack()
    const { doctors, exemption, adhesions, bookings } = await standing()
    assert.deepEqual([doctors, exemption, adhesions], [['DECEASED', 'runs'], had['exemption'], [true]])
    assert.deepEqual(bookings, ['cancelled', 'cancelled', 'released', 'confirmed'])
    const given = await ok<{ items: { state: string; startsAt: string; code: string }[] }>(
      'GET',
      `people/${anna.id}/given-back`,
    )
    assert.deepEqual(given.items.map(({ state, startsAt }) => [state, startsAt]).toSorted(), [
      ['lost', taken.appointments[0]!.startsAt],
      ['restored', booking.appointments[0]!.startsAt],
    ])
    assert.notEqual(given.items.find(({ state }) => state === 'restored')?.code, booking.code)
    assert.equal((await call('GET', `people/${anna.id}/given-back`, undefined, anna.headers)).statusCode, 403)
    assert.ok((await messagesOut()) > before, 'she is told again')
    const choice = `update registry.doctor_choice set valid = '[2020-01-01,)' where person_id = $1 and end_reason = 'DECEASED'`
    await assert.rejects(t.owner.query(choice, [anna.id]), { constraint: 'doctor_choice_kept' })
    await assert.rejects(hasDoctor(t, anna.id, await aDoctor(t)), { constraint: 'doctor_choice_one_at_a_time' })
  })

test('of a cycle that has begun a death cancels what remains; told in error, the sessions are hers again', async () => {
  const { code, scheduleId } = await bookable({ on: mostDays(6), slots: 1 })
  const who = await citizen()
  const booking = await books(who, await aPrescription(t, who, { lines: [cycleOf(code, 3)], priority: 'D' }))
  const [first] = booking.appointments
  await t.owner.query(
    `update scheduling.appointment set starts_at = starts_at - interval '60 days', ends_at = ends_at - interval '60 days' where id = $1`,
    [first!.id],
  )
  await t.owner.query(
    `update booking.booking_line set starts_at = starts_at - interval '60 days' where appointment_id = $1`,
    [first!.id],
  )
  const free = await freeSeats(scheduleId)
  const { acts } = await does(`people/${who.id}/acts`, { act: 'death', on: today })
  await t.settle()
  assert.equal(await freeSeats(scheduleId), free + 2)
  await does(`people/${who.id}/acts/${acts[0]!.id}/undo`, { reason: 'Era un’omonima' })
  await t.settle()
  assert.equal(await freeSeats(scheduleId), free)
  const again = await bench.look(who, booking.id)
  assert.deepEqual(
    [again.state, ...again.appointments.map(({ state }) => state)],
    ['confirmed', 'booked', 'booked', 'booked'],
  )
  const given = await ok<{ items: { state: string }[] }>('GET', `people/${who.id}/given-back`)
  assert.deepEqual(
    given.items.map(({ state }) => state),
    ['restored', 'restored'],
  )
})
