// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { MailRefused, type Mailer } from '../../national/mail/index.ts'
import { SmsRefused, type SmsGateway } from '../../national/sms/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { createLink } from './links.ts'
import { contextFor, hasDied, toldBy } from './notices.ts'
import { PushGone, PushRefused, type PushSender, type Subscription } from './push.ts'
import { asMail, asPush, asText, pageOf, type Told } from './templates/render.ts'

/** The outside world a delivery goes through. */
export interface Carriers {
  sms: SmsGateway
  mail: Mailer
  push: PushSender
}

/** Purpose of the link in a reminder: confirm or cancel the appointment without signing in. */
export const appointmentLink = 'appointment'

/** What is about to leave, with everything it says. */
type Parcel =
  | { channel: 'sms'; to: string; text: string }
  | { channel: 'email'; to: string; subject: string; text: string; html: string }
  | { channel: 'push'; subscription: Subscription; title: string; navigate: string; language: Language }

/**
 * Hands one delivery over. The call to the carrier is outside any transaction; a repeat after a lost answer carries
 * the same reference, so the person gets it once. Throws while the carrier is down: the queue tries again.
 */
export async function deliver(platform: Platform, carriers: Carriers, deliveryId: string): Promise<void> {
  const parcel = await asSystem(platform.db, (tx) => prepare(tx, platform, deliveryId))
  if (!parcel) return
  const outcome = await handOver(carriers, deliveryId, parcel)
  await asSystem(platform.db, (tx) => record(tx, platform.now(), deliveryId, parcel, outcome))
}

async function prepare(tx: Tx, platform: Platform, id: string): Promise<Parcel | undefined> {
  const own = tables<'notifications'>(tx)
  const now = platform.now()
  const row = await own
    .updateTable('notifications.delivery')
    .set((delivery) => ({ attempts: delivery('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returning(['noticeId', 'recipientId', 'channel', 'address', 'language'])
    .executeTakeFirst()
  if (!row) return undefined
  const notice = await own
    .selectFrom('notifications.notice')
    .select(['patientId', 'template', 'parameters', 'aboutKind', 'aboutId', 'usefulUntil'])
    .where('id', '=', row.noticeId)
    .executeTakeFirstOrThrow()
  if ((notice.usefulUntil && notice.usefulUntil <= now) || (await hasDied(tx, row.recipientId))) {
    await settle(tx, id, { state: 'lapsed', settledAt: now })
    return undefined
  }
  const language = row.language as Language // checked by the table
  const told = toldBy(notice)
  const page = platform.config.publicUrl + pageOf(told)
  if (row.channel === 'push') {
    const subscription = await own
      .selectFrom('notifications.pushSubscription')
      .select(['endpoint', 'p256dh', 'auth'])
      .where('id', '=', row.address)
      .executeTakeFirst()
    if (!subscription) {
      await settle(tx, id, { state: 'lapsed', settledAt: now })
      return undefined
    }
    const context = await contextFor(tx, platform, { ...row, patientId: notice.patientId, link: page })
    return { channel: 'push', subscription, title: asPush(language, context), navigate: page, language }
  }
  const link = await linkOf(tx, platform, told, notice, page)
  const context = await contextFor(tx, platform, { ...row, patientId: notice.patientId, link })
  if (row.channel === 'email') return { channel: 'email', to: row.address, ...asMail(told, language, context) }
  const text = asText(told, language, context)
  if (text === null) throw new Error(`${notice.template} has no text message`)
  return { channel: 'sms', to: row.address, text }
}

/** A reminder that asks for an answer gets a link of its own, valid until the visit; everything else leads to a page. */
async function linkOf(
  tx: Tx,
  platform: Platform,
  told: Told,
  notice: { patientId: string; aboutKind: string; aboutId: string; usefulUntil: Date | null },
  page: string,
): Promise<string> {
  if (told.template !== 'reminder.ask' || !notice.usefulUntil) return page
  const token = await createLink(tx, {
    purpose: appointmentLink,
    patientId: notice.patientId,
    about: { kind: notice.aboutKind, id: notice.aboutId },
    expiresAt: notice.usefulUntil,
    now: platform.now(),
  })
  return `${platform.config.publicUrl}/a/${token}`
}

type Outcome = { state: 'sent'; providerId: string | null } | { state: 'refused'; reason: string } | { state: 'gone' }

async function handOver(carriers: Carriers, reference: string, parcel: Parcel): Promise<Outcome> {
  try {
    return { state: 'sent', providerId: await carry(carriers, reference, parcel) }
  } catch (error) {
    if (error instanceof PushGone) return { state: 'gone' }
    const refused = error instanceof SmsRefused || error instanceof MailRefused || error instanceof PushRefused
    if (refused) return { state: 'refused', reason: error.message }
    throw error
  }
}

/** Gives the carrier's id of the message, where it has one. */
async function carry({ sms, mail, push }: Carriers, reference: string, parcel: Parcel): Promise<string | null> {
  if (parcel.channel === 'push') {
    await push.send(parcel.subscription, parcel)
    return null
  }
  const { to, text } = parcel
  if (parcel.channel === 'sms') return (await sms.send({ reference, to, text })).id
  return (await mail.send({ reference, to, text, subject: parcel.subject, html: parcel.html })).id
}

async function record(tx: Tx, now: Date, id: string, parcel: Parcel, outcome: Outcome): Promise<void> {
  if (outcome.state === 'sent') return settle(tx, id, { state: 'sent', providerId: outcome.providerId, sentAt: now })
  if (outcome.state === 'refused') return settle(tx, id, { state: 'refused', reason: outcome.reason, settledAt: now })
  if (parcel.channel === 'push') {
    await tables<'notifications'>(tx)
      .deleteFrom('notifications.pushSubscription')
      .where('endpoint', '=', parcel.subscription.endpoint)
      .execute()
  }
  return settle(tx, id, { state: 'undeliverable', reason: 'The subscription no longer exists', settledAt: now })
}

interface Settled {
  state: 'sent' | 'refused' | 'lapsed' | 'undeliverable'
  providerId?: string | null
  reason?: string
  sentAt?: Date
  settledAt?: Date
}

/** Only a waiting delivery moves: a report that came before our own note of the hand-over stays. */
async function settle(tx: Tx, id: string, change: Settled): Promise<void> {
  await tables<'notifications'>(tx)
    .updateTable('notifications.delivery')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
}

/** Notes what the gateway says became of a text message. False when no such delivery is known. */
export async function noteReport(
  { db, now }: Platform,
  report: { reference: string; state: 'delivered' | 'undeliverable' },
): Promise<boolean> {
  return asSystem(db, async (tx) => {
    const { numUpdatedRows } = await tables<'notifications'>(tx)
      .updateTable('notifications.delivery')
      .set({ state: report.state, settledAt: now() })
      .where('id', '=', report.reference)
      .where('channel', '=', 'sms')
      .where('state', 'in', ['waiting', 'sent', 'delivered', 'undeliverable'])
      .executeTakeFirst()
    return numUpdatedRows > 0n
  })
}
