// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { audit, type AuditAction } from '../../../access/audit/index.ts'
import { findDebt, isOwed } from '../../../engines/payments/index.ts'
import { notify } from '../../../engines/notifications/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../../platform/errors.ts'
import { publish } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { remembered } from '../../../platform/reference.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../../platform/time.ts'
import { getOrganisation } from '../../../registry/organisations/index.ts'
import { lockExemption } from '../../../registry/people/index.ts'
import { endFrom } from '../cease.ts'
import { causeOf } from '../notices.ts'
import { wrongState } from '../refusals.ts'
import type { Act, NewSample, Sample } from './check-schema.ts'
import { checkTransitions, drawSample, stateAfter, type CheckState } from './check-states.ts'
import { noDeclaration } from './declaration.ts'
import { authorityIdsOf } from './scope.ts'

export const noCheck = notFound({ it: 'Controllo', en: 'Check' })
const checkOpen = new Refusal(
  'exemptions/check-open',
  409,
  { it: 'Questa dichiarazione è già sotto controllo.', en: 'This declaration is being checked already.' },
  { next: { it: 'Apri il controllo che c’è.', en: 'Open the check there is.' } },
)
constraint('check_case_one_open', checkOpen)
constraint(
  'sample_once',
  new Refusal(
    'exemptions/sample-drawn',
    409,
    {
      it: 'Per una parte di questi giorni il campione è già estratto.',
      en: 'A sample was already drawn for some of these days.',
    },
    { field: 'from', next: { it: 'Scegli un periodo che viene dopo.', en: 'Choose a period that comes later.' } },
  ),
)
const wrongPeriod = new Refusal(
  'exemptions/wrong-period',
  422,
  {
    it: 'Il periodo deve essere finito e cominciare prima della sua fine.',
    en: 'The period must be over and begin before its end.',
  },
  { field: 'to' },
)
const termRunning = new Refusal(
  'exemptions/term-running',
  409,
  { it: 'Il termine per rispondere non è ancora passato.', en: 'The term to reply is not over yet.' },
  { next: { it: 'Aspetta la fine del termine o la risposta.', en: 'Wait for its end or for the reply.' } },
)
const wrongStart = new Refusal(
  'exemptions/wrong-start',
  422,
  { it: 'Il giorno deve cadere nel periodo dell’esenzione.', en: 'The day must fall within the exemption.' },
  { field: 'from' },
)
const notOverdue = new Refusal('exemptions/not-overdue', 409, {
  it: 'Il termine per pagare non è ancora passato.',
  en: 'The term to pay is not over yet.',
})

interface CheckRule {
  samplePercent: number
  replyDays: number
  payDays: number
  /** Codes that the yearly list certifies. */
  listedCodes: string[]
  /** Hours in which a prorogation can be taken back. */
  undoHours: number
}

/** How the region checks, on a day. */
export const checkRuleOn = remembered(async (tx: Tx, region: string, day: Day): Promise<CheckRule> => {
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.checkRule')
    .select(['samplePercent', 'replyDays', 'payDays', 'listedCodes', 'undoHours'])
    .where('region', '=', region)
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirstOrThrow(() => new Error(`exemptions.check_rule has no row for ${day}`))
})

interface NewCase {
  declarationId: string
  patientId: string
  aslId: string
  reason: 'sample' | 'targeted' | 'not-listed'
  sampleId?: string
  note?: string
  by: string | null
}

