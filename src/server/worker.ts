// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { hostname } from 'node:os'
import { sql } from 'kysely'
import { sealTrail } from './access/audit/index.ts'
import { createApp } from './app.ts'
import { readConfig } from './platform/config.ts'
import { untilAsked } from './platform/process.ts'

/** The worker: handles queued jobs and delivers domain events. Run as many as needed. */
const { platform, close } = await createApp(readConfig(process.env), { poolSize: 8 })
await platform.queue.work(platform)

const name = `${hostname()}:${process.pid}`
async function beat(): Promise<void> {
  await sql`
    insert into platform.heartbeat (role, host, at) values ('worker', ${name}, clock_timestamp())
    on conflict (role, host) do update set at = excluded.at
  `.execute(platform.db)
}
await beat()
const heart = setInterval(() => {
  beat().catch((error: unknown) => platform.log.warn({ err: error }, 'heartbeat'))
}, 10_000)
platform.log.info('worker is up')

untilAsked(platform.log, async () => {
  clearInterval(heart)
  await sql`delete from platform.heartbeat where role = 'worker' and host = ${name}`.execute(platform.db)
  // What was written until now does not wait for the next start.
  await sealTrail(platform).catch((error: unknown) =>
    platform.log.warn({ err: error }, 'the last rows are not sealed yet'),
  )
  await close()
})
