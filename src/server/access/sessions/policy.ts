// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { roleCodes, type Policy } from '../../platform/policy.ts'

const anyone = { subjects: ['anyone'], purpose: 'identification', audit: 'none' } as const
const signedIn = { subjects: ['person', ...roleCodes], purpose: 'identification', level: 1, audit: 'person' } as const

/** Sessions belong to whoever is signed in, at whatever level and in whatever role. */
export const policies = {
  getSession: { ...anyone, action: 'READ', resource: 'session' },
  deleteSession: { ...signedIn, action: 'DELETE', resource: 'session' },
  listSessions: { ...signedIn, action: 'READ', resource: 'session' },
  endOtherSessions: { ...signedIn, action: 'DELETE', resource: 'session' },
  endSession: { ...signedIn, action: 'DELETE', resource: 'session' },
  setLanguage: { ...anyone, action: 'UPDATE', resource: 'session' },
} satisfies Record<string, Policy>
