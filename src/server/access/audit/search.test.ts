// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aPerson, aslNapoli1 } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { systemActor, type Actor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { createHttp, mount } from '../../platform/http.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { anonymous } from '../sessions/index.ts'
import { audit, auditTrail, watchRefusals } from './index.ts'
import type { AuditRow } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())
const wish = { reason: 'Segnalazione n. 12 del responsabile', from: addDays(today, -7), to: today }

/** The room for somebody who acts in a role. */
async function roomOf(code: string | undefined) {
  const { id: personId } = await aPerson(t)
  const role = code ? { code, organisationId: aslNapoli1, appointmentId: uuidv7() } : null
  const app = await createHttp({
    config: t.platform.config,
    formTargets: [],
    resolveActor: async (request) => ({
      ...anonymous(request),
      ...(role && { kind: 'professional', personId, role, level: 2 }),
    }),
  })
  watchRefusals(app, t.platform)
  await mount(app, t.platform, [auditTrail])
  after(() => app.close())
  const ask = (payload: object, path = 'searches') =>
    app.inject({ method: 'POST', url: `/api/v1/audit/${path}`, payload })
  return { personId, ask }
}
const auditor = await roomOf('auditor')

async function act(who: Partial<Actor>, patientId: string, objectId?: string): Promise<void> {
  const actor = { ...systemActor(uuidv7()), ...who }
  const entry = { action: 'READ', patientId, object: 'booking', objectId, purpose: 'booking' } as const
  await asSystem(t.db, (tx) => audit(tx, actor, entry))
}
const found = async (more: object): Promise<AuditRow[]> => {
  const answer = await auditor.ask({ ...wish, ...more })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ items: AuditRow[] }>().items
}

test('an auditor finds by person, by who had access, by object, and narrows down', async () => {
  const anna = await aPerson(t, { givenName: 'ANNA', familyName: 'PROVA' })
  const doctor = await aPerson(t)
  const other = await aPerson(t)
  const objectId = uuidv7()
  const role = { code: 'doctor', organisationId: aslNapoli1, appointmentId: uuidv7() }
  await act({ kind: 'professional', personId: doctor.id, role }, anna.id, objectId)
  await act({ kind: 'professional', personId: doctor.id, role }, other.id)
  await act({}, anna.id)
  assert.equal((await found({ person: anna.code })).length, 2)
  assert.equal((await found({ actor: doctor.code.toLowerCase() })).length, 2)
  const [row, ...none] = await found({
    objectId,
    action: 'READ',
    object: 'booking',
    who: 'professional',
    outcome: 'done',
  })
  assert.equal(none.length, 0)
  assert.deepEqual(
    [row?.patient, row?.who.role, row?.who.organisation !== null, row?.objectId, row?.purpose],
    [{ id: anna.id, name: 'ANNA PROVA' }, 'medico', true, objectId, 'booking'],
  )
  assert.equal((await found({ person: anna.code, action: 'DELETE' })).length, 0)
  assert.equal((await found({ person: anna.code, from: addDays(today, -30), to: addDays(today, -20) })).length, 0)
})

test('the search is in the trail of each person it shows, with the reason; the person does not see the reason', async () => {
  const [anna, berta, doctor] = [await aPerson(t), await aPerson(t), await aPerson(t)]
  for (const { id } of [anna, berta]) await act({ kind: 'professional', personId: doctor.id }, id)
  await found({ actor: doctor.code })
  for (const { id } of [anna, berta]) {
    const { rows } = await t.owner.query(
      `select action, role, reason, organisation_id from access.audit_entry where patient_id = $1 and person_id = $2`,
      [id, auditor.personId],
    )
    assert.deepEqual(rows, [{ action: 'SEARCH', role: 'auditor', reason: wish.reason, organisation_id: aslNapoli1 }])
  }
  const own = await t.app.inject({
    url: `/api/v1/people/${anna.id}/accesses?from=${wish.from}&to=${wish.to}`,
    headers: { ...(await t.signIn(anna.id)) },
  })
  const [first] = own.json().items
  assert.deepEqual([first.who.role, first.reason, first.why], ['addetto ai controlli', null, 'controllare gli accessi'])
  const nothing = await aPerson(t)
  await found({ actor: nothing.code })
  const { rows } = await t.owner.query(
    'select count(*)::int as n from access.audit_entry where person_id = $1 and patient_id is null',
    [auditor.personId],
  )
  assert.equal(rows[0].n, 1)
})

test('refused accesses of everybody can be found without a name', async () => {
  const [anna, curious] = [await aPerson(t), await aPerson(t)]
  const headers = await t.signIn(curious.id)
  await t.app.inject({ url: `/api/v1/people/${anna.id}/contacts`, headers: { ...headers } })
  const rows = await found({ outcome: 'refused' })
  assert.ok(
    rows.some((row) => row.patient?.id === anna.id && row.object === 'contacts' && row.reason === 'platform/not-found'),
  )
  assert.ok(rows.every((row) => row.outcome === 'refused'))
})

test('without a reason, too wide, or for a code that nobody has, there is no search', async () => {
  const anna = await aPerson(t)
  for (const [payload, status, code] of [
    [{ ...wish, person: anna.code, reason: 'boh' }, 400, 'platform/invalid-request'],
    [{ from: wish.from, to: wish.to, person: anna.code }, 400, 'platform/invalid-request'],
    [wish, 400, 'access/search-too-wide'],
    [{ ...wish, who: 'professional' }, 400, 'access/search-too-wide'],
    [{ ...wish, person: 'RSSMRA00A01H501X' }, 404, 'platform/not-found'],
    [{ ...wish, person: anna.code, fiscalCode: anna.code }, 400, 'platform/invalid-request'],
  ] as const) {
    const answer = await auditor.ask(payload)
    assert.equal(answer.statusCode, status)
    assert.equal(answer.json().code, code)
  }
})

test('nobody but an auditor searches, and whoever tries is written down', async () => {
  const anna = await aPerson(t)
  for (const code of ['doctor', 'administrator', 'clerk', undefined]) {
    const room = await roomOf(code)
    for (const path of ['searches', 'exports']) {
      const answer = await room.ask({ ...wish, person: anna.code }, path)
      assert.equal(answer.statusCode, code ? 403 : 401)
    }
    const { rows } = await t.owner.query('select outcome, role from access.audit_entry where person_id = $1', [
      room.personId,
    ])
    assert.deepEqual(rows, code ? Array.from({ length: 2 }, () => ({ outcome: 'refused', role: code })) : [])
  }
  const citizen = await t.app.inject({
    method: 'POST',
    url: '/api/v1/audit/searches',
    headers: { ...(await t.signIn(anna.id)) },
    payload: { ...wish, person: anna.code },
  })
  assert.equal(citizen.statusCode, 403)
})

test('the export holds what the search shows', async () => {
  const anna = await aPerson(t, { givenName: 'ANNA', familyName: 'PROVA' })
  await act({}, anna.id)
  const answer = await auditor.ask({ ...wish, person: anna.code }, 'exports')
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
  assert.match(answer.body, /"ANNA PROVA";"";"READ";"booking"/)
  const { rows } = await t.owner.query("select 1 from access.audit_entry where patient_id = $1 and action = 'EXPORT'", [
    anna.id,
  ])
  assert.equal(rows.length, 1)
})
