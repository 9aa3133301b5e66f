// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { ageOn, type Day } from '../../platform/time.ts'
import type { Fitness } from '../../engines/scheduling/index.ts'
import { findOrganisationByCode } from '../../registry/organisations/index.ts'
import { findHome, getPerson } from '../../registry/people/index.ts'
import type { StoredLine, StoredPrescription } from './prescriptions.ts'

/** What the agendas for any line of a prescription must admit: the patient, and where it may be served. */
export async function fitnessOf(
  tx: Tx,
  prescription: StoredPrescription,
  today: Day,
): Promise<Omit<Fitness, 'access'>> {
  const [person, { aslId }, organisationId] = await Promise.all([
    getPerson(tx, prescription.patientId),
    findHome(tx, prescription.patientId, today),
    internalOrganisation(tx, prescription),
  ])
  return {
    ageYears: ageOn(person.birthDate, today),
    sex: person.sex,
    ...(aslId && { residenceAslId: aslId }),
    ...(organisationId && { organisationId }),
  }
}

/** First visits and follow-ups have agendas of their own (PNGLA). */
export function accessOf({ firstAccess }: Pick<StoredLine, 'firstAccess'>): 'first' | 'follow-up' | 'any' {
  if (firstAccess === null) return 'any'
  return firstAccess ? 'first' : 'follow-up'
}

/** A prescription for internal use (ricettaInterna) is served only by the structure of its prescriber. */
async function internalOrganisation(tx: Tx, prescription: StoredPrescription): Promise<string | undefined> {
  const { internal, prescriber } = prescription.content
  if (!internal || !prescriber.structure) return undefined
  return (await findOrganisationByCode(tx, prescriber.structure))?.id
}
