// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testApp } from '../setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const names = async (text: string): Promise<string[]> => {
  const { rows } = await t.owner.query<{ name: string }>(text)
  return rows.map(({ name }) => name)
}

/** Columns that name a person: those with a foreign key to her, and those that are called so without having one. */
const naming = `
  select c.conrelid::regclass::text as relation, a.attname::text as field
  from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
  where c.contype = 'f' and c.confrelid = 'registry.person'::regclass and c.conparentid = 0
  union
  select k.oid::regclass::text, a.attname::text
  from pg_class k join pg_namespace n on n.oid = k.relnamespace join pg_attribute a on a.attrelid = k.oid
  where k.relkind in ('r', 'p') and not k.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pgboss', 'public')
    and a.attnum > 0 and not a.attisdropped and a.atttypid = 'uuid'::regtype and a.attname in ('person_id', 'patient_id')`

test('every column that names a person says what becomes of it when her record is merged', async () => {
  const missing = await names(`
    select relation || '.' || field as name from (${naming}) n
    where not exists (select from registry.person_reference r where r.relation = n.relation and r.field = n.field) order by 1`)
  assert.deepEqual(
    missing,
    [],
    'Declare each in a migration of its room: insert into registry.person_reference (relation, field, rule, why) values …',
  )
})

test('what is declared is there', async () => {
  assert.deepEqual(
    await names(`
      select relation || '.' || field as name from registry.person_reference r
      where not exists (select from pg_attribute a where a.attrelid = to_regclass(r.relation) and a.attname = r.field and not a.attisdropped)`),
    [],
  )
})

test('rows that move have a key to be found again by, and are found by the person without reading the table', async () => {
  assert.deepEqual(
    await names(`
      select relation as name from registry.moving_relation m
      where not exists (select from pg_index i where i.indrelid = m.relation::regclass and i.indisprimary)`),
    [],
  )
  assert.deepEqual(
    await names(`
      select relation || '.' || field as name from registry.person_reference r where rule <> 'stays' and not exists (
        select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = r.relation::regclass and a.attname = r.field)`),
    [],
  )
})

test('a column that is forgotten is found', async () => {
  await t.owner.query(
    'create table registry.forgotten (id uuid primary key, owner uuid references registry.person (id))',
  )
  const missing = await names(`
    select relation || '.' || field as name from (${naming}) n
    where not exists (select from registry.person_reference r where r.relation = n.relation and r.field = n.field)`)
  await t.owner.query('drop table registry.forgotten')
  assert.deepEqual(missing, ['registry.forgotten.owner'])
})
