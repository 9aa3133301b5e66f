// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Citizen } from '../../../../test/booking.ts'
import { dayIn, delegationsBench } from '../../../../test/delegations.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { systemActor } from '../../platform/actor.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { RoleCode } from '../../platform/policy.ts'
import { addScan, listAtDesk, register, takeAtDesk, type Clerk } from './index.ts'
import type { DeskDelegation } from './schema.ts'

// What clerks register: delegations signed before them, and orders of a judge.

const t = await testApp({ env: { DELEGATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen, lists, takes } = delegationsBench(t)

async function aClerk(organisationId = aslNapoli1): Promise<Clerk> {
  const { id } = await aPerson(t)
  const role = { code: 'clerk', organisationId, appointmentId: uuidv7() }
  return { actor: { ...systemActor(uuidv7()), kind: 'professional', personId: id, role }, organisationId }
}

const paper = (delegator: { code: string }, delegate: { code: string }, wish: Partial<DeskDelegation> = {}) =>
  ({
    kind: 'desk',
    delegatorCode: delegator.code,
    delegateCode: delegate.code,
    services: ['BOOKING'],
    until: dayIn(100),
    document: { kind: 'identity-card', number: 'CA00000AA', issuer: 'Comune di Napoli', expiresOn: dayIn(500) },
    ...wish,
  }) satisfies DeskDelegation

const courtOrder = {
  court: 'Tribunale di Napoli',
  number: 'RG 123/2026',
  issuedOn: dayIn(-10),
  powers: 'Atti di ordinaria amministrazione e scelte sanitarie',
}

const actsFor = async (who: Citizen, patient: { id: string }) =>
  (await call(who, 'GET', `/people/${patient.id}/contacts`)).statusCode === 200

const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error: unknown) => {
    const { constraint, code: own } = error as { constraint?: string; code: string }
    assert.equal(constraint ?? own, code)
    return true
  })

test('a signed paper holds when its scan is there; both read where it was registered and may end it', async () => {
  const [clerk, granny, niece] = [await aClerk(), await citizen({ birthDate: '1938-03-03' }), await citizen()]
  const id = await register(t.platform, clerk, uuidv7(), paper(granny, niece))
  assert.deepEqual((await lists(niece)).received, [])
  assert.equal(await actsFor(niece, granny), false)
  assert.equal((await listAtDesk(t.platform, clerk)).find((row) => row.id === id)?.state, 'draft')
  await addScan(t.platform, clerk, id, 'protocollo/2026/0001')
  assert.equal(await actsFor(niece, granny), true)
  const [received] = (await lists(niece)).received
  assert.equal(received?.kind, 'desk')
  assert.match(received.office ?? '', /Napoli/i)
  assert.equal((await takes(granny, id, 'revoke')).state, 'revoked')
  assert.equal(await actsFor(niece, granny), false)
})

test('the same registration sent twice is one; an expired document, an unknown code and a missing end are refused', async () => {
  const [clerk, granny, niece] = [await aClerk(), await citizen(), await citizen()]
  const key = uuidv7()
  const wish = paper(granny, niece, { scanReference: 'protocollo/2' })
  const first = await register(t.platform, clerk, key, wish)
  assert.equal(await register(t.platform, clerk, key, wish), first)
  const expired = { ...wish.document, expiresOn: dayIn(-1) }
  await refuses(register(t.platform, clerk, uuidv7(), { ...wish, document: expired }), 'delegations/document-expired')
  const nobody = { ...wish, delegateCode: 'RSSMRA80A01H501U' }
  await refuses(register(t.platform, clerk, uuidv7(), nobody), 'delegations/unknown-person')
  const { until: _, ...endless } = wish
  await refuses(register(t.platform, clerk, uuidv7(), endless), 'delegations/bad-period')
  await refuses(register(t.platform, clerk, uuidv7(), wish), 'delegation_once')
})

