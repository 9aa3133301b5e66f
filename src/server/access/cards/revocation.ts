// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Certificate } from './certificate.ts'
import type { CardsConfig } from './config.ts'
import { CardFault } from './fault.ts'
import { question, readAnswer } from './ocsp.ts'
import { readRevocationList, type RevocationList } from './revocation-list.ts'

/** What ruled out that the card was revoked. */
export type Evidence = 'list' | 'ocsp' | 'both' | 'grace'
type Verdict = 'good' | 'revoked' | 'unknown'

/** Patience with an authority, in milliseconds: somebody waits. */
const patience = 4000
/** Clocks may differ by this, in milliseconds. */
const skew = 5 * 60_000
const longestList = 50_000_000

/**
 * Asks the revocation list and the OCSP responder that the certificate names, at once. One that says "revoked" decides;
 * otherwise one must say "good". When neither can be believed the region's rule decides: refuse, or accept for some
 * hours what the last list said.
 *
 * @throws CardFault `revocation/…`
 */
export async function checkRevocation(
  platform: Platform,
  config: CardsConfig,
  card: Certificate,
  issuer: Certificate,
): Promise<Evidence> {
  const now = platform.now()
  const [byList, byOcsp] = await Promise.all([
    verdict(platform, 'list', card.lists, (address) => askList(platform, address, card, issuer, now)),
    verdict(platform, 'ocsp', card.responders, (address) => askResponder(address, card, issuer, now)),
  ])
  if (byList === 'revoked' || byOcsp === 'revoked') throw new CardFault('revocation/revoked')
  if (byList === 'good') return byOcsp === 'good' ? 'both' : 'list'
  if (byOcsp === 'good') return 'ocsp'
  if (config.whenRevocationUnknown === 'grace' && (await inGrace(platform, config, card, issuer, now))) return 'grace'
  throw new CardFault('revocation/unknown')
}

/** The first address that answers something that can be believed. */
async function verdict(
  platform: Platform,
  kind: string,
  addresses: readonly string[],
  ask: (address: string) => Promise<boolean>,
): Promise<Verdict> {
  for (const address of addresses.slice(0, 3)) {
    try {
      return (await ask(address)) ? 'good' : 'revoked'
    } catch (error) {
      platform.log.warn({ err: error, kind, host: new URL(address).host }, 'revocation of cards could not be asked')
    }
  }
  return 'unknown'
}

async function askResponder(address: string, card: Certificate, issuer: Certificate, now: Date): Promise<boolean> {
  const nonce = randomBytes(16)
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: new Uint8Array(question(card, issuer, nonce)),
    signal: AbortSignal.timeout(patience),
  })
  if (!answer.ok) throw new CardFault('ocsp/status')
  return readAnswer(Buffer.from(await answer.arrayBuffer()), card, issuer, nonce, now)
}

async function askList(
  platform: Platform,
  address: string,
  card: Certificate,
  issuer: Certificate,
  now: Date,
): Promise<boolean> {
  const kept = await keptList(platform, address, issuer)
  const list = kept && kept.nextUpdate > now ? kept : await fetchList(platform, address, issuer, now)
  return !list.revoked.has(card.serial)
}

async function keptList(platform: Platform, address: string, issuer: Certificate): Promise<RevocationList | undefined> {
  const row = await asSystem(platform.db, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.revocationList')
      .select('content')
      .where('address', '=', address)
      .executeTakeFirst(),
  )
  return row && readRevocationList(row.content, issuer)
}

async function fetchList(platform: Platform, address: string, issuer: Certificate, now: Date): Promise<RevocationList> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(patience) })
  if (!answer.ok) throw new CardFault('list/status')
  const content = Buffer.from(await answer.arrayBuffer())
  if (content.length > longestList) throw new CardFault('list/too-long')
  const list = readRevocationList(content, issuer)
  if (list.thisUpdate.getTime() > now.getTime() + skew) throw new CardFault('list/not-yet')
  if (list.nextUpdate <= now) throw new CardFault('list/old')
  const row = { content, nextUpdate: list.nextUpdate, fetchedAt: now }
  await asSystem(platform.db, (tx) =>
    tables<'access'>(tx)
      .insertInto('access.revocationList')
      .values({ address, ...row })
      .onConflict((conflict) => conflict.column('address').doUpdateSet(row))
      .execute(),
  )
  return list
}

/** Whether the last list we have, though past its next update, is young enough and does not name the card. */
async function inGrace(
  platform: Platform,
  config: CardsConfig,
  card: Certificate,
  issuer: Certificate,
  now: Date,
): Promise<boolean> {
  for (const address of card.lists) {
    const list = await keptList(platform, address, issuer)
    if (!list) continue
    if (list.revoked.has(card.serial)) throw new CardFault('revocation/revoked')
    if (list.nextUpdate.getTime() + config.graceHours * 3_600_000 > now.getTime()) return true
  }
  return false
}
