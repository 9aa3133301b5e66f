// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { fhirClient, type Resource } from '../../../../test/fhir/client.ts'
import { aPerson, aslNapoli1 } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { systemActor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { readPeople } from '../../registry/directory/index.ts'
import { systemsOf } from './identifiers.ts'
import { definitions } from './resources.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { send, search, ids, client, headers } = await fhirClient(t, 'Patient', 'RelatedPerson', 'PractitionerRole')
const oid = 'urn:oid:2.16.840.1.113883.2.9.4.3.2'

const find = (form: Record<string, string>) => ids('Patient/_search', form)
/** What the trail says of a person. */
const trail = async (personId: string) =>
  (
    await t.owner.query<{ action: string; object_id: string | null; outcome: string; client_id: string }>(
      'select action, object_id, outcome, client_id from access.audit_entry where patient_id = $1 order by at',
      [personId],
    )
  ).rows

test('a person is read with her identifiers, names, home and doctor, and finds it in her list', async () => {
  const anna = await aPerson(t, {
    givenName: 'Anna Maria',
    familyName: 'Lettini',
    email: 'anna@example.org',
    birthDate: '1971-03-04',
  })
  const doctor = await aDoctor(t)
  await hasDoctor(t, anna.id, doctor)
  const answer = await send(`Patient/${anna.id}`)
  const patient = answer.json<Resource>()
  assert.deepEqual(patient['identifier'], [
    { use: 'official', system: oid, value: anna.code, period: { start: '1900-01-01' } },
  ])
  assert.deepEqual(patient['name'], [{ use: 'official', family: 'Lettini', given: ['Anna', 'Maria'] }])
  assert.deepEqual(patient['generalPractitioner'], [{ reference: `PractitionerRole/${doctor}` }])
  assert.deepEqual(patient['managingOrganization'], { reference: `Organization/${aslNapoli1}` })
  assert.deepEqual(
    [patient['active'], patient['gender'], patient['birthDate'], patient['deceasedBoolean']],
    [true, 'female', '1971-03-04', false],
  )
  const [address] = patient['address'] as Record<string, unknown>[]
  assert.deepEqual(
    [address!['use'], address!['city'], address!['state'], address!['country']],
    ['home', 'Napoli', 'Campania', 'IT'],
  )
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.deepEqual(await trail(anna.id), [
    { action: 'READ', object_id: anna.id, outcome: 'done', client_id: client.id },
  ])
  const own = await t.app.inject({
    url: `/api/v1/people/${anna.id}/accesses?from=${new Date().toISOString().slice(0, 8)}01&to=${new Date().toISOString().slice(0, 10)}&who=partner`,
    headers: { ...(await t.signIn(anna.id)) },
  })
  assert.equal(own.json().items[0].what, 'Ha letto: i dati anagrafici')
  const again = await send(`Patient/${anna.id}`, undefined, { 'if-none-match': String(answer.headers['etag']) })
  assert.equal(again.statusCode, 304)
})

test('either generation of systems finds the same person, in a body only; her code never comes back in an address', async () => {
  const anna = await aPerson(t)
  for (const identifier of [
    anna.code,
    anna.code.toLowerCase(),
    `${oid}|${anna.code}`,
    `http://hl7.it/sid/codiceFiscale|${anna.code}`,
  ])
    assert.deepEqual(await find({ identifier }), [anna.id], identifier)
  for (const identifier of [`|${anna.code}`, `urn:oid:2.16.840.1.113883.2.9.4.3.7|${anna.code}`, 'XXXXXX00X00X000X'])
    assert.deepEqual(await find({ identifier }), [], identifier)
  const bundle = await search('Patient/_search', { identifier: anna.code })
  assert.ok(!JSON.stringify(bundle.link).includes(anna.code))
  for (const query of [
    `identifier=${anna.code}`,
    'family=Rossi',
    'birthdate=1970',
    'phone=333',
    'death-date=2020',
    'family:exact=Rossi',
  ]) {
    const refused = await send(`Patient?${query}`)
    assert.equal(refused.statusCode, 400, query)
    assert.equal(refused.json().issue[0].details.coding[0].code, 'fhir/personal-parameter', query)
  }
  const sneaked = await send(`Patient/_search?identifier=${anna.code}`, { gender: 'female' })
  assert.equal(sneaked.statusCode, 400)
})

test('names are found by the beginning of their words, days of birth by their precision', async () => {
  const niccolo = await aPerson(t, {
    familyName: 'De Zuànis',
    givenName: 'Anna Niccolò',
    sex: 'M',
    birthDate: '1950-12-31',
  })
  for (const form of [
    { family: 'dezuanis' },
    { family: "DE ZUÀ'" },
    { name: 'zuanis', given: 'niccolo' },
    { family: 'de zuanis', birthdate: '1950' },
    { family: 'de zuanis', birthdate: '1950-12' },
    { family: 'de zuanis', birthdate: 'ge1950-12-31', gender: 'male' },
    { 'family:exact': 'De Zuànis', birthdate: 'lt1951,gt2020' },
    { family: 'de zuanis,de zuccheri', 'address-city': 'napoli' },
    { family: 'de zuanis', deceased: 'false', active: 'true', organization: aslNapoli1 },
  ])
    assert.deepEqual(await find(form as Record<string, string>), [niccolo.id], JSON.stringify(form))
  for (const form of [
    { family: 'de zuanis', birthdate: '1950-11' },
    { family: 'de zuanis', birthdate: 'gt1950' },
    { 'family:exact': 'de zuanis' },
    { family: 'de zuanis', given: 'paolo' },
    { family: 'de zuanis', gender: 'female' },
    { family: 'de zuanis', deceased: 'true' },
    { family: 'de zuanis', 'address-city': 'salerno' },
  ])
    assert.deepEqual(await find(form as Record<string, string>), [], JSON.stringify(form))
})

test('whoever asks for everybody, or for what is not known, is refused', async () => {
  for (const form of [
    {},
    { gender: 'male' },
    { family: 'r' },
    { 'family:contains': 'ross' },
    { birthdate: 'ge1900' },
    { given: 'anna' },
  ]) {
    const refused = await send('Patient/_search', form as Record<string, string>)
    assert.equal(refused.json().issue[0].code, 'too-costly', JSON.stringify(form))
  }
  const unknown = await send('Patient/_search', { family: 'rossi', colour: 'red' })
  assert.equal(unknown.statusCode, 400)
  const lenient = await send('Patient/_search', { family: 'qqqq', colour: 'red' }, { prefer: 'handling=lenient' })
  assert.equal(lenient.statusCode, 200)
})

test('a merged record says which one goes on, and that one which it replaces', async () => {
  const [gone, stays] = [await aPerson(t), await aPerson(t)]
  const owner = await t.owner.connect()
  await owner.query("begin; select set_config('app.role', 'system', true)")
  await owner.query('update registry.person set merged_into = $1 where id = $2', [stays.id, gone.id])
  await owner.query('commit')
  owner.release()
  const old = (await send(`Patient/${gone.id}`)).json<Resource>()
  assert.equal(old['active'], false)
  assert.deepEqual(old['link'], [{ other: { reference: `Patient/${stays.id}` }, type: 'replaced-by' }])
  const kept = (await send(`Patient/${stays.id}`)).json<Resource>()
  assert.deepEqual(kept['link'], [{ other: { reference: `Patient/${gone.id}` }, type: 'replaces' }])
  assert.deepEqual(await ids(`Patient?link=Patient/${stays.id}`), [gone.id])
  const { family } = (old['name'] as { family: string }[])[0]!
  assert.deepEqual(await find({ family }), [gone.id])
  assert.deepEqual(await find({ 'family:exact': family, active: 'false' }), [gone.id])
  assert.equal((await trail(stays.id)).length, 5, 'the person sees what was read of either record')
})

test('of a search that shows several people each finds it in her list; the others do not', async () => {
  const doctor = await aDoctor(t)
  const [...list] = await Promise.all([aPerson(t), aPerson(t), aPerson(t)])
  const other = await aPerson(t)
  for (const { id } of list) await hasDoctor(t, id, doctor)
  const seen: string[] = []
  let url: string | undefined =
    `Patient?general-practitioner=PractitionerRole/${doctor}&_count=2&_include=Patient:general-practitioner`
  while (url) {
    const bundle: Awaited<ReturnType<typeof search>> = await search(url)
    assert.equal(bundle.entry!.at(-1)!.resource.resourceType, 'PractitionerRole')
    seen.push(...bundle.entry!.filter((one) => one.search.mode === 'match').map(({ resource }) => resource.id))
    url = bundle.link.find(({ relation }) => relation === 'next')?.url
  }
  assert.deepEqual(seen, list.map(({ id }) => id).toSorted())
  for (const { id } of list)
    assert.deepEqual(
      (await trail(id)).map(({ action }) => action),
      ['SEARCH'],
    )
  assert.deepEqual(await trail(other.id), [])
  const counted = await search(`Patient?general-practitioner=${doctor}&_summary=count`)
  assert.equal(counted.total, 3)
  const { rows } = await t.owner.query(
    "select from access.audit_entry where client_id = $1 and patient_id is null and action = 'SEARCH' and object_type = 'person-record'",
    [client.id],
  )
  assert.ok(rows.length > 0, 'a search that shows nobody is in the trail of auditors')
})

test('family and delegates are related people, with the days their part holds', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2020-03-02', parent: mother.id })
  const delegate = await aPerson(t, { familyName: 'Delegati' })
  await aDelegation(t, mother, delegate)
  const [parent] = (await search(`RelatedPerson?patient=Patient/${child.id}&active=true`)).entry!
  assert.deepEqual(
    (parent!.resource['relationship'] as { coding: { code: string }[] }[])[0]!.coding.map(({ code }) => code),
    ['PRN', 'parent'],
  )
  assert.deepEqual(parent!.resource['patient'], { reference: `Patient/${child.id}` })
  const [delegated] = (await search(`RelatedPerson?patient=${mother.id}&relationship=delegate`)).entry!
  assert.equal((delegated!.resource['name'] as { family: string }[])[0]!.family, 'Delegati')
  const { start, end } = delegated!.resource['period'] as { start: string; end: string }
  assert.ok(start <= end)
  assert.equal((await send(`RelatedPerson/${delegated!.resource.id}`)).statusCode, 200)
  assert.deepEqual(await ids('RelatedPerson/_search', { identifier: mother.code }), [parent!.resource.id])
  assert.deepEqual(await ids(`RelatedPerson?patient=${child.id}&relationship=SPS`), [])
  assert.deepEqual(await ids(`RelatedPerson?patient=${child.id}&active=false`), [])
  for (const url of ['RelatedPerson', `RelatedPerson?identifier=${mother.code}`, 'RelatedPerson?active=true'])
    assert.equal((await send(url)).statusCode, 400, url)
  for (const { id } of [child, mother, delegate]) assert.ok((await trail(id)).length > 0)
})

