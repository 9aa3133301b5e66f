// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import type { FastifyRequest, preParsingAsyncHookHandler, preValidationAsyncHookHandler } from 'fastify'
import { PassThrough } from 'node:stream'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK, type JWTPayload } from 'jose'
import { PdndUnavailable } from '../../national/pdnd/index.ts'
import { tables } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { useOnce } from './once.ts'
import { open } from './opened.ts'
import { assertionAlgorithms, fits, readPublicKey } from './public-keys.ts'
import { keysUnreachable, type Voucher } from './vouchers.ts'

/** Seconds that a signed header may live, and by which two clocks may differ. */
const longest = 600
const tolerance = 30

declare module 'fastify' {
  interface FastifyRequest {
    /** The body exactly as it came, where a signature is about it. */
    bytes?: Buffer
  }
}

const refuse = (reason: string, it: string, en: string): Refusal =>
  new Refusal(
    `partners/${reason}`,
    400,
    { it: `${it}.`, en: `${en}.` },
    {
      next: {
        it: 'L’e-service richiede i pattern ModI indicati nella sua descrizione su PDND.',
        en: 'The e-service demands the ModI patterns named in its description on PDND.',
      },
    },
  )
const noIntegrity = (it: string, en: string): Refusal =>
  refuse('integrity', `Firma di integrità non valida: ${it}`, `Integrity signature not valid: ${en}`)
const noEvidence = (it: string, en: string): Refusal =>
  refuse('evidence', `Dati tracciati non validi: ${it}`, `Tracking evidence not valid: ${en}`)
type Wrong = (it: string, en: string) => Refusal

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The claims of a JWT that the consumer signed with a key it registered on PDND; once only. */
async function signedBy(
  platform: Platform,
  voucher: Voucher,
  token: string | undefined,
  wrong: Wrong,
): Promise<JWTPayload> {
  if (!token || token.length > 10_000) throw wrong('manca', 'it is missing')
  let claims
  try {
    const { alg = '', kid = '' } = decodeProtectedHeader(token)
    if (!assertionAlgorithms.includes(alg)) throw wrong('algoritmo non ammesso', 'algorithm not accepted')
    const jwk = kid ? await open(platform).pdndKeys.find(kid) : undefined
    if (!jwk) throw wrong('chiave sconosciuta a PDND', 'PDND does not know the key')
    const key = readPublicKey(JSON.stringify(jwk))
    if (!fits(key, alg)) throw wrong('algoritmo diverso dalla chiave', 'the algorithm is not that of the key')
    await compactVerify(token, await importJWK({ ...key }, alg), { algorithms: [alg] })
    claims = decodeJwt(token)
  } catch (error) {
    if (error instanceof PdndUnavailable) throw keysUnreachable
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw wrong('firma errata', 'wrong signature')
    throw error
  }
  const now = platform.now().getTime() / 1000
  const { iss, aud, exp, iat, nbf = 0, jti } = claims
  if (iss !== voucher.pdndClientId)
    throw wrong('iss non è il client del voucher', 'iss is not the client of the voucher')
  if ([aud].flat().join(' ') !== voucher.eService.audience) throw wrong('aud errato', 'wrong aud')
  if (typeof exp !== 'number' || exp <= now - tolerance) throw wrong('scaduta', 'it has expired')
  if (typeof iat !== 'number' || iat > now + tolerance || nbf > now + tolerance)
    throw wrong('non ancora valida', 'not valid yet')
  if (exp - iat > longest) throw wrong('dura troppo a lungo', 'it lasts too long')
  if (typeof jti !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(jti)) throw wrong('manca jti', 'jti is missing')
  if (!(await useOnce(platform.db, `pdnd:${iss}`, jti, new Date((exp + tolerance) * 1000))))
    throw wrong('jti già usato', 'this jti was used already')
  return claims
}

/** INTEGRITY_REST_02: the digest of the body as it came, signed together with the content type. */
async function checkIntegrity(platform: Platform, request: FastifyRequest, voucher: Voucher): Promise<void> {
  const claims = await signedBy(platform, voucher, header(request, 'agid-jwt-signature'), noIntegrity)
  const digest = `SHA-256=${createHash('sha256')
    .update(request.bytes ?? Buffer.alloc(0))
    .digest('base64')}`
  if (header(request, 'digest') !== digest)
    throw noIntegrity('Digest non è del corpo', 'Digest is not that of the body')
  const list: unknown = claims['signed_headers']
  const signed: Record<string, unknown> = Object.assign({}, ...(Array.isArray(list) ? list : []))
  for (const name of ['digest', 'content-type'])
    if (signed[name] === undefined) throw noIntegrity(`${name} non è firmato`, `${name} is not signed`)
  const names = Object.keys(signed)
  const changed = names.find((name) => header(request, name.toLowerCase()) !== signed[name])
  if (changed) throw noIntegrity('un’intestazione è stata cambiata', 'a header was changed')
}

/** AUDIT_REST_02: who asked on the consumer's side; the voucher carries the digest of this very statement. */
async function keepEvidence(platform: Platform, request: FastifyRequest, voucher: Voucher): Promise<void> {
  const token = header(request, 'agid-jwt-trackingevidence')
  const claims = await signedBy(platform, voucher, token, noEvidence)
  const digest = createHash('sha256').update(token!).digest('hex')
  if (digest !== voucher.evidenceDigest?.toLowerCase())
    throw noEvidence('il voucher ne porta un’altra impronta', 'the voucher carries another digest')
  if (claims['purposeId'] !== voucher.purposeId) throw noEvidence('purposeId errato', 'wrong purposeId')
  const missing = ['userID', 'userLocation', 'LoA'].find((name) => typeof claims[name] !== 'string')
  if (missing) throw noEvidence(`manca ${missing}`, `${missing} is missing`)
  await tables<'partner'>(platform.db)
    .insertInto('partner.evidence')
    .values({
      id: uuidv7(),
      at: platform.now(),
      clientId: voucher.clientId,
      purposeId: voucher.purposeId,
      requestId: request.id,
      document: token!,
    })
    .execute()
}

const mostBytes = 256 * 1024
const tooLarge = new Refusal('platform/too-large', 413, {
  it: 'I dati inviati sono troppo grandi.',
  en: 'The data sent is too large.',
})

/**
 * What a route adds for e-services that demand more of a PDND consumer than its voucher: integrity of the body and
 * tracking evidence (AgID, Linee guida sull'interoperabilità tecnica, documento operativo 2). Our own tokens need neither.
 */
export function demanding(platform: Platform): {
  preParsing: preParsingAsyncHookHandler
  preValidation: preValidationAsyncHookHandler
} {
  return {
    async preParsing(request, _reply, payload) {
      if (!request.partnerVoucher?.eService.integrity) return payload
      const parts: Buffer[] = []
      let size = 0
      for await (const part of payload as AsyncIterable<Buffer>) {
        size += part.length
        if (size > mostBytes) throw tooLarge
        parts.push(part)
      }
      request.bytes = Buffer.concat(parts)
      const again = new PassThrough()
      again.end(request.bytes)
      return again
    },
    async preValidation(request) {
      const voucher = request.partnerVoucher
      if (!voucher) return
      if (voucher.eService.integrity) await checkIntegrity(platform, request, voucher)
      if (voucher.eService.evidence) await keepEvidence(platform, request, voucher)
    },
  }
}
