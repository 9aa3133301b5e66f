// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createServer } from 'vite'
import { CannotStart, runRegion } from './run.ts'

/** The region for who develops: server and worker restart, the website reloads when a file changes. */
try {
  const region = await runRegion({ env: process.env, say: (line) => console.log(line), serverArgs: ['--watch'] })
  const target = `http://localhost:${region.config.port}`
  const vite = await createServer({
    server: { port: region.config.port + 10, proxy: { '/api': target, '/auth': target, '/openapi.json': target } },
  })
  await vite.listen()
  console.log(`Website with live reload: ${vite.resolvedUrls?.local[0] ?? ''}  (server: ${target})`)
  const stop = async () => {
    await vite.close()
    await region.stop()
    process.exit(0)
  }
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exit(1)
}
