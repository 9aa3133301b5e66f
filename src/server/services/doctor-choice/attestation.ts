// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { doctorAttestation } from '../../engines/documents/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { withActor } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { choicesOf, getDoctor } from '../../registry/doctors/index.ts'
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
        from: choice.from,
        person: { ...person, fiscalCode: code?.value ?? null },
        doctor,
      },
      actor.language,
    )
  })
}
