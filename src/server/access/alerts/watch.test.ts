// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aProfessional, aRole } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { readConfig } from '../../platform/config.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { readAlertsConfig, rulesOn, type AlertRule } from './config.ts'
import type { AccessAlert } from './schema.ts'
import { watchTrail } from './watch.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
/** Noon of a day that each test has to itself: the trail is only added to. */
let noon = new Date('2026-06-01T10:00:00Z')
const minutes = (number: number, from = noon) => new Date(from.getTime() + number * 60_000)

beforeEach(async () => {
  noon = new Date(noon.getTime() + 86_400_000)
  await t.owner.query(`delete from access.access_alert; delete from access.alert_watch`)
})

interface Story {
  at?: Date
  role?: string
  organisationId?: string
  outcome?: string
  action?: string
  purpose?: string
  kind?: string
  clientId?: string
}

/** Rows of the trail as they would stand there: one for each person, a second apart. */
async function acts(personId: string | null, patients: readonly (string | null)[], story: Story = {}): Promise<void> {
  const { at = minutes(-10), role = 'doctor', outcome = 'done', action = 'READ', purpose = 'care' } = story
  await t.owner.query(
    `insert into access.audit_entry (id, at, actor_kind, person_id, role, organisation_id, client_id, patient_id, action,
       object_type, purpose, outcome, request_id)
     select gen_random_uuid(), $1::timestamptz + n * interval '1 second', $2, $3, $4, $5, $6, patient, $7, 'booking', $8, $9, gen_random_uuid()
     from unnest($10::uuid[]) with ordinality as p (patient, n)`,
    [
      at,
      story.kind ?? 'professional',
      personId,
      role,
      story.organisationId ?? aslNapoli1,
      story.clientId ?? null,
      action,
      purpose,
      outcome,
      patients,
    ],
  )
}
const strangers = (number: number) => Array.from({ length: number }, () => uuidv7())

const rule = (more: Partial<AlertRule> & Pick<AlertRule, 'kind'>): AlertRule => ({
  from: '2020-01-01',
  most: 3,
  minutes: 60,
  act: 'prova',
  verified: false,
  ...more,
})
const watch = (rules: AlertRule[], at = noon) =>
  watchTrail({ ...t.platform, now: () => at }, { tell: 'rpd@sinfonia.example', rules })
const stored = async () =>
  (
    await t.owner.query(
      'select kind, person_id as person, client_id as client, seen, state from access.access_alert order by opened_at, kind',
    )
  ).rows as { kind: string; person: string | null; client: string | null; seen: number; state: string }[]

test('who reads more people than the rule allows in an hour is reported once, and the alert grows', async () => {
  const { id } = await aPerson(t)
  await acts(id, strangers(3))
  assert.equal(await watch([rule({ kind: 'many-people' })]), 0, 'the threshold itself is not too many')
  const [same] = strangers(1)
  await acts(id, [same!, same!, same!], { at: minutes(1) })
  assert.equal(await watch([rule({ kind: 'many-people' })], minutes(6)), 1)
  assert.deepEqual(await stored(), [{ kind: 'many-people', person: id, client: null, seen: 4, state: 'open' }])
  assert.equal(await watch([rule({ kind: 'many-people' })], minutes(6)), 0, 'asked again, nothing changes')
  await acts(id, strangers(2), { at: minutes(10) })
  assert.equal(await watch([rule({ kind: 'many-people' })], minutes(16)), 0)
  assert.deepEqual(await stored(), [{ kind: 'many-people', person: id, client: null, seen: 6, state: 'open' }])
})

test('her own data, refusals, other roles, other hours and supervision do not count', async () => {
  const { id } = await aPerson(t)
  await acts(
    id,
    Array.from({ length: 5 }, () => id),
  )
  await acts(id, strangers(5), { outcome: 'refused' })
  await acts(id, strangers(5), { role: 'nurse' })
  await acts(id, strangers(5), { at: minutes(-70) })
  await acts(id, strangers(5), { at: minutes(20) })
  await acts(id, strangers(5), { purpose: 'supervision' })
  await acts(id, strangers(5), { action: 'CREATE' })
  await acts(id, strangers(5), { kind: 'citizen' })
  assert.equal(await watch([rule({ kind: 'many-people', roles: ['doctor'] })]), 0)
  assert.equal(await watch([rule({ kind: 'many-people', roles: ['doctor'], from: '2027-01-01' })], minutes(5)), 0)
})

