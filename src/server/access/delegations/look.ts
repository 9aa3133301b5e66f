// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit, readEntries, whatFor, whatWasDone, type AuditAction } from '../audit/index.ts'
import { findHealthCode, findPersonByFiscalCode, getPerson, getPersons, minorsOf } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, ageOn, romeDay } from '../../platform/time.ts'
import { asOneself, note } from './delegations.ts'
import { delegationOf, delegationsOf, ruleOn, selectDelegations, viewsOf, type Row } from './rows.ts'
import type { Acts, Delegation, DelegationDetail, Delegations, Service } from './schema.ts'
import { open, type DelegationKind, type DelegationState } from './states.ts'
import type { Static } from 'typebox'

/** Everything about the signed-in person: whom she delegated, who delegated her, her minor children and wards. */
export function listDelegations(platform: Platform, actor: Actor): Promise<Delegations> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const now = platform.now()
    const today = romeDay(now)
    const views = await viewsOf(tx, viewer, await delegationsOf(tx, viewer), now)
    const minors = await minorsOf(tx, viewer.personId, today)
    const me = await getPerson(tx, viewer.personId)
    const rule = await ruleOn(tx, today)
    const given = views.filter(({ side }) => side === 'delegator')
    const entry = { action: 'SEARCH', object: 'delegation', purpose: 'delegation' } as const
    await audit(tx, actor, ...[me, ...minors].map(({ id }) => ({ ...entry, patientId: id })))
    return {
      given,
      received: views.filter(({ side }) => side === 'delegate'),
      minors: minors.map(({ givenName, familyName, birthDate, relation, until }) => ({
        givenName,
        familyName,
        birthDate,
        relation,
        until: addDays(until, -1),
      })),
      rules: {
        mostDelegates: rule.mostDelegates,
        delegates: delegatesAmong(given),
        answerDays: rule.answerDays,
        longestDays: rule.longestDays,
      },
      ofAge: ageOn(me.birthDate, today) >= 18,
    }
  })
}

/** People somebody has chosen as delegates: those a judge chose, and those who only ask, do not count. */
function delegatesAmong(given: readonly Delegation[]): number {
  const counting = given.filter(
    (one) =>
      (one.kind === 'voluntary' || one.kind === 'desk') &&
      open.includes(one.state) &&
      (one.asked || one.state !== 'pending' || one.kind === 'desk'),
  )
  return new Set(counting.map(({ other }) => other.name ?? other.fiscalCode)).size
}

/** One delegation with its history. */
export function showDelegation(platform: Platform, actor: Actor, id: string): Promise<DelegationDetail> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const row = await delegationOf(tx, viewer, id)
    const [view] = await viewsOf(tx, viewer, [row], platform.now())
    const changes = await tables<'access'>(tx)
      .selectFrom('access.delegationChange')
      .select(['at', 'fromState', 'toState', 'changedAs', 'changedBy', 'services', 'reason'])
      .select(({ fn }) => fn<string | null>('upper', ['valid']).as('end'))
      .where('delegationId', '=', id)
      .orderBy('id')
      .execute()
    await note(tx, actor, 'READ', row)
    return {
      ...view!, // delegationOf refuses strangers
      history: changes.map((change) => ({
        at: change.at.toISOString(),
        from: change.fromState as DelegationState | null,
        to: change.toState as DelegationState,
        by: hand(change.changedAs, change.changedBy, viewer.personId),
        services: change.services as Service[],
        until: change.end && addDays(change.end, -1),
        reason: change.reason,
      })),
    }
  })
}

function hand(as: string, by: string | null, me: string): 'you' | 'other' | 'desk' | 'system' {
  if (as === 'desk' || as === 'system') return as
  return by === me ? 'you' : 'other'
}

const pageSize = 20

/** The longest the trail is read at once: each month of it is a table of its own. */
const mostDays = 365

