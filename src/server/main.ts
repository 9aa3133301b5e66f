// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createApp } from './app.ts'
import { readConfig } from './platform/config.ts'
import { untilAsked } from './platform/process.ts'
import { serveWeb } from './web.ts'

/** The server: HTTP API and the built website. Run as many as needed behind a load balancer. */
const config = readConfig(process.env)
const { app, platform, close } = await createApp(config)
await serveWeb(app)
await app.listen({ port: config.port, host: '::' })
untilAsked(platform.log, close)
