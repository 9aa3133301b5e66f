// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { dayIn, delegationsBench } from '../../../../test/delegations.ts'
import { readPdf } from '../../../../test/pdf.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { DelegationDetail } from './schema.ts'

// The life of a delegation between two adults, over HTTP.

const t = await testApp({ listen: true, env: { DELEGATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen, proposes, takes, lists, agreed } = delegationsBench(t)
const { bookable, looksUp, holds } = await bookingBench(t)

/** Whether somebody may act for a patient now. */
async function actsFor(who: Citizen, patient: Citizen, app = t.app): Promise<boolean> {
  const { statusCode } = await call(who, 'GET', `/bookings?patientId=${patient.id}`, undefined, app)
  assert.ok(statusCode === 200 || statusCode === 404, String(statusCode))
  return statusCode === 200
}

async function refusal(who: Citizen, path: string, body: object = {}): Promise<[number, string]> {
  const answer = await call(who, 'POST', path, body)
  return [answer.statusCode, answer.json<{ code: string }>().code]
}

test('a daughter is delegated by code, accepts, acts; her father sees who she is, her acts, and ends it at once', async () => {
  const father = await citizen({ givenName: 'Antonio', sex: 'M' })
  const daughter = await citizen({ givenName: 'Giulia' })
  const asked = await proposes(father, daughter.code)
  assert.equal(asked.state, 'pending')
  assert.deepEqual(asked.other, { name: null, fiscalCode: daughter.code })
  assert.deepEqual(asked.steps, ['revoke'])
  assert.equal(await actsFor(daughter, father), false)

  const [offer] = (await lists(daughter)).received
  assert.equal(offer?.id, asked.id)
  assert.match(offer.other.name ?? '', /^Antonio /)
  assert.deepEqual(offer.steps, ['accept', 'reject'])

  const accepted = await takes(daughter, asked.id, 'accept')
  assert.equal(accepted.state, 'active')
  assert.equal(await actsFor(daughter, father), true)
  assert.equal(await actsFor(father, daughter), false)
  const [given] = (await lists(father)).given
  assert.match(given?.other.name ?? '', /^Giulia /)

  assert.equal((await call(daughter, 'GET', `/people/${father.id}/contacts`)).statusCode, 200)
  const acts = (await call(father, 'GET', `/delegations/${asked.id}/acts`)).json<{ items: { what: string }[] }>()
  assert.deepEqual(
    acts.items.map(({ what }) => what),
    ['Ha letto: i recapiti'],
  )
  assert.equal((await call(daughter, 'GET', `/delegations/${asked.id}/acts`)).statusCode, 404)

  const ended = await takes(father, asked.id, 'revoke', { reason: 'Non serve più' })
  assert.equal(ended.state, 'revoked')
  assert.equal(await actsFor(daughter, father), false)
  assert.deepEqual(
    ended.history.map(({ from, to, by }) => [from, to, by]),
    [
      [null, 'pending', 'you'],
      ['pending', 'active', 'other'],
      ['active', 'revoked', 'you'],
    ],
  )
  assert.equal(ended.history.at(-1)?.reason, 'Non serve più')
})

test('who wants to help asks, and the delegator grants fewer services than were asked for, never more', async () => {
  const [father, son] = [await citizen({ sex: 'M' }), await citizen({ sex: 'M' })]
  const asked = await proposes(son, father.code, { side: 'delegate', services: ['BOOKING', 'PAYMENT', 'RECORD'] })
  assert.deepEqual(await refusal(son, `/delegations/${asked.id}/accept`), [409, 'delegations/wrong-state'])
  const more = { services: ['BOOKING', 'EXEMPTION'] }
  assert.deepEqual(await refusal(father, `/delegations/${asked.id}/accept`, more), [422, 'delegations/not-fewer'])
  const granted = await takes(father, asked.id, 'accept', { services: ['BOOKING'] })
  assert.deepEqual(granted.services, ['BOOKING'])
  assert.deepEqual((await lists(son)).received[0]?.services, ['BOOKING'])
  assert.equal(await actsFor(son, father), true)
})

test('the answer is the same for a code that nobody holds, and for one of a minor or of the dead', async () => {
  const anna = await citizen()
  const [real, minor, dead] = [
    await citizen(),
    await citizen({ birthDate: dayIn(-10 * 365) }),
    await citizen({ birthDate: '1920-01-10' }),
  ]
  await t.owner.query('update registry.person set deceased_on = now() where id = $1', [dead.id])
  const nobody = 'RSSMRA80A01H501U'
  const shape = ({ state, other, steps, asked }: DelegationDetail) => ({ state, name: other.name, steps, asked })
  const shapes = []
  for (const code of [real.code, minor.code, dead.code, nobody]) shapes.push(shape(await proposes(anna, code)))
  for (const one of shapes) assert.deepEqual(one, { state: 'pending', name: null, steps: ['revoke'], asked: true })
  const [offer] = (await lists(minor)).received
  assert.deepEqual(await refusal(minor, `/delegations/${offer!.id}/accept`), [409, 'delegations/not-of-age'])
})

test('a second acceptance, one of the asker, one after the time to answer, and one of a withdrawn offer are refused', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await agreed(anna, bruno)
  assert.deepEqual(await refusal(bruno, `/delegations/${id}/accept`), [409, 'delegations/wrong-state'])
  const carla = await citizen()
  const late = await proposes(anna, carla.code)
  await t.owner.query(`update access.delegation set answer_by = now() - interval '1 minute' where id = $1`, [late.id])
  assert.deepEqual(await refusal(carla, `/delegations/${late.id}/accept`), [409, 'delegations/too-late'])
  assert.equal((await lists(anna)).given.find((one) => one.id === late.id)?.state, 'expired')
  const again = await proposes(anna, carla.code)
  await takes(anna, again.id, 'revoke')
  assert.equal((await call(carla, 'POST', `/delegations/${again.id}/accept`, {})).statusCode, 404)
})

test('two acceptances at once give one', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await proposes(anna, bruno.code)
  const both = await Promise.all([1, 2].map(() => call(bruno, 'POST', `/delegations/${id}/accept`, {})))
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
  assert.equal((await lists(bruno)).received[0]!.state, 'active')
})

