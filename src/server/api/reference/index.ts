// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { referencePage, referenceStyle, type Contract } from './page.ts'
import { policies } from './policy.ts'

/** The published contract: `/openapi.json` for machines, `/api-docs` for people. */
export const reference: Room = {
  name: 'reference',
  policies,
  routes(app) {
    const config = { page: true }
    app.get('/openapi.json', { config }, async (_request, reply) => reply.send(app.swagger()))
    app.get('/api-docs', { config }, async (_request, reply) =>
      // swagger() gives the same document as openapi.json, which the page reads as its own small type
      reply.type('text/html; charset=utf-8').send(referencePage(app.swagger() as unknown as Contract)),
    )
    app.get('/api-docs.css', { config }, async (_request, reply) => reply.type('text/css').send(referenceStyle))
  },
}
