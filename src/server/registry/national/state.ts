// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import type { NationalEvent, NationalSource } from '../../national/registries/index.ts'
import type { Day } from '../../platform/time.ts'
import type { PersonField, Provenance } from '../linkage/index.ts'

/** One of a person's own data, with who said it. The place of birth is its code and its name, `F839|NAPOLI`. */
export interface Held {
  value: string | null
  said: Provenance | null
}

/** Days from `from` on; `end` is the first on which it does not hold any more, null while it goes on. */
interface Period {
  id: string
  from: Day
  end: Day | null
  source: string
}

export interface CodeRow extends Period {
  type: 'CF' | 'CF_PROVISIONAL' | 'TEAM' | 'ANPR_ID'
  value: string
  checked: boolean
}

export interface ResidenceRow extends Period {
  line: string
  postcode: string | null
  istatCode: string | null
  place: string
  latitude: number | null
  longitude: number | null
}

export interface EnrolmentRow extends Period {
  aslId: string
  districtId: string | null
  kind: string
  state: 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'ENDED'
  endReason: string | null
}

export interface ParentRow extends Period {
  relatedId: string
}

/** What messages may touch of a person. */
export interface PersonState {
  own: Record<PersonField, Held>
  codes: CodeRow[]
  residence: ResidenceRow[]
  enrolment: EnrolmentRow[]
  family: ParentRow[]
}

export type DifferencePart = PersonField | 'fiscalCode' | 'healthCard' | 'residence' | 'enrolment'

/** What an office sees of either side: a value, and since when it holds where that matters. */
export interface Said {
  value: string
  from?: Day
}

/** What a source says against a value that is as well founded as its own. */
export interface Difference {
  part: DifferencePart
  source: NationalSource
  messageId: string
  ours: Said
  /** Who said ours; null when nobody wrote it down. */
  ourSource: string | null
  theirs: Said
  because: 'equal-or-stronger' | 'unknown-source' | 'held-by-another' | 'later-act'
}

/** A message that was applied. */
export type Fact = NationalEvent & { messageId: string }

/** What an office decided about a difference. */
export interface Decided {
  state: 'taken' | 'kept'
  /** Day on which it did. */
  on: Day
}

/** What is known around a person when her messages are read. */
export interface Surroundings {
  personId: string
  /** Health authority and district of municipalities of the region, by ISTAT code. */
  places: ReadonlyMap<string, { aslId: string; districtId: string | null }>
  /** Records of people by their ANPR id or code. */
  people: ReadonlyMap<string, string>
  /** Codes that somebody else holds, `CF RSSMRA…`. */
  taken: ReadonlySet<string>
  /** Decisions by `keyOf` of the difference. */
  decisions: ReadonlyMap<string, Decided>
}

/** JSON with the names of members in order: the same content is the same text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, of]) => of !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join(',')}}`
}

export const digestOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex')

/** The same thing said of the same part is one question, whoever says it again. */
export const keyOf = ({ part, theirs }: Pick<Difference, 'part' | 'theirs'>): string => `${part} ${digestOf(theirs)}`

/** An id that a row made of a message always has: a UUID of its own kind (version 8, RFC 9562). */
export function derivedId(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
