// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { plainName } from '../../../shared/plain-text.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Day } from '../../platform/time.ts'

export const actKinds = [
  'REGISTERED',
  'MOVED',
  'DOMICILED',
  'DOMICILE_ENDED',
  'CODE_GIVEN',
  'CODE_ISSUED',
  'CODE_RENEWED',
  'DIED',
  'EMIGRATED',
] as const
/** What an office does to a person's record. */
export type ActKind = (typeof actKinds)[number]

const reload = { it: 'Ricarica la pagina e riprova.', en: 'Reload the page and try again.' }
const changedSince = new Refusal(
  'registry/changed-since',
  409,
  { it: 'La scheda è cambiata dopo questo atto.', en: 'The record has changed since this act.' },
  { next: { it: 'Annulla prima gli atti più recenti.', en: 'Take the later acts back first.' } },
)
const notUndoable = new Refusal(
  'registry/cannot-undo',
  409,
  { it: 'Questo atto non si può annullare.', en: 'This act cannot be taken back.' },
  {
    next: {
      it: 'Si annulla solo l’ultimo atto ancora valido; una registrazione non si annulla.',
      en: 'Only the last act that still counts is taken back; a registration is not.',
    },
  },
)
const sameDays = (it: string, en: string) =>
  new Refusal('registry/overlapping-periods', 409, { it, en }, { next: reload })
constraint(
  'address_one_at_a_time',
  sameDays('C’è già un indirizzo in quei giorni.', 'There is an address for those days.'),
)
constraint(
  'enrolment_one_at_a_time',
  sameDays('C’è già un’iscrizione in quei giorni.', 'There is an enrolment for those days.'),
)
constraint(
  'person_identifier_one_at_a_time',
  sameDays('C’è già un codice di questo tipo in quei giorni.', 'There is a code of this kind for those days.'),
)
constraint(
  'person_identifier_once',
  new Refusal(
    'registry/code-of-another',
    409,
    { it: 'Questo codice è già di un’altra scheda.', en: 'This code belongs to another record.' },
    {
      field: 'code',
      next: { it: 'Cerca il codice: forse è la stessa persona.', en: 'Search the code: it may be the same person.' },
    },
  ),
)
constraint(
  'person_dies_after_birth',
  new Refusal(
    'registry/before-birth',
    422,
    { it: 'Il giorno è prima della nascita.', en: 'The day is before birth.' },
    { field: 'on', next: { it: 'Controlla il giorno.', en: 'Check the day.' } },
  ),
)
constraint(
  'person_act_after_birth',
  new Refusal(
    'registry/before-birth',
    422,
    { it: 'Il giorno è prima della nascita.', en: 'The day is before birth.' },
    { field: 'on', next: { it: 'Controlla il giorno.', en: 'Check the day.' } },
  ),
)
constraint(
  'person_act_of_living',
  new Refusal(
    'registry/closed-record',
    409,
    {
      it: 'La scheda è di una persona deceduta, o unita a un’altra.',
      en: 'The record is of somebody who died, or was merged into another.',
    },
    { next: reload },
  ),
)

type Relation = 'person' | 'person_identifier' | 'address' | 'enrolment' | 'family_link'
type Values = Readonly<Record<string, string | boolean | number | null>>
/** A row that an act wrote: the columns as they were before, null for a row it added, and as it left them. */
interface Step {
  relation: Relation
  id: string
  before: Values | null
  after: Values
}

/** Writes rows of a person and remembers how they were. Columns are named as in the database. */
export class Rows {
  readonly steps: Step[] = []
  readonly #tx: Tx
  readonly #personId: string

  constructor(tx: Tx, personId: string) {
    this.#tx = tx
    this.#personId = personId
  }

