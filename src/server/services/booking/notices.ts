// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { DomainEvent } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import {
  cancelReminders,
  notify,
  revokeLinks,
  scheduleReminder,
  type ReminderTemplate,
} from '../../engines/notifications/index.ts'
import { getPayment } from '../../engines/payments/index.ts'
import { reminderInstants } from './rules.ts'
import type { Booking } from './schema.ts'
import { ruleOn } from './settings.ts'
import { viewBooking, visitOf } from './views.ts'

const about = (bookingId: string) => ({ kind: 'booking', id: bookingId })

/** The reminder of each distance: the farthest informs, the nearest repeats, those between ask for an answer. */
function templateFor(daysBefore: number, all: readonly number[]): ReminderTemplate {
  if (daysBefore === Math.max(...all)) return 'reminder.early'
  return daysBefore === Math.min(...all) ? 'reminder.last' : 'reminder.ask'
}

/** Still to be kept: not called off alone. */
const isLive = ({ state }: Booking['appointments'][number]): boolean => !state.startsWith('cancelled')

/**
 * Plans the reminders of every appointment of a confirmed booking, by the rule in force. Of the later sessions of a cycle only
 * the nearest: who comes every other day needs no more.
 */
async function planReminders(tx: Tx, platform: Platform, booking: Booking): Promise<void> {
  const rule = await ruleOn(tx, 'reminders', romeDay(platform.now()))
  const nearest = Math.min(...rule.daysBefore)
  for (const appointment of booking.appointments.filter(isLive)) {
    for (const { daysBefore, at } of reminderInstants(new Date(appointment.startsAt), platform.now(), rule)) {
      if (appointment.session > 1 && daysBefore !== nearest) continue
      await scheduleReminder(tx, {
        patientId: booking.patient.id,
        about: about(booking.id),
        subjectId: appointment.id,
        template: templateFor(daysBefore, rule.daysBefore),
        visit: visitOf(appointment),
        at,
      })
    }
  }
}

const lastStart = (booking: Booking): Date =>
  new Date(
    booking.appointments
      .map(({ startsAt }) => startsAt)
      .toSorted()
      .at(-1)!,
  )

/** Runs a reaction on a booking as it is now; a booking that went on to another state has nothing to be told. */
async function onBooking(
  platform: Platform,
  bookingId: string,
  state: Booking['state'],
  tell: (tx: Tx, booking: Booking) => Promise<void>,
): Promise<void> {
  await asSystem(platform.db, async (tx) => {
    const booking = await viewBooking(tx, platform, bookingId, 'it')
    if (booking.state === state) await tell(tx, booking)
  })
}

function confirmed({ id, payload }: DomainEvent<'booking.confirmed'>, platform: Platform): Promise<void> {
  return onBooking(platform, payload.bookingId, 'confirmed', async (tx, booking) => {
    await planReminders(tx, platform, booking)
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: about(booking.id),
      template: 'booking.confirmed',
      parameters: {
        bookingId: booking.id,
        code: booking.code,
        visits: booking.appointments.map(visitOf),
        cancelBy: booking.freeCancellationUntil,
      },
      usefulUntil: lastStart(booking),
    })
  })
}

function moved({ id, payload }: DomainEvent<'booking.moved'>, platform: Platform): Promise<void> {
  return onBooking(platform, payload.bookingId, 'confirmed', async (tx, booking) => {
    const appointment = booking.appointments.find((one) => one.id === payload.to)
    if (!appointment) return // moved again meanwhile: that is what she is told
    const { startsAt: from, by } = await tables<'booking'>(tx)
      .selectFrom('booking.bookingMove')
      .select(['startsAt', 'by'])
      .where('bookingId', '=', booking.id)
      .where('line', '=', payload.line)
      .where('appointmentId', '=', payload.from)
      .executeTakeFirstOrThrow()
    await cancelReminders(tx, about(booking.id))
    await revokeLinks(tx, about(booking.id), platform.now())
    await planReminders(tx, platform, booking)
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: about(booking.id),
      template: 'booking.moved',
      parameters: {
        bookingId: booking.id,
        code: booking.code,
        from: from.toISOString(),
        visit: visitOf(appointment),
        byProvider: by === 'provider',
      },
      usefulUntil: lastStart(booking),
    })
  })
}

function cancelled({ id, payload }: DomainEvent<'booking.cancelled'>, platform: Platform): Promise<void> {
  return onBooking(platform, payload.bookingId, 'cancelled', async (tx, booking) => {
    await cancelReminders(tx, about(booking.id))
    await revokeLinks(tx, about(booking.id), platform.now())
    const told = { cause: id, patientId: payload.patientId, about: about(booking.id) }
    const facts = { bookingId: booking.id, code: booking.code, visits: booking.appointments.map(visitOf) }
    if (payload.by === 'provider')
      await notify(tx, platform, { ...told, template: 'booking.cancelled-by-provider', parameters: facts })
    else
      await notify(tx, platform, {
        ...told,
        template: 'booking.cancelled',
        parameters: { ...facts, late: payload.late },
      })
  })
}

