// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { sql } from 'kysely'
import { admissionOf, landing, letIn, notAdmitted } from '../sign-in/index.ts'
import { checkDates, checkKind, fiscalCodeOf, issuerOf, readCertificate, type Certificate } from './certificate.ts'
import type { CardsConfig } from './config.ts'
import { CardFault } from './fault.ts'
import { checkRevocation, type Evidence } from './revocation.ts'
import { trustedAuthorities } from './trusted-list.ts'

/** How long a person may take to find the card and type its PIN, in milliseconds. */
export const requestLifetime = 10 * 60_000
/** How long the code between the two hosts is good, in milliseconds. */
const codeLifetime = 60_000

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

export interface CardWish {
  /** Value of the cookie that ties the code to this browser. */
  browser: string
  /** Session that the browser has now, if any. */
  session: string | null
  /** Who must come back, when this is a step-up of the session. */
  expectedPerson: string | null
  returnTo: string
  language: Language
}

/** Opens a sign-in; gives back its id, with which the browser goes to the host of cards. */
export async function startCard({ db, now }: Platform, wish: CardWish): Promise<string> {
  const at = now()
  const id = uuidv7(at.getTime())
  await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .insertInto('access.cardRequest')
      .values({
        id,
        browserHash: hashOf(wish.browser),
        previousSession: wish.session,
        expectedPerson: wish.expectedPerson,
        returnTo: wish.returnTo,
        language: wish.language,
        expiresAt: new Date(at.getTime() + requestLifetime),
      })
      .execute(),
  )
  return id
}

/** What the host of cards answers: a code for the main host, or that the card is not good. */
export type Shown = { kind: 'code'; code: string } | { kind: 'refused'; code: string }

/**
 * Checks a card whose possession was shown by a TLS handshake, in the order of the identity notes: authority, dates,
 * revocation, kind, identity. What was found is written down in every case.
 *
 * @param take gives the certificate; throws CardFault when there is none that can be believed
 */
export async function showCard(
  platform: Platform,
  config: CardsConfig,
  key: Buffer,
  request: string,
  take: () => Promise<string | Buffer>,
): Promise<Shown> {
  const now = platform.now()
  let card: Certificate | undefined
  try {
    card = readCertificate(await take())
    const { fiscalCode, evidence } = await examine(platform, config, card)
    const code = await asSystem(platform.db, async (tx) => {
      const made = await issueCode(tx, key, request, card!, fiscalCode, now)
      await note(tx, now, { request, fingerprint: card!.x509.fingerprint256, outcome: 'accepted', evidence })
      return made
    })
    return { kind: 'code', code }
  } catch (error) {
    if (!(error instanceof CardFault)) throw error
    platform.log.warn({ code: error.code }, 'card refused')
    await asSystem(platform.db, (tx) =>
      note(tx, now, { request, fingerprint: card?.x509.fingerprint256, outcome: error.code }),
    )
    return { kind: 'refused', code: error.code }
  }
}

async function examine(
  platform: Platform,
  config: CardsConfig,
  card: Certificate,
): Promise<{ fiscalCode: string; evidence: Evidence }> {
  const now = platform.now()
  const authorities = await asSystem(platform.db, (tx) => trustedAuthorities(tx, config, now))
  const issuer = issuerOf(card, authorities, now)
  checkDates(card, now)
  const evidence = await checkRevocation(platform, config, card, issuer)
  checkKind(card, config.policies)
  return { fiscalCode: fiscalCodeOf(card), evidence }
}

interface Note {
  request: string
  fingerprint: string | undefined
  outcome: string
  evidence?: Evidence
}

async function note(tx: Tx, now: Date, { request, fingerprint, outcome, evidence }: Note): Promise<void> {
  await tables<'access'>(tx)
    .insertInto('access.cardCheck')
    .values({
      id: uuidv7(now.getTime()),
      at: now,
      requestId: request,
      fingerprint: fingerprint ?? null,
      outcome,
      evidence: evidence ?? null,
    })
    .execute()
}

