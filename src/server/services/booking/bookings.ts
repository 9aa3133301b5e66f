// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { insertSoon, soon, tables, withActor, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal, refusalOf } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import {
  extendHold,
  getAppointments,
  oneAtATime,
  releaseHeld,
  takePlaces,
  type Fitness,
  type TakenPlace,
} from '../../engines/scheduling/index.ts'
import { releaseLater } from '../../national/prescriptions/index.ts'
import { copayOf } from './copay.ts'
import { accessOf, fitnessOf } from './fitness.ts'
import { look } from './look.ts'
import { firstAvailability } from './offers.ts'
import {
  askFor,
  findPrescription,
  getPrescription,
  mustBeInTime,
  noPrescription,
  type StoredPrescription,
} from './prescriptions.ts'
import { move, rank, type BookingState } from './rules.ts'
import { hasSeries, mustKeepRhythm, rhythmOf, sessionsOf } from './sessions.ts'
import type { Booking, NewBooking } from './schema.ts'
import { ruleOn } from './settings.ts'
import { guaranteeOf } from './waits.ts'
import { trace } from './trace.ts'

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

constraint(
  'booking_line_whole',
  new Refusal(
    'booking/sessions-missing',
    409,
    {
      it: 'Le sedute di un ciclo si prenotano tutte, in giorni diversi.',
      en: 'The sessions of a cycle are booked all together, on different days.',
    },
    { next: { it: 'Scegli di nuovo tra le date proposte.', en: 'Choose again among the dates offered.' } },
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
    it: 'Le prestazioni e le sedute di una ricetta si prenotano tutte insieme.',
    en: 'The services and sessions of a prescription are booked all together.',
  },
  {
    next: {
      it: 'Scegli un posto per ogni prestazione e ogni seduta; se un codice indica più prestazioni, scegli prima quale.',
      en: 'Choose a place for each service and session; when a code stands for several services, choose first which one.',
    },
    field: 'places',
  },
)

/**
 * Keeps a place for every appointment of a prescription for some minutes, all or none, and shows them. The same key asked twice gives the same
 * hold.
 * Refuses with `scheduling/place-taken` (with alternatives), `booking/prescription-used`, `booking/beyond-maximum`.
 */
export async function hold(platform: Platform, actor: Actor, key: string, wish: NewBooking): Promise<Booking> {
  try {
    return await holdOnce(platform, actor, key, wish)
  } catch (error) {
    if (!refusalOf(error)) throw error
    // The same request sent twice at once: the second waited for the first, and lost to it.
    const answer = await withActor(platform.db, actor, async (tx) => {
      const first = await askedBefore(tx, actor, key)
      return first && look(tx, platform, actor, first)
    })
    if (answer) return answer
    throw error
  }
}

/** The booking that this key was answered with before, if any. */
async function askedBefore(tx: Tx, actor: Actor, key: string): Promise<string | undefined> {
  const done = await tables<'booking'>(tx)
    .selectFrom('booking.booking')
    .select(['id', 'patientId'])
    .where('bookedBy', '=', actor.personId)
    .where('requestKey', '=', key)
    .executeTakeFirst()
  if (!done) return undefined
  await trace(tx, actor, 'READ', 'booking', done)
  return done.id
}

