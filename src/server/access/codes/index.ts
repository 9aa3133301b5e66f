// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readSmsSettings, smsGateway, type SmsGateway } from '../../national/sms/index.ts'
import type { Config } from '../../platform/config.ts'
import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { forgetAllowances } from './allowances.ts'
import { forgetCodes, sendCode, sendJob } from './codes.ts'
import { macOf } from './keys.ts'
import { sendText, textJob } from './texts.ts'

export { forgive, networkOf, useAllowances, type Allowance } from './allowances.ts'
export { orderCode, tryCode, voidCode, type NewCode, type Verdict } from './codes.ts'
export { macOf, type Mac } from './keys.ts'
export { maskedMobile, pause, readMobile } from './rules.ts'
export { orderText } from './texts.ts'

const gateways = new WeakMap<Config, SmsGateway>()

/** One client per configuration, so that all jobs of a process share its circuit breaker. */
function gatewayOf(config: Config): SmsGateway {
  const known = gateways.get(config) ?? smsGateway(readSmsSettings(config))
  gateways.set(config, known)
  return known
}

/** One-time codes by text message, and the limits on what strangers may try. */
export const codes: Room = {
  name: 'codes',
  jobs: [
    job({
      name: sendJob,
      retryLimit: 5,
      concurrency: 8,
      handle: async ({ id }: { id: string }, platform) =>
        sendCode(platform, await macOf(platform.config), gatewayOf(platform.config), id),
    }),
    job({
      name: textJob,
      handle: ({ id }: { id: string }, platform) => sendText(platform, gatewayOf(platform.config), id),
    }),
    job({
      name: 'codes.tidy',
      cron: '*/15 * * * *',
      concurrency: 1,
      async handle(_payload: object, { db, now }) {
        await asSystem(db, async (tx) => {
          await forgetAllowances(tx, now())
          await forgetCodes(tx, now())
        })
      },
    }),
  ],
}
