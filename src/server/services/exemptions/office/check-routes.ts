// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../../platform/http.ts'
import { perMinute } from '../../../platform/limits.ts'
import type { Platform } from '../../../platform/room.ts'
import { Id } from '../schema.ts'
import { listChecks, listSamples, ownChecks, printLetter, showCheck } from './check-look.ts'
import { Act, Check, Checks, CheckSearch, NewCheck, NewSample, Objection, OwnChecks, Sample } from './check-schema.ts'
import { drawChecks, objectTo, openTargeted, takeAct } from './checks.ts'
import { Pdf } from './schema.ts'

const ById = Type.Object({ id: Id })
const tags = ['exemptions office']
const letter = 'inline; filename="lettera.pdf"'

/** Checks of declarations: cases and samples of the office, and what the declarant sees and replies. */
export function checkRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/exemption-checks',
    {
      schema: {
        operationId: 'listExemptionChecks',
        tags,
        summary: 'Checks of declarations, the newest first',
        querystring: CheckSearch,
        response: { 200: Checks, '4xx': Problem },
      },
    },
    async ({ actor, query }) => listChecks(platform, actor, query),
  )

  app.post(
    '/api/v1/office/exemption-checks',
    {
      schema: {
        operationId: 'openExemptionCheck',
        tags,
        summary: 'Check a declaration, and why',
        body: NewCheck,
        response: { 201: Check, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const id = await openTargeted(platform, actor, body.declarationId, body.note)
      return reply.code(201).send(await showCheck(platform, actor, id))
    },
  )

  app.get(
    '/api/v1/office/exemption-checks/:id',
    {
      schema: {
        operationId: 'getExemptionCheck',
        tags,
        summary: 'One check with its steps and what is to be paid back',
        params: ById,
        response: { 200: Check, '4xx': Problem },
      },
    },
    async ({ actor, params }) => showCheck(platform, actor, params.id),
  )

  app.post(
    '/api/v1/office/exemption-checks/:id/acts',
    {
      schema: {
        operationId: 'actOnExemptionCheck',
        tags,
        summary: 'Confirm, write to the declarant, enter her objection, revoke, or send to enforcement',
        params: ById,
        body: Act,
        response: { 200: Check, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await takeAct(platform, actor, params.id, body)
      return showCheck(platform, actor, params.id)
    },
  )

  app.get(
    '/api/v1/office/exemption-checks/:id/letter.pdf',
    {
      schema: {
        operationId: 'printExemptionLetter',
        tags,
        summary: 'The newest letter of a check (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Pdf, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', letter)
        .send(await printLetter(platform, actor, params.id, true)),
  )

  app.get(
    '/api/v1/office/exemption-samples',
    {
      schema: {
        operationId: 'listCheckSamples',
        tags,
        summary: 'Samples drawn, the newest first, with the seed that lets anybody draw them again',
        response: { 200: Type.Object({ items: Type.Array(Sample) }), '4xx': Problem },
      },
    },
    async ({ actor }) => ({ items: await listSamples(platform, actor) }),
  )

  app.post(
    '/api/v1/office/exemption-samples',
    {
      schema: {
        operationId: 'drawCheckSample',
        tags,
        summary: 'Draw by chance the declarations of a period to check',
        body: NewSample,
        response: { 201: Sample, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => reply.code(201).send(await drawChecks(platform, actor, body)),
  )

  app.get(
    '/api/v1/exemptions/checks',
    {
      schema: {
        operationId: 'listOwnExemptionChecks',
        tags: ['exemptions'],
        summary: 'Checks that one was written to about',
        response: { 200: OwnChecks, '4xx': Problem },
      },
    },
    async ({ actor }) => ownChecks(platform, actor),
  )

  app.get(
    '/api/v1/exemptions/checks/:id/letter.pdf',
    {
      schema: {
        operationId: 'getExemptionLetter',
        tags: ['exemptions'],
        summary: 'The newest letter of a check (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Pdf, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', letter)
        .send(await printLetter(platform, actor, params.id, false)),
  )

  app.post(
    '/api/v1/exemptions/checks/:id/objection',
    {
      config: { rateLimit: perMinute(platform.config, 'EXEMPTION_DECLARATIONS_PER_MINUTE', 10) },
      schema: {
        operationId: 'objectToExemptionCheck',
        tags: ['exemptions'],
        summary: 'Say within the term why the exemption is due',
        params: ById,
        body: Objection,
        response: { 200: OwnChecks, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await objectTo(platform, actor, params.id, body.text)
      return ownChecks(platform, actor)
    },
  )
}
