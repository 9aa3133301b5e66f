// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { searchOffers, occupancy } from '../../engines/scheduling/index.ts'
import { Refusal } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, daysBetween, romeDay } from '../../platform/time.ts'
import { demanding, usageOf } from '../../access/partners/index.ts'
import { listServices } from '../../registry/catalogues/index.ts'
import { listPlaces } from '../../registry/places/index.ts'

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Maybe = Type.Union([Type.String(), Type.Null()])
const Cursor = Type.Optional(Type.String({ maxLength: 400, description: 'nextCursor of the page before' }))
const page = { cursor: Cursor, limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }) }

const Service = Type.Object(
  {
    id: Id,
    code: Type.String({ description: 'Code in the regional catalogue' }),
    description: Type.Object({ it: Type.String(), en: Type.String() }),
    kind: Type.String({ description: 'V visit, D diagnostics, L laboratory, R rehabilitation, T therapy' }),
    firstAccess: Type.Union([Type.Boolean(), Type.Null()]),
    minutes: Type.Integer(),
  },
  { title: 'PartnerService' },
)
const Place = Type.Object(
  {
    id: Id,
    name: Type.String(),
    address: Type.String(),
    postcode: Maybe,
    municipality: Type.String(),
    istatCode: Type.String(),
    latitude: Type.Number(),
    longitude: Type.Number(),
    telephone: Maybe,
    stepFree: Type.Boolean(),
    aslId: Id,
    organisation: Type.Object({ id: Id, name: Type.String() }),
  },
  { title: 'PartnerPlace' },
)
const Slot = Type.Object(
  {
    slotId: Id,
    startsAt: Type.String({ format: 'date-time' }),
    endsAt: Type.String({ format: 'date-time' }),
    locationId: Id,
    place: Type.String(),
    municipality: Type.String(),
    organisationId: Id,
    organisation: Type.String(),
  },
  { title: 'PartnerSlot' },
)
const OccupancySearch = Type.Object(
  {
    organisationId: Id,
    serviceId: Type.Optional(Id),
    from: Day,
    to: Type.String({ format: 'date', description: 'Included; at most 31 days in all' }),
  },
  { title: 'OccupancySearch', additionalProperties: false },
)
const Used = Type.Object({ limit: Type.Integer(), used: Type.Integer() })
const Usage = Type.Object(
  {
    clientId: Id,
    scopes: Type.Array(Type.String()),
    minute: Used,
    day: Used,
    days: Type.Array(
      Type.Object({ day: Day, calls: Type.Integer(), refused: Type.Integer(), failed: Type.Integer() }),
      { description: 'The last thirty days' },
    ),
  },
  { title: 'PartnerUsage' },
)

