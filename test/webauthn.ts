// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()
const base64url = (data: Uint8Array): string => Buffer.from(data).toString('base64url')

/** What an attacker or a faulty device may get wrong. */
export interface Bend {
  origin?: string
  rpId?: string
  challenge?: string
  type?: string
  /** Whether the device asked its user for a finger or a PIN. */
  verified?: boolean
  counter?: number
  /** Signs with another key. */
  key?: KeyObject
}

/** An authenticator in software (ES256, no attestation), honest unless told otherwise. */
export function anAuthenticator(site: { origin: string; rpId: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0

  const authenticatorData = (bend: Bend, attested?: Uint8Array): Buffer => {
    const flags = 0x01 | ((bend.verified ?? true) ? 0x04 : 0) | (attested ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(bend.counter ?? counter)
    return Buffer.concat([sha256(bend.rpId ?? site.rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }
  const clientData = (type: string, challenge: string, bend: Bend): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: bend.type ?? type,
        challenge: bend.challenge ?? challenge,
        origin: bend.origin ?? site.origin,
        crossOrigin: false,
      }),
    )
  const envelope = { id: base64url(id), rawId: base64url(id), type: 'public-key' as const, clientExtensionResults: {} }

  return {
    /** Makes a passkey for a challenge. */
    register(challenge: string, bend: Bend = {}) {
      const jwk = publicKey.export({ format: 'jwk' })
      const cose = isoCBOR.encode(
        new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, new Uint8Array(Buffer.from(jwk.x!, 'base64url'))],
          [-3, new Uint8Array(Buffer.from(jwk.y!, 'base64url'))],
        ]),
      )
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
      const object = isoCBOR.encode(
        new Map<string, string | Uint8Array | Map<string, string>>([
          ['fmt', 'none'],
          ['attStmt', new Map<string, string>()],
          ['authData', new Uint8Array(authenticatorData(bend, attested))],
        ]),
      )
      const clientDataJSON = base64url(clientData('webauthn.create', challenge, bend))
      return {
        ...envelope,
        response: { clientDataJSON, attestationObject: base64url(object), transports: ['internal'] },
      }
    },
    /** Answers a challenge; its counter goes up by one. */
    answer(challenge: string, bend: Bend = {}) {
      counter += 1
      const data = authenticatorData(bend)
      const client = clientData('webauthn.get', challenge, bend)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), bend.key ?? privateKey)
      return {
        ...envelope,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      }
    },
  }
}
