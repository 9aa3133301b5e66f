// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { addDays, romeInstant, type Day } from '../../platform/time.ts'
import { organisationNames } from '../../registry/organisations/index.ts'
import { getPersons, recordsOf } from '../../registry/people/index.ts'
import type { Access, AuditAction, AuditRow, WhoKind } from './schema.ts'
import { roleName, unnamed, whatFor, whatWasDone } from './words.ts'

/** Which rows of the trail are wanted. Days are those of Italy, both included. */
export interface Wanted {
  patientId?: string
  actorId?: string
  objectId?: string | undefined
  from: Day
  to: Day
  who?: WhoKind | undefined
  action?: AuditAction | undefined
  object?: string | undefined
  outcome?: 'done' | 'refused' | undefined
}

/** A row as it is stored, with the instant to the microsecond. */
export interface Entry {
  id: string
  at: string
  actorKind: string
  personId: string | null
  role: string | null
  organisationId: string | null
  patientId: string | null
  onBehalfOf: string | null
  action: string
  objectType: string
  objectId: string | null
  purpose: string
  reason: string | null
  outcome: string
  address: string | null
  requestId: string
}

const badCursor = new Refusal(
  'access/bad-cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Riparti dalla prima pagina.', en: 'Start again from the first page.' } },
)
const badPeriod = new Refusal(
  'access/bad-period',
  400,
  { it: 'Il periodo non è valido.', en: 'The period is not valid.' },
  {
    field: 'from',
    next: {
      it: 'Il primo giorno viene prima dell’ultimo, e il periodo è di un anno al massimo.',
      en: 'The first day comes before the last, and the period is of one year at most.',
    },
  },
)

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readCursor(cursor: string): [at: string, id: string] {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!instant.test(at) || !uuid.test(id)) throw badCursor
  return [at, id]
}

/**
 * The rows wanted, newest first, and where the next page begins. Refuses `access/bad-cursor`, and `access/bad-period` for more than a
 * year: each month is a table of its own.
 */
export async function readEntries(
  tx: Tx,
  wanted: Wanted,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ entries: Entry[]; nextCursor: string | null }> {
  const [from, to] = [romeInstant(wanted.from), romeInstant(addDays(wanted.to, 1))]
  if (!(from < to) || to.getTime() - from.getTime() > 367 * 86_400_000) throw badPeriod
  const at = sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  let query = tables<'access'>(tx)
    .selectFrom('access.auditEntry')
    .select(['id', 'actorKind', 'personId', 'role', 'organisationId', 'patientId', 'onBehalfOf', 'action'])
    .select([
      'objectType',
      'objectId',
      'purpose',
      'reason',
      'outcome',
      'requestId',
      sql<string | null>`host(address)`.as('address'),
    ])
    .select(at.as('at'))
    .where('at', '>=', from)
    .where('at', '<', to)
  if (wanted.patientId) query = query.where('patientId', 'in', await recordsOf(tx, wanted.patientId))
  if (wanted.actorId) query = query.where('personId', '=', wanted.actorId)
  if (wanted.objectId) query = query.where('objectId', '=', wanted.objectId)
  if (wanted.who) query = query.where(isOfKind(wanted.who))
  if (wanted.action) query = query.where('action', '=', wanted.action)
  if (wanted.object) query = query.where('objectType', '=', wanted.object)
  if (wanted.outcome) query = query.where('outcome', '=', wanted.outcome)
  if (page.cursor) {
    const [lastAt, lastId] = readCursor(page.cursor)
    query = query.where(sql<boolean>`(at, id) < (${lastAt}::timestamptz, ${lastId}::uuid)`)
  }
  const found = await query
    .orderBy('access.auditEntry.at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const entries = found.slice(0, page.limit)
  const last = found.length > page.limit ? entries.at(-1) : undefined
  return { entries, nextCursor: last ? Buffer.from(`${last.at} ${last.id}`).toString('base64url') : null }
}

function isOfKind(who: WhoKind) {
  if (who === 'self') return sql<boolean>`actor_kind = 'citizen' and on_behalf_of is null`
  if (who === 'delegate') return sql<boolean>`actor_kind = 'citizen' and on_behalf_of is not null`
  if (who === 'automatic') return sql<boolean>`actor_kind in ('system', 'machine', 'public')`
  return sql<boolean>`actor_kind = ${who}`
}

function kindOf({ actorKind, onBehalfOf }: Entry): WhoKind {
  if (actorKind === 'citizen') return onBehalfOf ? 'delegate' : 'self'
  return actorKind === 'professional' || actorKind === 'partner' ? actorKind : 'automatic'
}

/** Who is told: in which language, and which rows are her own. */
type Reader = Pick<Actor, 'language' | 'personId'>

interface Names {
  people: ReadonlyMap<string, string>
  organisations: ReadonlyMap<string, string>
}

function viewOf(entry: Entry, { language, personId }: Reader, { people, organisations }: Names): Access {
  const action = entry.action as AuditAction // checked by the table
  return {
    id: entry.id,
    at: entry.at,
    who: {
      kind: kindOf(entry),
      you: entry.personId !== null && entry.personId === personId,
      name: people.get(entry.personId ?? '') ?? unnamed(language, entry.actorKind),
      role: entry.role && roleName(language, entry.role),
      organisation: organisations.get(entry.organisationId ?? '') ?? null,
    },
    onBehalf: entry.onBehalfOf !== null,
    action,
    what: whatWasDone(language, action, entry.objectType, entry.outcome),
    why: whatFor(language, entry.purpose),
    // What an auditor gives as reason is about his inquiry, not about the person.
    reason: action === 'BREAK_GLASS' ? entry.reason : null,
    outcome: entry.outcome as Access['outcome'], // checked by the table
  }
}

/** Rows in plain words, with the names of the people and organisations they speak of. */
export async function inWords(db: Db, reader: Reader, entries: readonly Entry[]): Promise<Access[]> {
  const names = await namesOf(db, entries)
  return entries.map((entry) => viewOf(entry, reader, names))
}

/** Rows as auditors see them: with the person whose data it is, and what else was kept. */
export async function forAuditors(db: Db, reader: Reader, entries: readonly Entry[]): Promise<AuditRow[]> {
  const names = await namesOf(db, entries)
  return entries.map((entry) => ({
    ...viewOf(entry, reader, names),
    patient: entry.patientId === null ? null : { id: entry.patientId, name: names.people.get(entry.patientId) ?? '' },
    object: entry.objectType,
    objectId: entry.objectId,
    purpose: entry.purpose,
    reason: entry.reason,
    address: entry.address,
    requestId: entry.requestId,
  }))
}

/** Names by id. A person may know the name of whoever saw her data, though not see that person's own data. */
async function namesOf(db: Db, entries: readonly Entry[]): Promise<Names> {
  const ids = (pick: (entry: Entry) => string | null) => [...new Set(entries.flatMap((entry) => pick(entry) ?? []))]
  const { people, organisations } = await asSystem(db, async (tx) => ({
    people: await getPersons(tx, [...ids((entry) => entry.personId), ...ids((entry) => entry.patientId)]),
    organisations: await organisationNames(
      tx,
      entries.map((entry) => entry.organisationId),
    ),
  }))
  return {
    people: new Map(people.map(({ id, givenName, familyName }) => [id, `${givenName} ${familyName}`])),
    organisations,
  }
}
