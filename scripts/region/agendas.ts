// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { stableId } from './ids.ts'
import type { GeneratedPlace } from './places.ts'
import { createRandom } from './random.ts'
import type { CatalogueService } from './reference/services.ts'
import { days, insertRows } from './rows.ts'

/** How full an agenda is: open as usual, busy beyond the maximum of urgent classes, or without a free seat. */
export type Pressure = 'usual' | 'busy' | 'full'

/** An agenda of the generated region. */
export interface GeneratedAgenda {
  id: string
  code: string
  name: string
  place: GeneratedPlace
  services: CatalogueService[]
  access: 'first' | 'follow-up' | 'both'
  pressure: Pressure
  /** Opens at this hour of the day, on these weekdays. */
  hour: number
  weekdays: number[]
  slotMinutes: number
  slots: number
}

interface Group {
  name: string
  /** Codes (LEA) of services one room and team gives. */
  codes: string[]
}

/** Exams given by one room and its team; each visit has an agenda of its own. */
const groups: Group[] = [
  {
    name: 'TC',
    codes: [
      '87.41',
      '87.41.1',
      '88.01.1',
      '88.01.2',
      '88.01.3',
      '88.01.4',
      '88.01.5',
      '88.01.6',
      '87.03',
      '87.03.1',
      '88.38.A',
      '88.38.B',
      '88.38.C',
      '88.38.D',
      '88.38.E',
      '88.38.F',
      '88.38.5',
      '88.02.1',
    ],
  },
  { name: 'Risonanza magnetica', codes: ['88.91.1', '88.91.2', '88.95.4', '88.95.5', '88.93.6'] },
  { name: 'Risonanza magnetica della colonna con contrasto', codes: ['88.93.B'] },
  { name: 'Mammografia', codes: ['87.37.1', '87.37.2', '88.73.1', '88.73.2'] },
  { name: 'Ecografia', codes: ['88.71.4', '88.74.1', '88.75.1', '88.76.1'] },
  { name: 'Radiografia', codes: ['88.26.2', '88.27.2', '88.21.2'] },
  { name: 'Diagnostica cardiologica', codes: ['89.52', '88.72.2', '89.50'] },
  { name: 'Prove da sforzo', codes: ['89.41', '89.44'] },
  { name: 'Diagnostica vascolare', codes: ['88.73.5', '88.77.4'] },
  { name: 'Ecografia ostetrica e ginecologica', codes: ['88.78', '88.78.2'] },
  { name: 'Colonscopia', codes: ['45.23', '45.42', '45.24'] },
  { name: 'Gastroscopia', codes: ['45.13', '45.16.1'] },
  { name: 'Audiometria', codes: ['95.41.1'] },
  { name: 'Spirometria', codes: ['89.37.1', '89.37.2'] },
  { name: 'Diagnostica oculistica', codes: ['95.11', '95.09.1'] },
  { name: 'Elettromiografia', codes: ['93.08.A', '93.08.B', '93.08.C', '93.08.D', '93.09.1', '93.09.2'] },
  { name: 'Riabilitazione', codes: ['93.11.8', '93.15'] },
]

/** Every hospital with a booking centre of its own gives it. */
const surgicalVisit = '89.7A.4'

/** What is asked for most is given every working day. */
const daily = new Set([
  'Prima visita cardiologica',
  'Prima visita dermatologica',
  'Prima visita oculistica',
  'Prima visita ortopedica',
  'Ecografia',
  'Radiografia',
  'Diagnostica cardiologica',
])

/** Where supply falls short, on purpose: a region has such places, and the platform must not end there. */
function pressureOf(group: string, asl: string): Pressure {
  if (group === 'Risonanza magnetica della colonna con contrasto') return 'full'
  if (group === 'Colonscopia') return 'busy'
  if (group === 'Risonanza magnetica' && asl === '204') return 'busy'
  if (group === 'Prima visita oculistica' && asl === '201') return 'full'
  return 'usual'
}

/**
 * Agendas of the region: in every authority one per visit and per group of exams, first visits apart from follow-ups
 * (PNGLA 2019-2021), and further ones in the hospitals that run a booking centre of their own.
 */
