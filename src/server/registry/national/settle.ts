// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { readMessage, type NationalEvent, type NationalSource } from '../../national/registries/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { readLinkage, type LinkageSettings, type Scored } from '../linkage/index.ts'
import { keepDifferences } from './differences.ts'
import { findSubject, linkSubject, lookAround } from './subjects.ts'
import { recompute, type Change } from './recompute.ts'

type Outcome = { part: string; result: 'written' | 'difference' }

interface Waiting {
  id: string
  source: NationalSource
  payload: unknown
  sequence: number
}

/** One at a time decides whose messages are and what follows: what one finds, the next must see. */
const alone = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtextextended('registry.national', 0))`.execute(tx)

/** The message of a subject whose turn it is: the first, or the one whose predecessor is settled. Locked. */
async function nextOf(tx: Tx, source: NationalSource, subject: string): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`
    select m.id, m.source, m.payload, m.sequence from registry.national_message m
    where m.source = ${source} and m.subject = ${subject} and m.state = 'waiting' and (m.previous is null or exists (
      select from registry.national_message b where b.source = m.source and b.subject = m.subject and b.sequence = m.previous
        and b.state in ('applied', 'set-aside')))
    order by m.sequence limit 1 for update of m`.execute(tx)
  return rows[0]
}

function eventOf({ source, payload }: Waiting): NationalEvent {
  const { event } = readMessage(source, payload)
  if (!event) throw new Error('a message that was read before cannot be read any more')
  return event
}

/** Applies all messages of a subject whose turn has come, in the order of their numbers. Returns how many. */
export async function settleSubject(platform: Platform, source: NationalSource, subject: string): Promise<number> {
  const settings = readLinkage(platform.config)
  for (let applied = 0; ; applied += 1) {
    const around = await peek(platform, settings, source, subject)
    if (!around) return applied
    const done = await asSystem(platform.db, async (tx) => {
      await alone(tx)
      const next = await nextOf(tx, source, subject)
      return next && (await applyMessage(tx, settings, next, around, platform.now()))
    })
    if (!done) return applied
  }
}

/** Who the next message may be about, when its subject is not known yet; undefined when no message has its turn. */
async function peek(
  { db }: Platform,
  settings: LinkageSettings,
  source: NationalSource,
  subject: string,
): Promise<Scored[] | undefined> {
  const next = await asSystem(db, async (tx) => {
    const message = await nextOf(tx, source, subject)
    return message && { event: eventOf(message), known: await findSubject(tx, source, subject) }
  })
  if (!next) return undefined
  return next.known ? [] : lookAround(db, settings, next.event)
}

/** True when the next message of the subject may follow. */
async function applyMessage(
  tx: Tx,
  settings: LinkageSettings,
  message: Waiting,
  around: readonly Scored[],
  now: Date,
): Promise<boolean> {
  const event = eventOf(message)
  if (event.target !== undefined && !(await targetExists(tx, event))) return fail(tx, message.id, 'unknown-event', now)
  const personId = await linkSubject(tx, settings, event, around, now)
  if (!personId) return fail(tx, message.id, 'unknown-person', now)
  const own = tables<'registry'>(tx)
  await own
    .updateTable('registry.nationalMessage')
    .set({ state: 'applied', problem: null, personId, settledAt: now })
    .where('id', '=', message.id)
    .execute()
  const change = await recompute(tx, personId, now)
  const differences = await keepDifferences(tx, personId, change.differences, now)
  const outcome = outcomeOf(change, differences, message.id)
  await own
    .updateTable('registry.nationalMessage')
    .set({ outcome: JSON.stringify(outcome) })
    .where('id', '=', message.id)
    .execute()
  if (event.source === 'anpr') await recomputeChildren(tx, event, personId, now)
  return true
}

async function targetExists(tx: Tx, { source, subject, target, kind }: NationalEvent): Promise<boolean> {
  const found = await tables<'registry'>(tx)
    .selectFrom('registry.nationalMessage')
    .select('kind')
    .where('source', '=', source)
    .where('subject', '=', subject)
    .where('externalId', '=', target!)
    .where('state', '=', 'applied')
    .executeTakeFirst()
  // An annulment is not annulled: the source tells the fact anew.
  return found !== undefined && found.kind !== 'annulment' && !(kind === 'correction' && found.kind === 'correction')
}

async function fail(tx: Tx, id: string, problem: 'unknown-person' | 'unknown-event', now: Date): Promise<boolean> {
  await tables<'registry'>(tx)
    .updateTable('registry.nationalMessage')
    .set({ state: 'error', problem, settledAt: now })
    .where('id', '=', id)
    .execute()
  return false
}

function outcomeOf(
  { changed }: Change,
  differences: readonly { part: string; messageId: string }[],
  id: string,
): Outcome[] {
  const asked = differences.filter(({ messageId }) => messageId === id)
  return [
    ...changed.map((part) => ({ part, result: 'written' as const })),
    ...asked.map(({ part }) => ({ part, result: 'difference' as const })),
  ]
}

/** Births that came before the parent was known name her now. */
async function recomputeChildren(tx: Tx, event: NationalEvent, parentId: string, now: Date): Promise<void> {
  const names = [event.subject, ...(event.person.code ? [event.person.code] : [])]
  const { rows } = await sql<{ personId: string }>`
    select distinct person_id as "personId" from registry.national_message
    where state = 'applied' and parents <> '{}' and parents && ${names}::text[] and person_id <> ${parentId} order by 1`.execute(
    tx,
  )
  for (const { personId } of rows) {
    const { differences } = await recompute(tx, personId, now)
    await keepDifferences(tx, personId, differences, now)
  }
}

/** After two records became one, or two again: what messages say of each is said of the record they now belong to. */
export async function followMerge({ db, now }: Platform, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await asSystem(db, async (tx) => {
      await alone(tx)
      await sayAgain(tx, id, now())
    })
}

/** Says again what all messages of a person say, as after a decision about one of them. Nothing when she is merged. */
export async function sayAgain(tx: Tx, personId: string, now: Date): Promise<void> {
  const { rows } = await sql`
    select from registry.person p where p.id = ${personId} and p.merged_into is null
      and exists (select from registry.national_message m where m.person_id = p.id and m.state = 'applied')`.execute(tx)
  if (rows.length === 0) return
  const { differences } = await recompute(tx, personId, now)
  await keepDifferences(tx, personId, differences, now)
}

export { alone }
