// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const personAtAnyLevel = { subjects: ['person'], purpose: 'identification', level: 1, audit: 'person' } as const
const person = { subjects: ['person'], purpose: 'identification', audit: 'person' } as const
const anyone = { subjects: ['anyone'], purpose: 'identification', audit: 'none' } as const

/** Who may do what with accounts of the service. What binds one to a person needs SPID, CIE or CNS (level 2), and the work asks
 * for a fresh sign-in; one's own settings also serve who signed in with the account. */
export const policies = {
  getAccount: { ...personAtAnyLevel, action: 'READ', resource: 'account' },
  createAccount: { ...person, action: 'CREATE', resource: 'account' },
  closeAccount: { ...person, action: 'DELETE', resource: 'account' },
  setAccountPassword: { ...personAtAnyLevel, action: 'UPDATE', resource: 'account' },
  startAccountMobile: { ...person, action: 'UPDATE', resource: 'account' },
  confirmAccountMobile: { ...person, action: 'UPDATE', resource: 'account' },
  startPasskey: { ...person, action: 'CREATE', resource: 'passkey' },
  addPasskey: { ...person, action: 'CREATE', resource: 'passkey' },
  renamePasskey: { ...personAtAnyLevel, action: 'UPDATE', resource: 'passkey' },
  removePasskey: { ...personAtAnyLevel, action: 'DELETE', resource: 'passkey' },
  startPasskeySignIn: { ...anyone, action: 'READ', resource: 'sign-in' },
  signInWithPasskey: { ...anyone, action: 'CREATE', resource: 'session' },
  pages: { ...anyone, action: 'READ', resource: 'sign-in' },
} satisfies Record<string, Policy>
