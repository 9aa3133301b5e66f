// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'

const closed = { additionalProperties: false } as const
const limit = Type.Object({ most: Type.Integer({ minimum: 1 }), seconds: Type.Integer({ minimum: 60 }) }, closed)

const FlowConfig = Type.Object(
  {
    card: Type.Union([Type.Literal('full'), Type.Literal('last-6')], {
      description: 'What must be typed of the number of the health card',
    }),
    askExpiryFrom: Type.Union([Type.Null(), Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })], {
      description: 'From this day on the expiry date of the card is asked for too; null: never',
    }),
    grantMinutes: Type.Integer({ minimum: 1, maximum: 60 }),
    answerAfterMs: Type.Integer({
      minimum: 0,
      maximum: 2000,
      description: 'No answer to a start leaves earlier, so that what little differs inside does not show',
    }),
    attempts: Type.Object({ personAndMobile: limit, person: limit, mobile: limit, network: limit }, closed),
  },
  closed,
)
export type FlowConfig = Static<typeof FlowConfig>

/**
 * Reads `public-flows.json` of the region.
 *
 * @throws BadSetting with what is wrong
 */
export function readFlowConfig({ regionFolder }: Pick<Config, 'regionFolder'>): FlowConfig {
  const file = resolve(regionFolder, 'public-flows.json')
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (Value.Check(FlowConfig, found)) return found
  const [first] = Value.Errors(FlowConfig, found)
  throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
}
