// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { cease } from './cease.ts'
import { printCertificate, verifyCertificate } from './certificate.ts'
import { declare } from './declare.ts'
import { printForCitizen } from './office/declaration.ts'
import { Pdf } from './office/schema.ts'
import { checkQuestions, listExemptions, showExemption, showForm } from './look.ts'
import {
  Ceasing,
  Exemption,
  Exemptions,
  Fits,
  Form,
  FormQuery,
  Id,
  NewDeclaration,
  Questions,
  Verification,
  Verified,
} from './schema.ts'

const ById = Type.Object({ id: Id })
const tags = ['exemptions']

/** Exemptions as citizens use them. */
export function routes(app: App, platform: Platform): void {
  const declarations = perMinute(platform.config, 'EXEMPTION_DECLARATIONS_PER_MINUTE', 10)
  const verifications = perMinute(platform.config, 'EXEMPTION_VERIFICATIONS_PER_MINUTE', 20)

  app.post(
    '/api/v1/exemptions/check',
    {
      config: { rateLimit: perMinute(platform.config, 'EXEMPTION_CHECKS_PER_MINUTE', 60) },
      schema: {
        operationId: 'checkExemptions',
        tags,
        summary: 'Which income exemptions fit the answers to five questions; nothing is stored',
        body: Questions,
        response: { 200: Fits, '4xx': Problem },
      },
    },
    async ({ actor, body }) => checkQuestions(platform, actor.language, body),
  )

  app.post(
    '/api/v1/exemptions/certificates/verify',
    {
      config: { rateLimit: verifications },
      schema: {
        operationId: 'verifyExemptionCertificate',
        tags,
        summary: 'Check a certificate by the code printed on it',
        body: Verification,
        response: { 200: Verified, '4xx': Problem },
      },
    },
    async ({ actor, body }) => verifyCertificate(platform, actor, body.code),
  )

  app.get(
    '/api/v1/exemptions',
    {
      schema: {
        operationId: 'listExemptions',
        tags,
        summary: 'Exemptions of the family, those that have ended too',
        querystring: Type.Object({ patientId: Type.Optional(Id) }),
        response: { 200: Exemptions, '4xx': Problem },
      },
    },
    async ({ actor, query }) => listExemptions(platform, actor, query.patientId),
  )

  app.get(
    '/api/v1/exemptions/form',
    {
      schema: {
        operationId: 'getExemptionForm',
        tags,
        summary: 'What a declaration starts from: the household as known, and what is renewed',
        querystring: FormQuery,
        response: { 200: Form, '4xx': Problem },
      },
    },
    async ({ actor, query }) => showForm(platform, actor, query.patientId, query.renews),
  )

  app.post(
    '/api/v1/exemptions/self-certifications',
    {
      config: { rateLimit: declarations },
      schema: {
        operationId: 'declareExemption',
        tags,
        summary: 'Declare the right to an income exemption; the certificate is ready at once',
        headers: Type.Object({ 'idempotency-key': Id }),
        body: NewDeclaration,
        response: { 201: Exemption, '4xx': Problem },
      },
    },
    async ({ actor, body, headers }, reply) => {
      const id = await declare(platform, actor, headers['idempotency-key'], body)
      return reply.code(201).send(await showExemption(platform, actor, id))
    },
  )

  app.get(
    '/api/v1/exemptions/:id',
    {
      schema: {
        operationId: 'getExemption',
        tags,
        summary: 'One exemption',
        params: ById,
        response: { 200: Exemption, '4xx': Problem },
      },
    },
    async ({ actor, params }) => showExemption(platform, actor, params.id),
  )

  app.get(
    '/api/v1/exemptions/:id/certificate.pdf',
    {
      schema: {
        operationId: 'getExemptionCertificate',
        tags,
        summary: 'The certificate of a self-certified exemption (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Pdf, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      const pdf = await printCertificate(platform, actor, params.id)
      return reply.type('application/pdf').header('content-disposition', 'inline; filename="esenzione.pdf"').send(pdf)
    },
  )

  app.get(
    '/api/v1/exemptions/:id/declaration.pdf',
    {
      schema: {
        operationId: 'getExemptionDeclaration',
        tags,
        summary: 'The declaration an exemption comes from, as it was signed (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Pdf, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="dichiarazione.pdf"')
        .send(await printForCitizen(platform, actor, params.id)),
  )

  app.post(
    '/api/v1/exemptions/:id/cease',
    {
      config: { rateLimit: declarations },
      schema: {
        operationId: 'ceaseExemption',
        tags,
        summary: 'Tell that the requisites are lost: the exemption ends the day before',
        params: ById,
        body: Ceasing,
        response: { 200: Exemption, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await cease(platform, actor, params.id, body.from)
      return showExemption(platform, actor, params.id)
    },
  )
}
