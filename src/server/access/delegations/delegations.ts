// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readPersonCode } from '../../../shared/fiscal-code.ts'
import { audit, type AuditAction } from '../audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { publish, type DelegationNews } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { daysBetween, romeDay, type Day } from '../../platform/time.ts'
import * as refused from './rules.ts'
import { daterange, isRenewable, periodOf } from './rules.ts'
import { delegationOf, ruleOn, selectDelegations, statesNow, viewerOf, type Row, type Viewer } from './rows.ts'
import type { NewDelegation, Service, Side } from './schema.ts'
import { may, steps, type Step } from './states.ts'

/** What is told of each step a person takes. */
const news = {
  accept: 'accepted',
  reject: 'rejected',
  revoke: 'revoked',
  suspend: 'suspended',
  resume: 'resumed',
} as const satisfies Record<Step, DelegationNews>

/**
 * Work of one signed-in person on delegations. It runs as the system because two people meet in each row, so every query
 * names the person; the audit trail and the history name her too.
 */
export async function asOneself<T>(
  { db }: Platform,
  actor: Actor,
  work: (tx: Tx, viewer: Viewer) => Promise<T>,
): Promise<T> {
  return asSystem(db, async (tx) => work(tx, await viewerOf(tx, actor.personId!))) // routes for citizens have one
}

/** Notes in the trail what was done to a delegation: a change also in the trail of the other side, when known. */
export async function note(
  tx: Tx,
  actor: Actor,
  action: AuditAction,
  row: Pick<Row, 'id' | 'delegatorId' | 'delegateId'>,
): Promise<void> {
  const others = action === 'READ' || action === 'PRINT' ? [] : [row.delegatorId, row.delegateId]
  const people = new Set([actor.personId, ...others].filter((id) => id !== null))
  const entry = { action, object: 'delegation', objectId: row.id, purpose: 'delegation' } as const
  await audit(tx, actor, ...[...people].map((patientId) => ({ ...entry, patientId })))
}

/** A code as it is stored. @throws Refusal `delegations/bad-code` */
export function cleanedCode(typed: string): string {
  const code = readPersonCode(typed)
  if (!code) throw refused.badCode
  return code.value
}

/** The person with this code among those the viewer already has an agreed delegation with, who are no secret to her. */
async function knownBy(tx: Tx, viewer: Viewer, side: Side, code: string): Promise<string | null> {
  const [mine, theirs] =
    side === 'delegator' ? (['delegatorId', 'delegateId'] as const) : (['delegateId', 'delegatorId'] as const)
  const rows = await selectDelegations(tx)
    .where(mine, '=', viewer.personId)
    .where(theirs, 'is not', null)
    .where('state', 'in', ['active', 'suspended'])
    .execute()
  for (const row of rows) {
    const id = row[theirs]!
    if ((await viewerOf(tx, id)).codes.includes(code)) return id
  }
  return null
}

/**
 * Makes a delegation, to be accepted by the other side within the days of the rule. The registry is not asked whose code it
 * is: the answer is the same for a code that nobody holds. The same key asked twice gives the same delegation.
 */
export function propose(platform: Platform, actor: Actor, key: string, wish: NewDelegation): Promise<string> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const own = tables<'access'>(tx)
    const done = await own
      .selectFrom('access.delegation')
      .select('id')
      .where('createdBy', '=', viewer.personId)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (done) {
      await note(tx, actor, 'READ', { id: done.id, delegatorId: null, delegateId: null })
      return done.id
    }
    const code = cleanedCode(wish.fiscalCode)
    if (viewer.codes.includes(code)) throw refused.toOneself
    const now = platform.now()
    const rule = await ruleOn(tx, romeDay(now))
    const { from, until } = periodOf(wish, romeDay(now), rule)
    const other = await knownBy(tx, viewer, wish.side, code)
    const mine = wish.side
    return insert(tx, actor, now, {
      initiator: mine,
      delegatorId: mine === 'delegator' ? viewer.personId : other,
      delegateId: mine === 'delegate' ? viewer.personId : other,
      delegatorCode: mine === 'delegate' ? code : null,
      delegateCode: mine === 'delegator' ? code : null,
      services: wish.services,
      valid: daterange(from, until),
      answerBy: deadline(now, rule.answerDays, until),
      idempotencyKey: key,
    })
  })
}

interface NewRow {
  initiator: Side
  delegatorId: string | null
  delegateId: string | null
  delegatorCode: string | null
  delegateCode: string | null
  services: readonly Service[]
  valid: string
  answerBy: Date
  idempotencyKey: string
  renews?: string
}

