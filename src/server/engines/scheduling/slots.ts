// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { asSystem, type Db, type Tx } from '../../platform/database.ts'
import { addDays, isNationalHoliday, romeDay, type Day } from '../../platform/time.ts'
import { patronDays } from '../../registry/catalogues/index.ts'

const longestHorizonDays = 730

/** Writes the days on which nobody works, everywhere or in a town with agendas, for as far as any agenda reaches. */
export async function writeHolidays(tx: Tx, today: Day): Promise<void> {
  const days = Array.from({ length: longestHorizonDays }, (_, n) => addDays(today, n))
  const national = days.filter(isNationalHoliday)
  const { rows: towns } = await sql<{ istatCode: string }>`select distinct istat_code from scheduling.schedule`.execute(
    tx,
  )
  const all: { day: Day; istatCode: string | null }[] = national.map((day) => ({ day, istatCode: null }))
  for (const { istatCode } of towns) {
    const feasts = await patronDays(tx, istatCode) // one after the other: a connection answers one query at a time
    for (const day of days) if (feasts.includes(day.slice(5))) all.push({ day, istatCode })
  }
  await sql`
    insert into scheduling.holiday (day, istat_code)
    select day, istat_code from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) h(day date, "istatCode" text)
      cross join lateral (select h."istatCode") t(istat_code)
    on conflict do nothing`.execute(tx)
}

/** Makes the slots of an agenda on some days that are not there yet, without moving its horizon. How many it made. */
export async function makeSlots(tx: Tx, scheduleId: string, firstDay: Day, lastDay: Day): Promise<number> {
  const { rows } = await sql<{ made: number }>`
    select scheduling.make_slots(array[${scheduleId}]::uuid[], ${firstDay}::date, ${lastDay}::date) as made`.execute(tx)
  return rows[0]!.made
}

/**
 * Makes the slots of some agendas up to a day that are not there yet; doing it twice changes nothing. How many it made.
 * For any number of agendas it is one statement.
 */
export async function materialise(
  tx: Tx,
  scheduleIds: readonly string[],
  firstDay: Day,
  lastDay: Day,
): Promise<number> {
  const { rows } = await sql<{ made: number }>`
    select scheduling.materialise(${[...scheduleIds]}::uuid[], ${firstDay}::date, ${lastDay}::date) as made`.execute(tx)
  return rows[0]!.made
}

const agendasAtOnce = 200

/**
 * Rolls the horizon of every agenda forward to its own number of days from today, some agendas per transaction, so a run
 * that is cut short goes on where it stopped. Returns the number of new slots.
 */
export async function rollHorizon(db: Db, now: Date): Promise<number> {
  const today = romeDay(now)
  await asSystem(db, (tx) => writeHolidays(tx, today))
  let made = 0
  for (let left = true; left;) {
    left = await asSystem(db, async (tx) => {
      const { rows } = await sql<{ ids: string[]; first: Day; last: Day }>`
        with due as (
          select s.id, greatest(s.materialised_to + 1, ${today}::date) as first, ${today}::date + s.horizon_days as last
          from scheduling.schedule s
          where s.materialised_to is null or s.materialised_to < ${today}::date + s.horizon_days
          order by s.id limit ${agendasAtOnce} for no key update skip locked
        )
        select array_agg(id) as ids, coalesce(first, ${today}::date) as first, last from due group by 2, 3`.execute(tx)
      for (const { ids, first, last } of rows) made += await materialise(tx, ids, first, last)
      return rows.length > 0
    })
  }
  return made
}

/** Opens unused reserved slots to the next classes by the rules in force; running it again changes nothing. */
export async function releaseSlots(tx: Tx, now: Date): Promise<number> {
  const { rows } = await sql<{ opened: number }>`select scheduling.release_slots(${now}) as opened`.execute(tx)
  return rows[0]!.opened
}
