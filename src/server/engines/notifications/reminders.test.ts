// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { noticesBench } from '../../../../test/notifications.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem, withActor } from '../../platform/database.ts'
import { systemActor } from '../../platform/actor.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import {
  appointmentLink,
  cancelReminders,
  createLink,
  openLink,
  remindDue,
  revokeLinks,
  scheduledReminders,
  scheduleReminder,
  type ReminderTemplate,
} from './index.ts'
import { tidy } from './notices.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { aPerson, aChildOf, inboxOf } = noticesBench(t)

const today = romeDay(new Date())
const visitDay = addDays(today, 4)
const visitAt = (time: string, day = visitDay) => ({
  startsAt: romeInstant(day, time).toISOString(),
  place: 'Ospedale del Mare',
  address: 'Via Enrico Russo 11',
  municipality: 'Napoli',
})
const aBooking = () => ({ kind: 'booking', id: uuidv7() })
const plan = (
  patientId: string,
  over: {
    about?: { kind: string; id: string }
    subjectId?: string
    template?: ReminderTemplate
    at?: Date
    time?: string
  } = {},
) =>
  asSystem(t.db, (tx) =>
    scheduleReminder(tx, {
      patientId,
      about: over.about ?? aBooking(),
      subjectId: over.subjectId ?? uuidv7(),
      template: over.template ?? 'reminder.ask',
      visit: visitAt(over.time ?? '09:30'),
      at: over.at ?? new Date(Date.now() - 1_000),
    }),
  )
const send = async () => {
  await remindDue(t.platform)
  await t.settle()
}

test('a reminder that asks brings a link that opens the booking until the visit, and only for that', async () => {
  const lucia = await aPerson({ email: null })
  const about = aBooking()
  await plan(lucia.id, { about })
  await send()
  const [sms, ...more] = await inboxOf(lucia.mobile)
  assert.equal(more.length, 0)
  assert.match(sms?.text ?? '', /Conferma o disdici: /)
  const token = sms?.links[0]?.split('/a/')[1] ?? ''
  assert.match(token, /^[A-Za-z0-9_-]{22}$/)
  const open = (purpose: string, now: Date) => asSystem(t.db, (tx) => openLink(tx, token, purpose, now))
  const opened = await open(appointmentLink, new Date())
  assert.deepEqual([opened.patientId, opened.about], [lucia.id, about])
  assert.deepEqual(await open(appointmentLink, new Date()), opened, 'opening changes nothing')
  await assert.rejects(open('other', new Date()), { code: 'notifications/unknown-link' })
  await assert.rejects(open(appointmentLink, romeInstant(visitDay, '09:30')), { code: 'notifications/expired-link' })
  const { rows } = await t.owner.query('select token_hash from notifications.link where about_id = $1', [about.id])
  assert.ok(rows.every((row) => !row.token_hash.toString('latin1').includes(token)))
})

test('links end when the appointment is moved', async () => {
  const lucia = await aPerson()
  const about = aBooking()
  const now = new Date()
  const token = await asSystem(t.db, (tx) =>
    createLink(tx, {
      purpose: appointmentLink,
      patientId: lucia.id,
      about,
      expiresAt: new Date(now.getTime() + 60_000),
      now,
    }),
  )
  await asSystem(t.db, (tx) => revokeLinks(tx, about, now))
  await assert.rejects(
    asSystem(t.db, (tx) => openLink(tx, token, appointmentLink, now)),
    { code: 'notifications/expired-link', status: 410 },
  )
  await assert.rejects(
    asSystem(t.db, (tx) => openLink(tx, 'guess', appointmentLink, now)),
    { code: 'notifications/unknown-link', status: 404 },
  )
})

test('several appointments of a day are one reminder, in order of time', async () => {
  const lucia = await aPerson()
  const about = aBooking()
  await plan(lucia.id, { about, template: 'reminder.last', time: '11:00' })
  await plan(lucia.id, { about, template: 'reminder.last', time: '09:30' })
  await plan(lucia.id, { template: 'reminder.last', time: '15:00' })
  await send()
  const messages = await inboxOf(lucia.mobile)
  assert.equal(messages.length, 1)
  assert.match(messages[0]?.text ?? '', /ore 9:30.+ore 11:00.+ore 15:00/)
})

