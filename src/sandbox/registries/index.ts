// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance } from 'fastify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { SandboxContext } from '../context.ts'
import { keySet } from '../pdnd/vouchers.ts'
import { RegistryRefusal } from './facts.ts'
import { playRegistry } from './feeds.ts'

/** Credentials of the region on ANA; the platform's settings have the same as defaults. */
const credentials = 'regione:sandbox-ana-password'

/** ANPR, the registry of residents: an e-service of PDND. It takes vouchers issued for it and for an active purpose. */
export function anprSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  const audience = `${context.url}/anpr/notifiche/v1`
  return playRegistry(app, context, {
    name: 'anpr',
    async admit({ headers }) {
      const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
      if (!token) throw new RegistryRefusal(401, 'Voucher PDND assente')
      const { payload } = await jwtVerify(token, createLocalJWKSet(await keySet(context)), {
        audience,
        issuer: `${context.url}/pdnd`,
        typ: 'at+jwt',
        currentDate: context.now(),
      }).catch(() => {
        throw new RegistryRefusal(401, 'Voucher PDND non valido')
      })
      const { rows } = await context.sql.query(
        `select from pdnd_purpose p join pdnd_client c on c.id = p.client_id
         where p.id::text = $1 and c.id::text = $2 and p.state = 'ACTIVE' and c.state = 'ACTIVE'`,
        [payload['purposeId'], payload['client_id']],
      )
      if (rows.length === 0) throw new RegistryRefusal(403, 'Finalità non attiva')
    },
  })
}

/** ANA, the registry of people assisted by the health service, on Sistema TS: basic authentication in the first request. */
export function anaSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`
  return playRegistry(app, context, {
    name: 'ana',
    admit: ({ headers }) =>
      headers.authorization === basic
        ? Promise.resolve()
        : Promise.reject(new RegistryRefusal(401, 'Credenziali assenti o errate')),
  })
}
