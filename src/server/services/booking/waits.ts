// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { romeDay } from '../../platform/time.ts'
import { classMaximum, getServices, guaranteeArea } from '../../registry/catalogues/index.ts'
import { findHome, type Home } from '../../registry/people/index.ts'
import { lastInstant, type Maximum, type Priority } from './rules.ts'

/** What the waits of a prescription depend on. */
export interface Waiting {
  patientId: string
  priority: Priority | null
  firstContactAt: Date
}

/** The longest wait the class promises for these services, by the rules of the first contact: the shortest of their maxima. */
async function maximumFor(tx: Tx, waiting: Waiting, serviceIds: readonly string[]): Promise<Maximum> {
  const day = romeDay(waiting.firstContactAt)
  const services = await getServices(tx, serviceIds, day)
  const maxima: Maximum[] = []
  for (const kind of new Set(services.map((service) => service.kind))) {
    const { days, hours } = await classMaximum(tx, kind, waiting.priority ?? 'P', day)
    maxima.push(hours === null ? { amount: days, unit: 'days' } : { amount: hours, unit: 'hours' })
  }
  const inHours = ({ amount, unit }: Maximum) => (unit === 'hours' ? amount : amount * 24)
  return maxima.toSorted((a, b) => inHours(a) - inHours(b))[0] ?? { amount: 120, unit: 'days' }
}

/** The same in whole days, for people. */
export async function maximumDays(tx: Tx, waiting: Waiting, serviceIds: readonly string[]): Promise<number> {
  const { amount, unit } = await maximumFor(tx, waiting, serviceIds)
  return unit === 'hours' ? Math.ceil(amount / 24) : amount
}

export interface Guarantee {
  deadline: Date
  maxDays: number
  home: Home
  /** Health authorities inside the guarantee area; empty when none is known for the person. */
  aslIds: string[]
}

/** Until when and where the maximum wait must be kept for this person and these services. */
export async function guaranteeOf(tx: Tx, waiting: Waiting, serviceIds: readonly string[]): Promise<Guarantee> {
  const day = romeDay(waiting.firstContactAt)
  const [maximum, home, [service]] = await Promise.all([
    maximumFor(tx, waiting, serviceIds),
    findHome(tx, waiting.patientId, day),
    getServices(tx, serviceIds.slice(0, 1), day),
  ])
  const aslIds = await guaranteeArea(
    tx,
    { residenceAslId: home.aslId, priority: waiting.priority ?? 'P', discipline: service?.discipline ?? '00' },
    day,
  )
  const { amount, unit } = maximum
  return {
    deadline: lastInstant(waiting.firstContactAt, maximum),
    maxDays: unit === 'hours' ? Math.ceil(amount / 24) : amount,
    home,
    aslIds,
  }
}
