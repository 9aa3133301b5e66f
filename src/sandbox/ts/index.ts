// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { demoPeople } from '../spid/people.ts'

/** Credentials of the region on the sandbox; the platform's settings have the same as defaults. */
const credentials = 'regione:sandbox-ts-password'
const linesPerPage = 1_000
const line = /^([A-Z0-9]{16}|\d{11});(E0[134]);(\d{4}-\d{2}-\d{2});(\d{4}-\d{2}-\d{2})$/

interface ListRow {
  id: string
  year: number
  asl: string
  number: number
  lines: string[]
}

class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const pageOf = (list: ListRow, page: number) =>
  `${list.lines.slice((page - 1) * linesPerPage, page * linesPerPage).join('\r\n')}\r\n`

/**
 * Sistema TS, the yearly list of who is entitled to an exemption by income (E01, E03, E04; DM 11/12/2009): for each health authority
 * and year a list with a number that grows at each publication, read in pages of text lines `code;exemption;from;to`. Basic
 * authentication in the first request, as its other services ask. In the demo region the people over 65 are listed; what the Ministry does is under /ts/control/lists.
 * Fault: {system: 'ts', operation: 'list' | 'page', kind: 'down' | 'error'}.
 */
export async function tsSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  const { sql } = context
  await sql.query(`create table if not exists ts_list (
    id text primary key, year int not null, asl text not null, number int not null, lines text[] not null, unique (year, asl, number))`)

  async function publish(year: number, asl: string, lines: readonly string[]): Promise<ListRow> {
    const { rows } = await sql.query<ListRow>(
      `insert into ts_list (id, year, asl, number, lines)
       select $1 || '-' || $2 || '-' || n, $1::int, $2, n, $3
       from (select coalesce(max(number), 0) + 1 as n from ts_list where year = $1::int and asl = $2) next
       returning *`,
      [String(year), asl, lines],
    )
    return rows[0]!
  }

  /** Nobody published a list for the year that runs: the demo people who are over 65 stand in it. */
  async function demoList(year: number, asl: string): Promise<ListRow | undefined> {
    const today = context.now().toISOString().slice(0, 10)
    const first = `${year}-04-01`
    if (today < first || today >= `${year + 1}-04-01`) return undefined
    const old = (await demoPeople(context.dataDir)).filter(({ birthDate }) => birthDate < `${year - 65}-04-01`)
    const codes = old.map(({ fiscalCode }) => fiscalCode).filter((code) => /^[A-Z0-9]{16}$/.test(code))
    if (codes.length === 0) return undefined
    return publish(
      year,
      asl,
      codes.map((code) => `${code};E01;${first};${year + 1}-03-31`),
    )
  }

  async function newest(year: number, asl: string): Promise<ListRow> {
    const { rows } = await sql.query<ListRow>(
      'select * from ts_list where year = $1 and asl = $2 order by number desc limit 1',
      [year, asl],
    )
    const list = rows[0] ?? (await demoList(year, asl))
    if (!list) throw new Refused(404, 'TS404', 'Elenco non pubblicato per anno e azienda sanitaria')
    return list
  }

  /** Checks as the real system does, before it looks at anything else. */
  async function answered(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: string,
    work: () => Promise<unknown>,
  ) {
    try {
      const basic = `Basic ${Buffer.from(credentials).toString('base64')}`
      if (request.headers.authorization !== basic) throw new Refused(401, 'TS401', 'Credenziali assenti o errate')
      const fault = context.faults.strike('ts', operation)
      if (fault?.kind === 'down') {
        reply.hijack()
        request.raw.socket.destroy()
        return reply
      }
      if (fault) throw new Refused(503, 'TS503', 'Servizio non disponibile')
      return await work()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return reply.code(error.status).send({ codice: error.code, descrizione: error.message })
    }
  }

  app.get<{ Querystring: { anno?: string; codiceAsl?: string } }>('/ts/esenzioni/v1/elenchi', (request, reply) =>
    answered(request, reply, 'list', async () => {
      const { anno = '', codiceAsl = '' } = request.query
      if (!/^20\d{2}$/.test(anno)) throw new Refused(400, 'TS400', 'anno: quattro cifre')
      if (!/^\d{6}$/.test(codiceAsl)) throw new Refused(400, 'TS400', 'codiceAsl: sei cifre')
      const list = await newest(Number(anno), codiceAsl)
      const pages = Math.max(1, Math.ceil(list.lines.length / linesPerPage))
      return {
        idElenco: list.id,
        anno: list.year,
        codiceAsl: list.asl,
        progressivo: list.number,
        righe: list.lines.length,
        pagine: Array.from({ length: pages }, (_, i) => ({ pagina: i + 1, sha256: sha256(pageOf(list, i + 1)) })),
      }
    }),
  )

  app.get<{ Params: { id: string; page: string } }>('/ts/esenzioni/v1/elenchi/:id/pagine/:page', (request, reply) =>
    answered(request, reply, 'page', async () => {
      const { rows } = await sql.query<ListRow>('select * from ts_list where id = $1', [request.params.id])
      const page = Number(request.params.page)
      const pages = rows[0] ? Math.max(1, Math.ceil(rows[0].lines.length / linesPerPage)) : 0
      if (!rows[0] || !(page >= 1 && page <= pages)) throw new Refused(404, 'TS404', 'Pagina inesistente')
      return reply.type('text/csv; charset=utf-8').send(pageOf(rows[0], page))
    }),
  )

  app.post<{ Body: { year: number; asl: string; lines: string[] } }>('/ts/control/lists', async ({ body }, reply) => {
    const wrong = body.lines.find((one) => !line.test(one))
    if (wrong !== undefined) return reply.code(400).send({ codice: 'TS400', descrizione: 'riga non valida' })
    const { number } = await publish(body.year, body.asl, body.lines)
    return reply.code(201).send({ progressivo: number })
  })
}
