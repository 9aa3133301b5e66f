// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { soon, tables, type Tx } from '../../platform/database.ts'
import { constraint, Refusal } from '../../platform/errors.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Day } from '../../platform/time.ts'
import { placesLeft, type DoctorKind } from './doctors.ts'

/** Why a choice is allowed (ACN 2024, artt. 39-41); see the glossary. */
export type ChoiceKind =
  | 'ORDINARY'
  | 'REUNIFICATION'
  | 'OUT_OF_AREA'
  | 'TEMPORARY'
  | 'PROVISIONAL_PAED'
  | 'OVER_14'
  | 'EX_OFFICIO'
  | 'EXCEPTION'

export type EndReason =
  | 'CHANGED'
  | 'REVOKED'
  | 'REFUSED_BY_DOCTOR'
  | 'DOCTOR_CEASED'
  | 'AGE_LIMIT'
  | 'TERM_ENDED'
  | 'DECEASED'
  | 'MOVED'
  | 'DOUBLE'

/** A doctor somebody has or had. */
export interface Choice {
  id: string
  doctorId: string
  doctorKind: DoctorKind
  doctorName: string
  kind: ChoiceKind
  /** First day. */
  from: Day
  /** Last day; null while it goes on. */
  until: Day | null
  endReason: EndReason | null
  channel: 'ONLINE' | 'DESK' | 'OFFICE' | 'EX_OFFICIO'
  /** What the attestation is checked by; older choices have none. */
  code: string | null
}

/** The list has no place left, or was closed. */
export const full = new Refusal(
  'doctor-choice/full',
  409,
  { it: 'Questo medico non ha più posti liberi.', en: 'This doctor has no places left.' },
  {
    next: {
      it: 'Scegli un altro medico: nell’elenco puoi vedere solo chi ha posti.',
      en: 'Choose another doctor: the list can show only those with places.',
    },
  },
)
constraint('doctor_choice_ceiling', full)

/** Somebody else, or another window, changed the doctor in between. */
export const alreadyChanged = new Refusal(
  'doctor-choice/already-changed',
  409,
  { it: 'Il medico è appena stato cambiato.', en: 'The doctor has just been changed.' },
  { next: { it: 'Ricarica la pagina per vedere chi è.', en: 'Reload the page to see who it is.' } },
)
constraint('doctor_choice_one_at_a_time', alreadyChanged)

const columns = sql`
  c.id, c.role_id as "doctorId", p.kind as "doctorKind", d.given_name || ' ' || d.family_name as "doctorName", c.kind,
  (c.began_at at time zone 'Europe/Rome')::date as began, lower(c.valid) as "from",
  case when upper_inf(c.valid) then null else upper(c.valid) - 1 end as until, c.end_reason as "endReason", c.channel, c.code`
const joined = sql`
  registry.doctor_choice c
  join registry.primary_care_post p on p.role_id = c.role_id
  join registry.practitioner_role r on r.id = c.role_id
  join registry.practitioner d on d.id = r.practitioner_id`

type Row = Omit<Choice, 'from'> & { from: Day | null; began: Day }

/** A choice that ended on its first day keeps that day as its only one. */
const choiceOf = ({ began, ...row }: Row): Choice => ({
  ...row,
  from: row.from ?? began,
  until: row.endReason !== null && row.from === null ? began : row.until,
})

/** Every doctor somebody had, the latest first. At most a hundred: nobody has had more. */
export async function choicesOf(tx: Tx, personId: string): Promise<Choice[]> {
  const { rows } = await sql<Row>`
    select ${columns} from ${joined} where c.person_id = ${personId} order by c.began_at desc, c.id desc limit 100`.execute(
    tx,
  )
  return rows.map(choiceOf)
}

/** One choice with its person; undefined when there is none or the actor may not see it. */
export async function findChoice(tx: Tx, id: string): Promise<(Choice & { personId: string }) | undefined> {
  const { rows } = await sql<Row & { personId: string }>`
    select ${columns}, c.person_id as "personId" from ${joined} where c.id = ${id}`.execute(tx)
  const [row] = rows
  return row && { ...choiceOf(row), personId: row.personId }
}

/**
 * Until the transaction ends nobody else decides about the doctor of this person; what is read from here on holds. Two who enter
 * a choice at the same moment would otherwise wait for each other at the constraint that allows only one.
 */
export function lockChoices(tx: Tx, personId: string): Promise<void> {
  const lock = sql`select pg_advisory_xact_lock(hashtextextended(${`registry.doctor_choice ${personId}`}, 0))`
  return soon(tx, { compile: () => lock.compile(tx) })
}