  /** Adds a row of this person and returns its id. */
  async add(relation: Exclude<Relation, 'person'>, values: Values): Promise<string> {
    const row = { ...values, id: uuidv7(), person_id: this.#personId }
    const names = sql.join(Object.keys(row).map((name) => sql.ref(name)))
    const { rows } = await sql<{ row: Values }>`
      insert into ${sql.table(`registry.${relation}`)} as x (${names})
      select ${names} from jsonb_populate_record(null::${sql.table(`registry.${relation}`)}, ${JSON.stringify(row)}::jsonb)
      returning to_jsonb(x) as row`.execute(this.#tx)
    this.steps.push({ relation, id: row.id, before: null, after: rows[0]!.row })
    return row.id
  }

  /** Changes some columns of a row. */
  async change(relation: Relation, id: string, values: Values): Promise<void> {
    const names = Object.keys(values)
    const before = await imageOf(this.#tx, relation, id)
    if (!before) throw changedSince
    await write(this.#tx, relation, id, values)
    const after = (await imageOf(this.#tx, relation, id))!
    this.steps.push({ relation, id, before: only(before, names), after: only(after, names) })
  }
}

const only = (image: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map((name) => [name, image[name] ?? null]))

async function imageOf(tx: Tx, relation: Relation, id: string): Promise<Values | undefined> {
  const { rows } = await sql<{ row: Values }>`
    select to_jsonb(x) as row from ${sql.table(`registry.${relation}`)} x where id = ${id} for update`.execute(tx)
  return rows[0]?.row
}

async function write(tx: Tx, relation: Relation, id: string, values: Values): Promise<void> {
  const names = Object.keys(values).map((name) => sql.ref(name))
  const table = sql.table(`registry.${relation}`)
  await sql`
    update ${table} set (${sql.join(names)}) = row (${sql.join(names.map((name) => sql`v.${name}`))})
    from jsonb_populate_record(null::${table}, ${JSON.stringify(values)}::jsonb) v
    where ${table}.id = ${id}`.execute(tx)
}

export interface NewAct {
  personId: string
  kind: ActKind
  on: Day
  note?: string | undefined
  /** Appointment of the officer. */
  by: string
  /** The same key asked twice is one act. */
  key: string
}

/** The person on whose record an officer already carried out the act with this key. */
export async function actDone(tx: Tx, by: string, key: string): Promise<{ personId: string } | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${by} ${key}`}, 320))`.execute(tx)
  return tables<'registry'>(tx)
    .selectFrom('registry.personAct')
    .select('personId')
    .where('doneBy', '=', by)
    .where('idempotencyKey', '=', key)
    .executeTakeFirst()
}

/** Keeps an act with the rows it wrote. @throws Refusal `registry/before-birth`, `registry/closed-record` */
export async function keepAct(tx: Tx, act: NewAct, rows: Rows, now: Date): Promise<string> {
  const id = uuidv7(now.getTime())
  await tables<'registry'>(tx)
    .insertInto('registry.personAct')
    .values({
      id,
      personId: act.personId,
      kind: act.kind,
      happenedOn: act.on,
      note: act.note ?? null,
      steps: JSON.stringify(rows.steps),
      doneAt: now,
      doneBy: act.by,
      idempotencyKey: act.key,
    })
    .execute()
  return id
}

/** Locks a record for an act, so that two officers follow one another. @throws Refusal not found */
export async function lockPerson(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql`select id from registry.person where id = ${id} for update`.execute(tx)
  if (rows.length === 0) throw notFound({ it: 'Persona', en: 'Person' })
}

/**
 * Takes the last act of a record back: added rows go, changed ones are as they were. The act stays, with who took it back and why.
 *
 * @throws Refusal `registry/cannot-undo`, `registry/changed-since`
 */
export async function undoAct(
  tx: Tx,
  personId: string,
  id: string,
  { by, why }: { by: string; why: string },
  now: Date,
): Promise<ActKind> {
  await lockPerson(tx, personId)
  const [last] = await actsOf(tx, personId)
  if (!last || last.id !== id || !last.canUndo) throw notUndoable
  const { steps } = await tables<'registry'>(tx)
    .selectFrom('registry.personAct')
    .select('steps')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  for (const step of (steps as unknown as Step[]).toReversed()) await takeBack(tx, step) // written by keepAct
  await tables<'registry'>(tx)
    .updateTable('registry.personAct')
    .set({ undoneAt: now, undoneBy: by, undoneWhy: why })
    .where('id', '=', id)
    .execute()
  return last.kind
}

async function takeBack(tx: Tx, { relation, id, before, after }: Step): Promise<void> {
  const image = await imageOf(tx, relation, id)
  if (!image || !same(only(image, Object.keys(after)), after)) throw changedSince
  if (before) await write(tx, relation, id, before)
  else await sql`delete from ${sql.table(`registry.${relation}`)} where id = ${id}`.execute(tx)
}

/** Whether two images of a row say the same, whatever the order of the columns. */
const same = (one: Values, other: Values): boolean =>
  Object.keys(one).every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]))

export interface Act {
  id: string
  kind: ActKind
  on: Day
  note: string | null
  doneAt: Date
  undoneAt: Date | null
  undoneWhy: string | null
  /** The last one that still counts, unless it made the record. */
  canUndo: boolean
}

/** What was done to a record: those that count first, the latest before the others. */
export async function actsOf(tx: Tx, personId: string): Promise<Act[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.personAct')
    .select(['id', 'kind', 'happenedOn as on', 'note', 'doneAt', 'undoneAt', 'undoneWhy'])
    .where('personId', '=', personId)
    .orderBy(sql`undone_at is not null`)
    .orderBy('doneAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row, nth) => ({
    ...(row as Omit<Act, 'canUndo'>), // the table checks the kind
    canUndo: nth === 0 && row.undoneAt === null && row.kind !== 'REGISTERED',
  }))
}

/** What is known of somebody when she is entered. */
export interface PersonFacts {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: string
  birthPlace: { code: string; name: string }
  citizenship: string
}

/** Enters a person, and for each of the fields who said it. */
export async function enterPerson(
  tx: Tx,
  { birthPlace, ...facts }: PersonFacts,
  said: { fields: readonly string[]; source: string },
  now: Date,
): Promise<void> {
  const own = tables<'registry'>(tx)
  await own
    .insertInto('registry.person')
    .values({
      ...facts,
      searchName: plainName(facts.familyName, facts.givenName),
      birthPlaceCode: birthPlace.code,
      birthPlaceName: birthPlace.name,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await own
    .insertInto('registry.personSource')
    .values(said.fields.map((field) => ({ personId: facts.id, field, source: said.source, observedAt: now })))
    .execute()
}
