// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { SandboxContext } from '../context.ts'
import { mustFit, RegistryRefusal, type Body, type RegistryEvent, type SubjectState } from './facts.ts'

export interface RegistryPlayed {
  /** Name in addresses, tables and faults. */
  name: 'anpr' | 'ana'
  /** Refuses who may not read; the registry looks at nothing else before. */
  admit(request: FastifyRequest): Promise<void>
}

const tables = `
  create table if not exists registry_subject (
    source text not null, id text not null, number int not null, state jsonb not null, primary key (source, id));
  create table if not exists registry_event (
    id text primary key, source text not null, subject text not null, number int not null, body jsonb not null,
    unique (source, subject, number));
  create table if not exists registry_notice (
    position bigint generated always as identity primary key, source text not null, event_id text not null);`

interface Notice {
  position: string
  body: RegistryEvent
}

/**
 * A national registry that tells the region what changes: a feed read from a place on, and messages by number for who misses
 * some. What a municipality or an office does is under /control. Fault: {system, operation: 'pull' | 'recover', kind: 'down' |
 * 'error' | 'shuffle' | 'lose'}; the last two bend the order and the completeness of one answer.
 */
export async function playRegistry(
  app: FastifyInstance,
  context: SandboxContext,
  played: RegistryPlayed,
): Promise<void> {
  const { sql } = context
  const { name } = played
  await sql.query(tables)

  async function answered(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: string,
    work: (bend: string | undefined) => Promise<unknown>,
  ) {
    try {
      await played.admit(request)
      const fault = context.faults.strike(name, operation)
      if (fault?.kind === 'down') {
        reply.hijack()
        request.raw.socket.destroy()
        return reply
      }
      if (fault?.kind === 'error') throw new RegistryRefusal(503, 'Servizio non disponibile')
      return await work(fault?.kind)
    } catch (error) {
      return refuse(reply, error)
    }
  }

  app.get<{ Querystring: { dopo?: string; limite?: string } }>(`/${name}/notifiche/v1/notifiche`, (request, reply) =>
    answered(request, reply, 'pull', async (bend) => {
      const { dopo = '0', limite = '100' } = request.query
      if (!/^\d{1,15}$/.test(dopo)) throw new RegistryRefusal(400, 'dopo: un numero')
      if (!/^\d{1,3}$/.test(limite) || Number(limite) < 1 || Number(limite) > 500)
        throw new RegistryRefusal(400, 'limite: da 1 a 500')
      const { rows } = await sql.query<Notice>(
        `select n.position, e.body from registry_notice n join registry_event e on e.id = n.event_id
         where n.source = $1 and n.position > $2 order by n.position limit $3`,
        [name, dopo, Number(limite) + 1],
      )
      const page = rows.slice(0, Number(limite))
      return { notifiche: bent(page, bend), altre: rows.length > page.length }
    }),
  )

  app.post<{ Body: { idSoggetto?: unknown; progressivi?: unknown } }>(
    `/${name}/notifiche/v1/recuperi`,
    (request, reply) =>
      answered(request, reply, 'recover', async () => {
        const { idSoggetto, progressivi } = request.body ?? {}
        const numbers = Array.isArray(progressivi) ? progressivi : []
        if (
          typeof idSoggetto !== 'string' ||
          numbers.length === 0 ||
          numbers.length > 100 ||
          !numbers.every(Number.isInteger)
        )
          throw new RegistryRefusal(400, 'idSoggetto e da 1 a 100 progressivi')
        const { rows } = await sql.query<{ body: RegistryEvent }>(
          `select body from registry_event where source = $1 and subject = $2 and number = any ($3::int[]) order by number`,
          [name, idSoggetto, numbers],
        )
        return { eventi: rows.map(({ body }) => body) }
      }),
  )

  /** Enters a fact, as a municipality or an office of the health service does; `silent` keeps it out of the feed for now. */
  app.post<{ Body: Body & { silent?: boolean } }>(`/${name}/control/events`, async ({ body }, reply) => {
    const { silent, ...fact } = body
    try {
      const event = await enter(sql, context, name, fact)
      if (!silent) await deliver(sql, name, [event.idEvento])
      return await reply.code(201).send(event)
    } catch (error) {
      return refuse(reply, error)
    }
  })

  /** Puts events into the feed, in this order: for the first time, late, or once more. */
  app.post<{ Body: { events: string[] } }>(`/${name}/control/feed`, async ({ body }, reply) => {
    await deliver(sql, name, body.events)
    return reply.code(204).send()
  })
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof RegistryRefusal)) throw error
  return reply
    .code(error.status)
    .type('application/problem+json')
    .send({ type: 'about:blank', status: error.status, title: error.message })
}

/** The notices of one answer out of order, or without the first; their places in the feed grow all the same. */
function bent(page: readonly Notice[], bend: string | undefined): { posizione: number; evento: RegistryEvent }[] {
  const bodies = page.map(({ body }) => body)
  const shown = bend === 'shuffle' ? bodies.toReversed() : bodies
  const notices = page.map(({ position }, i) => ({ posizione: Number(position), evento: shown[i]! }))
  return bend === 'lose' ? notices.slice(1) : notices
}

async function deliver(sql: pg.Pool, source: string, events: readonly string[]): Promise<void> {
  await sql.query(
    `insert into registry_notice (source, event_id) select $1, e.id from unnest($2::text[]) with ordinality w(id, n)
     join registry_event e on e.id = w.id and e.source = $1 order by w.n`,
    [source, [...events]],
  )
}

/** Numbers the event among those of its subject, and lets it change what the registry has of her. */
async function enter(
  sql: pg.Pool,
  context: SandboxContext,
  source: 'anpr' | 'ana',
  fact: Body,
): Promise<RegistryEvent> {
  const client = await sql.connect()
  try {
    await client.query('begin')
    await client.query('insert into registry_subject values ($1, $2, 0, $3) on conflict do nothing', [
      source,
      fact.idSoggetto,
      {},
    ])
    const { rows } = await client.query<{ number: number; state: SubjectState }>(
      'select number, state from registry_subject where source = $1 and id = $2 for update',
      [source, fact.idSoggetto],
    )
    const { number, state } = rows[0]!
    const { next, soggetto } = mustFit(source, state, fact)
    const event: RegistryEvent = {
      idEvento: randomUUID(),
      idSoggetto: fact.idSoggetto,
      progressivo: number + 1,
      progressivoPrecedente: number === 0 ? null : number,
      tipo: fact.tipo,
      dataDecorrenza: fact.dataDecorrenza,
      dataRegistrazione: context.now().toISOString(),
      soggetto,
      dati: fact.dati ?? {},
    }
    const events = [...(state.events ?? []), { id: event.idEvento, tipo: fact.tipo, annulled: false }].map((one) =>
      fact.tipo === 'ANNULLAMENTO' && one.id === fact.dati?.evento ? { ...one, annulled: true } : one,
    )
    await client.query('insert into registry_event values ($1, $2, $3, $4, $5)', [
      event.idEvento,
      source,
      fact.idSoggetto,
      event.progressivo,
      event,
    ])
    await client.query('update registry_subject set number = $3, state = $4 where source = $1 and id = $2', [
      source,
      fact.idSoggetto,
      event.progressivo,
      { ...next, soggetto, events },
    ])
    await client.query('commit')
    return event
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