test('an order of a judge takes effect when a second clerk of the same organisation has read it', async () => {
  const [clerk, second, stranger] = [await aClerk(), await aClerk(), await aClerk(aslSalerno)]
  const [ward, administrator] = [await citizen({ birthDate: '1950-01-02' }), await citizen()]
  const wish = paper(ward, administrator, { kind: 'support-administrator', courtOrder, scanReference: 'decreto/1' })
  const id = await register(t.platform, clerk, uuidv7(), wish)
  assert.equal(await actsFor(administrator, ward), false)
  await refuses(takeAtDesk(t.platform, clerk, id, 'accept'), 'delegation_two_clerks')
  await refuses(takeAtDesk(t.platform, stranger, id, 'accept'), 'platform/not-found')
  await takeAtDesk(t.platform, second, id, 'accept')
  assert.equal(await actsFor(administrator, ward), true)
  const [received] = (await lists(administrator)).received
  assert.equal(received?.powers, courtOrder.powers)
  assert.deepEqual(received.steps, [])
  for (const who of [ward, administrator])
    assert.equal((await call(who, 'POST', `/delegations/${id}/revoke`, {})).statusCode, 409)
  const session = (await call(administrator, 'GET', '/session')).json<{ actsFor: { relation: string }[] }>()
  assert.deepEqual(
    session.actsFor.map(({ relation }) => relation),
    ['self', 'ward'],
  )
  await takeAtDesk(t.platform, clerk, id, 'suspend', 'Il giudice ha sostituito l’amministratore')
  assert.equal(await actsFor(administrator, ward), false)
  await takeAtDesk(t.platform, clerk, id, 'revoke')
  assert.equal((await lists(administrator)).received[0]?.state, 'revoked')
})

test('an order has a judge behind it, and a plain delegation has none', async () => {
  const [clerk, ward, guardian] = [await aClerk(), await citizen(), await citizen()]
  await refuses(
    register(t.platform, clerk, uuidv7(), paper(ward, guardian, { kind: 'curator' })),
    'delegation_court_order',
  )
  await refuses(register(t.platform, clerk, uuidv7(), paper(ward, guardian, { courtOrder })), 'delegation_court_order')
})

test('a guardian of a minor is one until the day of majority, and nobody under age delegates or is delegate', async () => {
  const clerk = await aClerk()
  const [child, guardian, other] = [await citizen({ birthDate: dayIn(-3000) }), await citizen(), await citizen()]
  const order = { kind: 'guardian' as const, courtOrder, scanReference: 'decreto/2' }
  const tooLong = paper(child, guardian, { ...order, until: dayIn(9000) })
  await refuses(register(t.platform, clerk, uuidv7(), tooLong), 'delegation_until_majority')
  const { until: _, ...endless } = paper(child, guardian, order)
  await refuses(register(t.platform, clerk, uuidv7(), endless), 'delegation_until_majority')
  await register(t.platform, clerk, uuidv7(), paper(child, guardian, order))
  await refuses(register(t.platform, clerk, uuidv7(), paper(child, other)), 'delegation_delegator_of_age')
  await refuses(register(t.platform, clerk, uuidv7(), paper(other, child)), 'delegation_delegate_of_age')
})

test('a clerk registers nothing of her own', async () => {
  const self = await citizen()
  const clerk = await aClerk()
  const own = { ...clerk, actor: { ...clerk.actor, personId: self.id } }
  await refuses(
    register(t.platform, own, uuidv7(), paper(await citizen(), self, { scanReference: 'x/1' })),
    'delegation_no_chain',
  )
})

