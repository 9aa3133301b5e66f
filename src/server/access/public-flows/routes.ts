// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { macOf, pause } from '../codes/index.ts'
import { readFlowConfig } from './config.ts'
import { endFlow, getPurpose, startFlow, type Flows } from './flows.ts'

const closed = { additionalProperties: false } as const
const fiscalCode = Type.String({ minLength: 1, maxLength: 40, description: 'Fiscal, provisional, STP or ENI code' })

const PublicPurpose = Type.Object(
  {
    code: Type.String(),
    title: Type.String({ description: 'In the language of the request' }),
    until: Type.String({ format: 'date-time', description: 'From then on it is closed' }),
    card: Type.Enum(['full', 'last-6'], { description: 'What is to be typed of the number of the health card' }),
    cardExpiry: Type.Boolean({ description: 'Whether the expiry date of the health card is to be typed too' }),
  },
  { title: 'PublicPurpose' },
)

const NewPublicFlow = Type.Object(
  {
    purpose: Type.String({ minLength: 1, maxLength: 60, description: 'Code of what is open, e.g. a campaign' }),
    fiscalCode,
    card: Type.String({ minLength: 1, maxLength: 40, description: 'Number of the health card (TEAM, field 8)' }),
    cardExpiry: Type.Optional(
      Type.String({
        format: 'date',
        description: 'Day on which the card expires (TEAM, field 9), where it is asked for',
      }),
    ),
    mobile: Type.String({ minLength: 1, maxLength: 30, description: 'Italian mobile number; the code is sent there' }),
  },
  { title: 'NewPublicFlow', ...closed },
)

const PublicFlow = Type.Object(
  { flowId: Type.String({ format: 'uuid' }), resendAfterSeconds: Type.Integer() },
  { title: 'PublicFlow' },
)

const PublicFlowCode = Type.Object(
  { fiscalCode, code: Type.String({ pattern: '^[0-9 ]{6,12}$' }) },
  { title: 'PublicFlowCode', ...closed },
)

const PublicFlowGrant = Type.Object(
  {
    token: Type.String({ description: 'For one person and one purpose; keep it in memory only' }),
    purpose: Type.String(),
    expiresAt: Type.String({ format: 'date-time' }),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Local path of the page that goes on with the grant; null when the flow ends here',
    }),
  },
  { title: 'PublicFlowGrant' },
)

export function routes(app: App, platform: Platform): void {
  const config = readFlowConfig(platform.config)
  const rateLimit = perMinute(platform.config, 'PUBLIC_FLOWS_PER_MINUTE', 120)
  const flows = async (): Promise<Flows> => ({ platform, config, mac: await macOf(platform.config) })

  app.get(
    '/api/v1/public-flows/purposes/:code',
    {
      config: { rateLimit },
      schema: {
        operationId: 'getPublicPurpose',
        tags: ['access'],
        summary: 'What a public flow is for, while it is open',
        params: Type.Object({ code: Type.String({ description: 'E.g. of a campaign' }) }),
        response: { 200: PublicPurpose, '4xx': Problem },
      },
    },
    async ({ actor, params }) => {
      const { until, ...purpose } = await getPurpose({ platform, config }, actor, params.code)
      return { ...purpose, until: until.toISOString() }
    },
  )

  app.post(
    '/api/v1/public-flows',
    {
      config: { rateLimit },
      schema: {
        operationId: 'startPublicFlow',
        tags: ['access'],
        summary: 'Begin with fiscal code, health card and mobile number',
        description:
          'The answer is the same whether or not there is such a person and the card is hers: a code is sent in any case. No proof of identity, never a way to clinical data.',
        body: NewPublicFlow,
        response: { 202: PublicFlow, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const started = await startFlow(await flows(), actor, body)
      return reply.code(202).send({ ...started, resendAfterSeconds: pause })
    },
  )

  app.post(
    '/api/v1/public-flows/:id/code',
    {
      config: { rateLimit },
      schema: {
        operationId: 'endPublicFlow',
        tags: ['access'],
        summary: 'Show the code that arrived, and get a grant for the purpose',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        body: PublicFlowCode,
        response: { 200: PublicFlowGrant, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      const { expiresAt, ...granted } = await endFlow(await flows(), actor, { id: params.id, ...body })
      return { ...granted, expiresAt: expiresAt.toISOString() }
    },
  )
}
