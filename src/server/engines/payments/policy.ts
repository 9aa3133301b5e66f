// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const family = { subjects: ['family'], service: 'PAYMENT', purpose: 'payment', audit: 'person' } as const

/**
 * Who may see and pay what is owed; who starts paying has just proved who she is (ASVS 4.0.3, 3.7.1). The payments platform
 * (pagoPA) proves itself to the handler.
 */
export const policies = {
  listPayments: { ...family, action: 'SEARCH', resource: 'payment' },
  getPayment: { ...family, action: 'READ', resource: 'payment' },
  getPaymentNotice: { ...family, action: 'PRINT', resource: 'payment' },
  getPaymentReceipt: { ...family, action: 'PRINT', resource: 'payment' },
  createCheckout: { ...family, action: 'CREATE', resource: 'checkout', freshMinutes: 30 },
  noteCheckoutReturn: { ...family, action: 'UPDATE', resource: 'checkout' },
  pages: { subjects: ['machine'], action: 'UPDATE', resource: 'payment', purpose: 'payment', audit: 'none' },
} satisfies Record<string, Policy>
