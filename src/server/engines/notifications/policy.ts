// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const family = { subjects: ['family'], service: 'BOOKING', purpose: 'contact', audit: 'person' } as const
const person = { subjects: ['person'], purpose: 'contact', audit: 'person' } as const

const office = { subjects: ['district-officer'], purpose: 'contact', audit: 'none', resource: 'letter' } as const

/** Who may read messages and receive notices on a device. The SMS gateway proves itself to the handler. */
export const policies = {
  listMessages: { ...family, action: 'SEARCH', resource: 'message' },
  readMessage: { ...family, action: 'UPDATE', resource: 'message' },
  getPushKey: { subjects: ['anyone'], action: 'READ', resource: 'push-key', purpose: 'information', audit: 'none' },
  createPushSubscription: { ...person, action: 'CREATE', resource: 'push-subscription' },
  deletePushSubscription: { ...person, action: 'DELETE', resource: 'push-subscription' },
  // Numbers of letters; whom they are for is in the file alone, and each is written into the trail.
  getLetters: { ...office, action: 'SEARCH' },
  createLetterBatch: { ...office, action: 'CREATE' },
  getLetterFile: { ...office, action: 'PRINT', audit: 'person' },
  postLetterBatch: { ...office, action: 'UPDATE' },
  reportSms: { subjects: ['machine'], action: 'UPDATE', resource: 'message', purpose: 'operation', audit: 'none' },
} satisfies Record<string, Policy>
