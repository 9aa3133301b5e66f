// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { contactsOf, updatePreference } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, withActor } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { isKnownService } from './push.ts'
import type { NewPushSubscription } from './schema.ts'

const unknownService = new Refusal(
  'notifications/unknown-push-service',
  422,
  {
    it: 'Questo browser usa un servizio di notifiche che non conosciamo.',
    en: 'We do not know the push service of this browser.',
  },
  {
    field: 'endpoint',
    next: {
      it: 'Scegli SMS o e-mail, oppure usa un altro browser.',
      en: 'Choose SMS or e-mail, or use another browser.',
    },
  },
)

/** Most browsers one person is notified on; the oldest gives way. */
const mostSubscriptions = 10

/**
 * Notifies the signed-in person on this browser from now on, and adds push to the channels she wants. A browser
 * belongs to who subscribed last on it.
 */
export async function subscribe(platform: Platform, actor: Actor, wish: NewPushSubscription): Promise<{ id: string }> {
  if (!isKnownService(platform.config, wish.endpoint)) throw unknownService
  const personId = actor.personId!
  const now = platform.now()
  const id = uuidv7(now.getTime())
  // As the system: the browser may have belonged to somebody the actor does not act for.
  await asSystem(platform.db, async (tx) => {
    const own = tables<'notifications'>(tx)
    await own.deleteFrom('notifications.pushSubscription').where('endpoint', '=', wish.endpoint).execute()
    await own
      .insertInto('notifications.pushSubscription')
      .values({ id, personId, endpoint: wish.endpoint, ...wish.keys, createdAt: now })
      .execute()
    await own
      .deleteFrom('notifications.pushSubscription')
      .where('personId', '=', personId)
      .where('id', 'not in', (query) =>
        query
          .selectFrom('notifications.pushSubscription')
          .select('id')
          .where('personId', '=', personId)
          .orderBy('id', 'desc')
          .limit(mostSubscriptions),
      )
      .execute()
    const { language, channels } = await contactsOf(tx, personId, romeDay(now))
    if (!channels.includes('push')) {
      await updatePreference(tx, personId, { language, channels: [...channels, 'push'] }, now)
    }
    await audit(tx, actor, {
      action: 'CREATE',
      patientId: personId,
      object: 'push-subscription',
      objectId: id,
      purpose: 'notifications',
    })
  })
  return { id }
}

/** Stops notifying one browser of the signed-in person. */
export async function unsubscribe({ db }: Platform, actor: Actor, id: string): Promise<void> {
  await withActor(db, actor, async (tx) => {
    const { numDeletedRows } = await tables<'notifications'>(tx)
      .deleteFrom('notifications.pushSubscription')
      .where('id', '=', id)
      .where('personId', '=', actor.personId!)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw notFound({ it: 'Iscrizione alle notifiche', en: 'Push subscription' })
    await audit(tx, actor, {
      action: 'DELETE',
      patientId: actor.personId!,
      object: 'push-subscription',
      objectId: id,
      purpose: 'notifications',
    })
  })
}
