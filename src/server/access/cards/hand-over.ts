// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHmac, timingSafeEqual } from 'node:crypto'
import { tables, type Tx } from '../../platform/database.ts'
import type { CardsConfig } from './config.ts'
import { CardFault } from './fault.ts'

/** The one header in which a reverse proxy hands a certificate over. */
export const handOverHeader = 'x-cns-hand-over'

/** How far the clocks of proxy and server may differ, in milliseconds; nonces are kept for twice that. */
const skew = 60_000

/**
 * The certificate that the proxy hands over, after checking that it was the proxy. Two forms (docs/adr/0012):
 *
 * - `v1;SECONDS;NONCE;CERTIFICATE;SIGNATURE` from HAProxy: base64 of DER, and the HMAC-SHA256 in hexadecimal of
 *   `SECONDS.NONCE.REQUEST.CERTIFICATE`, so that it is good once, for one sign-in, for a minute;
 * - `secret;SECRET;CERTIFICATE` from nginx, which cannot sign: URL-encoded PEM, over a link that nobody else reads.
 *
 * @throws CardFault `hand-over/…`
 */
export async function handedOver(
  tx: Tx,
  proxy: CardsConfig['proxy'],
  header: string | string[] | undefined,
  request: string,
  now: Date,
): Promise<string | Buffer> {
  if (!proxy) throw new CardFault('hand-over/no-proxy')
  if (typeof header !== 'string') throw new CardFault('hand-over/missing')
  const parts = header.split(';')
  return proxy.kind === 'secret' ? bySecret(proxy.key, parts) : bySignature(tx, proxy.key, parts, request, now)
}

function bySecret(key: Buffer, [kind, secret = '', certificate, ...rest]: string[]): string {
  if (kind !== 'secret' || rest.length > 0) throw new CardFault('hand-over/form')
  if (!same(Buffer.from(secret), key)) throw new CardFault('hand-over/secret')
  if (!certificate) throw new CardFault('hand-over/no-card')
  try {
    return decodeURIComponent(certificate)
  } catch (error) {
    throw new CardFault('hand-over/form', { cause: error })
  }
}

async function bySignature(tx: Tx, key: Buffer, parts: string[], request: string, now: Date): Promise<Buffer> {
  const [version, seconds = '', nonce = '', certificate, signature = '', ...rest] = parts
  if (version !== 'v1' || rest.length > 0) throw new CardFault('hand-over/form')
  const text = [seconds, nonce, request, certificate].join('.')
  const expected = createHmac('sha256', key).update(text).digest()
  if (!same(Buffer.from(signature, 'hex'), expected)) throw new CardFault('hand-over/signature')
  if (!(Math.abs(Number(seconds) * 1000 - now.getTime()) <= skew)) throw new CardFault('hand-over/time')
  const { numInsertedOrUpdatedRows } = await tables<'access'>(tx)
    .insertInto('access.cardHandOver')
    .values({ nonce, expiresAt: new Date(now.getTime() + 2 * skew) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw new CardFault('hand-over/replayed')
  if (!certificate) throw new CardFault('hand-over/no-card')
  return Buffer.from(certificate, 'base64')
}

function same(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}
