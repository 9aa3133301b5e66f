// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { child, textOf, XmlRefused } from '../../../shared/soap.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import type { Queue } from '../../platform/queue.ts'
import type { Platform } from '../../platform/room.ts'
import { readPrescription, type SacPrescription } from './content.ts'
import * as custody from './custody.ts'
import type { Ask, Claim, Ticket } from './custody.ts'
import { clientOf, exchange, refusalOfSilence, type Answer } from './exchanges.ts'
import * as messages from './messages.ts'
import { notSpecialist, refusalFor, unavailable } from './outcomes.ts'
import type { Operation } from './trail.ts'
import { NoAnswer } from './transport.ts'

export const releaseJob = 'prescriptions.release'

/** A prescription as the SAC shows it. `held`: a booking of ours keeps the lock. */
export interface Found {
  kind: 'found'
  prescription: SacPrescription
  held: boolean
}

function take(platform: Platform, ask: Ask, operation: Operation): Promise<Answer> {
  return exchange(platform, {
    operation,
    service: messages.visualizzaErogato,
    nre: ask.nre,
    requestId: ask.requestId,
    write: (writer) => messages.visualizzaRequest(writer, ask.nre, ask.patient.code, '1'),
  })
}

/**
 * Takes the exclusive lock with the content. A lost answer is not repeated blindly: the prescription is read once more,
 * which finds a lock of our own (taking what is already ours changes nothing on the SAC).
 */
async function takeOnce(platform: Platform, ask: Ask, operation: 'look-up' | 'lock'): Promise<Answer> {
  try {
    return await take(platform, ask, operation)
  } catch (error) {
    if (!(error instanceof NoAnswer && error.sent)) throw error
    return take(platform, ask, 're-read').catch((second: unknown) => {
      throw second instanceof NoAnswer ? error : second // what matters is that the first may have been done
    })
  }
}

function contentOf(answer: Answer & { kind: 'done' }, platform: Platform, requestId: string): SacPrescription {
  try {
    return readPrescription(answer.content)
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error
    platform.log.fatal({ err: error, requestId }, 'the SAC sent a prescription we cannot read')
    throw refusalFor('technical-problem')
  }
}

/** Reasons for which the lock, as far as we are concerned, does not exist. */
const nothingToRelease = new Set<string>([
  'not-found',
  'expired',
  'other-person',
  'taken-elsewhere',
  'not-allowed',
  'withdrawn',
  'outside-nhs',
])

/** Sends one claimed release; true when the lock is gone. */
async function sendRelease(platform: Platform, held: Claim, requestId: string): Promise<boolean> {
  try {
    const answer = await exchange(platform, {
      operation: 'release',
      service: messages.visualizzaErogato,
      nre: held.nre,
      requestId,
      write: (writer) => messages.visualizzaRequest(writer, held.nre, held.patientCode, '3'),
    })
    if (answer.kind === 'refused' && !nothingToRelease.has(answer.reason)) return false
  } catch (error) {
    if (error instanceof NoAnswer) return false
    throw error
  }
  return true
}

/** Gives a lock back if it is still owed; false when the SAC did not do it and somebody must try again. */
async function settle(
  platform: Platform,
  ticket: { id: string; token: string | null },
  requestId: string,
): Promise<boolean> {
  // A release lasts at most the patience of its request; then a lock need not wait for it any more.
  const lease = clientOf(platform.config).settings.patience + 2_000
  const held = await custody.claim(platform.db, ticket.id, ticket.token, platform.now(), lease)
  if (!held) return true
  let done = false
  try {
    done = await sendRelease(platform, held, requestId)
  } finally {
    await (done ? custody.settled(platform.db, held) : custody.stillOwed(platform.db, held, platform.now()))
  }
  return done
}

/** Gives a lock back now, or by a queued job when that fails: whoever only looked must not block the prescription. */
async function giveBack(platform: Platform, ticket: Ticket, requestId: string): Promise<void> {
  let done = false
  try {
    done = await settle(platform, ticket, requestId)
  } finally {
    if (!done) await queueRelease(platform, ticket.id)
  }
}

