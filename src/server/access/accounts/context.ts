// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Platform } from '../../platform/room.ts'
import { macOf, type Mac } from '../codes/index.ts'
import { readAccountConfig, type AccountConfig } from './config.ts'
import { passwordsOf, type Passwords } from './passwords.ts'

/** What every part of this room needs: the region's decisions, and what keeps secrets. */
export interface Accounts {
  platform: Platform
  config: AccountConfig
  mac: Mac
  passwords: Passwords
}

const made = new WeakMap<Platform, Promise<Accounts>>()

/** The one of this process; secrets are read or made at the first use. */
export function accountsOf(platform: Platform): Promise<Accounts> {
  const known = made.get(platform) ?? make(platform)
  made.set(platform, known)
  known.catch(() => made.delete(platform)) // the next call tries again
  return known
}

async function make(platform: Platform): Promise<Accounts> {
  const config = readAccountConfig(platform.config)
  return { platform, config, mac: await macOf(platform.config), passwords: await passwordsOf(config) }
}
