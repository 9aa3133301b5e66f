// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit } from '../../access/audit/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, ageOn, romeDay, type Day } from '../../platform/time.ts'
import {
  enterExemption,
  exemptionHistory,
  findEnrolment,
  getPerson,
  minorsOf,
  type Person,
} from '../../registry/people/index.ts'
import { countHousehold, readHousehold, type DeclaredMember } from './household.ts'
import { alreadyHeld, noCommitment, noFacts, noIncome, notEnrolled, notEntitled, unknownCode } from './refusals.ts'
import { ageFits, incomeYearOf, lastDay, limitOf, whyNot, type CodeRule } from './rules.ts'
import type { NewDeclaration } from './schema.ts'
import { codeRulesOn, settingOn, type Setting } from './settings.ts'

/**
 * Takes a self-certification (art. 46 DPR 445/2000): one exemption and one certificate at once for each beneficiary. It holds
 * from today, or from the day after the one it renews; never from an earlier day. The same key asked twice gives the same
 * exemption. It runs as the system because a household is more people than the declarant may see.
 *
 * @returns the id of the exemption of the person it is about
 */
export function declare(platform: Platform, actor: Actor, key: string, wish: NewDeclaration): Promise<string> {
  mustActFor(actor, wish.patientId)
  const declarantId = actor.personId! // routes for citizens have one
  return asSystem(platform.db, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${declarantId}, 250))`.execute(tx)
    const done = await declaredBefore(tx, declarantId, key)
    if (done) {
      await note(tx, actor, 'READ', done)
      return done.id
    }
    if (!wish.aware || !wish.willTell) throw noCommitment
    const now = platform.now()
    const today = romeDay(now)
    const region = platform.config.region.code
    const setting = await settingOn(tx, region, today)
    const patient = await getPerson(tx, wish.patientId)
    const start = await startOf(tx, wish, setting, today)
    const rule = (await codeRulesOn(tx, region, start)).find(({ code }) => code === wish.code)
    if (!rule) throw unknownCode
    const enrolment = await findEnrolment(tx, patient.id, today)
    if (!enrolment || (enrolment.until && enrolment.until < start)) throw notEnrolled
    const household = await readHousehold(tx, patient.id, wish.household, today)
    const limitCents = checkEntitled(rule, patient, household, wish, start)

    const id = uuidv7(now.getTime())
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.declaration')
      .values({
        id,
        protocol: await nextProtocol(tx, today),
        patientId: patient.id,
        declarantId,
        declarantAs: await relationTo(tx, declarantId, patient.id, today),
        code: wish.code,
        aslId: enrolment.aslId,
        districtId: enrolment.districtId,
        startsOn: start,
        incomeYear: incomeYearOf(start),
        incomeCents: wish.incomeCents,
        presumed: wish.presumed,
        limitCents,
        household: JSON.stringify(household),
        facts: JSON.stringify({ ...(wish.job && { job: wish.job }), ...(wish.pension && { pension: wish.pension }) }),
        rule: JSON.stringify(rule),
        renews: wish.renews ? await declarationOf(tx, wish.renews) : null,
        submittedAt: now,
        idempotencyKey: key,
      })
      .execute()
    const others = household.filter(({ dependant }) =>
      rule.beneficiaries === 'self' ? false : rule.beneficiaries === 'household' || dependant,
    )
    const holders = [patient.id, ...others.flatMap(({ personId }) => personId ?? [])]
    let own: string | undefined
    for (const personId of holders) {
      const exemptionId = await grant(tx, platform, { declarationId: id, personId, rule, start, setting, today })
      if (!exemptionId) continue
      if (personId === patient.id) own = exemptionId
      await note(tx, actor, 'CREATE', { id: exemptionId, patientId: personId })
    }
    if (!own) throw alreadyHeld
    return own
  })
}

async function declaredBefore(
  tx: Tx,
  declarantId: string,
  key: string,
): Promise<{ id: string; patientId: string } | undefined> {
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.declaration as d')
    .innerJoin('exemptions.certificate as c', (join) =>
      join.onRef('c.declarationId', '=', 'd.id').onRef('c.patientId', '=', 'd.patientId'),
    )
    .select(['c.exemptionId as id', 'd.patientId'])
    .where('d.declarantId', '=', declarantId)
    .where('d.idempotencyKey', '=', key)
    .executeTakeFirst()
}

/**
 * Today; or the day after the last one of the same code when that is near enough to be renewed.
 *
 * @throws Refusal `exemptions/already-held`
 */
async function startOf(tx: Tx, wish: NewDeclaration, setting: Setting, today: Day): Promise<Day> {
  const held = (await exemptionHistory(tx, [wish.patientId])).filter(
    ({ code, state, until }) =>
      code === wish.code && (state === 'ACTIVE' || state === 'CERTIFIED') && (until === null || until >= today),
  )
  const [latest] = held
  if (!latest) return today
  if (latest.until === null || latest.from > today || addDays(latest.until, -setting.renewDays) > today)
    throw alreadyHeld
  return addDays(latest.until, 1)
}

/** Checks who is entitled, and what goes with the code; gives the limit of this household. */
function checkEntitled(
  rule: CodeRule,
  patient: Person,
  members: readonly DeclaredMember[],
  wish: NewDeclaration,
  start: Day,
): number | null {
  const household = countHousehold(members, ageOn(patient.birthDate, start) < 18)
  const limit = limitOf(rule, household)
  if (limit && wish.incomeCents === null && !wish.withinLimit) throw noIncome
  if (rule.condition === 'unemployed' && !wish.job) throw noFacts('job')
  if (rule.condition && rule.condition !== 'unemployed' && !wish.pension) throw noFacts('pension')
  const facts = { birthDate: patient.birthDate, household, incomeCents: wish.incomeCents, condition: rule.condition }
  const why = whyNot(rule, facts, start)
  if (wish.job && (wish.job.endedOn > start || wish.job.registeredOn > start)) why.push('condition')
  if (why.length > 0) throw notEntitled(why)
  return limit?.cents ?? null
}

interface Grant {
  declarationId: string
  personId: string
  rule: CodeRule
  start: Day
  setting: Setting
  today: Day
}

/** Enters the exemption of one beneficiary with its certificate; undefined for who holds it already or is not enrolled. */
async function grant(tx: Tx, platform: Platform, wish: Grant): Promise<string | undefined> {
  const { personId, rule, start } = wish
  const enrolment = await findEnrolment(tx, personId, wish.today)
  if (!enrolment || (enrolment.until && enrolment.until < start)) return undefined
  const { birthDate } = await getPerson(tx, personId)
  const until = lastDay(start, {
    yearEnd: wish.setting.yearEnd,
    // Only whoever declares must have the age: who depends on her does not.
    ages: ageFits(rule.ages, birthDate, start).fits ? rule.ages : [],
    birthDate,
    enrolledUntil: enrolment.until,
    diedOn: null,
  })
  const overlaps = (await exemptionHistory(tx, [personId])).some(
    (one) =>
      one.code === rule.code &&
      one.state !== 'ANNULLED' &&
      one.from <= until &&
      (one.until === null || one.until >= start),
  )
  if (overlaps) return undefined
  const now = platform.now()
  const id = uuidv7(now.getTime())
  await enterExemption(
    tx,
    { id, personId, code: rule.code, state: 'ACTIVE', origin: 'self-certified', from: start, until },
    now,
  )
  await tables<'exemptions'>(tx)
    .insertInto('exemptions.certificate')
    .values({
      id: uuidv7(now.getTime()),
      declarationId: wish.declarationId,
      patientId: personId,
      exemptionId: id,
      verificationCode: publicCode(12),
      issuedAt: now,
    })
    .execute()
  await publish(tx, 'exemptions.changed', { exemptionId: id, patientId: personId, what: 'declared' })
  return id
}

/** How the declarant stands to the person it is about. */
async function relationTo(
  tx: Tx,
  declarantId: string,
  patientId: string,
  today: Day,
): Promise<'self' | 'child' | 'ward' | 'delegator'> {
  if (declarantId === patientId) return 'self'
  const minor = (await minorsOf(tx, declarantId, today)).find(({ id }) => id === patientId)
  if (!minor) return 'delegator'
  return minor.relation === 'guardian' ? 'ward' : 'child'
}

/** A protocol number: year and running number. */
async function nextProtocol(tx: Tx, today: Day): Promise<string> {
  const { rows } = await sql<{ n: number }>`select nextval('exemptions.protocol_number') as n`.execute(tx)
  return `ESE-${today.slice(0, 4)}-${String(rows[0]!.n).padStart(7, '0')}`
}

async function declarationOf(tx: Tx, exemptionId: string): Promise<string | null> {
  const row = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate')
    .select('declarationId')
    .where('exemptionId', '=', exemptionId)
    .executeTakeFirst()
  return row?.declarationId ?? null
}

const note = (tx: Tx, actor: Actor, action: 'READ' | 'CREATE', one: { id: string; patientId: string }) =>
  audit(tx, actor, { action, patientId: one.patientId, object: 'exemption', objectId: one.id, purpose: 'exemption' })
