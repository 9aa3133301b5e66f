// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import { addDays, daysBetween, romeDay, romeInstant, type Day } from '../../platform/time.ts'
import type { Relation } from '../../registry/directory/index.ts'

// How values of search parameters are written: FHIR R4, section 3.1.1.4.

/** Refuses a value of a parameter; what was sent is not repeated, it may name a person. */
export function wrongValue(name: string, it: string, en: string): Refusal {
  return new Refusal(
    'fhir/value',
    400,
    { it: `Il valore del parametro ${name} non è valido.`, en: `The value of the parameter ${name} is not valid.` },
    { field: name, next: { it, en } },
  )
}

/** The parts of a text between separators that are not escaped; escapes stay. */
function parts(text: string, separator: string): string[] {
  const found = ['']
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (character === separator) found.push('')
    else {
      found[found.length - 1] += character
      if (character === '\\' && at + 1 < text.length) found[found.length - 1] += text[++at]!
    }
  }
  return found
}

const plain = (text: string): string => text.replaceAll(/\\([\\,|$])/g, '$1')

/** Writes a value so that nothing of it separates. */
export const escaped = (text: string): string => text.replaceAll(/[\\,|$]/g, (character) => `\\${character}`)

/** The alternatives of a value, each still escaped. */
export const alternatives = (text: string): string[] => parts(text, ',')

/** What an alternative says. */
export const text = (alternative: string): string => plain(alternative)

/** A token: `code`, `system|code`, or `|code` for a code without system (`system` is empty then). */
export function token(name: string, alternative: string): { system: string | undefined; code: string } {
  const [first = '', ...rest] = parts(alternative, '|')
  const system = rest.length > 0 ? plain(first) : undefined
  const code = plain(rest.length > 0 ? rest.join('|') : first)
  if (code === '') throw wrongValue(name, 'Manca il codice.', 'The code is missing.')
  return { system, code }
}

const relations: readonly Relation[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'sa', 'eb', 'ap']
const dateForm =
  /^(?:(?<relation>[a-z]{2}))?(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:T(?<time>\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?)?)?$/

const nextMonth = (year: number, month: number): Day =>
  month === 12
    ? `${String(year + 1).padStart(4, '0')}-01-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}-01`

/**
 * The days that a date means by its precision, `to` excluded: 2026-03 is the whole month. A time is taken for its day in Italy, the
 * finest that the registry knows; without a zone it is Italian time. `ap` widens by a tenth of the distance from today.
 */
export function dates(name: string, alternative: string, today: Day): { relation: Relation; from: Day; to: Day } {
  const groups = dateForm.exec(plain(alternative))?.groups
  const refuse = () =>
    wrongValue(
      name,
      'Scrivi una data come 2026, 2026-03 o 2026-03-15.',
      'Write a date such as 2026, 2026-03 or 2026-03-15.',
    )
  if (!groups) throw refuse()
  const { relation = 'eq', year = '', month, day, time, zone } = groups
  if (!relations.includes(relation as Relation) || year === '0000') throw refuse()
  let from: Day = `${year}-${month ?? '01'}-${day ?? '01'}`
  if (Number.isNaN(Date.parse(`${from}T00:00:00Z`)) || addDays(from, 0) !== from) throw refuse()
  if (time !== undefined) {
    const instant = zone ? new Date(`${from}T${time}:00${zone}`) : romeInstant(from, time)
    if (Number.isNaN(instant.getTime())) throw refuse()
    from = romeDay(instant)
  }
  if (year === '9999') throw refuse()
  let to = day
    ? addDays(from, 1)
    : month
      ? nextMonth(Number(year), Number(month))
      : `${String(Number(year) + 1).padStart(4, '0')}-01-01`
  if (relation === 'ap') {
    const slack = Math.round(Math.abs(daysBetween(from, today)) / 10)
    from = addDays(from, -slack)
    to = addDays(to, slack)
  }
  return { relation: relation as Relation, from, to } // checked against the list
}

/** The id that a reference names: `id`, `Type/id`, or the absolute address on this server; undefined for anything else. */
export function reference(alternative: string, types: readonly string[], base: string): string | undefined {
  const given = plain(alternative)
  const relative = given.startsWith(`${base}/`) ? given.slice(base.length + 1) : given
  const [type, id, ...more] = relative.split('/')
  if (id === undefined) return given === relative ? type : undefined
  return more.length === 0 && types.includes(type!) ? id : undefined
}

/** Kilometres in the units that distances are given in. */
const kilometres: Readonly<Record<string, number>> = { km: 1, m: 0.001, '[mi_us]': 1.609344, '': 1 }

/** `latitude|longitude|distance|units`; 5 km when no distance is given, 500 at most. */
export function position(name: string, alternative: string): { latitude: number; longitude: number; km: number } {
  const [latitude = '', longitude = '', distance = '', unit = ''] = parts(alternative, '|').map(plain)
  const decimal = /^-?\d{1,3}(\.\d+)?$/
  const km = (distance === '' ? 5 : Number(distance)) * (kilometres[unit] ?? Number.NaN)
  const valid =
    decimal.test(latitude) &&
    decimal.test(longitude) &&
    Math.abs(Number(latitude)) <= 90 &&
    Math.abs(Number(longitude)) <= 180
  if (!valid || !(km > 0 && km <= 500))
    throw wrongValue(
      name,
      'Scrivi latitudine|longitudine|distanza|km, con una distanza fino a 500 km.',
      'Write latitude|longitude|distance|km, with a distance up to 500 km.',
    )
  return { latitude: Number(latitude), longitude: Number(longitude), km }
}
