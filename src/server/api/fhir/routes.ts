// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { audit } from '../../access/audit/index.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { understood, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { eTagOf, runSearch, versioned, type Shown } from './bundle.ts'
import type { Context, Definition } from './definition.ts'
import { systemsOf } from './identifiers.ts'
import { capabilities } from './metadata.ts'
import { fhirJson, sendOutcome } from './outcome.ts'
import { definitions, scopeOf } from './resources.ts'
import { understand } from './search.ts'

const Outcome = Type.Object(
  { resourceType: Type.String() },
  { title: 'FhirOperationOutcome', additionalProperties: true },
)
const Answer = Type.Object(
  { resourceType: Type.String() },
  { title: 'FhirResource', description: 'A resource of FHIR R4 (http://hl7.org/fhir/R4/)', additionalProperties: true },
)
const Bundle = Type.Object(
  { resourceType: Type.String() },
  { title: 'FhirBundle', description: 'A searchset of FHIR R4', additionalProperties: true },
)
const as = (schema: typeof Answer) => ({ description: 'FHIR R4', content: { [fhirJson]: { schema } } })
const errors = { '4xx': as(Outcome) }

const notJson = new Refusal(
  'fhir/format',
  406,
  { it: 'Qui c’è solo JSON.', en: 'There is only JSON here.' },
  { next: { it: `Chiedi ${fhirJson}.`, en: `Ask for ${fhirJson}.` } },
)
const notForm = new Refusal(
  'platform/content-type',
  415,
  { it: 'La ricerca si manda come modulo.', en: 'A search is sent as a form.' },
  {
    next: {
      it: 'Manda application/x-www-form-urlencoded.',
      en: 'Send application/x-www-form-urlencoded.',
    },
  },
)

/** Names and values of a query or a form, repeated ones one after the other. */
function pairs(sent: unknown): [string, string][] {
  return Object.entries((sent ?? {}) as Record<string, string | string[]>).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  )
}

const jsonNames = new Set(['json', fhirJson, 'application/json', 'text/json'])

/** Refuses whoever wants anything but JSON, by `_format` or `Accept`. */
function wantsJson(request: FastifyRequest): void {
  const format = pairs(request.query).find(([name]) => name === '_format')?.[1]
  const asked = format === undefined ? (request.headers.accept ?? '*/*').split(',') : [format]
  const fits = asked.some((one) => {
    const type = one.split(';')[0]!.trim().toLowerCase().replace('fhir json', 'fhir+json')
    return jsonNames.has(type) || (format === undefined && ['*/*', 'application/*'].includes(type))
  })
  if (!fits) throw notJson
}

