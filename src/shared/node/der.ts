// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { verify, type KeyObject } from 'node:crypto'

/** Bytes that are not the DER (ITU-T X.690) of what they should be. */
export class DerFault extends Error {}

/** One element: its tag byte, everything it is made of, and its content. */
export interface Der {
  tag: number
  raw: Buffer
  value: Buffer
}

/** Tags used by certificates and what speaks about them. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
} as const

/** Reads exactly one element; anything after it, or a length not written in the shortest way, is refused. */
export function readDer(bytes: Buffer): Der {
  const [first, ...others] = elementsOf(bytes)
  if (!first || others.length > 0) throw new DerFault('one element expected')
  return first
}

/** The elements inside one, which must have the tag that is expected. */
export function partsOf(element: Der | undefined, expected: number = tag.sequence): Der[] {
  return elementsOf(contentOf(element, expected))
}

/** The content of an element that must be there and have this tag. */
export function contentOf(element: Der | undefined, expected: number): Buffer {
  if (element?.tag !== expected) throw new DerFault(`tag ${expected} expected`)
  return element.value
}

function elementsOf(bytes: Buffer): Der[] {
  const found: Der[] = []
  for (let at = 0; at < bytes.length;) {
    const [start, length] = lengthAt(bytes, at + 1)
    const end = start + length
    if (end > bytes.length || ((bytes[at] ?? 0) & 0x1f) === 0x1f)
      throw new DerFault('element cut short or tag too high')
    found.push({ tag: bytes[at] ?? 0, raw: bytes.subarray(at, end), value: bytes.subarray(start, end) })
    at = end
  }
  return found
}

/** Where the content begins and how long it is. */
function lengthAt(bytes: Buffer, at: number): [start: number, length: number] {
  const first = bytes[at]
  if (first === undefined) throw new DerFault('no length')
  if (first < 0x80) return [at + 1, first]
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + 1 + count > bytes.length) throw new DerFault('length')
  const length = bytes.readUIntBE(at + 1, count)
  if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new DerFault('length not in the shortest way')
  return [at + 1 + count, length]
}

/** An object identifier with dots. */
export function readOid(element: Der | undefined): string {
  const numbers: number[] = []
  let current = 0
  for (const byte of contentOf(element, tag.oid)) {
    current = current * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(current)
      current = 0
    }
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}

/** UTCTime or GeneralizedTime in the only form of RFC 5280: whole seconds, Z. */
export function readTime(element: Der | undefined): Date {
  const text = element?.value.toString('latin1') ?? ''
  const full = element?.tag === 0x17 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (!match || (element?.tag !== 0x17 && element?.tag !== 0x18)) throw new DerFault('time')
  const [, year, month, day, hour, minute, second] = match
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** The bytes of a bit string; unused bits at the end are zero. */
export function readBits(element: Der | undefined): Buffer {
  return contentOf(element, tag.bits).subarray(1)
}

/** A number as hexadecimal digits, without leading zeros. */
export function readNumber(element: Der | undefined): string {
  return contentOf(element, tag.integer)
    .toString('hex')
    .replace(/^0+(?=.)/, '')
}

/** An extension of RFC 5280 by its object identifier. */
export type Extensions = ReadonlyMap<string, { critical: boolean; value: Buffer }>

/** Extensions as certificates, CRLs and OCSP answers carry them; two of one kind are refused. */
export function readExtensions(list: Der | undefined): Extensions {
  const found = new Map<string, { critical: boolean; value: Buffer }>()
  for (const one of list ? partsOf(list) : []) {
    const [id, ...rest] = partsOf(one)
    const name = readOid(id)
    if (found.has(name)) throw new DerFault('the same extension twice')
    found.set(name, { critical: rest.length > 1, value: contentOf(rest.at(-1), tag.octets) })
  }
  return found
}

/** SHA-2 with RSA or ECDSA; nothing weaker. */
const hashes = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

/** Whether `signed`, by the algorithm and the signature beside it, was signed with the key. */
export function isSignedWith(key: KeyObject, signed: Der, algorithm: Der | undefined, signature: Der | undefined) {
  const hash = hashes.get(readOid(partsOf(algorithm)[0]))
  return hash !== undefined && verify(hash, signed.raw, key, readBits(signature))
}

export function tlv(type: number, value: Buffer): Buffer {
  if (value.length < 0x80) return Buffer.concat([Buffer.from([type, value.length]), value])
  const length = value.length.toString(16)
  const bytes = Buffer.from(length.length % 2 ? `0${length}` : length, 'hex')
  return Buffer.concat([Buffer.from([type, 0x80 | bytes.length]), bytes, value])
}

export function sequence(...parts: Buffer[]): Buffer {
  return tlv(tag.sequence, Buffer.concat(parts))
}

export function set(...parts: Buffer[]): Buffer {
  return tlv(0x31, Buffer.concat(parts))
}

/** A positive number given in hexadecimal digits. */
export function number(hex: string): Buffer {
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return tlv(tag.integer, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(tag.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80)
  return bytes
}

/** UTCTime until 2049 and GeneralizedTime afterwards (RFC 5280, 4.1.2.5), or always the latter (OCSP). */
export function time(instant: Date, general = instant.getUTCFullYear() >= 2050): Buffer {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+/g, '')
  return general ? tlv(0x18, Buffer.from(digits)) : tlv(0x17, Buffer.from(digits.slice(2)))
}
