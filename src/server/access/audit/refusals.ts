// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyRequest } from 'fastify'
import { asSystem } from '../../platform/database.ts'
import type { App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { audit, type AuditEntry } from './entry.ts'

const byMethod: Readonly<Record<string, AuditEntry['action']>> = {
  GET: 'READ',
  POST: 'CREATE',
  PUT: 'UPDATE',
  PATCH: 'UPDATE',
  DELETE: 'DELETE',
}
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id under a name in what was sent, if it is one. */
function idIn(sent: unknown, name: string): string | undefined {
  const value = (sent as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' && uuid.test(value) ? value : undefined
}

/** Whose data was asked for: the person in the address, or the one named in query or body. */
function patientOf({ routeOptions, params, query, body }: FastifyRequest): string | undefined {
  if (['/api/v1/people/:id', '/fhir/R4/Patient/:id'].some((url) => routeOptions.url?.startsWith(url)))
    return idIn(params, 'id')
  return idIn(query, 'patientId') ?? idIn(body, 'patientId')
}

/** What somebody who is known was not allowed to do: too weak an identity, another role, a stranger's data. */
function refused(request: FastifyRequest, code: string): AuditEntry {
  const { method, routeOptions, params } = request
  const patientId = patientOf(request)
  const id = idIn(params, 'id')
  return {
    action: byMethod[method] ?? 'READ',
    patientId: patientId ?? null,
    object: objectOf(routeOptions.url ?? ''),
    ...(id !== patientId && { objectId: id }),
    purpose: 'refused',
    reason: code,
    outcome: 'refused',
  }
}

/** What the address speaks of, where it is not just the plural. */
const irregular: Readonly<Record<string, string>> = {
  contacts: 'contacts',
  Patient: 'person-record',
  RelatedPerson: 'person-record',
  accesses: 'access',
  'waiting-list-entries': 'waiting-list-entry',
}

/** `booking` for `/api/v1/bookings/:id/…`, `contacts` for `/api/v1/people/:id/contacts` */
function objectOf(url: string): string {
  const words = url.split('/').filter((part) => part !== '' && !part.startsWith(':'))
  const word = (words[2] === 'people' && words[3]) || words[2] || 'page'
  return irregular[word] ?? word.replace(/s$/, '')
}

/**
 * Writes a row when a known person or partner is refused access to somebody's data. The work's own transaction is undone by
 * then, so the row has one of its own. Hooks of the whole server, before any room's routes.
 */
export function watchRefusals(app: App, { db, log }: Platform): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { actor, refusal } = request
    const known = actor?.personId ?? actor?.partner
    const personal = request.routeOptions.config.policy?.audit === 'person'
    if (!refusal || !known || !personal || (refusal.status !== 403 && refusal.status !== 404)) return payload
    try {
      await asSystem(db, (tx) => audit(tx, actor, refused(request, refusal.code)))
    } catch (error) {
      log.error({ err: error, request: request.id }, 'a refused access could not be written down') // nothing was shown
    }
    return payload
  })
}
