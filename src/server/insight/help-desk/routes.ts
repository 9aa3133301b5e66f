// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { asSystem, tables } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { acknowledgeJob, forwardJob } from './mails.ts'
import { answerBy } from './rules.ts'
import { HelpRequest, NewFeedback, NewHelpRequest } from './schema.ts'

/** Anybody may write: a few times a minute from one address. */
const rateLimit = { max: 20, timeWindow: '1 minute' }

export function routes(app: App, { db, now, queue }: Platform): void {
  app.post(
    '/api/v1/feedback',
    {
      config: { rateLimit },
      schema: {
        operationId: 'createFeedback',
        tags: ['help'],
        summary: 'Rate a page or a procedure; nothing that identifies the person is kept',
        body: NewFeedback,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ body }, reply) => {
      await tables<'help'>(db)
        .insertInto('help.feedback')
        .values({ id: uuidv7(), ...body, createdAt: now() })
        .execute()
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/help-requests',
    {
      config: { rateLimit },
      schema: {
        operationId: 'createHelpRequest',
        tags: ['help'],
        summary: 'Ask the help desk, report a malfunction or an accessibility barrier',
        body: NewHelpRequest,
        response: { 201: HelpRequest, '4xx': Problem },
      },
    },
    async ({ body, actor }, reply) => {
      const at = now()
      const request = { number: publicCode(), answerBy: answerBy(body.kind, romeDay(at)) }
      const id = uuidv7(at.getTime())
      await asSystem(db, async (tx) => {
        await tables<'help'>(tx)
          .insertInto('help.request')
          .values({ id, ...request, ...body, language: actor.language, createdAt: at })
          .execute()
        await queue.send(tx, forwardJob, { requestId: id })
        await queue.send(tx, acknowledgeJob, { requestId: id })
      })
      return reply.code(201).send(request)
    },
  )
}