export interface ChoiceFacts {
  /** Whether the person has an enrolment in force with an authority of the region. */
  enrolled: boolean
  /** Whether the doctor's area covers where she lives, or where she has her health domicile. */
  inArea: boolean
  /** Places left in the doctor's list; never negative. */
  places: number
  state: 'ACTIVE' | 'SUSPENDED' | 'CEASED'
  leavingOn: Day | null
  kind: DoctorKind
  /** Whether somebody of her registered family is in the doctor's list (ricongiungimento, ACN 2024 art. 39). */
  familyThere: boolean
  /** Whether a paediatrician of her area has places. */
  paediatricianFree: boolean
  /** Day of her last change online that she wished herself. */
  lastOnlineChange: Day | null
  /** Day on which this doctor last refused her. */
  refusedOn: Day | null
  /** Doctor she has now. */
  current: { choiceId: string; doctorId: string } | null
}

/** What decides about a choice; undefined when there is no such doctor. Asked as the system: it looks at lists of other people. */
export async function factsOfChoice(
  tx: Tx,
  personId: string,
  doctorId: string,
  day: Day,
): Promise<ChoiceFacts | undefined> {
  const { rows } = await sql<ChoiceFacts>`
    with home as materialized (
      select a.istat_code from registry.address a where a.person_id = ${personId} and a.valid @> ${day}::date
    ), area as materialized (
      select m.catchment_id from registry.catchment_municipality m join home using (istat_code) where m.valid @> ${day}::date
    ), relatives as materialized (
      select related_id as id from registry.family_link where person_id = ${personId} and valid @> ${day}::date
      union select person_id from registry.family_link where related_id = ${personId} and valid @> ${day}::date
      union select b.person_id from registry.family_link a
        join registry.family_link b on b.related_id = a.related_id and b.valid @> ${day}::date
        where a.person_id = ${personId} and a.valid @> ${day}::date and a.relation = 'parent' and b.relation = 'parent'
    ), own as materialized (
      select * from registry.doctor_choice where person_id = ${personId}
    )
    select
      exists (select from registry.enrolment e where e.person_id = ${personId} and e.state = 'ACTIVE' and e.valid @> ${day}::date) as enrolled,
      p.catchment_id in (select catchment_id from area) as "inArea",
      greatest(${placesLeft('p')}, 0) as places,
      case when r.valid @> ${day}::date then p.state else 'CEASED' end as state, p.leaving_on as "leavingOn", p.kind,
      exists (
        select from registry.doctor_choice c join relatives f on f.id = c.person_id
        where c.role_id = p.role_id and c.ended_at is null and c.person_id <> ${personId}
      ) as "familyThere",
      exists (
        select from registry.primary_care_post o
        where o.kind = 'PLS' and o.state = 'ACTIVE' and o.catchment_id in (select catchment_id from area)
          and ${placesLeft('o')} > 0
      ) as "paediatricianFree",
      (select (max(began_at) at time zone 'Europe/Rome')::date from own o where o.channel = 'ONLINE' and exists (
        select from own b where b.end_reason = 'CHANGED' and b.ended_at = o.began_at)) as "lastOnlineChange",
      (select (max(ended_at) at time zone 'Europe/Rome')::date from own where role_id = p.role_id and end_reason = 'REFUSED_BY_DOCTOR') as "refusedOn",
      (select jsonb_build_object('choiceId', id, 'doctorId', role_id) from own where ended_at is null) as current
    from registry.primary_care_post p
    join registry.practitioner_role r on r.id = p.role_id
    where p.role_id = ${doctorId}`.execute(tx)
  return rows[0]
}

/** Characters of the code of a choice, 60 random bits: the millions of a region stay apart. */
const codeLength = 12

export interface NewChoice {
  personId: string
  doctorId: string
  kind: ChoiceKind
  channel: Choice['channel']
  /** Who chose. */
  chosenBy: string | null
  /** Last day, where the law limits it. */
  until?: Day | null
  /** Choice that ends with this one. */
  replaces: string | null
}

/**
 * Gives somebody a doctor from this day on, and ends the one before in the same breath. The database refuses a full list and a
 * second doctor. @throws Refusal `doctor-choice/full`, `doctor-choice/already-changed`
 */
export async function beginChoice(tx: Tx, choice: NewChoice, day: Day, now: Date): Promise<string> {
  if (choice.replaces) await endChoice(tx, choice.replaces, 'CHANGED', day, now)
  const id = uuidv7()
  await tables<'registry'>(tx)
    .insertInto('registry.doctorChoice')
    .values({
      id,
      personId: choice.personId,
      roleId: choice.doctorId,
      kind: choice.kind,
      valid: sql<string>`daterange(${day}::date, ${choice.until ?? null}::date, '[]')`,
      source: choice.channel === 'ONLINE' ? 'scelta online' : 'ufficio',
      channel: choice.channel,
      chosenBy: choice.chosenBy,
      beganAt: now,
      code: publicCode(codeLength),
    })
    .execute()
  return id
}

