// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { survivor } from './people.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

test('the record that goes on is found by its key, also behind row-level security, not by reading everybody', async () => {
  const { id } = await aPerson(t)
  const plan = await asSystem(t.db, async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx)
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain
      select person.id from registry.person found
      join registry.person person on person.id = ${survivor('found')} where found.id = ${sql.lit(id)}`.execute(tx)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
  assert.match(plan, /Index Cond: \(id = CASE/, plan)
})
