// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'

export interface OfferQuery {
  serviceId: string
  /** Class of the request: lower is more urgent. */
  rank: number
  now: Date
  /** First instant wished; now when not given. */
  from?: Date
  /** Last instant; the end of the agendas when not given. */
  to?: Date
  halfDay?: 'am' | 'pm'
  /** ISO weekday. */
  weekday?: number
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
  channel?: string
  limit?: number
  cursor?: string
}

/** A free slot, with its place. Distances in kilometres along the surface. */
export interface Offer {
  scheduleId: string
  slotId: string
  startsAt: string
  endsAt: string
  locationId: string
  aslId: string
  place: string
  address: string
  municipality: string
  latitude: number
  longitude: number
  organisationId: string
  organisation: string
  distanceKm: number | null
}

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
  const match = /^(\d+(?:\.\d+)?)_(\d{1,15})_([0-9a-f-]{36})$/.exec(text)
  if (!match) throw wrongCursor
  const at = new Date(Number(match[2]))
  if (Number.isNaN(at.getTime())) throw wrongCursor
  return { km: Number(match[1]), at: at.toISOString(), id: match[3]! }
}

/**
 * Free slots of a service, earliest or nearest first. Each candidate agenda gives its first free slots through the partial
 * index of free slots, so the time does not depend on how many slots there are. By distance, each agenda gives three.
 */
export async function findOffers(tx: Tx, query: OfferQuery): Promise<Offers> {
  const limit = query.limit ?? 20
  const byDistance = query.order === 'distance' && query.home !== undefined
  const cursor = query.cursor ? readCursor(query.cursor) : undefined
  const { rows } = await sql<Offer>`
    select * from scheduling.find_offers(${query.serviceId}, ${query.rank}::smallint, ${query.now}, ${query.from ?? null},
      ${query.to ?? null}, ${query.halfDay ?? null}, ${query.weekday ?? null}::smallint, ${query.locationId ?? null},
      ${query.organisationId ?? null}, ${query.aslIds ? [...query.aslIds] : null}::uuid[], ${query.outside ?? false},
      ${query.home?.latitude ?? null}::float8, ${query.home?.longitude ?? null}::float8, ${byDistance},
      ${query.ageYears ?? null}::smallint, ${query.sex ?? null}, ${query.channel ?? 'WEB'}, ${limit},
      ${cursor?.km ?? null}::float8, ${cursor?.at ?? null}, ${cursor?.id ?? null})`.execute(tx.withoutPlugins())
  const last = rows.at(-1)
  const nextCursor =
    rows.length === limit && last
      ? `${byDistance ? last.distanceKm : 0}_${Date.parse(last.startsAt)}_${last.slotId}`
      : null
  return { offers: rows, nextCursor }
}
