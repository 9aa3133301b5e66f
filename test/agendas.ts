// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { uuidv7 } from '../src/server/platform/ids.ts'

/** Builders fill everything the test does not speak of. They write as the owner, past row-level security. */

let count = 0
const next = () => (count += 1)

/** A bookable service; its id. */
export async function aService(
  owner: pg.Pool,
  wish: { code?: string; kind?: string; tariffCents?: number; sameDay?: boolean } = {},
): Promise<string> {
  const n = next()
  const id = uuidv7()
  await owner.query(
    `insert into registry.service (id, code, description_it, description_en, plain_it, plain_en, search_text, kind, branches,
       discipline, access, priority_required, duration_minutes, channels, valid, source, same_day)
     values ($1, $2, 'Prima visita di prova', 'Test first visit', 'Prima visita', 'First visit', 'PRIMA VISITA', $3, '{02}', '08', 'first', true, 20,
       '{online,desk}', '(,)', 'test', $4)`,
    [id, `S${n}`, wish.kind ?? 'V', wish.sameDay ?? false],
  )
  await owner.query(
    `insert into registry.service_code (service_id, system, code, valid, source, verified) values ($1, 'LEA', $2, '(,)', 'test', true)`,
    [id, wish.code ?? `89.7T.${n}`],
  )
  await owner.query(
    `insert into registry.service_tariff (service_id, cents, valid, source, verified) values ($1, $2, '(,)', 'test', true)`,
    [id, wish.tariffCents ?? 2200],
  )
  return id
}

export interface TestSchedule {
  scheduleId: string
  slotIds: string[]
}

/** An agenda for a service with slots of twenty minutes from an instant on. */
export async function aSchedule(
  owner: pg.Pool,
  wish: {
    serviceId: string
    locationId: string
    from: Date
    slots?: number
    capacity?: number
    openTo?: number
    accessType?: string
    /** Days on which the same slots are held, counted from the first; that day alone when not given. */
    days?: readonly number[]
  },
): Promise<TestSchedule> {
  const scheduleId = uuidv7()
  await owner.query(
    `insert into scheduling.schedule (id, code, name, organisation_id, location_id, asl_id, access_type, istat_code, latitude, longitude)
     select $1, $2, 'Agenda di prova', organisation_id, id, asl_id, $4, istat_code, latitude, longitude from registry.location where id = $3`,
    [scheduleId, `A${next()}`, wish.locationId, wish.accessType ?? 'first'],
  )
  await owner.query('insert into scheduling.schedule_service (schedule_id, service_id) values ($1, $2)', [
    scheduleId,
    wish.serviceId,
  ])
  const { rows } = await owner.query<{ id: string }>(
    `insert into scheduling.slot (schedule_id, id, group_no, starts_at, ends_at, capacity, reserved_for, open_to, free_seats)
     select s.id, scheduling.slot_id(start.at, md5(s.id::text)), s.group_no, start.at, start.at + interval '20 minutes', $4::smallint, $5::smallint,
            $5::smallint, array(select seat::smallint from generate_series(1, $4::int) seat)
     from scheduling.schedule s
     cross join unnest($6::int[]) day
     cross join generate_series(0, $3::int - 1) n
     cross join lateral (select $2::timestamptz + day * interval '1 day' + n * interval '20 minutes' as at) start
     where s.id = $1 order by start.at returning id, starts_at`,
    [scheduleId, wish.from, wish.slots ?? 1, wish.capacity ?? 1, wish.openTo ?? 3, [...(wish.days ?? [0])]],
  )
  return { scheduleId, slotIds: rows.map((row) => row.id) }
}
