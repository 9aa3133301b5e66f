// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { audit } from '../../access/audit/index.ts'
import { asSystem, tables, withActor, type Db, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { bookHeld, extendHold, getAppointments, releaseHeld, takePlaces } from '../../engines/scheduling/index.ts'
import { openDebt } from '../../engines/payments/index.ts'
import { findHealthCode, getPerson } from '../../registry/people/index.ts'
import { lock } from '../../national/prescriptions/index.ts'
import { copayOf } from './copay.ts'
import { firstAvailability } from './offers.ts'
import { askFor, getPrescription, type StoredPrescription } from './prescriptions.ts'
import { lastInstant, move, rank, type BookingState } from './rules.ts'
import type { NewBooking } from './schema.ts'
import { ruleOn } from './settings.ts'
import { maximumFor } from './waits.ts'

constraint(
  'booking_one_per_nre',
  new Refusal(
    'booking/prescription-used',
    409,
    { it: 'Questa ricetta ha già una prenotazione.', en: 'This prescription already has a booking.' },
    {
      next: {
        it: 'La trovi in “I miei appuntamenti”: da lì puoi spostarla o disdirla.',
        en: 'You find it in “My appointments”: move or cancel it from there.',
      },
    },
  ),
)

const booking = { it: 'Prenotazione', en: 'Booking' }

const beyond = (deadline: Date) =>
  new Refusal(
    'booking/beyond-maximum',
    409,
    {
      it: 'La data scelta supera il tempo massimo della tua ricetta.',
      en: 'The chosen date is later than the maximum wait of your prescription.',
    },
    {
      next: {
        it: 'Puoi accettarla rinunciando al tempo massimo, oppure entrare nella lista d’attesa con scadenza garantita.',
        en: 'You may accept it and give up the maximum wait, or join the waiting list with a guaranteed deadline.',
      },
      extra: { deadline: deadline.toISOString() },
    },
  )

const notBookable = new Refusal(
  'booking/prescription-not-bookable',
  409,
  { it: 'Questa ricetta non si può prenotare.', en: 'This prescription cannot be booked.' },
  {
    next: {
      it: 'Controlla la ricetta di nuovo o chiedi al medico.',
      en: 'Check the prescription again or ask your doctor.',
    },
  },
)

const linesMissing = new Refusal(
  'booking/lines-missing',
  400,
  {
    it: 'Le prestazioni di una ricetta si prenotano tutte insieme.',
    en: 'The services of a prescription are booked all together.',
  },
  { next: { it: 'Scegli un posto per ogni prestazione.', en: 'Choose a place for each service.' }, field: 'places' },
)

/**
 * Keeps one place for every line of a prescription for some minutes. The same key asked twice gives the same hold.
 * Refuses with `scheduling/place-taken` (with alternatives), `booking/prescription-used`, `booking/beyond-maximum`.
 */
export function hold(platform: Platform, actor: Actor, key: string, wish: NewBooking): Promise<string> {
  const { db, now } = platform
  return withActor(db, actor, async (tx) => {
    const own = tables<'booking'>(tx)
    const done = await own
      .selectFrom('booking.booking')
      .select(['id', 'patientId'])
      .where('bookedBy', '=', actor.personId)
      .where('requestKey', '=', key)
      .executeTakeFirst()
    if (done) {
      await audit(tx, actor, {
        action: 'READ',
        patientId: done.patientId,
        object: 'booking',
        objectId: done.id,
        purpose: 'booking',
      })
      return done.id
    }
    const prescription = await getPrescription(tx, wish.prescriptionId)
    if (prescription.state !== 'bookable' && prescription.state !== 'released') throw notBookable
    if (prescription.bookBy < romeDay(now())) throw notBookable
    const lines = servicesOf(prescription, wish)
    const serviceIds = lines.map((line) => line.serviceId)
    const settings = await ruleOn(tx, 'hold', romeDay(now()))
    const heldUntil = new Date(now().getTime() + settings.citizenMinutes * 60_000)
    const id = uuidv7(now().getTime())

    const taken = await takePlaces(tx, {
      patientId: prescription.patientId,
      places: lines.map(({ serviceId, scheduleId, slotId }) => ({ serviceId, scheduleId, slotId })),
      rank: rank(prescription.priority),
      heldUntil,
      now: now(),
      channel: 'WEB',
      requestedAt: prescription.firstContactAt,
    })
    const maximum = await maximumFor(tx, prescription, serviceIds)
    const deadline = lastInstant(prescription.firstContactAt, maximum)
    const withinMaximum = taken.every((appointment) => appointment.startsAt <= deadline)
    if (!withinMaximum && !wish.acceptsBeyondMaximum) throw beyond(deadline)

    await own
      .insertInto('booking.booking')
      .values({
        id,
        code: publicCode(),
        patientId: prescription.patientId,
        prescriptionId: prescription.id,
        nre: prescription.nre,
        priority: prescription.priority,
        state: 'held',
        bookedBy: actor.personId!,
        requestedAt: now(),
        holdExpiresAt: heldUntil,
        firstAvailableAt: await firstAvailability(tx, prescription, serviceIds, now()),
        withinMaximum,
        acceptsBeyond: wish.acceptsBeyondMaximum ?? false,
        copay: JSON.stringify(await copayOf(tx, platform.config.region.code, prescription, serviceIds, romeDay(now()))),
        requestKey: key,
      })
      .execute()
    await own
      .insertInto('booking.bookingLine')
      .values(
        taken.map((appointment, i) => ({
          bookingId: id,
          line: lines[i]!.line,
          patientId: prescription.patientId,
          serviceId: lines[i]!.serviceId,
          appointmentId: appointment.id,
          startsAt: appointment.startsAt,
        })),
      )
      .execute()
    await audit(tx, actor, {
      action: 'CREATE',
      patientId: prescription.patientId,
      object: 'booking',
      objectId: id,
      purpose: 'booking',
    })
    await publish(tx, 'booking.held', { bookingId: id, patientId: prescription.patientId })
    return id
  })
}

interface ChosenLine {
  line: number
  serviceId: string
  scheduleId: string
  slotId: string
}

/** One place for each line, with a service the line really stands for. */
function servicesOf(prescription: StoredPrescription, wish: NewBooking): ChosenLine[] {
  const chosen = new Map(wish.places.map((place) => [place.line, place]))
  if (chosen.size !== wish.places.length || chosen.size !== prescription.lines.length) throw linesMissing
  return prescription.lines.map((line) => {
    const place = chosen.get(line.line)
    const serviceId = place?.serviceId ?? line.candidates[0]?.id
    if (!place || !serviceId || !line.candidates.some((candidate) => candidate.id === serviceId)) throw linesMissing
    return { line: line.line, serviceId, scheduleId: place.scheduleId, slotId: place.slotId }
  })
}

export interface BookingRow {
  id: string
  patientId: string
  prescriptionId: string
  nre: string
  code: string
  state: BookingState
  holdExpiresAt: Date
  holdExtensions: number
  appointmentIds: string[]
}

/** A booking locked for a change; a stranger's looks as if it did not exist. */
export async function lockBooking(tx: Tx, id: string): Promise<BookingRow> {
  const own = tables<'booking'>(tx)
  const row = await own
    .selectFrom('booking.booking')
    .select(['id', 'patientId', 'prescriptionId', 'nre', 'code', 'state', 'holdExpiresAt', 'holdExtensions'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound(booking)
  const lines = await own
    .selectFrom('booking.bookingLine')
    .select('appointmentId')
    .where('bookingId', '=', id)
    .orderBy('line')
    .execute()
  return { ...row, state: row.state as BookingState, appointmentIds: lines.map((line) => line.appointmentId) } // checked by the table
}

/** Sets the state after checking that the move exists. */
export async function setState(tx: Tx, row: { id: string; state: BookingState }, to: BookingState): Promise<void> {
  move(row.state, to)
  await tables<'booking'>(tx).updateTable('booking.booking').set({ state: to }).where('id', '=', row.id).execute()
}

const expired = new Refusal(
  'booking/hold-expired',
  409,
  {
    it: 'Il tempo per confermare è finito e il posto è tornato libero.',
    en: 'The time to confirm is over and the place is free again.',
  },
  {
    next: {
      it: 'Scegli di nuovo un posto: la ricetta è ancora valida.',
      en: 'Choose a place again: the prescription is still valid.',
    },
  },
)

/** Gives the citizen more time, as often as the rule allows. */
export function extend({ db, now }: Platform, actor: Actor, id: string): Promise<void> {
  return withActor(db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    if (row.state !== 'held' || row.holdExpiresAt <= now()) throw expired
    const settings = await ruleOn(tx, 'hold', romeDay(now()))
    if (row.holdExtensions >= settings.extensions) {
      throw new Refusal('booking/no-more-time', 409, {
        it: 'Hai già usato il tempo in più.',
        en: 'You have already used the extra time.',
      })
    }
    const until = new Date(now().getTime() + settings.citizenMinutes * 60_000)
    await extendHold(tx, row.appointmentIds, until)
    await tables<'booking'>(tx)
      .updateTable('booking.booking')
      .set({ holdExpiresAt: until, holdExtensions: row.holdExtensions + 1 })
      .where('id', '=', id)
      .execute()
    await audit(tx, actor, {
      action: 'UPDATE',
      patientId: row.patientId,
      object: 'booking',
      objectId: id,
      purpose: 'booking',
    })
  })
}

/** Gives the places of a hold back. */
export function release({ db }: Platform, actor: Actor, id: string): Promise<void> {
  return withActor(db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await setState(tx, row, 'released')
    await releaseHeld(tx, row.appointmentIds)
    await audit(tx, actor, {
      action: 'UPDATE',
      patientId: row.patientId,
      object: 'booking',
      objectId: id,
      purpose: 'booking',
    })
  })
}

/**
 * Confirms a hold: marks it, locks the prescription on the SAC outside any transaction, then books the seats and opens
 * the debt (docs/adr/0004). Confirming a confirmed booking again changes nothing.
 */
export async function confirm(platform: Platform, actor: Actor, id: string): Promise<void> {
  const { db, now } = platform
  const step = await withActor(db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await audit(tx, actor, {
      action: 'UPDATE',
      patientId: row.patientId,
      object: 'booking',
      objectId: id,
      purpose: 'booking',
    })
    if (row.state === 'confirmed') return undefined
    if (row.state === 'expired' || row.holdExpiresAt <= now()) throw expired
    await setState(tx, row, 'confirming')
    const prescription = await getPrescription(tx, row.prescriptionId)
    return { row, prescription }
  })
  if (!step) return
  const { row, prescription } = step
  let authenticationCode: string | null
  try {
    const locked = await lock(platform, askFor(prescription, actor.requestId))
    authenticationCode = locked.prescription.authenticationCode
  } catch (error) {
    await afterFailedLock(db, row, error)
    throw error
  }
  await asSystem(db, (tx) => finish(tx, platform, row, prescription, authenticationCode))
}

