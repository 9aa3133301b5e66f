// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { BadSetting, type Config } from '../../platform/config.ts'

/** Address and keys of the SMS gateway; without settings, those of the sandbox. */
export interface SmsSettings {
  /** Base of the gateway's API, e.g. https://sms.example.org/v1 */
  url: string
  key: string
  /** Who the message is from: at most eleven letters and digits (alias registered with AGCOM), or a number. */
  sender: string
  /** Where the gateway tells what became of a message, and the key it must show there. */
  reportUrl: string
  reportKey: string
  timeoutMs: number
}

/** Reads the settings of the SMS gateway; throws BadSetting with what to write when one cannot be used. */
export function readSmsSettings({ env, sandboxUrl, publicUrl }: Config): SmsSettings {
  const url = env['SMS_GATEWAY_URL'] || `${sandboxUrl}/inbox/sms/v1`
  if (!URL.canParse(url)) throw new BadSetting(`SMS_GATEWAY_URL is "${url}": write the address of the SMS gateway.`)
  const sender = env['SMS_SENDER'] || 'Sinfonia'
  if (!/^([A-Za-z0-9 ]{1,11}|\+[0-9]{8,15})$/.test(sender)) {
    throw new BadSetting(`SMS_SENDER is "${sender}": write at most eleven letters and digits, or a number with +.`)
  }
  const timeoutMs = Number(env['SMS_TIMEOUT_MS'] || 10_000)
  if (!Number.isInteger(timeoutMs) || timeoutMs < 100) {
    throw new BadSetting(`SMS_TIMEOUT_MS is "${env['SMS_TIMEOUT_MS']}": write milliseconds, 100 or more.`)
  }
  const settings = {
    url: url.replace(/\/$/, ''),
    key: env['SMS_GATEWAY_KEY'] || 'sandbox-sms-key',
    sender,
    reportUrl: `${publicUrl}/api/v1/sms-reports`,
    reportKey: env['SMS_REPORT_KEY'] || 'sandbox-sms-report-key',
    timeoutMs,
  }
  if (!settings.url.startsWith(`${sandboxUrl}/inbox`)) refuseSandboxKeys(settings)
  return settings
}

/** The sandbox's keys are known to everybody: they are good for the sandbox only. */
function refuseSandboxKeys({ key, reportKey }: SmsSettings): void {
  for (const [name, value] of Object.entries({ SMS_GATEWAY_KEY: key, SMS_REPORT_KEY: reportKey })) {
    if (value.startsWith('sandbox-')) {
      throw new BadSetting(`${name} is not set, but the SMS gateway is not the sandbox: write the key of your own.`)
    }
  }
}