test('a worker that was down finds what happened meanwhile, each stretch by itself', async () => {
  const { id } = await aPerson(t)
  await watch([rule({ kind: 'many-people', minutes: 10 })])
  await acts(id, strangers(4), { at: minutes(12) })
  await acts(id, strangers(5), { at: minutes(90) })
  assert.equal(await watch([rule({ kind: 'many-people', minutes: 10 })], minutes(180)), 2)
  assert.deepEqual(
    (await stored()).map(({ seen }) => seen),
    [4, 5],
  )
})

test('of two workers that look at once, one reports', async () => {
  const { id } = await aPerson(t)
  await watch([], minutes(-5))
  await acts(id, strangers(4))
  const both = await Promise.all([watch([rule({ kind: 'many-people' })]), watch([rule({ kind: 'many-people' })])])
  assert.deepEqual(both.toSorted(), [0, 1])
})

test('at night fewer are enough; the night is that of Italy and goes over midnight', async () => {
  const { id } = await aPerson(t)
  const night = rule({ kind: 'at-night', fromHour: 22, toHour: 6, most: 1, minutes: 120 })
  await acts(id, strangers(2), { at: new Date('2026-01-15T20:50:00Z') }) // 21:50
  assert.equal(await watch([night], new Date('2026-01-15T20:59:59Z')), 0)
  await acts(id, strangers(2), { at: new Date('2026-01-16T04:50:00Z') }) // 5:50
  assert.equal(await watch([night], new Date('2026-01-16T05:30:00Z')), 1)
  await t.owner.query('delete from access.access_alert; delete from access.alert_watch')
  await acts(id, strangers(2), { at: new Date('2026-01-17T05:05:00Z') }) // 6:05
  assert.equal(await watch([night], new Date('2026-01-17T05:30:00Z')), 0)
})

test('many refusals of one person or of one partner are reported, those of nobody are not', async () => {
  const { id } = await aPerson(t)
  const none = Array.from({ length: 4 }, () => null)
  await acts(id, none, { outcome: 'refused', kind: 'citizen' })
  await acts(null, none, { outcome: 'refused', kind: 'partner', clientId: 'un-sistema' })
  await acts(null, none, { outcome: 'refused', kind: 'public' })
  assert.equal(await watch([rule({ kind: 'many-refused' })]), 2)
  const found = (await stored()).map(({ person, client, seen }) => [person, client, seen])
  assert.deepEqual(
    found.toSorted((a, b) => String(a).localeCompare(String(b))),
    [
      [null, 'un-sistema', 4],
      [id, null, 4],
    ].toSorted((a, b) => String(a).localeCompare(String(b))),
  )
})

test('in a role nobody has business with her own data, her children or who delegated her', async () => {
  const doctor = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2018-05-05', parent: doctor.id })
  const mother = await aPerson(t)
  await aDelegation(t, mother, doctor)
  const family = rule({ kind: 'own-family', most: 0 })
  const now = new Date()
  await acts(doctor.id, [...strangers(2), (await aPerson(t)).id], { at: minutes(-3, now) })
  assert.equal(await watch([family], now), 0)
  await acts(doctor.id, [child.id, mother.id, doctor.id], { at: minutes(-2, now) })
  await acts(doctor.id, [child.id], { at: minutes(-2, now), kind: 'citizen' })
  assert.equal(await watch([family], minutes(5, now)), 1)
  assert.equal((await stored())[0]?.seen, 3)
})

test('colleagues are those of the same organisation', async () => {
  const nurse = await aPerson(t)
  const [near, far] = [await aPerson(t), await aPerson(t)]
  await aRole(t, near.id, 'clerk')
  await aRole(t, far.id, 'clerk', aslSalerno)
  const colleagues = rule({ kind: 'colleagues', most: 0 })
  const today = new Date()
  await acts(nurse.id, [far.id], { at: minutes(-3, today) })
  assert.equal(await watch([colleagues], today), 0)
  await acts(nurse.id, [near.id], { at: minutes(-2, today) })
  assert.equal(await watch([colleagues], minutes(5, today)), 1)
})

test('every emergency access is reported', async () => {
  const { id } = await aPerson(t)
  await acts(id, strangers(1), { action: 'BREAK_GLASS' })
  assert.equal(await watch([rule({ kind: 'break-glass', most: 0 })]), 1)
})

