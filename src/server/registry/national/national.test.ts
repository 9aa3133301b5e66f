// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  anEvent,
  anprClient,
  generalities,
  inFeed,
  inMilan,
  inNaples,
  inParis,
  inSalerno,
  registerOnAnpr,
} from '../../../../test/national.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { mergePeople } from '../linkage/index.ts'
import { pullAll, receive, settleSubject } from './index.ts'

const t = await testApp({ env: anprClient })
before(() => registerOnAnpr(t.platform.config))
after(() => t[Symbol.asyncDispose]())

const pull = () => pullAll(t.platform)
interface MessageRow {
  state: string
  problem: string | null
  deliveries: number
  person_id: string | null
}
const messages = async (subject: string): Promise<MessageRow[]> =>
  (
    await t.owner.query<MessageRow>(
      'select state, problem, deliveries, person_id from registry.national_message where subject = $1 order by sequence, id',
      [subject],
    )
  ).rows
const states = async (subject: string) => (await messages(subject)).map(({ state }) => state)
const residences = async (id: string) =>
  (
    await t.owner.query<{ line: string; from: string; until: string | null }>(
      `select line, lower(valid) as from, upper(valid) as until from registry.address where person_id = $1 order by lower(valid)`,
      [id],
    )
  ).rows
const enrolments = async (id: string) =>
  (
    await t.owner.query<{
      asl_id: string
      state: string
      kind: string
      end_reason: string | null
      from: string
      until: string | null
    }>(
      `select asl_id, kind, state, end_reason, lower(valid) as from, upper(valid) as until from registry.enrolment where person_id = $1 order by lower(valid)`,
      [id],
    )
  ).rows

test('a change of residence is applied from its day, with the history kept, and once however often it comes', async () => {
  const who = generalities({ cognome: 'Trasferini' })
  const { id } = await aPerson(t, { familyName: 'Trasferini', birthDate: who.dataNascita })
  const event = await anEvent(t, {
    idSoggetto: 'ANPR0001',
    tipo: 'CAMBIO_RESIDENZA',
    dataDecorrenza: '2026-03-01',
    soggetto: who,
    dati: { residenza: inSalerno('Via Roma 3') },
  })
  await pull()
  await inFeed(t, [event, event])
  await pull()
  assert.deepEqual(await messages('ANPR0001'), [{ state: 'applied', problem: null, deliveries: 3, person_id: id }])
  assert.deepEqual(await residences(id), [
    { line: 'Via di Prova 1', from: '1900-01-01', until: '2026-03-01' },
    { line: 'Via Roma 3', from: '2026-03-01', until: null },
  ])
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.asl_id, row.state, row.end_reason, row.until]),
    [
      [aslNapoli1, 'ENDED', 'MOVED_OTHER_ASL', '2026-03-01'],
      [aslSalerno, 'ACTIVE', null, null],
    ],
  )
})

const own = async (id: string) =>
  (
    await t.owner.query<{ given_name: string; family_name: string; deceased_on: string | null; said: string | null }>(
      `select p.given_name, p.family_name, p.deceased_on, (select source from registry.person_source s
         where s.person_id = p.id and s.field = 'givenName') as said from registry.person p where p.id = $1`,
      [id],
    )
  ).rows[0]!
const differences = async (id: string) =>
  (
    await t.owner.query<{ part: string; state: string; because: string; theirs: { value: string } }>(
      'select part, state, because, theirs from registry.national_difference where person_id = $1 order by found_at, part',
      [id],
    )
  ).rows
const news = async (id: string): Promise<string[]> =>
  (
    await t.owner.query<{ name: string }>(
      `select name from platform.event where payload->>'personId' = $1 order by id`,
      [id],
    )
  ).rows.map(({ name }) => name)

