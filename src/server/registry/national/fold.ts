// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { nameLetters } from '../../../shared/names.ts'
import { nationalSources } from '../../national/registries/index.ts'
import { fieldColumns, sources, type PersonField, type Source } from '../linkage/index.ts'
import { foldEnrolment } from './enrolment.ts'
import { foldCodes, foldResidence } from './periods.ts'
import {
  keyOf,
  derivedId,
  type Difference,
  type Fact,
  type Held,
  type PersonState,
  type Surroundings,
} from './state.ts'

/** Who a national registry is among the sources of the golden record. */
export const sourceOf = (fact: Pick<Fact, 'source'>): Source => (fact.source === 'anpr' ? 'anpr' : 'sistema-ts')

/** In one order however they came: registry by registry, subject by subject, as each numbered them. */
const inSequence = (a: Fact, b: Fact): number =>
  nationalSources.indexOf(a.source) - nationalSources.indexOf(b.source) ||
  (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.sequence - b.sequence)

/**
 * The messages that count: an annulled one does not, a corrected one says what the correction says of the fact. Both leave who
 * the person is as they name her themselves.
 */
export function effective(facts: readonly Fact[]): Fact[] {
  const ordered = facts.toSorted(inSequence)
  const about = (kind: Fact['kind']) => ordered.filter((fact) => fact.kind === kind)
  const annulled = new Set(about('annulment').map(({ target }) => target))
  const corrections = new Map(
    about('correction')
      .filter(({ id }) => !annulled.has(id))
      .map((fact) => [fact.target, fact]),
  )
  return ordered
    .filter(({ id }) => !annulled.has(id))
    .map((fact) => {
      const by = corrections.get(fact.id)
      if (!by) return fact
      const { residence = fact.residence, card = fact.card, parents = fact.parents, on } = by
      return { ...fact, on, ...(residence && { residence }), ...(card && { card }), ...(parents && { parents }) }
    })
}

/**
 * What the registry holds of a person when these messages are added to what it held without them, and what is left for an office
 * to decide. The same messages in any order, any number of times, give the same.
 */
export function fold(
  base: PersonState,
  facts: readonly Fact[],
  around: Surroundings,
): { state: PersonState; differences: Difference[] } {
  const counting = effective(facts)
  const differences: Difference[] = []
  const own = { ...base.own }
  for (const field of Object.keys(fieldColumns) as PersonField[]) {
    const { held, difference } = foldField(field, base.own[field], counting, around)
    own[field] = held
    if (difference) differences.push(difference)
  }
  const codes = foldCodes(base.codes, counting, around)
  const residence = foldResidence(base.residence, counting, around)
  const withCode = codes.rows.some(({ type }) => type === 'CF' || type === 'CF_PROVISIONAL')
  const enrolment = foldEnrolment(base.enrolment, counting, around, withCode)
  differences.push(...codes.differences, ...residence.differences, ...enrolment.differences)
  return {
    state: {
      own,
      codes: codes.rows,
      residence: residence.rows,
      enrolment: enrolment.rows,
      family: foldFamily(base, counting, around),
    },
    differences,
  }
}

/** What a message says of a field; undefined when nothing. Who somebody is, ANPR says alone. */
function valueIn(fact: Fact, field: PersonField, who: Partial<Fact['person']> = fact.person): string | undefined {
  if (fact.source !== 'anpr') return undefined
  if (field === 'deceasedOn') return fact.kind === 'death' && who === fact.person ? fact.on : undefined
  if (field !== 'birthPlace') return who[field]
  return who.birthPlaceName === undefined ? undefined : `${who.birthPlaceCode ?? ''}|${who.birthPlaceName}`
}

/** Two ways to write the same: names without accents and apostrophes, places by their code. */
export function agree(field: PersonField, one: string, other: string): boolean {
  if (field === 'familyName' || field === 'givenName') return nameLetters(one) === nameLetters(other)
  if (field !== 'birthPlace') return one === other
  const [[code, name = ''], [otherCode, otherName = '']] = [one.split('|'), other.split('|')] as [string[], string[]]
  return code && otherCode ? code === otherCode : nameLetters(name) === nameLetters(otherName)
}

const rank = ({ said }: Held): number | undefined => (said ? sources.indexOf(said.source) : undefined)

function foldField(
  field: PersonField,
  base: Held,
  facts: readonly Fact[],
  around: Surroundings,
): { held: Held; difference: Difference | null } {
  let held = base
  let difference: Difference | null = null
  const stated: string[] = []
  for (const fact of facts) {
    const value = valueIn(fact, field)
    if (value === undefined) continue
    const source = sourceOf(fact)
    const theirs: Held = { value, said: { source, observedAt: fact.registeredAt } }
    const before = fact.before && valueIn(fact, field, fact.before)
    const follows = (ours: string): boolean =>
      [...stated, ...(before === undefined ? [] : [before])].some((one) => agree(field, one, ours))
    stated.push(value)
    const question = { part: field, theirs: { value } } as const
    const decided = around.decisions.get(keyOf(question))?.state
    const weaker = (rank(held) ?? -1) > sources.indexOf(source)
    if (held.value !== null && agree(field, held.value, value)) {
      held = { ...theirs, value: held.value }
      difference = null
    } else if (held.value === null || follows(held.value) || weaker || decided === 'taken') {
      held = theirs
      difference = null
    } else if (decided === 'kept') difference = null
    else
      difference = {
        ...question,
        source: fact.source,
        messageId: fact.messageId,
        ours: { value: held.value },
        ourSource: held.said?.source ?? null,
        because: held.said ? 'equal-or-stronger' : 'unknown-source',
      }
  }
  return { held, difference }
}

/** Parents whom a birth names and the registry knows. */
function foldFamily(
  base: PersonState,
  facts: readonly Fact[],
  { personId, people }: Surroundings,
): PersonState['family'] {
  const rows = [...base.family]
  for (const fact of facts.filter(({ kind }) => kind === 'birth'))
    for (const { subject, code } of fact.parents ?? []) {
      const relatedId = people.get(subject ?? '') ?? people.get(code ?? '')
      if (!relatedId || relatedId === personId || rows.some((row) => row.relatedId === relatedId)) continue
      const id = derivedId(personId, 'parent', relatedId)
      rows.push({ id, relatedId, from: fact.on, end: null, source: 'anpr' })
    }
  return rows
}