/** Some sessions of a cycle are called off: their reminders too, those of the others stay. */
function sessionsCancelled(
  { id, payload }: DomainEvent<'booking.sessions-cancelled'>,
  platform: Platform,
): Promise<void> {
  return onBooking(platform, payload.bookingId, 'confirmed', async (tx, booking) => {
    for (const appointmentId of payload.appointmentIds) await cancelReminders(tx, about(booking.id), appointmentId)
    const called = booking.appointments.filter((one) => payload.appointmentIds.includes(one.id))
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: about(booking.id),
      template: 'booking.sessions-cancelled',
      parameters: {
        bookingId: booking.id,
        code: booking.code,
        visits: called.map(visitOf),
        late: payload.late,
        byProvider: payload.by === 'provider',
      },
    })
  })
}

function takenInCharge(
  { id, payload }: DomainEvent<'waiting-list.taken-in-charge'>,
  platform: Platform,
): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const entry = await tables<'booking'>(tx)
      .selectFrom('booking.waitingListEntry')
      .select(['number', 'deadline', 'owner', 'ownerPhone'])
      .where('id', '=', payload.entryId)
      .executeTakeFirstOrThrow()
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: { kind: 'waiting-list', id: payload.entryId },
      template: 'waiting-list.taken',
      parameters: {
        entryId: payload.entryId,
        number: entry.number,
        deadline: entry.deadline,
        office: entry.owner,
        telephone: entry.ownerPhone,
      },
    })
  })
}

function offered({ id, payload }: DomainEvent<'waiting-list.offered'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const offer = await tables<'booking'>(tx)
      .selectFrom('booking.waitingListOffer as o')
      .innerJoin('booking.waitingListEntry as e', 'e.id', 'o.entryId')
      .select(['o.bookingId', 'o.answerBy', 'e.number'])
      .where('o.entryId', '=', payload.entryId)
      .where('o.state', '=', 'open')
      .executeTakeFirst()
    if (!offer) return
    const booking = await viewBooking(tx, platform, offer.bookingId, 'it')
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: { kind: 'waiting-list', id: payload.entryId },
      template: 'waiting-list.offered',
      parameters: {
        entryId: payload.entryId,
        number: offer.number,
        visit: visitOf(booking.appointments[0]!),
        later: booking.appointments.slice(1).map(visitOf),
        answerBy: offer.answerBy.toISOString(),
      },
      usefulUntil: offer.answerBy,
    })
  })
}

function lapsed({ id, payload }: DomainEvent<'waiting-list.lapsed'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const { number } = await tables<'booking'>(tx)
      .selectFrom('booking.waitingListEntry')
      .select('number')
      .where('id', '=', payload.entryId)
      .executeTakeFirstOrThrow()
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: { kind: 'waiting-list', id: payload.entryId },
      template: 'waiting-list.lapsed',
      parameters: { entryId: payload.entryId, number },
    })
  })
}

type PaymentEvent = 'payments.paid' | 'payments.expired' | 'payments.refund-requested' | 'payments.refunded'
const paymentTemplates = {
  'payments.paid': 'payment.paid',
  'payments.expired': 'payment.expired',
  'payments.refund-requested': 'payment.refund-requested',
  'payments.refunded': 'payment.refunded',
} as const satisfies Record<PaymentEvent, string>

function paymentNews(event: DomainEvent<PaymentEvent>, platform: Platform): Promise<void> {
  const { debtId, patientId } = event.payload
  return asSystem(platform.db, async (tx) => {
    const payment = await getPayment(tx, debtId)
    await notify(tx, platform, {
      cause: event.id,
      patientId,
      about: { kind: 'payment', id: debtId },
      template: paymentTemplates[event.name],
      parameters: { paymentId: debtId, cents: payment.amountCents },
    })
  })
}

function noticeIssued({ id, payload }: DomainEvent<'payments.notice-issued'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const payment = await getPayment(tx, payload.debtId)
    await notify(tx, platform, {
      cause: id,
      patientId: payload.patientId,
      about: { kind: 'payment', id: payload.debtId },
      template: 'payment.due',
      parameters: {
        paymentId: payload.debtId,
        cents: payment.amountCents,
        dueOn: payment.dueOn,
        noticeNumber: payment.noticeNumber,
      },
    })
  })
}

/** What people are told when something happens to their bookings, waiting-list requests and payments. */
export const notices = [
  listener({ event: 'booking.confirmed', name: 'booking.tell-confirmed', handle: confirmed }),
  listener({ event: 'booking.moved', name: 'booking.tell-moved', handle: moved }),
  listener({ event: 'booking.cancelled', name: 'booking.tell-cancelled', handle: cancelled }),
  listener({
    event: 'booking.sessions-cancelled',
    name: 'booking.tell-sessions-cancelled',
    handle: sessionsCancelled,
  }),
  listener({ event: 'waiting-list.taken-in-charge', name: 'booking.tell-taken-in-charge', handle: takenInCharge }),
  listener({ event: 'waiting-list.offered', name: 'booking.tell-offered', handle: offered }),
  listener({ event: 'waiting-list.lapsed', name: 'booking.tell-lapsed', handle: lapsed }),
  listener({ event: 'payments.notice-issued', name: 'booking.tell-payment-due', handle: noticeIssued }),
  listener({ event: 'payments.paid', name: 'booking.tell-paid', handle: paymentNews }),
  listener({ event: 'payments.expired', name: 'booking.tell-payment-expired', handle: paymentNews }),
  listener({ event: 'payments.refund-requested', name: 'booking.tell-refund-requested', handle: paymentNews }),
  listener({ event: 'payments.refunded', name: 'booking.tell-refunded', handle: paymentNews }),
]
