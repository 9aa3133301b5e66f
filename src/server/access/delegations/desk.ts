// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../audit/index.ts'
import { findPersonByFiscalCode, getPersons } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish, type DelegationNews } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import { cleanedCode } from './delegations.ts'
import { daterange, periodOf, wrongState, type Rule } from './rules.ts'
import { ruleOn, selectDelegations, statesNow, type Row } from './rows.ts'
import type { DeskDelegation } from './schema.ts'
import { courtKinds, may, steps, stepsOf, type DelegationState, type Step } from './states.ts'

/** A clerk at work: who, and for which organisation. */
export interface Clerk {
  actor: Actor & { personId: string }
  organisationId: string
}

const unknownPerson = (field: string) =>
  new Refusal(
    'delegations/unknown-person',
    422,
    { it: 'Nell’anagrafe non c’è nessuno con questo codice.', en: 'The registry knows nobody with this code.' },
    {
      field,
      next: { it: 'Controlla il documento e la tessera sanitaria.', en: 'Check the document and the health card.' },
    },
  )

async function personWith(tx: Tx, code: string, field: string): Promise<string> {
  const person = await findPersonByFiscalCode(tx, cleanedCode(code))
  if (!person) throw unknownPerson(field)
  return person.id
}

/** What a registration becomes when its scan is there: agreed ones hold at once, a judge's wait for a second clerk. */
const withScan = (kind: DeskDelegation['kind']): DelegationState => (courtKinds.includes(kind) ? 'pending' : 'active')

/**
 * Registers a delegation signed before a clerk, or an order of a judge. Without the reference of the scan it stays a draft.
 * At a desk people stand in front of the clerk with a document: here the registry is asked, and the clerk is told.
 *
 * @throws Refusal `delegations/unknown-person`, `delegations/bad-period`, and what the database refuses
 */
export function register(platform: Platform, clerk: Clerk, key: string, wish: DeskDelegation): Promise<string> {
  return asSystem(platform.db, async (tx) => {
    const own = tables<'access'>(tx)
    const { personId } = clerk.actor
    const done = await own
      .selectFrom('access.delegation')
      .select(['id', 'delegatorId', 'delegateId'])
      .where('createdBy', '=', personId)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (done) {
      await noteDesk(tx, clerk, 'READ', done)
      return done.id
    }
    const now = platform.now()
    const today = romeDay(now)
    const rule = await ruleOn(tx, today)
    if (wish.document.expiresOn < today) throw documentExpired
    const period = deskPeriod(wish, today, rule)
    const delegatorId = await personWith(tx, wish.delegatorCode, 'delegatorCode')
    const delegateId = await personWith(tx, wish.delegateCode, 'delegateCode')
    const id = uuidv7(now.getTime())
    await own
      .insertInto('access.delegation')
      .values({
        id,
        kind: wish.kind,
        initiator: 'desk',
        state: wish.scanReference ? withScan(wish.kind) : 'draft',
        evidence: 'desk',
        delegatorId,
        delegateId,
        services: [...wish.services],
        valid: daterange(period.from, period.until),
        organisationId: clerk.organisationId,
        document: JSON.stringify(wish.document),
        courtOrder: wish.courtOrder ? JSON.stringify(wish.courtOrder) : null,
        scanReference: wish.scanReference ?? null,
        answerBy: new Date(now.getTime() + rule.answerDays * 86_400_000),
        createdBy: personId,
        createdAt: now,
        idempotencyKey: key,
        changedAt: now,
        changedAs: 'desk',
        changedBy: personId,
      })
      .execute()
    await noteDesk(tx, clerk, 'CREATE', { id, delegatorId, delegateId })
    if (wish.scanReference && wish.kind === 'desk') await tell(tx, id, 'registered')
    return id
  })
}

/** A judge sets any days, also in the past and without end; what two adults agree on has the limits of the region. */
function deskPeriod({ kind, from, until }: DeskDelegation, today: Day, rule: Rule): { from: Day; until: Day | null } {
  if (kind !== 'desk') return { from: from ?? today, until: until ?? null }
  if (!until) throw noEnd
  return periodOf({ ...(from && { from }), until }, today, rule)
}

const noEnd = new Refusal(
  'delegations/bad-period',
  422,
  { it: 'Indica l’ultimo giorno della delega.', en: 'Give the last day of the delegation.' },
  { field: 'until' },
)
const documentExpired = new Refusal(
  'delegations/document-expired',
  422,
  { it: 'Il documento di identità è scaduto.', en: 'The identity document has expired.' },
  { field: 'document/expiresOn' },
)

/** Adds the reference of the scanned paper to a draft, which then holds, or waits for a second clerk. */
export function addScan(platform: Platform, clerk: Clerk, id: string, scanReference: string): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const row = await atDesk(tx, clerk, id)
    const [state] = (await statesNow(tx, [row], platform.now())).values()
    if (state !== 'draft') throw wrongState
    await change(tx, platform, clerk, row, { state: withScan(row.kind as DeskDelegation['kind']), scanReference })
    if (row.kind === 'desk') await tell(tx, id, 'registered')
  })
}

