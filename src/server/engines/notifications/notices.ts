// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import {
  contactsOf,
  deceasedAmong,
  getPersons,
  postalAddresses,
  reachable,
  type Contacts,
} from '../../registry/people/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { wordsOf, type Told } from './templates/render.ts'
import type { Context, Notices, Template } from './templates/shapes.ts'

/** What a notice, a reminder or a link is about: a thing of another room, known by kind and id. */
export interface Subject {
  kind: string
  id: string
}

export interface NewNotice<T extends Template = Template> {
  /** Whom it concerns; who reads it is found out later (a parent for a minor). */
  patientId: string
  about: Subject
  template: T
  parameters: Notices[T]
  /** After this instant it no longer goes out, e.g. when the visit has begun. */
  usefulUntil?: Date
  /** What caused it, e.g. the id of the domain event: the same cause is told once, however often it is handled. */
  cause?: string
  /** Authority that writes on paper to readers whom nothing reaches outside of the portal. */
  letterFrom?: string | undefined
}

export const spreadJob = 'notifications.spread'
export const deliverJob = 'notifications.deliver'

/**
 * Tells people something, when the caller's transaction commits: a message in the personal area of each reader, and
 * a text message, e-mail or push notification as each prefers. Gives the id of the notice, or undefined when the same
 * cause was told before.
 */
export async function notify<T extends Template>(
  tx: Tx,
  platform: Platform,
  notice: NewNotice<T>,
): Promise<string | undefined> {
  const id = await storeNotice(tx, platform.now(), notice)
  if (id) await platform.queue.send(tx, spreadJob, { noticeId: id })
  return id
}

