// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { debtStates } from './states.ts'

const Uuid = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Instant = Type.String({ format: 'date-time' })
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

export const PaymentState = Type.Enum([...debtStates], {
  title: 'PaymentState',
  description:
    'due: the notice is being made; notice-issued: can be paid anywhere; checkout-started: the payer is at pagoPA; ' +
    'pending-outcome: waiting for the receipt; paid and reported: paid through pagoPA; paid-elsewhere: paid at the desk',
})

export const Payment = Type.Object(
  {
    id: Uuid,
    patientId: Uuid,
    subject: Type.Object({ kind: Type.String({ description: 'What it is for, e.g. booking' }), id: Uuid }),
    description: Type.String(),
    creditor: Type.Object({ name: Type.String(), fiscalCode: Type.String() }),
    amountCents: Type.Integer(),
    dueOn: Day,
    state: PaymentState,
    noticeNumber: OrNull(Type.String({ description: '18 digits; null until pagoPA has accepted the notice' })),
    payable: Type.Boolean({ description: 'True when the payment can be started on line now' }),
    paid: OrNull(
      Type.Object({
        at: Instant,
        amountCents: Type.Integer(),
        channel: Type.Enum(['pagopa', 'desk']),
        provider: Type.String(),
        receiptNumber: Type.String(),
      }),
    ),
    refund: OrNull(
      Type.Object({
        amountCents: Type.Integer({ description: 'All that is or was given back' }),
        state: Type.Enum(['requested', 'refunded']),
        requestedAt: Instant,
        refundedAt: OrNull(Instant),
      }),
    ),
    createdAt: Instant,
  },
  { title: 'Payment', additionalProperties: false },
)
export type Payment = Static<typeof Payment>

export const PaymentPage = Type.Object(
  { items: Type.Array(Payment), nextCursor: OrNull(Type.String()) },
  { title: 'PaymentPage', additionalProperties: false },
)

export const NewCheckout = Type.Object(
  {
    paymentIds: Type.Array(Uuid, {
      minItems: 1,
      maxItems: 5,
      uniqueItems: true,
      description: 'Payments of one family',
    }),
  },
  { title: 'NewCheckout', additionalProperties: false },
)

export const Checkout = Type.Object(
  { id: Uuid, url: Type.String({ format: 'uri', description: 'Where to send the payer' }) },
  { title: 'Checkout', additionalProperties: false },
)

export const CheckoutReturn = Type.Object(
  {
    outcome: Type.Enum(['ok', 'cancelled', 'error', 'waiting'], {
      description: 'As the return address says: it proves nothing',
    }),
  },
  { title: 'CheckoutReturn', additionalProperties: false },
)

export const CheckoutPayments = Type.Object(
  { payments: Type.Array(Payment) },
  { title: 'CheckoutPayments', additionalProperties: false },
)
