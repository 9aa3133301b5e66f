// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { Config } from './platform/config.ts'
import { notFound } from './platform/errors.ts'
import { sendProblem, type App } from './platform/http.ts'

/** Serves the built website: hashed files forever, pages fresh, every other address is the application's. */
export async function serveWeb(app: App, _config: Config): Promise<void> {
  const root = resolve(import.meta.dirname, '../../dist/web')
  const missing = notFound({ it: 'Indirizzo', en: 'Address' })
  if (!existsSync(root)) {
    app.setNotFoundHandler((request, reply) => sendProblem(request, reply, missing))
    return
  }
  const options: FastifyStaticOptions = {
    root,
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  }
  // The plugin's own routes are pages like any other.
  app.addHook('onRoute', (route) => {
    if (!route.config?.access) route.config = { ...route.config, access: 'public', audit: 'none', page: true }
  })
  await app.register(fastifyStatic, options)
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    const ours = /^\/(api|auth|health|metrics|openapi)/.test(request.url)
    return page && !ours ? reply.code(200).sendFile('app.html') : sendProblem(request, reply, missing)
  })
}
