// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { demoPassword } from '../spid/pages.ts'
import { demoPeople } from '../spid/people.ts'
import { signer, tables, trustedList } from './authority.ts'
import { cardOf, issueCard, kinds, type Card, type Kind } from './cards.ts'
import { ocspAnswer, readQuestion, revocationList } from './certificates.ts'
import { messagePage, readerPage } from './pages.ts'
import { pkcs12 } from './pkcs12.ts'

const hour = 3_600_000

/**
 * Cards of the sandbox: an authority on a signed trusted list, its revocation list and OCSP responder, cards of the demo
 * people, and a virtual reader. Faults: {system: 'cns', operation: 'ocsp', kind: 'down' | 'lie' | 'foreign' | 'old' |
 * 'future' | 'nonce' | 'unknown'}, {operation: 'list', kind: 'down' | 'foreign' | 'old' | 'future'}, {operation: 'trusted-list', kind: 'bent'}.
 */
export async function cnsSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  const { sql } = context
  await sql.query(tables)
  await app.register(
    async (scope) => {
      scope.addContentTypeParser('application/ocsp-request', { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, body),
      )
      scope.get('/trusted-list.xml', async (_request, reply) => {
        const bent = context.faults.strike('cns', 'trusted-list')
        const list = await trustedList(context)
        return reply.type('application/vnd.etsi.tsl+xml').send(bent ? list.replace('>IT<', '>IT <') : list)
      })
      scope.get('/list.crl', async (_request, reply) => {
        const fault = context.faults.strike('cns', 'list')?.kind
        if (fault === 'down') return reply.code(503).send()
        const { rows } = await sql.query<{ serial: string }>(`select serial from cns_card where state <> 'good'`)
        const [from, to] = windowOf(context.now(), fault)
        const serials = rows.map((row) => row.serial)
        return reply
          .type('application/pkix-crl')
          .send(revocationList(serials, await signer(context, fault === 'foreign' ? 'foreign' : 'authority'), from, to))
      })
      scope.post<{ Body: Buffer }>('/ocsp', async (request, reply) => {
        const fault = context.faults.strike('cns', 'ocsp')?.kind
        if (fault === 'down') return reply.code(503).send()
        const question = readQuestion(request.body)
        if (fault === 'nonce') question.nonce = randomBytes(16)
        const { rows } = await sql.query<{ state: string }>('select state from cns_card where serial = $1', [
          question.serial,
        ])
        const known = rows[0] ? (rows[0].state === 'good' ? 'good' : 'revoked') : 'unknown'
        const state = fault === 'unknown' ? 'unknown' : fault === 'lie' ? 'good' : known
        const from = await signer(context, fault === 'foreign' ? 'foreign' : 'responder')
        const [since, until] = windowOf(context.now(), fault)
        return reply.type('application/ocsp-response').send(ocspAnswer(question, state, from, since, until))
      })
      addReader(scope, context)
      scope.post<{ Body: { fiscalCode: string; kind?: Kind } }>('/control/cards', async ({ body }, reply) => {
        const { fiscalCode, kind = 'good' } = body
        if (!(kind in kinds)) return reply.code(400).send()
        return issueCard(context, fiscalCode, kind)
      })
      scope.put<{ Params: { serial: string }; Body: { state: string } }>(
        '/control/cards/:serial',
        async ({ params, body }, reply) => {
          await sql.query('update cns_card set state = $2 where serial = $1', [params.serial, body.state])
          return reply.code(204).send()
        },
      )
    },
    { prefix: '/cns' },
  )
}

/** A list or an answer is good for a day, or was, or will be. */
function windowOf(now: Date, fault: string | undefined): [Date, Date] {
  if (fault === 'future') return [new Date(now.getTime() + hour), new Date(now.getTime() + 24 * hour)]
  const end = now.getTime() + (fault === 'old' ? -2 * hour : 24 * hour)
  return [new Date(Math.min(now.getTime(), end - hour)), new Date(end)]
}

/** The virtual reader: shows a demo person's card to the platform, as her browser would, and follows where it leads. */
function addReader(scope: FastifyInstance, context: SandboxContext): void {
  const html = (reply: FastifyReply, status: number, page: string): FastifyReply =>
    reply.code(status).type('text/html').header('cache-control', 'no-store').send(page)

  scope.get<{ Querystring: { request?: string } }>('/reader', async ({ query }, reply) =>
    html(reply, 200, readerPage(query.request ?? '', await demoPeople(context.dataDir), context.cardsUrl)),
  )
  scope.post<{ Body: { person?: string } }>('/cards', async ({ body }, reply) => {
    const person = (await demoPeople(context.dataDir)).find((one) => one.fiscalCode === body.person)
    if (!person) return html(reply, 404, messagePage('Questa persona non ha una carta nel simulatore.'))
    const name = `${person.givenName} ${person.familyName} (prova)`
    const file = pkcs12(await cardOf(context, person.fiscalCode), name, demoPassword)
    return reply
      .type('application/x-pkcs12')
      .header('content-disposition', 'attachment; filename="tessera-di-prova.p12"')
      .header('cache-control', 'no-store')
      .send(file)
  })
  scope.post<{ Body: { request?: string; person?: string } }>('/reader', async ({ body }, reply) => {
    const person = (await demoPeople(context.dataDir)).find((one) => one.fiscalCode === body.person)
    if (!person) return html(reply, 400, messagePage('Questa persona non ha una carta nel simulatore.'))
    if (!context.cardsUrl) return html(reply, 503, messagePage('CNS_PORT non è configurata: nessuno legge la carta.'))
    const shown = await show(context, await cardOf(context, person.fiscalCode), body.request ?? '')
    return shown.location ? reply.redirect(shown.location, 303) : html(reply, shown.status, shown.page)
  })
}

/** Mutual TLS with the platform's host of cards. */
async function show(
  context: SandboxContext,
  card: Card,
  request: string,
): Promise<{ status: number; location: string | undefined; page: string }> {
  const address = new URL('/auth/cns/card', context.cardsUrl)
  address.searchParams.set('request', request)
  const ca = await readFile(join(context.dataDir, 'keys', 'cns.crt'))
  return new Promise((done, failed) => {
    const options = { cert: card.certificate, key: card.key, ca, checkServerIdentity: () => undefined, agent: false }
    get(address, options, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        done({
          status: answer.statusCode ?? 500,
          location: answer.headers.location,
          page: Buffer.concat(parts).toString(),
        }),
      )
    }).on('error', failed)
  })
}
