// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'

const closed = { additionalProperties: false } as const
const limit = Type.Object({ most: Type.Integer({ minimum: 1 }), seconds: Type.Integer({ minimum: 1 }) }, closed)
/** Since DL 76/2020, article 24, an account of ours identifies nobody towards a public body: it never reaches level 2. */
const level = Type.Literal(1)

const AccountPolicy = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40, description: 'What people know these accounts by' }),
    levels: Type.Object({ 'password-and-code': level, passkey: level }, closed),
    password: Type.Object(
      {
        shortest: Type.Integer({ minimum: 8, maximum: 64, description: 'Characters; 8 by NIST SP 800-63B 5.1.1.2' }),
        longest: Type.Integer({ minimum: 64, maximum: 1000 }),
        memoryKiB: Type.Integer({ minimum: 19_456, description: 'argon2id m' }),
        passes: Type.Integer({ minimum: 2, description: 'argon2id t' }),
        atOnce: Type.Integer({ minimum: 1, maximum: 16, description: 'Passwords hashed at once in one process' }),
        waiting: Type.Integer({ minimum: 1, description: 'More that may wait; beyond, the service says it is busy' }),
        contextWords: Type.Array(Type.String({ minLength: 4 })),
      },
      closed,
    ),
    attempts: Type.Object(
      {
        device: Type.Array(limit, { description: 'Of a user name from a browser its owner has signed in with' }),
        address: Type.Array(limit, { description: 'Of a user name from one network address' }),
        strangers: Type.Array(limit, { description: 'Of a user name from all unknown browsers together' }),
        network: Type.Array(limit, { description: 'From one network address, whatever the user name' }),
      },
      closed,
    ),
    mostPasskeys: Type.Integer({ minimum: 1, maximum: 50 }),
    knownDeviceDays: Type.Integer({ minimum: 1, maximum: 400 }),
  },
  closed,
)
export type AccountPolicy = Static<typeof AccountPolicy>
export type Way = keyof AccountPolicy['levels']

/** What the region decides about accounts, and where the secrets lie. */
export interface AccountConfig extends AccountPolicy {
  /** Peppers, one a line in base64, the one to use first; made at first use when absent. */
  pepperFile: string
  /** Filter of breached passwords written by `npm run passwords:import`; none when absent. */
  breachedFile: string | undefined
  /** The site a passkey is tied to: the host of our address (WebAuthn RP ID), and the only origin that may use it. */
  site: { id: string; origin: string; name: string }
}

/**
 * Reads `accounts.json` of the region and the settings `ACCOUNT_*`.
 *
 * @throws BadSetting with what to write
 */
export function readAccountConfig({ env, dataDir, publicUrl, region, regionFolder }: Config): AccountConfig {
  const file = resolve(regionFolder, 'accounts.json')
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(AccountPolicy, found)) {
    const [first] = Value.Errors(AccountPolicy, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  const { hostname, origin } = new URL(publicUrl)
  return {
    ...found,
    pepperFile: env['ACCOUNT_PEPPER_FILE'] || join(dataDir, 'keys', 'account-pepper.key'),
    breachedFile: env['BREACHED_PASSWORDS_FILE'] || undefined,
    site: { id: hostname, origin, name: `Sinfonia ${region.name}` },
  }
}
