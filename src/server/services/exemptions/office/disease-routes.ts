// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../../platform/http.ts'
import type { Platform } from '../../../platform/room.ts'
import { Id } from '../schema.ts'
import {
  DiseaseCodes,
  DiseaseExemption,
  DiseaseExemptions,
  DiseasePage,
  NewDiseaseExemption,
  NewProrogation,
  Prorogation,
  Prorogations,
} from './disease-schema.ts'
import { annulDisease, diseaseCodes, enterDisease, listDiseases } from './diseases.ts'
import { confirmProrogation, listProrogations, prepareProrogation, undoProrogation } from './prorogations.ts'

const ById = Type.Object({ id: Id })
const tags = ['exemptions office']

/** Exemptions for diseases, and the prorogation of many at once. */
export function diseaseRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/disease-exemptions/codes',
    {
      schema: {
        operationId: 'listDiseaseCodes',
        tags,
        summary: 'Codes of chronic and rare diseases in force',
        response: { 200: DiseaseCodes, '4xx': Problem },
      },
    },
    async ({ actor }) => diseaseCodes(platform, actor),
  )

  app.get(
    '/api/v1/office/disease-exemptions',
    {
      schema: {
        operationId: 'listDiseaseExemptions',
        tags,
        summary: 'Exemptions for diseases entered for the officer’s authorities, the newest first',
        querystring: DiseasePage,
        response: { 200: DiseaseExemptions, '4xx': Problem },
      },
    },
    async ({ actor, query }) => listDiseases(platform, actor, query.page),
  )

  app.post(
    '/api/v1/office/disease-exemptions',
    {
      schema: {
        operationId: 'enterDiseaseExemption',
        tags,
        summary: 'Enter an exemption for a chronic or rare disease with its certificate',
        headers: Type.Object({ 'idempotency-key': Id }),
        body: NewDiseaseExemption,
        response: { 201: DiseaseExemption, '4xx': Problem },
      },
    },
    async ({ actor, body, headers }, reply) =>
      reply.code(201).send(await enterDisease(platform, actor, headers['idempotency-key'], body)),
  )

  app.post(
    '/api/v1/office/disease-exemptions/:id/annul',
    {
      schema: {
        operationId: 'annulDiseaseExemption',
        tags,
        summary: 'Take back an exemption that was entered by mistake',
        params: ById,
        response: { 200: DiseaseExemption, '4xx': Problem },
      },
    },
    async ({ actor, params }) => annulDisease(platform, actor, params.id),
  )

  app.get(
    '/api/v1/office/exemption-prorogations',
    {
      schema: {
        operationId: 'listProrogations',
        tags,
        summary: 'Prorogations prepared and done, the newest first',
        response: { 200: Prorogations, '4xx': Problem },
      },
    },
    async ({ actor }) => ({ items: await listProrogations(platform, actor) }),
  )

  app.post(
    '/api/v1/office/exemption-prorogations',
    {
      schema: {
        operationId: 'prepareProrogation',
        tags,
        summary: 'Count the exemptions that a prorogation would be for; nothing is changed yet',
        body: NewProrogation,
        response: { 201: Prorogation, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => reply.code(201).send(await prepareProrogation(platform, actor, body)),
  )

  app.post(
    '/api/v1/office/exemption-prorogations/:id/confirm',
    {
      schema: {
        operationId: 'confirmProrogation',
        tags,
        summary: 'Prorogue what was counted',
        params: ById,
        response: { 200: Prorogation, '4xx': Problem },
      },
    },
    async ({ actor, params }) => confirmProrogation(platform, actor, params.id),
  )

  app.post(
    '/api/v1/office/exemption-prorogations/:id/undo',
    {
      schema: {
        operationId: 'undoProrogation',
        tags,
        summary: 'Take a prorogation back within its window',
        params: ById,
        response: { 200: Prorogation, '4xx': Problem },
      },
    },
    async ({ actor, params }) => undoProrogation(platform, actor, params.id),
  )
}
