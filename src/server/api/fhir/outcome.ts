// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../platform/errors.ts'
import { preferredLanguage } from '../../platform/text.ts'

export const fhirJson = 'application/fhir+json'

/** What a status of HTTP is called among FHIR's kinds of issues. */
const issueCodes: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  406: 'not-supported',
  409: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  429: 'throttled',
  503: 'transient',
}
const byCode: Readonly<Record<string, string>> = {
  'fhir/value': 'value',
  'fhir/parameter': 'not-supported',
  'fhir/too-many': 'too-costly',
  'platform/internal': 'exception',
}

/** A refusal as FHIR says it: the kind of issue, our code, what happened and what to do next. */
export function outcomeOf(request: FastifyRequest, { code, status, text, options }: Refusal): object {
  const language = request.actor?.language ?? preferredLanguage(request.headers['accept-language'])
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: status >= 500 ? 'fatal' : 'error',
        code: byCode[code] ?? issueCodes[status] ?? 'processing',
        details: { coding: [{ system: 'urn:problem', code }], text: text[language] },
        diagnostics: [options.next?.[language], `urn:uuid:${request.id}`].filter(Boolean).join(' '),
        ...(options.field && { expression: [`http.${options.field}`] }),
      },
    ],
  }
}

/** Sends a refusal, also the platform's own, as an OperationOutcome. */
export function sendOutcome(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  request.refusedAs = refusal.code
  const { headers, retryAfter } = refusal.options
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value)
  if (retryAfter) void reply.header('retry-after', retryAfter)
  return reply.code(refusal.status).type(fhirJson).serializer(JSON.stringify).send(outcomeOf(request, refusal))
}

/** What a search did not look at, told beside what it found. */
export const ignoredOutcome = (names: readonly string[]): object => ({
  resourceType: 'OperationOutcome',
  issue: names.map((name) => ({
    severity: 'warning',
    code: 'not-supported',
    details: { text: `The parameter ${name} was ignored.` },
    expression: [`http.${name}`],
  })),
})
