// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { nameLetters } from '../../../shared/names.ts'
import { audit } from '../../access/audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { viewRecords, type RecordView } from '../../registry/linkage/index.ts'
import {
  alone,
  countDifferences,
  decisionsAbout,
  getDifference,
  getMessage,
  listDifferences,
  sayAgain,
  writeDecision,
  type KeptDifference,
  type KeptMessage,
  type Said,
} from '../../registry/national/index.ts'
import { organisationNames } from '../../registry/organisations/index.ts'
import {
  comparedParts,
  type DifferencePage,
  type DifferenceQuery,
  type DifferenceView,
  type DifferenceWish,
} from './national-schema.ts'

export const pageSize = 20
export const mostExported = 10_000

const decided = new Refusal(
  'registry/difference-decided',
  409,
  { it: 'Su questa differenza qualcuno ha già deciso.', en: 'Somebody has decided on this difference already.' },
  { next: { it: 'Ricarica la pagina per vedere che cosa.', en: 'Reload the page to see what.' } },
)
const nothingToUndo = new Refusal(
  'registry/nothing-to-undo',
  409,
  { it: 'Non c’è una decisione da annullare.', en: 'There is no decision to take back.' },
  { next: { it: 'Ricarica la pagina per vedere com’è ora.', en: 'Reload the page to see how it is now.' } },
)
const heldByAnother = new Refusal(
  'registry/code-of-another',
  409,
  { it: 'Il codice è già di un’altra scheda.', en: 'The code is another record’s already.' },
  {
    next: {
      it: 'Se sono la stessa persona, unisci prima le due schede tra i doppioni.',
      en: 'If they are one person, merge the two records among the duplicates first.',
    },
  },
)
const ownRecord = new Refusal(
  'registry/own-record',
  403,
  { it: 'Questa scheda è la tua.', en: 'This record is yours.' },
  { next: { it: 'Deve decidere un’altra persona dell’ufficio.', en: 'Somebody else of the office must decide.' } },
)

/** Reads records and writes in the trail of each that she was looked at; a list that shows nobody is in the trail too. */
export async function look(
  tx: Tx,
  actor: Actor,
  ids: readonly string[],
  object: 'national-difference' | 'national-message',
  action: 'READ' | 'SEARCH' | 'EXPORT',
  now: Date,
): Promise<Map<string, RecordView>> {
  const seen = [...new Set(ids)]
  for (const patientId of seen.length > 0 ? seen : [null])
    await audit(tx, actor, { action, object, purpose: 'identification', patientId })
  return new Map((await viewRecords(tx, seen, romeDay(now))).map((record) => [record.id, record]))
}

const whoOf = ({ id, familyName, givenName, birthDate }: RecordView) => ({ id, familyName, givenName, birthDate })

/** Places of birth without their code, authorities by their name. */
function readable(part: KeptDifference['part'], { value, from }: Said, names: ReadonlyMap<string, string>): Said {
  const text =
    part === 'birthPlace' ? (value.split('|')[1] ?? value) : part === 'enrolment' ? (names.get(value) ?? value) : value
  return { value: text, ...(from && { from }) }
}

const uuid = /^[0-9a-f-]{36}$/

async function inShort(
  tx: Tx,
  rows: readonly KeptDifference[],
  records: ReadonlyMap<string, RecordView>,
): Promise<DifferencePage['items']> {
  const authorities = rows
    .filter(({ part, ours }) => part === 'enrolment' && uuid.test(ours.value))
    .map(({ ours }) => ours.value)
  const names = await organisationNames(tx, authorities)
  return rows.map(({ id, personId, part, source, ours, ourSource, theirs, because, foundAt, state }) => ({
    id,
    person: whoOf(records.get(personId)!),
    part,
    source,
    ours: readable(part, ours, names),
    ourSource,
    theirs: readable(part, theirs, names),
    because,
    foundAt: foundAt.toISOString(),
    state,
  }))
}

/** What national registries say against us, a page at a time. */
export function listNationalDifferences(
  { db, now }: Platform,
  actor: Actor,
  query: DifferenceQuery,
): Promise<DifferencePage> {
  const { page = 1, sort = 'newest', ...filter } = query
  return asSystem(db, async (tx) => {
    const found = await listDifferences(tx, { ...filter, sort }, { skip: (page - 1) * pageSize, limit: pageSize + 1 })
    const rows = found.slice(0, pageSize)
    const records = await look(
      tx,
      actor,
      rows.map(({ personId }) => personId),
      'national-difference',
      'SEARCH',
      now(),
    )
    return { items: await inShort(tx, rows, records), more: found.length > pageSize, ...(await countDifferences(tx)) }
  })
}

/** The same as rows, for a table. */
export function exportedDifferences(
  { db, now }: Platform,
  actor: Actor,
  query: DifferenceQuery,
): Promise<DifferencePage['items']> {
  const { page: _page, sort = 'newest', ...filter } = query
  return asSystem(db, async (tx) => {
    const rows = await listDifferences(tx, { ...filter, sort }, { skip: 0, limit: mostExported })
    const records = await look(
      tx,
      actor,
      rows.map(({ personId }) => personId),
      'national-difference',
      'EXPORT',
      now(),
    )
    return inShort(tx, rows, records)
  })
}

