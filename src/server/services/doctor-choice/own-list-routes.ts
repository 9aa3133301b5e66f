// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { toCsv } from '../../platform/csv.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { refusalMotives } from '../../registry/doctors/index.ts'
import { readNameCursor } from './cursor.ts'
import { RefusalView } from './office-routes.ts'
import { answerRequest, ownMovements, ownPatients, ownRequests, refuseOwn, type Patient } from './own-list.ts'
import { OwnRequest, view } from './request-routes.ts'
import type { Rule } from './rules.ts'
import { Choice, Id, Kind } from './schema.ts'

const Day = Type.String({ format: 'date' })
const Age = Type.Integer({ minimum: 0, maximum: 130 })
const Search = Type.Object(
  {
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 80, description: 'Beginning of surname or given name' }),
    ),
    sex: Type.Optional(Type.Enum(['M', 'F'])),
    minAge: Type.Optional(Age),
    maxAge: Type.Optional(Age),
    temporary: Type.Optional(Type.Boolean({ description: 'Only choices that have an end' })),
  },
  { additionalProperties: false },
)
const PatientView = Type.Object(
  {
    personId: Id,
    givenName: Type.String(),
    familyName: Type.String(),
    birthDate: Day,
    sex: Type.Enum(['M', 'F', 'N']),
    fiscalCode: Type.Union([Type.String(), Type.Null()]),
    kind: Choice.properties.kind,
    from: Day,
    until: Type.Union([Day, Type.Null()]),
  },
  { title: 'DoctorPatient' },
)
const Month = Type.Object({ month: Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])$' }) })
const tags = ['own patients']
const perPage = 50
/** More than any list holds. */
const everybody = 5_000

const header: Record<Language, string[]> = {
  it: ['Cognome', 'Nome', 'Data di nascita', 'Sesso', 'Codice fiscale', 'Tipo di scelta', 'Dal', 'Al'],
  en: ['Surname', 'Given name', 'Date of birth', 'Sex', 'Fiscal code', 'Kind of choice', 'From', 'Until'],
}
const row = (one: Patient) => [
  one.familyName,
  one.givenName,
  one.birthDate,
  one.sex,
  one.fiscalCode ?? '',
  one.kind,
  one.from,
  one.until ?? '',
]
const cursorOf = ({ familyName, givenName, personId }: Patient) =>
  Buffer.from(`${personId} ${familyName} ${givenName}`).toString('base64url')
const wishes = ({ name, sex, minAge, maxAge, temporary }: Static<typeof Search>) => ({
  name,
  sex,
  minAge,
  maxAge,
  temporary,
})

/** What a family doctor or paediatrician sees and does with her own list. */
export function ownListRoutes(app: App, platform: Platform, rule: Rule): void {
  app.post(
    '/api/v1/doctor/patient-searches',
    {
      schema: {
        operationId: 'searchOwnPatients',
        tags,
        summary: 'People in one’s own list by name, a page at a time',
        body: Type.Object(
          { ...Search.properties, cursor: Type.Optional(Type.String({ maxLength: 400 })) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            doctor: Type.Object({ givenName: Type.String(), familyName: Type.String(), kind: Kind }),
            patients: Type.Array(PatientView),
            nextCursor: Type.Union([Type.String(), Type.Null()]),
          }),
          '4xx': Problem,
        },
      },
    },
    async ({ actor, body }) => {
      const after = body.cursor === undefined ? undefined : readNameCursor(body.cursor)
      const { doctor, patients } = await ownPatients(platform, actor, { ...wishes(body), after }, perPage)
      return { doctor, patients, nextCursor: patients.length === perPage ? cursorOf(patients.at(-1)!) : null }
    },
  )

  app.post(
    '/api/v1/doctor/patient-exports',
    {
      schema: {
        operationId: 'exportOwnPatients',
        tags,
        summary: 'The same as a table (CSV), all of it',
        body: Search,
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const { patients } = await ownPatients(platform, actor, wishes(body), everybody, 'EXPORT')
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="assistiti.csv"')
        .header('cache-control', 'private, no-store')
        .send(toCsv(header[actor.language], patients.map(row)))
    },
  )

  app.get(
    '/api/v1/doctor/movements',
    {
      schema: {
        operationId: 'listOwnMovements',
        tags,
        summary: 'Who entered and left one’s own list in a month; not why',
        querystring: Month,
        response: {
          200: Type.Object({
            movements: Type.Array(
              Type.Object({
                personId: Id,
                personName: Type.String(),
                birthDate: Day,
                what: Type.Enum(['entered', 'left']),
                at: Type.String({ format: 'date-time' }),
              }),
            ),
          }),
          '4xx': Problem,
        },
      },
    },
    async ({ actor, query }) => ({
      movements: (await ownMovements(platform, actor, query.month)).map(({ at, ...one }) => ({
        ...one,
        at: at.toISOString(),
      })),
    }),
  )

  app.get(
    '/api/v1/doctor/requests',
    {
      schema: {
        operationId: 'listRequestsToDoctor',
        tags,
        summary: 'Requests that wait for the doctor’s answer',
        response: {
          200: Type.Object({
            requests: Type.Array(
              Type.Object(
                { ...OwnRequest.properties, personName: Type.String(), birthDate: Day },
                { title: 'RequestToDoctor' },
              ),
            ),
          }),
          '4xx': Problem,
        },
      },
    },
    async ({ actor }) => ({ requests: (await ownRequests(platform, actor)).map(view) }),
  )

  app.post(
    '/api/v1/doctor/requests/:id/answer',
    {
      schema: {
        operationId: 'answerRequestToDoctor',
        tags,
        summary: 'Accept somebody of another area or beyond 14 years, or decline',
        params: Type.Object({ id: Id }),
        body: Type.Object({ accepts: Type.Boolean() }, { additionalProperties: false }),
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) => {
      await answerRequest(platform, rule, actor, params.id, body.accepts)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/doctor/refusals',
    {
      schema: {
        operationId: 'refuseOwnPatient',
        tags,
        summary: 'Tell the authority that one gives up somebody’s care (ricusazione), with the motive',
        body: Type.Object({ personId: Id, motive: Type.Enum([...refusalMotives]) }, { additionalProperties: false }),
        response: { 201: RefusalView, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) =>
      reply.code(201).send(await refuseOwn(platform, actor, body.personId, body.motive)),
  )
}