function holdOnce(platform: Platform, actor: Actor, key: string, wish: NewBooking): Promise<Booking> {
  const { db, now } = platform
  return withActor(db, actor, async (tx) => {
    const [first, prescription] = await Promise.all([
      askedBefore(tx, actor, key),
      findPrescription(tx, { id: wish.prescriptionId }),
    ])
    if (first) return look(tx, platform, actor, first)
    if (!prescription) throw noPrescription
    if (prescription.state !== 'bookable' && prescription.state !== 'released') throw notBookable
    const today = romeDay(now())
    mustBeInTime(prescription, today)
    const places = servicesOf(prescription, wish)
    const serviceIds = [...new Map(places.map(({ line, serviceId }) => [line, serviceId])).values()]
    const [settings, guarantee, fit, copay] = await Promise.all([
      ruleOn(tx, 'hold', today),
      guaranteeOf(tx, prescription, serviceIds),
      fitnessOf(tx, prescription, today),
      copayOf(tx, platform.config.region.code, prescription, serviceIds, today),
      oneAtATime(tx, prescription.patientId, now()),
    ])
    const heldUntil = new Date(now().getTime() + settings.citizenMinutes * 60_000)
    const id = uuidv7(now().getTime())

    // Before a seat is taken: her own place may have been the first.
    const looking = firstAvailability(tx, prescription, serviceIds, now(), guarantee, fit)
    if (hasSeries(prescription)) await looking // it asks more than once, and must be over when a place is gone
    const taking = takePlaces(tx, {
      alone: true,
      patientId: prescription.patientId,
      places: places.map(({ serviceId, scheduleId, slotId, access }) => ({
        serviceId,
        scheduleId,
        slotId,
        fit: { ...fit, access },
      })),
      rank: rank(prescription.priority),
      heldUntil,
      now: now(),
      channel: 'WEB',
      requestedAt: prescription.firstContactAt,
      ...(guarantee.aslIds.length > 0 && { alternatives: { aslIds: guarantee.aslIds } }),
    })
    const [firstAvailableAt, taken] = await Promise.all([looking, taking])
    const lines = inSessions(prescription, places, taken)
    if (hasSeries(prescription)) await mustBeSeries(tx, prescription, lines, today)
    const withinMaximum = lines.every(({ session, startsAt }) => session > 1 || startsAt <= guarantee.deadline)
    if (!withinMaximum && !wish.acceptsBeyondMaximum) throw beyond(guarantee.deadline)

    await insertSoon<'booking', 'booking.booking'>(tx, 'booking.booking', {
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
      firstAvailableAt,
      withinMaximum,
      acceptsBeyond: wish.acceptsBeyondMaximum ?? false,
      copay: JSON.stringify(copay),
      requestKey: key,
    })
    for (const line of lines) {
      await insertSoon<'booking', 'booking.bookingLine'>(tx, 'booking.bookingLine', {
        ...line,
        bookingId: id,
        patientId: prescription.patientId,
      })
    }
    await trace(tx, actor, 'CREATE', 'booking', { id, patientId: prescription.patientId })
    await publish(tx, 'booking.held', { bookingId: id, patientId: prescription.patientId })
    return look(tx, platform, actor, id)
  })
}

interface ChosenLine {
  line: number
  serviceId: string
  scheduleId: string
  slotId: string
  access: NonNullable<Fitness['access']>
}

/**
 * A place for each appointment of each line, with a service the line really stands for; a code of several services is never
 * guessed.
 */
function servicesOf(prescription: StoredPrescription, wish: NewBooking): ChosenLine[] {
  const chosen = Map.groupBy(wish.places, (place) => place.line)
  if (chosen.size !== prescription.lines.length) throw linesMissing
  return prescription.lines.flatMap((line) => {
    const places = chosen.get(line.line) ?? []
    const only = line.candidates.length === 1 ? line.candidates[0]?.id : undefined
    const serviceId = places[0]?.serviceId ?? only
    if (places.length !== sessionsOf(line)) throw linesMissing
    if (!serviceId || !line.candidates.some((candidate) => candidate.id === serviceId)) throw linesMissing
    return places.map(({ scheduleId, slotId }) => ({
      line: line.line,
      serviceId,
      scheduleId,
      slotId,
      access: accessOf(line),
    }))
  })
}

/** What is written of each appointment of a new booking. */
export interface NewLine {
  line: number
  session: number
  sessions: number
  sameDay: boolean
  serviceId: string
  appointmentId: string
  startsAt: Date
}

/** The places taken as appointments of their lines; those of one line are numbered in the order of time. */
export function inSessions(
  prescription: StoredPrescription,
  places: readonly { line: number; serviceId: string }[],
  taken: readonly TakenPlace[],
): NewLine[] {
  const rows = taken.map((appointment, i) => ({ ...places[i]!, appointment }))
  return [...Map.groupBy(rows, ({ line }) => line)].flatMap(([line, ofLine]) => {
    const prescribed = prescription.lines.find((one) => one.line === line)
    return ofLine
      .toSorted((a, b) => a.appointment.startsAt.getTime() - b.appointment.startsAt.getTime())
      .map(({ serviceId, appointment }, i) => ({
        line,
        session: i + 1,
        sessions: ofLine.length,
        sameDay:
          prescribed?.sessions === null && prescribed.candidates.some((one) => one.id === serviceId && one.sameDay),
        serviceId,
        appointmentId: appointment.id,
        startsAt: appointment.startsAt,
      }))
  })
}

