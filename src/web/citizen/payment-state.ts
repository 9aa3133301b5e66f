// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Payment } from '../app/contract.ts'
import type { Words } from '../words/it.ts'

/** What a payment is for, in the language of the page: pagoPA's own text is Italian and ends with the booking's code. */
export function whatIsPaid(payment: Pick<Payment, 'subject' | 'description'>, words: Words): string {
  const code = payment.description.split(' ').at(-1) ?? ''
  return payment.subject.kind === 'booking' ? words.payments.forBooking(code) : payment.description
}

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
