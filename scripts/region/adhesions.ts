// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { cohortOf, type Cohort } from '../../src/server/services/vaccination/index.ts'
import { publicCode } from '../../src/server/platform/ids.ts'
import { createRandom } from './random.ts'
import { insertRows, type Row } from './rows.ts'

/** One person in so many is asked whether she adheres; of those invited every second one does. */
const asked = 60

/**
 * Adhesions with the health card to the campaigns that are open, by people of the cohorts that go by age and have a mobile
 * telephone, for a child that of a parent; never by the people with a story. Returns how many.
 */
export async function fillAdhesions(
  client: pg.Client,
  { region, known, today, now }: { region: string; known: readonly string[]; today: string; now: Date },
): Promise<number> {
  const random = createRandom(263)
  const { rows: campaigns } = await client.query<{ code: string; from: string; cohorts: Cohort[] }>(
    `select code, lower(open)::text as "from", cohorts from vaccination.campaign where region = $1 and open @> $2::date order by code`,
    [region, today],
  )
  const { rows: people } = await client.query<{ id: string; birthDate: string; aslId: string; mobile: string }>(
    // Chosen before anything is looked up about them: of millions a few are asked.
    `with chosen as materialized (
       select id, birth_date from registry.person
       where deceased_on is null and merged_into is null and id <> all ($1::uuid[])
         and ('x' || right(id::text, 4))::bit(16)::int % $3 = 0
     ), callable as materialized (
       select p.id, p.birth_date::text as "birthDate",
         (select e.asl_id from registry.enrolment e where e.person_id = p.id and e.state = 'ACTIVE' and e.kind = 'RESIDENT') as "aslId",
         coalesce(
           (select c.value from registry.contact c where c.person_id = p.id and c.kind = 'mobile' and upper_inf(c.valid)),
           (select c.value from registry.family_link f join registry.contact c on c.person_id = f.related_id
            where f.person_id = p.id and f.relation = 'parent' and p.birth_date > $2::date - interval '18 years'
              and c.kind = 'mobile' and upper_inf(c.valid)
            order by f.related_id limit 1)) as mobile
       from chosen p
     )
     select * from callable where mobile is not null and "aslId" is not null order by id`,
    [known, today, asked],
  )
  const rows: Row[] = []
  for (const { id, birthDate, aslId, mobile } of people)
    for (const { code, from, cohorts } of campaigns) {
      const cohort = cohortOf(cohorts, { birthDate, exemptions: null }, today)
      if (!cohort || !random.chance(0.5)) continue
      const since = Date.parse(`${from > birthDate ? from : birthDate}T08:00:00Z`)
      rows.push({
        id: random.uuid(),
        code: publicCode(8, (below) => random.int(0, below - 1)),
        campaign: code,
        patient_id: id,
        cohort: cohort.code,
        asl_id: aslId,
        channel: 'card',
        made_at: new Date(since + Math.max(0, now.getTime() - since) * random.next()).toISOString(),
        contact_channel: 'sms',
        contact_address: mobile,
        language: 'it',
      })
    }
  await insertRows(client, 'vaccination.adhesion', rows)
  return rows.length
}
