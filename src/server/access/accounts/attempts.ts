// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { networkOf, useAllowances, type Allowance } from '../codes/index.ts'
import type { AccountConfig } from './config.ts'
import type { Accounts } from './context.ts'

/** Who tries a password. */
export interface Attempt {
  /** As kept by an account, or whatever was typed when it cannot be a user name. */
  userName: string
  address: string | null
  /** Hash of the cookie of a browser from which the owner of this user name has signed in before. */
  device: Buffer | undefined
}

/**
 * What an attempt is counted against. A browser the owner has used is counted by itself: strangers who use up the others
 * never shut it out. User names that do not exist are counted like those that do.
 */
export function limitsOf({ attempts }: AccountConfig, { userName, address, device }: Attempt): Allowance[] {
  if (device) {
    const value = `${userName} ${device.toString('base64')}`
    return attempts.device.map((limit) => ({ kind: 'password/device', value, ...limit }))
  }
  const network = networkOf(address)
  return [
    ...attempts.address.map((limit) => ({ kind: 'password/address', value: `${userName} ${network}`, ...limit })),
    ...attempts.strangers.map((limit) => ({ kind: 'password/strangers', value: userName, ...limit })),
    ...attempts.network.map((limit) => ({ kind: 'password/network', value: network, ...limit })),
  ]
}

/**
 * Counts an attempt before the password is looked at, so that of a thousand at once only the allowed few are. Gives the
 * seconds to wait, 0 to go on.
 */
export function countAttempt({ platform, config, mac }: Accounts, attempt: Attempt): Promise<number> {
  return asSystem(platform.db, (tx) => useAllowances(tx, mac, platform.now(), limitsOf(config, attempt)))
}

/** Those a successful sign-in clears: all about this user name; what the network did to other names stays. */
export function clearedBySuccess(config: AccountConfig, attempt: Attempt): Allowance[] {
  const all = [...limitsOf(config, attempt), ...limitsOf(config, { ...attempt, device: undefined })]
  return all.filter(({ kind }) => kind !== 'password/network')
}