/** A SAC that refused frees the seats; one that did not answer leaves the hold as it was. */
async function afterFailedLock(db: Db, row: BookingRow, error: unknown): Promise<void> {
  const refused = error instanceof Refusal && error.status < 500
  await asSystem(db, async (tx) => {
    const current = await lockBooking(tx, row.id)
    if (current.state !== 'confirming') return
    await setState(tx, current, refused ? 'released' : 'held')
    if (!refused) return
    await releaseHeld(tx, current.appointmentIds)
    await tables<'booking'>(tx)
      .updateTable('booking.prescription')
      .set({ state: 'unusable' })
      .where('id', '=', row.prescriptionId)
      .execute()
  })
}

async function finish(
  tx: Tx,
  platform: Platform,
  row: BookingRow,
  prescription: StoredPrescription,
  authenticationCode: string | null,
): Promise<void> {
  const now = platform.now()
  const current = await lockBooking(tx, row.id)
  if (current.state === 'confirmed') return
  const own = tables<'booking'>(tx)
  await bookHeld(tx, current.appointmentIds)
  await setState(tx, current, 'confirmed')
  await own
    .updateTable('booking.booking')
    .set({ confirmedAt: now, authenticationCode })
    .where('id', '=', row.id)
    .execute()
  await own.updateTable('booking.prescription').set({ state: 'taken' }).where('id', '=', prescription.id).execute()
  await openCopayDebt(tx, platform, row.id)
  await publish(tx, 'booking.confirmed', { bookingId: row.id, patientId: row.patientId })
}

