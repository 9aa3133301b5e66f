// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { isIPv6 } from 'node:net'
import type { Tx } from '../../platform/database.ts'
import type { Mac } from './keys.ts'

/** At most `most` uses of one thing in any `seconds`. */
export interface Allowance {
  /** What is counted, e.g. `code/mobile`, and the thing itself: kept only as a keyed hash. */
  kind: string
  value: string
  most: number
  seconds: number
}

const keyOf = (mac: Mac, { kind, value, seconds }: Allowance): Buffer => mac('allowance', kind, String(seconds), value)

/**
 * Takes one use of each allowance and gives 0, or takes nothing and gives the seconds to wait. Commit it before the work
 * that it limits: what is rolled back was never used.
 */
export async function useAllowances(tx: Tx, mac: Mac, now: Date, wanted: readonly Allowance[]): Promise<number> {
  const keys = wanted.map((one) => keyOf(mac, one))
  const most = wanted.map((one) => one.most)
  const spans = wanted.map((one) => `${one.seconds} seconds`)
  const { rows } = await sql<{ wait: number }>`
    select ceil(extract(epoch from access.use_allowances(
      ${keys}::bytea[], ${most}::integer[], ${spans}::interval[], ${now})))::integer as wait`.execute(tx)
  return rows[0]!.wait
}

/** Forgets earlier uses: what was feared did not come true. Locks in the order of `use_allowances`, so neither waits in a ring. */
export async function forgive(tx: Tx, mac: Mac, which: readonly Allowance[]): Promise<void> {
  const keys = which.map((one) => keyOf(mac, one))
  await sql`delete from access.allowance where key in (
    select key from access.allowance where key = any (${keys}::bytea[]) order by key for update)`.execute(tx)
}

/** Removes what no longer limits anything, past those in use at this moment. */
export async function forgetAllowances(tx: Tx, now: Date): Promise<void> {
  await sql`delete from access.allowance where key in (
    select key from access.allowance where forget_at < ${now} for update skip locked)`.execute(tx)
}

/**
 * The part of a client's address that one subscriber cannot change at will: an IPv4 address whole, of IPv6 the first 64
 * bits. Nothing known counts as one client.
 */
export function networkOf(address: string | null): string {
  if (!address) return 'unknown'
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
  if (!isIPv6(plain)) return plain
  const [head = '', tail = ''] = plain.split('::')
  const before = head.split(':').filter(Boolean)
  const after = tail.split(':').filter(Boolean)
  const missing = plain.includes('::') ? 8 - before.length - after.length : 0
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
