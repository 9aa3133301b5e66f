// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { sql } from 'kysely'
import { asSystem, soon, tables, type Db, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'

/** One message of the register, with the index fields of the SPID technical rules ("Log"). */
export type LogEntry = {
  kind:
    | 'authn-request'
    | 'response'
    | 'logout-request'
    | 'logout-response'
    // OpenID Connect
    | 'trust-chain'
    | 'token-request'
    | 'token-response'
    | 'userinfo-response'
    | 'revocation'
  provider: string
  requestId: string
  requestIssuedAt?: Date
  responseId?: string
  responseIssuedAt?: Date
  responseIssuer?: string
  assertionId?: string
  subject?: string
  subjectQualifier?: string
  /** `sent`, `accepted`, `confirmed` (by the person, in a browser that had to be asked), `denied/NN` or the check that failed. */
  outcome: string
  sessionId?: string
  /** The whole message as it was sent or received. */
  document: string
}

/** A refused message is kept up to this length: an honest one is about 10 kB. */
const longestRefused = 64 * 1024

/** Writes a message into the register, in the transaction of what it caused. */
export async function writeLog(tx: Tx, key: Buffer, now: Date, entry: LogEntry): Promise<void> {
  const { document, ...fields } = entry
  const id = uuidv7(now.getTime())
  const kept = entry.outcome === 'accepted' || entry.outcome === 'sent' ? document : document.slice(0, longestRefused)
  await soon(
    tx,
    tables<'access'>(tx)
      .insertInto('access.signInLog')
      .values({ id, at: now, ...fields, keyId: keyIdOf(key), document: encryptText(key, id, kept) }),
  )
}

/** Reads a message of the register back, for whoever has the key and the task. */
export async function readLog(db: Db, key: Buffer, requestId: string): Promise<LogEntry[]> {
  const rows = await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.signInLog')
      .selectAll()
      .where('requestId', '=', requestId)
      .orderBy('id')
      .execute(),
  )
  return rows.map(({ id, at: _at, keyId, document, ...fields }) => {
    if (keyId !== keyIdOf(key)) throw new Error(`The row ${id} was encrypted with the key ${keyId}`)
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
    // The kinds are those of the check constraint; the rest are the columns of the same names.
    return { ...known, document: decryptText(key, id, document) } as LogEntry
  })
}

/** Removes what the law no longer wants kept; gives back how many rows went. */
export async function forgetLog(db: Db, now: Date): Promise<number> {
  const forget = sql<{ gone: number }>`select access.forget_sign_in_log(${now}) as gone`
  const { rows } = await asSystem(db, (tx) => forget.execute(tx))
  return rows[0]?.gone ?? 0
}

function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12)
}

/**
 * Messages are about 10 kB and some hundred a second arrive: a quick level and a small window, where the usual ones take a
 * quarter of a megabyte for each message, for a few bytes less.
 */
const deflation = { level: 1, windowBits: 13, memLevel: 6 } as const

/** Nonce (12 bytes), tag (16 bytes), ciphertext; the id of the row is authenticated with it. */
export function encryptText(key: Buffer, id: string, text: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id))
  const body = Buffer.concat([cipher.update(deflateRawSync(text, deflation)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Opens what `encryptText` made for the row with this id. */
export function decryptText(key: Buffer, id: string, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(id))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return inflateRawSync(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])).toString('utf8')
}
