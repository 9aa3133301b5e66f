// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { romeDay } from '../../platform/time.ts'
import { organisationNames } from '../../registry/organisations/index.ts'
import type { Manager } from './clients.ts'
import { daysOf } from './usage.ts'

const own = (tx: Tx) => tables<'partner'>(tx)

// What the tables check.
type Live = { state: 'active' | 'suspended' }
type Asked = { state: 'asked' | 'granted' | 'refused' }

const columns = [
  'id',
  'organisationId',
  'name',
  'purpose',
  'contact',
  'jwksUri',
  'state',
  'suspendedBy',
  'perMinute',
  'perDay',
  'createdAt',
] as const

/** The clients a manager sees, with today's calls: those of her organisation, or all for the region. */
export async function listClients(tx: Tx, by: Manager) {
  const rows = await own(tx)
    .selectFrom('partner.client as c')
    .leftJoin('partner.callDay as d', (join) => join.onRef('d.clientId', '=', 'c.id').on('d.day', '=', romeDay(by.now)))
    .select(['c.id', 'c.organisationId', 'c.name', 'c.state', 'c.suspendedBy', 'd.calls', 'd.refused', 'd.failed'])
    .select((is) =>
      is
        .selectFrom('partner.clientScope as s')
        .select((n) => n.fn.countAll<number>().as('n'))
        .whereRef('s.clientId', '=', 'c.id')
        .where('s.state', '=', 'asked')
        .as('waiting'),
    )
    .where('c.state', '<>', 'deleted')
    .$if(by.organisationId !== null, (query) => query.where('c.organisationId', '=', by.organisationId!))
    .orderBy('c.createdAt', 'desc')
    .limit(500)
    .$narrowType<Live>()
    .execute()
  const names = await organisationNames(
    tx,
    rows.map((row) => row.organisationId),
  )
  return rows.map(({ calls, refused, failed, waiting, ...row }) => ({
    ...row,
    organisation: names.get(row.organisationId) ?? '',
    waiting: waiting ?? 0,
    today: { calls: calls ?? 0, errors: (refused ?? 0) + (failed ?? 0) },
  }))
}

const shownErrors = 20
const shownChanges = 20

/** Everything a manager sees about one client: keys, scopes, purposes, the last thirty days, errors and changes. */
export async function getClient(tx: Tx, by: Manager, id: string) {
  const client = await own(tx)
    .selectFrom('partner.client')
    .select(columns)
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .$if(by.organisationId !== null, (query) => query.where('organisationId', '=', by.organisationId!))
    .$narrowType<Live>()
    .executeTakeFirst()
  if (!client) throw notFound({ it: 'Client', en: 'Client' })
  const keys = await own(tx)
    .selectFrom('partner.clientKey')
    .select(['kid', 'jwk', 'addedAt', 'lastUsedAt'])
    .where('clientId', '=', id)
    .orderBy('addedAt')
    .execute()
  const scopes = await own(tx)
    .selectFrom('partner.clientScope')
    .select(['scope', 'state', 'reason', 'answer', 'askedAt'])
    .where('clientId', '=', id)
    .orderBy('scope')
    .$narrowType<Asked>()
    .execute()
  const purposes = await own(tx)
    .selectFrom('partner.purpose')
    .select(['id', 'eServiceId', 'pdndClientId', 'state', 'answer'])
    .where('clientId', '=', id)
    .orderBy('askedAt')
    .$narrowType<Asked>()
    .execute()
  const errors = await own(tx)
    .selectFrom('partner.call')
    .select(['at', 'requestId', 'method', 'route', 'status', 'code'])
    .where('clientId', '=', id)
    .where('status', '>=', 400)
    .orderBy('at', 'desc')
    .limit(shownErrors)
    .execute()
  const changes = await own(tx)
    .selectFrom('partner.change')
    .select(['at', 'action', 'detail', 'byRegion'])
    .where('clientId', '=', id)
    .orderBy('at', 'desc')
    .limit(shownChanges)
    .execute()
  const names = await organisationNames(tx, [client.organisationId])
  return {
    ...client,
    createdAt: client.createdAt.toISOString(),
    organisation: names.get(client.organisationId) ?? '',
    keys: keys.map((key) => ({
      kid: key.kid,
      kind: kindOf(key.jwk),
      addedAt: key.addedAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    })),
    scopes: scopes.map((scope) => ({ ...scope, askedAt: scope.askedAt.toISOString() })),
    purposes,
    errors: errors.map((error) => ({ ...error, at: error.at.toISOString() })),
    changes: changes.map((change) => ({ ...change, at: change.at.toISOString() })),
    days: await daysOf(tx, id, romeDay(by.now)),
  }
}

/** A key as its owner knows it: `RSA` or the name of its curve. */
function kindOf(jwk: unknown): string {
  const { kty = '', crv } = jwk as { kty?: string; crv?: string } // the column holds what readPublicKey made
  return crv ?? kty
}

/** What waits for the region: scopes and purposes, the oldest first. */
export async function listRequests(tx: Tx) {
  const scopes = await own(tx)
    .selectFrom('partner.clientScope as s')
    .innerJoin('partner.client as c', 'c.id', 's.clientId')
    .select(['s.clientId', 's.scope', 's.reason', 's.askedAt', 'c.name', 'c.purpose', 'c.organisationId'])
    .where('s.state', '=', 'asked')
    .orderBy('s.askedAt')
    .limit(200)
    .execute()
  const purposes = await own(tx)
    .selectFrom('partner.purpose as p')
    .innerJoin('partner.client as c', 'c.id', 'p.clientId')
    .select(['p.clientId', 'p.id', 'p.eServiceId', 'p.pdndClientId', 'p.askedAt', 'c.name', 'c.organisationId'])
    .where('p.state', '=', 'asked')
    .orderBy('p.askedAt')
    .limit(200)
    .execute()
  const names = await organisationNames(
    tx,
    [...scopes, ...purposes].map((row) => row.organisationId),
  )
  const shown = <Row extends { askedAt: Date; organisationId: string }>({ organisationId, ...row }: Row) => ({
    ...row,
    askedAt: row.askedAt.toISOString(),
    organisation: names.get(organisationId) ?? '',
  })
  return { scopes: scopes.map(shown), purposes: purposes.map(shown) }
}
