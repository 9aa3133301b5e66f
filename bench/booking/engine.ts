// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { bookHeld, takePlaces } from '../../src/server/engines/scheduling/index.ts'
import type { Actor } from '../../src/server/platform/actor.ts'
import { withActor, type Db } from '../../src/server/platform/database.ts'
import { refusalOf } from '../../src/server/platform/errors.ts'
import type { Wanted } from './citizens.ts'

const rank = 2
const channel = 'WEB'
const holdMs = 10 * 60_000

function actorOf(personId: string): Actor {
  return {
    kind: 'citizen',
    personId,
    sessionId: null,
    patients: [personId],
    level: 2,
    role: null,
    method: 'SPID',
    authenticatedAt: null,
    partner: null,
    language: 'it',
    requestId: randomUUID(),
    address: null,
    audited: true,
  }
}

/**
 * What the scheduling engine does for one booking, in two transactions: hold a seat, then book it. Answers false when
 * somebody else was faster.
 */
export async function byEngine(db: Db, personId: string, { scheduleId, slotId, serviceId }: Wanted): Promise<boolean> {
  const actor = actorOf(personId)
  const now = new Date()
  try {
    const [taken] = await withActor(db, actor, (tx) =>
      takePlaces(tx, {
        patientId: personId,
        places: [{ serviceId, scheduleId, slotId, fit: { access: 'any', ageYears: 50, sex: 'F' } }],
        rank,
        heldUntil: new Date(now.getTime() + holdMs),
        now,
        channel,
        requestedAt: now,
      }),
    )
    await withActor(db, actor, (tx) => bookHeld(tx, [taken!.id]))
    return true
  } catch (error) {
    if (refusalOf(error)?.code === 'scheduling/place-taken') return false
    throw error
  }
}

const statements = {
  actor: `select set_config('app.role', 'citizen', true), set_config('app.patients', $1, true)`,
  oneAtATime: `select pg_advisory_xact_lock(hashtextextended($1, 30)), array(
      select a.id from scheduling.appointment a
      where a.patient_id = $1::uuid and a.state = 'held' and a.held_until < $2) as stale`,
  isFor: `select from scheduling.schedule s
    join scheduling.slot l on l.schedule_id = s.id and l.id = $1
    join scheduling.groups_for($2::uuid, $3::smallint, null, false, 50::smallint, 'F', null::uuid, $4::text, 'any',
      '{SSN,CONV}'::text[]) g on g.no = s.group_no
    where s.id = $5 and l.starts_at >= $6::timestamptz + g.lead`,
  take: `select id from scheduling.take_seat($1, $2, $3, $4, $5, 1::smallint, $6::smallint, $7, $8, $9, $8)`,
  lock: `select id, schedule_id, slot_id, seat, state, starts_at, ends_at, held_until
    from scheduling.appointment where id = any($1::uuid[]) order by id for update`,
  book: `update scheduling.appointment set state = 'booked' where id = any($1::uuid[])`,
} as const

/** The same statements in the same two transactions, by the driver alone, prepared once per connection. */
export async function bySql(pool: pg.Pool, personId: string, wanted: Wanted): Promise<boolean> {
  const { scheduleId, slotId, serviceId } = wanted
  const client = await pool.connect()
  const ask = (name: keyof typeof statements, values: unknown[]) =>
    client.query<{ id: string }>({ name: `bench.${name}`, text: statements[name], values })
  try {
    const now = new Date()
    await client.query('begin')
    await ask('actor', [`{${personId}}`])
    await ask('oneAtATime', [personId, now])
    await ask('isFor', [slotId, serviceId, rank, channel, scheduleId, now])
    const until = new Date(now.getTime() + holdMs)
    const values = [scheduleId, slotId, randomUUID(), personId, serviceId, rank, until, now, channel]
    const { rows } = await ask('take', values)
    const [taken] = rows
    await client.query(taken ? 'commit' : 'rollback')
    if (!taken) return false
    await client.query('begin')
    await ask('actor', [`{${personId}}`])
    await ask('lock', [[taken.id]])
    await ask('book', [[taken.id]])
    await client.query('commit')
    return true
  } finally {
    client.release()
  }
}
