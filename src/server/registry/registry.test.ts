// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { asSystem, tables, withActor } from '../platform/database.ts'
import { systemActor } from '../platform/actor.ts'
import { uuidv7 } from '../platform/ids.ts'
import { testApp } from '../../../test/setup.ts'
import { aPerson, aPlace, aslNapoli1, aslSalerno, serviceId } from '../../../test/region.ts'
import { organisationId } from '../../../scripts/region/reference/organisations.ts'
import { loadReference } from '../../../scripts/region/reference.ts'
import {
  candidateServices,
  classMaximum,
  exemptionCovers,
  findExemption,
  getServices,
  guaranteeArea,
  patronDays,
  prescriptionValidity,
} from './catalogues/index.ts'
import {
  childrenOf,
  contactsOf,
  exemptionsOf,
  findHealthCode,
  findHome,
  findPersonByFiscalCode,
  getPerson,
  reachable,
  updatePreference,
} from './people/index.ts'
import { getPlaces } from './places/index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = '2026-11-23'
const system = <T>(work: Parameters<typeof asSystem<T>>[1]) => asSystem(t.db, work)

test('a person is found by each kind of code, also by an earlier one', async () => {
  const { id, code } = await aPerson(t)
  assert.deepEqual(await system((tx) => findPersonByFiscalCode(tx, code)), { id })
  const foreigner = await aPerson(t, { code: { type: 'STP', value: 'STP1502040000001' } })
  assert.deepEqual(await system((tx) => findPersonByFiscalCode(tx, 'STP1502040000001')), { id: foreigner.id })
  assert.deepEqual(await system((tx) => findHealthCode(tx, foreigner.id, today)), {
    type: 'STP',
    value: 'STP1502040000001',
  })
  assert.equal(await system((tx) => findPersonByFiscalCode(tx, 'RSSMRA79B11C566R')), undefined)
})

test('the health code of a day is the one that was valid then', async () => {
  const { id, code } = await aPerson(t)
  await t.owner.query(`update registry.person_identifier set valid = '[2024-01-01,)' where person_id = $1`, [id])
  await t.owner.query(
    `insert into registry.person_identifier (id, person_id, type, value, valid, source)
     values ($1, $2, 'CF_PROVISIONAL', '01234567897', '[2023-01-01,2024-01-01)', 'test')`,
    [uuidv7(), id],
  )
  assert.equal((await system((tx) => findHealthCode(tx, id, '2023-06-01')))?.value, '01234567897')
  assert.equal((await system((tx) => findHealthCode(tx, id, '2024-01-01')))?.value, code)
  assert.equal(await system((tx) => findHealthCode(tx, id, '2022-06-01')), undefined)
})

test('a code never belongs to two people', async () => {
  const { code } = await aPerson(t)
  await assert.rejects(aPerson(t, { code: { type: 'CF', value: code } }), /person_identifier_once/)
})

test('row-level security hides people from those who do not act for them', async () => {
  const mine = await aPerson(t)
  const other = await aPerson(t)
  const actor = { ...systemActor(uuidv7()), kind: 'citizen' as const, patients: [mine.id] }
  await withActor(t.db, actor, async (tx) => {
    assert.equal((await getPerson(tx, mine.id)).id, mine.id)
    assert.equal(await findHealthCode(tx, other.id, today), undefined)
    for (const table of ['registry.address', 'registry.enrolment', 'registry.personIdentifier'] as const) {
      const rows = await tables<'registry'>(tx).selectFrom(table).select('personId').execute()
      assert.deepEqual(new Set(rows.map((row) => row.personId)), new Set([mine.id]), table)
    }
    await assert.rejects(getPerson(tx, other.id), { code: 'platform/not-found' })
  })
})

test('the power of a parent ends on the eighteenth birthday', async () => {
  const mother = await aPerson(t, { birthDate: '1980-01-01' })
  const child = await aPerson(t, { parent: mother.id, birthDate: '2008-11-24' })
  const ids = async (day: string) => (await system((tx) => childrenOf(tx, mother.id, day))).map((person) => person.id)
  assert.deepEqual(await ids('2026-11-23'), [child.id])
  assert.deepEqual(await ids('2026-11-24'), [])
  assert.deepEqual(await ids('2008-11-23'), [], 'not yet born')
})

test('what concerns a minor is written to the parents', async () => {
  const mother = await aPerson(t, { birthDate: '1980-01-01' })
  const child = await aPerson(t, { parent: mother.id, birthDate: '2015-05-05' })
  assert.deepEqual(await system((tx) => reachable(tx, child.id, today)), [mother.id])
  assert.deepEqual(await system((tx) => reachable(tx, mother.id, today)), [mother.id])
  assert.deepEqual(await system((tx) => reachable(tx, child.id, '2033-05-05')), [child.id])
})

