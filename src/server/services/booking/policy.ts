// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const family = { subjects: ['family'], service: 'BOOKING', purpose: 'booking', audit: 'person' } as const
const anyone = { subjects: ['anyone'], purpose: 'booking', audit: 'person' } as const

/** Who may book, look at, move and cancel: the patient and who acts for her; nothing here is below level 2. */
export const policies = {
  lookUpPrescription: { ...family, action: 'SEARCH', resource: 'prescription' },
  listPrescriptions: { ...family, action: 'SEARCH', resource: 'prescription' },
  getPrescription: { ...family, action: 'READ', resource: 'prescription' },
  searchOffers: { ...family, action: 'READ', resource: 'prescription' },
  listPublicOffers: {
    subjects: ['anyone'],
    action: 'SEARCH',
    resource: 'offer',
    purpose: 'information',
    audit: 'none',
  },
  createBooking: { ...family, action: 'CREATE', resource: 'booking' },
  listBookings: { ...family, action: 'SEARCH', resource: 'booking' },
  getBooking: { ...family, action: 'READ', resource: 'booking' },
  extendHold: { ...family, action: 'UPDATE', resource: 'booking' },
  releaseHold: { ...family, action: 'UPDATE', resource: 'booking' },
  confirmBooking: { ...family, action: 'UPDATE', resource: 'booking' },
  searchMoveOffers: { ...family, action: 'READ', resource: 'booking' },
  moveBooking: { ...family, action: 'UPDATE', resource: 'booking' },
  cancelBooking: { ...family, action: 'UPDATE', resource: 'booking' },
  getPromemoria: { ...family, action: 'PRINT', resource: 'booking' },
  getCalendar: { ...family, action: 'EXPORT', resource: 'booking' },
  joinWaitingList: { ...family, action: 'CREATE', resource: 'waiting-list-entry' },
  listWaitingListEntries: { ...family, action: 'SEARCH', resource: 'waiting-list-entry' },
  acceptWaitingListOffer: { ...family, action: 'UPDATE', resource: 'waiting-list-entry' },
  declineWaitingListOffer: { ...family, action: 'UPDATE', resource: 'waiting-list-entry' },
  withdrawFromWaitingList: { ...family, action: 'UPDATE', resource: 'waiting-list-entry' },
  // After a death told in error the office sees which appointments could be given back.
  listGivenBack: {
    subjects: ['district-officer'],
    action: 'SEARCH',
    resource: 'booking',
    purpose: 'identification',
    audit: 'person',
  },
  openAppointmentLink: { ...anyone, action: 'READ', resource: 'booking' },
  confirmByLink: { ...anyone, action: 'UPDATE', resource: 'booking' },
  cancelByLink: { ...anyone, action: 'UPDATE', resource: 'booking' },
} satisfies Record<string, Policy>
