// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'
import {
  findSeries,
  keepsRhythm,
  timesTaken,
  type Fitness,
  type OfferQuery,
  type Rhythm,
  type SeriesLine,
  type SeriesSet,
} from '../../engines/scheduling/index.ts'
import { accessOf } from './fitness.ts'
import type { StoredLine, StoredPrescription } from './prescriptions.ts'
import { rank } from './rules.ts'
import { ruleOn } from './settings.ts'

/**
 * Appointments that a line needs: the sessions of a cycle (numsedute, where quantita is always 1), or the quantity of a
 * service that is not cyclic (D.M. 2/11/2011; D.P.C.M. 12/1/2017).
 */
export const sessionsOf = ({ sessions, quantity }: Pick<StoredLine, 'sessions' | 'quantity'>): number =>
  sessions ?? quantity

/** Whether some line of a prescription needs more than one appointment. */
export const hasSeries = ({ lines }: Pick<StoredPrescription, 'lines'>): boolean =>
  lines.some((line) => sessionsOf(line) > 1)

const tooMany = new Refusal(
  'booking/too-many-sessions',
  409,
  {
    it: 'Questa ricetta ha più appuntamenti di quanti se ne possano prenotare da qui.',
    en: 'This prescription has more appointments than can be booked here.',
  },
  {
    next: {
      it: 'Chiama il centro prenotazioni: la ricetta resta valida.',
      en: 'Call the booking centre: the prescription stays valid.',
    },
  },
)

/** The rhythm of a line by the rule of the day: that of cycles, or of repeated services, which may share a day if the catalogue says so. */
export async function rhythmOf(tx: Tx, line: StoredLine, serviceId: string, day: Day): Promise<Rhythm> {
  const { cycle, quantity, longestCycle, largestQuantity } = await ruleOn(tx, 'sessions', day)
  const count = sessionsOf(line)
  if (count > (line.sessions === null ? largestQuantity : longestCycle)) throw tooMany
  if (line.sessions !== null) return cycle
  const sameDay = line.candidates.some((service) => service.id === serviceId && service.sameDay)
  return sameDay ? { ...quantity, daysApart: 0, most: Math.max(quantity.most, count) } : quantity
}

/** The largest number of one service that one request may hold. */
const mostOfOneService = 20

/** The lines of a prescription as the scheduling engine plans them. */
export async function seriesLines(
  tx: Tx,
  prescription: StoredPrescription,
  serviceIds: readonly string[],
  day: Day,
): Promise<SeriesLine[]> {
  const planned: SeriesLine[] = []
  const counts = new Map<string, number>()
  for (const [i, line] of prescription.lines.entries()) {
    const serviceId = serviceIds[i]!
    const count = sessionsOf(line)
    const rhythm = await rhythmOf(tx, line, serviceId, day)
    counts.set(serviceId, (counts.get(serviceId) ?? 0) + count)
    planned.push({ line: line.line, serviceId, access: accessOf(line), count, rhythm })
  }
  if ([...counts.values()].some((count) => count > mostOfOneService)) throw tooMany
  return planned
}

/** What narrows the search of a series: the area, and what the person wishes. */
export type SeriesWish = Omit<OfferQuery, 'serviceId' | 'rank' | 'now' | keyof Fitness> & { now: Date; fit: Fitness }

/** Free places for every appointment of a prescription, planned around what the patient has to do already. */
export async function planPrescription(
  tx: Tx,
  prescription: StoredPrescription,
  lines: readonly SeriesLine[],
  { fit, ...wish }: SeriesWish,
): Promise<SeriesSet[]> {
  const busy = await timesTaken(tx, prescription.patientId, wish.now)
  return findSeries(tx, { ...wish, ...fit, rank: rank(prescription.priority), lines, busy })
}

export interface Session {
  startsAt: Date
  locationId: string
}

export const outOfRhythm = new Refusal(
  'booking/out-of-rhythm',
  409,
  {
    it: 'Queste date non rispettano il ritmo del ciclo, o non sono tutte nello stesso luogo.',
    en: 'These dates do not keep the rhythm of the cycle, or are not all at one place.',
  },
  {
    next: {
      it: 'Scegli tra le date proposte: sono in giorni diversi, vicine tra loro, nello stesso luogo.',
      en: 'Choose among the dates offered: on different days, close to each other, at one place.',
    },
  },
)

/** Refuses sessions that a search would not have planned; they are in the order of time. */
export function mustKeepRhythm(sessions: readonly Session[], rhythm: Rhythm): void {
  const onePlace = new Set(sessions.map(({ locationId }) => locationId)).size <= 1
  if (
    !onePlace ||
    !keepsRhythm(
      sessions.map(({ startsAt }) => startsAt),
      rhythm,
    )
  )
    throw outOfRhythm
}
