// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { adhere, findAdhesion, inviteeOf, mayShow, trace, withdraw, type Adhesion, type Contact } from './adhesions.ts'
import { getCampaign } from './campaigns.ts'
import { ownContacts, viewOf } from './look.ts'
import { alreadyAdhered, noAdhesion, noSuchContact } from './refusals.ts'
import type { AdhesionView, NewAdhesion } from './schema.ts'

/**
 * Adheres for oneself, a child or who delegated; the same key asked twice gives the same adhesion.
 *
 * @throws Refusal `vaccination/not-open`, `…/not-invited`, `…/no-such-contact`, `…/already-adhered`
 */
export function makeAdhesion(platform: Platform, actor: Actor, key: string, wish: NewAdhesion): Promise<AdhesionView> {
  const { patientId } = wish
  mustActFor(actor, patientId)
  const region = platform.config.region.code
  return asSystem(platform.db, async (tx) => {
    const campaign = await getCampaign(tx, region, wish.campaign)
    const contact = await chosenContact(tx, platform, actor, wish.contact)
    const done = await madeWith(tx, actor, key)
    const made = done ? undefined : await adhere(tx, platform, actor, { campaign, patientId, contact, key })
    const one = made ?? done ?? (await madeWith(tx, actor, key)) // by now, when the same was asked twice at once
    if (!one) throw alreadyAdhered
    if (!made) await trace(tx, actor, 'READ', one.patientId, one.id)
    return viewOf(one, [campaign], actor)
  })
}

/** The adhesion this actor made with a key before. */
async function madeWith(tx: Tx, actor: Actor, key: string): Promise<Adhesion | undefined> {
  const row = await tables<'vaccination'>(tx)
    .selectFrom('vaccination.adhesion')
    .select('id')
    .where('madeBy', '=', actor.personId)
    .where('idempotencyKey', '=', key)
    .executeTakeFirst()
  return row && findAdhesion(tx, row.id)
}

async function chosenContact(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  channel: NewAdhesion['contact'],
): Promise<Contact> {
  const own = await ownContacts(tx, platform, actor)
  const address = channel === 'app' ? null : own[channel]
  if (channel !== 'app' && address === null) throw noSuchContact
  return { channel, address, recipientId: actor.personId!, language: own.language }
}

/**
 * Withdraws an adhesion of somebody one may act for; not found for a stranger, and for whom it would not be shown to.
 *
 * @throws Refusal `vaccination/already-withdrawn`
 */
export function withdrawAdhesion(platform: Platform, actor: Actor, id: string): Promise<AdhesionView> {
  return asSystem(platform.db, async (tx) => {
    const one = await findAdhesion(tx, id)
    if (!one || !actor.patients.includes(one.patientId)) throw noAdhesion
    const campaign = await getCampaign(tx, platform.config.region.code, one.campaign)
    const who = await inviteeOf(tx, platform, actor, one.patientId)
    if (!mayShow(actor, campaign, who, romeDay(platform.now()))) throw noAdhesion
    const withdrawnAt = await withdraw(tx, platform, actor, one)
    return viewOf({ ...one, contactAddress: null, withdrawnAt }, [campaign], actor)
  })
}
