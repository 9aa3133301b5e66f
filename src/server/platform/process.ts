// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyBaseLogger } from 'fastify'

/** Closes the process cleanly at SIGINT or SIGTERM, or when the parent that started it is gone. */
export function untilAsked(log: FastifyBaseLogger, close: () => Promise<void>): void {
  let closing = false
  async function stop(reason: string): Promise<void> {
    if (closing) return
    closing = true
    log.info({ reason }, 'closing')
    try {
      await close()
      process.exit(0)
    } catch (error) {
      log.error({ err: error }, 'could not close cleanly')
      process.exit(1)
    }
  }
  process.once('SIGINT', () => void stop('SIGINT'))
  process.once('SIGTERM', () => void stop('SIGTERM'))
  if (process.send) process.once('disconnect', () => void stop('parent gone'))
}
