// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { plainName } from '../../../shared/plain-text.ts'
import type { NationalEvent, NationalSource } from '../../national/registries/index.ts'
import { tables, type Db, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { link, putCase, type Incoming, type LinkageSettings, type Scored } from '../linkage/index.ts'
import type { PersonField } from '../linkage/index.ts'

type How = 'number' | 'code' | 'weights' | 'created' | 'doubtful'

/** Messages that come with everything a record is made of. Others speak of somebody who must be known already. */
const founding: readonly NationalEvent['kind'][] = ['birth', 'arrival', 'residence']

/** The record of a subject; merged ones lead to the one that goes on. */
export async function findSubject(tx: Tx, source: NationalSource, subject: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select case when p.merged_into is null then p.id else p.merged_into end as id
    from registry.national_subject s join registry.person p on p.id = s.person_id
    where s.source = ${source} and s.subject = ${subject}`.execute(tx)
  return rows[0]?.id
}

/** Who else may be meant: the likeliest people of the registry. Asked before the transaction in which it is decided. */
export async function lookAround(db: Db, settings: LinkageSettings, event: NationalEvent): Promise<Scored[]> {
  const { code, birthPlaceCode, familyName, givenName, birthDate, sex } = event.person
  const record: Incoming = {
    familyName,
    givenName,
    birthDate,
    sex,
    ...(code && { code }),
    ...(birthPlaceCode && { birthPlace: birthPlaceCode }),
    ...(event.residence?.istatCode && { residence: event.residence.istatCode }),
  }
  for await (const { candidates } of link(db, settings, [record])) return candidates
  return []
}

/**
 * Whether the likeliest is the person: who holds the very code, unless both birth date and family name are others; who holds it
 * written with omocodia, when everything agrees and nobody else is as likely.
 */
function isSure([best, next]: readonly Scored[], { thresholds }: LinkageSettings): boolean {
  if (!best) return false
  const { levels, bits, doubts } = best
  const agrees = (levels.birthDate ?? 'different') !== 'different' || (levels.family ?? 'different') !== 'different'
  if (levels.code === 'same') return agrees
  const alone = !next || next.bits < bits - thresholds.margin
  // Those whom the source has under another number are out: whether several fit is asked of the others.
  return levels.code === 'form' && bits >= thresholds.match && alone && doubts.every((doubt) => doubt === 'several-fit')
}

/**
 * Whose a subject is: by the number of the source, by the code with data that fit, by record linkage together with a form of the
 * code. Nobody has two numbers of one source. Of whom there is a doubt gets a record of her own, and the pair goes to the
 * office; undefined when nobody fits and the message does not found a record.
 */
export async function linkSubject(
  tx: Tx,
  settings: LinkageSettings,
  event: NationalEvent,
  around: readonly Scored[],
  now: Date,
): Promise<string | undefined> {
  const known = await findSubject(tx, event.source, event.subject)
  if (known) return known
  const numbered = await byNumber(tx, event)
  if (numbered) return note(tx, event, numbered, 'number', now)
  const others = await withoutNumbers(tx, event.source, around)
  const [best] = others
  if (best && isSure(others, settings))
    return note(tx, event, best.person.id, best.levels.code === 'same' ? 'code' : 'weights', now)
  if (!founding.includes(event.kind)) return undefined
  const personId = await create(tx, event, now)
  for (const one of others) await putCase(tx, { of: personId, ...one }, now)
  return note(tx, event, personId, others.length > 0 ? 'doubtful' : 'created', now)
}

async function byNumber(tx: Tx, { source, subject }: NationalEvent): Promise<string | undefined> {
  if (source !== 'anpr') return undefined
  const { rows } = await sql<{ id: string }>`
    select case when p.merged_into is null then p.id else p.merged_into end as id
    from registry.person_identifier i join registry.person p on p.id = i.person_id
    where i.type = 'ANPR_ID' and i.value = ${subject}`.execute(tx)
  return rows[0]?.id
}

/** Those whom the source does not know under another number. */
async function withoutNumbers(tx: Tx, source: NationalSource, scored: readonly Scored[]): Promise<Scored[]> {
  const ids = scored.map(({ person }) => person.id)
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select person_id as id from registry.national_subject where source = ${source} and person_id = any (${ids}::uuid[])
    union select person_id from registry.person_identifier
    where ${source} = 'anpr' and type = 'ANPR_ID' and person_id = any (${ids}::uuid[])`.execute(tx)
  const numbered = new Set(rows.map(({ id }) => id))
  return scored.filter(({ person }) => !numbered.has(person.id))
}

async function note(
  tx: Tx,
  { source, subject }: NationalEvent,
  personId: string,
  how: How,
  now: Date,
): Promise<string> {
  await tables<'registry'>(tx)
    .insertInto('registry.nationalSubject')
    .values({ source, subject, personId, how, linkedAt: now })
    .execute()
  if (source === 'anpr') await settleNumbered(tx, personId, now)
  return personId
}

/** Two records with a number of ANPR each are two people: nobody is asked about them any more. */
async function settleNumbered(tx: Tx, personId: string, now: Date): Promise<void> {
  await sql`
    update registry.linkage_case c set state = 'different', decided_at = ${now}
    where ${personId}::uuid in (c.first_id, c.second_id) and c.state in ('open', 'later')
      and exists (select from registry.national_subject a where a.source = 'anpr' and a.person_id = c.first_id)
      and exists (select from registry.national_subject b where b.source = 'anpr' and b.person_id = c.second_id)`.execute(
    tx,
  )
}

/** A record with what the message says of the person; the rest is added as of every message. */
async function create(tx: Tx, { person }: NationalEvent, now: Date): Promise<string> {
  const id = uuidv7()
  const { familyName, givenName, birthDate, sex, birthPlaceCode, birthPlaceName, citizenship } = person
  const own = tables<'registry'>(tx)
  await own
    .insertInto('registry.person')
    .values({
      id,
      familyName,
      givenName,
      searchName: plainName(familyName, givenName),
      birthDate,
      sex,
      birthPlaceCode,
      birthPlaceName,
      citizenship,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  const values: Partial<Record<PersonField, string>> = {
    familyName,
    givenName,
    birthDate,
    sex,
    birthPlace: `${birthPlaceCode ?? ''}|${birthPlaceName}`,
    citizenship,
  }
  // Without messages nothing would be said of her.
  await own
    .insertInto('registry.nationalPart')
    .values(
      Object.entries(values).map(([part, value]) => ({
        personId: id,
        part,
        base: JSON.stringify({ value: null, said: null }),
        written: JSON.stringify({ value, said: null }),
      })),
    )
    .execute()
  return id
}
