// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'

const people = 20_000
/** Rows of one transaction: a list of people that is shown writes some dozens, most requests one. */
const perTransaction = 50

/** Writes so many rows about some thousand people, in transactions as requests make them. */
export async function fill(owner: pg.Pool, rows: number): Promise<void> {
  await owner.query(`create table public.bench_patient as
    select gen_random_uuid() as id, n from generate_series(1, ${people}) as n`)
  await owner.query('alter table public.bench_patient add primary key (n)')
  await owner.query('grant select on public.bench_patient to sinfonia_app')
  await owner.query(`create procedure public.bench_fill(transactions integer) language plpgsql as $$
    begin
      for i in 1 .. transactions loop
        insert into access.audit_entry (id, actor_kind, person_id, session_id, level, patient_id, action, object_type, object_id,
          purpose, request_id, address)
        select gen_random_uuid(), 'citizen', p.id, gen_random_uuid(), 2, p.id, 'READ', 'booking', gen_random_uuid(), 'booking',
          gen_random_uuid(), '192.0.2.1'
        from (select 1 + (random() * ${people - 1})::int as n from generate_series(1, ${perTransaction})) as wanted
        join public.bench_patient p using (n);
        commit;
      end loop;
    end $$`)
  await owner.query(`call public.bench_fill(${Math.ceil(rows / perTransaction)})`)
  await owner.query('vacuum analyze access.audit_entry')
}

/** Ids of the people rows are about. */
export async function patients(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>('select id from public.bench_patient order by n limit 5000')
  return rows.map(({ id }) => id)
}
