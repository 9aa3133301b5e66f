// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import {
  readMessage,
  type EventKind,
  type NationalPerson,
  type NationalResidence,
  type NationalSource,
} from '../../national/registries/index.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'

export const messageStates = ['waiting', 'applied', 'error', 'set-aside', 'replayed'] as const
/** What became of a message; `replayed` are those that came more than once and counted once. */
export type MessageState = (typeof messageStates)[number]

export type MessageProblem = 'malformed' | 'id-reused' | 'sequence-taken' | 'unknown-person' | 'unknown-event'

/** A message as an office sees it. */
export interface KeptMessage {
  id: string
  source: NationalSource
  externalId: string
  state: Exclude<MessageState, 'replayed'>
  problem: MessageProblem | null
  kind: EventKind | null
  on: Day | null
  subject: string | null
  sequence: number | null
  /** The number it waits for; null when it does not wait, or the one before it is there and waits itself. */
  missing: number | null
  /** Whom it is about, as the source writes her; null when it could not be read. */
  about: NationalPerson | null
  /** Where she lives, when it says so. */
  residence: NationalResidence | null
  personId: string | null
  deliveries: number
  receivedAt: Date
  seenAt: Date
  outcome: { part: string; result: 'written' | 'difference' }[]
  note: string | null
}

export interface MessageFilter {
  state?: MessageState
  source?: NationalSource
  sort: 'newest' | 'oldest'
}

type Row = Omit<KeptMessage, 'about' | 'residence'> & { payload: unknown }

const columns = sql`
  m.id, m.source, m.external_id as "externalId", m.state, m.problem, m.kind, m.happened_on as "on", m.subject, m.sequence, m.payload,
  m.person_id as "personId", m.deliveries, m.received_at as "receivedAt", m.seen_at as "seenAt", m.outcome, m.note,
  case when m.state = 'waiting' and m.previous is not null and not exists (select from registry.national_message b
    where b.source = m.source and b.subject = m.subject and b.sequence = m.previous) then m.previous end as missing`

const matching = ({ state, source }: MessageFilter) => sql`
  (${state ?? null}::text is null or ${state === 'replayed' ? sql`m.deliveries > 1` : sql`m.state = ${state ?? null}`})
  and (${source ?? null}::text is null or m.source = ${source ?? null})`

function shown({ payload, ...row }: Row): KeptMessage {
  const { event } = readMessage(row.source, payload)
  return { ...row, about: event?.person ?? null, residence: event?.residence ?? null }
}

/** Messages, a page at a time, and how many there are. */
export async function listMessages(
  tx: Tx,
  filter: MessageFilter,
  { skip, limit }: { skip: number; limit: number },
): Promise<{ items: KeptMessage[]; total: number }> {
  const order = filter.sort === 'newest' ? sql`m.received_at desc, m.id desc` : sql`m.received_at, m.id`
  const { rows } = await sql<Row>`
    select ${columns} from registry.national_message m where ${matching(filter)} order by ${order} offset ${skip} limit ${limit}`.execute(
    tx,
  )
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from registry.national_message m where ${matching(filter)}`.execute(tx)
  return { items: rows.map(shown), total: counted.rows[0]!.total }
}

/** One message, locked. @throws Refusal not found */
export async function lockMessage(tx: Tx, id: string): Promise<KeptMessage> {
  const { rows } =
    await sql<Row>`select ${columns} from registry.national_message m where m.id = ${id} for update of m`.execute(tx)
  if (!rows[0]) throw notFound({ it: 'Messaggio', en: 'Message' })
  return shown(rows[0])
}

/** One message. @throws Refusal not found */
export async function getMessage(tx: Tx, id: string): Promise<KeptMessage> {
  const { rows } = await sql<Row>`select ${columns} from registry.national_message m where m.id = ${id}`.execute(tx)
  if (!rows[0]) throw notFound({ it: 'Messaggio', en: 'Message' })
  return shown(rows[0])
}

const cannot = new Refusal(
  'registry/message-settled',
  409,
  { it: 'Per questo messaggio non si può più fare così.', en: 'This can no longer be done with this message.' },
  { next: { it: 'Ricarica la pagina per vedere com’è ora.', en: 'Reload the page to see how it is now.' } },
)

export const messageActions = ['retry', 'set-aside', 'proceed'] as const
export type MessageAction = (typeof messageActions)[number]

/** What an office may do with a message. */
export function actionsFor({ state, problem, missing }: KeptMessage): MessageAction[] {
  if (state === 'error')
    return problem === 'unknown-person' || problem === 'unknown-event' ? ['retry', 'set-aside'] : ['set-aside']
  return state === 'waiting' && missing !== null ? ['proceed'] : []
}

/**
 * What an office decides about a message: to try it again, now that the person is known; to set it aside, so that those after it
 * go on; to go on without the one before it, which its source does not have.
 *
 * @throws Refusal `registry/message-settled`
 */
export async function settleMessage(
  tx: Tx,
  message: KeptMessage,
  { action, note, by }: { action: MessageAction; note: string; by: string },
  now: Date,
): Promise<void> {
  if (!actionsFor(message).includes(action)) throw cannot
  const change = {
    retry: { state: 'waiting', problem: null, settledAt: null, note },
    'set-aside': { state: 'set-aside', settledAt: now, settledBy: by, note },
    proceed: { previous: null, settledBy: by, note },
  }[action]
  await tables<'registry'>(tx)
    .updateTable('registry.nationalMessage')
    .set(change)
    .where('id', '=', message.id)
    .execute()
}

/** How a registry was last read. */
export interface FeedState {
  source: NationalSource
  askedAt: Date
  answeredAt: Date | null
  problem: 'not-configured' | 'unavailable' | null
}

export async function feedStates(tx: Tx): Promise<FeedState[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.nationalFeed')
    .select(['source', 'askedAt', 'answeredAt', 'problem'])
    .orderBy('source')
    .execute()
  return rows as FeedState[] // the table checks both words
}
