// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import { ageOn } from '../../src/server/platform/time.ts'
import { dayAfter } from './calendar.ts'
import { copy, Lines } from './copy.ts'
import type { DemoCast } from './demo-people.ts'
import { DoctorLists, type Choice } from './doctor-lists.ts'
import { addExemptions, exemptionLines } from './exemptions.ts'
import type { Generated } from './people.ts'
import { PersonRows } from './person-rows.ts'
import type { DoctorWithPlaces } from './practitioners.ts'
import type { Random } from './random.ts'
import { days, insertRows, type Row } from './rows.ts'

/** Tables a person fills. */
export const personTables = [
  'registry.person',
  'registry.person_identifier',
  'registry.address',
  'registry.enrolment',
  'registry.contact',
  'registry.family_link',
  'registry.doctor_choice',
  'registry.person_exemption',
] as const

interface PeopleContext {
  random: Random
  doctors: readonly DoctorWithPlaces[]
  /** Areas of doctors by municipality. */
  areas: ReadonlyMap<string, string>
  cast: DemoCast
  now: Date
  today: string
  /** Tables whose rows are copied as frozen. */
  frozen: ReadonlySet<string>
  /** Told how many people were written so far. */
  tell: (people: number) => void
}

/** People written at a time: while PostgreSQL takes some in, the next ones are made. */
const batch = 8_000
/** After so many people what waits to be sent is sent on. */
const breath = 100

/**
 * Writes families with everything the registry knows of them, into tables whose triggers sleep. Returns for each name
 * somebody who bears it: `settle` needs them once the triggers are awake.
 */
export async function loadPeople(
  client: pg.Client,
  context: PeopleContext,
  families: Iterable<readonly Generated[]>,
): Promise<string[]> {
  const { random, cast, today } = context
  const now = context.now.toISOString()
  const stories = new Map(cast.people.map((person) => [person.id, person.story]))
  const lists = new DoctorLists(context.doctors, context.areas, today)
  const rows = new PersonRows(random, now)
  const exemptions = exemptionLines()
  // Ordinary places are given before those beside the ceiling, as the database counts them statement by statement.
  const [ordinary, reunited] = [choiceLines(), choiceLines()]
  const all = [...rows.all, ordinary, reunited, exemptions]
  const preferences: Row[] = []
  const [names, bearers] = [new Set<string>(), new Set<string>()]
  let written: Promise<void> = Promise.resolve()
  let [people, waiting, breathless] = [0, 0, 0]
  async function flush(): Promise<void> {
    await written
    written = copy(client, all, context.frozen)
    written.catch(() => undefined) // told when the next batch waits for it
    people += waiting
    waiting = 0
    context.tell(people)
  }
  for (const family of families) {
    for (const person of family) {
      rows.add(person)
      for (const name of [`family ${person.familyName}`, `given ${person.givenName}`]) {
        if (names.has(name)) continue
        names.add(name)
        bearers.add(person.id)
      }
      const story = stories.get(person.id)
      if (!person.life?.died) {
        const chosen = story ? (story.exemptions ?? []) : undefined
        addExemptions(exemptions, person, ageOn(person.birthDate, today), chosen, random, today, now)
      }
      if (story?.language) {
        const channels = ['sms', 'email', 'app']
        preferences.push({ person_id: person.id, language: story.language, channels, updated_at: now })
      }
    }
    for (const choice of lists.choose(family, random))
      addChoice(choice.kind === 'REUNIFICATION' ? reunited : ordinary, choice, random, today)
    waiting += family.length
    breathless += family.length
    if (waiting >= batch) await flush()
    if (breathless < breath) continue
    breathless = 0
    await setImmediate()
  }
  await flush()
  await written
  await insertRows(client, 'registry.contact_preference', preferences)
  return [...bearers]
}

/**
 * What the triggers of the tables would have done row by row: the lengths of the doctors' lists, first of those who count
 * for the ceiling, and the dictionary of names.
 */
export async function settle(client: pg.Client, bearers: readonly string[]): Promise<void> {
  for (const beside of [false, true])
    await client.query(
      `select registry.count_choices(array_agg(role_id), array_agg(kind), array_agg(n))
       from (select role_id, kind, count(*)::integer as n from registry.doctor_choice
             where ended_at is null and (kind in ('REUNIFICATION', 'EX_OFFICIO')) = $1 group by role_id, kind) c
       having count(*) > 0`,
      [beside],
    )
  await client.query('update registry.person set version = version where id = any($1::uuid[])', [bearers])
}

const choiceLines = (): Lines =>
  new Lines('registry.doctor_choice', {
    id: 'uuid',
    person_id: 'uuid',
    role_id: 'uuid',
    kind: 'text',
    valid: 'daterange',
    source: 'text',
    channel: 'text',
    began_at: 'timestamptz',
  })

/** A choice of some day of the last years, since the person lives where she lives. */
function addChoice(lines: Lines, { person, roleId, kind }: Choice, random: Random, today: string): void {
  const { birthDate, life = {} } = person
  const since = [birthDate, life.arrived, life.moved?.on].reduce((last = '', day = '') => (day > last ? day : last))!
  const some = dayAfter(today, -random.int(1, 3000))
  const from = some > since ? some : since
  lines.add(random.id(), person.id, roleId, kind, days(from), 'generator', 'OFFICE', `${from}T08:00:00Z`)
}
