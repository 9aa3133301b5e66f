// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { BadSetting, type Config } from '../../platform/config.ts'
import { levels, type Field } from './compare.ts'

const probability = Type.Number({ exclusiveMinimum: 0, maximum: 1 })
const Odds = Type.Object(
  { m: probability, u: probability, frequency: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
export type Odds = Static<typeof Odds>

const fieldsOf = Object.fromEntries(
  Object.entries(levels).map(([field, of]) => [
    field,
    Type.Object(Object.fromEntries(of.map((level) => [level, Odds])), { additionalProperties: false }),
  ]),
)
const Settings = Type.Object(
  {
    source: Type.String({ minLength: 1 }),
    verified: Type.Boolean(),
    thresholds: Type.Object(
      { match: Type.Number(), review: Type.Number(), margin: Type.Number({ minimum: 0 }) },
      { additionalProperties: false },
    ),
    fields: Type.Object(fieldsOf, { additionalProperties: false }),
  },
  { additionalProperties: false },
)

/** How much each agreement weighs, and from where on a record counts as somebody's. */
export interface LinkageSettings {
  thresholds: { match: number; review: number; margin: number }
  fields: { [F in Field]: Readonly<Record<string, Odds>> }
}

/** Reads `linkage.yaml` of the region. @throws BadSetting */
export function readLinkage(config: Pick<Config, 'regionFolder'>): LinkageSettings {
  const file = resolve(config.regionFolder, 'linkage.yaml')
  const found: unknown = parse(readFileSync(file, 'utf8'))
  if (!Value.Check(Settings, found)) {
    const [first] = Value.Errors(Settings, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  if (found.thresholds.review > found.thresholds.match) throw new BadSetting(`${file}: review is above match.`)
  for (const [field, of] of Object.entries(found.fields)) {
    const sum = Object.values(of).reduce((total, { m }) => total + m, 0)
    if (Math.abs(sum - 1) > 0.001) throw new BadSetting(`${file}: m of ${field} makes ${sum.toFixed(4)}, not 1.`)
  }
  return found as unknown as LinkageSettings // the schema has exactly its fields and levels
}
