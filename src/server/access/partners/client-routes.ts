// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type TSchema } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { getOrganisation } from '../../registry/organisations/index.ts'
import { askPurpose, decidePurpose, decideScope, removePurpose, setQuota } from './approvals.ts'
import {
  addKey,
  askScopes,
  deleteClient,
  dropScope,
  registerClient,
  removeKey,
  setActive,
  type Manager,
} from './clients.ts'
import { open } from './opened.ts'
import * as shape from './schema.ts'
import { scopeNames, scopes } from './scopes.ts'
import { getClient, listClients, listRequests } from './views.ts'

const regionOnly = new Refusal(
  'access/role-required',
  403,
  { it: 'Questa operazione è della Regione.', en: 'This is for the region.' },
  {
    next: {
      it: 'Scegli il ruolo di amministratore della Regione, se lo hai.',
      en: 'Choose the role of administrator of the region, if you have it.',
    },
  },
)

/** Whoever acts: for her organisation, or, as its administrator, for the region and so for all. */
async function managerOf(tx: Tx, actor: Actor, now: Date): Promise<Manager & { ownOrganisationId: string }> {
  const { organisationId, code } = actor.role! // the routes admit professionals only
  const common = { personId: actor.personId!, requestId: actor.requestId, now, ownOrganisationId: organisationId }
  if (code === 'partner-manager') return { ...common, organisationId }
  const { kind } = await getOrganisation(tx, organisationId)
  if (kind !== 'region') throw regionOnly
  return { ...common, organisationId: null }
}

const Id = Type.String({ format: 'uuid' })
const ByClient = Type.Object({ id: Id })
const ByKey = Type.Object({ id: Id, kid: Type.String({ maxLength: 128 }) })
const ByScope = Type.Object({ id: Id, scope: Type.String({ maxLength: 60 }) })
const ByPurpose = Type.Object({ id: Id, purposeId: Id })
const base = '/api/v1/partner-clients'
const tags = ['partners']

