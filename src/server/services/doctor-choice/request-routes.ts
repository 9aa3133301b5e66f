// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { requestKinds, requestReasons, requestStates } from './request-rules.ts'
import {
  askForDoctor,
  citizenStep,
  enterPaper,
  officeRequests,
  officeStep,
  requestsOf,
  type ChoiceRequest,
} from './requests.ts'
import type { Rule } from './rules.ts'
import { Id, Kind } from './schema.ts'

const Day = Type.String({ format: 'date' })
const Words = Type.String({ minLength: 3, maxLength: 500, pattern: '\\S' })
const Maybe = Type.Union([Type.String(), Type.Null()])
const Reason = Type.Enum([...requestReasons])
const BroughtBy = Type.Enum(['SELF', 'PARENT', 'GUARDIAN', 'DELEGATE', 'RELATIVE'])
const DocumentKind = Type.Enum(['IDENTITY_CARD', 'PASSPORT', 'DRIVING_LICENCE', 'RESIDENCE_PERMIT'])

const own = {
  id: Id,
  code: Type.String(),
  doctorId: Id,
  doctorName: Type.String(),
  doctorKind: Kind,
  kind: Type.Enum([...requestKinds]),
  reason: Type.Union([Reason, Type.Null()]),
  until: Type.Union([Day, Type.Null()]),
  onPaper: Type.Boolean(),
  doctorAnswer: Type.Union([Type.Enum(['ACCEPTED', 'DECLINED']), Type.Null()]),
  state: Type.Enum([...requestStates]),
  question: Maybe,
  answer: Maybe,
  refusal: Maybe,
  createdAt: Type.String({ format: 'date-time' }),
}
/** As the person sees it: what came on paper stays with the office. */
export const OwnRequest = Type.Object(own, { title: 'DoctorRequest' })
export const OfficeRequest = Type.Object(
  {
    ...own,
    personName: Type.String(),
    birthDate: Day,
    broughtBy: Type.Union([BroughtBy, Type.Null()]),
    bearerName: Maybe,
    documentKind: Type.Union([DocumentKind, Type.Null()]),
    documentNumber: Maybe,
    scanReference: Maybe,
  },
  { title: 'OfficeDoctorRequest' },
)
const ById = Type.Object({ id: Type.String({ format: 'uuid', description: 'A person one may act for' }) })
const tags = ['doctor requests']

export const view = ({ createdAt, ...request }: ChoiceRequest) => ({ ...request, createdAt: createdAt.toISOString() })

/** Requests about the doctor: asked online or entered from paper, examined by an office. */
export function requestRoutes(app: App, platform: Platform, rule: Rule): void {
  app.get(
    '/api/v1/people/:id/doctor-requests',
    {
      schema: {
        operationId: 'listDoctorRequests',
        tags,
        summary: 'Requests of a person about the doctor, the latest first, with their state',
        params: ById,
        response: { 200: Type.Object({ requests: Type.Array(OwnRequest) }), '4xx': Problem },
      },
    },
    async ({ actor, params }) => ({ requests: (await requestsOf(platform, actor, params.id)).map(view) }),
  )

  app.post(
    '/api/v1/people/:id/doctor-requests',
    {
      schema: {
        operationId: 'createDoctorRequest',
        tags,
        summary:
          'Ask for a doctor who is not given at once: of another area, beyond 14 years, by an exception to the ceiling',
        params: ById,
        body: Type.Object(
          {
            doctorId: Id,
            kind: Type.Enum(['OUT_OF_AREA', 'OVER_14', 'EXCEPTION']),
            reason: Type.Optional(Reason),
          },
          { additionalProperties: false },
        ),
        response: { 201: OwnRequest, '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(view(await askForDoctor({ platform, rule, actor }, params.id, body))),
  )

  app.post(
    '/api/v1/people/:id/doctor-requests/:requestId/steps',
    {
      schema: {
        operationId: 'takeDoctorRequestStep',
        tags,
        summary: 'Answer what the office asked, or withdraw the request',
        params: Type.Object({ id: Id, requestId: Id }),
        body: Type.Object(
          { step: Type.Enum(['answer', 'withdraw']), text: Type.Optional(Words) },
          { additionalProperties: false },
        ),
        response: { 200: OwnRequest, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) =>
      view(await citizenStep({ platform, rule, actor }, params.id, params.requestId, body.step, body.text)),
  )

  app.get(
    '/api/v1/office/doctor-requests',
    {
      schema: {
        operationId: 'listOfficeDoctorRequests',
        tags,
        summary: 'Requests to the officer’s authorities: those that are open, or a hundred of a state',
        querystring: Type.Object({ state: Type.Optional(Type.Enum([...requestStates])) }),
        response: { 200: Type.Object({ requests: Type.Array(OfficeRequest) }), '4xx': Problem },
      },
    },
    async ({ actor, query }) => ({ requests: (await officeRequests(platform, actor, query.state)).map(view) }),
  )

  app.post(
    '/api/v1/office/doctor-requests',
    {
      schema: {
        operationId: 'enterDoctorRequest',
        tags,
        summary: 'Enter a request that came on paper: a choice within the rules and a revocation count at once',
        body: Type.Object(
          {
            fiscalCode: Type.String({ minLength: 11, maxLength: 16 }),
            doctorId: Type.Optional(Id),
            kind: Type.Enum([...requestKinds]),
            reason: Type.Optional(Reason),
            until: Type.Optional(Day),
            broughtBy: BroughtBy,
            bearerName: Type.Optional(Type.String({ minLength: 3, maxLength: 160 })),
            documentKind: DocumentKind,
            documentNumber: Type.String({ minLength: 3, maxLength: 40 }),
            scanReference: Type.String({
              minLength: 3,
              maxLength: 200,
              description: 'Where the scan of the papers is kept',
            }),
            doctorAccepts: Type.Optional(Type.Boolean({ description: 'Her written acceptance is among the papers' })),
          },
          { additionalProperties: false },
        ),
        response: { 201: OfficeRequest, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => reply.code(201).send(view(await enterPaper({ platform, rule, actor }, body))),
  )

  app.post(
    '/api/v1/office/doctor-requests/:id/steps',
    {
      schema: {
        operationId: 'decideDoctorRequest',
        tags,
        summary: 'Grant a request, ask for more, refuse it with the reason, or enter that the doctor accepted',
        params: Type.Object({ id: Id }),
        body: Type.Object(
          {
            step: Type.Enum(['doctor-accepts', 'ask', 'accept', 'refuse']),
            text: Type.Optional(Words),
          },
          { additionalProperties: false },
        ),
        response: { 200: OfficeRequest, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) =>
      view(await officeStep({ platform, rule, actor }, params.id, body.step, body.text)),
  )
}
