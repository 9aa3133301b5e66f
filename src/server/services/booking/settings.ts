// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { tables, type Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'
import type { Day } from '../../platform/time.ts'

const Rhythm = Type.Object({
  most: Type.Integer({ minimum: 1 }),
  least: Type.Integer({ minimum: 1 }),
  spareDays: Type.Integer({ minimum: 0 }),
  daysApart: Type.Integer({ minimum: 0 }),
  nearMinutes: Type.Integer({ minimum: 0 }),
})

const shapes = {
  cancellation: Type.Object({
    workingDays: Type.Integer({ minimum: 0 }),
    mode: Type.Union([Type.Literal('by-day'), Type.Literal('full-days')]),
  }),
  hold: Type.Object({ citizenMinutes: Type.Integer({ minimum: 1 }), extensions: Type.Integer({ minimum: 0 }) }),
  reminders: Type.Object({
    daysBefore: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
    firstOnlyIfBookedDaysAhead: Type.Integer(),
    hour: Type.String({ pattern: '^[0-2][0-9]:[0-5][0-9]$' }),
  }),
  verification: Type.Object({ hours: Type.Integer({ minimum: 1 }) }),
  payment: Type.Object({ dueDaysBefore: Type.Integer({ minimum: 0 }) }),
  sessions: Type.Object({
    cycle: Rhythm,
    quantity: Rhythm,
    longestCycle: Type.Integer({ minimum: 1, maximum: 20 }),
    largestQuantity: Type.Integer({ minimum: 1, maximum: 20 }),
  }),
  'waiting-list': Type.Object({
    answerHours: Type.Integer({ minimum: 1 }),
    candidates: Type.Integer({ minimum: 1 }),
    owner: Type.String(),
    phone: Type.String(),
  }),
} as const satisfies Record<string, TSchema>

export type Settings = { [K in keyof typeof shapes]: Static<(typeof shapes)[K]> }

const valueOn = remembered(async (tx: Tx, key: keyof Settings, day: Day): Promise<unknown> => {
  const { value } = await tables<'booking'>(tx)
    .selectFrom('booking.rule')
    .select('value')
    .where('key', '=', key)
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirstOrThrow()
  return Value.Parse(shapes[key], value)
})

/** The rule of this kind in force on a day. Rules are rows with their source (booking.rule). */
export async function ruleOn<K extends keyof Settings>(tx: Tx, key: K, day: Day): Promise<Settings[K]> {
  return (await valueOn(tx, key, day)) as Settings[K] // parsed with this key's shape
}
