// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import { notFound } from './platform/errors.ts'
import { follow, sendProblem, type App } from './platform/http.ts'
import type { Policies } from './platform/policy.ts'

const folder = resolve(import.meta.dirname, '../../dist/web')
/** Addresses that machines use: there a missing page is a problem document, not a page. */
const forMachines = /^\/(api|auth|health|metrics|openapi|\.well-known)/
/** Addresses drawn in the browser: the signed-in area, the link without login, and adhesions. */
const drawnInBrowser =
  /^\/(?:(?:app|a|operatori|verifica-esenzione|en\/check-exemption)(?:\/|\?|$)|(?:adesioni|adesioni-vaccinali|en\/adhesions)\/[^/?])/
const config = { page: true }
const policies: Policies = {
  pages: { subjects: ['anyone'], action: 'READ', resource: 'page', purpose: 'information', audit: 'none' },
}

/**
 * Serves the built website: hashed files forever, pages fresh. Public pages are complete HTML files; the sign-in page gets
 * its identity providers here, so that it works without JavaScript.
 */
export async function serveWeb(app: App): Promise<void> {
  const missing = notFound({ it: 'Indirizzo', en: 'Address' })
  if (!existsSync(folder)) {
    app.setNotFoundHandler((request, reply) => sendProblem(request, reply, missing))
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  follow(app, 'web', policies)
  for (const file of await files()) {
    if (file.endsWith('index.html')) await servePage(app, file)
    else app.get(`/${file}`, { config, schema: { hide: true } }, (_request, reply) => reply.sendFile(file))
  }

  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (!page || forMachines.test(request.url)) return sendProblem(request, reply, missing)
    return drawnInBrowser.test(request.url)
      ? reply.code(200).sendFile('app.html')
      : reply.code(404).sendFile('404.html')
  })
}

/** Every file of the website by its path, without the compressed twins. */
async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name) && !entry.parentPath.includes('.vite'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

/** One public page at the address of its folder. */
async function servePage(app: App, file: string): Promise<void> {
  const template = await readFile(join(folder, file), 'utf8')
  const signIn = template.includes('data-each="provider"')
  const address = `/${dirname(file)}`.replace('/.', '/')
  app.get(address, { config, schema: { hide: true } }, async (request, reply) => {
    if (!signIn) return reply.sendFile(file)
    const { returnTo, stepUp } = request.query as { returnTo?: unknown; stepUp?: unknown } // a query is whatever was sent: checked below
    const [providers, cie, others] = await Promise.all([identityProviders(app), cieWays(app), otherWays(app)])
    const page = fillSignIn(template, {
      providers,
      ...cie,
      ...others,
      returnTo: ownAddress(returnTo),
      stepUp: stepUp === 'yes' ? 'yes' : '',
    })
    return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page)
  })
}

/** What the sign-in page offers, and where it leads back to. */
export interface Ways {
  providers: readonly Provider[]
  /** Where the button of CIE leads; empty while its provider is not known. */
  cie: string
  /** Where a second button of CIE leads, while the region offers both protocols; otherwise empty. */
  cieAlso: string
  cns: boolean
  /** Uses of a professional SPID identity. */
  purposes: readonly string[]
  returnTo: string
  /** `yes` when somebody who is signed in confirms who she is; otherwise empty. */
  stepUp: string
}

interface Provider {
  entityId: string
  name: string
}

/** The providers in random order, by the same public call that any client uses; none while it does not answer. */
async function identityProviders(app: App): Promise<Provider[]> {
  const answer = await app.inject('/api/v1/identity-providers?scheme=SPID')
  if (answer.statusCode === 200) return answer.json<Provider[]>()
  app.log.warn({ status: answer.statusCode }, 'the identity providers are not known')
  return []
}

/** SAML or OpenID Connect, as the region prefers, by the same public call. */
async function cieWays(app: App): Promise<Pick<Ways, 'cie' | 'cieAlso'>> {
  const answer = await app.inject('/api/v1/cie-ways')
  if (answer.statusCode !== 200) app.log.warn({ status: answer.statusCode }, 'the ways of CIE are not known')
  const [first, second] = answer.statusCode === 200 ? answer.json<{ start: string }[]>() : []
  return { cie: first?.start ?? '', cieAlso: second?.start ?? '' }
}

/** What else one can enter with, by the same public call. */
async function otherWays(app: App): Promise<Pick<Ways, 'cns' | 'purposes'>> {
  const answer = await app.inject('/api/v1/sign-in-ways')
  if (answer.statusCode !== 200) {
    app.log.warn({ status: answer.statusCode }, 'the ways to sign in are not known')
    return { cns: false, purposes: [] }
  }
  const { cns, professionalPurposes } = answer.json<{ cns: boolean; professionalPurposes: string[] }>()
  return { cns, purposes: professionalPurposes }
}

/** Only an address of the signed-in area is a place to come back to; anything else could lead away from us. */
export function ownAddress(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/(app|a|operatori)([/?][\w\-/?=&%.]*)?$/.test(wanted) ? wanted : '/app'
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#x27;')

/**
 * Repeats the one provider of the built page for each real one, takes away what cannot be used to enter (CIE while its
 * provider is not known, cards without a host for them, professional identities that are not offered, the words about a step-up,
 * and in one the account of ours, which is of level 1), and leaves the same
 * data for the script of the page.
 */
export function fillSignIn(template: string, ways: Ways): string {
  const { providers, cie, cieAlso, cns, purposes, returnTo, stepUp } = ways
  const data = JSON.stringify(ways).replaceAll('<', '\\u003c')
  const onlyIf = (there: boolean) => (part: string) => (there ? part : '')
  return template
    .replace(/<section [^>]*data-way="cns".*?<\/section>/s, onlyIf(cns))
    .replace(/<section [^>]*data-way="account".*?<\/section>/s, onlyIf(stepUp === ''))
    .replace(/<section [^>]*data-way="professional".*?<\/section>/s, onlyIf(purposes.length > 0))
    .replace(/<label [^>]*data-purpose="(\w+)".*?<\/label>/gs, (part, purpose: string) =>
      onlyIf(purposes.includes(purpose))(part),
    )
    .replace(/<li data-each="provider">.*?<\/li>/gs, (item) =>
      providers
        .map(({ entityId, name }) =>
          item
            .replaceAll('%entityId%', () => escape(entityId))
            .replaceAll('%name%', () => escape(name))
            .replaceAll('%returnTo%', () => escape(returnTo)),
        )
        .join(''),
    )
    .replace(/<li data-way="cie">.*?<\/li>/s, onlyIf(cie !== ''))
    .replace(/<li data-way="cie-also">.*?<\/li>/s, onlyIf(cieAlso !== ''))
    .replaceAll('%cie%', cie)
    .replaceAll('%cieAlso%', cieAlso)
    .replace(/<p data-way="step-up">.*?<\/p>/s, onlyIf(stepUp !== ''))
    .replaceAll('%returnTo%', () => escape(returnTo))
    .replaceAll(encodeURIComponent('%returnTo%'), () => encodeURIComponent(returnTo))
    .replaceAll('%stepUp%', stepUp)
    .replace('</body>', () => `<script type="application/json" id="sign-in-data">${data}</script></body>`)
}