/** Days of the appointments of a booking: a receipt must show them. */
export async function daysOf(tx: Tx, bookingId: string): Promise<string[]> {
  const lines = await tables<'booking'>(tx)
    .selectFrom('booking.bookingLine')
    .select('startsAt')
    .where('bookingId', '=', bookingId)
    .orderBy('startsAt')
    .execute()
  return [...new Set(lines.map((line) => romeDay(line.startsAt)))]
}

/** Opens the payment of a confirmed booking; nothing when the patient owes nothing. */
async function openCopayDebt(tx: Tx, platform: Platform, bookingId: string): Promise<void> {
  const own = tables<'booking'>(tx)
  const row = await own
    .selectFrom('booking.booking')
    .innerJoin('booking.bookingLine', 'booking.bookingLine.bookingId', 'booking.booking.id')
    .select(['booking.booking.patientId', 'code', 'copay', 'startsAt', 'appointmentId'])
    .where('booking.booking.id', '=', bookingId)
    .orderBy('startsAt')
    .executeTakeFirstOrThrow()
  const { cents } = row.copay as { cents: number } // written by hold() in this shape
  if (cents === 0) return
  const settings = await ruleOn(tx, 'payment', romeDay(platform.now()))
  const today = romeDay(platform.now())
  const due = addDays(romeDay(row.startsAt), -settings.dueDaysBefore)
  const appointment = (await getAppointments(tx, [row.appointmentId])).get(row.appointmentId)!
  const patient = await getPerson(tx, row.patientId)
  const code = await findHealthCode(tx, row.patientId, today)
  await openDebt(tx, platform, {
    creditorId: appointment.organisationId,
    patientId: row.patientId,
    payer: {
      personId: row.patientId,
      fiscalCode: code?.type === 'CF' || code?.type === 'CF_PROVISIONAL' ? code.value : null,
      name: `${patient.givenName} ${patient.familyName}`,
    },
    subject: { kind: 'booking', id: bookingId, code: row.code, days: await daysOf(tx, bookingId) },
    amountCents: cents,
    description: `Ticket prenotazione ${row.code}`,
    dueOn: due < today ? today : due,
  })
}
