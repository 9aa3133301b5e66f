// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type RawBuilder } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { addDays, type Day } from '../../platform/time.ts'
import type { ExemptionState } from './exemption-states.ts'

export type ExemptionOrigin = 'self-certified' | 'sistema-ts' | 'office'

/** An exemption somebody holds or held. */
export interface HeldExemption {
  id: string
  personId: string
  code: string
  state: ExemptionState
  origin: ExemptionOrigin
  from: Day
  /** Last day; null when it has none. */
  until: Day | null
}

function select(tx: Tx) {
  return tables<'registry'>(tx)
    .selectFrom('registry.personExemption')
    .select(['id', 'personId', 'code', 'state', 'origin'])
    .select([sql<Day>`lower(valid)`.as('from'), sql<Day | null>`upper(valid) - 1`.as('until')])
}
// state and origin are checked by the table
const rows = (found: Awaited<ReturnType<ReturnType<typeof select>['execute']>>) => found as HeldExemption[]

/** Every exemption these people hold, held or will hold, the latest first. */
export async function exemptionHistory(tx: Tx, personIds: readonly string[]): Promise<HeldExemption[]> {
  if (personIds.length === 0) return []
  return rows(
    await select(tx)
      .where('personId', 'in', personIds)
      .orderBy(sql`lower(valid)`, 'desc')
      .orderBy('code')
      .execute(),
  )
}

/** These exemptions; those the actor may not see are missing. */
export async function getExemptions(tx: Tx, ids: readonly string[]): Promise<HeldExemption[]> {
  if (ids.length === 0) return []
  return rows(await select(tx).where('id', 'in', ids).execute())
}

/** One exemption, locked until the end of the transaction; undefined when there is none or the actor may not see it. */
export async function lockExemption(tx: Tx, id: string): Promise<HeldExemption | undefined> {
  return rows(await select(tx).where('id', '=', id).forUpdate().execute())[0]
}

/** Enters an exemption; the database refuses a second one of the same code on the same days (person_exemption_once). */
export async function enterExemption(tx: Tx, held: HeldExemption, now: Date): Promise<void> {
  const { from, until, ...row } = held
  await tables<'registry'>(tx)
    .insertInto('registry.personExemption')
    .values({ ...row, valid: `[${from},${until ? addDays(until, 1) : ''})`, createdAt: now })
    .execute()
}

/** Changes the state of an exemption, and its last day where one is given. */
export async function changeExemption(
  tx: Tx,
  id: string,
  change: { state?: ExemptionState; until?: Day },
): Promise<void> {
  await tables<'registry'>(tx)
    .updateTable('registry.personExemption')
    .set({
      ...(change.state && { state: change.state }),
      ...(change.until && { valid: sql<string>`daterange(lower(valid), ${addDays(change.until, 1)}::date)` }),
    })
    .where('id', '=', id)
    .execute()
}

/** What changed in an exemption. */
export interface ExemptionStep {
  exemptionId: string
  stateBefore: ExemptionState
  state: ExemptionState
  from: Day
  until: Day | null
  at: Date
}

/** What changed in these exemptions since they were entered, the oldest first. */
export async function exemptionSteps(tx: Tx, ids: readonly string[]): Promise<ExemptionStep[]> {
  if (ids.length === 0) return []
  const found = await tables<'registry'>(tx)
    .selectFrom('registry.exemptionStep')
    .select(['exemptionId', 'stateBefore', 'state', 'at'])
    .select([sql<Day>`lower(valid)`.as('from'), sql<Day | null>`upper(valid) - 1`.as('until')])
    .where('exemptionId', 'in', ids)
    .orderBy('id')
    .execute()
  return found as ExemptionStep[] // states are checked by the table they come from
}

/** Exemptions in force that begin on a day, or whose last day was the day before. The first so many by id, after one. */
export async function exemptionsTurningOn(
  tx: Tx,
  day: Day,
  what: 'start' | 'end',
  { after, limit }: { after: string; limit: number },
): Promise<HeldExemption[]> {
  const bound = what === 'start' ? sql<boolean>`lower(valid) = ${day}::date` : sql<boolean>`upper(valid) = ${day}::date`
  return rows(
    await select(tx)
      .where('state', 'in', ['ACTIVE', 'CERTIFIED'])
      .where(bound)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute(),
  )
}

