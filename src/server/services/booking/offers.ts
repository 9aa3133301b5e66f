// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { daysBetween, romeDay, romeInstant } from '../../platform/time.ts'
import {
  findOffers,
  findOfferSets,
  type Fitness,
  type Offer,
  type OfferQuery,
  type SeriesLine,
} from '../../engines/scheduling/index.ts'
import { copayOf } from './copay.ts'
import { accessOf, fitnessOf } from './fitness.ts'
import type { StoredPrescription } from './prescriptions.ts'
import { rank } from './rules.ts'
import type { OfferPage, OfferSet, OfferWishes } from './schema.ts'
import { hasSeries, planPrescription, seriesLines } from './sessions.ts'
import { guaranteeOf, type Guarantee } from './waits.ts'

export interface OfferSearch {
  platform: Platform
  prescription: StoredPrescription
  /** The service of each line, in the order of the lines. */
  serviceIds: readonly string[]
  wishes: OfferWishes
  language: Language
}

const unknownService = new Refusal(
  'booking/service-unknown',
  409,
  {
    it: 'Non riconosciamo una prestazione di questa ricetta.',
    en: 'We do not recognise a service of this prescription.',
  },
  {
    next: {
      it: 'Chiama il centro prenotazioni: la prenotano gli operatori, la ricetta resta valida.',
      en: 'Call the booking centre: the clerks will book it, the prescription stays valid.',
    },
  },
)

/** The service of each line: the one chosen (`line:serviceId`), else the only or first one it may stand for. */
export function servicesFor(
  prescription: StoredPrescription,
  chosen: ReadonlyMap<number, string> = new Map(),
): string[] {
  return prescription.lines.map((line) => {
    const wish = chosen.get(line.line)
    const service = line.candidates.find((candidate) => candidate.id === wish) ?? line.candidates[0]
    if (!service) throw unknownService
    return service.id
  })
}

function queryOf(search: OfferSearch, guarantee: Guarantee, fit: Fitness): Omit<OfferQuery, 'serviceId'> {
  const { platform, prescription, wishes } = search
  const { home } = guarantee
  return {
    rank: rank(prescription.priority),
    now: platform.now(),
    channel: 'WEB',
    ...(wishes.from && { from: romeInstant(wishes.from) }),
    ...(wishes.halfDay && { halfDay: wishes.halfDay }),
    ...(wishes.weekday && { weekday: wishes.weekday }),
    ...(wishes.placeId && { locationId: wishes.placeId }),
    ...(wishes.organisationId && { organisationId: wishes.organisationId }),
    ...(wishes.order && { order: wishes.order }),
    ...fit,
    ...(home.latitude !== null &&
      home.longitude !== null && { home: { latitude: home.latitude, longitude: home.longitude } }),
  }
}

/**
 * Free places for all lines of a prescription together: the guarantee area first, then the rest of the region, each marked
 * within or beyond the maximum wait; with the co-payment and the first availability in the area.
 */
export async function searchOffers(tx: Tx, search: OfferSearch) {
  const { platform, prescription, serviceIds, wishes } = search
  const guarantee = await guaranteeOf(tx, prescription, serviceIds)
  const fit = await fitnessOf(tx, prescription, romeDay(platform.now()))
  const query = queryOf(search, guarantee, fit)
  const today = romeDay(platform.now())
  const lines = hasSeries(prescription) ? await seriesLines(tx, prescription, serviceIds, today) : []
  const first = await firstAvailability(tx, prescription, serviceIds, platform.now(), guarantee, fit)
  const { sets, nextCursor } = await setsFor(tx, search, query, guarantee, lines)
  const copay = await copayOf(tx, platform.config.region.code, prescription, serviceIds, romeDay(platform.now()))
  const organisations = new Map(
    sets.flatMap((set) => set.places.map((place) => [place.organisation.id, place.organisation.name])),
  )
  return {
    priority: prescription.priority,
    maxDays: guarantee.maxDays,
    deadline: guarantee.deadline.toISOString(),
    firstAvailability: first?.toISOString() ?? null,
    withinMaximum: first !== null && first <= guarantee.deadline,
    sets,
    series: lines.filter(({ count }) => count > 1).map((line) => seriesView(line, prescription)),
    copay: { cents: copay.cents, explanation: copay.explanation[search.language] },
    organisations: [...organisations].map(([id, name]) => ({ id, name })),
    nextCursor: wishes.placeId || sets.length > 0 ? nextCursor : null,
  }
}

