// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import pg from 'pg'
import { ensureDatabase } from '../../../../scripts/postgres.ts'
import { testServer } from '../../../../test/postgres.ts'

const server = await testServer()
after(() => server.stop())

test('delegations that were there before keep their state, and their history begins with them', async () => {
  const name = `m_${randomUUID().replaceAll('-', '')}`
  await ensureDatabase(server.url('postgres'), name)
  const client = new pg.Client({ connectionString: server.url(name) })
  await client.connect()
  try {
    const files = readdirSync('db/migrations').toSorted()
    const apply = async (wanted: (file: string) => boolean) => {
      for (const file of files.filter(wanted)) await client.query(readFileSync(`db/migrations/${file}`, 'utf8'))
    }
    await apply((file) => file < '0160')
    const [anna, bruno] = [randomUUID(), randomUUID()]
    for (const id of [anna, bruno])
      await client.query(
        `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_name, citizenship)
         values ($1, 'Prova', 'Prova', 'PROVA PROVA', '1970-01-01', 'N', 'NAPOLI', '100')`,
        [id],
      )
    for (const [i, state] of ['active', 'revoked', 'rejected', 'ceased'].entries())
      await client.query(
        `insert into access.delegation (id, delegator_id, delegate_id, state, evidence, valid)
         values ($1, $2, $3, $4, 'test', daterange('2020-01-01'::date + $5::int * 400, '2020-12-31'::date + $5::int * 400))`,
        [randomUUID(), anna, bruno, state, i],
      )
    await apply((file) => file >= '0160')
    const { rows } = await client.query<{ state: string; to_state: string }>(
      `select d.state, c.to_state from access.delegation d join access.delegation_change c on c.delegation_id = d.id order by d.valid`,
    )
    const rules = await client.query('select own_sign_in_age from access.delegation_rule')
    assert.deepEqual(rules.rows, [{ own_sign_in_age: 14 }])
    const kept = ['active', 'revoked', 'rejected', 'revoked']
    assert.deepEqual(
      rows,
      kept.map((state) => ({ state, to_state: state })),
    )
  } finally {
    await client.end()
    const admin = new pg.Client({ connectionString: server.url('postgres') })
    await admin.connect()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
})