test('each booking that asks for an answer has its own reminder and link', async () => {
  const lucia = await aPerson({ email: null })
  await plan(lucia.id)
  await plan(lucia.id, { time: '15:00' })
  await send()
  const messages = await inboxOf(lucia.mobile)
  assert.equal(messages.length, 2)
  assert.notEqual(messages[0]?.links[0], messages[1]?.links[0])
})

test('planning again replaces, and what was called off is not sent', async () => {
  const [lucia, mario] = [await aPerson(), await aPerson()]
  const subjectId = uuidv7()
  await plan(lucia.id, { subjectId })
  await plan(lucia.id, { subjectId, time: '18:00' })
  const about = aBooking()
  await plan(mario.id, { about })
  await asSystem(t.db, (tx) => cancelReminders(tx, about))
  await send()
  const messages = await inboxOf(lucia.mobile)
  assert.equal(messages.length, 1)
  assert.match(messages[0]?.text ?? '', /ore 18:00/)
  assert.deepEqual(await inboxOf(mario.mobile), [])
})

test('a reminder is sent once by however many workers, and not before its time', async () => {
  const [lucia, later] = [await aPerson(), await aPerson()]
  await plan(lucia.id)
  await plan(later.id, { at: new Date(Date.now() + 3_600_000) })
  await Promise.all(Array.from({ length: 6 }, () => remindDue(t.platform)))
  await t.settle()
  assert.equal((await inboxOf(lucia.mobile)).length, 1)
  assert.deepEqual(await inboxOf(later.mobile), [])
})

test('a reminder whose visit has begun while the worker was down is not sent', async () => {
  const lucia = await aPerson()
  await asSystem(t.db, (tx) =>
    scheduleReminder(tx, {
      patientId: lucia.id,
      about: aBooking(),
      subjectId: uuidv7(),
      template: 'reminder.last',
      visit: visitAt('09:30', addDays(today, -1)),
      at: new Date(Date.now() - 86_400_000),
    }),
  )
  await send()
  assert.deepEqual(await inboxOf(lucia.mobile), [])
  const { rows } = await t.owner.query('select state from notifications.reminder where patient_id = $1', [lucia.id])
  assert.deepEqual(rows, [{ state: 'lapsed' }])
})

test('a person sees which reminders will come, and to which masked address', async () => {
  const lucia = await aPerson()
  const about = aBooking()
  const at = romeInstant(addDays(today, 2), '09:00')
  await plan(lucia.id, { about, at })
  await plan(lucia.id, { about, at, time: '11:00' })
  const actor = { ...systemActor(uuidv7()), kind: 'citizen' as const, personId: lucia.id, patients: [lucia.id] }
  const planned = await withActor(t.db, actor, (tx) => scheduledReminders(tx, about))
  assert.deepEqual(planned, [
    { at: at.toISOString(), channel: 'app', to: '' },
    { at: at.toISOString(), channel: 'email', to: `p•••@posta.example` },
    { at: at.toISOString(), channel: 'sms', to: `••• ${lucia.mobile.slice(-4)}` },
  ])
  const stranger = { ...actor, patients: [uuidv7()] }
  assert.deepEqual(await withActor(t.db, stranger, (tx) => scheduledReminders(tx, about)), [])
})

test('a parent sees her own address on the reminders of her child, not that of the other parent', async () => {
  const [mother, father] = [await aPerson(), await aPerson()]
  const child = await aChildOf([mother.id, father.id])
  const about = aBooking()
  await plan(child, { about, at: new Date(Date.now() + 60_000) })
  const patients = [mother.id, child]
  const actor = { ...systemActor(uuidv7()), kind: 'citizen' as const, personId: mother.id, patients }
  const planned = await withActor(t.db, actor, (tx) => scheduledReminders(tx, about))
  const sms = planned.filter((one) => one.channel === 'sms').map((one) => one.to)
  assert.deepEqual(sms, [`••• ${mother.mobile.slice(-4)}`])
})

test('dead links are forgotten after a month', async () => {
  const lucia = await aPerson()
  const about = aBooking()
  const old = new Date(Date.now() - 31 * 86_400_000)
  await asSystem(t.db, (tx) =>
    createLink(tx, { purpose: appointmentLink, patientId: lucia.id, about, expiresAt: old, now: old }),
  )
  await tidy(t.platform)
  assert.equal((await t.owner.query('select from notifications.link where about_id = $1', [about.id])).rowCount, 0)
})
