// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aSchedule, aService } from '../../../../test/agendas.ts'
import { aPerson, aPlace } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { refusalOf } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { appointmentStates, firstStates, transition, transitions, type Party } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const parties: readonly Party[] = ['patient', 'provider', 'system']
const start = new Date('2026-05-12T08:00:00Z')
const minutes = (count: number) => count * 60_000
const timing = (now: Date, heldUntil: Date | null = null) => ({
  now,
  startsAt: start,
  endsAt: new Date(start.getTime() + minutes(20)),
  heldUntil,
})
/** For each transition an instant at which its guard agrees. */
const goodTime = (to: string) => {
  if (to === 'noshow') return timing(new Date(start.getTime() + minutes(60)))
  if (to === 'expired') return timing(start, new Date(start.getTime() - minutes(10)))
  if (to === 'booked') return timing(start, new Date(start.getTime() + minutes(1)))
  return timing(new Date(start.getTime() - minutes(30)), start)
}

test('every pair of states and every party is either in the table or refused', () => {
  for (const from of appointmentStates) {
    for (const to of appointmentStates) {
      for (const who of parties) {
        const legal = transitions.some((row) => row.from === from && row.to === to && row.who.includes(who))
        if (legal) assert.equal(transition(from, to, who, goodTime(to)).to, to)
        else assert.throws(() => transition(from, to, who, goodTime(to)), /wrong-state/, `${from} → ${to} by ${who}`)
      }
    }
  }
})

test('guards look at the clock', () => {
  const later = timing(new Date(start.getTime() + minutes(1)))
  assert.throws(() => transition('booked', 'cancelled-by-patient', 'patient', later), /wrong-state/)
  assert.throws(() => transition('booked', 'moved', 'patient', later), /wrong-state/)
  assert.throws(() => transition('booked', 'noshow', 'system', later), /wrong-state/)
  const lapsed = timing(start, new Date(start.getTime() - minutes(3)))
  assert.throws(() => transition('held', 'booked', 'patient', lapsed), /wrong-state/)
  assert.throws(() => transition('held', 'expired', 'system', timing(start, start)), /wrong-state/)
  const dayBefore = timing(new Date(start.getTime() - minutes(1440)))
  assert.throws(() => transition('booked', 'arrived', 'provider', dayBefore), /wrong-state/)
})

test('the database allows exactly the moves of the table, whoever writes', async () => {
  const serviceId = await aService(t.owner)
  const locationId = await aPlace(t)
  const { id: patientId } = await aPerson(t)
  const pairs = appointmentStates.flatMap((from) => appointmentStates.map((to) => ({ from, to })))
  const from = new Date('2030-01-07T08:00:00Z')
  const { scheduleId, slotIds } = await aSchedule(t.owner, { serviceId, locationId, from, slots: 1 })
  const client = await t.owner.connect()
  try {
    await client.query("select set_config('app.role', 'system', false)")
    const insert = (state: string, id: string) =>
      client.query(
        `insert into scheduling.appointment (id, schedule_id, slot_id, seat, patient_id, service_id, rank, state, starts_at, ends_at,
           held_until, channel, requested_at, created_at)
         select $1, l.schedule_id, l.id, 1, $2, $3, 3, $4, l.starts_at, l.ends_at, now(), 'WEB', now(), now()
         from scheduling.slot l where l.schedule_id = $5 and l.id = $6`,
        [id, patientId, serviceId, state, scheduleId, slotIds[0]],
      )
    for (const { from: before, to } of pairs) {
      const id = uuidv7()
      await client.query('begin')
      // The state is planted with the triggers off, so that each pair is tried by itself.
      await client.query("set local session_replication_role = 'replica'")
      await insert(before, id)
      await client.query("set local session_replication_role = 'origin'")
      const outcome = await client
        .query('update scheduling.appointment set state = $1 where id = $2', [to, id])
        .then(() => 'allowed')
        .catch((error: unknown) => refusalOf(error)?.code)
      await client.query('rollback')
      const legal = before === to || transitions.some((row) => row.from === before && row.to === to)
      assert.equal(outcome, legal ? 'allowed' : 'scheduling/wrong-state', `${before} → ${to}`)
    }
    for (const state of appointmentStates) {
      await client.query('begin')
      const outcome = await insert(state, uuidv7())
        .then(() => true)
        .catch(() => false)
      await client.query('rollback')
      assert.equal(outcome, firstStates.includes(state), `begins as ${state}`)
    }
  } finally {
    client.release()
  }
})
