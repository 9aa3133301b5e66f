// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { byKeyOnly, findLikely, frequenciesOf, peopleAfter, peopleOf, type Candidates } from './candidates.ts'
import type { Incoming, Known } from './compare.ts'
import { rank, type Frequencies, type Scored } from './rules.ts'
import { readLinkage, type LinkageSettings } from './settings.ts'

const first = '00000000-0000-0000-0000-000000000000'
/** People compared in one transaction, and in one night. */
const chunkSize = 1_000
const chunksAtATime = 250

/**
 * Compares a part of the registry with the whole of it, and puts the pairs that may be one person before the office. Where it
 * stopped it goes on the next time; at the end it begins anew.
 */
export async function findDuplicates(platform: Platform): Promise<void> {
  const settings = readLinkage(platform.config)
  for (let chunk = 0; chunk < chunksAtATime; chunk += 1) {
    const more = await asSystem(platform.db, (tx) => compareSome(tx, settings, platform.now()))
    if (!more) return
  }
}

async function compareSome(tx: Tx, settings: LinkageSettings, now: Date): Promise<boolean> {
  const own = tables<'registry'>(tx)
  const reached = await own.selectFrom('registry.duplicateSearch').select('reached').forUpdate().executeTakeFirst()
  await byKeyOnly(tx)
  const people = await peopleAfter(tx, reached?.reached ?? first, chunkSize)
  const last = people.length < chunkSize ? first : people.at(-1)!.id
  await pairUp(tx, people, settings, now)
  await own
    .insertInto('registry.duplicateSearch')
    .values({ reached: last, at: now })
    .onConflict((conflict) => conflict.column('one').doUpdateSet({ reached: last, at: now }))
    .execute()
  return last !== first
}

/** Compares one person with the whole registry, and puts the pairs that may be one person before the office. */
export async function findDuplicatesOf(tx: Tx, personId: string, settings: LinkageSettings, now: Date): Promise<void> {
  await pairUp(tx, await peopleOf(tx, [personId]), settings, now)
}

async function pairUp(tx: Tx, people: readonly Known[], settings: LinkageSettings, now: Date): Promise<void> {
  if (people.length === 0) return
  const records = people.map((person, n) => ({ n, record: asRecord(person) }))
  const found = await findLikely(tx, records)
  const known = await frequenciesOf(
    tx,
    records.map(({ record }) => record),
    [...found.values()].flat(),
  )
  await put(tx, pairsOf(people, found, settings, known), now)
}

/** A person of the registry as if she came in from outside. */
function asRecord({ codes, teams, residences, birthPlace, ...person }: Known): Incoming {
  const { familyName, givenName, birthDate, sex } = person
  return {
    familyName,
    givenName,
    birthDate,
    sex,
    ...(codes[0] && { code: codes[0] }),
    ...(teams[0] && { team: teams[0] }),
    ...(residences[0] && { residence: residences[0] }),
    ...(birthPlace && { birthPlace }),
  }
}

/** A record, and another that may be of the same person. */
export type Pair = Scored & { of: string }

/** The pairs worth a look. Two right codes are two people's, unless everything else agrees beyond chance. */
function pairsOf(people: readonly Known[], found: Candidates, settings: LinkageSettings, known: Frequencies): Pair[] {
  const { match, review } = settings.thresholds
  return people.flatMap((person, n) => {
    const others = (found.get(n) ?? []).filter(({ id }) => id !== person.id)
    return rank(asRecord(person), others, settings, known)
      .filter(({ bits, doubts }) => bits >= (doubts.includes('another-code') ? match : review))
      .map((scored) => ({ ...scored, of: person.id }))
  })
}

async function put(tx: Tx, pairs: readonly Pair[], now: Date): Promise<void> {
  for (const pair of pairs) await putCase(tx, pair, now)
}

/** Puts a pair of records before the office, unless it was put there before. */
export async function putCase(tx: Tx, { of, person, bits, levels, doubts }: Pair, now: Date): Promise<void> {
  const [firstId, secondId] = of < person.id ? [of, person.id] : [person.id, of]
  await sql`
    insert into registry.linkage_case (id, first_id, second_id, bits, levels, doubts, found_at)
    values (${uuidv7()}, ${firstId}, ${secondId}, ${bits}, ${JSON.stringify(levels)}, ${doubts}, ${now})
    on conflict (first_id, second_id) do nothing`.execute(tx)
}
