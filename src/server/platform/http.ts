// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import fastJsonStringify from 'fast-json-stringify'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify'
import { Type } from 'typebox'
import type { Actor } from './actor.ts'
import type { Config } from './config.ts'
import { Refusal, refusalOf } from './errors.ts'
import { uuidv7 } from './ids.ts'
import { preferredLanguage } from './text.ts'
import { needsSession, refusalFor, type Policies, type Policy } from './policy.ts'
import type { Platform, Room } from './room.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: its room's policy for its operation, put here when the route is mounted. */
    policy?: Policy
    /** Which of its room's policies a page follows; `pages` when not given. */
    policyName?: string
    /** HTML pages and protocol endpoints that are not part of the JSON API. */
    page?: boolean
  }
  interface FastifyRequest {
    actor: Actor
    /** What the request was refused with. */
    refusal: Refusal | null
    /** Code of the refusal that answers this request. */
    refusedAs?: string
  }
}

/** RFC 9457 problem document. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:problem:room/reason' }),
    title: Type.String({ description: 'What happened, in the language of the request' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code, room/reason' }),
    detail: Type.Optional(Type.String({ description: 'What to do next' })),
    field: Type.Optional(Type.String({ description: 'The field that is wrong' })),
    instance: Type.String({ description: 'Id of the request, to give to the help desk' }),
  },
  { title: 'Problem', additionalProperties: true },
)

export type Resolve = (request: FastifyRequest) => Promise<Actor>

export interface HttpOptions {
  config: Config
  /** Turns a request into its actor (session cookie, client key, nobody). */
  resolveActor: Resolve
  /** Hosts a form may be sent to besides our own: identity and payment providers. */
  formTargets: readonly string[]
  logger?: FastifyBaseLogger
  /** The clock; the system's when not given. */
  now?: () => Date
}

/** Answers bodies exactly as they came: `null` stays null, unknown fields are refused. */
function compilers() {
  const shared = { allErrors: false, strict: false, removeAdditional: false, useDefaults: true } as const
  const exact = addFormats.default(new Ajv({ ...shared, coerceTypes: false }))
  const fromText = addFormats.default(new Ajv({ ...shared, coerceTypes: 'array' }))
  return ({ schema, httpPart }: { schema: unknown; httpPart?: string | undefined }) => {
    let check: ValidateFunction | undefined
    return (data: unknown) => {
      check ??= (httpPart === 'body' ? exact : fromText).compile(schema as object)
      return check(data) || { error: check.errors ?? [] }
    }
  }
}

/** Writers of answers, each made when its route answers for the first time: all of them at the start take half a second. */
function writers({ schema }: { schema: unknown }): (data: unknown) => string {
  let write: ((data: unknown) => string) | undefined
  return (data) => (write ??= fastJsonStringify(schema as object))(data)
}

const invalid = (message: string, field: string | undefined): Refusal =>
  new Refusal(
    'platform/invalid-request',
    400,
    { it: 'I dati inviati non sono validi.', en: 'The data sent is not valid.' },
    {
      next: {
        it: `Correggi e invia di nuovo. Dettaglio: ${message}`,
        en: `Correct it and send again. Detail: ${message}`,
      },
      ...(field && { field }),
    },
  )

/** PostgreSQL stores no NUL character in text (22021) nor in JSON (22P05). */
const unstorable = invalid('a character that cannot be stored (NUL).', undefined)

const known: Record<string, Refusal> = {
  '22021': unstorable,
  '22P05': unstorable,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Refusal('platform/content-type', 415, {
    it: 'Il tipo di contenuto inviato non è accettato.',
    en: 'This content type is not accepted.',
  }),
  FST_ERR_CTP_BODY_TOO_LARGE: new Refusal('platform/too-large', 413, {
    it: 'I dati inviati sono troppo grandi.',
    en: 'The data sent is too large.',
  }),
}

const tooMany = new Refusal(
  'platform/too-many-requests',
  429,
  { it: 'Hai fatto troppe richieste in poco tempo.', en: 'Too many requests in a short time.' },
  { next: { it: 'Aspetta un minuto e riprova.', en: 'Wait a minute and try again.' }, retryAfter: 60 },
)

interface FrameworkError {
  code?: string
  statusCode?: number
  message: string
  validation?: { instancePath: string; params?: Record<string, unknown> }[]
  validationContext?: string
}

/** The refusal behind any thrown value; undefined for a bug of ours. */
function toRefusal(error: unknown): Refusal | undefined {
  const ours = refusalOf(error)
  if (ours) return ours
  const thrown = error as FrameworkError
  if (thrown.validation) {
    const [first] = thrown.validation
    const missing = first?.params?.['missingProperty'] ?? first?.params?.['additionalProperty']
    const path = [first?.instancePath.slice(1), missing].filter(Boolean).join('/')
    return invalid(thrown.message, path || thrown.validationContext)
  }
  const framework = known[thrown.code ?? '']
  if (framework) return framework
  if (thrown.statusCode && thrown.statusCode >= 400 && thrown.statusCode < 500)
    return invalid(thrown.message, undefined)
  return undefined
}

const bug = new Refusal(
  'platform/internal',
  500,
  { it: 'Qualcosa non ha funzionato dalla nostra parte.', en: 'Something went wrong on our side.' },
  {
    next: {
      it: 'Riprova; se succede ancora scrivi all’assistenza indicando il codice della richiesta.',
      en: 'Try again; if it happens again, write to the help desk with the request code.',
    },
  },
)