test('messages that come out of order wait for the one before; a lost one is asked for', async () => {
  const who = generalities({ cognome: 'Disordinati' })
  const { id } = await aPerson(t, { familyName: 'Disordinati', birthDate: who.dataNascita })
  const move = (dataDecorrenza: string, indirizzo: string) =>
    anEvent(t, {
      idSoggetto: 'ANPR0002',
      tipo: 'CAMBIO_RESIDENZA',
      dataDecorrenza,
      soggetto: who,
      silent: true,
      dati: { residenza: inNaples(indirizzo) },
    })
  const [first, second, third] = [
    await move('2026-01-10', 'Via Uno 1'),
    await move('2026-02-10', 'Via Due 2'),
    await move('2026-03-10', 'Via Tre 3'),
  ]
  t.sandbox.context.faults.add({ system: 'anpr', operation: 'recover', kind: 'error', times: 1 })
  await inFeed(t, [third, first])
  await pull()
  assert.deepEqual(await states('ANPR0002'), ['applied', 'waiting'], 'the second is missing')
  assert.equal((await residences(id)).at(-1)?.line, 'Via Uno 1')
  await pull()
  assert.deepEqual(await states('ANPR0002'), ['applied', 'applied', 'applied'], 'the second was asked for')
  await inFeed(t, [second])
  await pull()
  assert.deepEqual(
    (await residences(id)).map(({ line, until }) => [line, until]),
    [
      ['Via di Prova 1', '2026-01-10'],
      ['Via Uno 1', '2026-02-10'],
      ['Via Due 2', '2026-03-10'],
      ['Via Tre 3', null],
    ],
  )
})

test('a death ends the enrolment on its day; told in error, everything is as before', async () => {
  const who = generalities({ cognome: 'Resuscitati' })
  const { id } = await aPerson(t, { familyName: 'Resuscitati', birthDate: who.dataNascita })
  const death = await anEvent(t, {
    idSoggetto: 'ANPR0003',
    tipo: 'DECESSO',
    dataDecorrenza: '2026-01-03',
    soggetto: who,
  })
  await pull()
  assert.equal((await own(id)).deceased_on, '2026-01-03')
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.state, row.end_reason, row.until]),
    [['ENDED', 'DEATH', '2026-01-04']],
  )
  await anEvent(t, {
    idSoggetto: 'ANPR0003',
    tipo: 'ANNULLAMENTO',
    dataDecorrenza: '2026-01-03',
    dati: { evento: death.idEvento },
  })
  await pull()
  assert.equal((await own(id)).deceased_on, null)
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.state, row.end_reason, row.until]),
    [['ACTIVE', null, null]],
  )
  const told = await news(id)
  assert.ok(told.indexOf('registry.person-died') < told.indexOf('registry.person-returned'), told.join())
})

test('who moves abroad or to another region is enrolled here no more; who comes back is', async () => {
  const who = generalities({ cognome: 'Emigranti' })
  const { id } = await aPerson(t, { familyName: 'Emigranti', birthDate: who.dataNascita })
  const fact = { idSoggetto: 'ANPR0004', soggetto: who }
  await anEvent(t, { ...fact, tipo: 'EMIGRAZIONE_AIRE', dataDecorrenza: '2026-02-01', dati: { residenza: inParis } })
  await pull()
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.state, row.end_reason]),
    [['ENDED', 'MOVED_ABROAD']],
  )
  await anEvent(t, {
    ...fact,
    tipo: 'IMMIGRAZIONE',
    dataDecorrenza: '2026-04-01',
    dati: { residenza: inSalerno('Via Roma 9') },
  })
  await anEvent(t, {
    ...fact,
    tipo: 'CAMBIO_RESIDENZA',
    dataDecorrenza: '2026-05-01',
    dati: { residenza: inMilan('Via Po 1') },
  })
  await pull()
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.asl_id, row.end_reason, row.from, row.until]),
    [
      [aslNapoli1, 'MOVED_ABROAD', '1900-01-01', '2026-02-01'],
      [aslSalerno, 'MOVED_OTHER_ASL', '2026-04-01', '2026-05-01'],
    ],
  )
  assert.equal((await residences(id)).length, 4)
})