/** Steps a clerk may take, by the table of states. Accepting a judge's order takes another clerk than who registered it. */
export function takeAtDesk(platform: Platform, clerk: Clerk, id: string, step: Step, reason?: string): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const row = await atDesk(tx, clerk, id)
    const state = (await statesNow(tx, [row], platform.now())).get(id)!
    if (!may({ ...row, state }, 'desk', step)) throw wrongState
    const verified = step === 'accept' && { verifiedBy: clerk.actor.personId }
    const ended = (step === 'revoke' || step === 'reject') && { endedAt: platform.now() }
    await change(tx, platform, clerk, row, { state: steps[step], reason: reason ?? null, ...verified, ...ended })
    if (state !== 'draft') await tell(tx, id, newsAtDesk[step])
  })
}

const newsAtDesk: Record<Step, DelegationNews> = {
  accept: 'registered',
  reject: 'rejected',
  revoke: 'revoked',
  suspend: 'suspended',
  resume: 'resumed',
}

/** A registration of the clerk's own organisation, locked; as if it did not exist for the others. */
async function atDesk(tx: Tx, clerk: Clerk, id: string): Promise<Row> {
  const row = await selectDelegations(tx)
    .where('id', '=', id)
    .where('initiator', '=', 'desk')
    .where('organisationId', '=', clerk.organisationId)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound({ it: 'Delega', en: 'Delegation' })
  return row as Row // checked by the table
}

interface DeskChange {
  state: DelegationState
  scanReference?: string
  verifiedBy?: string
  endedAt?: Date
  reason?: string | null
}

async function change(tx: Tx, platform: Platform, clerk: Clerk, row: Row, what: DeskChange): Promise<void> {
  await tables<'access'>(tx)
    .updateTable('access.delegation')
    .set({ ...what, changedAt: platform.now(), changedAs: 'desk', changedBy: clerk.actor.personId })
    .where('id', '=', row.id)
    .execute()
  await noteDesk(tx, clerk, 'UPDATE', row)
}

const tell = (tx: Tx, delegationId: string, what: DelegationNews) =>
  publish(tx, 'delegations.changed', { delegationId, what })

async function noteDesk(
  tx: Tx,
  { actor }: Clerk,
  action: AuditAction,
  row: Pick<Row, 'id' | 'delegatorId' | 'delegateId'>,
): Promise<void> {
  const entry = { action, object: 'delegation', objectId: row.id, purpose: 'delegation' } as const
  const people = [row.delegatorId, row.delegateId].filter((id) => id !== null)
  await audit(tx, actor, ...people.map((patientId) => ({ ...entry, patientId })))
}

/** The registrations of a desk: those that wait for a scan or a second clerk, or those that run. The newest 200 of them. */
export function listAtDesk(
  platform: Platform,
  clerk: Clerk,
  which: 'waiting' | 'running' = 'waiting',
): Promise<DeskRow[]> {
  const states: DelegationState[] = which === 'waiting' ? ['draft', 'pending'] : ['active', 'suspended']
  return asSystem(platform.db, async (tx) => {
    const rows = (await selectDelegations(tx)
      .where('initiator', '=', 'desk')
      .where('organisationId', '=', clerk.organisationId)
      .where('state', 'in', states)
      .orderBy('id', 'desc')
      .limit(200)
      .execute()) as Row[] // checked by the table
    const people = await getPersons(tx, [...new Set(rows.flatMap((row) => [row.delegatorId!, row.delegateId!]))])
    const names = new Map(people.map((one) => [one.id, `${one.givenName} ${one.familyName}`]))
    const entry = { action: 'SEARCH', object: 'delegation', purpose: 'delegation' } as const
    const seen = rows.flatMap(({ id, delegatorId, delegateId }) =>
      [delegatorId!, delegateId!].map((patientId) => ({ ...entry, objectId: id, patientId })),
    )
    await audit(tx, clerk.actor, ...seen)
    return rows.map(({ id, kind, state, delegatorId, delegateId, createdBy, end }) => ({
      id,
      kind,
      state,
      delegator: names.get(delegatorId!) ?? '', // a desk registers known people only
      delegate: names.get(delegateId!) ?? '',
      until: end && addDays(end, -1),
      registeredByMe: createdBy === clerk.actor.personId,
      steps: stepsOf({ kind, state, initiator: 'desk' }, 'desk'),
    }))
  })
}

export interface DeskRow {
  id: string
  kind: Row['kind']
  state: Row['state']
  delegator: string
  delegate: string
  /** Last day. */
  until: Day | null
  /** Another clerk has to verify it. */
  registeredByMe: boolean
  /** What a clerk may do with it now. */
  steps: Step[]
}
