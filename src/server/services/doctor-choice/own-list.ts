// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../access/audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import {
  getDoctor,
  movementsIn,
  patientsOf,
  postOf,
  type DoctorRefusal,
  type Movement,
  type Patient,
  type PatientSearch,
} from '../../registry/doctors/index.ts'
import { recordRefusal } from './refusals.ts'
import { doctorStep, requestsForDoctor, type ChoiceRequest } from './requests.ts'
import type { Rule } from './rules.ts'

const noPost = new Refusal(
  'doctor-choice/no-post',
  404,
  {
    it: 'A questo ruolo non corrisponde un incarico di medico di famiglia o pediatra.',
    en: 'This role has no post of family doctor or paediatrician.',
  },
  {
    next: {
      it: 'Se è un errore, avvisa l’ufficio della tua azienda sanitaria.',
      en: 'If this is wrong, tell the office of your health authority.',
    },
  },
)

/** Does something with the list of the doctor who acts; refuses when she has no post. */
function withOwn<T>({ db, now }: Platform, actor: Actor, work: (tx: Tx, doctorId: string) => Promise<T>): Promise<T> {
  return asSystem(db, async (tx) => {
    const doctorId = await postOf(tx, actor.personId!, romeDay(now())) // the policy lets only professionals in
    if (doctorId === undefined) throw noPost
    return work(tx, doctorId)
  })
}

const trace = (tx: Tx, actor: Actor, action: AuditAction, people: Iterable<string>) =>
  audit(
    tx,
    actor,
    ...[...new Set(people)].map((patientId) => ({
      action,
      patientId,
      object: 'doctor-choice',
      purpose: 'primary-care',
    })),
  )

const idOf = ({ personId }: { personId: string }) => personId

/** A page of the doctor's own list, or all of it to take away. Everybody named is in the trail. */
export function ownPatients(
  platform: Platform,
  actor: Actor,
  search: PatientSearch,
  limit: number,
  action: 'SEARCH' | 'EXPORT' = 'SEARCH',
) {
  return withOwn(platform, actor, async (tx, doctorId) => {
    const [doctor, patients] = [
      await getDoctor(tx, doctorId),
      await patientsOf(tx, doctorId, search, romeDay(platform.now()), limit),
    ]
    await trace(tx, actor, action, patients.map(idOf))
    return { doctor, patients }
  })
}

/** Who entered and left in a month (`YYYY-MM`). */
export function ownMovements(platform: Platform, actor: Actor, month: string): Promise<Movement[]> {
  return withOwn(platform, actor, async (tx, doctorId) => {
    const first = `${month}-01`
    const next = `${addDays(first, 31).slice(0, 7)}-01`
    const found = await movementsIn(tx, doctorId, romeInstant(first), romeInstant(next))
    await trace(tx, actor, 'SEARCH', found.map(idOf))
    return found
  })
}

/** Requests that wait for the doctor's answer. */
export function ownRequests(platform: Platform, actor: Actor): Promise<ChoiceRequest[]> {
  return withOwn(platform, actor, async (tx, doctorId) => {
    const found = await requestsForDoctor(tx, doctorId)
    await trace(tx, actor, 'SEARCH', found.map(idOf))
    return found
  })
}

/** The doctor accepts somebody of another area or beyond 14 years, or does not. */
export const answerRequest = (
  platform: Platform,
  rule: Rule,
  actor: Actor,
  id: string,
  accepts: boolean,
): Promise<void> =>
  withOwn(platform, actor, (tx, doctorId) => doctorStep(tx, { platform, rule, actor }, doctorId, id, accepts))

/** The doctor tells the authority that she gives up somebody's care: received today, decided by the same rule as on paper. */
export const refuseOwn = (
  platform: Platform,
  actor: Actor,
  personId: string,
  motive: DoctorRefusal['motive'],
): Promise<DoctorRefusal> =>
  withOwn(platform, actor, (tx, doctorId) =>
    recordRefusal(tx, platform, actor, { personId, doctorId, receivedOn: romeDay(platform.now()), motive }),
  )

export type { Patient }