test('who says no stays unknown to who asked', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await proposes(anna, bruno.code)
  assert.equal((await call(bruno, 'POST', `/delegations/${id}/reject`, {})).statusCode, 204)
  const [given] = (await lists(anna)).given
  assert.equal(given?.state, 'rejected')
  assert.equal(given.other.name, null)
})

test('other people’s delegations do not exist for a stranger, nor for the delegate of a delegator', async () => {
  const [anna, bruno, carla, stranger] = [await citizen(), await citizen(), await citizen(), await citizen()]
  const { id } = await agreed(anna, bruno)
  const hidden = (await agreed(anna, carla)).id
  for (const who of [stranger, bruno]) {
    const target = who === bruno ? hidden : id
    assert.equal((await call(who, 'GET', `/delegations/${target}`)).statusCode, 404)
    assert.equal((await call(who, 'GET', `/delegations/${target}/acts`)).statusCode, 404)
    for (const step of ['accept', 'reject', 'revoke', 'suspend', 'resume'])
      assert.equal((await call(who, 'POST', `/delegations/${target}/${step}`, {})).statusCode, 404, step)
    assert.equal((await call(who, 'POST', `/delegations/${target}/renew`, { until: dayIn(300) })).statusCode, 404)
  }
  assert.deepEqual((await lists(stranger)).given, [])
})

test('an app account neither gives nor accepts a delegation, and can still end one', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await proposes(anna, bruno.code)
  const running = await agreed(bruno, anna)
  await t.owner.query(`update access.session set method = 'LOCAL' where person_id = $1`, [bruno.id])
  const local = [403, 'access/level-too-low']
  assert.deepEqual(await refusal(bruno, `/delegations/${id}/accept`), local)
  const wish = { side: 'delegator', fiscalCode: anna.code, services: ['BOOKING'], until: dayIn(10) }
  assert.deepEqual(await refusal(bruno, '/delegations', wish), local)
  assert.equal((await takes(bruno, running.id, 'revoke')).state, 'revoked')
})

