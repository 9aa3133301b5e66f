// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { omocodeVariant } from '../../../shared/fiscal-code.ts'
import { asSystem } from '../../platform/database.ts'
import { countFrequencies, link, readLinkage, type Incoming } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const settings = readLinkage(t.platform.config)

const facts = { familyName: 'Brandolesi', givenName: 'Immacolata', birthDate: '1962-04-09' }
const known = await aPerson(t, facts)
const crowd = await Promise.all(Array.from({ length: 30 }, () => aPerson(t)))
await asSystem(t.db, countFrequencies)

async function whose(record: Incoming): Promise<[string, string | undefined]> {
  for await (const { verdict, candidates } of link(t.db, settings, [record])) return [verdict, candidates[0]?.person.id]
  throw new Error('No answer.')
}
const named: Incoming = { ...facts, sex: 'F', birthPlace: 'F839', residence: '063049' }

test('somebody is found by each of the keys, with a mistake in the others', async () => {
  const ways: Record<string, Incoming> = {
    code: { ...named, code: known.code, familyName: 'Sposata' },
    'code without a form of omocodia': { ...named, code: omocodeVariant(known.code, 3), givenName: 'Immacolta' },
    'family name and birth date': { ...named, givenName: 'Immacolta' },
    'given name and birth date': { ...named, familyName: 'Brandolessi' },
    'both names and the year': { ...named, birthDate: '1962-09-04', code: `${known.code.slice(0, 15)}*` },
    'exchanged names': { ...named, familyName: facts.givenName, givenName: facts.familyName },
    'a code wrong at its end': {
      ...named,
      code: `${known.code.slice(0, 12)}9${known.code.slice(13)}`,
      familyName: 'Sposata',
    },
  }
  for (const [what, record] of Object.entries(ways)) assert.deepEqual(await whose(record), ['match', known.id], what)
  assert.deepEqual(await whose({ ...named, familyName: 'Quarantelli', birthDate: '1999-01-01' }), ['new', undefined])
})

test('a record of somebody merged leads to the record that goes on', async () => {
  const old = await aPerson(t, { ...facts, givenName: 'Imma' })
  await t.owner.query('update registry.person set merged_into = $1 where id = $2', [known.id, old.id])
  assert.equal((await whose({ ...named, code: old.code }))[1], known.id)
})

test('the counts of names are of people who go on, and can be made again', async () => {
  const bearers = async () => {
    const { rows } = await t.owner.query<{ field: string; bearers: number }>(
      `select field, bearers from registry.frequency where value in ('', 'BRANDOLESI', 'F839') order by field`,
    )
    return Object.fromEntries(rows.map(({ field, bearers: count }) => [field, count]))
  }
  await asSystem(t.db, countFrequencies)
  assert.deepEqual(await bearers(), { birthPlace: 31, family: 1, people: 31 })
  await t.platform.queue.drain(t.platform)
  await asSystem(t.db, countFrequencies)
  assert.deepEqual(await bearers(), { birthPlace: 31, family: 1, people: 31 })
})

test('a file of any length is read as its answers are, in its order', async () => {
  let [read, furthest, answered] = [0, 0, 0]
  async function* file(): AsyncGenerator<Incoming & { row: number }> {
    for (let row = 0; row < 6_000; row += 1) {
      read += 1
      furthest = Math.max(furthest, read - answered)
      yield { row, code: crowd[row % crowd.length]!.code }
    }
  }
  for await (const { record, candidates } of link(t.db, settings, file())) {
    assert.equal(record.row, answered)
    assert.equal(candidates[0]?.person.id, crowd[answered % crowd.length]!.id)
    answered += 1
  }
  assert.equal(answered, 6_000)
  assert.ok(furthest <= 3_000, String(furthest))
})
