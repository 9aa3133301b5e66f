// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { Refusal } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { listPlaces, type PlaceView } from './places.ts'
import { listMunicipalities } from './municipalities.ts'
import { MunicipalityList, PlaceList } from './schema.ts'

const badCursor = new Refusal(
  'registry/bad-cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Ricomincia dalla prima pagina.', en: 'Start again from the first page.' } },
)

const cursorOf = (place: PlaceView): string => Buffer.from(`${place.id}${place.name}`).toString('base64url')

/** A cursor is the id and the name of the last place shown. */
function readCursor(cursor: string): { id: string; name: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const id = text.slice(0, 36)
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) || text.includes('\u0000')) throw badCursor
  return { id, name: text.slice(36) }
}

const PageWish = Type.Object({
  organisationId: Type.Optional(Type.String({ format: 'uuid' })),
  municipality: Type.Optional(Type.String({ pattern: '^[0-9]{6}$', description: 'ISTAT code' })),
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
})
type PageWish = Static<typeof PageWish>

export function routes(app: App, { db, now }: Platform): void {
  app.get(
    '/api/v1/municipalities',
    {
      schema: {
        operationId: 'listMunicipalities',
        tags: ['registry'],
        summary: 'Municipalities of the region, by name: all of them, some hundreds',
        response: { 200: MunicipalityList, '4xx': Problem },
      },
    },
    async (_req, reply) => {
      void reply.header('cache-control', 'public, max-age=3600')
      const municipalities = await db.transaction().execute((tx) => listMunicipalities(tx))
      return { municipalities: municipalities.map(({ code, name, province }) => ({ code, name, province })) }
    },
  )

  app.get(
    '/api/v1/places',
    {
      schema: {
        operationId: 'listPlaces',
        tags: ['registry'],
        summary: 'Places where people are received, by name',
        querystring: PageWish,
        response: { 200: PlaceList, '4xx': Problem },
      },
    },
    (req) => page(req.query, req.actor.language),
  )

  async function page({ organisationId, municipality, cursor, limit }: PageWish, language: Language) {
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const search = { organisationId, istatCode: municipality, after }
    const found = await db.transaction().execute((tx) => listPlaces(tx, search, romeDay(now()), limit))
    const last = found.at(-1)
    return {
      places: found.map(({ accessibility, directions, ...place }) => ({
        ...place,
        accessibility: accessibility[language] ?? null,
        directions: directions[language] ?? null,
      })),
      nextCursor: last && found.length === limit ? cursorOf(last) : null,
    }
  }
}
