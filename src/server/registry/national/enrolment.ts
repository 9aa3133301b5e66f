// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { addDays, type Day } from '../../platform/time.ts'
import { cut, later, placeText, type Folded } from './periods.ts'
import { derivedId, keyOf, type Difference, type EnrolmentRow, type Fact, type Surroundings } from './state.ts'

type Turn = { fact: Fact; on: Day } & (
  | { what: 'here'; aslId: string; districtId: string | null }
  | { what: 'away'; reason: 'DEATH' | 'MOVED_ABROAD' | 'MOVED_OTHER_ASL' }
)

const byDay = (a: Turn, b: Turn): number =>
  a.on < b.on
    ? -1
    : a.on > b.on
      ? 1
      : a.fact.source < b.fact.source
        ? -1
        : a.fact.source > b.fact.source
          ? 1
          : a.fact.sequence - b.fact.sequence

/** Where each message puts her: with an authority of the region, or with none of it. */
function turnOf(fact: Fact, { places }: Surroundings): Turn[] {
  const { on, residence } = fact
  if (fact.kind === 'death') return [{ fact, on, what: 'away', reason: 'DEATH' }]
  if (fact.kind === 'transfer') return [{ fact, on, what: 'away', reason: 'MOVED_OTHER_ASL' }]
  if (!residence) return []
  const place = residence.istatCode ? places.get(residence.istatCode) : undefined
  if (fact.kind !== 'abroad' && place) return [{ fact, on, what: 'here', ...place }]
  return [{ fact, on, what: 'away', reason: residence.istatCode ? 'MOVED_OTHER_ASL' : 'MOVED_ABROAD' }]
}

/** Enrolments that go with residence in the region; others have an end of their own (temporary domicile, permit). */
const byResidence: readonly string[] = ['RESIDENT', 'NEWBORN_PENDING']

interface Course {
  rows: EnrolmentRow[]
  difference: Difference | null
}

/**
 * Enrolment in the health service (iscrizione): it follows residence from the day of the fact, ends with death, with residence
 * abroad or outside the region, and when another region assists her. A newborn is enrolled before she has a code.
 */
export function foldEnrolment(
  base: readonly EnrolmentRow[],
  facts: readonly Fact[],
  around: Surroundings,
  withCode: boolean,
): Folded<EnrolmentRow> {
  const ours = new Set(base.map(({ id }) => id))
  const turns = facts.flatMap((fact) => turnOf(fact, around)).toSorted(byDay)
  const death = turns.find((turn) => turn.what === 'away' && turn.reason === 'DEATH')
  let course: Course = { rows: [...base], difference: null }
  // Nothing is true of the dead but their death.
  for (const turn of turns.filter((one) => !death || one === death || one.on <= death.on))
    course = turn.what === 'here' ? arrive(course, turn, ours, around) : leave(course, turn, ours, around)
  const rows = course.rows.map((row) =>
    withCode && row.kind === 'NEWBORN_PENDING' ? { ...row, kind: 'RESIDENT' } : row,
  )
  return { rows, differences: course.difference ? [course.difference] : [] }
}

const openRow = (rows: readonly EnrolmentRow[]): EnrolmentRow | undefined =>
  rows
    .filter(({ state }) => state !== 'ENDED')
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .at(-1)

function arrive(
  course: Course,
  turn: Turn & { what: 'here' },
  ours: ReadonlySet<string>,
  around: Surroundings,
): Course {
  const { rows } = course
  const { fact, aslId, districtId } = turn
  const id = derivedId(around.personId, 'enrolment', fact.source, fact.id)
  if (rows.some((row) => row.id === id || (row.from === turn.on && row.aslId === aslId)))
    return { rows, difference: null }
  const open = openRow(rows)
  const sameAsl = open?.aslId === aslId
  if (open && sameAsl && (districtId === null || open.districtId === districtId)) return { rows, difference: null }
  if (open && sameAsl && open.districtId === null)
    return { rows: replace(rows, open, { ...open, districtId }), difference: null }
  let on = turn.on
  if (open && ours.has(open.id) && open.from >= on) {
    const verdict = ask(fact, open, around)
    if (verdict.on === null) return { rows, difference: verdict.difference }
    on = verdict.on
  }
  const ended = open
    ? open.from < on
      ? replace(rows, open, end(open, on, sameAsl ? 'MOVED_DISTRICT' : 'MOVED_OTHER_ASL'))
      : rows.filter((row) => row !== open) // two messages of one day: the later one counts
    : rows
  const free = ended.reduce((day, row) => (row.end !== null && row.end > day ? row.end : day), on)
  const row: EnrolmentRow = {
    id,
    aslId,
    districtId,
    kind: fact.kind === 'birth' ? 'NEWBORN_PENDING' : 'RESIDENT',
    state: 'ACTIVE',
    endReason: null,
    from: free,
    end: null,
    source: fact.source,
  }
  return { rows: [...ended, row], difference: null }
}

function leave(course: Course, turn: Turn & { what: 'away' }, ours: ReadonlySet<string>, around: Surroundings): Course {
  const { rows } = course
  const { fact, reason } = turn
  const open = openRow(rows)
  const stays = fact.kind !== 'transfer' && reason === 'MOVED_OTHER_ASL' && open && !byResidence.includes(open.kind)
  if (!open || stays) return { rows, difference: null }
  // The day of death is the last one in which she was assisted.
  let on = reason === 'DEATH' ? addDays(turn.on, 1) : turn.on
  if (reason !== 'DEATH' && ours.has(open.id) && open.from >= on) {
    const verdict = ask(fact, open, around)
    if (verdict.on === null) return { rows, difference: verdict.difference }
    on = verdict.on
  }
  return { rows: replace(rows, open, end(open, on, reason)), difference: null }
}

const replace = (rows: readonly EnrolmentRow[], row: EnrolmentRow, by: EnrolmentRow): EnrolmentRow[] =>
  rows.map((one) => (one === row ? by : one))

function end(row: EnrolmentRow, on: Day, endReason: string): EnrolmentRow {
  const ended = cut(row, on)
  const first = row.end !== null && row.end < ended.end! ? row.end : ended.end
  return { ...ended, end: first, state: 'ENDED', endReason }
}

/** The day from which a message counts, or that it does not, because of a decision or as long as none was made. */
type Verdict = { on: Day; difference: null } | { on: null; difference: Difference | null }

/** An office enrolled her after the day of the message: whether she is, is for an office to say. Taken, it counts from that day. */
function ask(fact: Fact, open: EnrolmentRow, { decisions }: Surroundings): Verdict {
  const value = fact.residence ? placeText(fact.residence) : (fact.authority ?? '')
  const question = { part: 'enrolment', theirs: { value, from: fact.on } } as const
  const decided = decisions.get(keyOf(question))
  if (decided?.state === 'kept') return { on: null, difference: null }
  if (decided) return { on: later(decided.on, addDays(open.from, 1)), difference: null }
  return {
    on: null,
    difference: {
      ...question,
      source: fact.source,
      messageId: fact.messageId,
      ours: { value: open.aslId, from: open.from },
      ourSource: open.source,
      because: 'later-act',
    },
  }
}
