// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { noticesBench } from '../../../../test/notifications.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { notify, type Notices } from './index.ts'
import { tidy } from './notices.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { aPerson, aChildOf, inboxOf } = noticesBench(t)
beforeEach(() => t.sandbox.context.faults.clear())

const visit = {
  startsAt: '2030-03-05T08:30:00Z',
  place: 'Ospedale del Mare',
  address: 'Via Enrico Russo 11',
  municipality: 'Napoli',
}
const tell = async (patientId: string, over: { usefulUntil?: Date; bookingId?: string; cause?: string } = {}) => {
  const bookingId = over.bookingId ?? uuidv7()
  const parameters: Notices['booking.confirmed'] = { bookingId, code: '7KQ4-9MZT-P', visits: [visit], cancelBy: null }
  return asSystem(t.db, (tx) =>
    notify(tx, t.platform, {
      patientId,
      about: { kind: 'booking', id: bookingId },
      template: 'booking.confirmed',
      parameters,
      ...(over.usefulUntil && { usefulUntil: over.usefulUntil }),
      ...(over.cause && { cause: over.cause }),
    }),
  )
}
const deliveries = async (recipientId: string) =>
  (
    await t.owner.query<{ channel: string; state: string; attempts: number; address: string }>(
      'select channel, state, attempts, address from notifications.delivery where recipient_id = $1 order by channel',
      [recipientId],
    )
  ).rows
const messagesOf = async (personId: string) =>
  (await t.app.inject({ url: '/api/v1/messages', headers: await t.signIn(personId) })).json()

test('a confirmed booking reaches telephone, mailbox and personal area', async () => {
  const lucia = await aPerson()
  await tell(lucia.id)
  await t.settle()
  const [sms] = await inboxOf(lucia.mobile)
  assert.match(
    sms?.text ?? '',
    /^Campania: prenotazione 7KQ4-9MZT-P confermata\. mar 5\/3 ore 9:30, Via Enrico Russo 11, Napoli/,
  )
  const [mail] = await inboxOf(lucia.email)
  assert.equal(mail?.subject, 'Prenotazione confermata')
  assert.match(mail.text, /martedì 5 marzo 2030, ore 9:30, Ospedale del Mare/)
  const { items, unread } = await messagesOf(lucia.id)
  assert.equal(unread, 1)
  assert.equal(items[0].subject, 'Prenotazione confermata')
  assert.match(items[0].action.path, /^\/app\/appuntamenti\/[0-9a-f-]{36}$/)
  assert.deepEqual(
    (await deliveries(lucia.id)).map(({ channel, state }) => [channel, state]),
    [
      ['email', 'sent'],
      ['sms', 'sent'],
    ],
  )
})

test('nothing goes out when the transaction of the change fails', async () => {
  const lucia = await aPerson()
  await assert.rejects(
    asSystem(t.db, async (tx) => {
      await notify(tx, t.platform, {
        patientId: lucia.id,
        about: { kind: 'payment', id: uuidv7() },
        template: 'payment.paid',
        parameters: { paymentId: uuidv7(), cents: 100 },
      })
      throw new Error('rolled back')
    }),
    /rolled back/,
  )
  await t.settle()
  assert.deepEqual(await inboxOf(lucia.email), [])
  assert.equal((await messagesOf(lucia.id)).unread, 0)
})

test('each person is told in her language and by the channels she chose', async () => {
  const ann = await aPerson({ language: 'en', channels: ['sms', 'app'] })
  await tell(ann.id)
  await t.settle()
  assert.match(
    (await inboxOf(ann.mobile))[0]?.text ?? '',
    /^Campania: booking 7KQ4-9MZT-P confirmed\. Tue 5 Mar at 9:30/,
  )
  assert.deepEqual(await inboxOf(ann.email), [])
})

test('an address nobody confirmed is not written to, the personal area is', async () => {
  const lucia = await aPerson({ verified: false })
  await tell(lucia.id)
  await t.settle()
  assert.deepEqual([...(await inboxOf(lucia.mobile)), ...(await inboxOf(lucia.email))], [])
  assert.equal((await messagesOf(lucia.id)).unread, 1)
})