/** What the delegate of one delegation did in the name of the signed-in delegator, newest first, as the audit trail has it. */
export function listActs(
  platform: Platform,
  actor: Actor,
  id: string,
  cursor: string | undefined,
): Promise<Static<typeof Acts>> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const row = await delegationOf(tx, viewer, id)
    if (row.side !== 'delegator') throw notFound({ it: 'Delega', en: 'Delegation' })
    await note(tx, actor, 'READ', row)
    if (!row.delegateId) return { items: [], nextCursor: null }
    const to = romeDay(platform.now())
    const [made, yearAgo] = [romeDay(row.createdAt), addDays(to, -mostDays)]
    const from = made > yearAgo ? made : yearAgo
    const wanted = {
      patientId: viewer.personId,
      actorId: row.delegateId,
      from,
      to,
      who: 'delegate',
      outcome: 'done',
    } as const
    const { entries, nextCursor } = await readEntries(tx, wanted, { cursor, limit: pageSize })
    const items = entries
      .filter(({ objectType }) => objectType !== 'delegation') // done for oneself, though it concerns both
      .map((entry) => ({
        id: entry.id,
        at: entry.at,
        what: whatWasDone(actor.language, entry.action as AuditAction, entry.objectType, 'done'), // the table checks it
        why: whatFor(actor.language, entry.purpose),
      }))
    return { items, nextCursor }
  })
}

export interface DelegationParty {
  name: string
  fiscalCode: string | null
}

/** A delegation with both names, as its paper shows them. */
export interface DelegationFacts {
  id: string
  kind: DelegationKind
  state: DelegationState
  delegator: DelegationParty
  delegate: DelegationParty
  services: Service[]
  from: string
  until: string | null
  office: string | null
  acceptedAt: Date | null
}

/** What the paper of a delegation says, for one of its two people. Refused while the other one is not known yet. */
export function delegationPaper(platform: Platform, actor: Actor, id: string): Promise<DelegationFacts> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const row = await delegationOf(tx, viewer, id)
    if (!row.delegatorId || !row.delegateId) throw noPaper
    const now = platform.now()
    const [view] = await viewsOf(tx, viewer, [row], now)
    const people = await getPersons(tx, [row.delegatorId, row.delegateId])
    const party = async (personId: string): Promise<DelegationParty> => {
      const person = people.find((one) => one.id === personId)!
      const code = await findHealthCode(tx, personId, romeDay(now))
      return { name: `${person.givenName} ${person.familyName}`, fiscalCode: code?.value ?? null }
    }
    const { acceptedAt } = await tables<'access'>(tx)
      .selectFrom('access.delegation')
      .select('acceptedAt')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await note(tx, actor, 'PRINT', row)
    return {
      ...view!, // delegationOf refuses strangers
      delegator: await party(row.delegatorId),
      delegate: await party(row.delegateId),
      acceptedAt,
    }
  })
}

const noPaper = new Refusal('delegations/no-paper', 409, {
  it: 'Il documento si può stampare quando la delega è stata accettata.',
  en: 'The document can be printed once the delegation has been accepted.',
})

/** Who is to be told of a delegation, on each side: of an unanswered one, the living person who holds the code. */
export async function partiesOf(
  tx: Tx,
  id: string,
): Promise<{ delegator: string | undefined; delegate: string | undefined; until: string | null } | undefined> {
  const row = (await selectDelegations(tx).where('id', '=', id).executeTakeFirst()) as Row | undefined
  if (!row) return undefined
  const holder = async (personId: string | null, code: string | null) =>
    personId ?? (code ? (await findPersonByFiscalCode(tx, code))?.id : undefined)
  return {
    delegator: await holder(row.delegatorId, row.delegatorCode),
    delegate: await holder(row.delegateId, row.delegateCode),
    until: row.end && addDays(row.end, -1),
  }
}

/** Whether a person acts for another by a delegation between adults, and not as parent, guardian or by a judge's order. */
export async function actsByDelegation(tx: Tx, delegateId: string, patientId: string, day: string): Promise<boolean> {
  const { rows } = await sql`
    select from access.acting_for(${delegateId}::uuid, ${day}::date)
    where patient_id = ${patientId}::uuid and relation = 'delegator'`.execute(tx)
  return rows.length > 0
}