test('a newborn is enrolled at once, has a parent as soon as the registry knows her, and a code when it comes', async () => {
  const mother = generalities({ cognome: 'Genitrici' })
  const child = generalities({
    cognome: 'Genitrici',
    nome: 'Luca',
    sesso: 'M',
    dataNascita: '2026-06-01',
    codiceFiscale: null,
  })
  const fact = { idSoggetto: 'ANPR0005', dataDecorrenza: '2026-06-01' }
  const genitori = [{ idAnpr: 'ANPR0006', codiceFiscale: mother.codiceFiscale }]
  await anEvent(t, {
    ...fact,
    tipo: 'NASCITA',
    soggetto: child,
    dati: { residenza: inNaples('Via Culla 1'), genitori },
  })
  await pull()
  const [born] = await messages('ANPR0005')
  const id = born!.person_id!
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.kind, row.state, row.from]),
    [['NEWBORN_PENDING', 'ACTIVE', '2026-06-01']],
  )
  const parents = () =>
    t.owner.query<{ id: string }>('select related_id as id from registry.family_link where person_id = $1', [id])
  assert.deepEqual((await parents()).rows, [])
  await anEvent(t, {
    idSoggetto: 'ANPR0006',
    tipo: 'IMMIGRAZIONE',
    dataDecorrenza: '2026-05-01',
    soggetto: mother,
    dati: { residenza: inNaples('Via Culla 1') },
  })
  const withCode = generalities({ cognome: 'Genitrici', nome: 'Luca', sesso: 'M', dataNascita: '2026-06-01' })
  await anEvent(t, { idSoggetto: 'ANPR0005', tipo: 'CODICE_FISCALE', dataDecorrenza: '2026-06-05', soggetto: withCode })
  await pull()
  assert.deepEqual((await parents()).rows, [{ id: (await messages('ANPR0006'))[0]!.person_id! }])
  assert.deepEqual(
    (await enrolments(id)).map(({ kind }) => kind),
    ['RESIDENT'],
  )
  assert.ok((await news(id)).includes('registry.person-born'))
  const { rows } = await t.owner.query(
    `select value, checked from registry.person_identifier where person_id = $1 and type = 'CF'`,
    [id],
  )
  assert.deepEqual(rows, [{ value: withCode.codiceFiscale, checked: true }])
})

test('what contradicts us is listed and not written; an announced change, an empty field and a weaker source give way', async () => {
  const who = generalities({ cognome: 'Discordi' })
  const { id } = await aPerson(t, {
    familyName: 'Discordi',
    givenName: 'Annarella',
    birthDate: who.dataNascita,
    code: { type: 'CF', value: who.codiceFiscale! },
  })
  const fact = { idSoggetto: 'ANPR0007', dataDecorrenza: '2026-02-01' }
  await anEvent(t, { ...fact, tipo: 'CITTADINANZA', soggetto: who })
  await pull()
  assert.equal((await own(id)).given_name, 'Annarella')
  assert.deepEqual(
    (await differences(id)).map((row) => [row.part, row.state, row.because, row.theirs.value]),
    [['givenName', 'open', 'unknown-source', 'Anna']],
  )
  const renamed = { ...who, nome: 'Annamaria' }
  await anEvent(t, {
    ...fact,
    tipo: 'CAMBIO_GENERALITA',
    soggetto: renamed,
    dati: { precedenti: { nome: 'ANNARELLA' } },
  })
  await pull()
  assert.deepEqual([(await own(id)).given_name, (await own(id)).said], ['Annamaria', 'anpr'])
  assert.deepEqual(
    (await differences(id)).map(({ state }) => state),
    ['overtaken'],
  )
})

