// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { timingSafeEqual } from 'node:crypto'
import type { Day } from '../../platform/time.ts'
import type { Allowance, Mac } from '../codes/index.ts'
import type { FlowConfig } from './config.ts'

/** What is compared of a card: all twenty digits, or the last six; undefined when that was not typed. */
export function readCard(typed: string, compared: FlowConfig['card']): string | undefined {
  const digits = typed.replaceAll(/\s/g, '')
  if (/^[0-9]{20}$/.test(digits)) return compared === 'full' ? digits : digits.slice(-6)
  return compared === 'last-6' && /^[0-9]{6}$/.test(digits) ? digits : undefined
}

/** Whether the expiry date of the card is asked for on a day. */
export function asksExpiry({ askExpiryFrom }: Pick<FlowConfig, 'askExpiryFrom'>, day: Day): boolean {
  return askExpiryFrom !== null && day >= askExpiryFrom
}

/** What is compared of a card; `expiresOn` is null where it is not asked for. */
export interface TypedCard {
  number: string
  expiresOn: Day | null
}

/**
 * Whether the card typed is the one in the registry, after the same work in every case: two keyed hashes and one
 * comparison in constant time, also when there is no person or no card. A card whose expiry the registry does not know
 * is not right where that is asked for.
 */
export function isHerCard(
  mac: Mac,
  typed: TypedCard,
  registered: { cardNumber: string | null; cardExpiresOn: Day | null } | undefined,
): boolean {
  const number = registered?.cardNumber?.slice(-typed.number.length) ?? ''
  const expiresOn = typed.expiresOn === null ? '' : (registered?.cardExpiresOn ?? 'unknown')
  const same = timingSafeEqual(mac('card', typed.number, typed.expiresOn ?? ''), mac('card', number, expiresOn))
  return same && number !== ''
}

/**
 * What a flow that ends is counted against, right or wrong. A number that guesses is stopped before it can use up the
 * attempts about a person, so one telephone alone shuts nobody out.
 */
export function endingAllowances(
  { attempts }: FlowConfig,
  about: { owner: string; mobile: string; network: string },
): Allowance[] {
  const { owner, mobile, network } = about
  return [
    { kind: 'public-flow/person-and-mobile', value: `${owner} ${mobile}`, ...attempts.personAndMobile },
    { kind: 'public-flow/person', value: owner, ...attempts.person },
    { kind: 'public-flow/mobile', value: mobile, ...attempts.mobile },
    { kind: 'public-flow/network', value: network, ...attempts.network },
  ]
}