/** Ends a choice before this day. @throws Refusal `doctor-choice/already-changed` when it has ended */
export async function endChoice(tx: Tx, id: string, reason: EndReason, day: Day, now: Date): Promise<void> {
  const { numUpdatedRows } = await tables<'registry'>(tx)
    .updateTable('registry.doctorChoice')
    .set({ endedAt: now, endReason: reason, valid: sql<string>`valid * daterange(null, ${day}::date)` })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw alreadyChanged
}

/** An end that a death or a move wrote may lie a day ahead: it is cut short, so that another choice can begin on this day. */
export async function cutEndedChoice(tx: Tx, id: string, day: Day): Promise<void> {
  await tables<'registry'>(tx)
    .updateTable('registry.doctorChoice')
    .set({ valid: sql<string>`valid * daterange(null, ${day}::date)` })
    .where('id', '=', id)
    .where('endedAt', 'is not', null)
    .where(sql<boolean>`upper(valid) > ${day}::date`)
    .execute()
}

/** Choices that the calendar ends on this day: of children whom a paediatrician may not keep, and of a term that is over. */
export async function choicesThatEnd(
  tx: Tx,
  day: Day,
  lastPaediatricAge: number,
  limit: number,
): Promise<{ id: string; personId: string; reason: EndReason; on: Day }[]> {
  const { rows } = await sql<{ id: string; personId: string; reason: EndReason; on: Day }>`
    select c.id, c.person_id as "personId", 'AGE_LIMIT' as reason,
           (p.birth_date + make_interval(years => ${lastPaediatricAge}::int))::date as on
    from registry.person p
    join registry.doctor_choice c on c.person_id = p.id and c.ended_at is null and c.kind <> 'OVER_14'
    join registry.primary_care_post o on o.role_id = c.role_id and o.kind = 'PLS'
    where p.birth_date <= (${day}::date - make_interval(years => ${lastPaediatricAge}::int))::date
      and p.birth_date > (${day}::date - make_interval(years => ${lastPaediatricAge}::int + 3))::date
    union all
    select c.id, c.person_id, 'TERM_ENDED', upper(c.valid)
    from registry.doctor_choice c where c.ended_at is null and not upper_inf(c.valid) and upper(c.valid) <= ${day}::date
    limit ${limit}`.execute(tx)
  return rows
}

/** Open choices of a paediatrician, without an extension, of children whose birthday of that age falls between two days. */
export async function choicesTurning(
  tx: Tx,
  age: number,
  from: Day,
  to: Day,
): Promise<{ id: string; personId: string; on: Day }[]> {
  const { rows } = await sql<{ id: string; personId: string; on: Day }>`
    select c.id, c.person_id as "personId", (p.birth_date + make_interval(years => ${age}::int))::date as on
    from registry.person p
    join registry.doctor_choice c on c.person_id = p.id and c.ended_at is null and c.kind <> 'OVER_14'
    join registry.primary_care_post o on o.role_id = c.role_id and o.kind = 'PLS'
    where p.birth_date >= ${from}::date - make_interval(years => ${age}::int) - interval '1 day'
      and p.birth_date <= ${to}::date - make_interval(years => ${age}::int) + interval '1 day'
      and (p.birth_date + make_interval(years => ${age}::int))::date between ${from}::date and ${to}::date`.execute(tx)
  return rows
}

/** What the code of an attestation says on a day: since when the choice holds; undefined when it does not, or there is none. */
export async function findChoiceByCode(tx: Tx, code: string, day: Day): Promise<{ from: Day } | undefined> {
  const { rows } = await sql<{ from: Day }>`
    select lower(valid) as "from" from registry.doctor_choice
    where code = ${code} and ended_at is null and valid @> ${day}::date`.execute(tx)
  return rows[0]
}

/** People who have been with another authority than their doctor's since a day, or some weeks before it; the first so many. */
export async function choicesOfMoved(tx: Tx, since: Day, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.person_id as id
    from registry.enrolment e
    join registry.doctor_choice c on c.person_id = e.person_id and c.ended_at is null and c.began_at < lower(e.valid)
    join registry.practitioner_role r on r.id = c.role_id and r.organisation_id <> e.asl_id
    where e.state = 'ACTIVE' and lower(e.valid) <= ${since}::date and lower(e.valid) > ${since}::date - 60
      and c.kind not in ('TEMPORARY', 'OUT_OF_AREA')
      and exists (select from registry.enrolment b where b.person_id = e.person_id and b.end_reason = 'MOVED_OTHER_ASL'
        and b.asl_id = r.organisation_id and upper(b.valid) = lower(e.valid))
    limit ${limit}`.execute(tx)
  return rows.map(({ id }) => id)
}
