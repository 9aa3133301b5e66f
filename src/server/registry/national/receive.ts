// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { readMessage, type NationalEvent, type NationalSource } from '../../national/registries/index.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { digestOf } from './state.ts'

/** What became of a delivery: kept for the first time, the same once more, or kept as an error to look at. */
export type Receipt = 'new' | 'replay' | 'error'

type Problem = 'malformed' | 'id-reused' | 'sequence-taken'

/**
 * Keeps a message as it came, once however often it is delivered. The same id with another content, a number that another message
 * of the subject has, and what cannot be read are kept too, as errors.
 */
export async function receive(tx: Tx, source: NationalSource, raw: unknown, now: Date): Promise<Receipt> {
  const read = readMessage(source, raw)
  const digest = digestOf(raw)
  const externalId = read.id ?? digest
  const own = tables<'registry'>(tx)
  // Whoever brings the same message, or another of the same subject, at the same moment waits here.
  for (const key of [externalId, ...(read.event ? [read.event.subject] : [])])
    await sql`select pg_advisory_xact_lock(hashtextextended(${`registry.national_message ${source} ${key}`}, 0))`.execute(
      tx,
    )
  const again = await own
    .updateTable('registry.nationalMessage')
    .set((is) => ({ deliveries: is('deliveries', '+', 1), seenAt: now }))
    .where('source', '=', source)
    .where('externalId', '=', externalId)
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (again.numUpdatedRows > 0n) return 'replay'
  const problem = await problemOf(tx, source, externalId, read.event)
  await own
    .insertInto('registry.nationalMessage')
    .values({
      id: uuidv7(),
      source,
      externalId,
      digest,
      payload: JSON.stringify(raw ?? null),
      ...columnsOf(read.event),
      receivedAt: now,
      seenAt: now,
      state: problem ? 'error' : 'waiting',
      problem,
    })
    .execute()
  return problem ? 'error' : 'new'
}

function columnsOf(event: NationalEvent | null) {
  if (!event) return {}
  const { subject, sequence, previous, kind, on, registeredAt, parents = [] } = event
  const named = parents.flatMap(({ subject: id, code }) => [id, code]).filter((one) => one !== null)
  return { subject, sequence, previous, kind, happenedOn: on, registeredAt, parents: named }
}

async function problemOf(
  tx: Tx,
  source: NationalSource,
  externalId: string,
  event: NationalEvent | null,
): Promise<Problem | null> {
  const { rows } = await sql<{ reused: boolean; taken: boolean }>`
    select exists (select from registry.national_message where source = ${source} and external_id = ${externalId}
        and problem is distinct from 'id-reused') as reused,
      exists (select from registry.national_message where source = ${source} and subject = ${event?.subject ?? null}
        and sequence = ${event?.sequence ?? null}::int and state in ('waiting', 'applied')) as taken`.execute(tx)
  const { reused, taken } = rows[0]!
  if (reused) return 'id-reused'
  if (!event) return 'malformed'
  return taken ? 'sequence-taken' : null
}