/** Exemptions in force of people enrolled at an authority whose last day lies between two days, and a later last day for them. */
export interface Ending {
  aslId: string
  codes: readonly string[]
  from: Day
  to: Day
  until: Day
}

/** Another period of the same code begins before the later last day: the two would share days. */
const followed = (until: Day) => sql<boolean>`exists (
  select from registry.person_exemption n where n.person_id = e.person_id and n.code = e.code and n.id <> e.id
    and n.state <> 'ANNULLED' and n.valid && daterange(upper(e.valid), ${until}::date + 1))`

const endingFrom = ({ aslId, codes, from, to }: Ending) => sql`
  from registry.person_exemption e
  join registry.enrolment r on r.person_id = e.person_id and r.state = 'ACTIVE' and r.asl_id = ${aslId} and r.valid @> ${from}::date
  where e.state in ('ACTIVE', 'CERTIFIED') and e.code = any(${[...codes]}::text[])
    and upper(e.valid) between ${from}::date + 1 and ${to}::date + 1`

/** How many there are; `leftOut` are followed by another of the same code already. */
export async function countEnding(tx: Tx, ending: Ending): Promise<{ fit: number; leftOut: number }> {
  const { rows: counted } = await sql<{ fit: number; leftOut: number }>`
    select count(*) filter (where not ${followed(ending.until)}) as fit,
      count(*) filter (where ${followed(ending.until)}) as "leftOut" ${endingFrom(ending)}`.execute(tx)
  return counted[0]!
}

/** The first so many of them, locked. */
export async function exemptionsEnding(tx: Tx, ending: Ending, limit: number): Promise<HeldExemption[]> {
  const { rows: held } = await sql<HeldExemption>`
    select e.id, e.person_id as "personId", e.code, e.state, e.origin, lower(e.valid) as "from", upper(e.valid) - 1 as "until"
    ${endingFrom(ending)} and not ${followed(ending.until)} order by e.id limit ${limit} for update of e`.execute(tx)
  return held
}

/** Days that are left of an exemption after a death: counted from those it had before any death was told. */
const untilDeath = (day: RawBuilder<Day>) => sql`daterange(lower(e.valid),
  least(upper(coalesce(e.before_death, e.valid)), greatest(${day}, lower(e.valid)) + 1))`

/** Ends with their death the exemptions of people who died, or of one of them; returns which. */
export async function endExemptionsOfTheDead(tx: Tx, personId?: string): Promise<string[]> {
  const { rows: ended } = await sql<{ id: string }>`
    update registry.person_exemption e
    set valid = ${untilDeath(sql`p.deceased_on`)}, before_death = coalesce(e.before_death, e.valid)
    from registry.person p
    where p.id = e.person_id and p.deceased_on is not null and e.state in ('ACTIVE', 'CERTIFIED')
      and e.valid <> ${untilDeath(sql`p.deceased_on`)}
      ${personId === undefined ? sql`` : sql`and e.person_id = ${personId}`}
    returning e.id`.execute(tx)
  return ended.map(({ id }) => id)
}

/** Gives back the days that a death told in error took, where no other period of the code has them now; returns of which. */
export async function reopenExemptionsOf(tx: Tx, personId: string): Promise<string[]> {
  const { rows: reopened } = await sql<{ id: string }>`
    update registry.person_exemption e set valid = e.before_death, before_death = null
    from registry.person p
    where p.id = e.person_id and p.deceased_on is null and e.person_id = ${personId} and e.before_death is not null
      and e.state in ('ACTIVE', 'CERTIFIED') and not exists (
        select from registry.person_exemption o where o.person_id = e.person_id and o.code = e.code and o.id <> e.id
          and o.state <> 'ANNULLED' and o.valid && e.before_death)
    returning e.id`.execute(tx)
  return reopened.map(({ id }) => id)
}

