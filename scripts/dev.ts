// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { once } from 'node:events'
import { createServer } from 'vite'
import { CannotStart, mustBeFree } from './preconditions.ts'
import { runRegion, Stopped } from './run.ts'

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
const asked = new AbortController()
// At Ctrl-C the signal comes twice: from the terminal, and from npm, which hands on its own.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => asked.abort())
try {
  const port = Number(process.env['PORT'] || 3000)
  const website = Number(process.env['WEBSITE_PORT'] || port + 10)
  await mustBeFree({ WEBSITE_PORT: website })
  const region = await runRegion({
    env: { PUBLIC_URL: `http://localhost:${website}`, ...process.env },
    say: (line) => console.log(line),
    signal: asked.signal,
    serverArgs: ['--watch'],
  })
  const target = `http://localhost:${port}`
  const vite = await createServer({
    server: { port: website, strictPort: true, proxy: Object.fromEntries(ofTheServer.map((path) => [path, target])) },
  })
  await vite.listen()
  console.log(`Website with live reload: ${vite.resolvedUrls?.local[0] ?? ''}  (server: ${target})`)
  const sentence = await Promise.race([region.broken, once(asked.signal, 'abort').then(() => undefined)])
  if (sentence) console.error(sentence)
  await vite.close()
  await region.stop()
  process.exit(sentence ? 1 : 0)
} catch (error) {
  if (error instanceof Stopped) process.exit(0)
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exit(1)
}
