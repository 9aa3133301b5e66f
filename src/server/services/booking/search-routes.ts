// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { mustActFor } from '../../platform/actor.ts'
import { audit } from '../../access/audit/index.ts'
import { withActor } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import { romeDay } from '../../platform/time.ts'
import type { Platform } from '../../platform/room.ts'
import { searchOffers as searchPublicOffers } from '../../engines/scheduling/index.ts'
import { searchOffers, servicesFor } from './offers.ts'
import { getPrescription, listPrescriptions, lookUp, mustBeInTime, viewPrescription } from './prescriptions.ts'
import { rankOf } from './rules.ts'
import { Id, LookUp, OfferPage, OfferWishes, Prescription, Priority } from './schema.ts'
import { trace } from './trace.ts'

const ById = Type.Object({ id: Id })

const PublicOffer = Type.Object(
  {
    scheduleId: Id,
    slotId: Id,
    startsAt: Type.String({ format: 'date-time' }),
    endsAt: Type.String({ format: 'date-time' }),
    locationId: Id,
    place: Type.String(),
    address: Type.String(),
    municipality: Type.String(),
    organisationId: Id,
    organisation: Type.String(),
    distanceKm: Type.Union([Type.Number(), Type.Null()]),
  },
  { title: 'PublicOffer' },
)

/** From a prescription to the places that could serve it. */
export function searchRoutes(app: App, platform: Platform): void {
  const { db, searches } = platform

  app.post(
    '/api/v1/prescription-lookups',
    {
      config: { rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        operationId: 'lookUpPrescription',
        tags: ['booking'],
        summary: 'Ask the national system for an e-prescription',
        body: LookUp,
        response: { 200: Prescription, '4xx': Problem, '5xx': Problem },
      },
    },
    async ({ actor, body }) => {
      const id = await lookUp(platform, actor, body)
      return withActor(db, actor, (tx) => viewPrescription(tx, id, actor.language))
    },
  )

  app.get(
    '/api/v1/prescriptions',
    {
      schema: {
        operationId: 'listPrescriptions',
        tags: ['booking'],
        summary: 'Prescriptions already looked up for a person',
        querystring: Type.Object({ patientId: Id }),
        response: { 200: Type.Array(Prescription), '4xx': Problem },
      },
    },
    async ({ actor, query }) => {
      mustActFor(actor, query.patientId)
      return withActor(db, actor, async (tx) => {
        await audit(tx, actor, {
          action: 'SEARCH',
          patientId: query.patientId,
          object: 'prescription',
          purpose: 'booking',
        })
        return listPrescriptions(tx, query.patientId, actor.language)
      })
    },
  )

  app.get(
    '/api/v1/prescriptions/:id',
    {
      schema: {
        operationId: 'getPrescription',
        tags: ['booking'],
        summary: 'One prescription',
        params: ById,
        response: { 200: Prescription, '4xx': Problem },
      },
    },
    async ({ actor, params }) =>
      withActor(db, actor, async (tx) => {
        const view = await viewPrescription(tx, params.id, actor.language)
        await trace(tx, actor, 'READ', 'prescription', view)
        return view
      }),
  )

  app.get(
    '/api/v1/prescriptions/:id/offers',
    {
      schema: {
        operationId: 'searchOffers',
        tags: ['booking'],
        summary: 'Free places for all lines of a prescription together',
        params: ById,
        querystring: Type.Object({
          ...OfferWishes.properties,
          services: Type.Optional(
            Type.String({
              maxLength: 400,
              pattern: '^[1-8]:[0-9a-f-]{36}(,[1-8]:[0-9a-f-]{36})*$',
              description: 'Chosen service of lines that may stand for several, as line:serviceId',
            }),
          ),
        }),
        response: { 200: OfferPage, '4xx': Problem },
      },
    },
    async ({ actor, params, query: { services, ...wishes } }) =>
      withActor(db, actor, async (tx) => {
        const prescription = await getPrescription(tx, params.id)
        await trace(tx, actor, 'READ', 'prescription', { id: params.id, patientId: prescription.patientId })
        const chosen = new Map(
          (services ?? '')
            .split(',')
            .filter(Boolean)
            .map((pair) => [Number(pair[0]), pair.slice(2)]),
        )
        mustBeInTime(prescription, romeDay(platform.now()))
        const serviceIds = servicesFor(prescription, chosen)
        return searchOffers(tx, { platform, prescription, serviceIds, wishes, language: actor.language })
      }),
  )

  app.get(
    '/api/v1/offers',
    {
      config: {
        rateLimit: perMinute(platform.config, 'PUBLIC_REQUESTS_PER_MINUTE', 300),
      },
      schema: {
        operationId: 'listPublicOffers',
        tags: ['booking'],
        summary: 'Public availability of a service: no personal data',
        querystring: Type.Object({
          serviceId: Id,
          priority: Type.Optional(Priority),
          aslId: Type.Optional(Id),
          from: Type.Optional(Type.String({ format: 'date-time' })),
          cursor: Type.Optional(Type.String({ maxLength: 120 })),
        }),
        response: {
          200: Type.Object(
            { offers: Type.Array(PublicOffer), nextCursor: Type.Union([Type.String(), Type.Null()]) },
            { title: 'PublicOffers' },
          ),
          '4xx': Problem,
        },
      },
    },
    async ({ query }) =>
      searchPublicOffers(searches, {
        serviceId: query.serviceId,
        rank: rankOf[query.priority ?? 'P'],
        now: platform.now(),
        ...(query.aslId && { aslIds: [query.aslId] }),
        ...(query.from && { from: new Date(query.from) }),
        ...(query.cursor && { cursor: query.cursor }),
      }),
  )
}
