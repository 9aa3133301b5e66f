// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { nameLetters } from '../../../shared/names.ts'
import type { NationalResidence } from '../../national/registries/index.ts'
import { addDays, type Day } from '../../platform/time.ts'
import {
  derivedId,
  keyOf,
  type CodeRow,
  type Difference,
  type Fact,
  type ResidenceRow,
  type Said,
  type Surroundings,
} from './state.ts'

export interface Folded<Row> {
  rows: Row[]
  differences: Difference[]
}

const latest = <Row extends { from: Day }>(rows: readonly Row[]): Row | undefined =>
  rows.toSorted((a, b) => (a.from < b.from ? -1 : 1)).at(-1)

/** The later of two days. */
export const later = (one: Day, other: Day): Day => (one > other ? one : other)

/** One day of a row remains at least: what was there is never lost. */
export const cut = <Row extends { from: Day; end: Day | null }>(row: Row, end: Day): Row => ({
  ...row,
  end: later(end, addDays(row.from, 1)),
})

/** Fiscal codes, health cards and the ANPR id. */
export function foldCodes(base: readonly CodeRow[], facts: readonly Fact[], around: Surroundings): Folded<CodeRow> {
  let rows = [...base]
  const differences = new Map<string, Difference>()
  const stated = new Set<string>()
  for (const fact of facts) {
    if (fact.source === 'anpr' && !rows.some(({ type }) => type === 'ANPR_ID'))
      rows.push(rowOf(around, 'ANPR_ID', fact.subject, fact.on, null, 'anpr'))
    if (fact.card) {
      const { rows: found, difference } = takeCard(rows, fact, around, stated)
      rows = found
      put(differences, 'healthCard', difference)
    }
    const { code } = fact.person
    if (!code) continue
    const { rows: found, difference } = takeCode(rows, fact, code, around, stated)
    rows = found
    if (fact.source === 'anpr') put(differences, 'fiscalCode', difference)
  }
  return { rows, differences: [...differences.values()] }
}

/** The last word of a source on a part stands for those before. */
function put(differences: Map<string, Difference>, part: string, difference: Difference | null): void {
  if (difference) differences.set(part, difference)
  else differences.delete(part)
}

function rowOf(
  { personId }: Surroundings,
  type: CodeRow['type'],
  value: string,
  from: Day,
  end: Day | null,
  source: string,
): CodeRow {
  return { id: derivedId(personId, type, value), type, value, from, end, checked: true, source }
}

type Taken<Row> = { rows: Row[]; difference: Difference | null }

function takeCode(
  rows: CodeRow[],
  fact: Fact,
  value: string,
  around: Surroundings,
  stated: Set<string>,
): Taken<CodeRow> {
  const type = value.length === 11 ? 'CF_PROVISIONAL' : 'CF'
  const current = latest(rows.filter((row) => row.type === type))
  const nothing = { rows, difference: null }
  if (current?.value === value) {
    stated.add(value)
    return { rows: rows.map((row) => (row === current ? { ...row, checked: true } : row)), difference: null }
  }
  // ANA writes the code by which it knows her; which one holds, ANPR says.
  if (fact.source !== 'anpr') return nothing
  const { before } = fact
  const follows = current !== undefined && (stated.has(current.value) || before?.code === current.value)
  stated.add(value)
  const question = { part: 'fiscalCode', theirs: { value } } as const
  const decided = around.decisions.get(keyOf(question))?.state
  const held = around.taken.has(`${type} ${value}`)
  const known = rows.some((row) => row.type === type && row.value === value)
  if (!held && !known && (!current || follows || !current.checked || decided === 'taken')) {
    const from = current ? later(fact.on, addDays(current.from, 1)) : fact.on
    const ended = rows.map((row) =>
      row === current || (row.type === 'CF_PROVISIONAL' && row.end === null) ? cut(row, from) : row,
    )
    return { rows: [...ended, rowOf(around, type, value, from, null, 'anpr')], difference: null }
  }
  if (decided === 'kept') return nothing
  const ours: Said = current ? { value: current.value, from: current.from } : { value: '' }
  const because = held ? 'held-by-another' : 'equal-or-stronger'
  const difference = {
    ...question,
    source: fact.source,
    messageId: fact.messageId,
    ours,
    ourSource: current?.source ?? null,
    because,
  } as const
  return { rows, difference }
}