test('the same id with another content, a number that is taken, what cannot be read and whom nobody knows are listed', async () => {
  const who = generalities({ cognome: 'Sconosciuti' })
  const death = await anEvent(t, {
    idSoggetto: 'ANPR0008',
    tipo: 'DECESSO',
    dataDecorrenza: '2026-01-03',
    soggetto: who,
    silent: true,
  })
  const give = (raw: unknown) => asSystem(t.db, (tx) => receive(tx, 'anpr', raw, t.platform.now()))
  assert.equal(await give(death), 'new')
  assert.equal(await give({ ...death, dataDecorrenza: '2026-01-04' }), 'error')
  assert.equal(await give({ ...death, idEvento: 'altro-evento' }), 'error')
  assert.equal(await give({ idEvento: 'rotto', tipo: 3 }), 'error')
  assert.equal(await give('nulla'), 'error')
  assert.equal(await give({ ...death, dataDecorrenza: '2026-01-04' }), 'replay')
  await settleSubject(t.platform, 'anpr', 'ANPR0008')
  assert.deepEqual((await messages('ANPR0008')).map(({ problem }) => problem).toSorted(), [
    'id-reused',
    'sequence-taken',
    'unknown-person',
  ])
  const { rows } = await t.owner.query(
    `select problem from registry.national_message where external_id = 'rotto' or payload = '"nulla"'`,
  )
  assert.deepEqual(rows, [{ problem: 'malformed' }, { problem: 'malformed' }])
})

test('of many who bring one message at once one brings it, and it counts once', async () => {
  const who = generalities({ cognome: 'Affollati' })
  const { id } = await aPerson(t, { familyName: 'Affollati', birthDate: who.dataNascita })
  const move = await anEvent(t, {
    idSoggetto: 'ANPR0009',
    tipo: 'CAMBIO_RESIDENZA',
    dataDecorrenza: '2026-03-01',
    soggetto: who,
    silent: true,
    dati: { residenza: inSalerno('Via Folla 1') },
  })
  const receipts = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const receipt = await asSystem(t.db, (tx) => receive(tx, 'anpr', move, t.platform.now()))
      await settleSubject(t.platform, 'anpr', 'ANPR0009')
      return receipt
    }),
  )
  assert.deepEqual(receipts.toSorted().slice(0, 2), ['new', 'replay'])
  assert.deepEqual(await messages('ANPR0009'), [{ state: 'applied', problem: null, deliveries: 30, person_id: id }])
  assert.equal((await enrolments(id)).length, 2)
})

test('a doubtful record goes to the queue of duplicates; merged, what was said of it is said of the one that goes on', async () => {
  const who = generalities({ cognome: 'Dubbiosini', nome: 'Filomena' })
  const { id } = await aPerson(t, { familyName: 'Dubbiosini', givenName: 'Filomena', birthDate: '1971-05-18' })
  await anEvent(t, {
    idSoggetto: 'ANPR0010',
    tipo: 'CAMBIO_RESIDENZA',
    dataDecorrenza: '2026-03-01',
    soggetto: who,
    dati: { residenza: inSalerno('Via Dubbio 1') },
  })
  await pull()
  const [message] = await messages('ANPR0010')
  assert.notEqual(message!.person_id, id)
  const { rows } = await t.owner.query<{ state: string }>(
    'select state from registry.linkage_case where $1 in (first_id, second_id)',
    [id],
  )
  assert.deepEqual(rows, [{ state: 'open' }])
  const wish = { duplicateId: message!.person_id!, survivorId: id, by: null, reason: 'La stessa' }
  await asSystem(t.db, (tx) => mergePeople(tx, wish, t.platform.now()))
  await t.settle()
  assert.equal((await enrolments(id)).at(-1)?.asl_id, aslSalerno)
  assert.equal((await messages('ANPR0010'))[0]!.person_id, id)
})

