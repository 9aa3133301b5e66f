// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { CompiledQuery, sql } from 'kysely'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'

/** Whose prescription is asked for, and on behalf of which request. */
export interface Ask {
  /** In canonical form: 15 characters, upper case. */
  nre: string
  /** Registry id and the code on the prescription (fiscal, STP or ENI code); null for people without a card. */
  patient: { id: string; code: string | null }
  /** Id of the request or job, for the trail of exchanges. */
  requestId: string
}

/** A row of `prescriptions.custody` as its holder knows it: with an old token nothing can be changed. */
export interface Ticket {
  id: string
  token: string
}

/** Milliseconds after which a lock that nobody said to want is given back: a look-up lasts seconds. */
const forgottenAfter = 120_000
/** Milliseconds until a failed release is due again, besides the retries of its job. */
const dueAgainAfter = 600_000

const own = (tx: Tx) => tables<'prescriptions'>(tx)
const later = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds)

const row = (ask: Ask, ticket: Ticket) => ({
  ...ticket,
  nre: ask.nre,
  patientId: ask.patient.id,
  patientCode: ask.patient.code,
})
const fresh = (): Ticket => ({ id: uuidv7(), token: uuidv7() })

/** Notes, before the SAC is asked, that a lock may come of it; undefined when the lock is wanted by a booking of ours. */
export async function noteLookUp(db: Db, ask: Ask, now: Date): Promise<Ticket | undefined> {
  const due = later(now, forgottenAfter)
  return asSystem(db, (tx) =>
    own(tx)
      .insertInto('prescriptions.custody')
      .values({ ...row(ask, fresh()), dueAt: due })
      .onConflict((clash) =>
        clash
          .columns(['nre', 'patientId'])
          .doUpdateSet((eb) => ({
            token: eb.ref('excluded.token'),
            patientCode: eb.ref('excluded.patientCode'),
            dueAt: eb.ref('excluded.dueAt'),
          }))
          .where('prescriptions.custody.wantedSince', 'is', null),
      )
      .returning(['id', 'token'])
      .executeTakeFirst(),
  )
}

export interface Wanted extends Ticket {
  /** A booking of ours wanted it before this call. */
  already: boolean
  releasingUntil: Date | null
}

const wanting = 'select custody_id, first_wanted_at, release_ends_at from prescriptions.want($1, $2, $3, $4, $5, $6)'

type Noted = [{ custody_id: string; first_wanted_at: Date; release_ends_at: Date | null }] // an upsert returns its row

const wantedOf = ([found]: Noted, token: string, now: Date): Wanted => ({
  id: found.custody_id,
  token,
  releasingUntil: found.release_ends_at,
  already: found.first_wanted_at.getTime() !== now.getTime(),
})

const wantingValues = ({ id, token }: Ticket, ask: Ask, now: Date) => [
  id,
  ask.nre,
  ask.patient.id,
  ask.patient.code,
  now,
  token,
]

/** Notes, before the SAC is asked, that a booking needs the lock: from now on no look-up gives it back. */
export async function noteWanted({ pool }: Pick<Platform, 'pool'>, ask: Ask, now: Date): Promise<Wanted> {
  const ticket = fresh()
  const { rows } = await pool.query({
    name: 'prescriptions.want',
    text: wanting,
    values: wantingValues(ticket, ask, now),
  })
  return wantedOf(rows as Noted, ticket.token, now)
}

/** The same in the transaction of the caller, who asks the SAC once it is committed. */
export async function noteWantedIn(tx: Tx, ask: Ask, now: Date): Promise<Wanted> {
  const ticket = fresh()
  const statement = CompiledQuery.raw(wanting, wantingValues(ticket, ask, now))
  const { rows } = await tx.withoutPlugins().executeQuery(statement)
  return wantedOf(rows as Noted, ticket.token, now)
}

/** Until when a release of this row is on its way; null when none is. */
export async function releasingUntil(db: Db, id: string): Promise<Date | null> {
  const found = await asSystem(db, (tx) =>
    own(tx).selectFrom('prescriptions.custody').select('releasingUntil').where('id', '=', id).executeTakeFirst(),
  )
  return found?.releasingUntil ?? null
}

