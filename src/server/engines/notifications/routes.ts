// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, timingSafeEqual } from 'node:crypto'
import { Type } from 'typebox'
import type { SmsSettings } from '../../national/sms/index.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { noteReport } from './deliveries.ts'
import { listMessages, readMessage } from './messages.ts'
import { vapidKeys } from './push.ts'
import { Message, MessagePage, NewPushSubscription, PushKey, PushSubscription, SmsReport } from './schema.ts'
import { subscribe, unsubscribe } from './subscriptions.ts'

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })

const wrongKey = new Refusal('notifications/report-key', 401, {
  it: 'La chiave del gateway non è quella attesa.',
  en: 'The key of the gateway is not the expected one.',
})

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Messages and notifications as citizens use them, and the reports of the SMS gateway. */
export function routes(app: App, platform: Platform, sms: SmsSettings): void {
  app.get(
    '/api/v1/messages',
    {
      schema: {
        operationId: 'listMessages',
        tags: ['messages'],
        summary: 'Messages of the personal area, newest first',
        querystring: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 200 })) }),
        response: { 200: MessagePage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listMessages(platform, actor, query.cursor),
  )

  app.post(
    '/api/v1/messages/:id/read',
    {
      schema: {
        operationId: 'readMessage',
        tags: ['messages'],
        summary: 'Mark a message as read',
        params: ById,
        response: { 200: Message, '4xx': Problem },
      },
    },
    ({ actor, params }) => readMessage(platform, actor, params.id),
  )

  app.get(
    '/api/v1/push-key',
    {
      schema: {
        operationId: 'getPushKey',
        tags: ['messages'],
        summary: 'The public key with which a browser subscribes to notifications',
        response: { 200: PushKey, '4xx': Problem },
      },
    },
    async () => ({ publicKey: (await vapidKeys(platform.config)).publicKey }),
  )

  app.post(
    '/api/v1/push-subscriptions',
    {
      schema: {
        operationId: 'createPushSubscription',
        tags: ['messages'],
        summary: 'Notify the signed-in person on this browser',
        body: NewPushSubscription,
        response: { 201: PushSubscription, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => reply.code(201).send(await subscribe(platform, actor, body)),
  )

  app.delete(
    '/api/v1/push-subscriptions/:id',
    {
      schema: {
        operationId: 'deletePushSubscription',
        tags: ['messages'],
        summary: 'Stop notifying a browser',
        params: ById,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      await unsubscribe(platform, actor, params.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/sms-reports',
    {
      schema: {
        operationId: 'reportSms',
        tags: ['partners'],
        summary: 'What became of a text message, told by the SMS gateway',
        headers: Type.Object({ 'x-report-key': Type.String({ maxLength: 200 }) }),
        body: SmsReport,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ headers, body }, reply) => {
      if (!timingSafeEqual(digest(headers['x-report-key']), digest(sms.reportKey))) throw wrongKey
      if (!(await noteReport(platform, body))) throw notFound({ it: 'Messaggio', en: 'Message' })
      return reply.code(204).send(null)
    },
  )
}
