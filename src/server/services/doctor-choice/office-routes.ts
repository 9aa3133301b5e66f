// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { toCsv } from '../../platform/csv.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { departureReasons, refusalMotives } from '../../registry/doctors/index.ts'
import { callOff, decideDeparture, departure, departures, movements } from './office.ts'
import { decideRefusal, refusals } from './refusals.ts'
import { Id, Kind } from './schema.ts'

const ById = Type.Object({ id: Id })
const Day = Type.String({ format: 'date' })
const Month = Type.Object({ month: Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])$' }) })
const Count = Type.Integer({ minimum: 0 })

const DepartureView = Type.Object(
  {
    id: Id,
    doctorId: Id,
    doctorName: Type.String(),
    lastDay: Day,
    reason: Type.Enum([...departureReasons]),
    state: Type.Enum(['PLANNED', 'RUNNING', 'DONE', 'CALLED_OFF']),
    people: Type.Integer({ minimum: 0, description: 'In the list when it was decided' }),
    reassigned: Count,
    without: Type.Integer({ minimum: 0, description: 'Nobody had a place for them: the district assigns a doctor' }),
    told: Type.Integer({ minimum: 0, description: 'Told so far that she leaves or, when called off, that she stays' }),
    targets: Type.Array(Type.Object({ doctorId: Id, doctorName: Type.String() })),
  },
  { title: 'Departure' },
)
export const RefusalView = Type.Object(
  {
    id: Id,
    personName: Type.String(),
    doctorId: Id,
    doctorName: Type.String(),
    receivedOn: Day,
    motive: Type.Enum([...refusalMotives], { description: 'Trust that is gone, conduct, something else' }),
    state: Type.Enum(['ACCEPTED', 'DENIED', 'EFFECTIVE', 'OVERTAKEN']),
    deniedFor: Type.Union([Type.Enum(['NO_OTHER_DOCTOR', 'SELF_LIMITED']), Type.Null()]),
    effectiveOn: Type.Union([Day, Type.Null()], { description: 'First day on which the doctor is no longer hers' }),
  },
  { title: 'DoctorRefusal' },
)
const MovementsView = Type.Object(
  {
    doctors: Type.Array(
      Type.Object({
        doctorId: Id,
        doctorName: Type.String(),
        regionalCode: Type.Union([Type.String(), Type.Null()]),
        kind: Kind,
        atStart: Type.Integer(),
        entered: Count,
        left: Count,
        atEnd: Type.Integer(),
      }),
    ),
  },
  { title: 'DoctorMovements' },
)
const tags = ['primary care office']

const header: Record<Language, string[]> = {
  it: ['Codice regionale', 'Medico', 'Tipo', 'Assistiti a inizio mese', 'Entrati', 'Usciti', 'Assistiti a fine mese'],
  en: ['Regional code', 'Doctor', 'Kind', 'Patients at the start', 'Entered', 'Left', 'Patients at the end'],
}

/** What the office of a district does with the doctors of its authority. */
export function officeRoutes(app: App, platform: Platform): void {
  app.post(
    '/api/v1/office/doctors/:id/refusals',
    {
      schema: {
        operationId: 'decideRefusal',
        tags,
        summary:
          'A doctor gives up somebody’s care (ricusazione): accepted from the 16th day, or denied with the reason',
        params: ById,
        body: Type.Object(
          {
            fiscalCode: Type.String({ minLength: 11, maxLength: 16 }),
            receivedOn: Day,
            motive: Type.Enum([...refusalMotives]),
          },
          { additionalProperties: false },
        ),
        response: { 201: RefusalView, '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(await decideRefusal(platform, actor, params.id, body)),
  )

  app.get(
    '/api/v1/office/refusals',
    {
      schema: {
        operationId: 'listRefusals',
        tags,
        summary: 'The last hundred refusals by doctors of the officer’s authority',
        response: { 200: Type.Object({ refusals: Type.Array(RefusalView) }), '4xx': Problem },
      },
    },
    async ({ actor }) => ({ refusals: await refusals(platform, actor) }),
  )

  app.post(
    '/api/v1/office/doctors/:id/departure',
    {
      schema: {
        operationId: 'decideDeparture',
        tags,
        summary: 'A doctor leaves: after her last day her people are given to others',
        params: ById,
        body: Type.Object(
          {
            lastDay: Day,
            reason: Type.Enum([...departureReasons]),
            targets: Type.Array(Id, {
              maxItems: 50,
              uniqueItems: true,
              description: 'Doctors who take over, filled in this order; with none everybody chooses by herself',
            }),
          },
          { additionalProperties: false },
        ),
        response: { 201: DepartureView, '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(await decideDeparture(platform, actor, params.id, body)),
  )

  app.get(
    '/api/v1/office/departures',
    {
      schema: {
        operationId: 'listDepartures',
        tags,
        summary: 'The last hundred departures of doctors of the officer’s authority',
        response: { 200: Type.Object({ departures: Type.Array(DepartureView) }), '4xx': Problem },
      },
    },
    async ({ actor }) => ({ departures: await departures(platform, actor) }),
  )

  app.get(
    '/api/v1/office/departures/:id',
    {
      schema: {
        operationId: 'getDeparture',
        tags,
        summary: 'One departure, with how far its people are reassigned',
        params: ById,
        response: { 200: DepartureView, '4xx': Problem },
      },
    },
    ({ actor, params }) => departure(platform, actor, params.id),
  )

  app.delete(
    '/api/v1/office/departures/:id',
    {
      schema: {
        operationId: 'callOffDeparture',
        tags,
        summary: 'Take a planned departure back',
        params: ById,
        response: { 200: DepartureView, '4xx': Problem },
      },
    },
    ({ actor, params }) => callOff(platform, actor, params.id),
  )

  app.get(
    '/api/v1/office/doctor-movements',
    {
      schema: {
        operationId: 'listDoctorMovements',
        tags,
        summary: 'Movements of a month by doctor, for pay (variazioni mensili)',
        querystring: Month,
        response: { 200: MovementsView, '4xx': Problem },
      },
    },
    async ({ actor, query }) => ({ doctors: await movements(platform, actor, query.month) }),
  )

  app.get(
    '/api/v1/office/doctor-movements.csv',
    {
      schema: {
        operationId: 'exportDoctorMovements',
        tags,
        summary: 'The same as a table (CSV)',
        querystring: Month,
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, query }, reply) => {
      const rows = (await movements(platform, actor, query.month)).map((one) => [
        one.regionalCode ?? '',
        one.doctorName,
        one.kind,
        ...[one.atStart, one.entered, one.left, one.atEnd].map(String),
      ])
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="variazioni-${query.month}.csv"`)
        .send(toCsv(header[actor.language], rows))
    },
  )
}