/** The SAC surely gave no lock: the row goes, unless somebody came after or is releasing it. */
export async function forget(db: Db, ticket: Ticket, now: Date): Promise<void> {
  await asSystem(db, (tx) =>
    own(tx)
      .deleteFrom('prescriptions.custody')
      .where('id', '=', ticket.id)
      .where('token', '=', ticket.token)
      .where((eb) => eb.or([eb('releasingUntil', 'is', null), eb('releasingUntil', '<', now)]))
      .execute(),
  )
}

/** The lock is not wanted any more, if it exists: to be given back from `now` on. Joins the caller's transaction. */
export async function owe(tx: Tx, ask: Ask, now: Date): Promise<Ticket> {
  return own(tx)
    .insertInto('prescriptions.custody')
    .values({ ...row(ask, fresh()), dueAt: now })
    .onConflict((clash) =>
      clash.columns(['nre', 'patientId']).doUpdateSet((eb) => ({
        token: eb.ref('excluded.token'),
        patientCode: eb.ref('excluded.patientCode'),
        dueAt: eb.ref('excluded.dueAt'),
        wantedSince: null,
      })),
    )
    .returning(['id', 'token'])
    .executeTakeFirstOrThrow()
}

export interface Claim extends Ticket {
  nre: string
  patientId: string
  patientCode: string | null
}

/**
 * Claims the release of a row for `lease` milliseconds; undefined when the lock is wanted (again), given back already, or
 * being released by somebody else. With a token, only if nobody looked or asked since.
 */
export async function claim(
  db: Db,
  id: string,
  token: string | null,
  now: Date,
  lease: number,
): Promise<Claim | undefined> {
  return asSystem(db, (tx) => {
    const update = own(tx)
      .updateTable('prescriptions.custody')
      .set({ releasingUntil: later(now, lease), attempts: sql<number>`attempts + 1` })
      .where('id', '=', id)
      .where('wantedSince', 'is', null)
      .where((eb) => eb.or([eb('releasingUntil', 'is', null), eb('releasingUntil', '<', now)]))
    return (token ? update.where('token', '=', token) : update)
      .returning(['id', 'token', 'nre', 'patientId', 'patientCode'])
      .executeTakeFirst()
  })
}

/** The release is over: the row goes, unless somebody looked or wants the lock since. */
export async function settled(db: Db, { id, token }: Ticket): Promise<void> {
  await asSystem(db, async (tx) => {
    const { numDeletedRows } = await own(tx)
      .deleteFrom('prescriptions.custody')
      .where('id', '=', id)
      .where('token', '=', token)
      .where('wantedSince', 'is', null)
      .executeTakeFirst()
    if (numDeletedRows > 0n) return
    await own(tx).updateTable('prescriptions.custody').set({ releasingUntil: null }).where('id', '=', id).execute()
  })
}

/** The release did not succeed: still owed, and due again later. */
export async function stillOwed(db: Db, { id }: Ticket, now: Date): Promise<void> {
  await asSystem(db, (tx) =>
    own(tx)
      .updateTable('prescriptions.custody')
      .set({
        releasingUntil: null,
        dueAt: sql<Date>`case when wanted_since is null then ${later(now, dueAgainAfter)}::timestamptz end`,
      })
      .where('id', '=', id)
      .execute(),
  )
}

/** Rows whose lock should have been given back by now, oldest first. */
export async function overdue(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await own(tx)
    .selectFrom('prescriptions.custody')
    .select('id')
    .where('wantedSince', 'is', null)
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** The prescription is closed: nothing is held and nothing is owed. */
export async function drop(db: Db, ask: Ask): Promise<void> {
  await asSystem(db, (tx) =>
    own(tx)
      .deleteFrom('prescriptions.custody')
      .where('nre', '=', ask.nre)
      .where('patientId', '=', ask.patient.id)
      .execute(),
  )
}
