// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { open, rename, writeFile, type FileHandle } from 'node:fs/promises'
import { BadSetting } from '../../platform/config.ts'

/**
 * A compact filter of breached passwords (Bloom filter over SHA-1): 20 bits a password, one good password in about ten
 * thousand refused by mistake, no breached one let through. Header of 24 bytes: the mark, then the number of bits and of
 * passwords as 64-bit integers, most significant byte first.
 */
const mark = Buffer.from('PWFILTR1')
const headerLength = 24
const bitsEach = 20
/** Bits looked at for each password. */
const probes = 13

/** Where the bits of a hash lie: two independent 48-bit numbers are enough (Kirsch and Mitzenmacher, 2006). */
function* places(sha1: Buffer, bits: number): Generator<number> {
  const first = sha1.readUIntBE(0, 6)
  const step = sha1.readUIntBE(6, 6)
  for (let i = 0; i < probes; i++) yield (first + i * step) % bits
}

/**
 * Writes a filter from lines `SHA1` or `SHA1:COUNT` in capitals or not, as the lists of Have I Been Pwned are.
 *
 * @param lines read twice: to count, and to fill
 * @param least passwords seen less often than this stay out, to make the filter smaller
 * @returns how many passwords are in the filter
 * @throws Error when no line has a hash
 */
export async function writeFilter(file: string, lines: () => AsyncIterable<string>, least = 1): Promise<number> {
  let count = 0
  for await (const line of lines()) if (readLine(line, least)) count += 1
  if (count === 0) throw new Error('The list holds no line with a SHA-1 hash in hexadecimal.')
  const bits = Math.ceil((count * bitsEach) / 8) * 8
  const filter = Buffer.alloc(headerLength + bits / 8)
  mark.copy(filter)
  filter.writeBigUInt64BE(BigInt(bits), 8)
  filter.writeBigUInt64BE(BigInt(count), 16)
  for await (const line of lines()) {
    const sha1 = readLine(line, least)
    if (!sha1) continue
    for (const place of places(sha1, bits)) {
      const at = headerLength + Math.floor(place / 8)
      filter[at] = filter[at]! | (1 << (place % 8))
    }
  }
  await writeFile(`${file}.new`, filter)
  await rename(`${file}.new`, file) // whoever reads the old one reads on
  return count
}

function readLine(line: string, least: number): Buffer | undefined {
  const [, hash, seen] = /^([0-9A-Fa-f]{40})(?::(\d+))?\s*$/.exec(line) ?? []
  if (!hash || Number(seen ?? Infinity) < least) return undefined
  return Buffer.from(hash, 'hex')
}

export interface BreachedPasswords {
  /** Whether the password is known from a breach. */
  includes(password: string): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens a filter; it is read from the disk, a few bytes for each question, so a large one costs no memory.
 *
 * @throws BadSetting when the file is no filter
 */
export async function openFilter(file: string): Promise<BreachedPasswords> {
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new BadSetting(`BREACHED_PASSWORDS_FILE cannot be read (${error.message}): write it with passwords:import.`)
  })
  const bits = await bitsOf(handle).catch(async (error: unknown) => {
    await handle.close()
    throw error
  })
  const byte = Buffer.alloc(1)
  const bitAt = async (place: number): Promise<boolean> => {
    const { buffer } = await handle.read(Buffer.from(byte), 0, 1, headerLength + Math.floor(place / 8))
    return (buffer[0]! & (1 << (place % 8))) !== 0
  }
  return {
    async includes(password) {
      const sha1 = createHash('sha1').update(password).digest()
      for (const place of places(sha1, bits)) if (!(await bitAt(place))) return false
      return true
    },
    close: () => handle.close(),
  }
}

async function bitsOf(handle: FileHandle): Promise<number> {
  const header = Buffer.alloc(headerLength)
  await handle.read(header, 0, headerLength, 0)
  const bits = Number(header.readBigUInt64BE(8))
  const { size } = await handle.stat()
  if (!header.subarray(0, 8).equals(mark) || bits === 0 || size !== headerLength + bits / 8) {
    throw new BadSetting('BREACHED_PASSWORDS_FILE is no filter or is cut short: write it with passwords:import.')
  }
  return bits
}
