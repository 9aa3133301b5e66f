// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { setTimeout as pass } from 'node:timers/promises'
import { cleanCode, readPersonCode } from '../../../shared/fiscal-code.ts'
import { findCardholder } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, withActor, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { audit } from '../audit/index.ts'
import { forgive, networkOf, orderCode, readMobile, tryCode, useAllowances, type Mac } from '../codes/index.ts'
import type { FlowConfig } from './config.ts'
import { issueGrant } from './grants.ts'
import { findOpen } from './purposes.ts'
import {
  cardInvalid,
  codeOver,
  codeWrong,
  expiryMissing,
  fiscalCodeInvalid,
  mobileInvalid,
  notOpen,
  notVerified,
  tooOften,
} from './refusals.ts'
import { asksExpiry, endingAllowances, isHerCard, readCard } from './rules.ts'

/** What this room works with. */
export interface Flows {
  platform: Platform
  config: FlowConfig
  mac: Mac
}

/**
 * What a purpose says of itself while it is open.
 *
 * @throws Refusal `public-flows/not-open` for one that never was, is not yet, or is over
 */
export async function getPurpose({ platform, config }: Omit<Flows, 'mac'>, actor: Actor, code: string) {
  const open = await withActor(platform.db, actor, (tx) => findOpen(tx, code, platform.now()))
  if (!open) throw notOpen
  const cardExpiry = asksExpiry(config, romeDay(platform.now()))
  return { code, title: open.title[actor.language], until: open.until, card: config.card, cardExpiry }
}

export interface Start {
  purpose: string
  fiscalCode: string
  card: string
  /** Counts only while the region asks for it. */
  cardExpiry?: string
  mobile: string
}

/**
 * Starts a flow: a code is sent to the number typed, whoever was named. Whether there is such a person and whether the card
 * is hers is known inside only; answer, message and work are the same (docs/adr/0010-public-flows-tell-nothing.md).
 *
 * @throws Refusal `public-flows/not-open`, `…-invalid` for what cannot be, `public-flows/too-often`
 */
export async function startFlow(flows: Flows, actor: Actor, start: Start): Promise<{ flowId: string }> {
  const earliest = pass(flows.config.answerAfterMs)
  const typed = read(flows, start)
  const order = await asSystem(flows.platform.db, (tx) => writeFlow(flows, tx, actor, typed))
  await earliest
  if ('wait' in order) throw tooOften(order.wait)
  return order
}

type Typed = ReturnType<typeof read>

function read({ config, platform }: Flows, start: Start) {
  const fiscalCode = readPersonCode(start.fiscalCode)?.value
  if (fiscalCode === undefined) throw fiscalCodeInvalid
  const card = readCard(start.card, config.card)
  if (card === undefined) throw cardInvalid(config.card)
  const expiresOn = asksExpiry(config, romeDay(platform.now())) ? start.cardExpiry : null
  if (expiresOn === undefined) throw expiryMissing
  const mobile = readMobile(start.mobile)
  if (mobile === undefined) throw mobileInvalid
  return { purpose: start.purpose, fiscalCode, card: { number: card, expiresOn }, mobile }
}

async function writeFlow(
  { platform, mac }: Flows,
  tx: Tx,
  actor: Actor,
  { purpose, fiscalCode, card, mobile }: Typed,
): Promise<{ flowId: string } | { wait: number }> {
  const now = platform.now()
  if (!(await findOpen(tx, purpose, now))) throw notOpen
  const holder = await findCardholder(tx, fiscalCode, romeDay(now))
  const matches = isHerCard(mac, card, holder)
  const id = uuidv7(now.getTime())
  const { language } = actor
  const code = await orderCode(tx, platform, mac, {
    purpose: 'public-flow',
    mobile,
    person: fiscalCode,
    language,
    from: actor,
  })
  if ('wait' in code) return code
  await tables<'access'>(tx)
    .insertInto('access.publicFlow')
    .values({
      id,
      purpose,
      owner: mac('code', 'owner', fiscalCode),
      personId: matches ? (holder?.id ?? null) : null,
      codeId: code.id,
      createdAt: now,
    })
    .execute()
  // One row in every case: a person sees also who tried a wrong card in her name.
  await audit(tx, actor, {
    action: 'SEARCH',
    patientId: holder?.id ?? null,
    object: 'public-flow',
    objectId: id,
    purpose: 'public-flow',
    outcome: matches ? 'done' : 'refused',
  })
  return { flowId: id }
}

