// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { startMailServer } from './mail.ts'
import { inboxPage } from './pages.ts'
import { smsRoutes } from './sms.ts'
import { createTables, owners, received, type Received } from './store.ts'

const view = (message: Received) => ({
  ...message,
  receivedAt: message.receivedAt.toISOString(),
  links: message.text.match(/https?:\/\/[^\s<>"')]+[^\s<>"').,;:!?]/g) ?? [],
})

/**
 * Telephones and mailboxes of the demo people: an SMS gateway, a mail server, a page to read both and the same as JSON
 * for tests. Faults (system `inbox`, operations `sms` and `smtp`): down, delay, error, time-out-after-commit, and for
 * `sms` undeliverable. Mail to sconosciuto@ any domain is refused.
 */
export async function inboxSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await createTables(context.sql)
  const mail = await startMailServer(context)
  app.addHook('onClose', () => mail.stop())
  await app.register(
    async (scope) => {
      smsRoutes(scope, context)
      scope.get<{ Querystring: { person?: string } }>('/', async (request, reply) => {
        const people = await owners(context.dataDir)
        const chosen = people.find((person) => person.fiscalCode === request.query.person)
        const messages = await received(context.sql, chosen?.addresses)
        return reply.type('text/html; charset=utf-8').send(inboxPage(messages, people, chosen))
      })
      scope.get<{ Querystring: { to?: string } }>('/messages', async (request, reply) => {
        const { to } = request.query
        const messages = await received(context.sql, to ? [to.toLowerCase()] : undefined)
        return reply.send({ messages: messages.map(view) })
      })
      scope.delete('/messages', async (_request, reply) => {
        await context.sql.query('delete from inbox_message')
        return reply.code(204).send()
      })
    },
    { prefix: '/inbox' },
  )
}
