// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { perMinute } from '../../platform/limits.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { getDoctor, searchDoctors } from '../../registry/doctors/index.ts'
import { findMunicipality } from '../../registry/places/index.ts'
import { attestation, verifyAttestation } from './attestation.ts'
import { checkChoice, choose, primaryCare, revoke } from './choose.ts'
import { cursorOf, readCursor } from './cursor.ts'
import { Choice, Doctor, DoctorPage, DoctorWishes, Id, PrimaryCare, Verdict } from './schema.ts'
import type { Rule } from './rules.ts'

const ById = Type.Object({ id: Type.String({ format: 'uuid', description: 'A person one may act for' }) })
const tags = ['primary care']

export function routes(app: App, platform: Platform, rule: Rule): void {
  const { db, now } = platform
  const limited = { rateLimit: perMinute(platform.config, 'PUBLIC_REQUESTS_PER_MINUTE', 300) }

  app.get(
    '/api/v1/doctors',
    {
      config: limited,
      schema: {
        operationId: 'searchDoctors',
        tags,
        summary: 'Family doctors and paediatricians, with whether they have places: no personal data of patients',
        querystring: DoctorWishes,
        response: { 200: DoctorPage, '4xx': Problem },
      },
    },
    ({ query: { municipality, cursor, limit, ...wishes } }) =>
      db.transaction().execute(async (tx) => {
        const town = municipality === undefined ? undefined : await findMunicipality(tx, municipality)
        const search = {
          ...wishes,
          istatCode: municipality,
          ...(town && { near: town }),
          ...(cursor !== undefined && { after: readCursor(cursor) }),
        }
        const doctors = await searchDoctors(tx, search, romeDay(now()), limit)
        return { doctors, nextCursor: doctors.length === limit ? cursorOf(doctors.at(-1)!) : null }
      }),
  )

  app.get(
    '/api/v1/doctors/:id',
    {
      config: limited,
      schema: {
        operationId: 'getDoctor',
        tags,
        summary: 'One family doctor or paediatrician, with surgeries and hours',
        params: Type.Object({ id: Id }),
        response: { 200: Doctor, '4xx': Problem },
      },
    },
    ({ params }) => db.transaction().execute((tx) => getDoctor(tx, params.id)),
  )

  app.post(
    '/api/v1/doctor-attestations/verify',
    {
      config: { rateLimit: perMinute(platform.config, 'ATTESTATION_CHECKS_PER_MINUTE', 20) },
      schema: {
        operationId: 'verifyDoctorAttestation',
        tags,
        summary: 'Whether an attestation holds today, by the code printed on it; nothing about whose it is',
        body: Type.Object({ code: Type.String({ minLength: 5, maxLength: 40 }) }, { additionalProperties: false }),
        response: {
          200: Type.Object(
            {
              valid: Type.Boolean(),
              from: Type.Union([Type.String({ format: 'date' }), Type.Null()], {
                description: 'Since when, if it holds',
              }),
              checkedOn: Type.String({ format: 'date' }),
            },
            { title: 'VerifiedAttestation' },
          ),
          '4xx': Problem,
        },
      },
    },
    ({ body }) => verifyAttestation(platform, body.code),
  )

  app.get(
    '/api/v1/people/:id/doctor',
    {
      schema: {
        operationId: 'getPrimaryCare',
        tags,
        summary: 'The doctor of a person, those before, and what may be chosen',
        params: ById,
        response: { 200: PrimaryCare, '4xx': Problem },
      },
    },
    ({ actor, params }) => primaryCare(platform, rule, actor, params.id),
  )

  app.get(
    '/api/v1/people/:id/doctor-choices/check',
    {
      schema: {
        operationId: 'checkDoctorChoice',
        tags,
        summary: 'What choosing a doctor would do, or why it is not possible',
        params: ById,
        querystring: Type.Object({ doctorId: Id }),
        response: { 200: Verdict, '4xx': Problem },
      },
    },
    ({ actor, params, query }) => checkChoice(platform, rule, actor, params.id, query.doctorId),
  )

  app.post(
    '/api/v1/people/:id/doctor-choices',
    {
      schema: {
        operationId: 'chooseDoctor',
        tags,
        summary: 'Choose a doctor: at once, and the one before is left',
        params: ById,
        body: Type.Object({ doctorId: Id }, { additionalProperties: false }),
        response: { 201: Choice, '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(await choose(platform, rule, actor, params.id, body.doctorId)),
  )

  app.delete(
    '/api/v1/people/:id/doctor',
    {
      schema: {
        operationId: 'revokeDoctor',
        tags,
        summary: 'Leave the doctor without choosing another',
        params: ById,
        response: { 200: Choice, '4xx': Problem },
      },
    },
    ({ actor, params }) => revoke(platform, actor, params.id),
  )

  app.get(
    '/api/v1/people/:id/doctor/attestation.pdf',
    {
      schema: {
        operationId: 'getAttestation',
        tags,
        summary: 'The choice on paper',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      const pdf = await attestation(platform, actor, params.id)
      return reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="scelta-medico.pdf"')
        .header('cache-control', 'private, no-store')
        .send(pdf)
    },
  )
}