async function sendReleaseJob(tx: Tx, queue: Queue, id: string): Promise<void> {
  await queue.send(tx, releaseJob, { custodyId: id }, { singletonKey: id })
}

function queueRelease(platform: Platform, id: string): Promise<void> {
  return asSystem(platform.db, (tx) => sendReleaseJob(tx, platform.queue, id))
}

/**
 * Shows a prescription. The SAC has no plain read for dispensers: it is taken and released at once, unless a booking of
 * ours holds it. A release that fails is repeated by a job.
 * @throws Refusal `prescriptions/<reason>` of the SAC, `prescriptions/not-specialist`, or 503 `prescriptions/unavailable`
 */
export async function lookUp(platform: Platform, ask: Ask): Promise<Found> {
  const ticket = await custody.noteLookUp(platform.db, ask, platform.now())
  let answer: Answer
  try {
    answer = await takeOnce(platform, ask, 'look-up')
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    if (ticket)
      await (error.sent ? queueRelease(platform, ticket.id) : custody.forget(platform.db, ticket, platform.now()))
    throw refusalOfSilence(error)
  }
  if (answer.kind === 'refused') {
    if (ticket) await custody.forget(platform.db, ticket, platform.now())
    throw refusalFor(answer.reason, answer.code)
  }
  try {
    const prescription = contentOf(answer, platform, ask.requestId)
    if (prescription.kind === 'F') throw notSpecialist()
    return { kind: 'found', prescription, held: ticket === undefined }
  } finally {
    if (ticket) await giveBack(platform, ticket, ask.requestId)
  }
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** Waits for a release of the same prescription that is on its way: taking the lock before it ends would lose it. */
async function untilReleased(platform: Platform, wanted: custody.Wanted): Promise<void> {
  let until = wanted.releasingUntil
  while (until && until > platform.now()) {
    await pause(50)
    until = await custody.releasingUntil(platform.db, wanted.id)
  }
}

/** Notes in the transaction of the caller that a booking needs the lock, which is to be taken once it is committed. */
export function want(tx: Tx, { now }: Pick<Platform, 'now'>, ask: Ask): Promise<custody.Wanted> {
  return custody.noteWantedIn(tx, ask, now())
}

/**
 * Takes the exclusive lock for a booking and keeps it until `release` or `close`. Asked again it finds its own lock. That it
 * is wanted is noted first, unless `want` has been called.
 * @throws Refusal `prescriptions/<reason>` of the SAC; with status 503 the lock may exist and stays wanted: ask again, or
 * give it back with `releaseLater`
 */
export async function lock(platform: Platform, ask: Ask, noted?: custody.Wanted): Promise<Found> {
  const wanted = noted ?? (await custody.noteWanted(platform, ask, platform.now()))
  await untilReleased(platform, wanted)
  let answer: Answer
  try {
    answer = await takeOnce(platform, ask, 'lock')
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    if (!wanted.already && !error.sent) await custody.forget(platform.db, wanted, platform.now())
    throw refusalOfSilence(error)
  }
  if (answer.kind === 'refused') {
    if (!(wanted.already && answer.reason === 'technical-problem'))
      await custody.forget(platform.db, wanted, platform.now())
    throw refusalFor(answer.reason, answer.code)
  }
  return { kind: 'found', prescription: contentOf(answer, platform, ask.requestId), held: true }
}

/**
 * Gives the lock of a booking back: at once, or by a job when the SAC does not answer. Never fails because of the SAC;
 * a lock that does not exist any more is fine.
 */
export async function release(platform: Platform, ask: Ask): Promise<void> {
  const ticket = await asSystem(platform.db, (tx) => custody.owe(tx, ask, platform.now()))
  await giveBack(platform, ticket, ask.requestId)
}

/** Like `release`, in the transaction of the caller: a worker gives the lock back after the commit. */
export async function releaseLater(tx: Tx, platform: Pick<Platform, 'queue' | 'now'>, ask: Ask): Promise<void> {
  const { id } = await custody.owe(tx, ask, platform.now())
  await sendReleaseJob(tx, platform.queue, id)
}

/** The job: tries once and fails when the SAC did not do it, so that the queue tries again. */
export async function releaseOwed(platform: Platform, custodyId: string): Promise<void> {
  if (!(await settle(platform, { id: custodyId, token: null }, custodyId))) throw unavailable()
}

/** Queues the release of every lock that should have been given back: a crashed request, a job that gave up. */
export async function sweep(platform: Platform): Promise<void> {
  await asSystem(platform.db, async (tx) => {
    for (const id of await custody.overdue(tx, platform.now(), 500)) await sendReleaseJob(tx, platform.queue, id)
  })
}

/** Proof of a delivery; the code is null when the answer was lost and the SAC says that it is delivered. */
export interface Closed {
  kind: 'closed'
  authenticationCode: string | null
}

/**
 * Closes a delivered prescription (invioErogato, total). After a lost answer it reads first: a prescription that cannot
 * be taken any more was closed by us, since the lock was ours.
 */
export async function close(platform: Platform, ask: Ask, delivery: messages.Delivery): Promise<Closed> {
  let answer: Answer
  try {
    answer = await exchange(platform, {
      operation: 'close',
      service: messages.invioErogato,
      nre: ask.nre,
      requestId: ask.requestId,
      write: (writer) => messages.invioRequest(writer, ask.nre, ask.patient.code, delivery),
    })
  } catch (error) {
    if (!(error instanceof NoAnswer && error.sent)) throw error instanceof NoAnswer ? refusalOfSilence(error) : error
    return afterLostClose(platform, ask)
  }
  if (answer.kind === 'refused') throw refusalFor(answer.reason, answer.code)
  await custody.drop(platform.db, ask)
  return { kind: 'closed', authenticationCode: textOf(answer.content, 'codAutenticazione') ?? null }
}

async function afterLostClose(platform: Platform, ask: Ask): Promise<Closed> {
  let answer: Answer
  try {
    answer = await take(platform, ask, 're-read')
  } catch (error) {
    throw error instanceof NoAnswer ? refusalOfSilence(error) : error
  }
  if (answer.kind === 'refused' && answer.reason === 'not-allowed') {
    await custody.drop(platform.db, ask)
    return { kind: 'closed', authenticationCode: null }
  }
  throw answer.kind === 'refused' ? refusalFor(answer.reason, answer.code) : unavailable()
}

/** Cancels a delivery (annullaErogato): the prescription is ours again, to be closed anew or released. */
export async function reopen(platform: Platform, ask: Ask, reason: string): Promise<void> {
  await custody.noteWanted(platform, ask, platform.now())
  const answer = await exchange(platform, {
    operation: 'reopen',
    service: messages.annullaErogato,
    nre: ask.nre,
    requestId: ask.requestId,
    write: (writer) => messages.annullaRequest(writer, ask.nre, ask.patient.code, reason),
  }).catch((error: unknown) => {
    throw error instanceof NoAnswer ? refusalOfSilence(error) : error
  })
  if (answer.kind === 'refused') throw refusalFor(answer.reason, answer.code)
}

/** NRE of the prescriptions that the SAC says we hold, taken between two days (`YYYY-MM-DD`, both included). */
export async function listHeld(platform: Platform, from: string, to: string, requestId: string): Promise<string[]> {
  const answer = await exchange(platform, {
    operation: 'list',
    service: messages.elencoRicette,
    nre: null,
    requestId,
    write: (writer) => messages.elencoRequest(writer, from, to),
  }).catch((error: unknown) => {
    throw error instanceof NoAnswer ? refusalOfSilence(error) : error
  })
  if (answer.kind === 'refused') throw refusalFor(answer.reason, answer.code)
  const found = child(answer.content, 'ElencoRicette')?.children ?? []
  return found.flatMap((one) => textOf(one, 'nre') ?? [])
}
