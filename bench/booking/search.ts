// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { searchOffers } from '../../src/server/engines/scheduling/index.ts'
import type { Searcher } from '../../src/server/platform/searches.ts'
import { openClient } from '../http-client.ts'
import { drive, seededRandom, summarise, type Figures, type Samples } from '../load.ts'

const clients = 32

/** Class letters with their rank and their share of prescriptions. */
const classes = [
  { letter: 'U', rank: 0, share: 0.05 },
  { letter: 'B', rank: 1, share: 0.2 },
  { letter: 'D', rank: 2, share: 0.35 },
  { letter: 'P', rank: 3, share: 0.4 },
] as const

/** Share of searches over the whole region; the others keep to one health authority. */
const wholeRegion = 0.2

interface Wish {
  serviceId: string
  aslId: string | null
  letter: string
  rank: number
}

/** Searches as people would make them: services as often as there are agendas for them, in all areas and classes. */
async function wishes(owner: pg.Pool, count: number): Promise<Wish[]> {
  const { rows } = await owner.query<{ serviceId: string; aslId: string }>(
    `select v.service_id as "serviceId", s.asl_id as "aslId"
     from scheduling.schedule_service v join scheduling.schedule s on s.id = v.schedule_id
     order by md5(v.service_id::text || s.id) limit $1`,
    [count],
  )
  if (rows.length === 0) throw new Error('The database has no agenda.')
  const random = seededRandom(1)
  return Array.from({ length: count }, (_, i) => {
    const { serviceId, aslId } = rows[i % rows.length]!
    let left = random()
    const chosen = classes.find(({ share }) => (left -= share) < 0) ?? classes[3]
    return { serviceId, aslId: random() < wholeRegion ? null : aslId, letter: chosen.letter, rank: chosen.rank }
  })
}

const pathOf = ({ serviceId, aslId, letter }: Wish): string =>
  `/api/v1/offers?serviceId=${serviceId}&priority=${letter}${aslId ? `&aslId=${aslId}` : ''}`

export interface SearchFigures {
  api: Figures
  sql: Figures
  /** Offers in an answer, on average. */
  offers: number
}

interface Side {
  /** Makes searches for some seconds. */
  run(seconds: number): Promise<Samples>
  close(): void
}

async function overHttp(url: string, mix: readonly Wish[]): Promise<Side> {
  const open = await Promise.all(Array.from({ length: clients }, () => openClient(url)))
  const paths = mix.map(pathOf)
  let next = 0
  return {
    run: (seconds) =>
      drive(clients, seconds, async (client) => {
        next += 1
        const answer = await open[client]!.ask({ method: 'GET', path: paths[next % paths.length]! })
        if (answer.status !== 200) throw new Error(`A search was answered ${answer.status}: ${answer.body}`)
      }),
    close: () => open.forEach((client) => client.close()),
  }
}

/** The search and the places of its answers, as one statement. */
const whole = `
  select o.*, t.*
  from scheduling.find_offers($1, $2::smallint, $3, null, null, null, null, null, null, $4, false, null, null, false, null, null, null,
    'WEB', 'any', '{SSN,CONV}', null, 20, null, null, null) o
  cross join lateral (
    select s.location_id, s.asl_id, p.name, p.address, m.name as municipality, s.latitude, s.longitude, s.organisation_id, g.name as organisation
    from scheduling.schedule s
    join registry.location p on p.id = s.location_id
    join registry.municipality m on m.istat_code = s.istat_code
    join registry.organisation g on g.id = s.organisation_id
    where s.id = o."scheduleId" limit 1
  ) t
  order by o."slotId"`

/** The same searches as the one statement they are, by the driver alone. */
function asSql(searches: Searcher, mix: readonly Wish[]): Side {
  let next = 0
  return {
    run: (seconds) =>
      drive(clients, seconds, async () => {
        next += 1
        const { serviceId, rank, aslId } = mix[next % mix.length]!
        const values = [serviceId, rank, new Date().toISOString(), aslId && [aslId]]
        await searches.query({ name: 'search', text: whole, values })
      }),
    close: () => undefined,
  }
}

async function meanOffers(searches: Searcher, mix: readonly Wish[]): Promise<number> {
  let sum = 0
  for (const { serviceId, rank, aslId } of mix) {
    sum += (await searchOffers(searches, { serviceId, rank, now: new Date(), ...(aslId && { aslIds: [aslId] }) }))
      .offers.length
  }
  return sum / mix.length
}

const rounds = 3

/** Measures both sides in turns, so that whatever else the machine does strikes both. The first turns only warm up. */
export async function measureSearch(
  url: string,
  owner: pg.Pool,
  searches: Searcher,
  seconds: number,
): Promise<SearchFigures> {
  const mix = await wishes(owner, 5_000)
  const offers = await meanOffers(searches, mix.slice(0, 500))
  const api = await overHttp(url, mix)
  const sql = asSql(searches, mix)
  const taken = { api: [] as Samples[], sql: [] as Samples[] }
  try {
    await api.run(Math.min(4, seconds))
    await sql.run(Math.min(2, seconds))
    for (let round = 0; round < rounds; round += 1) {
      taken.api.push(await api.run(seconds / rounds))
      taken.sql.push(await sql.run(seconds / rounds))
    }
  } finally {
    api.close()
    sql.close()
  }
  return { api: summarise(...taken.api), sql: summarise(...taken.sql), offers }
}
