// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { SpidPurpose } from '../../../shared/saml-names.ts'
import type { Level, Method } from '../../platform/actor.ts'

/** Name of the session cookie: the prefix makes browsers refuse it without Secure, from a subdomain or a path. */
export const cookieName = '__Host-sid'

export const cookieOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const

export interface NewSession {
  personId: string
  method: Method
  /** Entity id of the identity provider. */
  provider: string
  level: Exclude<Level, 0>
  /** Use of a professional identity of SPID; a personal identity when not given. */
  purpose?: SpidPurpose
  authenticatedAt: Date
  assertionId?: string
  nameId?: string
  sessionIndex?: string
  userAgent?: string
  language: 'it' | 'en'
  /** The role the session acts in; a citizen's when not given. */
  appointmentId?: string
}
