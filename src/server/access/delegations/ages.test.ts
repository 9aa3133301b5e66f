// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Citizen } from '../../../../test/booking.ts'
import { aDelegation, delegationsBench } from '../../../../test/delegations.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { tellOfMajority, upkeep } from './jobs.ts'
import type { Delegations } from './schema.ts'

// What time does: birthdays at midnight in Rome, ends, reminders, deaths, a parent's power taken away.

const t = await testApp({ env: { DELEGATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, agreed, proposes, takes } = delegationsBench(t)

/** Signs in anew: tests that move the clock outlive sessions. */
const again = async (person: { id: string; code: string }): Promise<Citizen> => ({
  ...person,
  headers: await t.signIn(person.id),
})
const citizen = async (wish = {}) => again(await aPerson(t, wish))

const actsFor = async (who: { id: string; code: string }, patient: { id: string }) => {
  const { statusCode } = await call(await again(who), 'GET', `/people/${patient.id}/contacts`)
  assert.ok(statusCode === 200 || statusCode === 404)
  return statusCode === 200
}
const listed = async (who: { id: string; code: string }): Promise<Delegations> =>
  (await call(await again(who), 'GET', '/delegations')).json()

async function secondParent(child: { id: string }): Promise<{ id: string; code: string }> {
  const parent = await aPerson(t, { sex: 'M' })
  await t.owner.query(
    `insert into registry.family_link (id, person_id, related_id, relation, valid, source)
     values ($1, $2, $3, 'parent', '[1900-01-01,)', 'test')`,
    [uuidv7(), child.id, parent.id],
  )
  return parent
}

async function worker(): Promise<void> {
  await upkeep(t.platform)
  await tellOfMajority(t.platform)
  await t.settle()
}

const notices = async (personId: string): Promise<string[]> => {
  const { rows } = await t.owner.query<{ what: string | null; template: string }>(
    `select n.template, n.parameters ->> 'what' as what from notifications.notice n
     join notifications.message m on m.notice_id = n.id where m.recipient_id = $1 order by n.id`,
    [personId],
  )
  return rows.map(({ template, what }) => what ?? template).toSorted() // told at once, in no order
}

const birthdays = [
  ['an ordinary day', '2009-07-15', '2027-07-15'],
  ['29 February', '2008-02-29', '2026-03-01'],
  ['the day summer time ends', '2009-10-31', '2027-10-31'],
  ['New Year', '2009-01-01', '2027-01-01'],
] as const

for (const [name, birthDate, majority] of birthdays) {
  test(`both parents act until the last second before the eighteenth birthday: ${name}`, async () => {
    const mother = await aPerson(t)
    const child = await aPerson(t, { birthDate, parent: mother.id })
    const father = await secondParent(child)
    t.setNow(new Date(romeInstant(majority).getTime() - 1000))
    for (const parent of [mother, father]) assert.equal(await actsFor(parent, child), true)
    assert.equal((await listed(mother)).minors[0]?.until, addDays(majority, -1))
    assert.equal((await listed(child)).ofAge, false)
    t.setNow(romeInstant(majority))
    for (const parent of [mother, father]) {
      assert.equal(await actsFor(parent, child), false)
      assert.deepEqual((await listed(parent)).minors, [])
    }
    assert.equal((await listed(child)).ofAge, true)
    await worker()
    await worker()
    assert.deepEqual(await notices(child.id), ['majority.child'])
    assert.ok((await notices(mother.id)).includes('majority.parent'))
    t.setNow(new Date())
  })
}

test('a session opened the evening before ends nothing but the power over the child at midnight', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2009-07-15', parent: mother.id })
  const midnight = romeInstant('2027-07-15')
  t.setNow(new Date(midnight.getTime() - 60_000))
  const who = await again(mother)
  const ask = (id: string) => call(who, 'GET', `/people/${id}/contacts`)
  assert.equal((await ask(child.id)).statusCode, 200)
  t.setNow(midnight)
  assert.equal((await ask(child.id)).statusCode, 404)
  assert.equal((await ask(mother.id)).statusCode, 200)
  t.setNow(new Date())
})

test('a parent whose power was taken away, and those of a child who died, act no more', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2020-05-05', parent: mother.id })
  const father = await secondParent(child)
  assert.equal(await actsFor(father, child), true)
  await t.owner.query(
    `update registry.family_link set valid = daterange('1900-01-01', $3::date) where person_id = $1 and related_id = $2`,
    [child.id, father.id, romeDay(new Date())],
  )
  assert.equal(await actsFor(father, child), false)
  assert.equal(await actsFor(mother, child), true)
  await t.owner.query('update registry.person set deceased_on = current_date where id = $1', [child.id])
  assert.equal(await actsFor(mother, child), false)
})

