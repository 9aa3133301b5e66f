// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import { ageOn, daysBetween, type Day } from '../../platform/time.ts'
import type { ChoiceFacts, ChoiceKind } from '../../registry/doctors/index.ts'
import { decide, kindsAt, mustBeOpen, monthsLater, refusals, type Rule } from './rules.ts'

export const requestKinds = ['ORDINARY', 'REVOKE', 'OUT_OF_AREA', 'TEMPORARY', 'OVER_14', 'EXCEPTION'] as const
export type RequestKind = (typeof requestKinds)[number]
export const requestReasons = ['WORK', 'STUDY', 'HEALTH', 'FAMILY_CARE', 'NEWBORN', 'FAMILY', 'CONTINUITY'] as const
export type RequestReason = (typeof requestReasons)[number]
export const requestStates = ['WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN', 'DONE', 'REJECTED', 'WITHDRAWN'] as const
export type RequestState = (typeof requestStates)[number]
export type RequestStep =
  | 'doctor-accepts'
  | 'doctor-declines'
  | 'doctor-silent'
  | 'ask'
  | 'answer'
  | 'accept'
  | 'refuse'
  | 'withdraw'

/** Lifecycle of a request: from which states each step leads where. */
export const requestSteps: Record<RequestStep, { from: readonly RequestState[]; to: RequestState }> = {
  'doctor-accepts': { from: ['WAIT_DOCTOR'], to: 'WAIT_OFFICE' },
  'doctor-declines': { from: ['WAIT_DOCTOR'], to: 'REJECTED' },
  'doctor-silent': { from: ['WAIT_DOCTOR'], to: 'WAIT_OFFICE' },
  ask: { from: ['WAIT_OFFICE'], to: 'WAIT_CITIZEN' },
  answer: { from: ['WAIT_CITIZEN'], to: 'WAIT_OFFICE' },
  accept: { from: ['WAIT_OFFICE'], to: 'DONE' },
  refuse: { from: ['WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN'], to: 'REJECTED' },
  withdraw: { from: ['WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN'], to: 'WITHDRAWN' },
}

/** Reasons of each kind that needs one. */
const reasonsOf: Partial<Record<RequestKind, readonly RequestReason[]>> = {
  TEMPORARY: ['WORK', 'STUDY', 'HEALTH', 'FAMILY_CARE'],
  EXCEPTION: ['NEWBORN', 'FAMILY', 'CONTINUITY'],
}

/** Kinds that the doctor must accept (ACN 2024 art. 39; ACN PLS on the extension to 16). */
export const needsDoctor = (kind: RequestKind): boolean => kind === 'OUT_OF_AREA' || kind === 'OVER_14'

const wrongReason = new Refusal(
  'doctor-choice/wrong-reason',
  422,
  { it: 'Questo motivo non va bene per questa richiesta.', en: 'This reason does not fit this request.' },
  { field: 'reason', next: { it: 'Scegli un altro motivo.', en: 'Choose another reason.' } },
)
const wrongPeriod = new Refusal(
  'doctor-choice/wrong-period',
  422,
  {
    it: 'Una scelta temporanea dura da tre mesi a un anno.',
    en: 'A temporary choice lasts from three months to one year.',
  },
  { field: 'until', next: { it: 'Cambia l’ultimo giorno.', en: 'Change the last day.' } },
)
const noExtension = new Refusal(
  'doctor-choice/no-extension',
  409,
  {
    it: 'Dal pediatra si può restare solo dai 14 ai 16 anni, con il pediatra che accetta.',
    en: 'One can stay with a paediatrician only from 14 to 16, and if she accepts.',
  },
  { next: { it: 'Scegli un medico di famiglia.', en: 'Choose a family doctor.' } },
)
const noException = new Refusal(
  'doctor-choice/no-exception',
  409,
  {
    it: 'Le regole di oggi non ammettono questa deroga al massimale.',
    en: 'The rules of today do not allow this exception to the ceiling.',
  },
  { next: { it: 'Scegli un medico con posti liberi.', en: 'Choose a doctor with places left.' } },
)

/** Years of age at which a paediatrician ends even with an extension (ACN PLS). */
const extendedUntil = 16

export interface RequestWish {
  kind: RequestKind
  reason?: RequestReason | undefined
  until?: Day | undefined
}

/**
 * Whether what is asked may be granted on a day, and the choice it makes: its kind, and its last day where it has one. Asked when the
 * request comes and again when it is decided. @throws Refusal `doctor-choice/…`
 */
export function decideRequest(
  wish: RequestWish,
  facts: ChoiceFacts,
  doctorId: string,
  birth: Day,
  day: Day,
  rule: Rule,
): { kind: ChoiceKind; until: Day | null } {
  const { kind, reason, until = null } = wish
  if ((reasonsOf[kind] ?? [undefined]).every((one) => one !== reason)) throw wrongReason
  if (kind === 'ORDINARY') {
    // The limit of so many days between changes is for changes online.
    const verdict = decide({ ...facts, lastOnlineChange: null }, doctorId, birth, day, rule)
    return { kind: verdict.kind, until: null }
  }
  mustBeOpen(facts, day)
  if (kind === 'OVER_14') {
    const age = ageOn(birth, day)
    if (facts.kind !== 'PLS' || age < rule.paediatricUntil - 1 || age >= extendedUntil) throw noExtension
    return { kind, until: dayBefore(monthsLater(birth, extendedUntil * 12)) }
  }
  if (facts.current?.doctorId === doctorId) throw refusals.sameDoctor
  if (!kindsAt(birth, day, rule).includes(facts.kind))
    throw facts.kind === 'PLS' ? refusals.tooOldForPaediatrician : refusals.onlyPaediatrician
  if (kind === 'TEMPORARY') {
    if (until === null || until < monthsLater(day, 3) || until > monthsLater(day, 12)) throw wrongPeriod
    return { kind, until }
  }
  if (!facts.enrolled) throw refusals.notEnrolled
  if (kind === 'OUT_OF_AREA') return { kind, until: null }
  const exception = rule.exceptions.find(
    ({ code, from, to }) => code === reason && from <= day && (to === null || to >= day),
  )
  const tooOld =
    exception?.belowDays !== null && exception !== undefined && daysBetween(birth, day) >= exception.belowDays
  if (!exception || tooOld || !facts.inArea) throw noException
  return { kind: facts.places > 0 ? 'ORDINARY' : 'EXCEPTION', until: null }
}

function dayBefore(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
