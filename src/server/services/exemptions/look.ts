// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../access/audit/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, becomeActor, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, ageOn, romeDay, type Day } from '../../platform/time.ts'
import type { Language } from '../../platform/text.ts'
import { findExemption } from '../../registry/catalogues/index.ts'
import {
  exemptionHistory,
  exemptionsOf,
  familyOf,
  findHealthCode,
  getExemptions,
  getPerson,
  getPersons,
  type HeldExemption,
} from '../../registry/people/index.ts'
import { noExemption } from './refusals.ts'
import { incomeYearOf, limitOf, sizeOf, whyNot, yearEnd, type Household } from './rules.ts'
import type { Exemption, Exemptions, Fits, Form, Questions } from './schema.ts'
import { codeRulesOn, settingOn, type Setting } from './settings.ts'

/** The name of a code in the reader's language; the code itself when the catalogue does not know it. */
export async function nameOfCode(tx: Tx, code: string, day: Day, language: Language): Promise<string> {
  const kind = await findExemption(tx, code, day)
  return (language === 'it' ? kind?.descriptionIt : kind?.descriptionEn) ?? code
}

/** Which codes fit answers to five questions. Nothing is stored, and nobody's data is read. */
export function checkQuestions(platform: Platform, language: Language, answers: Questions): Promise<Fits> {
  const today = romeDay(platform.now())
  const { birthDate, incomeCents, condition } = answers
  const household: Household = { spouse: answers.spouse, children: answers.children, others: answers.others }
  return asSystem(platform.db, async (tx) => {
    const rules = await codeRulesOn(tx, platform.config.region.code, today)
    const codes: Fits['codes'] = []
    for (const rule of rules) {
      const limit = limitOf(rule, household)
      const why = whyNot(rule, { birthDate, household, incomeCents, condition }, today)
      codes.push({
        code: rule.code,
        name: await nameOfCode(tx, rule.code, today, language),
        fits: why.length === 0,
        why,
        limitCents: limit?.cents ?? null,
        below: limit?.comparison === '<',
        condition: rule.condition,
        beneficiaries: rule.beneficiaries,
      })
    }
    return { incomeYear: incomeYearOf(today), members: sizeOf(household), codes }
  })
}

interface Issued {
  protocol: string
  verificationCode: string
  /** Exemptions of others given by the same declaration, when this is the one of whom it is about. */
  others: number
  /** Whether the declaration was about whoever holds it. */
  own: boolean
}

type Certificates = ReadonlyMap<string, Issued>

/**
 * Certificates of these people, asked as the system: a beneficiary's comes from a declaration about somebody else, which she
 * does not get to see.
 */
async function certificatesOf(tx: Tx, personIds: readonly string[]): Promise<Certificates> {
  if (personIds.length === 0) return new Map()
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate as c')
    .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
    .select(['c.exemptionId', 'c.verificationCode', 'c.patientId', 'd.patientId as about', 'd.protocol'])
    .select(({ selectFrom }) =>
      selectFrom('exemptions.certificate as o')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('o.declarationId', '=', 'c.declarationId')
        .whereRef('o.id', '<>', 'c.id')
        .as('others'),
    )
    .where('c.patientId', 'in', personIds)
    .execute()
  return new Map(
    rows.map((row) => [
      row.exemptionId,
      {
        protocol: row.protocol,
        verificationCode: row.verificationCode,
        others: row.about === row.patientId ? (row.others ?? 0) : 0,
        own: row.about === row.patientId,
      },
    ]),
  )
}

const inForce = new Set(['ACTIVE', 'CERTIFIED'])

/** The state as people see it: what has run out has expired. */
export const stateNow = (
  { state, until }: Pick<HeldExemption, 'state' | 'until'>,
  today: Day,
): HeldExemption['state'] => (inForce.has(state) && until !== null && until < today ? 'EXPIRED' : state)

async function viewAll(
  tx: Tx,
  platform: Platform,
  language: Language,
  held: readonly HeldExemption[],
  certificates: Certificates,
): Promise<Exemption[]> {
  const today = romeDay(platform.now())
  const region = platform.config.region.code
  const setting = await settingOn(tx, region, today)
  const declarable = new Set((await codeRulesOn(tx, region, today)).map(({ code }) => code))
  const people = new Map((await getPersons(tx, [...new Set(held.map((one) => one.personId))])).map((p) => [p.id, p]))
  const views: Exemption[] = []
  for (const one of held) {
    const person = people.get(one.personId)
    if (!person) continue
    const state = stateNow(one, today)
    const certificate = certificates.get(one.id)
    views.push({
      id: one.id,
      code: one.code,
      name: await nameOfCode(tx, one.code, today, language),
      patient: { id: person.id, givenName: person.givenName, familyName: person.familyName },
      state,
      origin: one.origin,
      from: one.from,
      until: one.until,
      income: declarable.has(one.code),
      protocol: certificate?.protocol ?? null,
      verificationCode: certificate?.verificationCode ?? null,
      mayCease: declarable.has(one.code) && inForce.has(state),
      mayRenew: declarable.has(one.code) && renewable(one, state, held, setting, today),
      othersEnd: certificate?.others ?? 0,
      ownDeclaration: certificate?.own ?? false,
    })
  }
  return views
}

/** Near its end, or run out and not followed by another of the same code. */
function renewable(
  one: HeldExemption,
  state: HeldExemption['state'],
  all: readonly HeldExemption[],
  setting: Setting,
  today: Day,
): boolean {
  if (one.until === null || !(state === 'EXPIRED' || inForce.has(state))) return false
  if (addDays(one.until, -setting.renewDays) > today) return false
  return !all.some(
    (other) =>
      other.personId === one.personId && other.code === one.code && other.from > one.from && inForce.has(other.state),
  )
}