test('a person without wishes is written to in Italian; a wish is kept', async () => {
  const { id } = await aPerson(t, { mobile: '+393330000001', email: 'anna@prova.example' })
  assert.deepEqual(await system((tx) => contactsOf(tx, id, today)), {
    language: 'it',
    channels: ['sms', 'email', 'app'],
    mobile: { value: '+393330000001', verified: true },
    email: { value: 'anna@prova.example', verified: true },
  })
  await system((tx) => updatePreference(tx, id, { language: 'en', channels: ['email'] }, new Date()))
  await system((tx) => updatePreference(tx, id, { language: 'en', channels: ['email', 'app'] }, new Date()))
  const kept = await system((tx) => contactsOf(tx, id, today))
  assert.deepEqual([kept.language, kept.channels], ['en', ['email', 'app']])
})

test('home is the enrolment, and the domicile before the residence', async () => {
  const { id } = await aPerson(t)
  const home = await system((tx) => findHome(tx, id, today))
  assert.equal(home.aslId, aslNapoli1)
  assert.equal(home.istatCode, '063049')
  assert.ok(home.latitude && Math.abs(home.latitude - 40.85) < 0.1, 'the municipality stands in for a missing point')
  await t.owner.query(
    `insert into registry.address (id, person_id, kind, line, istat_code, place, valid, source)
     values ($1, $2, 'domicile', 'Via 2', '065116', 'Salerno', '[2026-01-01,2026-12-31)', 'test')`,
    [uuidv7(), id],
  )
  assert.equal((await system((tx) => findHome(tx, id, today))).istatCode, '065116')
  assert.equal((await system((tx) => findHome(tx, id, '2027-01-01'))).istatCode, '063049')
})

test('a person is never enrolled with two authorities on one day', async () => {
  const { id } = await aPerson(t)
  await assert.rejects(
    t.owner.query(
      `insert into registry.enrolment (id, person_id, asl_id, kind, state, valid, source)
       values ($1, $2, $3, 'RESIDENT', 'ACTIVE', '[2026-01-01,)', 'test')`,
      [uuidv7(), id, aslSalerno],
    ),
    /enrolment_one_at_a_time/,
  )
})

test('exemptions hold on the days of their period', async () => {
  const { id } = await aPerson(t, { exemptions: ['C01'] })
  assert.deepEqual(
    (await system((tx) => exemptionsOf(tx, id, today))).map((held) => [held.code, held.covers]),
    [['C01', 'all']],
  )
  await t.owner.query(`update registry.person_exemption set valid = '[2026-01-01,2026-11-23)' where person_id = $1`, [
    id,
  ])
  assert.deepEqual(await system((tx) => exemptionsOf(tx, id, today)), [])
})

test('one old code stands for every first visit; a catalogue code for one service', async () => {
  const codes = (code: string, catalogueCode: string | null, firstAccess: boolean | null) =>
    system(async (tx) =>
      (await candidateServices(tx, { code, catalogueCode, firstAccess }, today)).map((service) => service.code),
    )
  const firstVisits = await codes('89.7', null, true)
  assert.ok(firstVisits.length >= 13 && firstVisits.includes('897A3-00'))
  assert.deepEqual(await codes('89.7', '897A3-00', true), ['897A3-00'])
  assert.deepEqual(await codes('89.7A.3', null, true), ['897A3-00'])
  assert.deepEqual(await codes('89.01', null, false), ['8901C-00', '8901D-00', '8901G-00'])
  assert.deepEqual(await codes('88.27.2', null, null), ['88272-01', '88272-02'])
  assert.deepEqual(await codes('89.52', null, true), ['8952-00'], 'an exam may be a first access or a follow-up')
  assert.deepEqual(await codes('99.99', null, null), [])
  assert.deepEqual(
    await codes('89.7A.3', 'unknown', true),
    ['897A3-00'],
    'an unknown catalogue code does not hide the national one',
  )
})

test('services come with the tariff of the day', async () => {
  const id = serviceId('8952-00')
  const on = async (day: string) => (await system((tx) => getServices(tx, [id], day)))[0]?.tariffCents
  assert.equal(await on(today), 1162)
  assert.equal(await on('2024-01-01'), 0)
})

