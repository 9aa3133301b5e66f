// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import type { GeneratedAgenda, Pressure } from './agendas.ts'
import { createRandom } from './random.ts'
import { insertRows, type Row } from './rows.ts'

/** A person who may be given appointments. */
export interface Patient {
  id: string
  sex: 'M' | 'F'
  /** Whole years. */
  age: number
}

interface Slot {
  id: string
  scheduleId: string
  startsAt: Date
  endsAt: Date
  reservedFor: number
}

/** Share of seats already taken, by how many days away and by the class a seat is kept for (0 U … 3 P). */
function taken(pressure: Pressure, daysAway: number, keptFor: number): number {
  if (pressure === 'full') return 1
  if (pressure === 'busy' && daysAway <= 75) return 1
  if (keptFor === 0) return daysAway <= 3 ? 0.25 : 0.05
  if (keptFor === 1) return daysAway <= 10 ? 0.6 : daysAway <= 30 ? 0.1 : 0.02
  if (keptFor === 2) return daysAway <= 14 ? 0.9 : daysAway <= 45 ? 0.4 : 0.03
  return daysAway <= 30 ? 0.95 : daysAway <= 75 ? 0.5 : 0.08
}

/**
 * Gives part of the free seats to people of the region, as desks and call centres did over the past weeks. Nobody is in
 * two places at once; returns how many appointments were made.
 */
export async function fillAgendas(
  client: pg.Client,
  agendas: readonly GeneratedAgenda[],
  patients: readonly Patient[],
  now: Date,
): Promise<number> {
  const random = createRandom(153)
  const byId = new Map(agendas.map((agenda) => [agenda.id, agenda]))
  const { rows: slots } = await client.query<Slot>(
    `select id, schedule_id as "scheduleId", starts_at as "startsAt", ends_at as "endsAt", reserved_for as "reservedFor"
     from scheduling.slot where schedule_id = any($1::uuid[]) order by starts_at, schedule_id`,
    [agendas.map((agenda) => agenda.id)],
  )
  const queues = new Map<string, { people: readonly Patient[]; at: number }>()
  const busyUntil = new Map<string, number>()

  /** The next person in turn whom the service fits and who is free then. */
  function nextPatient(sex: 'M' | 'F' | null, [youngest, oldest]: [number, number], slot: Slot): Patient | undefined {
    const key = `${sex} ${youngest} ${oldest}`
    let queue = queues.get(key)
    if (!queue) {
      const people = patients.filter((p) => (!sex || p.sex === sex) && p.age >= youngest && p.age <= oldest)
      queue = { people, at: random.int(0, Math.max(0, people.length - 1)) }
      queues.set(key, queue)
    }
    for (let tried = 0; tried < Math.min(50, queue.people.length); tried += 1) {
      queue.at = (queue.at + 1) % queue.people.length
      const patient = queue.people[queue.at]!
      if ((busyUntil.get(patient.id) ?? 0) <= slot.startsAt.getTime()) return patient
    }
    return undefined
  }

  const rows: Row[] = []
  for (const slot of slots) {
    const agenda = byId.get(slot.scheduleId)!
    const daysAway = (slot.startsAt.getTime() - now.getTime()) / 86_400_000
    if (!random.chance(taken(agenda.pressure, daysAway, slot.reservedFor))) continue
    const service = random.pick(agenda.services)
    const patient = nextPatient(service.sex, service.ages, slot)
    if (!patient) continue
    busyUntil.set(patient.id, slot.endsAt.getTime())
    const requested = new Date(now.getTime() - random.int(1, 40) * 86_400_000).toISOString()
    rows.push({
      id: random.uuid(),
      schedule_id: slot.scheduleId,
      slot_id: slot.id,
      seat: 1,
      patient_id: patient.id,
      service_id: service.id,
      rank: slot.reservedFor,
      state: 'booked',
      starts_at: slot.startsAt,
      ends_at: slot.endsAt,
      channel: random.pick(['SPORTELLO', 'TELEFONO', 'WEB', 'FARMACIA']),
      requested_at: requested,
      created_at: requested,
    })
  }
  await insertRows(client, 'scheduling.appointment', rows)
  await client.query(
    `update scheduling.slot s set free_seats = '{}', last_seat = 1
     from scheduling.appointment a
     where a.schedule_id = s.schedule_id and a.slot_id = s.id and a.state = 'booked' and s.free_seats <> '{}'`,
  )
  return rows.length
}
