// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'

const Rules = Type.Object(
  {
    trustedList: Type.String({ description: 'Address of the Italian trusted list; {sandbox} stands for the sandbox' }),
    policies: Type.Array(Type.String(), { minItems: 1, description: 'Policies of which a certificate must name one' }),
    whenRevocationUnknown: Type.Enum(['refuse', 'grace']),
    graceHours: Type.Integer({
      minimum: 0,
      maximum: 72,
      description: 'With "grace": how long after its next update the last revocation list still counts',
    }),
  },
  { additionalProperties: false },
)

/** Settings of the sign-in with cards: `cards.json` of the region and `CNS_*`. */
export interface CardsConfig extends Static<typeof Rules> {
  /** Certificates (PEM) that sign the trusted list, from the European list of lists. */
  listSignersFile: string
  /** Where a browser is sent to show its card: the page `/auth/cns/card` of the host of cards. */
  cardUrl: string
  /** Whether there is a host of cards: without one nobody is offered to show a card. */
  offered: boolean
  /** Port of our own TLS listener; undefined when a reverse proxy hands the certificates over. */
  port: number | undefined
  keyFile: string
  certificateFile: string
  /** Whether key and certificate of the listener were given by settings. */
  hasOwnKeys: boolean
  /** Key (32 bytes, base64) with which our hosts sign the one-time codes; made at first use. */
  codeKeyFile: string
  /** How the reverse proxy proves itself; undefined when there is none, and then its header is refused. */
  proxy: { kind: 'signature' | 'secret'; key: Buffer } | undefined
}

/** @throws BadSetting with what to write */
export function readCardsConfig({ env, regionFolder, dataDir, sandboxUrl }: Config): CardsConfig {
  const file = resolve(regionFolder, 'cards.json')
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(Rules, rules)) {
    const [first] = Value.Errors(Rules, rules)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  const keys = join(dataDir, 'keys')
  const cardUrl = env['CNS_URL'] || `${sandboxUrl}/cns/reader`
  if (!URL.canParse(cardUrl)) throw new BadSetting(`CNS_URL is "${cardUrl}": write an https address.`)
  return {
    ...rules,
    trustedList: rules.trustedList.replaceAll('{sandbox}', sandboxUrl),
    listSignersFile: env['CNS_TRUSTED_LIST_SIGNERS_FILE'] || join(dataDir, 'sandbox', 'cns-list-signer.pem'),
    cardUrl,
    offered: Boolean(env['CNS_URL'] || env['CNS_PORT']),
    port: readPort(env['CNS_PORT']),
    keyFile: env['CNS_KEY_FILE'] || join(keys, 'cns.key'),
    certificateFile: env['CNS_CERTIFICATE_FILE'] || join(keys, 'cns.crt'),
    hasOwnKeys: Boolean(env['CNS_KEY_FILE']),
    codeKeyFile: env['CNS_CODE_KEY_FILE'] || join(keys, 'cns-code.key'),
    proxy: readProxy(env),
  }
}

function readPort(text: string | undefined): number | undefined {
  if (!text) return undefined
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new BadSetting(`CNS_PORT is "${text}": write a port number from 1 to 65535.`)
  return port
}

function readProxy(env: Config['env']): CardsConfig['proxy'] {
  const [signature, secret] = [env['CNS_PROXY_KEY'], env['CNS_PROXY_SECRET']]
  if (signature && secret) throw new BadSetting('Give CNS_PROXY_KEY (HAProxy) or CNS_PROXY_SECRET (nginx), not both.')
  const key = signature ? Buffer.from(signature, 'base64') : Buffer.from(secret ?? '')
  if ((signature || secret) && key.length < 32)
    throw new BadSetting('CNS_PROXY_KEY and CNS_PROXY_SECRET must be 32 bytes at least: write those of "openssl rand".')
  if (signature) return { kind: 'signature', key }
  return secret ? { kind: 'secret', key } : undefined
}

/** Where forms of ours lead to: the content security policy names it. */
export function cardOrigin(config: Config): string {
  return new URL(readCardsConfig(config).cardUrl).origin
}