async function issueCode(
  tx: Tx,
  key: Buffer,
  request: string,
  card: Certificate,
  fiscalCode: string,
  now: Date,
): Promise<string> {
  const own = tables<'access'>(tx)
  const open = await own
    .selectFrom('access.cardRequest')
    .select('id')
    .where('id', '=', request)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (!open) throw new CardFault('request/unknown')
  const id = uuidv7(now.getTime())
  await own
    .insertInto('access.cardCode')
    .values({
      id,
      requestId: request,
      fiscalCode,
      fingerprint: card.x509.fingerprint256,
      issuer: card.x509.issuer.replaceAll('\n', ', '),
      checkedAt: now,
      expiresAt: new Date(now.getTime() + codeLifetime),
    })
    .execute()
  return `${id}.${signatureOf(key, id, request)}`
}

function signatureOf(key: Buffer, id: string, request: string): string {
  return createHmac('sha256', key).update(`cns-code|${id}|${request}`).digest('base64url')
}

export type Entry =
  | { kind: 'signed-in'; token: string; returnTo: string }
  | { kind: 'refused'; code: string }
  | { kind: 'unknown-person' | 'too-young' | 'other-person'; language: Language; returnTo: string }

/**
 * Exchanges the code for a session of level 3, in the browser that began. A code is used up by the first who brings it,
 * right browser or not.
 */
export async function enterWithCode(
  platform: Platform,
  key: Buffer,
  code: string,
  browser: string | undefined,
  userAgent: string | undefined,
): Promise<Entry> {
  const now = platform.now()
  const [id = '', signature = '', ...rest] = code.split('.')
  if (!/^[0-9a-f-]{36}$/.test(id) || rest.length > 0) return { kind: 'refused', code: 'code/form' }
  return asSystem(platform.db, async (tx) => {
    const own = tables<'access'>(tx)
    const found = await own.deleteFrom('access.cardCode').where('id', '=', id).returningAll().executeTakeFirst()
    if (!found) return { kind: 'refused', code: 'code/unknown' }
    const request = await own
      .deleteFrom('access.cardRequest')
      .where('id', '=', found.requestId)
      .returningAll()
      .executeTakeFirst()
    const given = Buffer.from(signature)
    const expected = Buffer.from(signatureOf(key, id, found.requestId))
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return { kind: 'refused', code: 'code/signature' }
    if (!request || found.expiresAt <= now) return { kind: 'refused', code: 'code/late' }
    if (browser === undefined || !timingSafeEqual(hashOf(browser), request.browserHash))
      return { kind: 'refused', code: 'code/other-browser' }
    const language = request.language === 'en' ? 'en' : 'it'
    const admission = await admissionOf(tx, { fiscalCode: found.fiscalCode }, now, request.expectedPerson)
    if (admission.kind !== 'admitted') {
      const { requestId, fingerprint } = found
      await note(tx, now, { request: requestId, fingerprint, outcome: notAdmitted[admission.kind] })
      return { kind: admission.kind, language, returnTo: request.returnTo }
    }
    const session = {
      personId: admission.personId,
      method: 'CNS' as const,
      provider: found.issuer,
      level: 3 as const,
      authenticatedAt: found.checkedAt,
      assertionId: found.id,
      language: language as Language,
      ...(userAgent && { userAgent }),
    }
    const { token } = await letIn(tx, now, session, request.previousSession)
    const returnTo = await landing(tx, admission.personId, request.returnTo, romeDay(now))
    return { kind: 'signed-in', token, returnTo }
  })
}

/** Removes what can no longer be used, and what the register keeps no longer. */
export async function removeExpiredCards(db: Db, now: Date): Promise<void> {
  await asSystem(db, async (tx) => {
    const own = tables<'access'>(tx)
    await own.deleteFrom('access.cardCode').where('expiresAt', '<', now).execute()
    await own.deleteFrom('access.cardRequest').where('expiresAt', '<', now).execute()
    await own.deleteFrom('access.cardHandOver').where('expiresAt', '<', now).execute()
    await sql`select access.forget_card_checks(${now})`.execute(tx)
  })
}
