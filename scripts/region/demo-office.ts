// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Region } from '../../src/server/platform/config.ts'
import type { Tx } from '../../src/server/platform/database.ts'
import { publicCode } from '../../src/server/platform/ids.ts'
import { addDays } from '../../src/server/platform/time.ts'
import { findDuplicatesOf, readLinkage } from '../../src/server/registry/linkage/index.ts'
import { plainName } from '../../src/shared/plain-text.ts'
import type { DemoCast } from './demo-people.ts'
import { appointmentOf } from './demo-roles.ts'
import { stableId } from './ids.ts'
import { organisationId } from './reference/organisations.ts'
import { days, insertRows } from './rows.ts'

interface Work {
  people: DemoCast['people']
  region: Region
  regionFolder: string
  today: string
  now: Date
}

/** Where the demo officer works. */
const authority = { code: '150204', id: organisationId('150204') }
const officer = appointmentOf({ key: 'silvana', role: 'district-officer', organisation: authority.code })

/** What waits for the demo officer: a request about a doctor, two records that may be one person, a check drawn by chance. */
export async function loadOfficeWork(client: pg.Client, tx: Tx, work: Work): Promise<void> {
  await requestOnPaper(client, work)
  await secondRecord(client, tx, work)
  await sampledCheck(client, work)
}

const personOf = ({ people }: Work, key: string) => people.find((person) => person.key === key)!

/** Paola of Caserta works in Naples and asks for a doctor there, on paper. */
async function requestOnPaper(client: pg.Client, work: Work): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select p.role_id as id from registry.primary_care_post p join registry.practitioner_role r on r.id = p.role_id
     where r.organisation_id = $1 and p.kind = 'MMG' and p.state = 'ACTIVE' and p.leaving_on is null
     order by coalesce(p.self_limit, p.ceiling) - p.patients desc, p.role_id limit 1`,
    [authority.id],
  )
  await insertRows(client, 'doctor_choice.request', [
    {
      id: stableId('demo-request', 'paola'),
      code: publicCode(10),
      person_id: personOf(work, 'paola').id,
      role_id: rows[0]!.id, // every authority has doctors
      asl_id: authority.id,
      kind: 'TEMPORARY',
      reason: 'WORK',
      until: addDays(work.today, 180),
      brought_by: 'SELF',
      document_kind: 'IDENTITY_CARD',
      document_number: 'CA00000BB',
      scan_reference: 'DEMO/2026/0002',
      entered_by: officer,
      state: 'WAIT_OFFICE',
      created_at: work.now,
      changed_at: work.now,
    },
  ])
}

/** Antonio once more, as an emergency room entered him: no code, day and month of birth exchanged. */
async function secondRecord(client: pg.Client, tx: Tx, work: Work): Promise<void> {
  const { familyName, givenName, birthDate, sex, birthPlace, home, line, mobile } = personOf(work, 'antonio')
  const [year, month, day] = birthDate.split('-')
  const id = stableId('demo-second-record', 'antonio')
  await insertRows(client, 'registry.person', [
    {
      id,
      family_name: familyName,
      given_name: givenName,
      search_name: plainName(familyName, givenName),
      birth_date: `${year}-${day}-${month}`,
      sex,
      birth_place_code: birthPlace.code,
      birth_place_name: birthPlace.name,
      citizenship: '100',
      version: 1,
      created_at: work.now,
      updated_at: work.now,
    },
  ])
  const since = { person_id: id, valid: days(work.today), source: 'hospital' }
  await insertRows(client, 'registry.address', [
    {
      ...since,
      id: stableId('demo-second-address', 'antonio'),
      kind: 'residence',
      line,
      postcode: home.postcode,
      istat_code: home.istatCode,
      place: home.name,
    },
  ])
  await insertRows(client, 'registry.contact', [
    { ...since, id: stableId('demo-second-mobile', 'antonio'), kind: 'mobile', value: mobile },
  ])
  await findDuplicatesOf(tx, id, readLinkage(work), work.now)
}

/** Nadia declared E04 three weeks ago; the sample of the month has drawn her declaration. */
async function sampledCheck(client: pg.Client, work: Work): Promise<void> {
  const { id: patient, home } = personOf(work, 'nadia')
  const idOf = (what: string) => stableId('demo-check', what)
  const start = addDays(work.today, -21)
  const year = Number(start.slice(0, 4)) + (start.slice(5) < '04-01' ? 0 : 1)
  const submitted = `${start}T10:00:00Z`
  const { rows } = await client.query<{ rule: Record<string, unknown>; percent: string }>(
    `select jsonb_build_object('code', r.code, 'ages', r.ages, 'condition', r.condition, 'limitCents', r.limit_cents,
              'comparison', r.comparison, 'spouseLimitCents', r.spouse_limit_cents, 'childCents', r.child_cents,
              'increasedComparison', r.increased_comparison, 'householdFrom', r.household_from,
              'householdTo', r.household_to, 'beneficiaries', r.beneficiaries) as rule, k.sample_percent as percent
     from exemptions.code_rule r join exemptions.check_rule k on k.region = r.region and k.valid @> $2::date
     where r.region = $1 and r.code = 'E04' and r.valid @> $2::date`,
    [work.region.code, start],
  )
  const { rule, percent } = rows[0]! // every region says who may declare it
  await insertRows(client, 'exemptions.declaration', [
    {
      id: idOf('declaration'),
      protocol: `ESE-${start.slice(0, 4)}-DEMO`,
      patient_id: patient,
      declarant_id: patient,
      declarant_as: 'self',
      code: 'E04',
      asl_id: home.aslId,
      district_id: home.districtId,
      starts_on: start,
      income_year: Number(start.slice(0, 4)) - 1,
      income_cents: 780_000,
      presumed: false,
      limit_cents: rule['limitCents'],
      household: [],
      facts: { pension: { number: '00000000' } },
      rule,
      submitted_at: submitted,
      idempotency_key: idOf('key'),
    },
  ])
  const held = { state: 'ACTIVE', origin: 'self-certified', valid: days(start, `${year}-04-01`) }
  await insertRows(client, 'registry.person_exemption', [
    { id: idOf('exemption'), person_id: patient, code: 'E04', ...held, created_at: submitted },
  ])
  await insertRows(client, 'exemptions.certificate', [
    {
      id: idOf('certificate'),
      declaration_id: idOf('declaration'),
      patient_id: patient,
      exemption_id: idOf('exemption'),
      verification_code: publicCode(12),
      issued_at: submitted,
    },
  ])
  await insertRows(client, 'exemptions.sample', [
    {
      id: idOf('sample'),
      asl_id: authority.id,
      submitted: days(start, addDays(start, 14)),
      percent,
      seed: createHash('sha256').update(start).digest('hex').slice(0, 32),
      population: 1,
      drawn: 1,
      drawn_by: officer,
      drawn_at: work.now,
    },
  ])
  const aCase = { id: idOf('case'), patient_id: patient, state: 'OPEN' }
  await insertRows(client, 'exemptions.check_case', [
    {
      ...aCase,
      number: `CTR-${work.today.slice(0, 4)}-DEMO`,
      declaration_id: idOf('declaration'),
      asl_id: authority.id,
      reason: 'sample',
      sample_id: idOf('sample'),
      opened_at: work.now,
    },
  ])
  await client.query(
    'insert into exemptions.check_step (case_id, patient_id, state, decided_by, at) values ($1, $2, $3, $4, $5)',
    [aCase.id, patient, aCase.state, officer, work.now],
  )
}
