// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type RawBuilder } from 'kysely'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { rulesOn, type AlertRule, type AlertsConfig } from './config.ts'
import type { AlertKind } from './schema.ts'

/** The trail is looked at as it stood every so many milliseconds, also after the worker was down. */
const step = 5 * 60_000
/** Looks of one run: a day. What is left over is done by the next run. */
const mostSteps = 288

/**
 * Looks at what came into the trail since the last look. It may run twice, and two may run at once: the one row of the watch is
 * locked for each look, and a stretch that was reported is not reported again.
 *
 * @returns how many alerts were opened
 */
export async function watchTrail({ db, now, queue }: Platform, { rules }: AlertsConfig): Promise<number> {
  const end = now()
  let opened = 0
  for (let looks = 0; looks < mostSteps; looks += 1) {
    const done = await asSystem(db, async (tx) => {
      const until = await nextLook(tx, end)
      if (!until) return undefined
      const ids: string[] = []
      const today = romeDay(until)
      for (const rule of rulesOn(rules, today)) ids.push(...(await look(tx, rule, until, today)))
      if (ids.length > 0) await queue.send(tx, 'alerts.tell', { ids })
      return ids.length
    })
    if (done === undefined) break
    opened += done
  }
  return opened
}

/** The instant of the next look, which is noted; undefined when all was looked at. */
async function nextLook(tx: Tx, end: Date): Promise<Date | undefined> {
  const own = tables<'access'>(tx)
  await own
    .insertInto('access.alertWatch')
    .values({ watchedUntil: new Date(end.getTime() - step) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { watchedUntil } = await own
    .selectFrom('access.alertWatch')
    .select('watchedUntil')
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (watchedUntil >= end) return undefined
  const until = new Date(Math.min(watchedUntil.getTime() + step, end.getTime()))
  await own.updateTable('access.alertWatch').set({ watchedUntil: until }).execute()
  return until
}

const reads = sql`e.actor_kind = 'professional' and e.outcome = 'done' and e.purpose <> 'supervision'
  and e.action in ('READ', 'SEARCH', 'PRINT', 'EXPORT') and e.patient_id is not null`

/** Which rows of the trail a rule is about, and what it counts among them. */
function meaning(rule: AlertRule, today: Day): { rows: RawBuilder<unknown>; count: RawBuilder<unknown> } {
  const people = sql`count(distinct e.patient_id)`
  const all: Record<AlertKind, { rows: RawBuilder<unknown>; count: RawBuilder<unknown> }> = {
    'many-people': { rows: sql`${reads} and e.patient_id <> e.person_id`, count: people },
    'at-night': {
      rows: sql`${reads} and e.patient_id <> e.person_id and ${night(rule)}`,
      count: people,
    },
    'many-refused': { rows: sql`e.outcome = 'refused'`, count: sql`count(*)` },
    // Those she may act for as a citizen, herself among them: in a role she has no business with them.
    'own-family': {
      rows: sql`${reads} and exists (select from access.acting_for(e.person_id, ${today}::date) f where f.patient_id = e.patient_id)`,
      count: people,
    },
    colleagues: {
      rows: sql`${reads} and e.patient_id <> e.person_id and exists (select from access.role_appointment r
        where r.person_id = e.patient_id and r.organisation_id = e.organisation_id and r.state = 'active' and r.valid @> ${today}::date)`,
      count: people,
    },
    'break-glass': { rows: sql`e.action = 'BREAK_GLASS' and e.outcome = 'done'`, count: sql`count(*)` },
  }
  return all[rule.kind]
}

/** Hours of Italy; a night may go over midnight. */
function night({ fromHour = 0, toHour = 0 }: AlertRule): RawBuilder<unknown> {
  const hour = sql`extract(hour from e.at at time zone 'Europe/Rome')`
  return fromHour > toHour
    ? sql`(${hour} >= ${fromHour} or ${hour} < ${toHour})`
    : sql`(${hour} >= ${fromHour} and ${hour} < ${toHour})`
}

/**
 * One rule at one instant, for everybody at once: opens an alert for who passed the threshold in the stretch before, or lets
 * the open one grow. What an auditor has examined counts no more.
 */
async function look(tx: Tx, rule: AlertRule, until: Date, today: Day): Promise<string[]> {
  const since = new Date(until.getTime() - rule.minutes * 60_000)
  const { rows: condition, count } = meaning(rule, today)
  const ofRoles = rule.roles ? sql`and e.role = any (${rule.roles}::text[])` : sql``
  const { rows } = await sql<{ id: string }>`
    with known as (
      select coalesce(person_id::text, client_id) as subject,
        max(upper(period)) filter (where state = 'examined') as examined_until,
        (array_agg(id order by upper(period) desc) filter (where state = 'open'))[1] as open_id
      from access.access_alert where kind = ${rule.kind} and upper(period) >= ${since}
      group by 1
    ), found as (
      select e.person_id, case when e.person_id is null then e.client_id end as client_id, k.open_id,
        tstzrange(min(e.at), max(e.at), '[]') as period, ${count}::integer as seen,
        (array_agg(e.role order by e.at desc))[1] as role,
        (array_agg(e.organisation_id order by e.at desc))[1] as organisation_id
      from access.audit_entry e left join known k on k.subject = coalesce(e.person_id::text, e.client_id)
      where e.at > ${since} and e.at <= ${until} and num_nonnulls(e.person_id, e.client_id) > 0
        and e.at > coalesce(k.examined_until, '-infinity') and ${condition} ${ofRoles}
      group by 1, 2, 3
      having ${count} > ${rule.most}
    ), grown as (
      update access.access_alert a set period = range_merge(a.period, found.period), seen = greatest(a.seen, found.seen)
      from found where a.id = found.open_id
    )
    insert into access.access_alert (kind, person_id, client_id, role, organisation_id, period, seen, most, opened_at)
    select ${rule.kind}, person_id, client_id, role, organisation_id, period, seen, ${rule.most}, ${until}
    from found where open_id is null
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}