test('what opens something asks for a fresh proof of identity; what ends something does not', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const offered = await proposes(anna, bruno.code)
  const running = await agreed(bruno, anna, { until: dayIn(20) })
  await takes(bruno, running.id, 'suspend')
  await t.owner.query(
    `update access.session set authenticated_at = now() - interval '31 minutes' where person_id in ($1, $2)`,
    [anna.id, bruno.id],
  )
  const stepUp = [403, 'access/step-up-required']
  const wish = { side: 'delegator', fiscalCode: 'RSSMRA80A01H501U', services: ['BOOKING'], until: dayIn(10) }
  assert.deepEqual(await refusal(anna, '/delegations', wish), stepUp)
  assert.deepEqual(await refusal(bruno, `/delegations/${offered.id}/accept`), stepUp)
  assert.deepEqual(await refusal(bruno, `/delegations/${running.id}/resume`), stepUp)
  assert.deepEqual(await refusal(bruno, `/delegations/${running.id}/renew`, { until: dayIn(100) }), stepUp)
  assert.equal((await takes(bruno, running.id, 'revoke')).state, 'revoked')
  assert.equal((await takes(anna, offered.id, 'revoke')).state, 'revoked')
})

test('nobody delegates herself, whichever of her codes she types', async () => {
  const anna = await citizen()
  const wish = { side: 'delegator', fiscalCode: anna.code.toLowerCase(), services: ['BOOKING'], until: dayIn(10) }
  assert.deepEqual(await refusal(anna, '/delegations', wish), [422, 'delegations/to-oneself'])
  const asking = { ...wish, side: 'delegate' }
  assert.deepEqual(await refusal(anna, '/delegations', asking), [422, 'delegations/to-oneself'])
  const wrong = { ...wish, fiscalCode: 'RSSMRA80A01H501X' }
  assert.deepEqual(await refusal(anna, '/delegations', wrong), [422, 'delegations/bad-code'])
})

test('periods in the past, backwards or too long are refused', async () => {
  const anna = await citizen()
  const wish = { side: 'delegator', fiscalCode: 'RSSMRA80A01H501U', services: ['BOOKING'] }
  for (const period of [
    { from: dayIn(-1), until: dayIn(10) },
    { from: dayIn(10), until: dayIn(9) },
    { until: dayIn(-1) },
    { until: dayIn(731) },
  ])
    assert.deepEqual(await refusal(anna, '/delegations', { ...wish, ...period }), [422, 'delegations/bad-period'])
  await proposes(anna, wish.fiscalCode, { until: dayIn(730) })
})

test('the same key asked twice gives one delegation; another key for the same pair and days is refused', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const key = uuidv7()
  const ask = (idempotencyKey: string) =>
    t.app.inject({
      method: 'POST',
      url: '/api/v1/delegations',
      headers: { ...anna.headers, 'idempotency-key': idempotencyKey },
      payload: { side: 'delegator', fiscalCode: bruno.code, services: ['BOOKING'], until: dayIn(20) },
    })
  const [first, second, other] = [await ask(key), await ask(key), await ask(uuidv7())]
  assert.equal(first.json<DelegationDetail>().id, second.json<DelegationDetail>().id)
  assert.deepEqual([other.statusCode, other.json<{ code: string }>().code], [409, 'delegations/already'])
  await takes(bruno, first.json<DelegationDetail>().id, 'accept')
  const known = await ask(uuidv7())
  assert.deepEqual([known.statusCode, known.json<{ code: string }>().code], [409, 'delegations/already'])
})

