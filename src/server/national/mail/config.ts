// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { BadSetting, type Config } from '../../platform/config.ts'

const securities = ['none', 'starttls', 'tls'] as const

/** The mail server; without settings, that of the sandbox. */
export interface MailSettings {
  host: string
  port: number
  security: (typeof securities)[number]
  user: string
  password: string
  /** Sender, `Name <address>`. */
  from: string
  /** Domain of the Message-ID: that of the sender. */
  domain: string
  timeoutMs: number
}

/** Reads the settings of the mail server; throws BadSetting with what to write when one cannot be used. */
export function readMailSettings({ env, sandboxUrl, region }: Config): MailSettings {
  const port = Number(env['SMTP_PORT'] || env['SANDBOX_SMTP_PORT'] || 3025)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new BadSetting(`SMTP_PORT is "${env['SMTP_PORT']}": write the port of the mail server, e.g. 587.`)
  }
  const wanted = env['SMTP_SECURITY'] || (env['SMTP_HOST'] ? 'starttls' : 'none')
  const security = securities.find((one) => one === wanted)
  if (!security) throw new BadSetting(`SMTP_SECURITY is "${wanted}": write tls, starttls or none.`)
  const from = env['MAIL_FROM'] || `${region.owner} <${region.email}>`
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(from)?.[1]
  if (!domain) throw new BadSetting(`MAIL_FROM is "${from}": write Name <address@domain>.`)
  const timeoutMs = Number(env['SMTP_TIMEOUT_MS'] || 10_000)
  if (!Number.isInteger(timeoutMs) || timeoutMs < 100) {
    throw new BadSetting(`SMTP_TIMEOUT_MS is "${env['SMTP_TIMEOUT_MS']}": write milliseconds, 100 or more.`)
  }
  return {
    host: env['SMTP_HOST'] || new URL(sandboxUrl).hostname,
    port,
    security,
    user: env['SMTP_USER'] ?? '',
    password: env['SMTP_PASSWORD'] ?? '',
    from,
    domain,
    timeoutMs,
  }
}
