// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { aDoctor, hasDoctor } from '../../../../../test/doctors.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../../test/region.ts'
import { aProfessional, type Professional } from '../../../../../test/roles.ts'
import { testApp } from '../../../../../test/setup.ts'
import { computeFiscalCode, omocodeVariant } from '../../../../shared/fiscal-code.ts'
import { addDays, romeDay } from '../../../platform/time.ts'
import { monthsAfter } from './rules.ts'
import type { FactsChecked, RecordView } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())
const officer = await aProfessional(t, 'district-officer')
const ofSalerno = await aProfessional(t, 'district-officer', aslSalerno)

const ask = (method: 'GET' | 'POST', path: string, payload?: object, by: Professional = officer, key = randomUUID()) =>
  t.app.inject({
    method,
    url: `/api/v1/office/${path}`,
    headers: { ...by.headers, 'idempotency-key': key },
    ...(payload && { payload }),
  })
async function record(id: string): Promise<RecordView> {
  const answer = await ask('GET', `people/${id}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}
async function does(id: string, wish: object, by = officer): Promise<RecordView> {
  const answer = await ask('POST', `people/${id}/acts`, wish, by)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}
async function refused(path: string, wish: object, by = officer): Promise<string> {
  const answer = await ask('POST', path, wish, by)
  assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body)
  return `${answer.statusCode} ${answer.json<{ code: string }>().code.split('/')[1]}`
}
const acting = (id: string, wish: object, by = officer) => refused(`people/${id}/acts`, wish, by)
const undo = (id: string, actId: string, reason = 'Era di un’altra persona') =>
  ask('POST', `people/${id}/acts/${actId}/undo`, { reason })

const inNaples = { placeCode: 'F839', line: 'Via Nuova 1', postcode: '80121' }
const inSalerno = { placeCode: 'H703', line: 'Corso Vecchio 2' }
const inRome = { placeCode: 'H501', line: 'Via Appia 3' }
const inParis = { placeCode: 'Z110', line: 'Rue Neuve 4', town: 'Parigi' }
/** Each name its own birthday, so that nobody is like another by chance. */
const births = new Map<string, string>()
const facts = (familyName: string, more: object = {}) => {
  const birthDate = births.get(familyName) ?? addDays('1971-02-11', births.size * 397)
  births.set(familyName, birthDate)
  return {
    familyName,
    givenName: `A${familyName.toLowerCase()}`,
    sex: 'F' as const,
    birthDate,
    birthPlaceCode: 'F839',
    ...more,
  }
}
const registration = (familyName: string, more: object = {}) => {
  const who = facts(familyName)
  return {
    ...who,
    as: 'RESIDENT',
    citizenship: '100',
    on: today,
    address: inNaples,
    code: computeFiscalCode(who),
    ...more,
  }
}
async function enters(wish: object): Promise<RecordView> {
  const answer = await ask('POST', 'people', wish)
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json()
}

test('a record shows a person with her codes, addresses, enrolment, family, doctor and exemptions, and she sees who read it', async () => {
  const mother = await aPerson(t, { mobile: '+393330001111' })
  const doctor = await aDoctor(t, { familyName: 'Curanti' })
  const child = await aPerson(t, { birthDate: '2020-05-05', parent: mother.id, exemptions: ['E01'] })
  await hasDoctor(t, child.id, doctor)
  const seen = await record(child.id)
  assert.equal(seen.standing, 'RESIDENT')
  assert.deepEqual(
    seen.identifiers.map(({ kind, value }) => `${kind} ${value}`),
    [`CF ${child.code}`],
  )
  assert.match(`${seen.addresses[0]?.kind} ${seen.addresses[0]?.place}`, /^residence Napoli$/i)
  assert.equal(seen.enrolments[0]?.state, 'ACTIVE')
  assert.deepEqual(
    seen.family.map(({ id, relation }) => [id, relation]),
    [[mother.id, 'parent']],
  )
  assert.match(seen.doctors[0]?.name ?? '', /Curanti/)
  assert.deepEqual(
    seen.exemptions.map(({ code }) => code),
    ['E01'],
  )
  const { rows } = await t.owner.query<{ patient: string; object: string }>(
    `select patient_id as patient, object_type as object from access.audit_entry where person_id = $1 and patient_id = any($2) order by object_type`,
    [officer.id, [child.id, mother.id]],
  )
  assert.deepEqual(rows, [
    { patient: mother.id, object: 'person' },
    { patient: child.id, object: 'person-record' },
  ])
  assert.equal((await ask('GET', `people/${randomUUID()}`)).statusCode, 404)
  for (const role of ['clerk', 'doctor'] as const)
    assert.equal((await ask('GET', `people/${child.id}`, undefined, await aProfessional(t, role))).statusCode, 403)
})

test('a move closes the old residence, takes enrolment to the other authority, and is one act however often it is sent', async () => {
  const { id } = await aPerson(t)
  const key = randomUUID()
  const wish = { act: 'move', on: addDays(today, -10), address: inSalerno }
  for (const _ of [1, 2]) assert.equal((await ask('POST', `people/${id}/acts`, wish, officer, key)).statusCode, 200)
  const seen = await record(id)
  assert.deepEqual(
    seen.addresses.map(({ place, from, until }) => [place, from, until]),
    [
      ['SALERNO', addDays(today, -10), null],
      ['Napoli', '1900-01-01', addDays(today, -11)],
    ],
  )
  assert.deepEqual(
    seen.enrolments.map(({ state, endReason, until }) => [state, endReason, until]),
    [
      ['ACTIVE', null, null],
      ['ENDED', 'MOVED_OTHER_ASL', addDays(today, -11)],
    ],
  )
  assert.equal(seen.acts.length, 1)
  // She is Salerno's now.
  assert.equal(await acting(id, { act: 'death', on: today }), '403 other-authority')
  assert.equal(await acting(id, { act: 'move', on: addDays(today, -20), address: inNaples }), '422 before-current')
  const back = await does(id, { act: 'move', on: today, address: inNaples })
  assert.equal(back.enrolments[0]?.state, 'ACTIVE')
  // Two residences never begin on one day.
  assert.equal(
    await acting(id, { act: 'emigrate', on: today, stateCode: 'Z110', town: 'Parigi' }),
    '422 before-current',
  )
})

test('who leaves the region loses enrolment and doctor; the act taken back gives both back', async () => {
  const { id } = await aPerson(t)
  const doctor = await aDoctor(t, { ceiling: 1 })
  await hasDoctor(t, id, doctor)
  const patients = async () =>
    (
      await t.owner.query<{ n: number }>('select patients as n from registry.primary_care_post where role_id = $1', [
        doctor,
      ])
    ).rows[0]!.n
  assert.equal(await patients(), 1)
  const left = await does(id, { act: 'emigrate', on: addDays(today, -3), stateCode: 'Z110', town: 'Parigi' })
  await t.settle()
  assert.equal(left.standing, 'EMIGRATED')
  assert.equal(left.addresses[0]?.place, 'Parigi, FRANCIA')
  assert.equal(await patients(), 0)
  assert.equal((await record(id)).doctors[0]?.endReason, 'MOVED')

  const undone = await undo(id, left.acts[0]!.id)
  assert.equal(undone.statusCode, 200, undone.body)
  await t.settle()
  const seen = await record(id)
  assert.deepEqual([seen.standing, seen.addresses.length, seen.addresses[0]?.until], ['RESIDENT', 1, null])
  assert.equal(await patients(), 1)
  assert.equal(seen.acts[0]?.undoneWhy, 'Era di un’altra persona')
  assert.equal((await undo(id, left.acts[0]!.id)).json<{ code: string }>().code, 'registry/cannot-undo')
  const { town: _, ...nowhere } = inParis
  assert.equal(await acting(id, { act: 'move', on: today, address: nowhere }), '422 town-missing')
  const moved = await does(id, { act: 'move', on: today, address: inParis })
  assert.deepEqual([moved.standing, moved.enrolments[0]?.endReason], ['EMIGRATED', 'MOVED_ABROAD'])
})

test('a death counts from its day, frees the doctor’s place, and an error is corrected', async () => {
  const { id } = await aPerson(t)
  const doctor = await aDoctor(t)
  await hasDoctor(t, id, doctor)
  const day = addDays(today, -20)
  const died = await does(id, { act: 'death', on: day })
  await t.settle()
  assert.deepEqual([died.standing, died.deceasedOn, died.can], ['DIED', day, []])
  const seen = await record(id)
  assert.deepEqual(
    [seen.enrolments[0]?.endReason, seen.enrolments[0]?.until, seen.doctors[0]?.endReason],
    ['DEATH', day, 'DECEASED'],
  )
  assert.equal(await acting(id, { act: 'death', on: day }), '409 act-not-possible')
  assert.equal(await acting(id, { act: 'move', on: today, address: inNaples }), '409 act-not-possible')
  assert.equal((await undo(id, died.acts[0]!.id)).statusCode, 200)
  await t.settle()
  const alive = await record(id)
  assert.deepEqual([alive.standing, alive.deceasedOn, alive.doctors.length], ['RESIDENT', null, 2])

  const other = await aPerson(t, { birthDate: '1990-01-10' })
  assert.equal(await acting(other.id, { act: 'death', on: addDays(today, 1) }), '422 day-to-come')
  assert.equal(await acting(other.id, { act: 'death', on: '1989-12-31' }), '422 before-birth')
  const own = await acting(officer.id, { act: 'death', on: today })
  assert.equal(own, '403 own-record')
  assert.equal(await acting(other.id, { act: 'death', on: today }, ofSalerno), '403 other-authority')
})

test('a newborn has no code until she gets one; the code must be hers', async () => {
  const mother = await aPerson(t, { birthDate: '1995-06-06' })
  const born = addDays(today, -5)
  const baby = facts('Nascenti', { givenName: 'Bianca', birthDate: born })
  const { code: _, ...wish } = registration('Nascenti', { ...baby, as: 'NEWBORN', on: born, parentCode: mother.code })
  assert.equal(
    await refused('people', { ...wish, parentCode: (await aPerson(t, { birthDate: '2018-01-01' })).code }),
    '422 unknown-parent',
  )
  const seen = await enters(wish)
  assert.deepEqual([seen.standing, seen.identifiers, seen.family[0]?.id], ['NEWBORN', [], mother.id])
  assert.ok(seen.can.includes('give-code'))
  const code = computeFiscalCode(baby)
  assert.equal(await acting(seen.id, { act: 'give-code', code: mother.code }), '409 code-differs')
  assert.equal(await acting(seen.id, { act: 'give-code', code: mother.code, confirmed: true }), '409 code-of-another')
  assert.equal(
    await acting(seen.id, { act: 'give-code', code: `${code.slice(0, 15)}${code.endsWith('A') ? 'B' : 'A'}` }),
    '422 bad-code',
  )
  const given = await does(seen.id, { act: 'give-code', code: omocodeVariant(code, 1) })
  assert.deepEqual([given.standing, given.identifiers[0]?.from], ['RESIDENT', born])
})

test('STP and ENI codes are numbered by authority, hold six months, are renewed, and end with the fiscal code', async () => {
  const { code: _, ...wish } = registration('Stranieri', { as: 'STP', citizenship: '436' })
  const [one, other] = [await enters(wish), await enters({ ...wish, ...facts('Zanieri') })]
  const [first, second] = [one, other].map(({ identifiers }) => identifiers[0]!.value)
  assert.match(first!, /^STP150204\d{7}$/)
  assert.equal(Number(second!.slice(3)), Number(first!.slice(3)) + 1)
  assert.equal(one.identifiers[0]?.until, addDays(monthsAfter(today, 6), -1))
  assert.equal(one.standing, 'STP')
  assert.equal(await acting(one.id, { act: 'renew-code' }), '409 act-not-possible', 'it has just begun')
  await t.owner.query(
    `update registry.person_identifier set valid = daterange($2::date - 170, $2::date + 10) where person_id = $1`,
    [one.id, today],
  )
  const renewed = await does(one.id, { act: 'renew-code' })
  assert.equal(renewed.identifiers[0]?.until, addDays(monthsAfter(addDays(today, 10), 6), -1))
  const code = computeFiscalCode(facts('Stranieri'))
  const coded = await does(one.id, { act: 'give-code', code })
  assert.deepEqual(
    coded.identifiers.map(({ kind, until }) => [kind, until]),
    [
      ['CF', null],
      ['STP', addDays(today, -1)],
    ],
  )
  await assert.rejects(
    t.owner.query(`update registry.person_identifier set value = 'STP12' where person_id = $1 and type = 'STP'`, [
      other.id,
    ]),
    /person_identifier_form/,
  )
})

test('who resides elsewhere is enrolled by temporary domicile, three months to a year; a visitor by the European card', async () => {
  const wish = registration('Ospitanti', { as: 'TEMP_DOMICILE', until: addDays(today, 200) })
  assert.equal(await refused('people', { ...wish, until: addDays(today, 30) }), '422 wrong-term')
  assert.equal(await refused('people', { ...wish, address: inRome }), '422 outside-region')
  assert.equal(await refused('people', { ...wish, address: inSalerno }), '403 other-authority')
  const seen = await enters(wish)
  assert.deepEqual([seen.standing, seen.enrolments[0]?.until], ['TEMP_DOMICILE', addDays(today, 200)])
  const { code: _, ...visitor } = registration('Turistini', {
    as: 'TEAM_VISITOR',
    citizenship: '215',
    until: addDays(today, 20),
  })
  assert.equal(await refused('people', visitor), '422 card-missing')
  const guest = await enters({ ...visitor, cardNumber: '80756000800123456789' })
  assert.deepEqual([guest.standing, guest.identifiers[0]?.kind], ['TEAM_VISITOR', 'FOREIGN_EHIC'])
  // A resident has a domicile besides, and ends it.
  const { id } = await aPerson(t)
  const domiciled = await does(id, { act: 'domicile', on: addDays(today, -5), address: inNaples })
  assert.equal(domiciled.addresses[0]?.kind, 'domicile')
  const ended = await does(id, { act: 'end-domicile', on: today })
  assert.deepEqual([ended.addresses[0]?.until, ended.enrolments.length], [addDays(today, -1), 1])
})

test('before a person is entered her code is computed for her place of birth, and people like her are shown', async () => {
  const known = await enters(registration('Doppianti'))
  const check = async (wish: object): Promise<FactsChecked> => {
    const answer = await ask('POST', 'people/checks', wish)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  const same = facts('Doppianti')
  const found = await check(same)
  assert.deepEqual([found.computedCode, found.birthPlace], [computeFiscalCode(same), 'NAPOLI (NA)'])
  assert.deepEqual(
    found.likely.map(({ id }) => id),
    [known.id],
  )
  assert.deepEqual((await check({ ...same, familyName: 'Nuovissimi', code: computeFiscalCode(same) })).differences, [
    'name',
  ])
  assert.equal(await refused('people', registration('Doppianti')), '409 likely-known')
  const wish = { ...registration('Doppianti'), confirmedNew: true }
  assert.equal(await refused('people', wish), '409 code-of-another')
  const twin = await enters({
    ...wish,
    givenName: 'Annunziata',
    code: omocodeVariant(wish.code, 1),
    confirmedCode: true,
  })
  assert.notEqual(twin.id, known.id)
  assert.equal(await refused('people', registration('Senza', { code: undefined })), '422 bad-code')
  // Yugoslavia was one until 1992 (its code with it); Pola was Italian.
  assert.equal(
    await refused('people/checks', facts('Lontani', { birthPlaceCode: 'Z118', birthDate: '2010-01-01' })),
    '422 unknown-place',
  )
  assert.match((await check(facts('Lontani', { birthPlaceCode: 'G778', birthDate: '1935-05-12' }))).birthPlace, /^POLA/)
  assert.equal(await refused('people', registration('Futuri', { on: addDays(today, 2) })), '422 day-to-come')
})

test('places are found by the beginning of their name as they were on a day', async () => {
  const places = async (query: string) => {
    const answer = await ask('GET', `places?${query}`)
    return answer.json<{ items: { code: string; name: string }[] }>().items
  }
  assert.equal((await places('text=napoli'))[0]?.code, 'F839')
  assert.deepEqual(
    (await places('text=jugoslavia&on=1985-01-01')).map(({ code }) => code),
    ['Z118'],
  )
  assert.deepEqual(await places('text=jugoslavia&on=2015-01-01'), [])
  assert.equal((await ask('GET', 'places?text=a')).statusCode, 400)
})

test('the database refuses two residences at once, an act before birth, one of the dead, and a changed act', async () => {
  const { id } = await aPerson(t, { birthDate: '1980-01-01' })
  const { acts } = await does(id, { act: 'domicile', on: today, address: inNaples })
  const add = (kind: string, on: string) =>
    t.owner.query(
      `insert into registry.person_act (id, person_id, kind, happened_on, steps, done_at, done_by, idempotency_key)
       values (gen_random_uuid(), $1, $2, $3, '[]', now(), $4, gen_random_uuid())`,
      [id, kind, on, officer.appointmentId],
    )
  await assert.rejects(add('MOVED', '1979-12-31'), /person_act_after_birth|before birth/)
  await assert.rejects(
    t.owner.query(`update registry.person_act set happened_on = happened_on - 1 where id = $1`, [acts[0]!.id]),
    /taken back, not changed/,
  )
  await assert.rejects(
    t.owner.query(
      `insert into registry.address (id, person_id, kind, line, place, valid, source)
       values (gen_random_uuid(), $1, 'residence', 'Via Doppia 1', 'Napoli', '[2020-01-01,)', 'test')`,
      [id],
    ),
    /address_one_at_a_time/,
  )
  await assert.rejects(
    t.owner.query(`update registry.person set deceased_on = '1979-01-01' where id = $1`, [id]),
    /person_dies_after_birth/,
  )
  await t.owner.query(`update registry.person set deceased_on = '2020-01-01' where id = $1`, [id])
  await assert.rejects(add('MOVED', today), /person_act_of_living|dead/)
  assert.ok(aslNapoli1 !== aslSalerno)
})

test('two officers who record something at the same moment follow one another', async () => {
  const { id } = await aPerson(t)
  const both = await Promise.all(
    [inNaples, inRome].map((address) =>
      ask('POST', `people/${id}/acts`, { act: 'move', on: addDays(today, -2), address }),
    ),
  )
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 422])
  assert.equal((await record(id)).addresses.filter(({ until }) => until === null).length, 1)
})