/** Writes the notice without sending it on: the caller queues `spreadJob`. Undefined when it was told before. */
export async function storeNotice<T extends Template>(
  tx: Tx,
  now: Date,
  notice: NewNotice<T>,
  spreadAt: Date | null = null,
): Promise<string | undefined> {
  const id = uuidv7(now.getTime())
  const { numInsertedOrUpdatedRows } = await tables<'notifications'>(tx)
    .insertInto('notifications.notice')
    .values({
      id,
      patientId: notice.patientId,
      template: notice.template,
      parameters: JSON.stringify(notice.parameters),
      aboutKind: notice.about.kind,
      aboutId: notice.about.id,
      usefulUntil: notice.usefulUntil ?? null,
      cause: notice.cause ?? null,
      letterFrom: notice.letterFrom ?? null,
      createdAt: now,
      spreadAt,
    })
    .onConflict((conflict) => conflict.columns(['cause', 'template']).where('cause', 'is not', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? id : undefined
}

/** Where somebody wants to hear of one thing, whatever she prefers otherwise. */
export interface ChosenAddress {
  channel: 'sms' | 'email'
  address: string
  /** Whose address it is. */
  recipientId: string
  language: Language
}

/** Tells people in their personal area, and outside of it only at an address chosen for this, if any. In a transaction of the system. */
export async function notifyAt<T extends Template>(
  tx: Tx,
  platform: Platform,
  notice: NewNotice<T>,
  to: ChosenAddress | null,
): Promise<void> {
  const now = platform.now()
  const noticeId = await storeNotice(tx, now, notice, now)
  if (!noticeId) return
  for (const recipientId of await readersOf(tx, notice.patientId, now))
    await leaveMessage(tx, { noticeId, recipientId, createdAt: now }, now)
  if (to && !(await hasDied(tx, to.recipientId))) await send(tx, platform, { noticeId, ...to })
}

/** What stands in `notifications.notice`: `notify` and the reminders are the only ones that write it. */
export function toldBy(row: { template: string; parameters: unknown }): Told {
  return { template: row.template, parameters: row.parameters } as Told
}

/** What a text is rendered with for one reader. */
export async function contextFor(
  tx: Tx,
  { config }: Platform,
  { patientId, recipientId, link }: { patientId: string; recipientId: string; link: string },
): Promise<Context> {
  const [patient] = patientId === recipientId ? [] : await getPersons(tx, [patientId])
  return {
    forName: patient?.givenName ?? null,
    region: config.region.name,
    telephone: config.region.telephone,
    publicUrl: config.publicUrl,
    link,
  }
}

interface Way {
  channel: 'sms' | 'email' | 'push'
  address: string
}

/**
 * The ways one reader is told: e-mail and push where wished for; a text message where the notice has one, or when it is the
 * only way to reach the person outside the portal. Only confirmed addresses (art. 5 c. 1 letter f GDPR).
 */
export function waysOf(contacts: Contacts, subscriptionIds: readonly string[], hasText: boolean): Way[] {
  const wants = (channel: 'sms' | 'email' | 'push') => contacts.channels.includes(channel)
  const email = wants('email') && contacts.email?.verified ? contacts.email.value : undefined
  const mobile = wants('sms') && contacts.mobile?.verified ? contacts.mobile.value : undefined
  return [
    ...(email ? [{ channel: 'email' as const, address: email }] : []),
    ...(mobile && hasText ? [{ channel: 'sms' as const, address: mobile }] : []),
    ...(wants('push') ? subscriptionIds.map((address) => ({ channel: 'push' as const, address })) : []),
  ]
}

/** Turns a stored notice into a message and deliveries for each reader. Does nothing when that was done already. */
export async function spread(platform: Platform, noticeId: string): Promise<void> {
  const { db, now } = platform
  await asSystem(db, async (tx) => {
    const own = tables<'notifications'>(tx)
    const notice = await own
      .updateTable('notifications.notice')
      .set({ spreadAt: now() })
      .where('id', '=', noticeId)
      .where('spreadAt', 'is', null)
      .returning(['id', 'patientId', 'template', 'parameters', 'createdAt', 'letterFrom'])
      .executeTakeFirst()
    if (!notice) return
    const today = romeDay(now())
    for (const recipientId of await readersOf(tx, notice.patientId, now())) {
      await leaveMessage(tx, { noticeId, recipientId, createdAt: notice.createdAt }, now())
      if (await hasDied(tx, recipientId)) continue
      const contacts = await contactsOf(tx, recipientId, today)
      const subscriptions = await own
        .selectFrom('notifications.pushSubscription')
        .select('id')
        .where('personId', '=', recipientId)
        .execute()
      const context = await contextFor(tx, platform, { patientId: notice.patientId, recipientId, link: '' })
      const hasText = wordsOf(toldBy(notice), contacts.language, context).sms !== null
      const ways = waysOf(
        contacts,
        subscriptions.map(({ id }) => id),
        hasText,
      )
      if (ways.length === 0 && notice.letterFrom && (await postalAddresses(tx, [recipientId], today)).size > 0)
        await own
          .insertInto('notifications.letter')
          .values({
            id: uuidv7(now().getTime()),
            noticeId,
            recipientId,
            organisationId: notice.letterFrom,
            language: contacts.language,
            createdAt: now(),
          })
          .execute()
      for (const way of ways) await send(tx, platform, { noticeId, recipientId, ...way, language: contacts.language })
    }
  })
}

/** Nothing leaves the portal for who died; what is kept in her area can be read should the death be an error. */
export const hasDied = async (tx: Tx, personId: string): Promise<boolean> =>
  (await deceasedAmong(tx, [personId])).has(personId)

/** Who finds a notice in her personal area; the person herself when nobody else answers for her. */
async function readersOf(tx: Tx, patientId: string, now: Date): Promise<string[]> {
  const readers = await reachable(tx, patientId, romeDay(now))
  return readers.length > 0 ? readers : [patientId]
}

async function leaveMessage(
  tx: Tx,
  message: { noticeId: string; recipientId: string; createdAt: Date },
  now: Date,
): Promise<void> {
  await tables<'notifications'>(tx)
    .insertInto('notifications.message')
    .values({ id: uuidv7(now.getTime()), ...message })
    .execute()
}

async function send(
  tx: Tx,
  platform: Platform,
  delivery: Way & { noticeId: string; recipientId: string; language: Language },
): Promise<void> {
  const now = platform.now()
  const id = uuidv7(now.getTime())
  await tables<'notifications'>(tx)
    .insertInto('notifications.delivery')
    .values({ id, ...delivery, createdAt: now })
    .execute()
  await platform.queue.send(tx, deliverJob, { deliveryId: id })
}

/** An address as its owner recognises it and nobody else can use it: `••• 0042`, `l•••@posta.example`. */
export function masked(address: string): string {
  const at = address.indexOf('@')
  return at > 0 ? `${address[0]}•••${address.slice(at)}` : `••• ${address.slice(-4)}`
}

/** Days after which the log keeps only the masked form of an address. */
const addressDays = 90
/** Days after which a link that no longer works is forgotten. */
const linkDays = 30

/** Removes what is no longer needed: addresses in the log of deliveries, and dead links. */
export async function tidy({ db, now }: Platform): Promise<void> {
  const before = (days: number) => new Date(now().getTime() - days * 86_400_000)
  await asSystem(db, async (tx) => {
    const own = tables<'notifications'>(tx)
    await own.deleteFrom('notifications.link').where('expiresAt', '<', before(linkDays)).execute()
    await sql`
      update notifications.delivery
      set address = case when address like '%@%' then left(address, 1) || '•••' || substr(address, strpos(address, '@'))
                         else '••• ' || right(address, 4) end
      where state <> 'waiting' and channel <> 'push' and address not like '%•%' and created_at < ${before(addressDays)}
    `.execute(tx)
  })
}
