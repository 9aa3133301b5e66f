// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../../access/audit/index.ts'
import { exemptionDeclaration } from '../../../engines/documents/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { notFound } from '../../../platform/errors.ts'
import type { Platform } from '../../../platform/room.ts'
import { romeDay } from '../../../platform/time.ts'
import { getOrganisations, organisationNames } from '../../../registry/organisations/index.ts'
import {
  exemptionSteps,
  findHealthCode,
  getExemptions,
  getPerson,
  getPersons,
  healthCodesOf,
} from '../../../registry/people/index.ts'
import type { DeclaredMember } from '../household.ts'
import { nameOfCode, stateNow } from '../look.ts'
import { noExemption } from '../refusals.ts'
import type { NewDeclaration } from '../schema.ts'
import { authorityIdsOf } from './scope.ts'
import type { Declaration } from './schema.ts'

export const noDeclaration = notFound({ it: 'Dichiarazione', en: 'Declaration' })

async function getRow(tx: Tx, id: string) {
  const row = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.declaration')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw noDeclaration
  const facts = row.facts as unknown as Pick<NewDeclaration, 'job' | 'pension'> // both written by declare()
  return { ...row, household: row.household as unknown as DeclaredMember[], facts }
}

/** One declaration of the officer's authorities with all it says and what came of it; everybody it names has it in her trail. */
export function showDeclaration(platform: Platform, actor: Actor, id: string): Promise<Declaration> {
  return asSystem(platform.db, async (tx) => {
    const row = await getRow(tx, id)
    if (!(await authorityIdsOf(tx, actor)).includes(row.aslId)) throw noDeclaration
    const today = romeDay(platform.now())
    const patient = await getPerson(tx, row.patientId)
    const declarant = await getPerson(tx, row.declarantId)
    const offices = await organisationNames(tx, [row.aslId, row.districtId])
    const given = await givenBy(tx, platform, id, row.patientId)
    await note(tx, actor, 'READ', id, [
      row.patientId,
      row.declarantId,
      ...row.household.flatMap(({ personId }) => personId ?? []),
    ])
    return {
      id,
      protocol: row.protocol,
      code: row.code,
      name: await nameOfCode(tx, row.code, row.startsOn, actor.language),
      patientName: `${patient.givenName} ${patient.familyName}`,
      fiscalCode: (await findHealthCode(tx, patient.id, today))?.value ?? null,
      birthDate: patient.birthDate,
      declarantName: `${declarant.givenName} ${declarant.familyName}`,
      declarantAs: row.declarantAs as Declaration['declarantAs'], // checked by the table
      submittedAt: row.submittedAt.toISOString(),
      startsOn: row.startsOn,
      incomeYear: row.incomeYear,
      incomeCents: row.incomeCents,
      limitCents: row.limitCents,
      presumed: row.presumed,
      household: row.household,
      jobCentre: row.facts.job?.jobCentre ?? null,
      jobEndedOn: row.facts.job?.endedOn ?? null,
      pensionNumber: row.facts.pension?.number ?? null,
      authority: offices.get(row.aslId) ?? platform.config.region.owner,
      district: offices.get(row.districtId ?? '') ?? null,
      exemptions: given,
    }
  })
}

/** Exemptions that a declaration gave with what happened to them, the one of whom it is about first. */
async function givenBy(
  tx: Tx,
  { now }: Platform,
  declarationId: string,
  aboutId: string,
): Promise<Declaration['exemptions']> {
  const certificates = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate')
    .select('exemptionId')
    .where('declarationId', '=', declarationId)
    .orderBy('id')
    .execute()
  const held = await getExemptions(
    tx,
    certificates.map(({ exemptionId }) => exemptionId),
  )
  const people = new Map(
    (
      await getPersons(
        tx,
        held.map(({ personId }) => personId),
      )
    ).map((one) => [one.id, one]),
  )
  const steps = await exemptionSteps(
    tx,
    held.map((one) => one.id),
  )
  return held
    .toSorted((a, b) => Number(b.personId === aboutId) - Number(a.personId === aboutId))
    .map((one) => ({
      id: one.id,
      familyName: people.get(one.personId)?.familyName ?? '',
      givenName: people.get(one.personId)?.givenName ?? '',
      state: stateNow(one, romeDay(now())),
      from: one.from,
      until: one.until,
      steps: steps
        .filter(({ exemptionId }) => exemptionId === one.id)
        .map(({ state, from, until, at }) => ({ state, from, until, at: at.toISOString() })),
    }))
}

/** The signed declaration as a tagged PDF/A for the office. */
export function printForOffice(platform: Platform, actor: Actor, id: string): Promise<Buffer> {
  return asSystem(platform.db, async (tx) => {
    const { aslId } = await getRow(tx, id)
    if (!(await authorityIdsOf(tx, actor)).includes(aslId)) throw noDeclaration
    return print(tx, platform, actor, id)
  })
}

/** The same for the person it is about and for who acts for her, by her exemption; not for a beneficiary. */
export function printForCitizen(platform: Platform, actor: Actor, exemptionId: string): Promise<Buffer> {
  return asSystem(platform.db, async (tx) => {
    const found = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.certificate as c')
      .innerJoin('exemptions.declaration as d', (join) =>
        join.onRef('d.id', '=', 'c.declarationId').onRef('d.patientId', '=', 'c.patientId'),
      )
      .select(['d.id', 'd.patientId'])
      .where('c.exemptionId', '=', exemptionId)
      .executeTakeFirst()
    if (!found || !actor.patients.includes(found.patientId)) throw noExemption
    return print(tx, platform, actor, found.id)
  })
}

async function print(tx: Tx, { config }: Platform, actor: Actor, id: string): Promise<Buffer> {
  const row = await getRow(tx, id)
  const day = romeDay(row.submittedAt)
  const people = new Map((await getPersons(tx, [row.patientId, row.declarantId])).map((one) => [one.id, one]))
  const codes = await healthCodesOf(tx, [row.patientId, row.declarantId], day)
  const who = (personId: string) => {
    const person = people.get(personId)
    return {
      name: `${person?.givenName ?? ''} ${person?.familyName ?? ''}`.trim(),
      fiscalCode: codes.get(personId) ?? null,
      birthDate: person?.birthDate ?? null,
    }
  }
  const [asl] = await getOrganisations(tx, [row.aslId])
  await note(tx, actor, 'PRINT', id, [row.patientId, row.declarantId])
  return exemptionDeclaration(
    {
      issuer: { name: config.region.owner, telephone: config.region.telephone, email: config.region.email },
      submittedAt: row.submittedAt,
      protocol: row.protocol,
      declarant: who(row.declarantId),
      patient: row.patientId === row.declarantId ? null : who(row.patientId),
      code: row.code,
      description: await nameOfCode(tx, row.code, row.startsOn, actor.language),
      startsOn: row.startsOn,
      incomeYear: row.incomeYear,
      incomeCents: row.incomeCents,
      limitCents: row.limitCents,
      presumed: row.presumed,
      household: row.household,
      job: row.facts.job ?? null,
      pensionNumber: row.facts.pension?.number ?? null,
      authority: asl?.name ?? config.region.owner,
    },
    actor.language,
  )
}

const note = (tx: Tx, actor: Actor, action: AuditAction, objectId: string, people: readonly string[]) =>
  audit(
    tx,
    actor,
    ...[...new Set(people)].map((patientId) => ({
      action,
      patientId,
      object: 'exemption',
      objectId,
      purpose: 'exemption' as const,
    })),
  )
