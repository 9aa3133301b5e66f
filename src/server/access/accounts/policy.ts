// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const personAtAnyLevel = { subjects: ['person'], purpose: 'identification', level: 1, audit: 'person' } as const
/** Minutes for which a proof of identity is fresh enough to change how one signs in (ASVS 4.0.3, 3.7.1). */
export const freshMinutes = 15
const justProved = { subjects: ['person'], purpose: 'identification', freshMinutes, audit: 'person' } as const
const anyone = { subjects: ['anyone'], purpose: 'identification', audit: 'none' } as const

/**
 * Who may do what with accounts of the service. What binds one to a person needs a fresh proof with SPID, CIE or CNS (level
 * 2; the work also keeps eIDAS out); one's own settings also serve who signed in with the account.
 */
export const policies = {
  getAccount: { ...personAtAnyLevel, action: 'READ', resource: 'account' },
  createAccount: { ...justProved, action: 'CREATE', resource: 'account' },
  closeAccount: { ...justProved, action: 'DELETE', resource: 'account' },
  setAccountPassword: { ...personAtAnyLevel, action: 'UPDATE', resource: 'account' },
  startAccountMobile: { ...justProved, action: 'UPDATE', resource: 'account' },
  confirmAccountMobile: { ...justProved, action: 'UPDATE', resource: 'account' },
  startPasskey: { ...justProved, action: 'CREATE', resource: 'passkey' },
  addPasskey: { ...justProved, action: 'CREATE', resource: 'passkey' },
  renamePasskey: { ...personAtAnyLevel, action: 'UPDATE', resource: 'passkey' },
  removePasskey: { ...personAtAnyLevel, action: 'DELETE', resource: 'passkey' },
  startPasskeySignIn: { ...anyone, action: 'READ', resource: 'sign-in' },
  signInWithPasskey: { ...anyone, action: 'CREATE', resource: 'session' },
  pages: { ...anyone, action: 'READ', resource: 'sign-in' },
} satisfies Record<string, Policy>
