// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { organisationNames } from '../../registry/organisations/index.ts'
import { codesOf, deceasedAmong, getPersons } from '../../registry/people/index.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import { isRenewable, stateNow, type Rule } from './rules.ts'
import type { Delegation, Service, Side } from './schema.ts'
import { stepsOf, type DelegationKind, type DelegationState } from './states.ts'

/** The region's rules that hold on a day. */
export async function ruleOn(tx: Tx, day: Day): Promise<Rule> {
  return tables<'access'>(tx)
    .selectFrom('access.delegationRule')
    .select(['mostDelegates', 'mostRequests', 'answerDays', 'remindDays', 'longestDays'])
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy('region')
    .executeTakeFirstOrThrow(() => new Error(`access.delegation_rule has no row for ${day}`))
}

/** Below this age nobody signs in alone: a parent acts (AgID, Determinazione 51 of 3 March 2022, and the region's rules). */
export async function ownSignInAge(tx: Tx, day: Day): Promise<number> {
  const rule = await tables<'access'>(tx)
    .selectFrom('access.delegationRule')
    .select('ownSignInAge')
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy('region')
    .executeTakeFirstOrThrow(() => new Error(`access.delegation_rule has no row for ${day}`))
  return rule.ownSignInAge
}

/** Delegations as stored, with the first day and the first day after the last one. */
export function selectDelegations(tx: Tx) {
  return tables<'access'>(tx)
    .selectFrom('access.delegation')
    .select([
      'id',
      'kind',
      'state',
      'initiator',
      'delegatorId',
      'delegateId',
      'delegatorCode',
      'delegateCode',
      'services',
      'createdAt',
      'createdBy',
      'answerBy',
      'organisationId',
      'courtOrder',
      'scanReference',
      'reason',
    ])
    .select([sql<Day>`lower(valid)`.as('from'), sql<Day | null>`upper(valid)`.as('end')])
}

type Stored = Awaited<ReturnType<ReturnType<typeof selectDelegations>['execute']>>[number]

/** A delegation read from the database; checks of the table stand behind the narrower types. */
export type Row = Omit<Stored, 'kind' | 'state' | 'initiator' | 'services'> & {
  kind: DelegationKind
  state: DelegationState
  initiator: Side | 'desk'
  services: Service[]
}

/** Who looks: a person, with every code she ever had. */
export interface Viewer {
  personId: string
  codes: readonly string[]
}

export async function viewerOf(tx: Tx, personId: string): Promise<Viewer> {
  return { personId, codes: await codesOf(tx, personId) }
}

/** The delegations of a person, newest first, with the unanswered ones that were addressed to one of her codes. */
export async function delegationsOf(tx: Tx, { personId, codes }: Viewer): Promise<Row[]> {
  const rows = await selectDelegations(tx)
    .where((is) =>
      is.or([
        is('delegatorId', '=', personId),
        is('delegateId', '=', personId),
        ...(codes.length === 0
          ? []
          : [
              is.and([is('delegateCode', 'in', codes), is('delegateId', 'is', null), is('state', '=', 'pending')]),
              is.and([is('delegatorCode', 'in', codes), is('delegatorId', 'is', null), is('state', '=', 'pending')]),
            ]),
      ]),
    )
    .where((is) => is.or([is('state', '<>', 'draft'), is('initiator', '<>', 'desk')]))
    .orderBy('id', 'desc')
    .limit(500)
    .execute()
  return rows as Row[]
}

/** One delegation of a person, locked for a change; as if it did not exist for everybody else. */
export async function delegationOf(tx: Tx, viewer: Viewer, id: string, lock = false): Promise<Row & { side: Side }> {
  const row = (await selectDelegations(tx)
    .where('id', '=', id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()) as Row | undefined
  const side = row && sideOf(row, viewer)
  if (!row || !side || (row.initiator === 'desk' && row.state === 'draft'))
    throw notFound({ it: 'Delega', en: 'Delegation' })
  return { ...row, side }
}

/** Which side of a delegation somebody is on; undefined for a stranger. */
function sideOf(row: Row, { personId, codes }: Viewer): Side | undefined {
  if (row.delegatorId === personId) return 'delegator'
  if (row.delegateId === personId) return 'delegate'
  if (row.state !== 'pending') return undefined
  if (row.delegateId === null && row.delegateCode && codes.includes(row.delegateCode)) return 'delegate'
  return row.delegatorId === null && row.delegatorCode && codes.includes(row.delegatorCode) ? 'delegator' : undefined
}

/** What a delegation is now, death and time included. */
export async function statesNow(tx: Tx, rows: readonly Row[], now: Date): Promise<Map<string, DelegationState>> {
  const people = rows.flatMap((row) => [row.delegatorId, row.delegateId]).filter((id) => id !== null)
  const dead = await deceasedAmong(tx, people)
  const today = romeDay(now)
  return new Map(
    rows.map((row) => {
      const death = dead.has(row.delegatorId ?? '') || dead.has(row.delegateId ?? '')
      return [row.id, stateNow({ ...row, death }, now, today)]
    }),
  )
}

interface CourtOrder {
  powers?: string
}

/** Delegations as one of their two people sees them. */
export async function viewsOf(tx: Tx, viewer: Viewer, rows: readonly Row[], now: Date): Promise<Delegation[]> {
  const states = await statesNow(tx, rows, now)
  const ids = new Set(rows.flatMap((row) => [row.delegatorId, row.delegateId]).filter((id) => id !== null))
  const people = new Map((await getPersons(tx, [...ids])).map((person) => [person.id, person]))
  const offices = await organisationNames(
    tx,
    rows.map((row) => row.organisationId),
  )
  const today = romeDay(now)
  return rows.flatMap((row) => {
    const side = sideOf(row, viewer)
    const state = states.get(row.id)
    if (!side || !state) return []
    const [otherId, code] =
      side === 'delegator' ? [row.delegateId, row.delegateCode] : [row.delegatorId, row.delegatorCode]
    const other = otherId ? people.get(otherId) : undefined
    const order = row.courtOrder as CourtOrder | null // written by the desk's own shape
    return {
      id: row.id,
      kind: row.kind,
      state,
      side,
      asked: row.initiator === side,
      other: {
        name: other ? `${other.givenName} ${other.familyName}` : null,
        fiscalCode: other ? null : code,
      },
      services: row.services,
      from: row.from,
      until: row.end && addDays(row.end, -1),
      createdAt: row.createdAt.toISOString(),
      answerBy: state === 'pending' ? (row.answerBy?.toISOString() ?? null) : null,
      office: row.organisationId ? (offices.get(row.organisationId) ?? null) : null,
      powers: order?.powers ?? null,
      steps: stepsOf({ kind: row.kind, state, initiator: row.initiator }, side),
      renewable: side === 'delegator' && isRenewable(row.kind, state, row.end, today),
    }
  })
}