test('a registry that does not answer loses nothing, and refuses whoever is not the region', async () => {
  const who = generalities({ cognome: 'Interrotti' })
  const { id } = await aPerson(t, { familyName: 'Interrotti', birthDate: who.dataNascita })
  t.sandbox.context.faults.add({ system: 'anpr', operation: 'pull', kind: 'down', times: 1 })
  await anEvent(t, { idSoggetto: 'ANPR0011', tipo: 'DECESSO', dataDecorrenza: '2026-01-03', soggetto: who })
  await pull()
  const feed = async () =>
    (
      await t.owner.query<{ problem: string | null }>(
        `select problem from registry.national_feed where source = 'anpr'`,
      )
    ).rows
  assert.deepEqual(await feed(), [{ problem: 'unavailable' }])
  await pull()
  assert.deepEqual(await feed(), [{ problem: null }])
  assert.equal((await own(id)).deceased_on, '2026-01-03')
  for (const registry of ['anpr', 'ana']) {
    const answer = await fetch(`${t.sandbox.url}/${registry}/notifiche/v1/notifiche?dopo=0`, {
      headers: { authorization: 'Bearer x' },
    })
    assert.equal(answer.status, 401)
  }
  const again = await fetch(`${t.sandbox.url}/anpr/control/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ idSoggetto: 'ANPR0011', tipo: 'DECESSO', dataDecorrenza: '2026-01-04' }),
  })
  assert.equal(again.status, 409, 'nobody dies twice')
})

test('ANA gives the health card, confirms the code, and ends the enrolment of whom another region assists', async () => {
  const who = generalities({ cognome: 'Tesserati' })
  const { id } = await aPerson(t, { familyName: 'Tesserati', birthDate: who.dataNascita })
  await anEvent(
    t,
    {
      idSoggetto: 'ANA00001',
      tipo: 'TESSERA',
      dataDecorrenza: '2026-01-01',
      soggetto: who,
      dati: { tessera: { numero: '80380001500900000001', dal: '2026-01-01', al: '2031-12-31' } },
    },
    'ana',
  )
  await anEvent(
    t,
    { idSoggetto: 'ANA00001', tipo: 'TRASFERIMENTO', dataDecorrenza: '2026-07-01', dati: { codiceAsl: '030321' } },
    'ana',
  )
  await pull()
  const { rows } = await t.owner.query(
    `select value, upper(valid) as end from registry.person_identifier where person_id = $1 and type = 'TEAM'`,
    [id],
  )
  assert.deepEqual(rows, [{ value: '80380001500900000001', end: '2032-01-01' }])
  assert.deepEqual(
    (await enrolments(id)).map((row) => [row.end_reason, row.until]),
    [['MOVED_OTHER_ASL', '2026-07-01']],
  )
})

test('with a death the doctor, exemptions and what was booked end; told in error, the doctor is hers again', async () => {
  const who = generalities({ cognome: 'Mortalini' })
  const { id } = await aPerson(t, { familyName: 'Mortalini', birthDate: who.dataNascita, exemptions: ['E01'] })
  const doctor = await aDoctor(t)
  await hasDoctor(t, id, doctor)
  const fact = { idSoggetto: 'ANPR0020', soggetto: who, dataDecorrenza: '2026-01-03' }
  const death = await anEvent(t, { ...fact, tipo: 'DECESSO' })
  await pull()
  await t.settle()
  const choices = async () =>
    (
      await t.owner.query<{ end_reason: string | null }>(
        'select end_reason from registry.doctor_choice where person_id = $1 order by began_at',
        [id],
      )
    ).rows.map(({ end_reason }) => end_reason)
  const exemptions = async () =>
    (
      await t.owner.query<{ last: string | null }>(
        'select upper(valid) - 1 as last from registry.person_exemption where person_id = $1',
        [id],
      )
    ).rows
  assert.deepEqual(await exemptions(), [{ last: '2026-01-03' }])
  assert.deepEqual(await choices(), ['DECEASED'])
  await anEvent(t, { ...fact, tipo: 'ANNULLAMENTO', dati: { evento: death.idEvento } })
  await pull()
  await t.settle()
  assert.deepEqual([(await own(id)).deceased_on, await choices()], [null, ['DECEASED', null]])
})
