// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { makeAdhesion, withdrawAdhesion } from './area.ts'
import { adhereWithCard, standing, withdrawWithCard } from './card.ts'
import { listAdhesions, openCampaigns } from './look.ts'
import { campaignCounts, countsTable } from './office.ts'
import {
  Adhesions,
  AdhesionView,
  CampaignCounts,
  Campaigns,
  CardAdhesion,
  CardWish,
  Id,
  NewAdhesion,
} from './schema.ts'

const tags = ['vaccination']

export function routes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/vaccination/campaigns',
    {
      config: { rateLimit: perMinute(platform.config, 'PUBLIC_REQUESTS_PER_MINUTE', 300) },
      schema: {
        operationId: 'listCampaigns',
        tags,
        summary: 'Vaccination campaigns to which one can adhere today',
        response: { 200: Campaigns, '4xx': Problem },
      },
    },
    async ({ actor }) => ({ campaigns: await openCampaigns(platform, actor) }),
  )
  cardRoutes(app, platform)
  areaRoutes(app, platform)
  officeRoutes(app, platform)
}

/** For who shows the grant of a public flow. The token goes in the body: addresses are kept in logs. */
function cardRoutes(app: App, platform: Platform): void {
  const config = { rateLimit: perMinute(platform.config, 'PUBLIC_FLOWS_PER_MINUTE', 120) }
  app.post(
    '/api/v1/vaccination/card-adhesions/check',
    {
      config,
      schema: {
        operationId: 'checkCardAdhesion',
        tags,
        summary: 'How the person of a public flow stands to the campaign it was for',
        body: CardWish,
        response: { 200: CardAdhesion, '4xx': Problem },
      },
    },
    ({ actor, body }) => standing(platform, actor, body),
  )
  app.post(
    '/api/v1/vaccination/card-adhesions',
    {
      config,
      schema: {
        operationId: 'makeCardAdhesion',
        tags,
        summary: 'Adhere with the health card; a second time changes nothing',
        body: CardWish,
        response: { 200: CardAdhesion, 201: CardAdhesion, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const { made, adhesion } = await adhereWithCard(platform, actor, body)
      return reply.code(made ? 201 : 200).send(adhesion)
    },
  )
  app.post(
    '/api/v1/vaccination/card-adhesions/withdraw',
    {
      config,
      schema: {
        operationId: 'withdrawCardAdhesion',
        tags,
        summary: 'Withdraw with the health card; a second time changes nothing',
        body: CardWish,
        response: { 200: CardAdhesion, '4xx': Problem },
      },
    },
    ({ actor, body }) => withdrawWithCard(platform, actor, body),
  )
}

/** For who is signed in, for herself and those she acts for. */
function areaRoutes(app: App, platform: Platform): void {
  const config = { rateLimit: perMinute(platform.config, 'ADHESIONS_PER_MINUTE', 30) }
  app.get(
    '/api/v1/vaccination/adhesions',
    {
      schema: {
        operationId: 'listAdhesions',
        tags,
        summary: 'Open campaigns and adhesions of everybody one may act for',
        response: { 200: Adhesions, '4xx': Problem },
      },
    },
    ({ actor }) => listAdhesions(platform, actor),
  )
  app.post(
    '/api/v1/vaccination/adhesions',
    {
      config,
      schema: {
        operationId: 'makeAdhesion',
        tags,
        summary: 'Adhere to a campaign',
        headers: Type.Object({ 'idempotency-key': Id }),
        body: NewAdhesion,
        response: { 201: AdhesionView, '4xx': Problem },
      },
    },
    async ({ actor, headers, body }, reply) =>
      reply.code(201).send(await makeAdhesion(platform, actor, headers['idempotency-key'], body)),
  )
  app.post(
    '/api/v1/vaccination/adhesions/:id/withdraw',
    {
      config,
      schema: {
        operationId: 'withdrawAdhesion',
        tags,
        summary: 'Withdraw an adhesion',
        params: Type.Object({ id: Id }),
        response: { 200: AdhesionView, '4xx': Problem },
      },
    },
    ({ actor, params }) => withdrawAdhesion(platform, actor, params.id),
  )
}

/** For the office that prepares a campaign. */
function officeRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/campaigns',
    {
      schema: {
        operationId: 'listCampaignCounts',
        tags,
        summary: 'How many adhered to each campaign, by the authorities of the officer',
        response: { 200: CampaignCounts, '4xx': Problem },
      },
    },
    ({ actor }) => campaignCounts(platform, actor),
  )
  app.get(
    '/api/v1/office/campaigns.csv',
    {
      schema: {
        operationId: 'exportCampaignCounts',
        tags,
        summary: 'The same as a table (CSV)',
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="adesioni.csv"')
        .send(countsTable(await campaignCounts(platform, actor), actor.language)),
  )
}