export function generateAgendas(
  places: readonly GeneratedPlace[],
  services: readonly CatalogueService[],
  ownBooking: readonly string[],
): GeneratedAgenda[] {
  const random = createRandom(152)
  const wanted: Group[] = [
    ...groups,
    ...services
      .filter((service) => service.kind === 'V')
      .map((service) => ({ name: service.description[0], codes: [service.lea] })),
  ]
  const asls = [...new Set(places.map((place) => place.asl))].toSorted()
  const made: GeneratedAgenda[] = []
  const add = (group: Group, place: GeneratedPlace, pressure: Pressure): void => {
    const given = services.filter((service) => group.codes.includes(service.lea))
    const longest = Math.max(...given.map((service) => service.minutes))
    const code = `${place.code}-${group.codes[0]}`
    const first = given[0]!
    made.push({
      id: stableId('schedule', code),
      code,
      name: group.name,
      place,
      services: given,
      access: first.access === 'either' ? 'both' : first.access,
      pressure,
      hour: random.pick([8, 9, 14, 15]),
      weekdays: daily.has(group.name) ? [1, 2, 3, 4, 5] : weekdaysOf(random.int(1, 5), group.codes.length > 5, given),
      slotMinutes: Math.max(10, longest),
      slots: Math.max(6, Math.floor((daily.has(group.name) ? 90 : 150) / longest)),
    })
  }
  for (const group of wanted) {
    for (const asl of asls) {
      const near = places.filter((place) => place.asl === asl && place.kind !== 'accredited')
      add(group, near[random.int(0, near.length - 1)]!, pressureOf(group.name, asl))
    }
  }
  const surgery = wanted.find((group) => group.codes.includes(surgicalVisit))!
  const visited = new Set(made.map((agenda) => agenda.code))
  for (const place of places.filter((candidate) => ownBooking.includes(candidate.organisationCode))) {
    if (!visited.has(`${place.code}-${surgicalVisit}`)) add(surgery, place, 'usual')
    visited.add(`${place.code}-${surgicalVisit}`)
    for (let extra = 0; extra < 5; extra += 1) {
      const group = wanted[random.int(0, wanted.length - 1)]!
      if (visited.has(`${place.code}-${group.codes[0]}`) || pressureOf(group.name, place.asl) !== 'usual') continue
      visited.add(`${place.code}-${group.codes[0]}`)
      add(group, place, 'usual')
    }
  }
  const accredited = places.filter((place) => place.kind === 'accredited')
  for (const name of ['Ecografia', 'Radiografia', 'Diagnostica cardiologica', 'Riabilitazione']) {
    const group = wanted.find((candidate) => candidate.name === name)!
    for (const asl of asls) {
      const near = accredited.filter((place) => place.asl === asl)
      if (near.length > 0) add(group, random.pick(near), 'usual')
    }
  }
  return made
}

/** A cycle of several sessions a week needs its room every working day. */
function weekdaysOf(first: number, twice: boolean, given: readonly CatalogueService[]): number[] {
  if (given.some(({ sessions }) => sessions[1] > 1)) return [1, 2, 3, 4, 5]
  return twice ? [first, ((first + 1) % 5) + 1].toSorted() : [first]
}

const rankOfLeastUrgent = 3

/** Half a year, as agendas are kept open. */
export const horizonDays = 183

/** Stores agendas with their services and weekly patterns: of each session some seats are kept for urgent classes. */
export async function loadAgendas(
  client: pg.Client,
  agendas: readonly GeneratedAgenda[],
  today: string,
): Promise<void> {
  await insertRows(
    client,
    'scheduling.schedule',
    agendas.map((agenda) => ({
      id: agenda.id,
      code: agenda.code,
      name: agenda.name,
      organisation_id: agenda.place.organisationId,
      location_id: agenda.place.id,
      asl_id: agenda.place.aslId,
      room: `Ambulatorio ${1 + (agenda.hour % 7)}`,
      regime: agenda.place.kind === 'accredited' ? 'CONV' : 'SSN',
      access_type: agenda.access,
      channels: ['WEB', 'APP', 'SPORTELLO', 'TELEFONO', 'FARMACIA', 'MMG'],
      visible: true,
      lowest_rank: rankOfLeastUrgent,
      opening_lead_hours: 1,
      horizon_days: horizonDays,
      hold_minutes: 10,
      overbooking: 0,
      istat_code: agenda.place.istatCode,
      latitude: agenda.place.latitude,
      longitude: agenda.place.longitude,
    })),
  )
  await insertRows(
    client,
    'scheduling.schedule_service',
    agendas.flatMap((agenda) =>
      agenda.services.map((service) => ({
        schedule_id: agenda.id,
        service_id: service.id,
        max_rank: rankOfLeastUrgent,
        age_min: service.ages[0],
        age_max: service.ages[1],
        sex: service.sex,
        note: {},
      })),
    ),
  )
  await insertRows(
    client,
    'scheduling.template',
    agendas.flatMap((agenda) =>
      agenda.weekdays.map((weekday) => ({
        id: stableId('template', `${agenda.code} ${weekday}`),
        schedule_id: agenda.id,
        weekday,
        parity: 'every',
        starts: clock(agenda.hour, 0),
        ends: clock(agenda.hour, agenda.slots * agenda.slotMinutes),
        slot_minutes: agenda.slotMinutes,
        capacity: 1,
        quotas: agenda.access === 'follow-up' ? [] : [1, 1, 2],
        valid: days(today),
      })),
    ),
  )
}

function clock(hour: number, minutes: number): string {
  const total = hour * 60 + minutes
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}