/** Opens a check of a declaration; undefined when one is open already. */
export async function openCheck(tx: Tx, now: Date, one: NewCase): Promise<string | undefined> {
  const { note, by, ...values } = one
  const { rows } = await sql<{ n: number }>`select nextval('exemptions.check_number') as n`.execute(tx)
  const id = uuidv7(now.getTime())
  const opened = await tables<'exemptions'>(tx)
    .insertInto('exemptions.checkCase')
    .values({
      id,
      ...values,
      number: `CTR-${romeDay(now).slice(0, 4)}-${String(rows[0]!.n).padStart(7, '0')}`,
      state: 'OPEN',
      openedAt: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!opened) return undefined
  await noteStep(tx, { id, patientId: one.patientId }, 'OPEN', { note: note ?? null, by }, now)
  return id
}

/** A check that an officer wants, and why. @throws Refusal `exemptions/check-open` */
export const openTargeted = (
  { db, now }: Platform,
  actor: Actor,
  declarationId: string,
  note: string,
): Promise<string> =>
  asSystem(db, async (tx) => {
    const found = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.declaration')
      .select(['patientId', 'aslId'])
      .where('id', '=', declarationId)
      .executeTakeFirst()
    if (!found || !(await authorityIdsOf(tx, actor)).includes(found.aslId)) throw noDeclaration
    const by = actor.role!.appointmentId // the policy lets only professionals in
    const id = await openCheck(tx, now(), { declarationId, ...found, reason: 'targeted', note, by })
    if (!id) throw checkOpen
    await traced(tx, actor, 'CREATE', { id, patientId: found.patientId })
    return id
  })

/**
 * Draws the share that the region's rule says of the declarations submitted in a period to an authority; those under a check
 * already stay out. The seed is recorded, so that the draw can be repeated.
 *
 * @throws Refusal `exemptions/sample-drawn`, `exemptions/wrong-period`
 */
export function drawChecks({ db, now, config }: Platform, actor: Actor, wish: NewSample): Promise<Sample> {
  return asSystem(db, async (tx) => {
    const today = romeDay(now())
    if (!(await authorityIdsOf(tx, actor)).includes(wish.authorityId)) throw noDeclaration
    if (wish.from > wish.to || wish.to >= today) throw wrongPeriod
    const declarations = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.declaration as d')
      .select(['d.id', 'd.patientId'])
      .where('d.aslId', '=', wish.authorityId)
      .where('d.submittedAt', '>=', romeInstant(wish.from))
      .where('d.submittedAt', '<', romeInstant(addDays(wish.to, 1)))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('exemptions.checkCase as c').select('c.id').whereRef('c.declarationId', '=', 'd.id'))),
      )
      .orderBy('d.id')
      .execute()
    const { samplePercent: percent } = await checkRuleOn(tx, config.region.code, today)
    const seed = randomBytes(16).toString('hex')
    const drawn = drawSample(
      declarations.map(({ id }) => id),
      percent,
      seed,
    )
    const id = uuidv7(now().getTime())
    const by = actor.role!.appointmentId // the policy lets only professionals in
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.sample')
      .values({
        id,
        aslId: wish.authorityId,
        submitted: `[${wish.from},${addDays(wish.to, 1)})`,
        percent: String(percent),
        seed,
        population: declarations.length,
        drawn: drawn.length,
        drawnBy: by,
        drawnAt: now(),
      })
      .execute()
    const whose = new Map(declarations.map((one) => [one.id, one.patientId]))
    for (const declarationId of drawn) {
      const patientId = whose.get(declarationId)!
      const caseId = await openCheck(tx, now(), {
        declarationId,
        patientId,
        aslId: wish.authorityId,
        reason: 'sample',
        sampleId: id,
        by,
      })
      if (caseId) await traced(tx, actor, 'CREATE', { id: caseId, patientId })
    }
    if (drawn.length === 0) await traced(tx, actor, 'CREATE', { id, patientId: null })
    const { name } = await getOrganisation(tx, wish.authorityId)
    return {
      id,
      authority: { id: wish.authorityId, name },
      from: wish.from,
      to: wish.to,
      percent,
      seed,
      population: declarations.length,
      drawn: drawn.length,
      drawnAt: now().toISOString(),
    }
  })
}

async function lockCase(tx: Tx, id: string) {
  const row = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.checkCase')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, state: row.state as CheckState } // checked by the table
}
export type CaseRow = NonNullable<Awaited<ReturnType<typeof lockCase>>>

/** One case of the officer's authorities, locked. */
async function lockOurs(tx: Tx, actor: Actor, id: string): Promise<CaseRow> {
  const row = await lockCase(tx, id)
  if (!row || !(await authorityIdsOf(tx, actor)).includes(row.aslId)) throw noCheck
  return row
}

/** Takes a step in a case. @throws Refusal `exemptions/wrong-state`, `exemptions/term-running`, `exemptions/wrong-start` */
export const takeAct = (platform: Platform, actor: Actor, id: string, { act, note, from }: Act): Promise<void> =>
  asSystem(platform.db, async (tx) => {
    const row = await lockOurs(tx, actor, id)
    const today = romeDay(platform.now())
    const state = stateAfter[act]
    if (!checkTransitions[row.state].includes(state)) throw wrongState
    const by = actor.role!.appointmentId // the policy lets only professionals in
    if (act === 'notify') await write(tx, platform, row, today, from)
    if (act === 'object') await change(tx, id, { objection: note })
    if (act === 'revoke' && row.state === 'NOTIFIED' && today <= row.replyBy!) throw termRunning
    if (act === 'enforce' && !(await overdue(tx, row, platform))) throw notOverdue
    await moveCase(tx, row, state, { note, by }, platform.now())
    if (act === 'revoke') await revoke(tx, row)
    await traced(tx, actor, 'UPDATE', row)
  })

