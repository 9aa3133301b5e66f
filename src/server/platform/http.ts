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
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { Type } from 'typebox'
import type { DelegatedService } from '../../shared/delegated-services.ts'
import type { Actor, Level } from './actor.ts'
import type { Config } from './config.ts'
import { Refusal, refusalOf } from './errors.ts'
import { uuidv7 } from './ids.ts'
import { preferredLanguage } from './text.ts'
import type { Platform } from './room.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Who may call a route. `machine` routes authenticate their caller themselves, with a key or a signature. */
export type Access = 'public' | 'citizen' | 'professional' | 'partner' | 'machine'

/**
 * What the audit trail must hold after a successful answer: `none` for routes that touch no person's data,
 * `person` for those that read or change some (the handler calls `audit`, or the answer is withheld).
 */
export type AuditClass = 'none' | 'person'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route is for: whoever acts for another needs a delegation that covers it. Bookings when not given. */
    service?: DelegatedService
    access?: Access
    audit?: AuditClass
    /** Lowest assurance level; 2 for citizens when not given. */
    level?: Level
    /** Roles in which a professional may call. */
    roles?: readonly string[]
    /** What a partner's token must allow. */
    scope?: string
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
}

/** Answers bodies exactly as they came: `null` stays null, unknown fields are refused. */
function compilers() {
  const shared = { allErrors: false, strict: false, removeAdditional: false, useDefaults: true } as const
  const exact = addFormats.default(new Ajv({ ...shared, coerceTypes: false }))
  const fromText = addFormats.default(new Ajv({ ...shared, coerceTypes: 'array' }))
  return ({ schema, httpPart }: { schema: unknown; httpPart?: string | undefined }): ValidateFunction =>
    (httpPart === 'body' ? exact : fromText).compile(schema as object)
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

const signIn = new Refusal(
  'access/sign-in-required',
  401,
  { it: 'Per continuare devi entrare.', en: 'Sign in to continue.' },
  { next: { it: 'Entra con SPID e riprova.', en: 'Sign in with SPID and try again.' } },
)
const levelTooLow = new Refusal(
  'access/level-too-low',
  403,
  { it: 'Per questa operazione serve un’identità più sicura.', en: 'This needs a stronger identity.' },
  { next: { it: 'Entra di nuovo con SPID di livello 2.', en: 'Sign in again with SPID level 2.' } },
)
const wrongToken = new Refusal(
  'access/csrf',
  403,
  { it: 'La pagina è rimasta aperta troppo a lungo.', en: 'The page was open for too long.' },
  { next: { it: 'Ricarica la pagina e ripeti l’operazione.', en: 'Reload the page and repeat.' } },
)

const roleRequired = new Refusal(
  'access/role-required',
  403,
  { it: 'Per questa operazione serve un altro ruolo.', en: 'This needs another role.' },
  { next: { it: 'Scegli il ruolo giusto, se lo hai.', en: 'Choose the right role, if you have it.' } },
)

/** RFC 6750, section 3.1. */
function scopeMissing(scope: string): Refusal {
  return new Refusal(
    'access/insufficient-scope',
    403,
    { it: `Al client manca l’ambito ${scope}.`, en: `The client lacks the scope ${scope}.` },
    {
      next: {
        it: 'Chiedilo nella pagina dei partner, poi chiedi un nuovo token.',
        en: 'Ask for it on the partners’ page, then ask for a new token.',
      },
      headers: { 'www-authenticate': `Bearer realm="sinfonia", error="insufficient_scope", scope="${scope}"` },
      extra: { scope },
    },
  )
}

const notForMinors = new Refusal(
  'access/not-for-minors',
  403,
  {
    it: 'Prima dei diciotto anni non puoi usare questo servizio da solo.',
    en: 'Below eighteen you cannot use this service alone.',
  },
  { next: { it: 'Lo usa per te un genitore o il tutore.', en: 'A parent or guardian uses it for you.' } },
)

function mayCall(request: FastifyRequest): Refusal | undefined {
  const { access, roles, scope, service, level = 2 } = request.routeOptions.config
  if (access === 'partner' && scope && !request.actor.partner?.scopes.includes(scope)) return scopeMissing(scope)
  if (access === 'professional') {
    if (request.actor.kind === 'public') return signIn
    return roles?.includes(request.actor.role?.code ?? '') ? undefined : roleRequired
  }
  if (access !== 'citizen') return undefined
  if (request.actor.kind !== 'citizen') return signIn
  if (request.actor.level < level) return levelTooLow
  return service && !request.actor.patients.includes(request.actor.personId ?? '') ? notForMinors : undefined
}

/** How partners authenticate; scopes are described on their page and in docs/identity/partners.md. */
const partnerScheme = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const

/** Makes the HTTP server: every route declares access, audit class, answer and operation id, or the start fails. */
export async function createHttp({ config, resolveActor, formTargets, logger }: HttpOptions): Promise<App> {
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

  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD' || route.method === 'OPTIONS') return
    const { access, audit, page, scope } = route.config ?? {}
    const complete = access && audit && (page || (route.schema?.response && route.schema.operationId))
    if (!complete)
      throw new Error(`${String(route.method)} ${route.url}: access, audit, response or operationId missing`)
    if (page) route.schema = { ...route.schema, hide: true }
    if (access === 'partner') route.schema = { ...route.schema, security: [{ partner: scope ? [scope] : [] }] }
    if (access === 'citizen' || access === 'professional')
      route.schema = { ...route.schema, security: [{ session: [] }] }
  })
  app.addHook('onRequest', async (request, reply) => {
    request.actor = await resolveActor(request)
    void reply.header('x-request-id', request.id)
    const refusal = mayCall(request)
    if (refusal) throw refusal
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.config.audit === 'person') {
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
  app.setErrorHandler((error, request, reply) => {
    const refusal = toRefusal(error)
    if (!refusal) request.log.error({ err: error }, 'bug')
    request.refusal = refusal ?? bug
    return sendProblem(request, reply, refusal ?? bug)
  })
  return app
}

/** The refusal for a state-changing request without the session's token. */
export const csrfRefusal = wrongToken

/** Registers the routes of the rooms. */
export async function mount(
  app: App,
  platform: Platform,
  rooms: readonly { routes?: (app: App, platform: Platform) => void | Promise<void> }[],
): Promise<void> {
  for (const room of rooms) {
    await app.register(async (scope) => {
      await room.routes?.(scope, platform)
    })
  }
}
