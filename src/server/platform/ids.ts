// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomFillSync, randomInt } from 'node:crypto'

/** Random bytes of the system are taken for many ids at once: each call costs more than an id. */
const random = Buffer.alloc(16 * 256)
let used = random.length

function sixteenBytes(): Buffer {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  used += 16
  return random.subarray(used - 16, used)
}

/** A UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits, so that indexes grow at one end. */
export function uuidv7(now: number = Date.now()): string {
  const bytes = sixteenBytes()
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Thirty letters and digits that nobody confuses when reading aloud (no 0 O 1 I L U). */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** ISO/IEC 7064 hybrid system, modulo 31 and 30: every single wrong character shows, and nearly every swap of neighbours. */
function checkCharacter(body: string): string {
  const size = alphabet.length
  let product = size
  for (const character of body) {
    const sum = (product + alphabet.indexOf(character)) % size || size
    product = (sum * 2) % (size + 1)
  }
  return alphabet[(size + 1 - product) % size]!
}

/** A short public code such as `7KQ4-9MZT-P`, to read on the phone: random characters and one check character. */
export function publicCode(length = 8, draw: (below: number) => number = randomInt): string {
  const body = Array.from({ length }, () => alphabet[draw(alphabet.length)]).join('')
  return group(body + checkCharacter(body))
}

function group(code: string): string {
  return code.match(/.{1,4}/g)!.join('-')
}

/** The canonical form of a typed public code, or undefined when a character is missing or wrong. */
export function readPublicCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replace(/[^0-9A-Z]/g, '')
  if (plain.length < 2 || !new RegExp(`^[${alphabet}]+$`).test(plain)) return undefined
  const body = plain.slice(0, -1)
  return checkCharacter(body) === plain.at(-1) ? group(plain) : undefined
}
