// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { referencePage, referenceStyle, type Contract } from './page.ts'

/** The published contract: `/openapi.json` for machines, `/api-docs` for people. */
export const reference: Room = {
  name: 'reference',
  routes(app) {
    const policy = { access: 'public', audit: 'none', page: true } as const
    app.get('/openapi.json', { config: policy }, async (_request, reply) => reply.send(app.swagger()))
    app.get('/api-docs', { config: policy }, async (_request, reply) =>
      // swagger() gives the same document as openapi.json, which the page reads as its own small type
      reply.type('text/html; charset=utf-8').send(referencePage(app.swagger() as unknown as Contract)),
    )
    app.get('/api-docs.css', { config: policy }, async (_request, reply) => reply.type('text/css').send(referenceStyle))
  },
}