/** The enrolment of a person in the health service on a day; undefined for who is not enrolled. */
export async function findEnrolment(
  tx: Tx,
  personId: string,
  day: Day,
): Promise<{ aslId: string; districtId: string | null; until: Day | null } | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.enrolment')
    .select(['aslId', 'districtId', sql<Day | null>`upper(valid) - 1`.as('until')])
    .where('personId', '=', personId)
    .where('state', '=', 'ACTIVE')
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirst()
}

export interface Relative {
  id: string
  givenName: string
  familyName: string
  birthDate: Day
  relation: 'spouse' | 'civil-partner' | 'child' | 'parent' | 'sibling'
}

/**
 * Whom the registry knows of a person's family: spouse or civil partner and minor children; of a minor, the parents and their
 * other minor children. What a fiscal household is made of is for the person to say.
 */
export async function familyOf(tx: Tx, personId: string, day: Day): Promise<Relative[]> {
  const { rows: family } = await sql<Relative>`
    with near as (
      select case l.person_id when ${personId} then l.related_id else l.person_id end as id, l.relation
      from registry.family_link l
      where l.relation in ('spouse', 'civil-partner') and l.valid @> ${day}::date
        and ${personId}::uuid in (l.person_id, l.related_id)
      union select m.child_id, 'child' from registry.minor_child m
      where m.parent_id = ${personId} and m.relation = 'parent' and m.valid @> ${day}::date
      union select m.parent_id, 'parent' from registry.minor_child m
      where m.child_id = ${personId} and m.relation = 'parent' and m.valid @> ${day}::date
      union select s.child_id, 'sibling' from registry.minor_child m
      join registry.minor_child s on s.parent_id = m.parent_id and s.relation = 'parent' and s.valid @> ${day}::date
      where m.child_id = ${personId} and m.relation = 'parent' and m.valid @> ${day}::date and s.child_id <> ${personId}
    )
    select distinct p.id, p.given_name as "givenName", p.family_name as "familyName", p.birth_date as "birthDate", near.relation
    from near join registry.person p on p.id = near.id
    where p.deceased_on is null and p.merged_into is null
    order by near.relation, p.birth_date`.execute(tx)
  return family
}

/** Ends on a day what somebody holds beyond it, as when she is assisted here no more; returns which. */
export async function endExemptionsOf(tx: Tx, personId: string, lastDay: Day): Promise<string[]> {
  const { rows: ended } = await sql<{ id: string }>`
    update registry.person_exemption e
    set valid = daterange(lower(e.valid), greatest(${lastDay}::date, lower(e.valid)) + 1)
    where e.person_id = ${personId} and e.state in ('ACTIVE', 'CERTIFIED')
      and (upper_inf(e.valid) or upper(e.valid) > greatest(${lastDay}::date, lower(e.valid)) + 1)
    returning e.id`.execute(tx)
  return ended.map(({ id }) => id)
}

/** How a person stands with the health service of the region. */
export interface Standing {
  deceasedOn: Day | null
  /** First day without an enrolment in force here; null for who has one, and for who never had. */
  leftOn: Day | null
  abroad: boolean
}

/** As national registries and offices have it now; undefined for a record that was merged. */
export async function standingOf(tx: Tx, personId: string): Promise<Standing | undefined> {
  const { rows: found } = await sql<Standing>`
    select p.deceased_on as "deceasedOn", coalesce(e.abroad, false) as abroad, e.left_on as "leftOn"
    from registry.person p left join lateral (
      select upper(valid) as left_on, end_reason = 'MOVED_ABROAD' as abroad from registry.enrolment
      where person_id = p.id and state = 'ENDED' and end_reason like 'MOVED%' and not exists (
        select from registry.enrolment o where o.person_id = p.id and o.state <> 'ENDED')
      order by upper(valid) desc limit 1
    ) e on true
    where p.id = ${personId} and p.merged_into is null`.execute(tx)
  return found[0]
}
