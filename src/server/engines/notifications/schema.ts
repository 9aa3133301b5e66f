// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

const Id = Type.String({ format: 'uuid' })
const Instant = Type.String({ format: 'date-time' })
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

export const Message = Type.Object(
  {
    id: Id,
    patientId: Type.String({ format: 'uuid', description: 'Whom it is about' }),
    subject: Type.String(),
    body: Type.String({ description: 'Plain text; paragraphs are divided by an empty line' }),
    action: Type.Object({ label: Type.String(), path: Type.String({ description: 'Page of the portal' }) }),
    sentAt: Instant,
    readAt: OrNull(Instant),
  },
  { title: 'Message', additionalProperties: false },
)
export type Message = Static<typeof Message>

export const MessagePage = Type.Object(
  {
    items: Type.Array(Message),
    nextCursor: OrNull(Type.String()),
    unread: Type.Integer({ description: 'Messages not read yet, on all pages' }),
  },
  { title: 'MessagePage', additionalProperties: false },
)
export type MessagePage = Static<typeof MessagePage>

const key = (bytes: number, what: string) =>
  Type.String({
    pattern: `^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=*$`,
    description: `${what}, ${bytes} bytes in base64url`,
  })

export const NewPushSubscription = Type.Object(
  {
    endpoint: Type.String({
      pattern: '^https?://[\\x21-\\x7e]+$',
      maxLength: 2000,
      description: 'Address at the push service of the browser',
    }),
    expirationTime: Type.Optional(OrNull(Type.Number())),
    keys: Type.Object(
      { p256dh: key(65, 'Public key of the browser'), auth: key(16, 'Authentication secret') },
      { additionalProperties: false },
    ),
  },
  {
    title: 'NewPushSubscription',
    additionalProperties: false,
    description: 'A PushSubscription as the browser gives it',
  },
)
export type NewPushSubscription = Static<typeof NewPushSubscription>

export const PushSubscription = Type.Object({ id: Id }, { title: 'PushSubscription', additionalProperties: false })

export const PushKey = Type.Object(
  { publicKey: Type.String({ description: 'applicationServerKey of PushManager.subscribe, base64url' }) },
  { title: 'PushKey', additionalProperties: false },
)

export const SmsReport = Type.Object(
  {
    id: Type.String({ maxLength: 100 }),
    reference: Id,
    state: Type.Enum(['delivered', 'undeliverable']),
    at: Instant,
  },
  { title: 'SmsReport', additionalProperties: false },
)
