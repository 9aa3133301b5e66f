// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { ageOn, type Day } from '../../platform/time.ts'

const closed = { additionalProperties: false } as const
const Text = Type.Object({ it: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed)
const Years = Type.Integer({ minimum: 0, maximum: 120 })
const Year = Type.Integer({ minimum: 1900, maximum: 2100 })

/** Who is invited to a campaign: everything it names must fit. */
export const Cohort = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    name: Text,
    ages: Type.Optional(
      Type.Object(
        {
          fromMonths: Type.Optional(Type.Integer({ minimum: 0, maximum: 1440 })),
          from: Type.Optional(Years),
          to: Type.Optional(Years),
          on: Type.Optional(Type.String({ format: 'date' })),
        },
        closed,
      ),
    ),
    born: Type.Optional(Type.Object({ from: Type.Optional(Year), to: Type.Optional(Year) }, closed)),
    exemptions: Type.Optional(Type.Array(Type.String({ minLength: 2 }), { minItems: 1 })),
  },
  closed,
)
export type Cohort = Static<typeof Cohort>

/** What a person is measured by. `exemptions` null: her health must not be looked at. */
export interface Facts {
  birthDate: Day
  exemptions: readonly string[] | null
}

/** Whole months from birth to a day: the same day of the month counts. */
function monthsOn(birth: Day, day: Day): number {
  const months = (one: Day) => Number(one.slice(0, 4)) * 12 + Number(one.slice(5, 7))
  return months(day) - months(birth) - (day.slice(8) < birth.slice(8) ? 1 : 0)
}

const within = (value: number, from = 0, to = Number.POSITIVE_INFINITY): boolean => value >= from && value <= to

function fits({ ages, born, exemptions }: Cohort, person: Facts, today: Day): boolean {
  const day = ages?.on ?? today
  if (ages && !within(ageOn(person.birthDate, day), ages.from, ages.to)) return false
  if (ages?.fromMonths !== undefined && monthsOn(person.birthDate, day) < ages.fromMonths) return false
  if (born && !within(Number(person.birthDate.slice(0, 4)), born.from, born.to)) return false
  return !exemptions || exemptions.some((code) => person.exemptions?.includes(code))
}

/**
 * Why a person is invited on a day; undefined when she is not. A cohort that says nothing of her health goes first, so that
 * nothing more is noted of her than needed.
 */
export function cohortOf(cohorts: readonly Cohort[], person: Facts, today: Day): Cohort | undefined {
  const ofAge = cohorts.filter(({ exemptions }) => !exemptions)
  const ofHealth = cohorts.filter(({ exemptions }) => exemptions)
  return [...ofAge, ...ofHealth].find((one) => fits(one, person, today))
}