/** The partners' own page and the region's approvals. Nothing here is about a patient: history is in partner.change. */
export function clientRoutes(app: App, platform: Platform): void {
  const { db, now } = platform
  const { config, calls } = open(platform)

  /** Does the work in one transaction as the one who acts. */
  const as = <T>(actor: Actor, work: (tx: Tx, by: Manager & { ownOrganisationId: string }) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => work(tx, await managerOf(tx, actor, now())))
  const describe = <A extends TSchema>(operationId: string, summary: string, answer: A) => ({
    operationId,
    tags,
    summary,
    response: { 200: answer, '4xx': Problem },
  })

  app.get(
    '/api/v1/partner-catalogue',
    {
      schema: describe('getPartnerCatalogue', 'Scopes and e-services a partner can ask for', shape.Catalogue),
    },
    ({ actor }) =>
      as(actor, async (_tx, by) => ({
        tokenEndpoint: config.tokenEndpoint,
        scopes: scopeNames.map((scope) => ({ scope, name: scopes[scope].name, open: scopes[scope].open })),
        eServices: config.pdnd.eServices,
        region: by.organisationId === null,
      })),
  )
  app.get(
    base,
    {
      schema: describe('listPartnerClients', 'Clients of one’s organisation; all for the region', shape.ClientList),
    },
    ({ actor }) => as(actor, async (tx, by) => ({ clients: await listClients(tx, by) })),
  )
  app.post(
    base,
    {
      schema: { ...describe('createPartnerClient', 'Register a client', shape.ClientView), body: shape.NewClient },
    },
    ({ actor, body }) =>
      as(actor, async (tx, by) => {
        const mine = { ...by, organisationId: by.ownOrganisationId }
        const id = await registerClient(tx, mine, body, config.quota, config.anyKeyAddress)
        return getClient(tx, by, id)
      }),
  )
  app.get(
    `${base}/:id`,
    {
      schema: {
        ...describe('getPartnerClient', 'One client: keys, scopes, calls, errors', shape.ClientView),
        params: ByClient,
      },
    },
    async ({ actor, params }) => {
      await calls.flush() // whoever has just tried a call sees it
      return as(actor, (tx, by) => getClient(tx, by, params.id))
    },
  )
  app.delete(
    `${base}/:id`,
    {
      schema: {
        operationId: 'deletePartnerClient',
        tags,
        summary: 'Delete a client for good',
        params: ByClient,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      await as(actor, (tx, by) => deleteClient(tx, by, params.id))
      return reply.code(204).send(null)
    },
  )

  app.put(
    `${base}/:id/activity`,
    {
      schema: {
        ...describe('setPartnerClientActivity', 'Suspend or reactivate a client, at once', shape.ClientView),
        params: ByClient,
        body: shape.Activity,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await setActive(tx, by, params.id, body.active)
        return getClient(tx, by, params.id)
      }),
  )
  app.post(
    `${base}/:id/keys`,
    {
      schema: {
        ...describe('addPartnerKey', 'Add a second key', shape.ClientView),
        params: ByClient,
        body: shape.NewKey,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await addKey(tx, by, params.id, body.key)
        return getClient(tx, by, params.id)
      }),
  )
  app.delete(
    `${base}/:id/keys/:kid`,
    {
      schema: { ...describe('removePartnerKey', 'Remove a key and end every token', shape.ClientView), params: ByKey },
    },
    ({ actor, params }) =>
      as(actor, async (tx, by) => {
        await removeKey(tx, by, params.id, params.kid)
        return getClient(tx, by, params.id)
      }),
  )
  app.post(
    `${base}/:id/scopes`,
    {
      schema: {
        ...describe('askPartnerScopes', 'Ask more scopes', shape.ClientView),
        params: ByClient,
        body: shape.ScopeWish,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await askScopes(tx, by, params.id, body.scopes, body.reason)
        return getClient(tx, by, params.id)
      }),
  )
  app.delete(
    `${base}/:id/scopes/:scope`,
    {
      schema: {
        ...describe('dropPartnerScope', 'Give up or withdraw a scope, at once', shape.ClientView),
        params: ByScope,
      },
    },
    ({ actor, params }) =>
      as(actor, async (tx, by) => {
        await dropScope(tx, by, params.id, params.scope)
        return getClient(tx, by, params.id)
      }),
  )
  app.post(
    `${base}/:id/purposes`,
    {
      schema: {
        ...describe('askPartnerPurpose', 'Register a purpose of PDND for a client', shape.ClientView),
        params: ByClient,
        body: shape.PurposeWish,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await askPurpose(tx, by, params.id, body, config)
        return getClient(tx, by, params.id)
      }),
  )
  app.delete(
    `${base}/:id/purposes/:purposeId`,
    {
      schema: { ...describe('removePartnerPurpose', 'Remove a purpose of PDND', shape.ClientView), params: ByPurpose },
    },
    ({ actor, params }) =>
      as(actor, async (tx, by) => {
        await removePurpose(tx, by, params.id, params.purposeId)
        return getClient(tx, by, params.id)
      }),
  )

  app.get(
    '/api/v1/partner-requests',
    { schema: describe('listPartnerRequests', 'What waits for the region', shape.Requests) },
    ({ actor }) => as(actor, (tx) => listRequests(tx)),
  )
  app.put(
    `${base}/:id/scopes/:scope/decision`,
    {
      schema: {
        ...describe('decidePartnerScope', 'Grant or refuse a scope', shape.Requests),
        params: ByScope,
        body: shape.Decision,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await decideScope(tx, by, params.id, params.scope, body)
        return listRequests(tx)
      }),
  )
  app.put(
    `${base}/:id/purposes/:purposeId/decision`,
    {
      schema: {
        ...describe('decidePartnerPurpose', 'Grant or refuse a purpose', shape.Requests),
        params: ByPurpose,
        body: shape.Decision,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await decidePurpose(tx, by, params.id, params.purposeId, body)
        return listRequests(tx)
      }),
  )
  app.put(
    `${base}/:id/quota`,
    {
      schema: {
        ...describe('setPartnerQuota', 'How much a client may call', shape.ClientView),
        params: ByClient,
        body: shape.Quota,
      },
    },
    ({ actor, params, body }) =>
      as(actor, async (tx, by) => {
        await setQuota(tx, by, params.id, body)
        return getClient(tx, by, params.id)
      }),
  )
}