function seriesView({ line, count, rhythm }: SeriesLine, { lines }: StoredPrescription): OfferPage['series'][number] {
  const cyclic = lines.some((one) => one.line === line && one.sessions !== null)
  return {
    line,
    count,
    kind: cyclic ? 'cycle' : 'quantity',
    mostPerWeek: rhythm.most,
    leastPerWeek: rhythm.least,
    differentDays: rhythm.daysApart > 0,
  }
}

async function setsFor(
  tx: Tx,
  search: OfferSearch,
  query: Omit<OfferQuery, 'serviceId'>,
  guarantee: Guarantee,
  lines: readonly SeriesLine[],
): Promise<{ sets: OfferSet[]; nextCursor: string | null }> {
  if (lines.length > 0) return { sets: await inSeries(tx, search, query, guarantee, lines), nextCursor: null }
  if (search.serviceIds.length === 1) return singleLine(tx, search, query, guarantee)
  return { sets: await together(tx, search, query, guarantee), nextCursor: null }
}

/**
 * First instant at which every line has a place in the guarantee area, without the person's own wishes; null when one has
 * none. The measure of expected waits needs it. Of a cycle it is the first session of the earliest that can be planned.
 */
export async function firstAvailability(
  tx: Tx,
  prescription: StoredPrescription,
  serviceIds: readonly string[],
  now: Date,
  { aslIds }: Guarantee,
  fit: Fitness,
): Promise<Date | null> {
  if (hasSeries(prescription)) {
    const lines = await seriesLines(tx, prescription, serviceIds, romeDay(now))
    const area = aslIds.length > 0 ? { aslIds } : {}
    const [set] = await planPrescription(tx, prescription, lines, { now, fit, limit: 1, ...area })
    const begins = set?.places.filter(({ nth }) => nth === 1).map(({ offer }) => offer.startsAt)
    return begins ? new Date(begins.toSorted().at(-1)!) : null
  }
  const found = await Promise.all(
    serviceIds.map((serviceId, i) =>
      findOffers(tx, {
        serviceId,
        rank: rank(prescription.priority),
        now,
        limit: 1,
        ...fit,
        access: accessOf(prescription.lines[i] ?? { firstAccess: null }),
        ...(aslIds.length > 0 && { aslIds }),
      }),
    ),
  )
  const firsts = found.map(({ offers }) => offers[0]?.startsAt)
  const latest = firsts.toSorted().at(-1)
  return latest && !firsts.includes(undefined) ? new Date(latest) : null
}

const pageSize = 20

async function singleLine(tx: Tx, search: OfferSearch, query: Omit<OfferQuery, 'serviceId'>, guarantee: Guarantee) {
  const { prescription, serviceIds, wishes } = search
  const serviceId = serviceIds[0]!
  const [first] = prescription.lines
  const { line } = first!
  const access = accessOf(first!)
  const known = guarantee.aslIds.length > 0
  // A cursor says on which side of the area's border the next page begins.
  const [side, cursor] = (wishes.cursor ?? 'in~').split('~')
  const sets: OfferSet[] = []
  let nextCursor: string | null = null
  if (side !== 'out') {
    const page = await findOffers(tx, {
      ...query,
      serviceId,
      access,
      limit: pageSize,
      ...(known && { aslIds: guarantee.aslIds }),
      ...(cursor && { cursor }),
    })
    sets.push(...page.offers.map((offer) => asSet([{ line, offer }], 'one-line', search, guarantee, true)))
    nextCursor = page.nextCursor && `in~${page.nextCursor}`
  }
  if (known && wishes.area !== 'inside' && nextCursor === null) {
    const page = await findOffers(tx, {
      ...query,
      serviceId,
      access,
      limit: pageSize,
      aslIds: guarantee.aslIds,
      outside: true,
      ...(side === 'out' && cursor && { cursor }),
    })
    sets.push(...page.offers.map((offer) => asSet([{ line, offer }], 'one-line', search, guarantee, false)))
    nextCursor = page.nextCursor && `out~${page.nextCursor}`
  }
  return { sets, nextCursor }
}

