// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testApp } from '../../../test/setup.ts'
import { busy, refusalOf } from './errors.ts'
import { connectSearches } from './searches.ts'

const t = await testApp()
const dropped: Error[] = []
const searches = connectSearches(t.databaseUrl, { onDrop: (error) => dropped.push(error) })
after(async () => {
  await searches.close()
  await t[Symbol.asyncDispose]()
})

const backends = async () =>
  (
    await t.owner.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'sinfonia-searches'`,
    )
  ).rows.map(({ pid }) => pid)
const number = async (text: string, values: unknown[] = []) =>
  (await searches.query<{ n: number }>({ text, values })).rows[0]?.n

test('a rush of statements shares two connections, and each gets its own answer or its own error', async () => {
  const asked = Array.from({ length: 300 }, (_, i) =>
    i % 50 === 7 ? number('select 1 / 0 as n') : number('select $1::int as n', [i]),
  )
  for (const [i, outcome] of (await Promise.allSettled(asked)).entries()) {
    if (i % 50 === 7) assert.equal(outcome.status === 'rejected' && outcome.reason.code, '22012', 'division by zero')
    else assert.equal(outcome.status === 'fulfilled' && outcome.value, i)
  }
  assert.equal((await backends()).length, 2)
})

test('row-level security binds them as somebody who may see nobody', async () => {
  await t.owner.query(
    `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_code, birth_place_name, citizenship)
     values (gen_random_uuid(), 'Esposito', 'Ciro', 'ESPOSITO CIRO', '1980-01-01', 'M', 'F839', 'Napoli', '100')`,
  )
  assert.equal(await number('select count(*)::int as n from registry.person'), 0)
})

test('a connection that breaks fails what is in it as a busy service, and is opened again', async () => {
  const asked = Promise.allSettled(Array.from({ length: 8 }, () => number('select pg_sleep(0.3)::text, 1 as n')))
  for (const pid of await backends()) await t.owner.query('select pg_terminate_backend($1)', [pid])
  for (const outcome of await asked) assert.equal(outcome.status === 'rejected' && refusalOf(outcome.reason), busy)
  assert.ok(dropped.length > 0)
  assert.equal(await number('select 2 as n'), 2)
})

test('who finds no place is served in turn, and after ten seconds told that the service is busy', async (own) => {
  const full = Array.from({ length: 16 }, () => number('select pg_sleep(0.05)::text, 1 as n'))
  own.mock.timers.enable({ apis: ['setTimeout'] })
  const late = number('select 3 as n')
  own.mock.timers.tick(10_000)
  await assert.rejects(late, (error) => error === busy)
  const inTime = number('select 4 as n')
  assert.equal(await inTime, 4)
  assert.equal((await Promise.all(full)).length, 16)
})
