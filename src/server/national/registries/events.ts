// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Day } from '../../platform/time.ts'

/** ANPR, the registry of residents; ANA, the registry of people assisted by the health service, on Sistema TS. */
export const nationalSources = ['anpr', 'ana'] as const
export type NationalSource = (typeof nationalSources)[number]

/** What a message tells of. */
export const eventKinds = [
  'birth',
  'death',
  'arrival',
  'residence',
  'abroad',
  'identity',
  'fiscal-code',
  'citizenship',
  'correction',
  'annulment',
  'card',
  'transfer',
] as const
export type EventKind = (typeof eventKinds)[number]

/** Whom a message is about, as the source has her when it writes. */
export interface NationalPerson {
  /** Fiscal code; a newborn may have none yet. */
  code: string | null
  familyName: string
  givenName: string
  sex: 'M' | 'F' | 'N'
  birthDate: Day
  /** Cadastral code of the municipality or state. */
  birthPlaceCode: string | null
  birthPlaceName: string
  /** State code of the Ministry of the Interior, 100 for Italy. */
  citizenship: string
}

export interface NationalResidence {
  line: string
  postcode: string | null
  /** ISTAT code; null abroad. */
  istatCode: string | null
  /** Municipality, or town and state when abroad. */
  place: string
}

/** What a kind of message says beside whom it is about. */
export interface EventDetails {
  residence?: NationalResidence
  parents?: { subject: string | null; code: string | null }[]
  /** What had been before, where the source says so. */
  before?: Partial<NationalPerson>
  card?: { number: string; from: Day; until: Day }
  /** Authority of another region that assists her: region and authority code. */
  authority?: string
}

/** A message of a national registry. Messages of one subject are numbered, and each names the one before. */
export interface NationalEvent extends EventDetails {
  source: NationalSource
  id: string
  /** The person at the source: ANPR id, ANA id. */
  subject: string
  sequence: number
  /** Number of the message before it that was sent to us; null for the first. */
  previous: number | null
  kind: EventKind
  /** Day from which it is so. */
  on: Day
  /** When the source wrote it, ISO 8601. */
  registeredAt: string
  person: NationalPerson
  /** Id of the message that a correction or an annulment is about. */
  target?: string
}

/** What could be read of a message: all of it, or only which it is. */
export interface ReadMessage {
  event: NationalEvent | null
  id: string | null
}