/** FHIR R4 over the registry: the routes of every resource of the table. */
export function routes(app: App, platform: Platform): void {
  const { config, db, now } = platform
  const base = `${config.publicUrl}/fhir/R4`
  const systems = systemsOf(config, base)
  const contextOf = ({ actor }: FastifyRequest): Context => ({
    base,
    systems,
    region: config.region,
    actor,
    day: romeDay(now()),
  })
  const tokenEndpoint = `${config.publicUrl}/oauth/token`

  void app.register(
    async (fhir: App) => {
      fhir.setErrorHandler((error, request, reply) => sendOutcome(request, reply, understood(error, request)))
      fhir.setNotFoundHandler((request, reply) =>
        sendOutcome(request, reply, notFound({ it: 'Risorsa FHIR', en: 'FHIR resource' })),
      )
      fhir.addHook('preValidation', async (request) => wantsJson(request))

      fhir.get(
        '/metadata',
        {
          schema: {
            operationId: 'getFhirCapabilities',
            tags: ['fhir'],
            summary: 'What the FHIR server does (CapabilityStatement)',
            response: { 200: as(Answer), ...errors },
          },
        },
        async (_request, reply) =>
          reply
            .type(fhirJson)
            .serializer(JSON.stringify)
            .send(capabilities(base, tokenEndpoint, config.region.owner)),
      )
      fhir.get(
        '/.well-known/smart-configuration',
        {
          schema: {
            operationId: 'getFhirSmartConfiguration',
            tags: ['fhir'],
            summary: 'Where tokens come from and which scopes there are (SMART App Launch 2)',
            response: {
              200: Type.Object(
                { token_endpoint: Type.String() },
                { title: 'SmartConfiguration', additionalProperties: true },
              ),
              ...errors,
            },
          },
        },
        async () => ({
          issuer: config.publicUrl,
          jwks_uri: `${config.publicUrl}/oauth/jwks`,
          token_endpoint: tokenEndpoint,
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          grant_types_supported: ['client_credentials'],
          scopes_supported: Object.values(definitions).map(({ type }) => scopeOf(type)),
          capabilities: ['client-confidential-asymmetric', 'permission-v2'],
        }),
      )
      for (const definition of Object.values(definitions)) serve(fhir, definition)
    },
    { prefix: '/fhir/R4' },
  )

  /** Writes down whose data was shown; each of them finds it in her list. A search that shows nobody is known to auditors. */
  async function tellWhomItShowed(tx: Tx, request: FastifyRequest, action: 'READ' | 'SEARCH', shown: readonly Shown[]) {
    const people = new Map(
      shown.flatMap(({ people: of, id }) => of.map((person) => [`${person} ${id}`, { person, id }])),
    )
    const nobody = { person: null, id: undefined }
    await audit(
      tx,
      request.actor,
      ...(people.size > 0 ? [...people.values()] : [nobody]).map(({ person, id }) => ({
        action,
        patientId: person,
        object: 'person-record',
        objectId: id,
        purpose: 'interoperability',
      })),
    )
  }

  /** People's rows are read as the system, which sees everybody; what leaves was named by the criteria. */
  function work<T>(definition: Definition, run: (tx: Tx) => Promise<T>): Promise<T> {
    return definition.people ? asSystem(db, run) : db.transaction().execute(run)
  }

  function serve(fhir: App, definition: Definition): void {
    const { type } = definition
    const search = async (request: FastifyRequest, reply: FastifyReply, posted: boolean) => {
      const context = contextOf(request)
      const [, handling] = /\bhandling=(strict|lenient)\b/.exec(String(request.headers['prefer'] ?? '')) ?? []
      // A filter that is ignored shows more: where it would show more people, only who asks for that gets it.
      const strict = handling ? handling === 'strict' : definition.people !== undefined
      const parameters = [
        ...pairs(request.query).map(([name, value]) => ({ name, value, inBody: false })),
        ...(posted ? pairs(request.body).map(([name, value]) => ({ name, value, inBody: true })) : []),
      ]
      const asked = understand(definition, parameters, strict, context, (other) =>
        request.actor.partner!.scopes.includes(scopeOf(other)),
      )
      const bundle = await work(definition, async (tx) => {
        const found = await runSearch(tx, definition, asked, context, posted)
        if (definition.people) await tellWhomItShowed(tx, request, 'SEARCH', found.shown)
        return found.bundle
      })
      return reply.type(fhirJson).serializer(JSON.stringify).send(bundle)
    }
    const querystring = Type.Object(
      Object.fromEntries(
        [...Object.entries(definition.parameters), ...controls].map(([name, { documentation }]) => [
          name,
          Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description: documentation })),
        ]),
      ),
    )
    fhir.get(
      `/${type}/:id`,
      {
        schema: {
          operationId: `readFhir${type}`,
          tags: ['fhir'],
          summary: `Read: ${definition.documentation}`,
          params: Type.Object({ id: Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9.-]+$' }) }),
          response: { 200: as(Answer), 304: Type.Null(), ...errors },
        },
      },
      async (request, reply) => {
        const context = contextOf(request)
        const { id } = request.params as { id: string }
        const row = await work(definition, async (tx) => {
          const [found] = await definition.find(tx, context, [{ field: 'id', tests: [{ kind: 'code', value: id }] }], {
            limit: 1,
          })
          if (found && definition.people)
            await tellWhomItShowed(tx, request, 'READ', [{ type, id: found.id, people: definition.people(found) }])
          return found
        })
        if (!row) throw notFound({ it: type, en: type })
        const resource = versioned(definition.toResource(row, context))
        const eTag = eTagOf(resource)
        void reply.header('etag', eTag)
        const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim())
        if (known.includes(eTag) || known.includes(eTag.slice(2))) return reply.code(304).send(null)
        return reply.type(fhirJson).serializer(JSON.stringify).send(resource)
      },
    )
    fhir.get(
      `/${type}`,
      {
        schema: {
          operationId: `searchFhir${type}`,
          tags: ['fhir'],
          summary: `Search: ${definition.documentation}`,
          querystring,
          response: { 200: as(Bundle), ...errors },
        },
      },
      (request, reply) => search(request, reply, false),
    )
    fhir.post(
      `/${type}/_search`,
      {
        preValidation: async (request) => {
          if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) throw notForm
        },
        schema: {
          operationId: `postSearchFhir${type}`,
          tags: ['fhir'],
          summary: `Search with the parameters in the body, as a form: ${definition.documentation}`,
          consumes: ['application/x-www-form-urlencoded'],
          body: Type.Object({}, { additionalProperties: true, description: 'The parameters of the search by GET' }),
          response: { 200: as(Bundle), ...errors },
        },
      },
      (request, reply) => search(request, reply, true),
    )
  }
}

const controls: [string, { documentation: string }][] = [
  ['_count', { documentation: 'Rows of a page; 0 only counts' }],
  ['_sort', { documentation: 'Order' }],
  ['_total', { documentation: 'none or accurate' }],
  ['_summary', { documentation: 'count' }],
  ['_elements', { documentation: 'Elements wanted, with commas between' }],
  ['_include', { documentation: 'Resources that the results name' }],
  ['_revinclude', { documentation: 'Resources that name the results' }],
  ['_cursor', { documentation: 'As in the link next' }],
  ['_format', { documentation: 'json' }],
]