test('nonsense in a parameter is told as such, and never breaks the server', async () => {
  for (const [type, { parameters }] of Object.entries(definitions).filter(([name]) =>
    /Patient|RelatedPerson|PractitionerRole/.test(name),
  ))
    for (const name of [...Object.keys(parameters), '_cursor', '_count', '_sort', '_include'])
      for (const value of ['\u0000', '%', "' or 1=1 --", '||', ',', 'gt', '𝕏', 'x'.repeat(5000), '2026-02-30', '9999'])
        for (const modifier of ['', ':exact', ':missing', ':not']) {
          const answer = await send(`${type}/_search`, { [name + modifier]: value, _id: uuidv7() })
          assert.ok([200, 400].includes(answer.statusCode), `${name}${modifier}: ${answer.body}`)
        }
})

test('a partner without the scope is refused, and the person reads that it tried', async () => {
  const anna = await aPerson(t)
  const other = await fhirClient(t, 'Location')
  const refused = await other.send(`Patient/${anna.id}`)
  assert.deepEqual([refused.statusCode, refused.json().issue[0].code], [403, 'forbidden'])
  assert.deepEqual(
    (await trail(anna.id)).map(({ outcome }) => outcome),
    ['refused'],
  )
  const unknown = await t.app.inject({ url: `/fhir/R4/Patient/${uuidv7()}`, headers })
  assert.equal(unknown.statusCode, 404)
})

test('after a search the database shows nobody but those who were found', async () => {
  const [anna, other] = [await aPerson(t), await aPerson(t)]
  const day = '2026-11-30'
  const context = {
    base: 'https://sinfonia.example/fhir/R4',
    systems: systemsOf(t.platform.config, 'https://sinfonia.example/fhir/R4'),
    region: t.platform.config.region,
    actor: { ...systemActor(uuidv7()), kind: 'partner' as const },
    day,
  }
  await asSystem(t.db, async (tx) => {
    const tests = [{ kind: 'code' as const, value: anna.id }]
    const found = await definitions.Patient.find(tx, context, [{ field: 'id', tests }], { limit: 10 })
    assert.equal(found.length, 1)
    const read = await readPeople(tx, [anna.id, other.id], day)
    assert.deepEqual([...read.keys()], [anna.id])
  })
})