/** Sends a refusal as a problem document in the language of the request. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const language = request.actor?.language ?? preferredLanguage(request.headers['accept-language'])
  request.refusedAs = refusal.code
  const { next, field, extra, headers, retryAfter } = refusal.options
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value)
  if (retryAfter) void reply.header('retry-after', retryAfter)
  return reply
    .code(refusal.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      ...extra,
      type: `urn:problem:${refusal.code}`,
      title: refusal.text[language],
      status: refusal.status,
      code: refusal.code,
      ...(next && { detail: next[language] }),
      ...(field && { field }),
      instance: `urn:uuid:${request.id}`,
    })
}

/** What a thrown value is answered with; a bug of ours is logged and told as one. */
export function understood(error: unknown, request: FastifyRequest): Refusal {
  const refusal = toRefusal(error)
  if (!refusal) request.log.error({ err: error }, 'bug')
  request.refusal = refusal ?? bug
  return request.refusal
}

const wrongToken = new Refusal(
  'access/csrf',
  403,
  { it: 'La pagina è rimasta aperta troppo a lungo.', en: 'The page was open for too long.' },
  { next: { it: 'Ricarica la pagina e ripeti l’operazione.', en: 'Reload the page and repeat.' } },
)

/** How partners authenticate; scopes are described on their page and in docs/identity/partners.md. */
const partnerScheme = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const

/** Makes the HTTP server: every route follows a policy, or the start fails. */
export async function createHttp(options: HttpOptions): Promise<App> {
  const { config, resolveActor, formTargets, logger, now = () => new Date() } = options
  const app = Fastify({
    ...(logger
      ? { loggerInstance: logger }
      : { logger: { level: config.logLevel, redact: ['req.headers.cookie', 'req.headers.authorization'] } }),
    genReqId: () => uuidv7(),
    bodyLimit: 256 * 1024,
    routerOptions: { maxParamLength: 200 },
    trustProxy: config.env['TRUST_PROXY'] === '1',
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(compilers())
  app.setSerializerCompiler(writers)
  app.decorateRequest('actor', null as unknown as Actor) // set by the hook below before any handler runs
  app.decorateRequest('refusal', null)

  await app.register(cookie)
  await app.register(formbody, { bodyLimit: 1024 * 1024 })
  // People behind one address (a mobile network, a library) do not use up each other's requests.
  await app.register(rateLimit, {
    global: false,
    keyGenerator: ({ actor, ip }) => actor?.personId ?? ip,
    errorResponseBuilder: () => tooMany,
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'", ...formTargets],
      },
    },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: config.publicUrl.startsWith('https:'),
    crossOriginEmbedderPolicy: false,
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sinfonia',
        version: '0.1.0',
        summary: `Digital health services of ${config.region.name}`,
        description: 'The public interface that every screen uses. Errors are RFC 9457 problem documents.',
        contact: { name: 'Sinfonia', email: config.region.email },
        license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-sid' }, partner: partnerScheme },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) =>
        typeof json['title'] === 'string' ? json['title'] : `def-${i}`,
    },
  })

  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.method !== 'OPTIONS') routes.push(route)
  })
  app.addHook('onReady', async () => {
    const open = routes.find((route) => !route.config?.policy)
    if (open) throw new Error(`${String(open.method)} ${open.url} has no policy: nobody may call it.`)
  })
  app.addHook('onRequest', async (request, reply) => {
    request.actor = await resolveActor(request)
    void reply.header('x-request-id', request.id)
    const { policy } = request.routeOptions.config
    const refusal = policy && refusalFor(policy, request.actor, now())
    if (refusal) throw refusal
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.config.policy?.audit === 'person') {
      void reply.header('cache-control', 'no-store')
      if (reply.statusCode < 400 && !request.actor.audited)
        throw new Error(`${request.routeOptions.url} answered without an audit row`)
    }
    return payload
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url
    if (route)
      request.log.info(
        { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
        'request',
      )
  })
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, understood(error, request)))
  return app
}

/**
 * Puts the policies of a room on the routes registered in its scope from then on: an operation follows the policy of its id,
 * a page the one it names. A route without one, or an operation without id or answer, does not start.
 */
export function follow(scope: App, room: string, policies: Policies): void {
  scope.addHook('onRoute', (route) => {
    if (route.method === 'HEAD' || route.method === 'OPTIONS') return
    const { page, policyName } = route.config ?? {}
    const operationId = route.schema?.operationId
    const name = policyName ?? (page ? 'pages' : (operationId ?? ''))
    const policy = policies[name]
    const address = `${String(route.method)} ${route.url}`
    if (!policy) throw new Error(`${address}: the room ${room} has no policy ${name || 'for it'}`)
    if (!page && !(route.schema?.response && operationId))
      throw new Error(`${address}: response or operationId missing`)
    route.config = { ...route.config, policy }
    if (page) route.schema = { ...route.schema, hide: true }
    const { subjects, scope: needed } = policy
    if (subjects.includes('partner'))
      route.schema = { ...route.schema, security: [{ partner: needed ? [needed] : [] }] }
    if (needsSession(policy)) route.schema = { ...route.schema, security: [{ session: [] }] }
  })
}

/** The refusal for a state-changing request without the session's token. */
export const csrfRefusal = wrongToken

/** Registers the routes of the rooms. */
export async function mount(
  app: App,
  platform: Platform,
  rooms: readonly Pick<Room, 'name' | 'policies' | 'routes'>[],
): Promise<void> {
  for (const room of rooms) {
    await app.register(async (scope) => {
      follow(scope, room.name, room.policies ?? {})
      await room.routes?.(scope, platform)
    })
  }
}