function takeCard(rows: CodeRow[], fact: Fact, around: Surroundings, stated: Set<string>): Taken<CodeRow> {
  const { number, from, until } = fact.card!
  const cards = rows.filter(({ type }) => type === 'TEAM')
  const current = latest(cards)
  const known = cards.some(({ value }) => value === number)
  const follows = !current || current.from < from
  const question = { part: 'healthCard', theirs: { value: number, from } } as const
  const decided = around.decisions.get(keyOf(question))
  const held = around.taken.has(`TEAM ${number}`)
  // A card she had before, told late.
  const past = current !== undefined && !follows && stated.has(current.value)
  stated.add(number)
  if (known || past || (decided?.state === 'kept' && !follows)) return { rows, difference: null }
  if (!held && (follows || decided?.state === 'taken')) {
    const begins = current ? later(from, addDays(current.from, 1)) : from
    const others = rows.map((row) =>
      row.type === 'TEAM' && (row.end === null || row.end > begins) ? cut(row, begins) : row,
    )
    const row = rowOf(around, 'TEAM', number, begins, later(addDays(until, 1), addDays(begins, 1)), 'ana')
    return { rows: [...others, row], difference: null }
  }
  if (decided?.state === 'kept') return { rows, difference: null }
  return {
    rows,
    difference: {
      ...question,
      source: fact.source,
      messageId: fact.messageId,
      ours: current ? { value: current.value, from: current.from } : { value: '' },
      ourSource: current?.source ?? null,
      because: held ? 'held-by-another' : 'later-act',
    },
  }
}

const samePlace = (row: ResidenceRow, other: NationalResidence): boolean =>
  row.istatCode === other.istatCode &&
  nameLetters(row.line + row.place) === nameLetters(other.line + other.place) &&
  row.line.replace(/\D/g, '') === other.line.replace(/\D/g, '')

export const placeText = ({ line, postcode, place }: Pick<NationalResidence, 'line' | 'postcode' | 'place'>): string =>
  `${line}, ${postcode ? `${postcode} ` : ''}${place}`

/** Where she lives, from the day each message names; one of an earlier day that comes late finds its place between the others. */
export function foldResidence(
  base: readonly ResidenceRow[],
  facts: readonly Fact[],
  around: Surroundings,
): Folded<ResidenceRow> {
  let rows = [...base]
  let difference: Difference | null = null
  for (const fact of facts) {
    if (!fact.residence) continue
    const taken = takeResidence(rows, new Set(base.map(({ id }) => id)), fact, fact.residence, around)
    rows = taken.rows
    difference = taken.difference
  }
  return { rows, differences: difference ? [difference] : [] }
}

function takeResidence(
  rows: ResidenceRow[],
  ours: ReadonlySet<string>,
  fact: Fact,
  residence: NationalResidence,
  around: Surroundings,
): Taken<ResidenceRow> {
  const before = latest(rows.filter(({ from }) => from <= fact.on))
  const acts = rows.filter((row) => ours.has(row.id) && row.from >= fact.on)
  const act = latest(acts)
  if (act ? samePlace(act, residence) : before && samePlace(before, residence)) return { rows, difference: null }
  const id = derivedId(around.personId, 'residence', fact.source, fact.id)
  const there = rows.some((row) => row.id === id || (row.from === fact.on && samePlace(row, residence)))
  if (there) return { rows, difference: null }
  const made: Omit<ResidenceRow, 'from' | 'end'> = {
    id,
    ...residence,
    latitude: null,
    longitude: null,
    source: fact.source,
  }
  if (!act) return { rows: place(rows, made, fact.on), difference: null }
  const question = { part: 'residence', theirs: { value: placeText(residence), from: fact.on } } as const
  const decided = around.decisions.get(keyOf(question))
  if (decided?.state === 'kept') return { rows, difference: null }
  if (decided?.state === 'taken')
    return { rows: place(rows, made, later(decided.on, addDays(act.from, 1))), difference: null }
  return {
    rows,
    difference: {
      ...question,
      source: fact.source,
      messageId: fact.messageId,
      ours: { value: placeText(act), from: act.from },
      ourSource: act.source,
      because: 'later-act',
    },
  }
}

/** Puts a row where its day is; the one before ends there, one of the same day gives way. */
function place(rows: readonly ResidenceRow[], made: Omit<ResidenceRow, 'from' | 'end'>, from: Day): ResidenceRow[] {
  const others = rows.filter((row) => row.from !== from)
  const next =
    others
      .map((row) => row.from)
      .filter((day) => day > from)
      .toSorted()[0] ?? null
  return [
    ...others.map((row) => (row.from < from && (row.end === null || row.end > from) ? { ...row, end: from } : row)),
    { ...made, from, end: next },
  ]
}
