// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { notFound } from './errors.ts'
import type { Language } from './text.ts'

/** Assurance level of the identity behind a request: SPID/CIE level, 0 when nobody signed in. */
export type Level = 0 | 1 | 2 | 3

/** How a person proved who she is. */
export type Method = 'SPID' | 'CIE' | 'CNS' | 'EIDAS' | 'LOCAL'

/** Who asks, as one request sees it. */
export interface Actor {
  kind: 'citizen' | 'professional' | 'partner' | 'public' | 'machine' | 'system'
  /** The registry id of the person who signed in. */
  personId: string | null
  sessionId: string | null
  /** The people this actor may act for under the policy of the route: the person, minor children, wards, delegators. */
  patients: readonly string[]
  level: Level
  /** The appointment in which a professional acts. */
  role: { code: string; organisationId: string; appointmentId: string } | null
  method: Method | null
  /** When she last proved who she is. */
  authenticatedAt: Date | null
  /** The OAuth client that calls, with what its token may do now. */
  partner: { clientId: string; scopes: readonly string[] } | null
  language: Language
  requestId: string
  /** Network address of the client, for the audit trail. */
  address: string | null
  /** True once an audit row was written for this request. */
  audited: boolean
}

const somebody = { it: 'Persona', en: 'Person' }

/** Refuses, as if the person did not exist, when the actor may not act for this patient. */
export function mustActFor(actor: Actor, patientId: string): void {
  if (!actor.patients.includes(patientId)) throw notFound(somebody)
}

/** The actor of jobs and of the worker. */
export function systemActor(requestId: string): Actor {
  return {
    kind: 'system',
    personId: null,
    sessionId: null,
    patients: [],
    level: 0,
    role: null,
    method: null,
    authenticatedAt: null,
    partner: null,
    language: 'it',
    requestId,
    address: null,
    audited: false,
  }
}