test('what concerns a child is told to both parents, who read whose it is', async () => {
  const [mother, father] = [await aPerson(), await aPerson()]
  const child = await aChildOf([mother.id, father.id])
  await tell(child)
  await t.settle()
  for (const parent of [mother, father]) {
    assert.match((await inboxOf(parent.mobile))[0]?.text ?? '', /prenotazione 7KQ4-9MZT-P di Marta confermata/)
    const { items } = await messagesOf(parent.id)
    assert.equal(items[0].subject, 'Prenotazione confermata di Marta')
    assert.equal(items[0].patientId, child)
  }
  const stranger = await aPerson()
  assert.equal((await messagesOf(stranger.id)).items.length, 0)
})

test('nobody writes to who died, not even what was waiting; of two parents the living one is told', async () => {
  const dies = (id: string) => t.owner.query('update registry.person set deceased_on = now() where id = $1', [id])
  const [lucia, mother, father] = [await aPerson(), await aPerson(), await aPerson()]
  const child = await aChildOf([mother.id, father.id])
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'down', times: 1 })
  await tell(lucia.id)
  await t.settle()
  await dies(lucia.id)
  await dies(father.id)
  const waiting = (await deliveries(lucia.id)).find(({ state }) => state === 'waiting')
  assert.equal(waiting?.channel, 'sms')
  const { rows } = await t.owner.query(
    "select id from notifications.delivery where recipient_id = $1 and state = 'waiting'",
    [lucia.id],
  )
  await asSystem(t.db, (tx) => t.platform.queue.send(tx, 'notifications.deliver', { deliveryId: rows[0].id }))
  await tell(lucia.id)
  await tell(child)
  await t.settle()
  assert.deepEqual(
    (await deliveries(lucia.id)).map(({ channel, state }) => [channel, state]),
    [
      ['email', 'sent'],
      ['sms', 'lapsed'],
    ],
  )
  assert.deepEqual(await deliveries(father.id), [])
  assert.equal((await inboxOf(mother.mobile)).length, 1)
})

test('a job that runs twice tells once', async () => {
  const lucia = await aPerson()
  const noticeId = await tell(lucia.id)
  await t.settle()
  await asSystem(t.db, (tx) => t.platform.queue.send(tx, 'notifications.spread', { noticeId }))
  const { rows } = await t.owner.query('select id from notifications.delivery where recipient_id = $1', [lucia.id])
  for (const { id } of rows) {
    await asSystem(t.db, (tx) => t.platform.queue.send(tx, 'notifications.deliver', { deliveryId: id }))
  }
  await t.settle()
  assert.equal((await inboxOf(lucia.mobile)).length, 1)
  assert.equal((await inboxOf(lucia.email)).length, 1)
  assert.equal((await messagesOf(lucia.id)).unread, 1)
})

test('an event that is handled twice, even at once, is told once', async () => {
  const lucia = await aPerson()
  const cause = uuidv7()
  const told = await Promise.all([tell(lucia.id, { cause }), tell(lucia.id, { cause }), tell(lucia.id, { cause })])
  assert.equal(told.filter(Boolean).length, 1)
  await t.settle()
  assert.equal((await inboxOf(lucia.mobile)).length, 1)
  assert.equal((await messagesOf(lucia.id)).unread, 1)
})

test('while the gateway is down the message waits, the e-mail goes, and nothing is lost', async () => {
  const lucia = await aPerson()
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'down', times: 1 })
  await tell(lucia.id)
  await t.settle()
  assert.equal((await inboxOf(lucia.email)).length, 1)
  assert.deepEqual(
    (await deliveries(lucia.id)).map(({ channel, state, attempts }) => [channel, state, attempts]),
    [
      ['email', 'sent', 1],
      ['sms', 'waiting', 1],
    ],
  )
  const { rows } = await t.owner.query(
    "select id from notifications.delivery where recipient_id = $1 and channel = 'sms'",
    [lucia.id],
  )
  await asSystem(t.db, (tx) => t.platform.queue.send(tx, 'notifications.deliver', { deliveryId: rows[0].id }))
  await t.settle()
  assert.equal((await inboxOf(lucia.mobile)).length, 1)
  assert.deepEqual(
    (await deliveries(lucia.id)).map(({ state }) => state),
    ['sent', 'sent'],
  )
})

test('a mailbox that does not exist is noted and not tried again', async () => {
  const lucia = await aPerson({ email: 'sconosciuto@posta.example' })
  await tell(lucia.id)
  await t.settle()
  const [mail] = await deliveries(lucia.id)
  assert.deepEqual([mail?.channel, mail?.state, mail?.attempts], ['email', 'refused', 1])
})

