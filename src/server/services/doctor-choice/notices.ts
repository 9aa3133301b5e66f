// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { notify, type DoctorNews } from '../../engines/notifications/index.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import type { DomainEvent } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../platform/time.ts'
import {
  authorityOf,
  choicesTurning,
  findChoice,
  findRefusal,
  nextToTell,
  refusalsFrom,
  type DoctorRefusal,
  type EndReason,
} from '../../registry/doctors/index.ts'
import { findRequest } from './requests.ts'
import type { Rule } from './rules.ts'

/** What somebody is told when her choice has ended; nothing of a change, told with the new doctor, nor of the dead. */
const ends: Partial<Record<EndReason, DoctorNews>> = {
  REVOKED: 'left',
  REFUSED_BY_DOCTOR: 'refused',
  DOCTOR_CEASED: 'ceased',
  AGE_LIMIT: 'age-limit',
  TERM_ENDED: 'term-ended',
  MOVED: 'moved',
}

interface Telling {
  patientId: string
  about: { kind: string; id: string }
  what: DoctorNews
  doctor: string
  day?: Day | null
  /** Apart from what it is about, what makes this a piece of news of its own. */
  again?: string
  usefulUntil?: Day
  /** A doctor: her authority writes a letter to who has no confirmed contact. */
  onPaperFrom?: string
}

async function tell(tx: Tx, platform: Platform, { what, doctor, day = null, again = '', ...news }: Telling) {
  const cause = createHash('sha256').update(`${news.about.id} ${news.patientId} ${what} ${again}`).digest('hex')
  return notify(tx, platform, {
    patientId: news.patientId,
    about: news.about,
    template: 'doctor.news',
    parameters: { what, doctor, day },
    cause: cause.slice(0, 32),
    ...(news.usefulUntil && { usefulUntil: romeInstant(news.usefulUntil) }),
    letterFrom: news.onPaperFrom && (await authorityOf(tx, news.onPaperFrom)),
  })
}

function tellOfChoice({ payload }: DomainEvent<'doctor-choice.chosen'>, platform: Platform): Promise<void> {
  const { choiceId, patientId } = payload
  return asSystem(platform.db, async (tx) => {
    const choice = await findChoice(tx, choiceId)
    if (!choice || choice.endReason !== null) return // whatever came after it is told instead
    const what = choice.kind === 'EX_OFFICIO' ? 'assigned' : 'chosen'
    await tell(tx, platform, {
      patientId,
      about: { kind: 'doctor-choice', id: choiceId },
      what,
      doctor: choice.doctorName,
      day: choice.from,
      ...(what === 'assigned' && { onPaperFrom: choice.doctorId }),
    })
  })
}

function tellOfEnd({ payload }: DomainEvent<'doctor-choice.ended'>, platform: Platform): Promise<void> {
  const { choiceId, patientId } = payload
  return asSystem(platform.db, async (tx) => {
    const choice = await findChoice(tx, choiceId)
    const what = choice?.endReason && ends[choice.endReason]
    if (!choice || !what) return
    await tell(tx, platform, {
      patientId,
      about: { kind: 'doctor-choice', id: choiceId },
      what,
      doctor: choice.doctorName,
      ...(what !== 'left' && { onPaperFrom: choice.doctorId }),
    })
  })
}

const tellRefusal = (tx: Tx, platform: Platform, refusal: DoctorRefusal, what: 'refusal' | 'refusal-near') =>
  tell(tx, platform, {
    patientId: refusal.personId,
    about: { kind: 'doctor-refusal', id: refusal.id },
    what,
    doctor: refusal.doctorName,
    day: refusal.effectiveOn,
    ...(what === 'refusal' && { onPaperFrom: refusal.doctorId }),
  })

function tellOfRefusal({ payload }: DomainEvent<'doctor-choice.refused'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const refusal = await findRefusal(tx, payload.refusalId)
    if (refusal?.state === 'ACCEPTED') await tellRefusal(tx, platform, refusal, 'refusal')
  })
}

function tellOfRequest({ id, payload }: DomainEvent<'doctor-choice.request'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const request = await findRequest(tx, payload.requestId)
    // What is carried out at once is told as a choice or as leaving.
    if (!request || (payload.what === 'received' && (request.kind === 'ORDINARY' || request.kind === 'REVOKE'))) return
    await tell(tx, platform, {
      patientId: payload.patientId,
      about: { kind: 'doctor-request', id: request.id },
      what: `request-${payload.what}`,
      doctor: request.doctorName,
      again: id,
      ...(payload.what !== 'received' && { onPaperFrom: request.doctorId }),
    })
  })
}

const atOnce = 200

/** Tells the whole list of a doctor, some at a time: after a stop it goes on where it was. */
async function tellOfDeparture({ payload }: DomainEvent<'doctor-choice.departure'>, platform: Platform): Promise<void> {
  for (let told = atOnce; told === atOnce;) {
    told = await asSystem(platform.db, async (tx) => {
      const stays = payload.what === 'called-off'
      const { departure, people } = await nextToTell(tx, payload.departureId, stays ? 'CALLED_OFF' : 'PLANNED', atOnce)
      for (const patientId of people)
        await tell(tx, platform, {
          patientId,
          about: { kind: 'departure', id: departure.id },
          what: stays ? 'staying' : 'leaving',
          doctor: departure.doctorName,
          day: stays ? null : departure.lastDay,
          onPaperFrom: departure.doctorId,
        })
      return people.length
    })
  }
}

/** Days for which a reminder missed by a stop of the worker is made up for. */
const longestStop = 6

/** Reminds of what is near: a refusal that will count, and the birthday on which the choice of a paediatrician ends. */
export async function remind(platform: Platform, rule: Rule): Promise<void> {
  const today = romeDay(platform.now())
  await asSystem(platform.db, async (tx) => {
    const near = await refusalsFrom(tx, addDays(today, 1), addDays(today, rule.remindDaysBeforeRefusal))
    for (const refusal of near) await tellRefusal(tx, platform, refusal, 'refusal-near')
  })
  for (const days of rule.remindDaysBeforeLimit) {
    const first = addDays(today, Math.max(1, days - longestStop))
    await asSystem(platform.db, async (tx) => {
      for (const { id, personId, on } of await choicesTurning(tx, rule.paediatricUntil, first, addDays(today, days))) {
        const choice = (await findChoice(tx, id))!
        await tell(tx, platform, {
          patientId: personId,
          about: { kind: 'doctor-choice', id },
          what: 'turning-14',
          doctor: choice.doctorName,
          day: on,
          again: String(days),
          usefulUntil: on,
          // One letter is enough, and needs time to arrive.
          ...(days === Math.max(...rule.remindDaysBeforeLimit) && { onPaperFrom: choice.doctorId }),
        })
      }
    })
  }
}

export const notices = [
  listener({ event: 'doctor-choice.chosen', name: 'doctor-choice.tell-of-choice', handle: tellOfChoice }),
  listener({ event: 'doctor-choice.ended', name: 'doctor-choice.tell-of-end', handle: tellOfEnd }),
  listener({ event: 'doctor-choice.refused', name: 'doctor-choice.tell-of-refusal', handle: tellOfRefusal }),
  listener({ event: 'doctor-choice.request', name: 'doctor-choice.tell-of-request', handle: tellOfRequest }),
  listener({ event: 'doctor-choice.departure', name: 'doctor-choice.tell-of-departure', handle: tellOfDeparture }),
]
