// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { plainName } from '../../../shared/plain-text.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Text } from '../../platform/text.ts'
import { takenOver, type Image, type PersonField, type Provenance, type Sourced, type Taken } from './golden.ts'

const alreadyMerged = new Refusal(
  'registry/already-merged',
  409,
  { it: 'Una delle due schede è già stata unita a un’altra.', en: 'One of the two records was merged already.' },
  {
    next: {
      it: 'Ricarica la pagina: vedrai la scheda rimasta.',
      en: 'Reload the page: you will see the record that goes on.',
    },
  },
)
constraint('merge_once', alreadyMerged)

const notMerged = new Refusal(
  'registry/merge-undone',
  409,
  { it: 'Questa unione è già stata annullata.', en: 'This merge was already undone.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)
const laterFirst = new Refusal(
  'registry/later-merge-first',
  409,
  {
    it: 'Dopo questa unione la scheda è stata unita ancora.',
    en: 'After this merge the record was merged again.',
  },
  { next: { it: 'Annulla prima l’unione più recente.', en: 'Undo the more recent merge first.' } },
)
const cannotGoBack = (cause: unknown): Refusal =>
  new Refusal(
    'registry/unmerge-conflict',
    409,
    {
      it: 'La scheda separata avrebbe qualcosa due volte: dopo l’unione le è stato scritto altro.',
      en: 'The separate record would have something twice: other things were written to it since.',
    },
    { next: { it: 'Chiedi aiuto all’assistenza.', en: 'Ask the help desk.' }, cause },
  )

/** What must be settled before two records can be one, by the table in which both have something in the same place. */
const obstacles: Readonly<Record<string, Text>> = {
  'scheduling.appointment': {
    it: 'Hanno appuntamenti nello stesso momento: va prima disdetto uno dei due.',
    en: 'They have appointments at the same time: one of them must be cancelled first.',
  },
  'booking.booking': {
    it: 'Hanno prenotazioni fatte con la stessa richiesta.',
    en: 'They have bookings made by the same request.',
  },
  'booking.prescription': {
    it: 'La stessa ricetta è stata usata per tutt’e due.',
    en: 'The same prescription was used for both.',
  },
  'prescriptions.custody': {
    it: 'La stessa ricetta è stata presa in carico per tutt’e due.',
    en: 'The same prescription was taken in charge for both.',
  },
  'access.account': {
    it: 'Hanno tutt’e due un account: va prima chiuso uno dei due.',
    en: 'Both have an account: one of them must be closed first.',
  },
  'access.delegation': {
    it: 'Hanno una delega tra loro o la stessa delega: va prima revocata.',
    en: 'They have a delegation between them or the same one: it must be revoked first.',
  },
  'access.role_appointment': {
    it: 'Hanno lo stesso incarico nella stessa struttura: va prima chiuso uno dei due.',
    en: 'They have the same role in the same organisation: one of them must be ended first.',
  },
  'doctor_choice.request': {
    it: 'Hanno tutt’e due una richiesta di medico aperta: va prima decisa una delle due.',
    en: 'Both have an open request of a doctor: one of them must be decided first.',
  },
  'registry.doctor_refusal': {
    it: 'Lo stesso medico ha rifiutato tutt’e due: va prima chiusa una ricusazione.',
    en: 'The same doctor gave up the care of both: one refusal must be closed first.',
  },
}
const otherObstacle: Text = {
  it: 'Hanno tutt’e due qualcosa che una persona può avere una volta sola.',
  en: 'Both have something that a person can have only once.',
}

const inTheWay = (found: readonly { relation: string }[]): Refusal =>
  new Refusal(
    'registry/merge-conflicts',
    409,
    { it: 'Le due schede non si possono ancora unire.', en: 'The two records cannot be merged yet.' },
    {
      next: {
        it: 'Sistema prima ciò che è nell’elenco, poi riprova.',
        en: 'Settle what is in the list first, then try again.',
      },
      extra: {
        conflicts: [...new Set(found.map(({ relation }) => relation))].map((relation) => ({
          relation,
          ...(obstacles[relation] ?? otherObstacle),
        })),
      },
    },
  )

export interface MergeWish {
  duplicateId: string
  survivorId: string
  /** Who decided; nobody for the system. */
  by: string | null
  reason: string
}

/** The two records with who said what of them, locked in one order for all, so that whoever books for one of them waits. */
async function lockBoth(tx: Tx, ids: readonly string[]): Promise<Map<string, Sourced & { mergedInto: string | null }>> {
  const { rows } = await sql<{ id: string; image: Image; said: Sourced['said'] | null; mergedInto: string | null }>`
    select p.id, to_jsonb(p) as image, p.merged_into as "mergedInto",
      (select jsonb_object_agg(s.field, jsonb_build_object('source', s.source, 'observedAt', s.observed_at))
       from registry.person_source s where s.person_id = p.id) as said
    from registry.person p where p.id = any (${[...ids].toSorted()}::uuid[]) order by p.id for update of p`.execute(tx)
  return new Map(rows.map(({ id, said, ...row }) => [id, { ...row, said: said ?? {} }]))
}

/**
 * Makes one record of two: what hangs on the duplicate goes over to the survivor, whose own data become the better of both;
 * the duplicate stays and points there. All or nothing.
 *
 * @throws Refusal `registry/already-merged`; `registry/merge-conflicts` with what stands in the way
 */
export async function mergePeople(
  tx: Tx,
  { duplicateId, survivorId, by, reason }: MergeWish,
  now: Date,
): Promise<string> {
  const people = await lockBoth(tx, [duplicateId, survivorId])
  const [duplicate, survivor] = [people.get(duplicateId), people.get(survivorId)]
  if (!duplicate || !survivor || duplicate === survivor) throw notFound({ it: 'Persona', en: 'Person' })
  if (duplicate.mergedInto || survivor.mergedInto) throw alreadyMerged
  const taken = takenOver(survivor, duplicate)
  const id = uuidv7()
  await sql`
    insert into registry.merge (id, duplicate_id, survivor_id, merged_at, merged_by, reason, own, fields)
    values (${id}, ${duplicateId}, ${survivorId}, ${now}, ${by}, ${reason}, registry.rows_of(${survivorId}), ${JSON.stringify(taken)})`.execute(
    tx,
  )
  const conflicts = await carryOver(tx, id, now)
  if (conflicts.length > 0) throw inTheWay(conflicts)
  for (const { field, after, saidAfter } of taken) await write(tx, survivorId, field, after, saidAfter)
  await point(tx, duplicateId, survivorId, now)
  await touch(tx, survivorId, now)
  await publish(tx, 'registry.person-merged', { mergeId: id, duplicateId, survivorId })
  return id
}

/** Carries over what is the duplicate's of a merge and was not yet; what stands in the way is returned. */
export async function carryOver(
  tx: Tx,
  mergeId: string,
  now: Date,
): Promise<{ relation: string; constraint: string }[]> {
  const { rows } = await sql<{ conflicts: { relation: string; constraint: string }[] }>`
    select registry.carry_over(${mergeId}, ${now}) as conflicts`.execute(tx)
  return rows[0]!.conflicts
}

/** What an un-merge could not bring back, and what was written for the person meanwhile and stays where it is. */
export interface Undone {
  /** By table: rows changed or gone since the merge, which stay as they are now. */
  differs: { relation: string; what: 'gone' | 'changed' }[]
  /** By table: how many rows the survivor has that nobody had at the merge. */
  since: { relation: string; count: number }[]
}

/**
 * Takes a merge back: everything that was the duplicate's is so again, also what was written for it meanwhile; what was written
 * for the survivor since stays with it and is listed.
 *
 * @throws Refusal `registry/merge-undone`, `registry/later-merge-first`, `registry/unmerge-conflict`
 */
export async function unmerge(tx: Tx, mergeId: string, by: string | null, why: string, now: Date): Promise<Undone> {
  const merge = await lockMerge(tx, mergeId)
  const { duplicateId, survivorId } = merge
  const people = await lockBoth(tx, [duplicateId, survivorId])
  if (merge.undoneAt) throw notMerged
  if (people.get(survivorId)?.mergedInto || (await hasLater(tx, merge))) throw laterFirst
  await point(tx, duplicateId, null, now)
  const differs = await giveBack(tx, mergeId)
  const survivor = people.get(survivorId)!
  for (const { field, before, after, saidBefore } of merge.fields.toReversed()) {
    const same = Object.entries(after).every(([column, value]) => (survivor.image[column] ?? null) === value)
    if (same) await write(tx, survivorId, field, before, saidBefore)
    else differs.push({ relation: `registry.person ${field}`, what: 'changed' })
  }
  await touch(tx, survivorId, now)
  await sql`update registry.merge set undone_at = ${now}, undone_by = ${by}, undone_why = ${why} where id = ${mergeId}`.execute(
    tx,
  )
  await publish(tx, 'registry.person-unmerged', { mergeId, duplicateId, survivorId })
  return { differs, since: await writtenSince(tx, merge) }
}

interface Merge {
  id: string
  duplicateId: string
  survivorId: string
  mergedAt: Date
  undoneAt: Date | null
  fields: Taken[]
}

async function lockMerge(tx: Tx, id: string): Promise<Merge> {
  const merge = await tables<'registry'>(tx)
    .selectFrom('registry.merge')
    .select(['id', 'duplicateId', 'survivorId', 'mergedAt', 'undoneAt', 'fields'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!merge) throw notFound({ it: 'Unione', en: 'Merge' })
  return { ...merge, fields: merge.fields as unknown as Taken[] } // written by mergePeople
}

/** Whether others were merged into the survivor after this one: what each of them brought hangs together. */
async function hasLater(tx: Tx, { id, survivorId }: Merge): Promise<boolean> {
  const later = await tables<'registry'>(tx)
    .selectFrom('registry.merge')
    .select('id')
    .where('survivorId', '=', survivorId)
    .where('undoneAt', 'is', null)
    .where('id', '>', id) // made in the order of time, and under a lock of the survivor
    .executeTakeFirst()
  return later !== undefined
}

async function giveBack(tx: Tx, mergeId: string): Promise<Undone['differs']> {
  try {
    const { rows } = await sql<{
      differs: Undone['differs']
    }>`select registry.give_back(${mergeId}) as differs`.execute(tx)
    return rows[0]!.differs
  } catch (error) {
    const { code } = error as { code?: string }
    throw code?.startsWith('23') ? cannotGoBack(error) : error
  }
}

async function writtenSince(tx: Tx, { id, survivorId }: Merge): Promise<Undone['since']> {
  const { rows } = await sql<{ relation: string; count: number }>`
    select r.relation, count(*)::int as count
    from registry.merge m cross join lateral jsonb_each(registry.rows_of(${survivorId})) r(relation, keys)
    cross join lateral jsonb_array_elements(r.keys) k(key)
    where m.id = ${id} and not coalesce(m.own->r.relation, '[]') @> jsonb_build_array(k.key)
    group by r.relation order by r.relation`.execute(tx)
  return rows
}

async function point(tx: Tx, duplicateId: string, survivorId: string | null, now: Date): Promise<void> {
  await tables<'registry'>(tx)
    .updateTable('registry.person')
    .set((is) => ({ mergedInto: survivorId, version: is('version', '+', 1), updatedAt: now }))
    .where('id', '=', duplicateId)
    .execute()
}

async function touch(tx: Tx, id: string, now: Date): Promise<void> {
  const { rows } = await sql<{ family: string; given: string }>`
    update registry.person set version = version + 1, updated_at = ${now} where id = ${id}
    returning family_name as family, given_name as given`.execute(tx)
  const { family, given } = rows[0]!
  await sql`update registry.person set search_name = ${plainName(family, given)} where id = ${id}`.execute(tx)
}

/** Writes one field of a person's own data with who said it. */
async function write(tx: Tx, id: string, field: PersonField, image: Image, said: Provenance | null): Promise<void> {
  const changes = Object.entries(image).map(([column, value]) => sql`${sql.id(column)} = ${value}`)
  await sql`update registry.person set ${sql.join(changes)} where id = ${id}`.execute(tx)
  const own = tables<'registry'>(tx)
  await own.deleteFrom('registry.personSource').where('personId', '=', id).where('field', '=', field).execute()
  if (!said) return
  await own
    .insertInto('registry.personSource')
    .values({ personId: id, field, ...said })
    .execute()
}

/** Merges of the last day: what was begun for the duplicate before and committed after them is carried over too. */
export async function recentMerges(tx: Tx, since: Date): Promise<string[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.merge')
    .select('id')
    .where('mergedAt', '>=', since)
    .where('undoneAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