/** The other side may answer for so many days, and not after the last day of the delegation. */
function deadline(now: Date, answerDays: number, until: Day): Date {
  const days = Math.min(answerDays, daysBetween(romeDay(now), until) + 1)
  return new Date(now.getTime() + days * 86_400_000)
}

async function insert(tx: Tx, actor: Actor, now: Date, row: NewRow): Promise<string> {
  const id = uuidv7(now.getTime())
  await expireUnanswered(tx, row, now)
  await tables<'access'>(tx)
    .insertInto('access.delegation')
    .values({
      id,
      kind: 'voluntary',
      state: 'pending',
      evidence: 'online',
      ...row,
      services: [...row.services],
      createdBy: actor.personId,
      createdAt: now,
      changedAt: now,
      changedAs: row.initiator,
      changedBy: actor.personId,
    })
    .execute()
  await note(tx, actor, 'CREATE', { id, ...row })
  await publish(tx, 'delegations.changed', { delegationId: id, what: 'asked' })
  return id
}

/** Writes down that nobody answered in time, so that the same two can ask again before the worker has passed. */
async function expireUnanswered(tx: Tx, row: NewRow, now: Date): Promise<void> {
  const mine = row.initiator === 'delegator' ? 'delegatorId' : 'delegateId'
  await tables<'access'>(tx)
    .updateTable('access.delegation')
    .set({ state: 'expired', endedAt: now, changedAt: now, changedAs: 'system', changedBy: null, reason: null })
    .where(mine, '=', row[mine])
    .where('state', '=', 'pending')
    .where('answerBy', '<=', now)
    .execute()
}

export interface StepWish {
  /** The delegator may grant fewer services than were asked for. */
  services?: readonly Service[]
  reason?: string
}

/**
 * Takes a step of the table in `states.ts`: accept, reject, revoke, suspend, resume. It holds from the next request of
 * anybody, because the people a session may act for are computed for each request.
 */
export function take(platform: Platform, actor: Actor, id: string, step: Step, wish: StepWish = {}): Promise<void> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const row = await delegationOf(tx, viewer, id, true)
    const now = platform.now()
    const state = (await statesNow(tx, [row], now)).get(id)!
    if (row.state === 'pending' && state === 'expired') throw refused.tooLate
    if (!may({ ...row, state }, row.side, step)) throw refused.wrongState
    const services = narrowed(row, wish.services)
    const accepted = step === 'accept' && {
      acceptedBy: viewer.personId,
      acceptedAt: now,
      ...(row.side === 'delegator' ? { delegatorId: viewer.personId } : { delegateId: viewer.personId }),
    }
    await tables<'access'>(tx)
      .updateTable('access.delegation')
      .set({
        state: steps[step],
        services,
        changedAt: now,
        changedAs: row.side,
        changedBy: viewer.personId,
        reason: wish.reason ?? null,
        ...accepted,
        ...((step === 'revoke' || step === 'reject') && { endedAt: now }),
      })
      .where('id', '=', id)
      .execute()
    await note(tx, actor, 'UPDATE', { ...row, ...accepted })
    const what = step === 'revoke' && row.state === 'pending' ? 'withdrawn' : news[step]
    await publish(tx, 'delegations.changed', { delegationId: id, what })
  })
}

function narrowed(row: Row & { side: Side }, wish: readonly Service[] | undefined): Service[] {
  if (!wish) return row.services
  if (row.side !== 'delegator' || !wish.every((service) => row.services.includes(service))) throw refused.notFewer
  return [...wish]
}

/** Asks the delegate for another period, after the one that runs or ran out. He accepts it as he did the first. */
export function renew(platform: Platform, actor: Actor, id: string, key: string, until: Day): Promise<string> {
  return asOneself(platform, actor, async (tx, viewer) => {
    const row = await delegationOf(tx, viewer, id, true)
    const done = await tables<'access'>(tx)
      .selectFrom('access.delegation')
      .select('id')
      .where('createdBy', '=', viewer.personId)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (done) {
      await note(tx, actor, 'READ', row)
      return done.id
    }
    const now = platform.now()
    const today = romeDay(now)
    const state = (await statesNow(tx, [row], now)).get(id)!
    const { delegateId, end } = row
    if (row.side !== 'delegator' || !delegateId || !end || !isRenewable(row.kind, state, end, today))
      throw refused.notRenewable
    const rule = await ruleOn(tx, today)
    const period = periodOf({ from: end > today ? end : today, until }, today, rule)
    return insert(tx, actor, now, {
      initiator: 'delegator',
      delegatorId: viewer.personId,
      delegateId,
      delegatorCode: null,
      delegateCode: row.delegateCode,
      services: row.services,
      valid: daterange(period.from, period.until),
      answerBy: deadline(now, rule.answerDays, period.until),
      idempotencyKey: key,
      renews: id,
    })
  })
}