const tags = ['partner']
const wrongPeriod = new Refusal(
  'partners/period',
  400,
  { it: 'Il periodo non è valido.', en: 'The period is not valid.' },
  {
    field: 'to',
    next: { it: 'Chiedi da 1 a 31 giorni, in ordine.', en: 'Ask for 1 to 31 days, in order.' },
  },
)
const wrongCursor = new Refusal(
  'partners/cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Ricomincia dalla prima pagina.', en: 'Start again from the first page.' } },
)

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The texts in a cursor that `encode` made of `count` of them. */
function decode(cursor: string | undefined, count: number): string[] | undefined {
  if (cursor === undefined) return undefined
  let found: unknown
  try {
    found = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw wrongCursor
  }
  if (!Array.isArray(found) || found.length !== count || !found.every((text) => typeof text === 'string'))
    throw wrongCursor
  return found
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function routes(app: App, platform: Platform): void {
  const { db, searches, now } = platform

  app.get(
    '/api/partner/v1/services',
    {
      schema: {
        operationId: 'listPartnerServices',
        tags,
        summary: 'The whole catalogue of bookable services, by code',
        querystring: Type.Object(page),
        response: {
          200: Type.Object({ services: Type.Array(Service), nextCursor: Maybe }, { title: 'PartnerServices' }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const [after = ''] = decode(cursor, 1) ?? []
      const found = await db.transaction().execute((tx) => listServices(tx, romeDay(now()), after, limit))
      return {
        services: found.map(({ id, code, descriptionIt, descriptionEn, kind, firstAccess, durationMinutes }) => ({
          id,
          code,
          description: { it: descriptionIt, en: descriptionEn },
          kind,
          firstAccess,
          minutes: durationMinutes,
        })),
        nextCursor: found.length === limit ? encode([found.at(-1)!.code]) : null,
      }
    },
  )

  app.get(
    '/api/partner/v1/places',
    {
      schema: {
        operationId: 'listPartnerPlaces',
        tags,
        summary: 'Every place where people are received, by name',
        querystring: Type.Object(page),
        response: {
          200: Type.Object({ places: Type.Array(Place), nextCursor: Maybe }, { title: 'PartnerPlaces' }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const [name = '', id = ''] = decode(cursor, 2) ?? []
      if (cursor !== undefined && !uuid.test(id)) throw wrongCursor
      const after = cursor === undefined ? undefined : { name, id }
      const places = await db.transaction().execute((tx) => listPlaces(tx, { after }, romeDay(now()), limit))
      const last = places.at(-1)
      return { places, nextCursor: last && places.length === limit ? encode([last.name, last.id]) : null }
    },
  )

  app.get(
    '/api/partner/v1/availability',
    {
      schema: {
        operationId: 'listPartnerAvailability',
        tags,
        summary: 'Free places of a service in public agendas, earliest first',
        querystring: Type.Object({
          serviceId: Id,
          aslId: Type.Optional(Id),
          locationId: Type.Optional(Id),
          from: Type.Optional(Type.String({ format: 'date-time' })),
          to: Type.Optional(Type.String({ format: 'date-time' })),
          cursor: Type.Optional(Type.String({ maxLength: 120 })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
        response: {
          200: Type.Object({ slots: Type.Array(Slot), nextCursor: Maybe }, { title: 'PartnerAvailability' }),
          '4xx': Problem,
        },
      },
    },
    async ({ query: { aslId, from, to, cursor, ...query } }) => {
      const { offers, nextCursor } = await searchOffers(searches, {
        serviceId: query.serviceId,
        rank: planned,
        now: now(),
        limit: query.limit,
        ...(query.locationId && { locationId: query.locationId }),
        ...(aslId && { aslIds: [aslId] }),
        ...(from && { from: new Date(from) }),
        ...(to && { to: new Date(to) }),
        ...(cursor && { cursor }),
      })
      return { slots: offers, nextCursor }
    },
  )

  app.post(
    '/api/partner/v1/occupancy-searches',
    {
      ...demanding(platform),
      schema: {
        operationId: 'searchOccupancy',
        tags,
        summary: 'How full the agendas of an organisation are, by place and day',
        body: OccupancySearch,
        response: {
          200: Type.Object(
            {
              days: Type.Array(Type.Object({ locationId: Id, day: Day, seats: Type.Integer(), free: Type.Integer() })),
            },
            { title: 'Occupancy' },
          ),
          '4xx': Problem,
        },
      },
    },
    async ({ body }) => {
      const length = daysBetween(body.from, body.to)
      if (!(length >= 0 && length <= 30) || addDays(body.from, 0) !== body.from) throw wrongPeriod
      return { days: await db.transaction().execute((tx) => occupancy(tx, body)) }
    },
  )

  app.get(
    '/api/partner/v1/usage',
    {
      schema: {
        operationId: 'getPartnerUsage',
        tags,
        summary: 'What this client may do, and how much of its quota it has used',
        response: { 200: Usage, '4xx': Problem },
      },
    },
    async ({ actor }) => usageOf(platform, actor),
  )

  app.get(
    '/api/partner/v1/status',
    {
      schema: {
        operationId: 'getPartnerStatus',
        tags,
        summary: 'Whether the interface works (a problem document, as the national guidelines want)',
        response: { 200: Problem },
      },
    },
    async (req, reply) =>
      reply.type('application/problem+json').send({
        type: 'about:blank',
        title: 'OK',
        status: 200,
        code: 'partners/working',
        instance: `urn:uuid:${req.id}`,
      }),
  )
}

/** Rank of the least urgent class: what everybody may still take. */
const planned = 3