test('maxima depend on class, kind and day', async () => {
  const maximum = (kind: 'V' | 'D', priority: 'U' | 'B' | 'D' | 'P', day = today) =>
    system((tx) => classMaximum(tx, kind, priority, day))
  assert.deepEqual(await maximum('V', 'U'), { days: 3, hours: 72 })
  assert.deepEqual(await maximum('V', 'B'), { days: 10, hours: null })
  assert.deepEqual(await maximum('V', 'D'), { days: 30, hours: null })
  assert.deepEqual(await maximum('D', 'D'), { days: 60, hours: null })
  assert.deepEqual(await maximum('V', 'P'), { days: 120, hours: null })
  assert.deepEqual(await maximum('V', 'P', '2019-12-31'), { days: 180, hours: null })
})

test('the guarantee area widens with the class', async () => {
  const area = (priority: 'B' | 'P', residenceAslId: string | null) =>
    system((tx) => guaranteeArea(tx, { residenceAslId, priority, discipline: '08' }, today))
  assert.deepEqual(await area('B', aslNapoli1), [aslNapoli1])
  assert.deepEqual(
    new Set(await area('P', aslNapoli1)),
    new Set([aslNapoli1, organisationId('150205'), organisationId('150206')]),
  )
  assert.deepEqual(await area('B', null), [])
})

test('prescriptions are valid for a number of days by class', async () => {
  assert.equal((await system((tx) => prescriptionValidity(tx, 'B', today))).bookingDays, 10)
  assert.equal((await system((tx) => prescriptionValidity(tx, null, today))).bookingDays, 180)
})

test('an exemption covers everything, its listed services or nothing', async () => {
  const [ecg, visit] = [serviceId('8952-00'), serviceId('8913-00')]
  const covers = async (code: string) => {
    const found = await system((tx) => exemptionCovers(tx, code, [ecg, visit], today))
    return [found.get(ecg), found.get(visit)]
  }
  assert.deepEqual(await covers('E01'), [true, true])
  assert.deepEqual(await covers('0A31'), [true, false])
  assert.deepEqual(await covers('E00'), [false, false])
  assert.deepEqual(await covers('M22'), [true, false], 'pregnancy codes carry the week')
  assert.deepEqual(await covers('XYZ'), [false, false])
  assert.match((await system((tx) => findExemption(tx, 'E01', today)))?.descriptionEn ?? '', /under 6/)
})

test('Naples does not work on San Gennaro', async () => {
  assert.deepEqual(await system((tx) => patronDays(tx, '063049')), ['09-19'])
})

test('reference data that has not changed is not loaded twice', async () => {
  assert.equal(await loadReference(t.databaseUrl), false)
})

test('the catalogue is searched with everyday words, in both languages, accents or not', async () => {
  const search = async (words: string, language = 'it') => {
    const answer = await t.app.inject({
      url: `/api/v1/services?search=${encodeURIComponent(words)}`,
      headers: { 'accept-language': language },
    })
    assert.equal(answer.statusCode, 200)
    return answer.json().services as { code: string; description: string; firstAccess: boolean | null }[]
  }
  assert.equal((await search('visita del cuore'))[0]?.code, '897A3-00')
  assert.equal((await search('heart visit', 'en'))[0]?.description, 'First cardiology visit')
  assert.equal((await search('velocità'))[0]?.code, '93091-00')
  assert.equal((await search('89.7A.3'))[0]?.firstAccess, true)
  assert.deepEqual(await search('niente di simile'), [])
  assert.equal((await search('')).length, 20)
  assert.equal((await t.app.inject({ url: '/api/v1/services?limit=0' })).statusCode, 400)
})

test('places are listed page by page and by organisation', async () => {
  const organisation = organisationId('150901')
  const ids = [
    await aPlace(t, { organisationId: organisation, name: 'B' }),
    await aPlace(t, { organisationId: organisation, name: 'A' }),
  ]
  const url = `/api/v1/places?organisationId=${organisation}&limit=1`
  const first = (await t.app.inject({ url })).json()
  assert.deepEqual(
    first.places.map((place: { name: string }) => place.name),
    ['A'],
  )
  const second = (await t.app.inject({ url: `${url}&cursor=${first.nextCursor}` })).json()
  assert.deepEqual(
    second.places.map((place: { id: string }) => place.id),
    [ids[0]],
  )
  const last = (await t.app.inject({ url: `${url}&cursor=${second.nextCursor}` })).json()
  assert.deepEqual(last, { places: [], nextCursor: null })
  const wrong = await t.app.inject({ url: '/api/v1/places?cursor=%21%21' })
  assert.equal(wrong.statusCode, 400)
  assert.equal(wrong.json().code, 'registry/bad-cursor')
  assert.equal((await system((tx) => getPlaces(tx, ids))).get(ids[1]!)?.name, 'A')
})