test('a hundred requests at once give as many delegates as the region allows, and revoking one makes room', async () => {
  const anna = await citizen()
  const codes = await Promise.all(Array.from({ length: 100 }, async () => (await citizen()).code))
  await t.owner.query(`update access.delegation_rule set most_delegates = 5`)
  const answers = await Promise.all(
    codes.map((fiscalCode) =>
      t.app.inject({
        method: 'POST',
        url: '/api/v1/delegations',
        headers: { ...anna.headers, 'idempotency-key': uuidv7() },
        payload: { side: 'delegator', fiscalCode, services: ['BOOKING'], until: dayIn(20) },
      }),
    ),
  )
  const statuses = Map.groupBy(answers, ({ statusCode }) => statusCode)
  assert.equal(statuses.get(201)?.length, 5)
  assert.equal(statuses.get(409)?.length, 95)
  assert.ok(statuses.get(409)?.every((one) => one.json<{ code: string }>().code === 'delegations/too-many'))
  const { given, rules } = await lists(anna)
  assert.equal(given.length, 5)
  assert.equal(rules.delegates, 5)
  await takes(anna, given[0]!.id, 'revoke')
  await proposes(anna, codes[99]!)
})

test('requests of others do not use up one’s delegates, and nobody can ask everybody', async () => {
  const [anna, eager] = [await citizen(), await citizen()]
  const people = []
  for (let i = 0; i < 6; i += 1) people.push(await citizen())
  for (const one of people) await proposes(one, anna.code, { side: 'delegate' })
  assert.equal((await lists(anna)).rules.delegates, 0)
  const waiting = (await lists(anna)).given
  for (const one of waiting.slice(0, 5)) await takes(anna, one.id, 'accept')
  assert.deepEqual(await refusal(anna, `/delegations/${waiting[5]!.id}/accept`), [409, 'delegations/too-many'])
  for (const one of people.slice(0, 5)) await proposes(eager, one.code, { side: 'delegate' })
  const wish = { side: 'delegate', fiscalCode: anna.code, services: ['BOOKING'], until: dayIn(10) }
  assert.deepEqual(await refusal(eager, '/delegations', wish), [409, 'delegations/too-many-requests'])
})

test('what is revoked, suspended or resumed at one server holds at once at another', async () => {
  const second = await createApp(t.platform.config)
  await second.app.ready()
  try {
    const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
    const { id } = await agreed(anna, bruno)
    assert.equal(await actsFor(bruno, anna, second.app), true)
    await takes(anna, id, 'suspend')
    assert.equal(await actsFor(bruno, anna, second.app), false)
    await takes(anna, id, 'resume')
    assert.equal(await actsFor(bruno, anna, second.app), true)
    const ended = await call(bruno, 'POST', `/delegations/${id}/revoke`, {}, second.app)
    assert.equal(ended.statusCode, 200)
    assert.equal(await actsFor(bruno, anna), false)
    const session = (await call(bruno, 'GET', '/session')).json<{ actsFor: { personId: string }[] }>()
    assert.deepEqual(
      session.actsFor.map(({ personId }) => personId),
      [bruno.id],
    )
  } finally {
    await second.close()
  }
})

test('a hold made by a delegate stays the delegator’s when the delegation is revoked', async () => {
  const { code } = await bookable()
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await agreed(anna, bruno)
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const held = await holds(bruno, (await looksUp(bruno, nre, anna.id)).id)
  await takes(anna, id, 'revoke')
  assert.equal((await call(bruno, 'POST', `/bookings/${held.id}/confirm`)).statusCode, 404)
  const confirmed = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(confirmed.json<{ state: string }>().state, 'confirmed')
})

test('a dead delegator is acted for by nobody from that moment, and the worker writes it down', async () => {
  const [anna, bruno] = [await citizen({ birthDate: '1930-03-04' }), await citizen({ sex: 'M' })]
  const { id } = await agreed(anna, bruno)
  await t.owner.query('update registry.person set deceased_on = now() where id = $1', [anna.id])
  assert.equal((await lists(bruno)).received[0]?.state, 'ceased-death')
  assert.equal(await actsFor(bruno, anna), false)
  assert.deepEqual(await refusal(bruno, `/delegations/${id}/revoke`), [409, 'delegations/wrong-state'])
})