/** Exemptions of the people one may act for, the latest first, noted in the trail of each. */
export function listExemptions(platform: Platform, actor: Actor, patientId?: string): Promise<Exemptions> {
  if (patientId) mustActFor(actor, patientId)
  const people = patientId ? [patientId] : [...actor.patients]
  return asSystem(platform.db, async (tx) => {
    const certificates = await certificatesOf(tx, people)
    becomeActor(tx, actor)
    const today = romeDay(platform.now())
    const items = await viewAll(tx, platform, actor.language, await exemptionHistory(tx, people), certificates)
    const fullyExempt: string[] = []
    for (const id of people) if (await paysNothing(tx, platform, id, today)) fullyExempt.push(id)
    const entry = { action: 'SEARCH', object: 'exemption', purpose: 'exemption' } as const
    await audit(tx, actor, ...people.map((id) => ({ ...entry, patientId: id })))
    return { items, fullyExempt }
  })
}

/** Whether somebody pays nothing already by a code that asks for no income, such as full disability. */
async function paysNothing(tx: Tx, platform: Platform, personId: string, today: Day): Promise<boolean> {
  const declarable = (await codeRulesOn(tx, platform.config.region.code, today)).map(({ code }) => code)
  const held = await exemptionsOf(tx, personId, today)
  return held.some(({ code, covers }) => covers === 'all' && !declarable.includes(code))
}

/** One exemption as the person sees it, noted in the trail; not found for a stranger. */
export function showExemption(
  platform: Platform,
  actor: Actor,
  id: string,
  action: AuditAction = 'READ',
): Promise<Exemption> {
  return asSystem(platform.db, async (tx) => {
    const certificates = await certificatesOf(tx, actor.patients)
    becomeActor(tx, actor)
    const [held] = await getExemptions(tx, [id])
    if (!held || !actor.patients.includes(held.personId)) throw noExemption
    const all = await exemptionHistory(tx, [held.personId])
    const view = (await viewAll(tx, platform, actor.language, all, certificates)).find((one) => one.id === id)
    if (!view) throw noExemption
    await audit(tx, actor, {
      action,
      patientId: held.personId,
      object: 'exemption',
      objectId: id,
      purpose: 'exemption',
    })
    return view
  })
}

/** What the form starts from: whom the registry knows of the family, and what was declared last when it is a renewal. */
export function showForm(platform: Platform, actor: Actor, patientId: string, renews?: string): Promise<Form> {
  mustActFor(actor, patientId)
  return asSystem(platform.db, async (tx) => {
    const today = romeDay(platform.now())
    const { id, givenName, familyName, birthDate } = await getPerson(tx, patientId)
    const minor = ageOn(birthDate, today) < 18
    const family = await familyOf(tx, patientId, today)
    const before = renews ? await earlier(tx, platform, actor, patientId, renews) : null
    const household: Form['household'] = before?.household ?? []
    if (!before)
      for (const one of family) {
        household.push({
          personId: one.id,
          givenName: one.givenName,
          familyName: one.familyName,
          fiscalCode: (await findHealthCode(tx, one.id, today))?.value ?? null,
          birthDate: one.birthDate,
          relation: one.relation,
          dependant: one.relation === 'child' || one.relation === 'sibling',
        })
      }
    const entry = { action: 'READ', object: 'exemption', purpose: 'exemption' } as const
    const shown = new Set([patientId, ...household.flatMap(({ personId }) => personId ?? [])])
    await audit(tx, actor, ...[...shown].map((one) => ({ ...entry, patientId: one })))
    return {
      patient: { id, givenName, familyName, birthDate },
      minor,
      fullyExempt: await paysNothing(tx, platform, patientId, today),
      incomeYear: incomeYearOf(before?.renews.from ?? today),
      household,
      renews: before?.renews ?? null,
    }
  })
}

type Renewed = { household: Form['household']; renews: NonNullable<Form['renews']> }

/** What was declared for an exemption that can be renewed, with the period of the new one. */
async function earlier(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  patientId: string,
  exemptionId: string,
): Promise<Renewed | null> {
  const today = romeDay(platform.now())
  const history = await exemptionHistory(tx, [patientId])
  const views = await viewAll(tx, platform, actor.language, history, await certificatesOf(tx, [patientId]))
  const view = views.find((one) => one.id === exemptionId)
  if (!view?.mayRenew || view.until === null) throw noExemption
  const row = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate as c')
    .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
    .select(['d.household', 'd.facts', 'd.incomeCents', 'd.limitCents', 'd.patientId'])
    .where('c.exemptionId', '=', exemptionId)
    .executeTakeFirst()
  // Who was a beneficiary of somebody else's declaration starts from the beginning.
  if (!row || row.patientId !== patientId) return null
  const family = new Map((await familyOf(tx, patientId, today)).map((one) => [one.id, one]))
  const household = (row.household as unknown as Form['household']).map((one) => {
    const known = one.personId ? family.get(one.personId) : undefined
    return { ...one, personId: known?.id ?? null, birthDate: known?.birthDate ?? null }
  })
  const facts = row.facts as unknown as Partial<Pick<Renewed['renews'], 'job' | 'pension'>> // written by declare()
  const from = view.until < today ? today : addDays(view.until, 1)
  const setting = await settingOn(tx, platform.config.region.code, today)
  return {
    household,
    renews: {
      exemptionId,
      code: view.code,
      name: view.name,
      from,
      until: yearEnd(from, setting.yearEnd),
      incomeCents: row.incomeCents,
      limitCents: row.limitCents,
      job: facts.job ?? null,
      pension: facts.pension ?? null,
    },
  }
}
