// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { timingSafeEqual } from 'node:crypto'
import { romeStamp } from './stamps.ts'

/** A provider that the SAC knows: its codes, and what its operator logs in with. All of it is invented. */
export interface Dispenser {
  name: string
  user: string
  password: string
  pin: string
  region: string
  asl: string
  ssa: string
}

/** Two booking centres, so that they can race for one prescription. */
export const dispensers: readonly Dispenser[] = [
  {
    name: 'CUP regionale',
    user: 'CUPREGIONE',
    password: 'Sandbox-CUP-1',
    pin: '1234567890',
    region: '150',
    asl: '204',
    ssa: '000001',
  },
  {
    name: 'CUP di un altro centro',
    user: 'CUPALTRO',
    password: 'Sandbox-CUP-2',
    pin: '0987654321',
    region: '150',
    asl: '201',
    ssa: '000777',
  },
]

/** Regions and autonomous provinces that may send requests: every one of Italy. */
export const regionCodes: ReadonlySet<string> = new Set([
  '010',
  '020',
  '030',
  '041',
  '042',
  '050',
  '060',
  '070',
  '080',
  '090',
  '100',
  '110',
  '120',
  '130',
  '140',
  '150',
  '160',
  '170',
  '180',
  '190',
  '200',
])

/** The holder of locks, as the prescription remembers it. */
export const holderOf = ({ region, asl, ssa }: Pick<Dispenser, 'region' | 'asl' | 'ssa'>): string =>
  `${region}.${asl}.${ssa}`

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The dispenser behind forced Basic authentication (RFC 7617), or undefined. */
export function basicDispenser(header: string | undefined): Dispenser | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '')
  if (!match) return undefined
  const [user = '', ...rest] = Buffer.from(match[1]!, 'base64').toString('utf8').split(':')
  return dispensers.find((one) => same(one.user, user) && same(one.password, rest.join(':')))
}

/**
 * True when the second factor holds: the wildcard of the test environment, USER-YYYY-MM-CONTESTO[-APPLICAZIONE], for this
 * month and for the electronic prescription as dispenser (MEF decree of 27 February 2025).
 */
export function secondFactorHolds(header: string | undefined, dispenser: Dispenser, now: Date): boolean {
  const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1]
  if (!token) return false
  const wildcard = `${dispenser.user}-${romeStamp(now).slice(0, 7)}-RICETTA-DEM`
  return same(token, wildcard) || same(token, `${wildcard}-EROGATORE`)
}