test('what has become useless while waiting lapses', async () => {
  const lucia = await aPerson()
  await tell(lucia.id, { usefulUntil: new Date(t.platform.now().getTime() - 1_000) })
  await t.settle()
  assert.deepEqual(await inboxOf(lucia.mobile), [])
  assert.deepEqual(
    (await deliveries(lucia.id)).map(({ state }) => state),
    ['lapsed', 'lapsed'],
  )
})

test('the gateway reports what became of a message, with its key only', async () => {
  const lucia = await aPerson({ email: null })
  await tell(lucia.id)
  await t.settle()
  const { rows } = await t.owner.query('select id, provider_id from notifications.delivery where recipient_id = $1', [
    lucia.id,
  ])
  const report = (key: string, reference: string) =>
    t.app.inject({
      method: 'POST',
      url: '/api/v1/sms-reports',
      headers: { 'x-report-key': key },
      payload: { id: rows[0].provider_id, reference, state: 'delivered', at: '2030-01-01T10:00:00Z' },
    })
  assert.equal((await report('wrong', rows[0].id)).json().code, 'notifications/report-key')
  assert.equal((await report('sandbox-sms-report-key', uuidv7())).statusCode, 404)
  assert.equal((await report('sandbox-sms-report-key', rows[0].id)).statusCode, 204)
  assert.equal((await deliveries(lucia.id))[0]?.state, 'delivered')
})

test('messages are paged, read once, and belong to their reader', async () => {
  const [lucia, other] = [await aPerson({ mobile: null, email: null }), await aPerson()]
  for (let i = 0; i < 23; i += 1) await tell(lucia.id)
  await t.settle()
  const headers = await t.signIn(lucia.id)
  const first = (await t.app.inject({ url: '/api/v1/messages', headers })).json()
  assert.deepEqual([first.items.length, first.unread], [20, 23])
  const rest = (await t.app.inject({ url: `/api/v1/messages?cursor=${first.nextCursor}`, headers })).json()
  assert.deepEqual([rest.items.length, rest.nextCursor], [3, null])
  assert.equal(new Set([...first.items, ...rest.items].map((one) => one.id)).size, 23)
  const read = (by: object, id: string) =>
    t.app.inject({ method: 'POST', url: `/api/v1/messages/${id}/read`, headers: by as never })
  const once = await read(headers, first.items[0].id)
  assert.ok(once.json().readAt)
  assert.equal((await read(headers, first.items[0].id)).json().readAt, once.json().readAt)
  assert.equal((await read(await t.signIn(other.id), first.items[1].id)).statusCode, 404)
  assert.equal((await t.app.inject({ url: '/api/v1/messages', headers })).json().unread, 22)
  const wrong = await t.app.inject({ url: '/api/v1/messages?cursor=zero', headers })
  assert.equal(wrong.json().code, 'notifications/bad-cursor')
  assert.equal((await t.app.inject({ url: '/api/v1/messages' })).statusCode, 401)
})

test('a message is read in the language of the reader now, whatever it was sent in', async () => {
  const lucia = await aPerson()
  await tell(lucia.id)
  await t.settle()
  const headers = { ...(await t.signIn(lucia.id)), 'accept-language': 'en' }
  const { items } = (await t.app.inject({ url: '/api/v1/messages', headers })).json()
  assert.equal(items[0].subject, 'Booking confirmed')
})

test('after ninety days the log keeps only masked addresses', async () => {
  const lucia = await aPerson()
  await tell(lucia.id)
  await t.settle()
  await t.owner.query(
    "update notifications.delivery set created_at = now() - interval '91 days' where recipient_id = $1",
    [lucia.id],
  )
  await tidy(t.platform)
  const [mail, sms] = await deliveries(lucia.id)
  assert.match(mail?.address ?? '', /^p•••@posta\.example$/)
  assert.equal(sms?.address, `••• ${lucia.mobile.slice(-4)}`)
})

test('row-level security hides notices and deliveries from whoever does not act for the person', async () => {
  const lucia = await aPerson()
  await tell(lucia.id)
  await t.settle()
  for (const table of ['notice', 'message', 'delivery', 'reminder', 'link', 'push_subscription']) {
    const { rows } = await t.platform.pool.query(`select count(*)::int as seen from notifications.${table}`)
    assert.equal(rows[0].seen, 0, table)
  }
})
