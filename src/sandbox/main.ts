// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createSandbox } from './app.ts'

const port = Number(process.env['SANDBOX_PORT'] ?? 3001)
const databaseUrl = process.env['SANDBOX_DATABASE_URL']
if (!databaseUrl) {
  console.error('SANDBOX_DATABASE_URL is not set: give the sandbox a database of its own.')
  process.exit(1)
}
const { app } = await createSandbox({
  databaseUrl,
  url: process.env['SANDBOX_URL'] ?? `http://localhost:${port}`,
  platformUrl: process.env['PUBLIC_URL'] ?? 'http://localhost:3000',
  cardsUrl: process.env['CNS_PORT'] && `https://localhost:${process.env['CNS_PORT']}`,
  dataDir: process.env['DATA_DIR'] ?? '.data',
  smtpPort: Number(process.env['SANDBOX_SMTP_PORT'] || 3025),
})
await app.listen({ port, host: '::' })
console.log(`Sandbox of the national systems at http://localhost:${port}`)
const stop = () => void app.close().then(() => process.exit(0))
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
if (process.send) process.once('disconnect', stop)
