// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { BadSetting, type Config } from './config.ts'

/** The `rateLimit` of a route; false for none. */
export type Limit = false | { max: number; timeWindow: '1 minute' }

/**
 * How often one person, or one address where nobody is signed in, may call a route in a minute, in one process. The setting
 * of this name overrides the fallback; 0 turns the limit off (load tests).
 * @throws BadSetting when the setting is no whole number
 */
export function perMinute({ env }: Pick<Config, 'env'>, setting: string, fallback: number): Limit {
  const max = Number(env[setting] || fallback)
  if (!Number.isInteger(max) || max < 0) {
    throw new BadSetting(
      `${setting} is "${env[setting]}": write a whole number of requests per minute, 0 for no limit.`,
    )
  }
  return max > 0 && { max, timeWindow: '1 minute' }
}
