// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { cancelByLink, confirmPresence, look } from './links.ts'
import { LinkView } from './schema.ts'

const ByToken = Type.Object({ token: Type.String({ minLength: 16, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' }) })
const config = { rateLimit: { max: 30, timeWindow: '1 minute' } } as const

/** The links of reminders: confirm or cancel without signing in. */
export function linkRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/appointment-links/:token',
    {
      config,
      schema: {
        operationId: 'openAppointmentLink',
        tags: ['booking'],
        summary: 'What a reminder’s link is about; changes nothing',
        params: ByToken,
        response: { 200: LinkView, '4xx': Problem },
      },
    },
    ({ actor, params }) => look(platform, actor, params.token),
  )
  app.post(
    '/api/v1/appointment-links/:token/confirm',
    {
      config,
      schema: {
        operationId: 'confirmByLink',
        tags: ['booking'],
        summary: 'Say that you will come',
        params: ByToken,
        response: { 200: LinkView, '4xx': Problem },
      },
    },
    ({ actor, params }) => confirmPresence(platform, actor, params.token),
  )
  app.post(
    '/api/v1/appointment-links/:token/cancel',
    {
      config,
      schema: {
        operationId: 'cancelByLink',
        tags: ['booking'],
        summary: 'Cancel the booking',
        params: ByToken,
        response: { 200: LinkView, '4xx': Problem },
      },
    },
    ({ actor, params }) => cancelByLink(platform, actor, params.token),
  )
}