test('a delegation opens nothing from the first moment after its last day; both were reminded a month before', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id, until } = await agreed(anna, bruno, { until: addDays(romeDay(new Date()), 100) })
  t.setNow(romeInstant(addDays(until!, -30), '12:00'))
  await worker()
  await worker()
  assert.deepEqual(await notices(anna.id), ['accepted', 'asked', 'expiring'])
  assert.deepEqual(await notices(bruno.id), ['accepted', 'asked', 'expiring'])
  t.setNow(new Date(romeInstant(addDays(until!, 1)).getTime() - 1000))
  assert.equal(await actsFor(bruno, anna), true)
  t.setNow(romeInstant(addDays(until!, 1)))
  assert.equal(await actsFor(bruno, anna), false)
  assert.equal((await listed(anna)).given[0]?.state, 'expired')
  await worker()
  const { rows } = await t.owner.query('select state from access.delegation where id = $1', [id])
  assert.deepEqual(rows, [{ state: 'expired' }])
  assert.ok((await notices(bruno.id)).includes('expired'))
  t.setNow(new Date())
})

test('of an unanswered offer both hear; of one to nobody only who made it', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  await proposes(anna, bruno.code)
  await proposes(anna, 'RSSMRA80A01H501U')
  await worker()
  assert.deepEqual(await notices(bruno.id), ['asked'])
  t.setNow(new Date(Date.now() + 31 * 86_400_000))
  await worker()
  assert.deepEqual(await notices(bruno.id), ['asked', 'unanswered'])
  assert.deepEqual(await notices(anna.id), ['asked', 'asked', 'unanswered', 'unanswered'])
  t.setNow(new Date())
})

test('a ward who comes of age and a delegator who died end it by law, and the worker says so', async () => {
  const [guardian, heir] = [await citizen(), await citizen()]
  const ward = await aPerson(t, { birthDate: '2009-09-09' })
  const last = '2027-09-08'
  const first = await aDelegation(t, ward, guardian, { kind: 'guardian', until: last })
  const dead = await citizen({ birthDate: '1940-04-04' })
  const second = await agreed(dead, heir)
  await t.owner.query('update registry.person set deceased_on = current_date where id = $1', [dead.id])
  t.setNow(romeInstant('2027-09-09'))
  assert.equal(await actsFor(guardian, ward), false)
  await worker()
  const { rows } = await t.owner.query<{ state: string }>(
    'select state from access.delegation where id = any($1) order by id',
    [[first, second.id]],
  )
  assert.deepEqual(rows.map(({ state }) => state).toSorted(), ['ceased-death', 'ceased-majority'])
  assert.ok((await notices(heir.id)).includes('ceased'))
  t.setNow(new Date())
})

test('every step is told to both sides, without a name in the text', async () => {
  const [anna, bruno] = [await citizen({ givenName: 'Anna' }), await citizen({ givenName: 'Bruno', sex: 'M' })]
  const { id } = await agreed(anna, bruno)
  for (const step of ['suspend', 'resume', 'revoke']) await takes(anna, id, step)
  await worker()
  const steps = ['accepted', 'asked', 'resumed', 'revoked', 'suspended']
  assert.deepEqual(await notices(anna.id), steps)
  assert.deepEqual(await notices(bruno.id), steps)
  const answer = await call(anna, 'GET', '/messages')
  const { items } = answer.json<{ items: { subject: string; body: string; action: { path: string } }[] }>()
  for (const { subject, body, action } of items) {
    assert.doesNotMatch(`${subject} ${body}`, /Anna|Bruno|Prova/)
    assert.equal(action.path, `/app/deleghe/${id}`)
  }
})
