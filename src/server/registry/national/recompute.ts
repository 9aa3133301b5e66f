// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { readMessage, type NationalSource } from '../../national/registries/index.ts'
import type { Tx } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { effective, fold } from './fold.ts'
import { readBase, readState, writeState, type Part } from './record.ts'
import { canonical, type Decided, type Difference, type Fact, type PersonState, type Surroundings } from './state.ts'

export interface Change {
  changed: Part[]
  differences: Difference[]
}

/** Brings a record to what all messages of the person, together with what the registry has of its own, make of it. */
export async function recompute(tx: Tx, personId: string, now: Date): Promise<Change> {
  const current = await readState(tx, personId)
  const base = await readBase(tx, personId, current)
  const facts = await factsOf(tx, personId)
  const around = await surroundings(tx, personId, facts)
  const { state, differences } = fold(base, facts, around)
  const changed = await writeState(tx, personId, { base, current, next: state }, now)
  await tell(tx, personId, current, state, effective(facts))
  return { changed, differences }
}

async function factsOf(tx: Tx, personId: string): Promise<Fact[]> {
  const { rows } = await sql<{ id: string; source: NationalSource; payload: unknown }>`
    select id, source, payload from registry.national_message where person_id = ${personId} and state = 'applied'`.execute(
    tx,
  )
  return rows.map(({ id, source, payload }) => {
    const { event } = readMessage(source, payload)
    if (!event) throw new Error('a message that was applied cannot be read any more')
    return { ...event, messageId: id }
  })
}

async function surroundings(tx: Tx, personId: string, facts: readonly Fact[]): Promise<Surroundings> {
  const towns = [...new Set(facts.flatMap(({ residence }) => residence?.istatCode ?? []))]
  const places = await sql<{ istatCode: string; aslId: string; districtId: string | null }>`
    select distinct on (istat_code) istat_code as "istatCode", asl_id as "aslId", district_id as "districtId"
    from registry.municipality_assignment where istat_code = any (${towns}::text[]) order by istat_code, lower(valid) desc`.execute(
    tx,
  )
  const parents = facts.flatMap(({ parents: named = [] }) => named.flatMap(({ subject, code }) => [subject, code]))
  const names = [...new Set(parents.filter((one) => one !== null))]
  const people = await sql<{ name: string; id: string }>`
    select found.name, case when p.merged_into is null then p.id else p.merged_into end as id from (
      select subject as name, person_id from registry.national_subject where source = 'anpr' and subject = any (${names}::text[])
      union select value, person_id from registry.person_identifier
      where value = any (${names}::text[]) and type in ('CF', 'CF_PROVISIONAL', 'ANPR_ID')
    ) found join registry.person p on p.id = found.person_id`.execute(tx)
  const codes = [
    ...new Set(
      facts.flatMap(({ person, card }) => [person.code, card?.number]).filter((one) => typeof one === 'string'),
    ),
  ]
  const taken = await sql<{ code: string }>`
    select type || ' ' || value as code from registry.person_identifier
    where value = any (${codes}::text[]) and person_id <> ${personId}`.execute(tx)
  return {
    personId,
    places: new Map(places.rows.map(({ istatCode, ...of }) => [istatCode, of])),
    people: new Map(people.rows.map(({ name, id }) => [name, id])),
    taken: new Set(taken.rows.map(({ code }) => code)),
    decisions: await decisionsOf(tx, personId),
  }
}

async function decisionsOf(tx: Tx, personId: string): Promise<Map<string, Decided>> {
  const { rows } = await sql<{ part: string; said: string; state: 'taken' | 'kept'; at: Date }>`
    select part, said, state, decided_at as at from registry.national_difference
    where person_id = ${personId} and state in ('taken', 'kept')`.execute(tx)
  return new Map(rows.map(({ part, said, state, at }) => [`${part} ${said}`, { state, on: romeDay(at) }]))
}

const isOpen = ({ enrolment }: PersonState): boolean => enrolment.some(({ state }) => state !== 'ENDED')
const aslOf = ({ enrolment }: PersonState): string | undefined =>
  enrolment.find(({ state }) => state !== 'ENDED')?.aslId

/** Tells the rooms that hang on a person what has happened to her; they look at the registry themselves. */
async function tell(
  tx: Tx,
  personId: string,
  before: PersonState,
  after: PersonState,
  facts: readonly Fact[],
): Promise<void> {
  const died = after.own.deceasedOn.value
  if (died !== before.own.deceasedOn.value) {
    if (died) await publish(tx, 'registry.person-died', { personId, on: died })
    else await publish(tx, 'registry.person-returned', { personId })
  }
  if (canonical(before.enrolment) === canonical(after.enrolment)) return
  const last = after.enrolment
    .filter(({ end }) => end !== null)
    .toSorted((a, b) => (a.end! < b.end! ? -1 : 1))
    .at(-1)
  const left = last && { personId, on: last.end as Day }
  if (!isOpen(after) && last && last.endReason?.startsWith('MOVED'))
    await publish(tx, 'registry.person-left', {
      ...left!,
      where: last.endReason === 'MOVED_ABROAD' ? 'abroad' : 'elsewhere',
    })
  else if (isOpen(after) && !isOpen(before)) {
    if (before.enrolment.length > 0) await publish(tx, 'registry.person-returned', { personId })
    else if (facts.some(({ kind }) => kind === 'birth')) await publish(tx, 'registry.person-born', { personId })
  } else if (left && isOpen(before) && aslOf(before) !== aslOf(after))
    await publish(tx, 'registry.person-left', { ...left, where: 'other-asl' })
}
