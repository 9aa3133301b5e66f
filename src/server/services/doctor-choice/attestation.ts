// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { doctorAttestation } from '../../engines/documents/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, withActor } from '../../platform/database.ts'
import { readPublicCode } from '../../platform/ids.ts'
import { notFound } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { choicesOf, findChoiceByCode, getDoctor } from '../../registry/doctors/index.ts'
import { findHealthCode, getPerson } from '../../registry/people/index.ts'

/** The attestation of the doctor somebody has today, as a tagged PDF/A. Refuses as not found when she has none. */
export function attestation({ config, db, now }: Platform, actor: Actor, personId: string): Promise<Buffer> {
  mustActFor(actor, personId)
  return withActor(db, actor, async (tx) => {
    const choice = (await choicesOf(tx, personId)).find(({ endReason }) => endReason === null)
    if (!choice) throw notFound({ it: 'Medico scelto', en: 'Chosen doctor' })
    await audit(tx, actor, {
      action: 'PRINT',
      patientId: personId,
      object: 'doctor-choice',
      objectId: choice.id,
      purpose: 'primary-care',
    })
    const [person, code, doctor] = await Promise.all([
      getPerson(tx, personId),
      findHealthCode(tx, personId, romeDay(now())),
      getDoctor(tx, choice.doctorId),
    ])
    const { region } = config
    return doctorAttestation(
      {
        issuer: { name: region.owner, telephone: region.telephone, email: region.email },
        issuedAt: now(),
        code: choice.code,
        verifyUrl: `${config.publicUrl}/verifica-medico`,
        from: choice.from,
        person: { ...person, fiscalCode: code?.value ?? null },
        doctor,
      },
      actor.language,
    )
  })
}

/** Whether an attestation holds today: no more than that, and the same for a code that never was as for one that has ended. */
export function verifyAttestation(
  { db, now }: Platform,
  typed: string,
): Promise<{ valid: boolean; from: Day | null; checkedOn: Day }> {
  const checkedOn = romeDay(now())
  return asSystem(db, async (tx) => {
    const code = readPublicCode(typed)
    const found = code === undefined ? undefined : await findChoiceByCode(tx, code, checkedOn)
    return { valid: found !== undefined, from: found?.from ?? null, checkedOn }
  })
}
