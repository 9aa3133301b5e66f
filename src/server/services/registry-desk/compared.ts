// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Case, Levels, RecordView } from '../../registry/linkage/index.ts'
import { comparedFields, type CaseView } from './schema.ts'

type Field = (typeof comparedFields)[number]
type FieldCompared = CaseView['fields'][number]

/** In bits of log odds: 20 is one wrong in a million, 10 one in a thousand. */
export const likelihoodOf = ({ bits }: Pick<Case, 'bits'>): CaseView['likelihood'] =>
  bits >= 20 ? 'almost-sure' : bits >= 10 ? 'likely' : 'possible'

const valueOf: Record<Field, (record: RecordView) => string | null> = {
  code: ({ codes }) => codes.join(', ') || null,
  familyName: ({ familyName }) => familyName,
  givenName: ({ givenName }) => givenName,
  birthDate: ({ birthDate }) => birthDate,
  sex: ({ sex }) => sex,
  birthPlace: ({ birthPlace }) => birthPlace,
  residence: ({ residence }) => residence,
  card: ({ cards }) => cards.join(', ') || null,
  mobile: ({ mobile }) => mobile,
  email: ({ email }) => email,
  citizenship: ({ citizenship }) => citizenship,
  deceasedOn: ({ deceasedOn }) => deceasedOn,
  since: ({ since }) => since,
}

/** Fields of the screen that the comparison of records has levels for. */
const compared: Partial<Record<Field, keyof Levels>> = {
  code: 'code',
  familyName: 'family',
  givenName: 'given',
  birthDate: 'birthDate',
}

/** Two records field by field, with how far they agree. */
export function fieldsOf(first: RecordView, second: RecordView, levels: Levels): FieldCompared[] {
  return comparedFields.map((field) => {
    const [one, other] = [valueOf[field](first), valueOf[field](second)]
    const of = compared[field]
    const level = of && levels[of]
    const agree = levelOf(one, other, level)
    const how = agree === 'similar' ? (level as FieldCompared['how']) : null // all other levels are similar ones
    return { field, first: one, second: other, level: agree, how }
  })
}

function levelOf(one: string | null, other: string | null, level: string | undefined): FieldCompared['level'] {
  if (one === other) return 'same'
  if (one === null || other === null) return 'missing'
  return level === undefined || level === 'different' ? 'different' : 'similar'
}

const tablesOf: Record<CaseView['hangs'][number]['what'], readonly string[]> = {
  bookings: ['booking.booking'],
  payments: ['payments.debt'],
  prescriptions: ['booking.prescription'],
  exemptions: ['registry.person_exemption'],
  doctors: ['registry.doctor_choice'],
  delegations: ['access.delegation'],
  messages: ['notifications.notice'],
  family: ['registry.family_link'],
}

/** How much hangs on each of two records. */
export function hangsOf(first: RecordView, second: RecordView): CaseView['hangs'] {
  const count = ({ rows }: RecordView, names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (rows[name] ?? 0), 0)
  return Object.entries(tablesOf).map(([what, names]) => ({
    what: what as CaseView['hangs'][number]['what'], // the keys of the record above
    first: count(first, names),
    second: count(second, names),
  }))
}

/** The record more hangs on had better go on; of equals the older one. */
export function suggestedOf(first: RecordView, second: RecordView): CaseView['suggested'] {
  const weight = ({ rows }: RecordView): number => Object.values(rows).reduce((sum, count) => sum + count, 0)
  const [one, other] = [weight(first), weight(second)]
  if (one !== other) return one > other ? 'first' : 'second'
  return first.since <= second.since ? 'first' : 'second'
}
