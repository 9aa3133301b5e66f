// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { letterFile, letterOverview, makeBatch, postBatch, type LetterBatch } from './letters.ts'

const Id = Type.String({ format: 'uuid' })
const Count = Type.Integer({ minimum: 0 })
const Instant = Type.String({ format: 'date-time' })

const Batch = Type.Object(
  {
    id: Id,
    letters: Count,
    printed: Type.Integer({ minimum: 0, description: 'Letters that are in files so far' }),
    madeAt: Instant,
    postedAt: Type.Union([Instant, Type.Null()]),
    files: Type.Array(Type.Object({ number: Type.Integer(), letters: Count }), {
      description: 'What can be fetched; none once the letters are posted',
    }),
  },
  { title: 'LetterBatch' },
)
const Overview = Type.Object(
  { waiting: Type.Integer({ minimum: 0, description: 'Letters not in a batch yet' }), batches: Type.Array(Batch) },
  { title: 'Letters' },
)
const tags = ['letters']

const view = ({ madeAt, postedAt, ...batch }: LetterBatch) => ({
  ...batch,
  madeAt: madeAt.toISOString(),
  postedAt: postedAt?.toISOString() ?? null,
})

/** Letters for those whom no other channel reaches, as the office of an authority prints and posts them. */
export function letterRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/letters',
    {
      schema: {
        operationId: 'getLetters',
        tags,
        summary: 'How many letters wait to be printed, and the last batches',
        response: { 200: Overview, '4xx': Problem },
      },
    },
    async ({ actor }) => {
      const { waiting, batches } = await letterOverview(platform, actor)
      return { waiting, batches: batches.map(view) }
    },
  )

  app.post(
    '/api/v1/office/letter-batches',
    {
      schema: {
        operationId: 'createLetterBatch',
        tags,
        summary: 'Make the letters that wait into files to print, the oldest first',
        response: { 201: Batch, '4xx': Problem },
      },
    },
    async ({ actor }, reply) => reply.code(201).send(view(await makeBatch(platform, actor))),
  )

  app.get(
    '/api/v1/office/letter-batches/:id/files/:number',
    {
      schema: {
        operationId: 'getLetterFile',
        tags,
        summary: 'Some letters of a batch as one accessible PDF',
        params: Type.Object({ id: Id, number: Type.Integer({ minimum: 1, maximum: 1000 }) }),
        produces: ['application/pdf'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', `attachment; filename="lettere-${params.number}.pdf"`)
        .header('cache-control', 'private, no-store')
        .send(await letterFile(platform, actor, params.id, params.number)),
  )

  app.post(
    '/api/v1/office/letter-batches/:id/posted',
    {
      schema: {
        operationId: 'postLetterBatch',
        tags,
        summary: 'Note that the letters of a batch were posted; its files are emptied',
        params: Type.Object({ id: Id }),
        response: { 200: Batch, '4xx': Problem },
      },
    },
    async ({ actor, params }) => view(await postBatch(platform, actor, params.id)),
  )
}
