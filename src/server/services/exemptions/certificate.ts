// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables } from '../../platform/database.ts'
import { readPublicCode } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { exemptionCertificate } from '../../engines/documents/index.ts'
import { getOrganisations } from '../../registry/organisations/index.ts'
import { findHealthCode, getExemptions, getPerson } from '../../registry/people/index.ts'
import { nameOfCode, showExemption, stateNow } from './look.ts'
import { noCertificate, noExemption } from './refusals.ts'
import type { Verified } from './schema.ts'

/** The certificate of a self-certified exemption as a tagged PDF/A: it can be shown as long as the exemption holds. */
export async function printCertificate(platform: Platform, actor: Actor, id: string): Promise<Buffer> {
  await showExemption(platform, actor, id, 'PRINT')
  const { config, now } = platform
  // The declaration a beneficiary's certificate comes from is about somebody else.
  return asSystem(platform.db, async (tx) => {
    const today = romeDay(now())
    const row = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.certificate as c')
      .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
      .select(['c.patientId', 'c.verificationCode', 'd.protocol', 'd.declarantId', 'd.declarantAs', 'd.aslId'])
      .select(['d.submittedAt', 'd.incomeYear', 'd.patientId as aboutId', 'd.presumed'])
      .where('c.exemptionId', '=', id)
      .executeTakeFirst()
    const [held] = await getExemptions(tx, [id])
    if (!row || !held || held.until === null) throw noExemption
    const patient = await getPerson(tx, row.patientId)
    const declarant = await getPerson(tx, row.declarantId)
    const [asl] = await getOrganisations(tx, [row.aslId])
    return exemptionCertificate(
      {
        issuer: { name: config.region.owner, telephone: config.region.telephone, email: config.region.email },
        issuedAt: now(),
        holder: {
          name: `${patient.givenName} ${patient.familyName}`,
          fiscalCode: (await findHealthCode(tx, patient.id, today))?.value ?? null,
          birthDate: patient.birthDate,
        },
        code: held.code,
        description: await nameOfCode(tx, held.code, held.from, actor.language),
        from: held.from,
        until: held.until,
        inForce: ['ACTIVE', 'CERTIFIED'].includes(stateNow(held, today)),
        protocol: row.protocol,
        declaredBy: `${declarant.givenName} ${declarant.familyName}`,
        declaredAt: row.submittedAt,
        incomeYear: row.incomeYear,
        authority: asl?.name ?? config.region.owner,
        verificationCode: row.verificationCode,
        verifyUrl: `${config.publicUrl}/verifica-esenzione`,
      },
      actor.language,
    )
  })
}

/**
 * What a certificate's code tells whoever checks it: whether it holds today and for whom, by initials and year of birth, which
 * is enough beside the document that the person shows. Noted in the trail of whose it is.
 *
 * @throws Refusal `exemptions/no-certificate`
 */
export function verifyCertificate(platform: Platform, actor: Actor, typed: string): Promise<Verified> {
  return asSystem(platform.db, async (tx) => {
    const code = readPublicCode(typed)
    const row = code
      ? await tables<'exemptions'>(tx)
          .selectFrom('exemptions.certificate as c')
          .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
          .select(['c.exemptionId', 'c.patientId', 'd.protocol'])
          .where('c.verificationCode', '=', code)
          .executeTakeFirst()
      : undefined
    const [held] = await getExemptions(tx, row ? [row.exemptionId] : [])
    if (!row || !held) throw noCertificate
    const today = romeDay(platform.now())
    const person = await getPerson(tx, row.patientId)
    const running = ['ACTIVE', 'CERTIFIED'].includes(held.state)
    const entry = { action: 'READ', object: 'exemption', objectId: held.id, purpose: 'exemption' } as const
    await audit(tx, actor, { ...entry, patientId: row.patientId })
    return {
      valid: running && held.from <= today && (held.until === null || today <= held.until),
      ended: !running,
      code: held.code,
      initials: [person.givenName, person.familyName].map((name) => `${name.trim()[0] ?? ''}.`).join(' '),
      birthYear: Number(person.birthDate.slice(0, 4)),
      from: held.from,
      until: held.until,
      protocol: row.protocol,
    }
  })
}
