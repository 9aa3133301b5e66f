// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type RawBuilder } from 'kysely'
import { audit, type AuditAction } from '../../access/audit/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import {
  authorityOf,
  beginChoice,
  choicesOf,
  endChoice,
  factsOfChoice,
  lockChoices,
} from '../../registry/doctors/index.ts'
import { findPersonByFiscalCode, getPerson } from '../../registry/people/index.ts'
import { authoritiesOf, mustBeOurs } from './office.ts'
import {
  decideRequest,
  needsDoctor,
  requestSteps,
  type RequestKind,
  type RequestReason,
  type RequestState,
  type RequestStep,
  type RequestWish,
} from './request-rules.ts'
import type { Rule } from './rules.ts'

export interface ChoiceRequest {
  id: string
  code: string
  personId: string
  personName: string
  birthDate: Day
  doctorId: string
  doctorName: string
  doctorKind: 'MMG' | 'PLS'
  kind: RequestKind
  reason: RequestReason | null
  until: Day | null
  onPaper: boolean
  broughtBy: 'SELF' | 'PARENT' | 'GUARDIAN' | 'DELEGATE' | 'RELATIVE' | null
  bearerName: string | null
  documentKind: 'IDENTITY_CARD' | 'PASSPORT' | 'DRIVING_LICENCE' | 'RESIDENCE_PERMIT' | null
  documentNumber: string | null
  scanReference: string | null
  doctorAnswer: 'ACCEPTED' | 'DECLINED' | null
  state: RequestState
  question: string | null
  answer: string | null
  refusal: string | null
  createdAt: Date
}