async function together(
  tx: Tx,
  search: OfferSearch,
  query: Omit<OfferQuery, 'serviceId'>,
  guarantee: Guarantee,
): Promise<OfferSet[]> {
  const { prescription, serviceIds, wishes } = search
  const known = guarantee.aslIds.length > 0
  const sides = known && wishes.area !== 'inside' ? [true, false] : [true]
  const lines = serviceIds.map((serviceId, i) => {
    const line = prescription.lines[i]!
    return { line: line.line, serviceId, access: accessOf(line) }
  })
  const sets: OfferSet[] = []
  for (const insideArea of sides) {
    const area = known ? { aslIds: guarantee.aslIds, outside: !insideArea } : {}
    const found = await findOfferSets(tx, { ...query, lines, limit: pageSize, ...area })
    sets.push(...found.map((set) => asSet(set.places, set.together, search, guarantee, insideArea)))
  }
  return wishes.order === 'distance' ? sets.toSorted((a, b) => farthest(a) - farthest(b)) : sets
}

/** Sets with a place for every appointment, where a line needs several: the area first, then the rest of the region. */
async function inSeries(
  tx: Tx,
  search: OfferSearch,
  query: Omit<OfferQuery, 'serviceId'>,
  guarantee: Guarantee,
  lines: readonly SeriesLine[],
): Promise<OfferSet[]> {
  const { prescription, wishes } = search
  const known = guarantee.aslIds.length > 0
  const sides = known && wishes.area !== 'inside' ? [true, false] : [true]
  const sets: OfferSet[] = []
  for (const insideArea of sides) {
    const area = known ? { aslIds: guarantee.aslIds, outside: !insideArea } : {}
    const found = await planPrescription(tx, prescription, lines, { ...query, fit: {}, limit: pageSize, ...area })
    sets.push(
      ...found.map(({ places, together: how }) =>
        asSet(
          places.map(({ line, nth, offer }) => ({ line, session: nth, offer })),
          how,
          search,
          guarantee,
          insideArea,
        ),
      ),
    )
  }
  return wishes.order === 'distance' ? sets.toSorted((a, b) => farthest(a) - farthest(b)) : sets
}

const farthest = (set: OfferSet): number => Math.max(...set.places.map(({ place }) => place.distanceKm ?? 0))

/** Places as a person sees them; of a line of several appointments the first decides whether the maximum is kept. */
export function asSet(
  places: readonly { line: number; session?: number; offer: Offer }[],
  how: OfferSet['together'],
  { prescription }: Pick<OfferSearch, 'prescription'>,
  guarantee: Guarantee,
  insideArea: boolean,
): OfferSet {
  const contact = romeDay(prescription.firstContactAt)
  const inTime = new Map(
    places
      .filter(({ session = 1 }) => session === 1)
      .map(({ line, offer }) => [line, new Date(offer.startsAt) <= guarantee.deadline]),
  )
  const shown = places.map(({ line, session = 1, offer }) => ({
    line,
    session,
    scheduleId: offer.scheduleId,
    slotId: offer.slotId,
    startsAt: offer.startsAt,
    endsAt: offer.endsAt,
    daysWaited: daysBetween(contact, romeDay(new Date(offer.startsAt))),
    withinMaximum: inTime.get(line) ?? true, // a session to be moved has its first behind it
    place: {
      id: offer.locationId,
      name: offer.place,
      address: offer.address,
      municipality: offer.municipality,
      latitude: offer.latitude,
      longitude: offer.longitude,
      distanceKm: offer.distanceKm,
    },
    organisation: { id: offer.organisationId, name: offer.organisation },
  }))
  return {
    id: shown.map((place) => place.slotId).join('+'),
    together: how,
    withinMaximum: shown.every((place) => place.withinMaximum),
    insideArea,
    places: shown,
  }
}
