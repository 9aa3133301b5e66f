// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { CompiledQuery } from 'kysely'
import type { Db, Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Searcher } from '../../platform/searches.ts'
import { placesOfAgendas, type AgendaPlace, type Run } from './agenda-places.ts'
import type { Regime } from './agendas.ts'

export interface OfferQuery {
  serviceId: string
  /** Class of the request: lower is more urgent. */
  rank: number
  now: Date
  /** First instant wished; now when not given. */
  from?: Date
  /** Last instant; the end of the agendas when not given. */
  to?: Date
  /** Before or after one o'clock. */
  halfDay?: 'am' | 'pm'
  /** ISO weekday. */
  weekday?: number
  /** Several ISO weekdays. */
  weekdays?: readonly number[]
  locationId?: string
  organisationId?: string
  /** Only, or all but, agendas in these health authorities' territory. */
  aslIds?: readonly string[]
  outside?: boolean
  /** Distances are measured from here. */
  home?: { latitude: number; longitude: number } | undefined
  order?: 'date' | 'distance'
  ageYears?: number
  sex?: string
  /** Health authority of residence, for agendas kept to their residents. */
  residenceAslId?: string
  channel?: string
  /** First visits, follow-ups, agendas of the wards, or (when not given) everything but the wards'. */
  access?: 'first' | 'follow-up' | 'internal' | 'any'
  /** Public health service and accredited providers when not given. */
  regimes?: readonly Regime[]
  /** At most so many of one agenda, so that one clinic's morning does not hide the others; later ones are then skipped. */
  perAgenda?: number
  limit?: number
  cursor?: string
}

/** A free slot as the search gives it. */
interface FreeSlot {
  scheduleId: string
  slotId: string
  startsAt: string
  endsAt: string
  distanceKm: number | null
}

/** A free slot, with its place. Distances in kilometres along the surface. */
export interface Offer extends FreeSlot, AgendaPlace {}

export interface Offers {
  offers: Offer[]
  nextCursor: string | null
}

const wrongCursor = new Refusal(
  'scheduling/wrong-cursor',
  400,
  { it: 'Questa pagina di risultati non esiste.', en: 'This page of results does not exist.' },
  { next: { it: 'Ripeti la ricerca.', en: 'Search again.' }, field: 'cursor' },
)

interface Cursor {
  km: number
  at: string
  id: string
}

function readCursor(text: string): Cursor {
  const match = /^(\d{1,5}(?:\.\d+)?)_(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text)
  if (!match) throw wrongCursor
  const at = new Date(Number(match[2]))
  if (Number.isNaN(at.getTime())) throw wrongCursor
  return { km: Number(match[1]), at: at.toISOString(), id: match[3]! }
}

/** Slots of one agenda that a page ordered by distance shows. */
const nearestPerAgenda = 3

/** The arguments of scheduling.find_offers, in its order. */
function argumentsOf(query: OfferQuery, limit: number): readonly unknown[] {
  const byDistance = query.order === 'distance' && query.home !== undefined
  const cursor = query.cursor ? readCursor(query.cursor) : undefined
  const weekdays = query.weekdays ?? (query.weekday ? [query.weekday] : null)
  return [
    query.serviceId,
    query.rank,
    query.now.toISOString(),
    query.from?.toISOString() ?? null,
    query.to?.toISOString() ?? null,
    query.halfDay ?? null,
    weekdays && `{${weekdays.join()}}`,
    query.locationId ?? null,
    query.organisationId ?? null,
    query.aslIds ? `{${query.aslIds.join()}}` : null,
    query.outside ?? false,
    query.home?.latitude ?? null,
    query.home?.longitude ?? null,
    byDistance,
    query.ageYears ?? null,
    query.sex ?? null,
    query.residenceAslId ?? null,
    query.channel ?? 'WEB',
    query.access ?? 'any',
    `{${(query.regimes ?? ['SSN', 'CONV']).join()}}`,
    query.perAgenda ?? (byDistance ? nearestPerAgenda : null),
    limit,
    cursor?.km ?? null,
    cursor?.at ?? null,
    cursor?.id ?? null,
  ]
}

const types =
  `uuid, smallint, timestamptz, timestamptz, timestamptz, text, smallint[], uuid, uuid, uuid[], boolean, float8, float8,
  boolean, smallint, text, uuid, text, text, text[], integer, integer, float8, timestamptz, uuid`.split(/,\s+/)
const statement = `select * from scheduling.find_offers(${types.map((type, i) => `$${i + 1}::${type}`).join(', ')})`

const defaultLimit = 20

async function page(run: Run, query: OfferQuery): Promise<Offers> {
  const limit = query.limit ?? defaultLimit
  const slots = await run<FreeSlot>(statement, argumentsOf(query, limit))
  const places = await placesOfAgendas(run, new Set(slots.map((slot) => slot.scheduleId)))
  const offers = slots.map((slot) => ({ ...slot, ...places.get(slot.scheduleId)! }))
  const last = offers.at(-1)
  if (!last || offers.length < limit) return { offers, nextCursor: null }
  const km = query.order === 'distance' && query.home ? last.distanceKm : 0
  return { offers, nextCursor: `${km}_${Date.parse(last.startsAt)}_${last.slotId}` }
}

/**
 * Free slots of a service, earliest or nearest first. Each candidate agenda gives its first free slots through the index of
 * free slots, so the time depends on the agendas of the service, not on how many slots there are. By date nothing is
 * skipped unless `perAgenda` says so; by distance each agenda gives its first three. Refuses with `scheduling/wrong-cursor`.
 */
export function findOffers(db: Db | Tx, query: OfferQuery): Promise<Offers> {
  return page(async (text, values) => {
    const { rows } = await db.withoutPlugins().executeQuery(CompiledQuery.raw(text, [...values]))
    return rows as never[] // what the statement selects
  }, query)
}

/**
 * The same search outside any transaction, as one statement that each connection parses and plans once: for routes that
 * anybody may call and that show no personal data.
 */
export function searchOffers(searcher: Searcher, query: OfferQuery): Promise<Offers> {
  return page(async (text, values) => {
    const { rows } = await searcher.query({
      name: text === statement ? 'find-offers' : 'agenda-places',
      text,
      values: [...values],
    })
    return rows as never[] // what the statement selects
  }, query)
}
