// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { findPersonByFiscalCode, getPerson } from '../../registry/people/index.ts'
import type { Tx } from '../../platform/database.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { ownSignInAge } from '../delegations/index.ts'
import { closeSession, holdsRole, openSession, type NewSession } from '../sessions/index.ts'
import { ageOn, type Identity } from './identity.ts'

/** Whom a proven identity lets in, or why not. */
export type Admission =
  | { kind: 'admitted'; personId: string }
  | { kind: 'unknown-person' | 'too-young' | 'other-person' }

/** How the registers of sign-ins name those who were not let in. */
export const notAdmitted = {
  'unknown-person': 'person/unknown',
  'too-young': 'person/too-young',
  'other-person': 'person/other',
} as const satisfies Record<Exclude<Admission['kind'], 'admitted'>, string>

/**
 * Finds the person of a proven identity in the registry. Every way of signing in asks here. Where the identity says no date
 * of birth (a card names only the fiscal code, which does not tell the century) that of the registry counts.
 *
 * @param expectedPerson who was signed in when a step-up began; nobody else is admitted then, known or not
 */
export async function admissionOf(
  tx: Tx,
  { fiscalCode, birthDate }: Pick<Identity, 'fiscalCode'> & Partial<Pick<Identity, 'birthDate'>>,
  now: Date,
  expectedPerson: string | null,
): Promise<Admission> {
  const today = romeDay(now)
  const [person, ownAge] = await Promise.all([findPersonByFiscalCode(tx, fiscalCode), ownSignInAge(tx, today)])
  if (expectedPerson !== null && person?.id !== expectedPerson) return { kind: 'other-person' }
  if (!person) return { kind: 'unknown-person' }
  const born = birthDate ?? (await getPerson(tx, person.id)).birthDate
  if (ageOn(today, born) < ownAge) return { kind: 'too-young' }
  return { kind: 'admitted', personId: person.id }
}

/** Opens the session of a person who was admitted and ends the one that the browser had. */
export async function letIn(
  tx: Tx,
  now: Date,
  session: NewSession,
  previousSession: string | null,
): Promise<{ id: string; token: string }> {
  const opened = await openSession(tx, now, session)
  if (previousSession) await closeSession(tx, previousSession)
  return opened
}

/** Who holds roles chooses one first, unless she was on her way to a page. */
export async function landing(tx: Tx, personId: string, returnTo: string, today: Day): Promise<string> {
  return returnTo === '/app' && (await holdsRole(tx, personId, today)) ? '/operatori' : returnTo
}
