// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { delegationPaper } from '../../access/delegations/index.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { delegationDocument } from './delegation.ts'

/** Papers about things of the floor below, which knows no documents. Services print their own. */
export function routes(app: App, platform: Platform): void {
  const { region } = platform.config
  const issuer = { name: region.owner, telephone: region.telephone, email: region.email }

  app.get(
    '/api/v1/delegations/:id/document.pdf',
    {
      schema: {
        operationId: 'getDelegationDocument',
        tags: ['delegations'],
        summary: 'The delegation on paper (PDF/A)',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        produces: ['application/pdf'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      const facts = await delegationPaper(platform, actor, params.id)
      const pdf = await delegationDocument({ ...facts, issuer, issuedAt: platform.now() }, actor.language)
      return reply.type('application/pdf').header('content-disposition', 'inline; filename="delega.pdf"').send(pdf)
    },
  )
}
