// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { BadSetting, type Config } from '../../platform/config.ts'

/** Addresses and keys of pagoPA. Without settings they are those of the sandbox; nothing else changes in production. */
export interface PagopaSettings {
  /** GPD, debt positions v1, e.g. https://api.platform.pagopa.it/gpd/debt-positions-service/v1 */
  positionsUrl: string
  /** GPD, receipts, e.g. https://api.platform.pagopa.it/gpd/payments-receipts-service/v1 */
  receiptsUrl: string
  /** GPD, reporting flows, e.g. https://api.platform.pagopa.it/gpd-reporting/api/v1 */
  reportingUrl: string
  /** Checkout for creditors v1, e.g. https://api.platform.pagopa.it/checkout/ec/v1 */
  checkoutUrl: string
  /** Subscription keys (header Ocp-Apim-Subscription-Key) of the two products. */
  gpdKey: string
  checkoutKey: string
  /** What a notification of a receipt must carry in x-notification-key; the reverse proxy adds it after checking the client certificate. */
  notificationKey: string
  /** Network addresses notifications may come from; empty means any that has the key. */
  notificationAddresses: readonly string[]
  timeoutMs: number
}

function address(env: Config['env'], name: string, fallback: string): string {
  const value = env[name] || fallback
  if (!URL.canParse(value))
    throw new BadSetting(`${name} is "${value}": write the address pagoPA gave you, with https://.`)
  return value.replace(/\/$/, '')
}

/** Reads the settings of pagoPA; throws BadSetting with what to write when one cannot be used. */
export function readPagopaSettings(config: Config): PagopaSettings {
  const { env } = config
  const sandbox = `${config.sandboxUrl}/pagopa`
  const timeoutMs = Number(env['PAGOPA_TIMEOUT_MS'] || 10_000)
  if (!Number.isInteger(timeoutMs) || timeoutMs < 100) {
    throw new BadSetting(`PAGOPA_TIMEOUT_MS is "${env['PAGOPA_TIMEOUT_MS']}": write milliseconds, 100 or more.`)
  }
  const settings = {
    positionsUrl: address(env, 'PAGOPA_POSITIONS_URL', `${sandbox}/gpd/debt-positions-service/v1`),
    receiptsUrl: address(env, 'PAGOPA_RECEIPTS_URL', `${sandbox}/gpd/payments-receipts-service/v1`),
    reportingUrl: address(env, 'PAGOPA_REPORTING_URL', `${sandbox}/gpd-reporting/api/v1`),
    checkoutUrl: address(env, 'PAGOPA_CHECKOUT_URL', `${sandbox}/checkout/ec/v1`),
    gpdKey: env['PAGOPA_GPD_KEY'] || 'sandbox-gpd-key',
    checkoutKey: env['PAGOPA_CHECKOUT_KEY'] || 'sandbox-checkout-key',
    notificationKey: env['PAGOPA_NOTIFICATION_KEY'] || 'sandbox-notification-key',
    notificationAddresses: (env['PAGOPA_NOTIFICATION_ADDRESSES'] ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
    timeoutMs,
  }
  refuseSandboxKeys(settings, sandbox)
  return settings
}

/** The sandbox's keys are known to everybody: they are good for the sandbox only. */
function refuseSandboxKeys(settings: PagopaSettings, sandbox: string): void {
  const { positionsUrl, receiptsUrl, reportingUrl, checkoutUrl } = settings
  const elsewhere = [positionsUrl, receiptsUrl, reportingUrl, checkoutUrl].some((url) => !url.startsWith(sandbox))
  if (!elsewhere) return
  const keys = {
    PAGOPA_GPD_KEY: settings.gpdKey,
    PAGOPA_CHECKOUT_KEY: settings.checkoutKey,
    PAGOPA_NOTIFICATION_KEY: settings.notificationKey,
  }
  for (const [name, key] of Object.entries(keys)) {
    if (key.startsWith('sandbox-')) {
      throw new BadSetting(`${name} is not set, but pagoPA is not the sandbox: write the key of your own.`)
    }
  }
}
