// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** The colour that goes with the word of a payment's state. */
export function paymentTones(state: string): 'info' | 'success' | 'warning' | 'danger' | 'neutral' {
  switch (state) {
    case 'paid':
    case 'paid-elsewhere':
    case 'reported':
    case 'refunded':
      return 'success'
    case 'notice-issued':
    case 'checkout-started':
      return 'warning'
    case 'expired':
      return 'danger'
    case 'cancelled':
      return 'neutral'
    default:
      return 'info'
  }
}