/** Refuses sessions that do not follow each other as a search would have planned them. */
async function mustBeSeries(
  tx: Tx,
  prescription: StoredPrescription,
  lines: readonly NewLine[],
  today: Day,
): Promise<void> {
  const appointments = await getAppointments(
    tx,
    lines.map(({ appointmentId }) => appointmentId),
  )
  for (const prescribed of prescription.lines) {
    const own = lines.filter(({ line }) => line === prescribed.line)
    if (own.length < 2) continue
    const sessions = own.map(({ appointmentId }) => appointments.get(appointmentId)!)
    mustKeepRhythm(sessions, await rhythmOf(tx, prescribed, own[0]!.serviceId, today))
  }
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
  /** Until when the place waits for a SAC that does not answer; null when it was never silent. */
  verifyBy: Date | null
  /** Who made the last move. */
  movedBy: 'patient' | 'provider' | null
  /** Without those called off alone. */
  appointmentIds: string[]
}

/** A booking locked for a change; a stranger's looks as if it did not exist. */
export async function lockBooking(tx: Tx, id: string): Promise<BookingRow> {
  const own = tables<'booking'>(tx)
  const locked = own
    .selectFrom('booking.booking')
    .select([
      'id',
      'patientId',
      'prescriptionId',
      'nre',
      'code',
      'state',
      'holdExpiresAt',
      'holdExtensions',
      'verifyBy',
      'movedBy',
    ])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  const linesRead = own
    .selectFrom('booking.bookingLine')
    .select('appointmentId')
    .where('bookingId', '=', id)
    .where('cancelledAt', 'is', null)
    .orderBy('line')
    .orderBy('session')
    .execute()
  const [row, lines] = await Promise.all([locked, linesRead])
  if (!row) throw notFound(booking)
  return {
    ...row,
    state: row.state as BookingState, // checked by the table
    movedBy: row.movedBy as BookingRow['movedBy'], // checked by the table
    appointmentIds: lines.map((line) => line.appointmentId),
  }
}

/** Sets the state after checking that the move exists. */
export async function setState(tx: Tx, row: { id: string; state: BookingState }, to: BookingState): Promise<void> {
  move(row.state, to)
  await soon(tx, tables<'booking'>(tx).updateTable('booking.booking').set({ state: to }).where('id', '=', row.id))
}

export const holdExpired = new Refusal(
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
    if (row.state !== 'held' || row.holdExpiresAt <= now()) throw holdExpired
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
    await trace(tx, actor, 'UPDATE', 'booking', row)
  })
}

/** Gives the places of a booking that is not confirmed back, and the prescription if it may be locked already. */
export async function letGo(tx: Tx, platform: Platform, row: BookingRow, requestId: string): Promise<void> {
  await setState(tx, row, 'released')
  await releaseHeld(tx, row.appointmentIds)
  if (row.state !== 'confirming') return
  await releaseLater(tx, platform, askFor(await getPrescription(tx, row.prescriptionId), requestId))
}

/** The citizen gives the places of a hold back, or does not want to wait for a confirmation any longer. */
export function release(platform: Platform, actor: Actor, id: string): Promise<void> {
  return withActor(platform.db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await letGo(tx, platform, row, actor.requestId)
    await trace(tx, actor, 'UPDATE', 'booking', row)
  })
}

/** Days of the appointments of a booking: a receipt must show them. */
export async function daysOf(tx: Tx, bookingId: string): Promise<string[]> {
  const lines = await tables<'booking'>(tx)
    .selectFrom('booking.bookingLine')
    .select('startsAt')
    .where('bookingId', '=', bookingId)
    .where('cancelledAt', 'is', null)
    .orderBy('startsAt')
    .execute()
  return [...new Set(lines.map((line) => romeDay(line.startsAt)))]
}
