// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { BadXml, notificationAnswer, readNotification, type PagopaSettings } from '../../national/pagopa/index.ts'
import { asSystem, tables } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { pullJob } from './debt.ts'

const stranger = new Refusal('payments/unknown-caller', 401, {
  it: 'Chiamante non riconosciuto.',
  en: 'Unknown caller.',
})

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function fromPagopa(request: FastifyRequest, settings: PagopaSettings): boolean {
  const key = request.headers['x-notification-key']
  const { notificationAddresses: addresses } = settings
  if (addresses.length > 0 && !addresses.includes(request.ip)) return false
  return typeof key === 'string' && timingSafeEqual(digest(key), digest(settings.notificationKey))
}

/**
 * The station of the creditor: pagoPA sends the receipt of each payment (paSendRTV2, SOAP). The message only says where to
 * look: a job then reads the receipt from pagoPA itself, so a forged message changes nothing.
 */
export function notificationRoute(app: App, platform: Platform, settings: PagopaSettings): void {
  app.addContentTypeParser(
    ['text/xml', 'application/xml', 'application/soap+xml'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  )

  app.post('/pagopa/paForNode', { config: { page: true } }, async (request, reply) => {
    if (!fromPagopa(request, settings)) throw stranger
    void reply.type('text/xml; charset=utf-8')
    if (typeof request.body !== 'string')
      return notificationAnswer({ code: 'PAA_SINTASSI_XSD', text: 'A SOAP message is expected' })
    try {
      return (await enqueue(platform, request.body))
        ? notificationAnswer()
        : notificationAnswer({ code: 'PAA_PAGAMENTO_SCONOSCIUTO', text: 'No such notice' })
    } catch (error) {
      if (!(error instanceof BadXml)) throw error
      return notificationAnswer({ code: 'PAA_SINTASSI_XSD', text: 'The message is not a paSendRTV2Request' })
    }
  })
}

async function enqueue(platform: Platform, message: string): Promise<boolean> {
  const { creditorFiscalCode, noticeNumber } = readNotification(message)
  return asSystem(platform.db, async (tx) => {
    const debt = await tables<'payments'>(tx)
      .selectFrom('payments.debt')
      .select('id')
      .where('creditorFiscalCode', '=', creditorFiscalCode)
      .where('noticeNumber', '=', noticeNumber)
      .executeTakeFirst()
    if (debt) await platform.queue.send(tx, pullJob, { debtId: debt.id })
    return debt !== undefined
  })
}
