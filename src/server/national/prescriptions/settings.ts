// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { join } from 'node:path'
import { BadSetting, type Config } from '../../platform/config.ts'

/** How the client reaches the SAC and as whom. Secrets stay in memory and never reach a log. */
export interface SacSettings {
  /** Base address: the service paths are appended to it. */
  url: string
  user: string
  password: string
  pin: string
  /** Second factor (ID-SESSIONE), or the file that holds it. */
  secondFactor: { text: string } | { file: string }
  /** The ministry's certificate SanitelCF.cer, PEM or DER. */
  certificateFile: string
  /** Region, health authority and provider codes of the dispenser. */
  region: string
  asl: string
  ssa: string
  /** Operator id sent as `pwd`, at most 16 characters; empty sends none. */
  operator: string
  /** Milliseconds after which an answer is given up. */
  patience: number
  /** Days for which the trail of requests is kept. */
  trailDays: number
}

/** The account of the sandbox's regional booking centre: public, since the sandbox holds nothing real. */
const sandboxAccount = {
  SAC_USER: 'CUPREGIONE',
  SAC_PASSWORD: 'Sandbox-CUP-1',
  SAC_PIN: '1234567890',
  SAC_SECOND_FACTOR: 'CUPREGIONE-{month}-RICETTA-DEM-EROGATORE',
  SAC_ASL: '204',
  SAC_SSA: '000001',
} as const

/**
 * Reads the settings of the SAC client. Without `SAC_URL` everything points at the sandbox; with it every credential must
 * be given, so that the sandbox's account can never reach the national system.
 */
export function sacSettings({ env, sandboxUrl, dataDir, region }: Config): SacSettings {
  const url = env['SAC_URL']
  const account = (name: keyof typeof sandboxAccount): string => {
    const value = env[name] || (url ? '' : sandboxAccount[name])
    if (!value) throw new BadSetting(`${name} is not set: SAC_URL needs the whole account of the dispenser.`)
    return value
  }
  if (url && !URL.canParse(url))
    throw new BadSetting(`SAC_URL is "${url}": write an address such as https://example.org.`)
  if (url && !env['SAC_CERTIFICATE_FILE']) {
    throw new BadSetting('SAC_CERTIFICATE_FILE is not set: give the path of the ministry’s certificate SanitelCF.cer.')
  }
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const value = Number(env[name] || fallback)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new BadSetting(`${name} must be a whole number from ${least} to ${most}.`)
  }
  const operator = env['SAC_OPERATOR'] || 'SINFONIA'
  if (operator.length > 16) throw new BadSetting('SAC_OPERATOR must have at most 16 characters.')
  return {
    url: (url || `${sandboxUrl}/sac`).replace(/\/$/, ''),
    user: account('SAC_USER'),
    password: account('SAC_PASSWORD'),
    pin: account('SAC_PIN'),
    secondFactor: env['SAC_SECOND_FACTOR_FILE']
      ? { file: env['SAC_SECOND_FACTOR_FILE'] }
      : { text: account('SAC_SECOND_FACTOR') },
    certificateFile: env['SAC_CERTIFICATE_FILE'] || join(dataDir, 'sandbox', 'SanitelCF.cer'),
    region: region.code,
    asl: account('SAC_ASL'),
    ssa: account('SAC_SSA'),
    operator,
    patience: number('SAC_TIMEOUT_MS', 8_000, 100, 60_000),
    trailDays: number('SAC_TRAIL_DAYS', 730, 1, 36_500),
  }
}