test('the rules of the region are read, dated, and a bad one stops the start', async () => {
  const { rules, tell } = readAlertsConfig(readConfig(process.env))
  assert.match(tell, /@/)
  assert.ok(rulesOn(rules, '2026-11-30').length >= 6)
  assert.deepEqual(rulesOn([rule({ kind: 'break-glass', to: '2026-01-01' })], '2026-01-01'), [])
  assert.equal(rulesOn([rule({ kind: 'break-glass', to: '2026-01-01' })], '2025-12-31').length, 1)
  assert.throws(() => readAlertsConfig({ ...readConfig(process.env), regionFolder: '/nowhere' }), /access-alerts.json/)
})

test('an alert is told to the privacy office once, without names, and examined once, by another', async () => {
  const auditor = await aProfessional(t, 'auditor')
  const second = await aProfessional(t, 'auditor')
  const doctor = await aProfessional(t, 'doctor')
  const now = new Date()
  const wanted = await aPerson(t)
  await watch([], minutes(-5, now))
  await acts(doctor.id, [wanted.id], { at: minutes(-3, now), action: 'BREAK_GLASS' })
  await acts(auditor.id, [wanted.id], { at: minutes(-3, now), action: 'BREAK_GLASS', role: 'auditor' })
  assert.equal(await watch([rule({ kind: 'break-glass', most: 0 })], now), 2)
  await t.settle()
  const mails = await t.sandbox.context.sql.query(
    `select * from inbox_message where recipient = 'rpd@sinfonia.example'`,
  )
  assert.equal(mails.rowCount, 1)
  assert.match(JSON.stringify(mails.rows), /segnalazioni-accessi/)
  assert.doesNotMatch(JSON.stringify(mails.rows), new RegExp(doctor.id))

  const list = async (who: typeof auditor, state = 'open') => {
    const answer = await t.app.inject({ url: `/api/v1/audit/alerts?state=${state}`, headers: who.headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<{ items: AccessAlert[] }>().items
  }
  const open = await list(auditor)
  assert.equal(open.length, 2)
  assert.ok(open.every(({ told }) => told))
  const own = open.find(({ who }) => who.you)!
  const other = open.find(({ who }) => !who.you)!
  const examine = (id: string, who: typeof auditor, note = 'Turno in pronto soccorso, verificato') =>
    t.app.inject({
      method: 'POST',
      url: `/api/v1/audit/alerts/${id}/examination`,
      headers: who.headers,
      payload: { note },
    })
  assert.equal((await examine(own.id, auditor)).json().code, 'alerts/about-oneself')
  assert.equal((await examine(other.id, auditor, 'breve')).statusCode, 400)
  assert.equal((await examine(uuidv7(), auditor)).statusCode, 404)

  const accesses = await t.app.inject({ url: `/api/v1/audit/alerts/${other.id}/accesses`, headers: auditor.headers })
  const { items } = accesses.json<{ items: { patient: { id: string }; action: string }[] }>()
  assert.deepEqual(
    items.map(({ patient, action }) => [patient.id, action]),
    [[wanted.id, 'BREAK_GLASS']],
  )
  const { rows } = await t.owner.query(
    `select count(*)::int as looks from access.audit_entry where patient_id = $1 and person_id = $2 and purpose = 'supervision'`,
    [wanted.id, auditor.id],
  )
  assert.deepEqual(rows, [{ looks: 1 }], 'the look is in the trail of whose data it shows')

  const both = await Promise.all([examine(other.id, auditor), examine(other.id, second)])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
  assert.equal(both.find(({ statusCode }) => statusCode === 409)?.json().code, 'alerts/already-examined')
  const [examined] = await list(second, 'examined')
  assert.equal(examined?.examined?.note, 'Turno in pronto soccorso, verificato')
  assert.equal(
    (await t.app.inject({ url: '/api/v1/audit/alerts?state=open&cursor=x', headers: auditor.headers })).statusCode,
    400,
  )

  assert.equal(await watch([rule({ kind: 'break-glass', most: 0 })], minutes(5, now)), 0, 'what was examined is over')
  await acts(doctor.id, [wanted.id], { at: minutes(6, now), action: 'BREAK_GLASS' })
  assert.equal(await watch([rule({ kind: 'break-glass', most: 0 })], minutes(10, now)), 1, 'what comes after it is not')
})
