// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createServer } from 'vite'
import { CannotStart, runRegion } from './run.ts'

/** What the server answers itself; everything else is the website. */
const ofTheServer = [
  '/api/',
  '/api-docs',
  '/auth/',
  '/openapi.json',
  '/pagopa/',
  '/health/',
  '/metrics',
  '/.well-known/',
]

/** The region for who develops: server and worker restart, the website reloads when a file changes. */
try {
  const port = Number(process.env['PORT'] || 3000)
  const website = port + 10
  const region = await runRegion({
    env: { PUBLIC_URL: `http://localhost:${website}`, ...process.env },
    say: (line) => console.log(line),
    serverArgs: ['--watch'],
  })
  const target = `http://localhost:${port}`
  const vite = await createServer({
    server: { port: website, strictPort: true, proxy: Object.fromEntries(ofTheServer.map((path) => [path, target])) },
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
