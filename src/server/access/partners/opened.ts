// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { openPdndKeys, type PdndKeys } from '../../national/pdnd/index.ts'
import type { Platform } from '../../platform/room.ts'
import { openCallLog, type CallLog } from './calls.ts'
import { readPartnerConfig, type PartnerConfig } from './config.ts'
import { loadSigningKeys, type SigningKeys } from './signing-keys.ts'

interface Opened {
  config: PartnerConfig
  keys: () => Promise<SigningKeys>
  pdndKeys: PdndKeys
  calls: CallLog
}
const opened = new WeakMap<Platform, Opened>()

/** What this room keeps for one running platform: its settings, its keys, the calls to be noted. */
export function open(platform: Platform): Opened {
  const known = opened.get(platform)
  if (known) return known
  const config = readPartnerConfig(platform.config)
  let loading: Promise<SigningKeys> | undefined
  const keys = (): Promise<SigningKeys> =>
    (loading ??= loadSigningKeys(config).catch((error: unknown) => {
      loading = undefined // the next request tries again
      throw error
    }))
  const fresh = {
    config,
    keys,
    pdndKeys: openPdndKeys({ ...config.pdnd, client: config.pdndClient }, platform.now),
    calls: openCallLog(platform.pool, platform.now, platform.log),
  }
  opened.set(platform, fresh)
  return fresh
}
