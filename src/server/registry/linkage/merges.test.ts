// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { sql } from 'kysely'
import { bookingBench, lineOf } from '../../../../test/booking.ts'
import { aCampaign } from '../../../../test/campaigns.ts'
import { aDelegation } from '../../../../test/delegations.ts'
import { aDoctor } from '../../../../test/doctors.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { beginChoice } from '../doctors/index.ts'
import { romeDay } from '../../platform/time.ts'
import { mergePeople, unmerge, type Undone } from './index.ts'
import { takenOver, type Sourced } from './golden.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const bench = await bookingBench(t)
const campaign = await aCampaign(t, { everybody: true })

const merge = (duplicateId: string, survivorId: string): Promise<string> =>
  asSystem(t.db, (tx) =>
    mergePeople(tx, { duplicateId, survivorId, by: null, reason: 'Stessa persona' }, t.platform.now()),
  )
const undo = (id: string): Promise<Undone> =>
  asSystem(t.db, (tx) => unmerge(tx, id, null, 'Non erano la stessa persona', t.platform.now()))
const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Refusal, String(error))
  return error
}
const count = async (table: string, where: string): Promise<number> => {
  const { rows } = await t.owner.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`)
  return rows[0]!.n
}

const { rows: declared } = await t.owner.query<{ relation: string; field: string }>(
  'select relation, field from registry.person_reference',
)
const relations = [...new Set(declared.map(({ relation }) => relation))].filter(
  (name) => !name.startsWith('registry.merge'),
)

/** Every row of every table that names people, by table; but for when a person was last written. */
async function everything(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const relation of [...relations, 'registry.primary_care_post']) {
    const { rows } = await t.owner.query<{ row: object }>(
      `select to_jsonb(x) - 'version' - 'updated_at' as row from ${relation} x`,
    )
    all[relation] = rows.map(({ row }) => JSON.stringify(row)).toSorted()
  }
  return all
}

async function chooses(personId: string, roleId: string): Promise<void> {
  const now = t.platform.now()
  await asSystem(t.db, (tx) =>
    beginChoice(
      tx,
      { personId, doctorId: roleId, kind: 'ORDINARY', channel: 'OFFICE', chosenBy: null, replaces: null },
      romeDay(now),
      now,
    ),
  )
}

/** Somebody with something in most rooms. */
async function aBusyPerson(
  doctor: string | null,
  code: string,
  exemptions: string[] = [],
): Promise<{ id: string; code: string; bookingId: string }> {
  const citizen = await bench.citizen({ exemptions, mobile: '+393331234567', email: 'a@prova.example' })
  if (doctor) await chooses(citizen.id, doctor)
  const booking = await bench.books(citizen, await aPrescription(t, citizen, { lines: [lineOf(code)] }))
  const adhered = await t.app.inject({
    method: 'POST',
    url: '/api/v1/vaccination/adhesions',
    headers: { ...citizen.headers, 'idempotency-key': uuidv7() },
    payload: { patientId: citizen.id, campaign, contact: 'sms' },
  })
  assert.equal(adhered.statusCode, 201, adhered.body)
  await aDelegation(t, citizen, await aPerson(t))
  await aPerson(t, { birthDate: '2018-05-05', parent: citizen.id })
  return { id: citizen.id, code: citizen.code, bookingId: booking.id }
}

const service = await bench.bookable({ slots: 40 })
const [doctor, other] = [await aDoctor(t), await aDoctor(t)]
const people = [
  await aBusyPerson(doctor, service.code, ['E01']),
  await aBusyPerson(other, service.code, ['E01']),
  await aBusyPerson(doctor, service.code),
  await aBusyPerson(null, service.code, ['048']),
]
await t.settle()
const [one, two, three] = people.map(({ id }) => id) as [string, string, string, string]

test('what hangs on the duplicate is the survivor’s, what both had stays with the duplicate, and nobody has two doctors or adheres twice', async () => {
  const before = await everything()
  const id = await merge(two, one)
  for (const table of [
    'booking.booking',
    'scheduling.appointment',
    'payments.debt',
    'booking.prescription',
    'payments.debt_history',
  ]) {
    assert.equal(await count(table, `patient_id = '${two}'`), 0, table)
    assert.equal((await count(table, `patient_id = '${one}'`)) % 2, 0, table)
  }
  assert.equal(await count('access.delegation', `delegator_id = '${one}' and created_by = '${one}'`), 2)
  assert.equal(await count('registry.family_link', `related_id = '${one}'`), 2)
  assert.equal(await count('registry.doctor_choice', `person_id in ('${one}', '${two}') and ended_at is null`), 1)
  assert.equal(await count('registry.doctor_choice', `person_id = '${two}' and end_reason = 'DOUBLE'`), 1)
  assert.equal(await count('registry.primary_care_post', `role_id = '${other}' and patients = 0`), 1)
  assert.equal(await count('registry.enrolment', `person_id in ('${one}', '${two}') and state = 'ACTIVE'`), 1)
  const live = 'withdrawn_at is null'
  assert.equal(await count('vaccination.adhesion', `patient_id = '${one}' and ${live}`), 1)
  assert.equal(await count('vaccination.adhesion', `patient_id = '${two}' and ${live}`), 0)
  assert.equal(await count('vaccination.adhesion', `patient_id = '${two}' and double and contact_address is null`), 1)
  assert.equal(await count('registry.address', `person_id = '${two}'`), 1, 'a residence more is kept where it was')
  for (const [relation, rows] of Object.entries(before))
    assert.equal((await everything())[relation]!.length, rows.length, `${relation}: no row more or less`)
  const { differs, since } = await undo(id)
  assert.deepEqual([differs, since], [[], []])
  assert.deepEqual(await everything(), before)
})

test('a list above its ceiling keeps somebody who turns out to be somebody else', async () => {
  const crowded = await aDoctor(t, { ceiling: 1 })
  const [had, has] = [await aPerson(t), await aPerson(t)]
  await chooses(had.id, crowded)
  await t.owner.query('update registry.primary_care_post set patients = 5 where role_id = $1', [crowded])
  await merge(had.id, has.id)
  assert.equal(await count('registry.doctor_choice', `person_id = '${has.id}' and role_id = '${crowded}'`), 1)
  assert.equal(await count('registry.primary_care_post', `role_id = '${crowded}' and patients = 5`), 1)
})

test('outside of a merge whose something is still cannot be changed', async () => {
  for (const [table, field, whose] of [
    ['payments.debt', 'patient_id', three],
    ['registry.doctor_choice', 'person_id', one],
    ['registry.person_exemption', 'person_id', one],
  ] as const)
    await assert.rejects(
      asSystem(t.db, async (tx) => {
        await sql`select set_config('app.merging', 'on', true)`.execute(tx)
        await sql`update ${sql.table(table)} set ${sql.id(field)} = ${two} where ${sql.id(field)} = ${whose}`.execute(
          tx,
        )
      }),
      { code: '23514' },
      table,
    )
})

test('two clerks merge the same pair: one does, the other hears it; both ways around as well', async () => {
  const [a, b] = [await aPerson(t), await aPerson(t)]
  const same = await Promise.allSettled([merge(a.id, b.id), merge(a.id, b.id), merge(b.id, a.id), merge(a.id, b.id)])
  const done = same.filter(({ status }) => status === 'fulfilled')
  const codes = same.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []))
  assert.deepEqual([done.length, new Set(codes)], [1, new Set(['registry/already-merged'])])
  assert.equal(await count('registry.person', `id in ('${a.id}', '${b.id}') and merged_into is not null`), 1)
})

test('what stands in the way is listed, and nothing was done', async () => {
  const [a, b] = [await aPerson(t), await aPerson(t)]
  const delegation = await aDelegation(t, a, b)
  const before = await everything()
  const { code, options } = await refusal(merge(a.id, b.id))
  assert.equal(code, 'registry/merge-conflicts')
  assert.deepEqual(
    (options.extra!['conflicts'] as { relation: string }[]).map(({ relation }) => relation),
    ['access.delegation'],
  )
  assert.deepEqual(await everything(), before)
  await t.owner.query(
    `update access.delegation set state = 'revoked', changed_as = 'delegator', changed_by = $1 where id = $2`,
    [a.id, delegation],
  )
  await merge(a.id, b.id)
  assert.equal(
    await count('access.delegation', `id = '${delegation}' and delegator_id = '${a.id}'`),
    1,
    'one that is over stays',
  )
})

test('a booking under way while its patient is merged goes over too, or is not made', async () => {
  for (let round = 0; round < 4; round += 1) {
    const [patient, goesOn] = [await bench.citizen(), await aPerson(t)]
    const nre = await aPrescription(t, patient, { lines: [lineOf(service.code)] })
    const prescription = await bench.looksUp(patient, nre)
    const booking = bench.holds(patient, prescription.id).catch((error: Error) => error.message) // the merge came first
    await setTimeout(round * 15)
    await merge(patient.id, goesOn.id)
    const held = await booking
    await t.settle()
    for (const table of ['booking.booking', 'scheduling.appointment', 'booking.prescription'])
      assert.equal(await count(table, `patient_id = '${patient.id}'`), 0, table)
    assert.equal(await count('booking.booking', `patient_id = '${goesOn.id}'`), typeof held === 'string' ? 0 : 1)
  }
})

test('what is written for the duplicate after all is carried over, and goes back with it', async () => {
  const [a, b] = [await aPerson(t), await aPerson(t)]
  const id = await merge(a.id, b.id)
  await t.owner.query(
    `insert into registry.contact (id, person_id, kind, value, source, valid) values ($1, $2, 'phone', '0811234567', 'test', '[2020-01-01,)')`,
    [uuidv7(), a.id],
  )
  await t.settle()
  assert.equal(await count('registry.contact', `person_id = '${b.id}' and value = '0811234567'`), 1)
  assert.deepEqual(await undo(id), { differs: [], since: [] })
  assert.equal(await count('registry.contact', `person_id = '${a.id}' and value = '0811234567'`), 1)
})

test('merges are undone from the last one back; what was written since is listed and stays', async () => {
  const [a, b, c] = [await aPerson(t), await aPerson(t), await aPerson(t)]
  const first = await merge(a.id, b.id)
  const second = await merge(b.id, c.id)
  assert.equal(await count('registry.person', `merged_into = '${c.id}'`), 2, 'both lead to the one that goes on')
  assert.equal((await refusal(undo(first))).code, 'registry/later-merge-first')
  await t.owner.query(
    `insert into registry.contact (id, person_id, kind, value, source, valid) values ($1, $2, 'email', 'nuovo@prova.example', 'test', '[2020-01-01,)')`,
    [uuidv7(), c.id],
  )
  assert.deepEqual(await undo(second), { differs: [], since: [{ relation: 'registry.contact', count: 1 }] })
  assert.equal(await count('registry.contact', `person_id = '${c.id}' and value = 'nuovo@prova.example'`), 1)
  assert.deepEqual(await undo(first), { differs: [], since: [] })
  assert.equal((await refusal(undo(first))).code, 'registry/merge-undone')
  assert.equal((await refusal(undo(uuidv7()))).code, 'platform/not-found')
})

test('what changed or went away meanwhile is said and left as it is', async () => {
  const [a, b] = [await aPerson(t, { mobile: '+393330000001' }), await aPerson(t)]
  const id = await merge(a.id, b.id)
  await t.owner.query('delete from registry.contact where person_id = $1', [b.id])
  await t.owner.query(`update registry.enrolment set source = 'altro' where person_id = $1`, [a.id])
  const { differs } = await undo(id)
  assert.deepEqual(
    new Set(differs.map(({ relation, what }) => `${relation} ${what}`)),
    new Set(['registry.contact gone', 'registry.enrolment changed']),
  )
})

test('the golden record takes what the better source said, and un-merging gives it back', async () => {
  const [a, b] = [await aPerson(t, { familyName: 'Giusta' }), await aPerson(t, { familyName: 'Sbagliata' })]
  await t.owner.query(
    `insert into registry.person_source (person_id, field, source, observed_at)
     values ($1, 'familyName', 'anpr', '2026-01-02T00:00:00Z'), ($2, 'familyName', 'self', '2026-05-05T00:00:00Z')`,
    [a.id, b.id],
  )
  const name = async () => {
    const { rows } = await t.owner.query(
      `select p.family_name, p.search_name, s.source from registry.person p
       left join registry.person_source s on s.person_id = p.id and s.field = 'familyName' where p.id = $1`,
      [b.id],
    )
    return rows[0] as object
  }
  const before = await name()
  const id = await merge(a.id, b.id)
  assert.deepEqual(await name(), { family_name: 'Giusta', search_name: 'GIUSTA ANNA', source: 'anpr' })
  await undo(id)
  assert.deepEqual(await name(), before)
})

test('of equal sources the record that goes on is believed, and gaps are filled', () => {
  const record = (image: object, said: Sourced['said'] = {}): Sourced => ({
    image: { family_name: 'A', given_name: 'B', deceased_on: null, ...image },
    said,
  })
  const at = { observedAt: '2026-01-01' }
  const fields = (survivor: Sourced, duplicate: Sourced) => takenOver(survivor, duplicate).map(({ field }) => field)
  assert.deepEqual(fields(record({}), record({ family_name: 'C' })), [])
  assert.deepEqual(fields(record({}), record({ deceased_on: '2026-01-01' })), ['deceasedOn'])
  assert.deepEqual(fields(record({}), record({ family_name: 'C' }, { familyName: { source: 'self', ...at } })), [
    'familyName',
  ])
  const [anpr, asl] = [{ familyName: { source: 'anpr', ...at } }, { familyName: { source: 'asl', ...at } }] as const
  assert.deepEqual(fields(record({}, anpr), record({ family_name: 'C' }, asl)), [])
  assert.deepEqual(fields(record({}, asl), record({ family_name: 'C' }, anpr)), ['familyName'])
})

test('any merges and un-merges, one after the other, lose nothing and end with exactly the same rows', async () => {
  const start = await everything()
  const sizes = (all: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(all).map(([name, { length }]) => [name, length]))
  const step = fc.oneof(fc.record({ from: fc.nat(3), into: fc.nat(3) }), fc.constant('undo' as const))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const open: { id: string; before: Record<string, string[]> }[] = []
      const undoLast = async (): Promise<void> => {
        const last = open.pop()
        if (!last) return
        assert.deepEqual(await undo(last.id), { differs: [], since: [] })
        assert.deepEqual(await everything(), last.before)
      }
      for (const what of steps) {
        if (what === 'undo') await undoLast()
        else {
          const [from, into] = [people[what.from]!.id, people[what.into]!.id]
          const before = await everything()
          const id = await merge(from, into).catch((error: unknown) => {
            assert.ok(error instanceof Refusal, String(error)) // themselves, or merged already
          })
          assert.deepEqual(sizes(await everything()), sizes(start))
          if (id) open.push({ id, before })
          else assert.deepEqual(await everything(), before)
        }
      }
      while (open.length > 0) await undoLast()
      assert.deepEqual(await everything(), start)
    }),
    { numRuns: 12 },
  )
})
