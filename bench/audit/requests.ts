// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit, type AuditEntry } from '../../src/server/access/audit/index.ts'
import type { Actor } from '../../src/server/platform/actor.ts'
import { systemActor } from '../../src/server/platform/actor.ts'
import { withActor, type Connection, type Tx } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { drive, type Samples } from '../load.ts'

/** The same work done in four ways. */
export interface Requests {
  /** A transaction that reads one row of a person. */
  bare: Samples
  /** The same with its audit row. */
  audited: Samples
  /** The call of `audit` within, alone. */
  entry: Samples
  /** The INSERT of such a row by the driver, prepared, in a transaction of the same kind. */
  raw: Samples
}

const columns = `id, actor_kind, person_id, session_id, level, patient_id, action, object_type, object_id, purpose, outcome, request_id,
  address`

const citizen = (personId: string): Actor => ({
  ...systemActor(uuidv7()),
  kind: 'citizen',
  personId,
  sessionId: uuidv7(),
  patients: [personId],
  level: 2,
  address: '192.0.2.1',
})

const read = (tx: Tx, id: string) =>
  sql`select n from public.bench_patient where id = ${id} and n = any (array[1, 2, 3])`.execute(tx)

/** Measures the four ways in turns of a second, so that whatever else the machine does strikes all of them. */
export async function measureRequests(
  { db, pool }: Connection,
  people: readonly string[],
  clients: number,
  seconds: number,
): Promise<Requests> {
  const entries: number[] = []
  let next = 0
  const somebody = () => people[(next += 1) % people.length]!

  const request = async (audited: boolean) => {
    const actor = citizen(somebody())
    await withActor(db, actor, async (tx) => {
      await read(tx, actor.personId!)
      if (!audited) return
      const begun = performance.now()
      await audit(tx, actor, entryOf(actor.personId!))
      entries.push(performance.now() - begun)
    })
  }
  const raws: number[] = []
  const insert = async () => {
    const client = await pool.connect()
    const id = somebody()
    try {
      await client.query('begin')
      await client.query("select set_config('app.role', 'citizen', true), set_config('app.patients', $1, true)", [
        `{${id}}`,
      ])
      const begun = performance.now()
      await client.query({
        name: 'bench-audit',
        text: `insert into access.audit_entry (${columns})
          values ($1, 'citizen', $2, $3, 2, $2, 'READ', 'booking', $4, 'booking', 'done', $5, '192.0.2.1')`,
        values: [uuidv7(), id, uuidv7(), uuidv7(), uuidv7()],
      })
      raws.push(performance.now() - begun)
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  const stretches = { bare: [] as Samples[], audited: [] as Samples[], raw: [] as Samples[] }
  for (let turn = 0; turn < seconds; turn += 1) {
    stretches.bare.push(await drive(clients, 1, () => request(false)))
    stretches.audited.push(await drive(clients, 1, () => request(true)))
    stretches.raw.push(await drive(clients, 1, insert))
  }
  return {
    bare: together(stretches.bare),
    audited: together(stretches.audited),
    entry: { milliseconds: entries, seconds },
    raw: { milliseconds: raws, seconds },
  }
}

const entryOf = (patientId: string): AuditEntry => ({
  action: 'READ',
  patientId,
  object: 'booking',
  objectId: uuidv7(),
  purpose: 'booking',
})

const together = (stretches: readonly Samples[]): Samples => ({
  milliseconds: stretches.flatMap(({ milliseconds }) => milliseconds),
  seconds: stretches.reduce((sum, stretch) => sum + stretch.seconds, 0),
})
