// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fhirClient, type Resource } from '../../../../test/fhir/client.ts'
import { aDoctor } from '../../../../test/doctors.ts'
import { aslNapoli1 } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { send, search, ids } = await fhirClient(t, 'Practitioner', 'PractitionerRole', 'Organization', 'Location')

const roleId = await aDoctor(t, { familyName: 'D’Àngelo Prova', languages: ['it', 'en'] })
const { rows } = await t.owner.query<{ id: string; code: string }>(
  `select d.id, d.fiscal_code as code from registry.practitioner d
   join registry.practitioner_role r on r.practitioner_id = d.id where r.id = $1`,
  [roleId],
)
const doctor = rows[0]!

test('a doctor is read without contacts of her own, address and date of birth', async () => {
  const resource = (await send(`Practitioner/${doctor.id}`)).json<Resource>()
  assert.deepEqual(Object.keys(resource).toSorted(), [
    'active',
    'communication',
    'gender',
    'id',
    'identifier',
    'meta',
    'name',
    'resourceType',
  ])
})

test('doctors are found by name whatever its accents and apostrophes; by tax code only in a body', async () => {
  for (const query of [
    'name=dangelo',
    "family=D'ANGELO",
    'name=carla',
    'family:contains=prova',
    'family:exact=D’Àngelo Prova',
  ])
    assert.deepEqual(await ids(`Practitioner?${encodeURI(query)}`), [doctor.id], query)
  assert.deepEqual(await ids('Practitioner?family:exact=dangelo prova'), [])
  const refused = await send(`Practitioner?identifier=${doctor.code}`)
  assert.equal(refused.json().issue[0].details.coding[0].code, 'fhir/personal-parameter')
  for (const identifier of [doctor.code.toLowerCase(), `http://hl7.it/sid/codiceFiscale|${doctor.code}`])
    assert.deepEqual(await ids('Practitioner/_search', { identifier }), [doctor.id], identifier)
})

test('a role says what the doctor is, where and when she receives, and brings the others along', async () => {
  const bundle = await search(
    `PractitionerRole?practitioner=${doctor.id}&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization&_include=PractitionerRole:location`,
  )
  const [role, ...others] = bundle.entry!.map(({ resource }) => resource)
  assert.deepEqual(others.map(({ resourceType }) => resourceType).toSorted(), [
    'Location',
    'Organization',
    'Practitioner',
  ])
  const { code, period, availableTime } = role as Resource & Record<string, unknown>
  assert.equal((code as { coding: { code: string }[] }[])[0]!.coding[0]!.code, 'MMG')
  assert.deepEqual(period, { start: '2015-01-01' })
  assert.deepEqual(availableTime, [
    { daysOfWeek: ['mon'], availableStartTime: '09:00:00', availableEndTime: '12:00:00' },
  ])
  const back = await search(`Practitioner?_id=${doctor.id}&_revinclude=PractitionerRole:practitioner`)
  assert.deepEqual(
    back.entry!.map(({ resource: { id }, search: { mode } }) => [id, mode]),
    [
      [doctor.id, 'match'],
      [roleId, 'include'],
    ],
  )
})

test('roles are found by kind, organisation, place and the days they hold', async () => {
  const { rows: surgeries } = await t.owner.query<{ id: string }>(
    'select id from registry.surgery where role_id = $1',
    [roleId],
  )
  const found = (query: string) => ids(`PractitionerRole?practitioner=${doctor.id}&${query}`)
  for (const query of [
    'role=MMG',
    `organization=Organization/${aslNapoli1}`,
    `location=${surgeries[0]!.id}`,
    'active=true',
    'date=ge2026',
    'date=gt2014',
    'date=lt2016',
    'date=ap2020',
    'date=ne2015',
    'specialty:missing=true',
  ])
    assert.deepEqual(await found(query), [roleId], query)
  for (const query of [
    'role=PLS',
    'active=false',
    'date=lt2015',
    'date=eq2020',
    'date=eb2030',
    'date=sa2015',
    'role:not=MMG',
  ])
    assert.deepEqual(await found(query), [], query)
})