/** One difference, with both sides whole. */
export function getNationalDifference({ db, now }: Platform, actor: Actor, id: string): Promise<DifferenceView> {
  return asSystem(db, async (tx) => view(tx, actor, await getDifference(tx, id), now()))
}

async function view(tx: Tx, actor: Actor, row: KeptDifference, now: Date): Promise<DifferenceView> {
  const records = await look(tx, actor, [row.personId], 'national-difference', 'READ', now)
  const record = records.get(row.personId)!
  const message = await getMessage(tx, row.messageId)
  const [short] = await inShort(tx, [row], records)
  const history = await decisionsAbout(tx, row.id)
  return {
    ...short!,
    note: row.note,
    message: { id: message.id, kind: message.kind, on: message.on, receivedAt: message.receivedAt.toISOString() },
    fields: fieldsOf(record, message),
    history: history.map(({ state, note, decidedAt }) => ({ state, note, decidedAt: decidedAt.toISOString() })),
    canUndo: row.state === 'taken' || row.state === 'kept',
    own: row.personId === actor.personId,
  }
}

/** The record as it is now beside what the message says of the person. */
function fieldsOf(record: RecordView, { about, residence }: KeptMessage): DifferenceView['fields'] {
  const ours: Record<(typeof comparedParts)[number], string | null> = {
    familyName: record.familyName,
    givenName: record.givenName,
    birthDate: record.birthDate,
    sex: record.sex,
    birthPlace: record.birthPlace,
    citizenship: record.citizenship,
    fiscalCode: record.codes[0] ?? null,
    residence: record.residence,
  }
  const theirs: typeof ours = {
    familyName: about?.familyName ?? null,
    givenName: about?.givenName ?? null,
    birthDate: about?.birthDate ?? null,
    sex: about?.sex ?? null,
    birthPlace: about?.birthPlaceName ?? null,
    citizenship: about?.citizenship ?? null,
    fiscalCode: about?.code ?? null,
    residence: residence ? `${residence.line}, ${residence.place}` : null,
  }
  const same = (one: string, other: string): boolean =>
    one === other ||
    (nameLetters(one) !== '' &&
      nameLetters(one) === nameLetters(other) &&
      one.replace(/\D/g, '') === other.replace(/\D/g, ''))
  return comparedParts
    .filter((field) => theirs[field] !== null)
    .map((field) => ({
      field,
      ours: ours[field],
      theirs: theirs[field],
      same: ours[field] !== null && same(ours[field], theirs[field]!),
    }))
}

const stateOf = { take: 'taken', keep: 'kept', later: 'later' } as const

/** Locks a difference and the record, so that messages and other officers wait. */
async function lock(tx: Tx, actor: Actor, id: string): Promise<KeptDifference> {
  await alone(tx)
  const row = await getDifference(tx, id, 'lock')
  if (row.personId === actor.personId) throw ownRecord
  return row
}

async function decide(
  tx: Tx,
  actor: Actor,
  row: KeptDifference,
  state: 'open' | 'taken' | 'kept' | 'later',
  note: string,
  at: Date,
): Promise<void> {
  await writeDecision(tx, row.id, { state, note, decidedBy: actor.personId!, decidedAt: at })
  await sayAgain(tx, row.personId, at)
  await audit(tx, actor, {
    action: 'UPDATE',
    object: 'national-difference',
    objectId: row.id,
    purpose: 'identification',
    reason: state,
    patientId: row.personId,
  })
}

/**
 * Takes what the registry says, keeps what we have, or puts the decision off.
 *
 * @throws Refusal `registry/difference-decided`, `registry/code-of-another`, `registry/own-record`
 */
export function decideNationalDifference(
  { db, now }: Platform,
  actor: Actor,
  id: string,
  { decision, note }: DifferenceWish,
): Promise<DifferenceView> {
  return asSystem(db, async (tx) => {
    const row = await lock(tx, actor, id)
    if (row.state !== 'open' && row.state !== 'later') throw decided
    if (decision === 'take' && row.because === 'held-by-another') throw heldByAnother
    await decide(tx, actor, row, stateOf[decision], note, now())
    return view(tx, actor, await getDifference(tx, id), now())
  })
}

/** Takes a decision back: the record is as it was without it. @throws Refusal `registry/nothing-to-undo`, `registry/own-record` */
export function undoNationalDecision(
  { db, now }: Platform,
  actor: Actor,
  id: string,
  reason: string,
): Promise<DifferenceView> {
  return asSystem(db, async (tx) => {
    const row = await lock(tx, actor, id)
    if (row.state !== 'taken' && row.state !== 'kept') throw nothingToUndo
    await decide(tx, actor, row, 'open', reason, now())
    return view(tx, actor, await getDifference(tx, id), now())
  })
}