export type Granted = { token: string; purpose: string; expiresAt: Date; next: string | null }
type Ending =
  | { kind: 'granted'; granted: Granted }
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'over' | 'not-verified' }

/**
 * Ends a flow with the code that arrived. Only now, to who has shown that the telephone is theirs, it is said whether the
 * data was right; wrong card, nobody of that name and too many attempts are one answer.
 *
 * @throws Refusal `public-flows/code-wrong`, `…/code-over`, `…/not-verified`
 */
export async function endFlow(
  flows: Flows,
  actor: Actor,
  flow: { id: string; fiscalCode: string; code: string },
): Promise<Granted> {
  const ending = await asSystem(flows.platform.db, (tx) => finish(flows, tx, actor, flow))
  switch (ending.kind) {
    case 'granted':
      return ending.granted
    case 'wrong':
      throw ending.triesLeft > 0 ? codeWrong(ending.triesLeft) : codeOver
    case 'over':
      throw codeOver
    default:
      throw notVerified
  }
}

/** Every outcome is committed: a try, a use of an allowance and a refusal count too. */
async function finish(
  { platform, config, mac }: Flows,
  tx: Tx,
  actor: Actor,
  typed: { id: string; fiscalCode: string; code: string },
): Promise<Ending> {
  const now = platform.now()
  actor.audited = true
  const person = cleanCode(typed.fiscalCode)
  const own = tables<'access'>(tx)
  const flow = await own
    .selectFrom('access.publicFlow')
    .select(['id', 'purpose', 'personId', 'codeId'])
    .where('id', '=', typed.id)
    .where('owner', '=', mac('code', 'owner', person))
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  const open = flow && (await findOpen(tx, flow.purpose, now))
  if (!open) return { kind: 'over' }
  const verdict = await tryCode(tx, mac, now, { id: flow.codeId, purpose: 'public-flow', person, code: typed.code })
  if (verdict.kind !== 'right') return verdict
  await own.updateTable('access.publicFlow').set({ endedAt: now }).where('id', '=', flow.id).execute()

  const about = { owner: person, mobile: verdict.mobile, network: networkOf(actor.address) }
  const limits = endingAllowances(config, about)
  const stopped = (await useAllowances(tx, mac, now, limits)) > 0
  const { personId } = flow
  const granted = !stopped && personId !== null
  await audit(tx, actor, {
    action: 'CREATE',
    patientId: personId,
    object: 'public-flow-grant',
    objectId: flow.id,
    purpose: 'public-flow',
    outcome: granted ? 'done' : 'refused',
    ...(!granted && { reason: stopped ? 'public-flows/too-often' : notVerified.code }),
  })
  if (!granted) return { kind: 'not-verified' }
  await forgive(
    tx,
    mac,
    limits.filter(({ kind }) => kind !== 'public-flow/network'),
  )
  const grant = { flowId: flow.id, purpose: flow.purpose, personId, mobile: verdict.mobile, now }
  const issued = await issueGrant(tx, { ...grant, minutes: config.grantMinutes })
  return { kind: 'granted', granted: { ...issued, purpose: flow.purpose, next: open.next } }
}

/** Removes flows and grants a day after nobody can use them any more. */
export async function forgetFlows(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 24 * 3_600_000)
  const own = tables<'access'>(tx)
  await own.deleteFrom('access.publicGrant').where('expiresAt', '<', before).execute()
  await own
    .deleteFrom('access.publicFlow as flow')
    .where('flow.createdAt', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('access.publicGrant as grant').select('grant.flowId').whereRef('grant.flowId', '=', 'flow.id'),
        ),
      ),
    )
    .execute()
}