test('the database itself refuses a chain, a self-made acceptance, more services, and a changed or removed history', async () => {
  const [anna, bruno, carla] = [await aPerson(t), await aPerson(t), await aPerson(t)]
  const insert = (values: Record<string, unknown>) => {
    const row = {
      id: uuidv7(),
      delegator_id: anna.id,
      delegate_id: bruno.id,
      services: ['BOOKING'],
      state: 'pending',
      evidence: 'test',
      valid: `[${dayIn(0)},${dayIn(9)})`,
      answer_by: new Date(Date.now() + 1e9),
      ...values,
    }
    const names = Object.keys(row)
    const text = `insert into access.delegation (${names.join()}) values (${names.map((_, i) => `$${i + 1}`).join()})`
    return t.owner.query(text, Object.values(row)).then(() => row.id)
  }
  await refuses(insert({ created_by: carla.id }), 'delegation_no_chain')
  await refuses(insert({ delegate_id: anna.id }), 'delegation_not_to_oneself')
  await refuses(insert({ services: [] }), 'delegation_services_some')
  await refuses(insert({ services: ['EVERYTHING'] }), 'delegation_services_check')
  await refuses(insert({ valid: 'empty' }), 'delegation_period')
  await refuses(insert({ state: 'active' }), 'delegation_accepted')
  const id = await insert({})
  await refuses(insert({}), 'delegation_once')
  const set = (sql: string) => t.owner.query(`update access.delegation set ${sql} where id = $1`, [id])
  await refuses(set(`state = 'active', accepted_by = delegator_id`), 'delegation_no_chain')
  await refuses(set(`services = '{BOOKING,RECORD}'`), 'delegation_stays')
  await refuses(set(`delegate_id = '${carla.id}'`), 'delegation_stays')
  await refuses(
    set(`state = 'expired', answer_by = null`).then(() => set(`state = 'active'`)),
    'delegation_transition',
  )
  for (const sql of [
    'delete from access.delegation',
    'delete from access.delegation_change',
    `update access.delegation_change set reason = 'x'`,
  ])
    await assert.rejects(t.owner.query(sql), /history of delegations is kept/)
})

/** The desk over HTTP for somebody who acts in a role, or for nobody. */
async function deskOf(role: RoleCode | undefined, organisationId = aslNapoli1) {
  const headers = role ? (await aProfessional(t, role, organisationId)).headers : {}
  return (method: 'GET' | 'POST' | 'PUT', path = '', payload?: object) =>
    t.app.inject({
      method,
      url: `/api/v1/desk/delegations${path}`,
      headers: { ...headers, 'idempotency-key': uuidv7() },
      ...(payload && { payload }),
    })
}

test('only clerks use the desk; they see what waits in their organisation, and every look is in the trail', async () => {
  const [one, two, elsewhere] = [await deskOf('clerk'), await deskOf('clerk'), await deskOf('clerk', aslSalerno)]
  const [ward, curator] = [await citizen(), await citizen()]
  const wish = paper(ward, curator, { kind: 'curator', courtOrder })
  for (const [code, status] of [
    [undefined, 401],
    ['doctor', 403],
  ] as const) {
    const ask = await deskOf(code)
    assert.equal((await ask('GET')).statusCode, status)
    assert.equal((await ask('POST', '', wish)).statusCode, status)
  }
  const made = await one('POST', '', wish)
  assert.equal(made.statusCode, 201, made.body)
  const { id } = made.json<{ id: string }>()
  const shown = async (ask: typeof one) =>
    (await ask('GET'))
      .json<{ items: { id: string; state: string; registeredByMe: boolean }[] }>()
      .items.find((row) => row.id === id)
  assert.deepEqual([(await shown(one))?.state, (await shown(one))?.registeredByMe], ['draft', true])
  assert.equal(await shown(elsewhere), undefined)
  assert.equal((await elsewhere('PUT', `/${id}/scan`, { scanReference: 'decreto/9' })).statusCode, 404)
  assert.equal((await one('PUT', `/${id}/scan`, { scanReference: 'decreto/9' })).statusCode, 204)
  const own = await one('POST', `/${id}/steps`, { step: 'accept' })
  assert.deepEqual([own.statusCode, own.json<{ code: string }>().code], [409, 'delegations/two-clerks'])
  assert.equal((await elsewhere('POST', `/${id}/steps`, { step: 'accept' })).statusCode, 404)
  assert.equal((await two('POST', `/${id}/steps`, { step: 'accept' })).statusCode, 204)
  assert.equal(await actsFor(curator, ward), true)
  assert.equal(await shown(one), undefined)
  const running = (await one('GET', '?which=running')).json<{ items: { id: string; steps: string[] }[] }>().items
  assert.deepEqual(running.find((row) => row.id === id)?.steps, ['revoke', 'suspend'])
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where object_id = $1 and patient_id = $2 and actor_kind = 'professional'`,
    [id, ward.id],
  )
  assert.deepEqual([...new Set(rows.map(({ action }) => action))].toSorted(), ['CREATE', 'SEARCH', 'UPDATE'])
})
