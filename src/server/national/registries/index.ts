// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import { openVouchers, PdndUnavailable } from '../pdnd/index.ts'
import type { NationalSource } from './events.ts'

export {
  eventKinds,
  nationalSources,
  type EventKind,
  type NationalEvent,
  type NationalPerson,
  type NationalResidence,
  type NationalSource,
} from './events.ts'
export { readMessage } from './messages.ts'

/** A national registry does not answer, or what it answers cannot be used: try again later. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable'
}

const Page = Type.Object({
  notifiche: Type.Array(Type.Object({ posizione: Type.Integer({ minimum: 1 }), evento: Type.Unknown() }), {
    maxItems: 1_000,
  }),
  altre: Type.Boolean(),
})
const Recovered = Type.Object({ eventi: Type.Array(Type.Unknown(), { maxItems: 1_000 }) })

export interface FeedPage {
  /** Messages as they came, each with its place in the feed, which grows. */
  notices: { position: number; message: unknown }[]
  more: boolean
}

/** The feed of messages that a national registry keeps for the region. */
export interface NationalFeed {
  /** What came after a place in the feed. @throws RegistryUnavailable */
  pull(after: number): Promise<FeedPage>
  /** Messages of a subject by their numbers; those the source does not have are missing. @throws RegistryUnavailable */
  recover(subject: string, sequences: readonly number[]): Promise<unknown[]>
}

const pageSize = 200
/** Numbers asked for in one call. */
const mostRecovered = 100

/**
 * The feeds of ANPR (an e-service of PDND, with a voucher) and of ANA (Sistema TS, basic authentication). Without settings ANA
 * leads to the sandbox; ANPR is undefined as long as the region's client and purpose on PDND are not set.
 *
 * @throws BadSetting with what to write
 */
export function openNationalFeeds(config: Config, now: () => Date): Record<NationalSource, NationalFeed | undefined> {
  return { anpr: openAnpr(config, now), ana: openAna(config) }
}

function openAnpr({ env, sandboxUrl, dataDir }: Config, now: () => Date): NationalFeed | undefined {
  const [id, kid, purposeId] = [env['ANPR_PDND_CLIENT_ID'], env['ANPR_PDND_KEY_ID'], env['ANPR_PURPOSE_ID']]
  if (!id && !kid && !purposeId) return undefined
  if (!id || !kid || !purposeId)
    throw new BadSetting('Set ANPR_PDND_CLIENT_ID, ANPR_PDND_KEY_ID and ANPR_PURPOSE_ID together, or none of them.')
  const vouchers = openVouchers(
    {
      tokenEndpoint: env['ANPR_PDND_TOKEN_ENDPOINT'] || `${sandboxUrl}/pdnd/token.oauth2`,
      assertionAudience: env['ANPR_PDND_AUDIENCE'] || `${sandboxUrl}/pdnd/client-assertion`,
      client: { id, kid, keyFile: env['ANPR_PDND_KEY_FILE'] || join(dataDir, 'keys', 'pdnd.key') },
      purposeId,
    },
    now,
  )
  return feed(address(env, 'ANPR_URL', `${sandboxUrl}/anpr/notifiche/v1`), {
    authorization: async () => `Bearer ${await vouchers.get()}`,
    refused: () => vouchers.forget(),
  })
}

function openAna({ env, sandboxUrl }: Config): NationalFeed {
  const sandbox = `${sandboxUrl}/ana/notifiche/v1`
  const url = address(env, 'ANA_URL', sandbox)
  const credentials = env['ANA_CREDENTIALS'] || 'regione:sandbox-ana-password'
  if (url !== sandbox && credentials === 'regione:sandbox-ana-password')
    throw new BadSetting('ANA_CREDENTIALS is not set, but ANA is not the sandbox: write user:password of your own.')
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`
  return feed(url, { authorization: () => Promise.resolve(basic), refused: () => undefined })
}

function address(env: Config['env'], name: string, fallback: string): string {
  const url = (env[name] || fallback).replace(/\/$/, '')
  if (!URL.canParse(url)) throw new BadSetting(`${name} is "${url}": write the address that the registry gave you.`)
  return url
}

interface Access {
  authorization(): Promise<string>
  /** The registry does not take the authorization any more. */
  refused(): void
}

function feed(url: string, access: Access): NationalFeed {
  async function ask<T extends typeof Page | typeof Recovered>(
    shape: T,
    path: string,
    body?: object,
  ): Promise<Static<T>> {
    const answer = await call(url + path, access, body)
    if (answer.status === 401 || answer.status === 403) access.refused()
    if (answer.status !== 200) throw new RegistryUnavailable(`the registry answered ${answer.status}`)
    if (!Value.Check(shape, answer.json)) throw new RegistryUnavailable('the answer is not as agreed')
    return answer.json as Static<T> // checked above
  }
  return {
    async pull(after) {
      const { notifiche, altre } = await ask(Page, `/notifiche?dopo=${after}&limite=${pageSize}`)
      const notices = notifiche.map(({ posizione, evento }) => ({ position: posizione, message: evento }))
      if (notices.some(({ position }, i) => position <= (notices[i - 1]?.position ?? after)))
        throw new RegistryUnavailable('the places in the feed do not grow')
      return { notices, more: altre && notices.length > 0 }
    },
    async recover(subject, sequences) {
      const progressivi = sequences.slice(0, mostRecovered)
      return (await ask(Recovered, '/recuperi', { idSoggetto: subject, progressivi })).eventi
    },
  }
}

/** One call; a subject is named in the body, never in the address. */
async function call(url: string, access: Access, body?: object): Promise<{ status: number; json: unknown }> {
  try {
    const authorization = await access.authorization()
    const answer = await fetch(url, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    return { status: answer.status, json: answer.status === 200 ? (JSON.parse(text) as unknown) : undefined }
  } catch (error) {
    if (error instanceof PdndUnavailable) throw new RegistryUnavailable('PDND gives us no voucher', { cause: error })
    throw new RegistryUnavailable('the registry does not answer', { cause: error })
  }
}
