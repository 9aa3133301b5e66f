// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyBaseLogger } from 'fastify'

/**
 * How node is called for the server. Requests leave mostly short-lived objects: a small space for these (8 MB instead of up to
 * 128), and a heap that may grow to 1 GB instead of 4 and is therefore tidied earlier, keep the memory of a busy server well
 * under 400 MB and cost no throughput (docs/benchmarks.md).
 */
export const serverArguments: readonly string[] = ['--max-semi-space-size=8', '--max-old-space-size=1024']

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