constraint(
  'request_one_open',
  new Refusal(
    'doctor-choice/request-open',
    409,
    { it: 'C’è già una richiesta in corso.', en: 'A request is already open.' },
    {
      next: { it: 'Aspetta la risposta, o ritira la richiesta.', en: 'Wait for the answer, or withdraw the request.' },
    },
  ),
)
const wrongState = new Refusal(
  'doctor-choice/request-state',
  409,
  { it: 'La richiesta è già andata avanti.', en: 'The request has already moved on.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)
const notAccepted = new Refusal(
  'doctor-choice/doctor-has-not-accepted',
  409,
  { it: 'Manca l’accettazione del medico.', en: 'The doctor has not accepted.' },
  { next: { it: 'Registrala, oppure rifiuta la richiesta.', en: 'Enter it, or refuse the request.' } },
)
const unknownPerson = new Refusal(
  'doctor-choice/unknown-person',
  404,
  { it: 'Nessun assistito ha questo codice fiscale.', en: 'Nobody has this fiscal code.' },
  { field: 'fiscalCode', next: { it: 'Controlla il codice.', en: 'Check the code.' } },
)
const noSuchDoctor = notFound({ it: 'Medico', en: 'Doctor' })
const noSuchRequest = notFound({ it: 'Richiesta', en: 'Request' })

async function select(tx: Tx, where: RawBuilder<unknown>, limit = 100): Promise<ChoiceRequest[]> {
  const { rows } = await sql<ChoiceRequest>`
    select q.id, q.code, q.person_id as "personId", p.given_name || ' ' || p.family_name as "personName", p.birth_date as "birthDate",
           q.role_id as "doctorId", d.given_name || ' ' || d.family_name as "doctorName", o.kind as "doctorKind", q.kind, q.reason,
           q.until, q.entered_by is not null as "onPaper", q.brought_by as "broughtBy", q.bearer_name as "bearerName",
           q.document_kind as "documentKind", q.document_number as "documentNumber", q.scan_reference as "scanReference",
           q.doctor_answer as "doctorAnswer", q.state, q.question, q.answer, q.refusal, q.created_at as "createdAt"
    from doctor_choice.request q
    join registry.person p on p.id = q.person_id
    join registry.primary_care_post o on o.role_id = q.role_id
    join registry.practitioner_role r on r.id = q.role_id
    join registry.practitioner d on d.id = r.practitioner_id
    where ${where} order by q.created_at desc, q.id limit ${limit}`.execute(tx)
  return rows
}

const trace = (tx: Tx, actor: Actor, action: AuditAction, people: Iterable<string>, objectId?: string) =>
  audit(
    tx,
    actor,
    ...[...new Set(people)].map((patientId) => ({
      action,
      patientId,
      object: 'doctor-choice',
      purpose: 'primary-care',
      ...(objectId && { objectId }),
    })),
  )

const oneOf = async (tx: Tx, id: string) => (await select(tx, sql`q.id = ${id}`, 1))[0]!

/** What a person asked, the latest first. */
export function requestsOf({ db }: Platform, actor: Actor, personId: string): Promise<ChoiceRequest[]> {
  mustActFor(actor, personId)
  return asSystem(db, async (tx) => {
    await trace(tx, actor, 'READ', [personId])
    return select(tx, sql`q.person_id = ${personId}`, 20)
  })
}

interface Grounds {
  platform: Platform
  rule: Rule
  actor: Actor
}

/** Checks a wish as of today. @throws Refusal `doctor-choice/…` */
async function check(tx: Tx, { platform, rule }: Grounds, personId: string, doctorId: string, wish: RequestWish) {
  const day = romeDay(platform.now())
  const [facts, person] = await Promise.all([factsOfChoice(tx, personId, doctorId, day), getPerson(tx, personId)])
  if (!facts) throw noSuchDoctor
  return { facts, ...decideRequest(wish, facts, doctorId, person.birthDate, day, rule) }
}

/** A citizen asks for what is not given at once: the doctor of another area, staying with the paediatrician, an exception. */
export function askForDoctor(
  grounds: Grounds,
  personId: string,
  wish: { doctorId: string; kind: 'OUT_OF_AREA' | 'OVER_14' | 'EXCEPTION'; reason?: RequestReason },
): Promise<ChoiceRequest> {
  const { platform, actor } = grounds
  mustActFor(actor, personId)
  return asSystem(platform.db, async (tx) => {
    const { doctorId, kind, reason } = wish
    await check(tx, grounds, personId, doctorId, { kind, reason })
    const state = needsDoctor(kind) ? 'WAIT_DOCTOR' : 'WAIT_OFFICE'
    return enter(tx, grounds, { personId, doctorId, kind, reason, state }, { askedBy: actor.personId! })
  })
}

export interface PaperWish {
  fiscalCode: string
  /** Not of who leaves the doctor she has. */
  doctorId?: string
  kind: RequestKind
  reason?: RequestReason
  until?: Day
  broughtBy: NonNullable<ChoiceRequest['broughtBy']>
  bearerName?: string
  documentKind: NonNullable<ChoiceRequest['documentKind']>
  documentNumber: string
  scanReference: string
  /** The doctor's acceptance is among the papers. */
  doctorAccepts?: boolean
}

const noBearer = new Refusal(
  'doctor-choice/bearer-missing',
  422,
  { it: 'Manca il nome di chi ha portato la richiesta.', en: 'The name of who brought the request is missing.' },
  { field: 'bearerName', next: { it: 'Scrivi nome e cognome.', en: 'Write given name and surname.' } },
)

/**
 * An office enters what came on paper. A choice within the rules and a revocation are carried out at once, everything else waits
 * to be examined. @throws Refusal `doctor-choice/…`
 */
export function enterPaper(grounds: Grounds, wish: PaperWish): Promise<ChoiceRequest> {
  const { platform, actor } = grounds
  return asSystem(platform.db, async (tx) => {
    const person = await findPersonByFiscalCode(tx, wish.fiscalCode)
    if (!person) throw unknownPerson
    if (wish.broughtBy !== 'SELF' && !wish.bearerName) throw noBearer
    const { kind, reason, until } = wish
    const current = (await choicesOf(tx, person.id)).find(({ endReason }) => endReason === null)
    const doctorId = kind === 'REVOKE' ? current?.doctorId : wish.doctorId
    if (!doctorId) throw noSuchDoctor
    await mustBeOurs(tx, actor, doctorId)
    if (kind !== 'REVOKE') await check(tx, grounds, person.id, doctorId, { kind, reason, until })
    const waits = needsDoctor(kind) && !wish.doctorAccepts
    const paper = {
      broughtBy: wish.broughtBy,
      bearerName: wish.broughtBy === 'SELF' ? null : wish.bearerName!,
      documentKind: wish.documentKind,
      documentNumber: wish.documentNumber,
      scanReference: wish.scanReference,
      enteredBy: actor.role!.appointmentId, // the policy lets only professionals in
    }
    const made = await enter(
      tx,
      grounds,
      { personId: person.id, doctorId, kind, reason, until, state: waits ? 'WAIT_DOCTOR' : 'WAIT_OFFICE' },
      { ...paper, ...(wish.doctorAccepts && { doctorAnswer: 'ACCEPTED', doctorAnsweredAt: platform.now() }) },
    )
    return kind === 'ORDINARY' || kind === 'REVOKE' ? carryOutRequest(tx, grounds, made) : made
  })
}

async function enter(
  tx: Tx,
  { platform, actor }: Grounds,
  wish: RequestWish & { personId: string; doctorId: string; state: RequestState },
  how: object,
): Promise<ChoiceRequest> {
  const id = uuidv7()
  await tables<'doctorChoice'>(tx)
    .insertInto('doctorChoice.request')
    .values({
      id,
      code: publicCode(10),
      personId: wish.personId,
      roleId: wish.doctorId,
      aslId: (await authorityOf(tx, wish.doctorId))!,
      kind: wish.kind,
      reason: wish.reason ?? null,
      until: wish.until ?? null,
      state: wish.state,
      createdAt: platform.now(),
      changedAt: platform.now(),
      ...how,
    })
    .execute()
  await trace(tx, actor, 'CREATE', [wish.personId], id)
  await publish(tx, 'doctor-choice.request', { requestId: id, patientId: wish.personId, what: 'received' })
  return oneOf(tx, id)
}

/** Takes a step of the lifecycle, once however many press at the same moment. @throws Refusal `doctor-choice/request-state` */
async function move(tx: Tx, { platform, actor }: Grounds, id: string, step: RequestStep, change: object = {}) {
  const { from, to } = requestSteps[step]
  const moved = await tables<'doctorChoice'>(tx)
    .updateTable('doctorChoice.request')
    .set({ ...change, state: to, changedAt: platform.now() })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returning('personId')
    .executeTakeFirst()
  if (!moved) throw wrongState
  await trace(tx, actor, 'UPDATE', [moved.personId], id)
}

/** Gives the person the doctor, or ends the choice, and closes the request with it. The database refuses a full list. */
async function carryOutRequest(tx: Tx, grounds: Grounds, request: ChoiceRequest): Promise<ChoiceRequest> {
  const { platform, actor } = grounds
  const { personId, doctorId, id } = request
  const [day, now] = [romeDay(platform.now()), platform.now()]
  const decided = { decidedBy: actor.role!.appointmentId }
  if (request.kind === 'REVOKE') {
    const current = (await choicesOf(tx, personId)).find(({ endReason }) => endReason === null)
    if (current?.doctorId !== doctorId) throw wrongState
    await endChoice(tx, current.id, 'REVOKED', day, now)
    await publish(tx, 'doctor-choice.ended', { choiceId: current.id, patientId: personId })
    await move(tx, grounds, id, 'accept', { ...decided, choiceId: current.id })
    return oneOf(tx, id)
  }
  await lockChoices(tx, personId)
  const { facts, kind, until } = await check(tx, grounds, personId, doctorId, {
    kind: request.kind,
    reason: request.reason ?? undefined,
    until: request.until ?? undefined,
  })
  const replaces = facts.current?.choiceId ?? null
  const choice = { personId, doctorId, kind, until, replaces, channel: 'OFFICE' as const, chosenBy: null }
  const choiceId = await beginChoice(tx, choice, day, now)
  await publish(tx, 'doctor-choice.chosen', { choiceId, patientId: personId })
  await move(tx, grounds, id, 'accept', { ...decided, choiceId })
  return oneOf(tx, id)
}

/** Requests of the officer's authorities: those to be examined, or those of a state; the oldest that waits comes last. */
export function officeRequests({ db }: Platform, actor: Actor, state?: RequestState): Promise<ChoiceRequest[]> {
  return asSystem(db, async (tx) => {
    const own = await authoritiesOf(tx, actor)
    const wanted = state ? [state] : ['WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN']
    const found = await select(tx, sql`q.asl_id = any(${own}::uuid[]) and q.state = any(${wanted})`)
    await trace(
      tx,
      actor,
      'SEARCH',
      found.map(({ personId }) => personId),
    )
    return found
  })
}

export type OfficeStep = 'doctor-accepts' | 'ask' | 'accept' | 'refuse'
const textMissing = new Refusal(
  'doctor-choice/text-missing',
  422,
  { it: 'Scrivi che cosa deve leggere la persona.', en: 'Write what the person is to read.' },
  { field: 'text', next: { it: 'Bastano poche parole chiare.', en: 'A few plain words are enough.' } },
)

/** An officer decides, asks for more, refuses with the reason, or enters that the doctor accepted. */
export function officeStep(grounds: Grounds, id: string, step: OfficeStep, text?: string): Promise<ChoiceRequest> {
  const { platform, actor } = grounds
  return asSystem(platform.db, async (tx) => {
    const [request] = await select(tx, sql`q.id = ${id} and q.asl_id = any(${await authoritiesOf(tx, actor)}::uuid[])`)
    if (!request) throw noSuchRequest
    if (step === 'accept') {
      if (needsDoctor(request.kind) && request.doctorAnswer !== 'ACCEPTED') throw notAccepted
      if (request.state !== 'WAIT_OFFICE') throw wrongState
      return carryOutRequest(tx, grounds, request)
    }
    if (step === 'doctor-accepts') {
      // Also after her days are over: an acceptance that comes late still helps.
      if (request.state === 'WAIT_DOCTOR') await move(tx, grounds, id, step, answered('ACCEPTED', platform.now()))
      else if (request.state === 'WAIT_OFFICE' && request.doctorAnswer === null)
        await tables<'doctorChoice'>(tx)
          .updateTable('doctorChoice.request')
          .set(answered('ACCEPTED', platform.now()))
          .where('id', '=', id)
          .execute()
      else throw wrongState
      await trace(tx, actor, 'UPDATE', [request.personId], id)
      return oneOf(tx, id)
    }
    if (!text) throw textMissing
    const [change, what] =
      step === 'ask'
        ? [{ question: text, answer: null }, 'asked' as const]
        : [{ refusal: text, decidedBy: actor.role!.appointmentId }, 'rejected' as const]
    await move(tx, grounds, id, step, change)
    await publish(tx, 'doctor-choice.request', { requestId: id, patientId: request.personId, what })
    return oneOf(tx, id)
  })
}

const answered = (doctorAnswer: 'ACCEPTED' | 'DECLINED', doctorAnsweredAt: Date) => ({ doctorAnswer, doctorAnsweredAt })

/** The person answers what the office asked, or withdraws the request. */
export function citizenStep(
  grounds: Grounds,
  personId: string,
  id: string,
  step: 'answer' | 'withdraw',
  text?: string,
): Promise<ChoiceRequest> {
  mustActFor(grounds.actor, personId)
  return asSystem(grounds.platform.db, async (tx) => {
    const [request] = await select(tx, sql`q.id = ${id} and q.person_id = ${personId}`)
    if (!request) throw noSuchRequest
    if (step === 'answer' && !text) throw textMissing
    await move(tx, grounds, id, step, step === 'answer' ? { answer: text } : {})
    return oneOf(tx, id)
  })
}

/** One request by its id, for who tells the person of it. */
export const findRequest = (tx: Tx, id: string): Promise<ChoiceRequest | undefined> =>
  select(tx, sql`q.id = ${id}`, 1).then(([found]) => found)

/** Requests of a doctor that wait for her answer. */
export const requestsForDoctor = (tx: Tx, doctorId: string): Promise<ChoiceRequest[]> =>
  select(tx, sql`q.role_id = ${doctorId} and q.state = 'WAIT_DOCTOR'`)

/** The doctor accepts, or declines: then the request is closed and the person told. */
export async function doctorStep(
  tx: Tx,
  grounds: Grounds,
  doctorId: string,
  id: string,
  accepts: boolean,
): Promise<void> {
  const [request] = await select(tx, sql`q.id = ${id} and q.role_id = ${doctorId}`)
  if (!request) throw noSuchRequest
  const now = grounds.platform.now()
  if (accepts) return move(tx, grounds, id, 'doctor-accepts', answered('ACCEPTED', now))
  const refusal = 'Il medico non ha accettato / The doctor did not accept'
  await move(tx, grounds, id, 'doctor-declines', { ...answered('DECLINED', now), refusal })
  await publish(tx, 'doctor-choice.request', { requestId: id, patientId: request.personId, what: 'rejected' })
}

/** Requests that a doctor did not answer in so many days go to the office. */
export function passOnUnanswered({ db, now }: Platform, days: number): Promise<void> {
  return asSystem(db, async (tx) => {
    await tables<'doctorChoice'>(tx)
      .updateTable('doctorChoice.request')
      .set({ state: requestSteps['doctor-silent'].to, changedAt: now() })
      .where('state', 'in', requestSteps['doctor-silent'].from)
      .where('createdAt', '<', new Date(now().getTime() - days * 86_400_000))
      .execute()
  })
}