/** The declarant objects online, within the term. @throws Refusal `exemptions/wrong-state` */
export const objectTo = ({ db, now }: Platform, actor: Actor, id: string, text: string): Promise<void> =>
  asSystem(db, async (tx) => {
    const row = await lockCase(tx, id)
    if (!row || !actor.patients.includes(row.patientId)) throw noCheck
    if (row.state !== 'NOTIFIED' || romeDay(now()) > row.replyBy!) throw wrongState
    await change(tx, id, { objection: text })
    await moveCase(tx, row, 'OBJECTED', { note: null, by: null }, now())
    await traced(tx, actor, 'UPDATE', row)
  })

const change = (
  tx: Tx,
  id: string,
  what: { objection?: string; replyBy?: Day; revokeFrom?: Day; undueCents?: number; debtId?: string },
) => tables<'exemptions'>(tx).updateTable('exemptions.checkCase').set(what).where('id', '=', id).execute()
export { change as changeCase }

/** Moves a case on and notes it. */
export async function moveCase(
  tx: Tx,
  row: Pick<CaseRow, 'id' | 'patientId'>,
  state: CheckState,
  why: { note: string | null; by: string | null },
  now: Date,
): Promise<void> {
  await tables<'exemptions'>(tx).updateTable('exemptions.checkCase').set({ state }).where('id', '=', row.id).execute()
  await noteStep(tx, row, state, why, now)
}

const noteStep = (
  tx: Tx,
  row: { id: string; patientId: string },
  state: CheckState,
  { note, by }: { note: string | null; by: string | null },
  at: Date,
) =>
  tables<'exemptions'>(tx)
    .insertInto('exemptions.checkStep')
    .values({ caseId: row.id, patientId: row.patientId, state, note, decidedBy: by, at })
    .execute()

/** The declarant is told that the exemption seems not due, from when, and until when she may reply. */
async function write(tx: Tx, platform: Platform, row: CaseRow, today: Day, from: Day | undefined): Promise<void> {
  const [first] = await heldBy(tx, row.declarationId, row.patientId)
  const held = first && (await lockExemption(tx, first))
  if (!held) throw wrongState
  const revokeFrom = from ?? held.from
  if (revokeFrom < held.from || (held.until !== null && revokeFrom > held.until)) throw wrongStart
  const { replyDays } = await checkRuleOn(tx, platform.config.region.code, today)
  const replyBy = addDays(today, replyDays)
  await change(tx, row.id, { revokeFrom, replyBy })
  await notify(tx, platform, {
    patientId: row.patientId,
    about: { kind: 'exemption', id: held.id },
    template: 'exemption.news',
    parameters: { what: 'checked', until: null },
    cause: causeOf(`${row.id} checked`),
  })
}

/** Exemptions that a declaration gave, that of whom it is about first; always locked in this order. */
async function heldBy(tx: Tx, declarationId: string, aboutId: string): Promise<string[]> {
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate')
    .select('exemptionId')
    .where('declarationId', '=', declarationId)
    .orderBy(sql`patient_id <> ${aboutId}`)
    .orderBy('exemptionId')
    .execute()
  return rows.map(({ exemptionId }) => exemptionId)
}

/** Revokes all that the declaration gave, and asks what was not paid because of it. */
async function revoke(tx: Tx, row: CaseRow): Promise<void> {
  const periods: { patientId: string; code: string; from: Day; until: Day | null }[] = []
  for (const id of await heldBy(tx, row.declarationId, row.patientId)) {
    const held = await lockExemption(tx, id)
    if (!held || held.state === 'ANNULLED' || held.state === 'REVOKED_CHECK') continue
    const from = row.revokeFrom! > held.from ? row.revokeFrom! : held.from
    periods.push({ patientId: held.personId, code: held.code, from, until: held.until })
    await endFrom(tx, held, from, 'REVOKED_CHECK', 'revoked')
  }
  await publish(tx, 'exemptions.revoked', { caseId: row.id, periods })
}

/** Whether what is to be paid back is past its last day. */
async function overdue(tx: Tx, row: CaseRow, { now }: Platform): Promise<boolean> {
  const debt = await findDebt(tx, { kind: 'exemption-check', id: row.id })
  return debt !== undefined && isOwed(debt.state) && debt.dueOn < romeDay(now())
}

export const traced = (tx: Tx, actor: Actor, action: AuditAction, row: { id: string; patientId: string | null }) =>
  audit(tx, actor, { action, patientId: row.patientId, object: 'exemption', objectId: row.id, purpose: 'exemption' })
