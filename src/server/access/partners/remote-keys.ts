// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { JSONWebKeySet, JWK } from 'jose'
import { readJson, UnreadableAddress } from './outside.ts'

/** Milliseconds for which a key set is believed, and between two readings for the sake of an unknown key. */
const lifetime = 600_000
const pause = 10_000
const mostKept = 1_000

interface Kept {
  keys: readonly JWK[]
  readAt: number
}
const kept = new Map<string, Kept>()
const underWay = new Map<string, Promise<Kept>>()

async function read(address: string, anywhere: boolean): Promise<Kept> {
  const found = (await readJson(address, { anywhere })) as Partial<JSONWebKeySet> | null
  if (!Array.isArray(found?.keys)) throw new UnreadableAddress('it sends no key set')
  if (kept.size >= mostKept) kept.clear()
  const fresh = { keys: found.keys.slice(0, 50), readAt: performance.now() }
  kept.set(address, fresh)
  return fresh
}

function readOnce(address: string, anywhere: boolean): Promise<Kept> {
  const known = underWay.get(address)
  if (known) return known
  const reading = read(address, anywhere).finally(() => underWay.delete(address))
  underWay.set(address, reading)
  return reading
}

/**
 * The key with an id in the key set at an address; undefined when the set has none. The set is kept for ten minutes and
 * read again for a key it does not have, at most every ten seconds; one that cannot be read again stays good till then.
 *
 * @throws UnreadableAddress when there is no set to look into
 */
export async function remoteKey(address: string, kid: string, anywhere: boolean): Promise<JWK | undefined> {
  const find = ({ keys }: Kept): JWK | undefined => keys.find((key) => key.kid === kid)
  const known = kept.get(address)
  const age = known ? performance.now() - known.readAt : Infinity
  if (known && age < lifetime) {
    const found = find(known)
    if (found || age < pause) return found
  }
  try {
    return find(await readOnce(address, anywhere))
  } catch (error) {
    if (known && age < lifetime) return undefined
    throw error
  }
}