test('both print the delegation once it is agreed, nobody else and not before', async () => {
  const [anna, bruno] = [await citizen({ givenName: 'Anna' }), await citizen({ givenName: 'Bruno', sex: 'M' })]
  const { id } = await proposes(anna, bruno.code)
  const path = `/delegations/${id}/document.pdf`
  const early = await call(anna, 'GET', path)
  assert.deepEqual([early.statusCode, early.json<{ code: string }>().code], [409, 'delegations/no-paper'])
  await takes(bruno, id, 'accept')
  for (const who of [anna, bruno]) {
    const answer = await call(who, 'GET', path)
    assert.equal(answer.headers['content-type'], 'application/pdf')
    const { text } = readPdf(answer.rawPayload)
    for (const said of ['Delega ai servizi sanitari', anna.code, bruno.code, 'Prenotazioni', 'Pagamenti', 'attiva'])
      assert.ok(text.includes(said), said)
    assert.ok(!text.includes('Fascicolo'))
  }
  assert.equal((await call(await citizen(), 'GET', path)).statusCode, 404)
})

test('a renewal follows the delegation that ends, and the delegate accepts it', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const { id } = await agreed(anna, bruno, { until: dayIn(20) })
  assert.equal((await call(bruno, 'POST', `/delegations/${id}/renew`, { until: dayIn(300) })).statusCode, 409)
  const answer = await call(anna, 'POST', `/delegations/${id}/renew`, { until: dayIn(300) })
  assert.equal(answer.statusCode, 201, answer.body)
  const next = answer.json<DelegationDetail>()
  assert.equal(next.from, dayIn(21))
  assert.equal(next.state, 'pending')
  assert.equal((await takes(bruno, next.id, 'accept')).state, 'active')
  assert.equal((await lists(anna)).rules.delegates, 1)
  const long = await agreed(await citizen(), bruno)
  assert.equal(long.renewable, false)
})

test('when each asks the other at once, one delegation comes of it', async () => {
  const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
  const [given, asked] = await Promise.all([
    proposes(anna, bruno.code),
    proposes(bruno, anna.code, { side: 'delegate' }),
  ])
  const answers = await Promise.all([
    call(bruno, 'POST', `/delegations/${given.id}/accept`, {}),
    call(anna, 'POST', `/delegations/${asked.id}/accept`, {}),
  ])
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
  const refused = answers.find(({ statusCode }) => statusCode === 409)
  assert.equal(refused?.json<{ code: string }>().code, 'delegations/already')
  const active = (await lists(bruno)).received.filter(({ state }) => state === 'active')
  assert.equal(active.length, 1)
})

test('of an acceptance and a withdrawal at once, whatever comes first holds and nothing is left half done', async () => {
  for (let i = 0; i < 10; i += 1) {
    const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
    const { id } = await proposes(anna, bruno.code)
    const [accepted, withdrawn] = await Promise.all([
      call(bruno, 'POST', `/delegations/${id}/accept`, {}),
      call(anna, 'POST', `/delegations/${id}/revoke`, {}),
    ])
    assert.equal(withdrawn.statusCode, 200, withdrawn.body)
    assert.ok([200, 404].includes(accepted.statusCode), accepted.body)
    assert.equal(await actsFor(bruno, anna), false)
    const { history } = withdrawn.json<DelegationDetail>()
    assert.deepEqual(
      history.map(({ to }) => to),
      accepted.statusCode === 200 ? ['pending', 'active', 'revoked'] : ['pending', 'revoked'],
    )
  }
})

test('behind every query the database shows a delegation and its history to the two people only', async () => {
  const [anna, bruno, stranger] = [await citizen(), await citizen({ sex: 'M' }), await citizen()]
  const { id } = await agreed(anna, bruno)
  const seenBy = async (patients: string) => {
    const client = await t.platform.pool.connect()
    try {
      await client.query('begin')
      await client.query(`select set_config('app.role', 'citizen', true), set_config('app.patients', $1, true)`, [
        patients,
      ])
      const count = async (table: string, column: string) =>
        (await client.query(`select 1 from access.${table} where ${column} = $1`, [id])).rowCount
      return [await count('delegation', 'id'), await count('delegation_change', 'delegation_id')]
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  for (const who of [anna, bruno]) assert.deepEqual(await seenBy(`{${who.id}}`), [1, 2])
  assert.deepEqual(await seenBy(`{${stranger.id}}`), [0, 0])
  assert.deepEqual(await seenBy(''), [0, 0])
})
