// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { contextFor, toldBy } from './notices.ts'
import type { Message, MessagePage } from './schema.ts'
import { pageOf, wordsOf } from './templates/render.ts'

const pageSize = 20

const badCursor = new Refusal(
  'notifications/bad-cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Riparti dalla prima pagina.', en: 'Start again from the first page.' } },
)

function rows(tx: Tx, readerId: string) {
  return tables<'notifications'>(tx)
    .selectFrom('notifications.message as message')
    .innerJoin('notifications.notice as notice', 'notice.id', 'message.noticeId')
    .select([
      'message.id',
      'message.createdAt',
      'message.readAt',
      'notice.patientId',
      'notice.template',
      'notice.parameters',
    ])
    .where('message.recipientId', '=', readerId)
}
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]

/** The message in the language of who reads it now. */
async function view(tx: Tx, platform: Platform, actor: Actor, row: Row): Promise<Message> {
  const told = toldBy(row)
  const path = pageOf(told)
  const context = await contextFor(tx, platform, {
    patientId: row.patientId,
    recipientId: actor.personId!, // routes for citizens have one
    link: platform.config.publicUrl + path,
  })
  const { title, paragraphs, action } = wordsOf(told, actor.language, context)
  return {
    id: row.id,
    patientId: row.patientId,
    subject: title,
    body: paragraphs.join('\n\n'),
    action: { label: action, path },
    sentAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  }
}

/** The messages of the signed-in person, newest first, with how many are unread. */
export function listMessages(platform: Platform, actor: Actor, cursor: string | undefined): Promise<MessagePage> {
  if (cursor !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) throw badCursor
  const reader = actor.personId!
  return withActor(platform.db, actor, async (tx) => {
    const found = await rows(tx, reader)
      .$if(cursor !== undefined, (query) => query.where('message.id', '<', cursor!))
      .orderBy('message.id', 'desc')
      .limit(pageSize + 1)
      .execute()
    const { unread } = await tables<'notifications'>(tx)
      .selectFrom('notifications.message as message')
      .innerJoin('notifications.notice as notice', 'notice.id', 'message.noticeId')
      .select(({ fn }) => fn.countAll<number>().as('unread'))
      .where('message.recipientId', '=', reader)
      .where('message.readAt', 'is', null)
      .executeTakeFirstOrThrow()
    const shown = found.slice(0, pageSize)
    const items: Message[] = []
    for (const row of shown) items.push(await view(tx, platform, actor, row))
    const people = new Set(shown.map((row) => row.patientId))
    const entry = { action: 'SEARCH', object: 'message', purpose: 'notifications' } as const
    await audit(tx, actor, ...[...people].map((patientId) => ({ ...entry, patientId })))
    return { items, nextCursor: found.length > pageSize ? items.at(-1)!.id : null, unread }
  })
}

/** Marks a message as read; the first time counts. */
export function readMessage(platform: Platform, actor: Actor, id: string): Promise<Message> {
  return withActor(platform.db, actor, async (tx) => {
    const row = await rows(tx, actor.personId!).where('message.id', '=', id).executeTakeFirst()
    if (!row) throw notFound({ it: 'Messaggio', en: 'Message' })
    const readAt = row.readAt ?? platform.now()
    await tables<'notifications'>(tx)
      .updateTable('notifications.message')
      .set({ readAt })
      .where('id', '=', id)
      .where('readAt', 'is', null)
      .execute()
    const { patientId } = row
    await audit(tx, actor, { action: 'READ', patientId, object: 'message', objectId: id, purpose: 'notifications' })
    return view(tx, platform, actor, { ...row, readAt })
  })
}
