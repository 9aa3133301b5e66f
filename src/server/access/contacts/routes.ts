// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { withActor } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { channels, contactsOf, updatePreference, type ContactPreference } from '../../registry/people/index.ts'
import { audit, type AuditAction } from '../audit/index.ts'

const ById = Type.Object({ id: Type.String({ format: 'uuid', description: 'A person one may act for' }) })

const preference = {
  language: Type.Enum(['it', 'en'], { description: 'Language of messages and papers' }),
  channels: Type.Array(Type.Enum([...channels]), { uniqueItems: true }),
}
const Preference = Type.Object(preference, { title: 'ContactPreference', additionalProperties: false })

const Point = Type.Union([
  Type.Object({
    value: Type.String(),
    verified: Type.Boolean({ description: 'Only to a verified address anything personal is sent' }),
  }),
  Type.Null(),
])
const Contacts = Type.Object({ ...preference, mobile: Point, email: Point }, { title: 'Contacts' })

export function routes(app: App, { db, now }: Platform): void {
  /** Does the work if there is any, and tells how the person is written to afterwards. */
  const about = (actor: Actor, personId: string, action: AuditAction, wish?: ContactPreference) => {
    mustActFor(actor, personId)
    return withActor(db, actor, async (tx) => {
      if (wish) await updatePreference(tx, personId, wish, now())
      await audit(tx, actor, { action, patientId: personId, object: 'contacts', purpose: 'contacts' })
      return contactsOf(tx, personId, romeDay(now()))
    })
  }

  app.get(
    '/api/v1/people/:id/contacts',
    {
      schema: {
        operationId: 'getContacts',
        tags: ['access'],
        summary: 'How and in which language a person is written to',
        params: ById,
        response: { 200: Contacts, '4xx': Problem },
      },
    },
    ({ actor, params }) => about(actor, params.id, 'READ'),
  )

  app.put(
    '/api/v1/people/:id/contacts',
    {
      schema: {
        operationId: 'setContacts',
        tags: ['access'],
        summary: 'Choose language and channels of messages',
        params: ById,
        body: Preference,
        response: { 200: Contacts, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => about(actor, params.id, 'UPDATE', body),
  )
}
