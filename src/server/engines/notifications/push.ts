// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { join } from 'node:path'
import webpush from 'web-push'
import { circuit } from '../../platform/circuit.ts'
import { BadSetting, type Config } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import type { Language } from '../../platform/text.ts'

/** A browser's subscription (RFC 8030, RFC 8291). The endpoint is a secret. */
export interface Subscription {
  endpoint: string
  p256dh: string
  auth: string
}

export interface PushNotice {
  title: string
  /** Address to open; it needs sign-in. */
  navigate: string
  language: Language
}

export interface PushSender {
  send(subscription: Subscription, notice: PushNotice): Promise<void>
}

/** The push service no longer knows the subscription: forget it. */
export class PushGone extends Error {
  override readonly name = 'PushGone'
}

/** The push service refused this notification; the subscription may still be good. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused'
}

/** The push service did not answer, or cannot now: try again. */
export class PushUnavailable extends Error {
  override readonly name = 'PushUnavailable'
}

export interface VapidKeys {
  publicKey: string
  privateKey: string
}

/** The keys that name us to push services (RFC 8292): from the settings, else made once and kept in the data folder. */
export async function vapidKeys({ env, dataDir }: Config): Promise<VapidKeys> {
  const [publicKey, privateKey] = [env['VAPID_PUBLIC_KEY'], env['VAPID_PRIVATE_KEY']]
  if (publicKey && privateKey) return { publicKey, privateKey }
  if (publicKey || privateKey) throw new BadSetting('Set both VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY, or neither.')
  const file = join(dataDir, 'keys/vapid.json')
  return JSON.parse(await keptFile(file, async () => JSON.stringify(webpush.generateVAPIDKeys()))) as VapidKeys
}

/** Push services of the browsers in use. Sending elsewhere would let anybody make the server call any address. */
const knownServices =
  'https://fcm.googleapis.com,https://updates.push.services.mozilla.com,https://*.push.apple.com,https://*.notify.windows.com'

/** True for an endpoint of a push service we know (PUSH_SERVICES: origins, `*.` for any host below). */
export function isKnownService({ env }: Config, endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { origin, protocol, hostname, port } = new URL(endpoint)
  return (env['PUSH_SERVICES'] || knownServices)
    .split(',')
    .map((service) => service.trim())
    .some((service) => {
      const [scheme, below] = service.split('://*')
      return below ? protocol === `${scheme}:` && port === '' && hostname.endsWith(below) : origin === service
    })
}

/** Seconds a push service keeps trying a device that is off: a day, as long as a reminder is of use. */
const timeToLive = 86_400
const timeoutMs = 10_000

/**
 * Sends notifications in the declarative form (`web_push: 8030`), which browsers can show by themselves and our service
 * worker reads too. Encrypted for the browser (RFC 8291): the push service reads nothing.
 */
export function pushSender(config: Config): PushSender {
  const breaker = circuit({
    failures: 5,
    restMs: 30_000,
    now: () => performance.now(),
    counts: (error) => error instanceof PushUnavailable,
    opened: () => new PushUnavailable('Push services failed several times: not asked again for a while'),
  })
  return {
    async send(subscription, notice) {
      if (!isKnownService(config, subscription.endpoint)) throw new PushGone('Not a push service we know')
      const keys = await vapidKeys(config)
      await breaker.run(() => send(config, keys, subscription, notice))
    },
  }
}

async function send(config: Config, keys: VapidKeys, to: Subscription, notice: PushNotice): Promise<void> {
  const { title, navigate, language } = notice
  const payload = JSON.stringify({ web_push: 8030, notification: { title, navigate, lang: language } })
  const request = webpush.generateRequestDetails(
    { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } },
    payload,
    { vapidDetails: { subject: `mailto:${config.region.email}`, ...keys }, TTL: timeToLive, urgency: 'normal' },
  )
  const answer = await fetch(request.endpoint, {
    method: 'POST',
    redirect: 'manual',
    headers: request.headers as Record<string, string>, // names and values made by web-push
    body: request.body,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new PushUnavailable('The push service did not answer', { cause: error })
  })
  await answer.body?.cancel()
  if (answer.ok) return
  const what = `The push service answered ${answer.status}`
  if (answer.status === 404 || answer.status === 410) throw new PushGone(what) // RFC 8030 section 7.3
  if (answer.status >= 500 || answer.status === 429) throw new PushUnavailable(what)
  throw new PushRefused(what)
}
