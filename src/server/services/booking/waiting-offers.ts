// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { soon, tables, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'

/** How an entry of the waiting list is called. */
export const entryWord = { it: 'Richiesta in lista d’attesa', en: 'Waiting-list request' }

interface Offer {
  id: string
  entryId: string
  bookingId: string
  patientId: string
}

/** The place offered to an entry, which is locked; refuses with `booking/no-open-offer`. */
export async function openOffer(tx: Tx, entryId: string): Promise<Offer> {
  const entry = await tables<'booking'>(tx)
    .selectFrom('booking.waitingListEntry')
    .select('patientId')
    .where('id', '=', entryId)
    .forUpdate()
    .executeTakeFirst()
  if (!entry) throw notFound(entryWord)
  const offer = await tables<'booking'>(tx)
    .selectFrom('booking.waitingListOffer')
    .select(['id', 'entryId', 'bookingId', 'patientId'])
    .where('entryId', '=', entryId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (offer) return offer
  throw new Refusal(
    'booking/no-open-offer',
    409,
    { it: 'Non c’è più un posto proposto a cui rispondere.', en: 'There is no longer a place offered to answer.' },
    {
      next: {
        it: 'Resti in lista: ti avvisiamo appena si libera un altro posto.',
        en: 'You stay on the list: we tell you as soon as another place is free.',
      },
    },
  )
}

/** Notes how an offer ended and where its entry goes from there. */
export async function closeOffer(
  tx: Tx,
  offer: Offer,
  state: 'accepted' | 'declined' | 'lapsed',
  entryState: 'booked' | 'taken-in-charge' | 'expired',
): Promise<void> {
  const own = tables<'booking'>(tx)
  await own.updateTable('booking.waitingListOffer').set({ state }).where('id', '=', offer.id).execute()
  await own
    .updateTable('booking.waitingListEntry')
    .set({ state: entryState, bookingId: entryState === 'booked' ? offer.bookingId : null })
    .where('id', '=', offer.entryId)
    .execute()
}

async function offerOf(
  tx: Tx,
  bookingId: string,
  states: readonly ('open' | 'accepted')[] = ['open'],
): Promise<Offer | undefined> {
  return tables<'booking'>(tx)
    .selectFrom('booking.waitingListOffer')
    .select(['id', 'entryId', 'bookingId', 'patientId'])
    .where('bookingId', '=', bookingId)
    .where('state', 'in', states)
    .executeTakeFirst()
}

/** An offer is accepted: its booking is confirmed, or on its way. Nothing when the booking answers no offer. */
export async function offerTaken(tx: Tx, bookingId: string): Promise<void> {
  const offer = await offerOf(tx, bookingId)
  if (offer) await closeOffer(tx, offer, 'accepted', 'booked')
}

/** Who has a booking waits no more, whether it was offered or she found it herself. */
export async function stopWaiting(tx: Tx, bookingId: string, prescriptionId: string): Promise<void> {
  const waits = tables<'booking'>(tx)
    .updateTable('booking.waitingListEntry')
    .set({ state: 'booked', bookingId })
    .where('prescriptionId', '=', prescriptionId)
    .where('state', 'in', ['taken-in-charge', 'escalated'])
  await Promise.all([offerTaken(tx, bookingId), soon(tx, waits)])
}

/** The booking of an offer came to nothing: the entry waits on, unless its prescription cannot be used any more. */
export async function offerFailed(tx: Tx, bookingId: string, usable: boolean): Promise<void> {
  const offer = await offerOf(tx, bookingId, ['open', 'accepted'])
  if (offer) await closeOffer(tx, offer, 'lapsed', usable ? 'taken-in-charge' : 'expired')
}

/** An offer nobody answered lapses: its hold expires with it and the next person is asked. Called when a hold expires. */
export async function offerLapsed(tx: Tx, bookingId: string): Promise<void> {
  const offer = await offerOf(tx, bookingId)
  if (!offer) return
  await closeOffer(tx, offer, 'lapsed', 'taken-in-charge')
  await publish(tx, 'waiting-list.lapsed', { entryId: offer.entryId, patientId: offer.patientId })
}
