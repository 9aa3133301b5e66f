// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SignJWT, type JWK } from 'jose'

/** How the platform itself is known to PDND (Piattaforma Digitale Nazionale Dati). */
export interface PdndSettings {
  tokenEndpoint: string
  /** Interoperability API. */
  api: string
  assertionAudience: string
  /** Our client on PDND, allowed to ask for keys, with the key it signs with. */
  client: { id: string | undefined; kid: string | undefined; keyFile: string }
}

/** PDND does not answer, refuses us, or was never configured. */
export class PdndUnavailable extends Error {}

/** Reads public keys of other parties at PDND. */
export interface PdndKeys {
  /** The public key with an id; undefined when PDND knows none. @throws PdndUnavailable */
  find(kid: string): Promise<JWK | undefined>
}

const patience = 3_000
/** Milliseconds for which a key is kept: a key taken back at PDND is refused here after at most that long. */
const lifetime = 600_000
const mostKept = 2_000

async function ask(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(patience) })
  } catch (error) {
    throw new PdndUnavailable('PDND does not answer', { cause: error })
  }
}

/** What a voucher of PDND is asked for with. */
export interface VoucherSettings extends Pick<PdndSettings, 'tokenEndpoint' | 'assertionAudience' | 'client'> {
  /** Purpose for which an e-service is used; none for the interoperability API. */
  purposeId?: string
}

export interface Vouchers {
  /** A voucher that is good for the next call; it is kept while it lasts. @throws PdndUnavailable */
  get(): Promise<string>
  /** The e-service took the voucher no more: the next one is new. */
  forget(): void
}

/** Asks PDND for vouchers with assertions signed by our key (RFC 7523, as PDND profiles it). */
export function openVouchers(settings: VoucherSettings, now: () => Date): Vouchers {
  const { id, kid, keyFile } = settings.client
  let voucher: { token: string; until: number } | undefined
  let key: KeyObject | undefined

  async function get(): Promise<string> {
    if (voucher && voucher.until > now().getTime()) return voucher.token
    if (!id || !kid) throw new PdndUnavailable('our client on PDND and the id of its key are not set')
    key ??= createPrivateKey(await readFile(keyFile, 'utf8'))
    const seconds = Math.floor(now().getTime() / 1000)
    const assertion = await new SignJWT(settings.purposeId ? { purposeId: settings.purposeId } : {})
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(settings.assertionAudience)
      .setJti(randomUUID())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 60)
      .sign(key)
    const answer = await ask(settings.tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: id,
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        grant_type: 'client_credentials',
      }),
    })
    if (!answer.ok) throw new PdndUnavailable(`PDND gives us no voucher: ${answer.status}`)
    const { access_token: token, expires_in: lasts } = (await answer.json()) as {
      access_token: string
      expires_in: number
    }
    voucher = { token, until: now().getTime() + (lasts - 10) * 1000 }
    return token
  }
  return { get, forget: () => void (voucher = undefined) }
}

/** Opens the door to the keys kept at PDND. Keys found are kept while they are good. */
export function openPdndKeys(settings: PdndSettings, now: () => Date): PdndKeys {
  const known = new Map<string, { jwk: JWK; until: number }>()
  const vouchers = openVouchers(settings, now)

  return {
    async find(wanted) {
      const kept = known.get(wanted)
      if (kept && kept.until > now().getTime()) return kept.jwk
      const answer = await ask(`${settings.api}/keys/${encodeURIComponent(wanted)}`, {
        headers: { authorization: `Bearer ${await vouchers.get()}` },
      })
      if (answer.status === 404 || answer.status === 400) return undefined
      if (!answer.ok) {
        vouchers.forget()
        throw new PdndUnavailable(`PDND answers ${answer.status}`)
      }
      const jwk = (await answer.json()) as JWK
      if (known.size >= mostKept) known.clear()
      known.set(wanted, { jwk, until: now().getTime() + lifetime })
      return jwk
    },
  }
}
