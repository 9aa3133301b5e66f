// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import type pg from 'pg'
import { openSession } from '../../src/server/access/sessions/index.ts'
import { asSystem, type Connection } from '../../src/server/platform/database.ts'
import { openClient } from '../http-client.ts'
import { drive, type Samples } from '../load.ts'

interface Wish {
  person: string
  /** Another family doctor of the same area. */
  doctor: string
  headers: Record<string, string>
}

/**
 * Grown-ups with a doctor who never changed on their own, each signed in, and another doctor of the area for each. Lists
 * of the region are nearly full: ceilings are raised to the highest the law of a region may set, so that there is room.
 */
async function wishes(owner: pg.Pool, { db }: Connection, count: number): Promise<Wish[]> {
  await owner.query(`update registry.primary_care_post set ceiling = 2000 where kind = 'MMG' and self_limit is null`)
  const { rows } = await owner.query<{ person: string; doctor: string }>(
    `select c.person_id as person, d.role_id as doctor
     from registry.doctor_choice c tablesample bernoulli ($2) repeatable (11)
     join registry.primary_care_post p on p.role_id = c.role_id and p.kind = 'MMG'
     cross join lateral (
       select o.role_id from registry.primary_care_post o
       where o.catchment_id = p.catchment_id and o.kind = 'MMG' and o.role_id <> p.role_id and o.self_limit is null and o.patients < 1900
       order by md5(o.role_id::text || c.person_id::text) limit 1) d
     where c.ended_at is null and c.kind = 'ORDINARY'
       and (select birth_date from registry.person where id = c.person_id) < current_date - interval '20 years'
       and not exists (select from registry.doctor_choice e where e.person_id = c.person_id and e.channel = 'ONLINE')
     order by md5(c.person_id::text) limit $1`,
    [count, Math.min(100, (count * 600) / (await sizeOf(owner)))],
  )
  const now = new Date()
  const sessions: { person: string; doctor: string; id: string; token: string }[] = []
  for (const row of rows) {
    const wish = { personId: row.person, method: 'SPID', provider: 'https://idp.bench', level: 2 } as const
    const session = await asSystem(db, (tx) => openSession(tx, now, { ...wish, authenticatedAt: now, language: 'it' }))
    sessions.push({ ...row, id: session.id, token: session.token })
  }
  const { rows: tokens } = await owner.query<{ id: string; csrf: string }>(
    'select id, csrf_token as csrf from access.session where id = any($1::uuid[])',
    [sessions.map(({ id }) => id)],
  )
  const csrf = new Map(tokens.map((row) => [row.id, row.csrf]))
  return sessions.map(({ person, doctor, id, token }) => ({
    person,
    doctor,
    headers: { cookie: `__Host-sid=${token}`, 'x-csrf-token': csrf.get(id)! },
  }))
}

async function sizeOf(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `select greatest(reltuples, 1) as n from pg_class where oid = 'registry.doctor_choice'::regclass`,
  )
  return rows[0]!.n
}

/**
 * Citizens change their doctor over HTTP, each once, in a closed loop of so many clients; then every list is counted
 * anew. @throws when a change is refused, or a list is not as long as it says
 */
export async function measureChoices(
  { url, owner, driver }: { url: string; owner: pg.Pool; driver: Connection },
  { clients, seconds, most }: { clients: number; seconds: number; most: number },
): Promise<Samples> {
  const all = await wishes(owner, driver, most)
  const open = await Promise.all(Array.from({ length: clients }, () => openClient(url)))
  let next = 0
  try {
    const samples = await drive(clients, seconds, async (client) => {
      const wish = all[next++]
      if (!wish) return false
      const { person, doctor: doctorId, headers } = wish
      const path = `/api/v1/people/${person}/doctor-choices`
      const answer = await open[client]!.ask({ method: 'POST', path, headers, body: { doctorId } })
      assert.equal(answer.status, 201, answer.body)
      return true
    })
    const { rows } = await owner.query<{ wrong: number }>(
      `select count(*)::int as wrong from registry.primary_care_post p
       left join (select role_id, count(*) as n from registry.doctor_choice where ended_at is null and kind <> 'TEMPORARY' group by 1) c
         using (role_id)
       where p.patients <> coalesce(c.n, 0)`,
    )
    assert.equal(rows[0]!.wrong, 0, 'a list is not as long as it says')
    return samples
  } finally {
    for (const client of open) client.close()
  }
}
