// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

/** How a row is written before it is hashed. A later form gets the next number, and old seals keep theirs. */
export const currentForm = 1

/** A row of the audit trail as text, the way it is hashed: see `rowColumns` in rows.ts. */
export interface Row {
  id: string
  position: number
  values: readonly (string | null)[]
}

/** Id and hash of a sealed row. */
export interface SealedRow {
  id: string
  hash: Buffer
}

/** What a seal says about its rows: everything but the signature. */
export interface SealContent {
  number: number
  /** First day of the month (UTC) whose rows are under it. */
  month: string
  fromPosition: number
  toPosition: number
  rowCount: number
  total: number
  previous: Buffer
  head: Buffer
  rowsDigest: Buffer
  form: number
  sealedAt: Date
}

export interface Seal extends SealContent {
  keyId: string
  signature: Buffer
}

/** Before the first row of all there is this. */
export const beginning: Buffer = Buffer.alloc(32)

/** Hash of a row: SHA-256 over the hash of the row before and the JSON array of its values, which is unambiguous. */
export function hashOf(previous: Buffer, { values }: Row): Buffer {
  return createHash('sha256').update(previous).update(JSON.stringify(values)).digest()
}

/** Rows in the order of the chain: by position, and those of one transaction by id. */
export function inOrder(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
}

/** Chains rows to what came before them. */
export function chain(previous: Buffer, rows: readonly Row[]): SealedRow[] {
  let last = previous
  return rows.map((row) => ({ id: row.id, hash: (last = hashOf(last, row)) }))
}

const idBytes = 16
const hashBytes = 32

/** Ids and hashes as the 48 bytes a row that are kept with a seal. */
export function pack(rows: readonly SealedRow[]): Buffer {
  return Buffer.concat(rows.flatMap(({ id, hash }) => [Buffer.from(id.replaceAll('-', ''), 'hex'), hash]))
}

/** Reads what `pack` wrote; bytes left over make no row. */
export function unpack(bytes: Buffer): SealedRow[] {
  const size = idBytes + hashBytes
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => {
    const hex = bytes.toString('hex', i * size, i * size + idBytes)
    const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    return { id, hash: bytes.subarray(i * size + idBytes, (i + 1) * size) }
  })
}

export const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

/** Short name of a key: the first bytes of the hash of its public part. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return digestOf(publicKey.export({ type: 'spki', format: 'der' })).toString('hex', 0, 8)
}

/** The bytes a seal's signature stands for. */
function signedText(seal: SealContent): Buffer {
  const { previous, head, rowsDigest } = seal
  const facts = [seal.number, seal.month, seal.fromPosition, seal.toPosition, seal.rowCount, seal.total]
  const hashes = [previous, head, rowsDigest].map((bytes) => bytes.toString('hex'))
  return Buffer.from(JSON.stringify([...facts, ...hashes, seal.form, seal.sealedAt.toISOString()]))
}

/** Signs a seal with the platform's Ed25519 key. */
export function signSeal(key: KeyObject, content: SealContent): Seal {
  return { ...content, keyId: keyIdOf(key), signature: sign(null, signedText(content), key) }
}

/** Whether a seal was signed with one of these keys, by the name it gives. */
export function isSigned(keys: ReadonlyMap<string, KeyObject>, seal: Seal): boolean {
  const key = keys.get(seal.keyId)
  return key !== undefined && verify(null, signedText(seal), key, seal.signature)
}
