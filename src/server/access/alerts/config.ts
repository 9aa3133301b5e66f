// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import { roleCodes } from '../../platform/policy.ts'
import type { Day } from '../../platform/time.ts'
import { alertKinds } from './schema.ts'

const Rule = Type.Object(
  {
    kind: Type.Enum([...alertKinds]),
    from: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
    to: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: 'First day on which it no longer holds' }),
    ),
    roles: Type.Optional(
      Type.Array(Type.Enum([...roleCodes]), { description: 'Roles it is about; all when not given' }),
    ),
    most: Type.Integer({ minimum: 0, description: 'More than this opens an alert: people, refusals or accesses' }),
    minutes: Type.Integer({ minimum: 10, maximum: 1440, description: 'Stretch in which they are counted' }),
    fromHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23, description: 'Night begins, in Italy' })),
    toHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23, description: 'Night ends, in Italy' })),
    act: Type.String({ minLength: 1 }),
    verified: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type AlertRule = Static<typeof Rule>

const Settings = Type.Object(
  {
    tell: Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$', description: 'Address of the privacy office' }),
    rules: Type.Array(Rule),
  },
  { additionalProperties: false },
)

export interface AlertsConfig {
  /** Address of the privacy office of the region. */
  tell: string
  rules: readonly AlertRule[]
}

/**
 * Reads `access-alerts.json` of the region.
 *
 * @throws BadSetting with what to write
 */
export function readAlertsConfig({ regionFolder }: Config): AlertsConfig {
  const file = resolve(regionFolder, 'access-alerts.json')
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(Settings, found)) {
    const [first] = Value.Errors(Settings, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  for (const { kind, fromHour, toHour } of found.rules)
    if (kind === 'at-night' && (fromHour === undefined || toHour === undefined))
      throw new BadSetting(`${file}: a rule "at-night" says fromHour and toHour.`)
  return found
}

/** The rules in force on a day. */
export function rulesOn(rules: readonly AlertRule[], day: Day): AlertRule[] {
  return rules.filter(({ from, to }) => from <= day && (to === undefined || day < to))
}
