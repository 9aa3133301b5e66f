// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testApp } from '../../../../test/setup.ts'
import { BadFile, importRows, type KindName, type RowFate } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

type Cells = Record<string, string>

const pharmacy = (over: Cells = {}): Cells => ({
  code: 'F0001',
  kind: 'pharmacy',
  name: 'Farmacia Prova',
  parent_code: '150204',
  discipline: '',
  fiscal_code: '',
  telephone: '081 0000001',
  email: 'farmacia@example.org',
  own_booking: 'no',
  valid_from: '2026-01-01',
  valid_until: '',
  ...over,
})
const doctor = (over: Cells = {}): Cells => ({
  fiscal_code: 'PRVNNA80A41F839F',
  family_name: 'Prova',
  given_name: 'Anna',
  sex: 'F',
  birth_date: '1980-01-01',
  regional_code: '',
  languages: 'it, en',
  ...over,
})
const site = (over: Cells = {}): Cells => ({
  code: 'SEDE-1',
  name: 'Ambulatorio Prova',
  organisation_code: '150204',
  asl_code: '150204',
  district_code: '',
  address: 'Via di Prova 1',
  istat_code: '063049',
  postcode: '80100',
  latitude: '40,85',
  longitude: '14.25',
  telephone: '',
  step_free: 'sì',
  accessibility_it: 'Ingresso a livello della strada.',
  accessibility_en: '',
  directions_it: '',
  directions_en: '',
  valid_from: '2026-01-01',
  valid_until: '',
  ...over,
})
const role = (over: Cells = {}): Cells => ({
  fiscal_code: 'PRVNNA80A41F839F',
  organisation_code: '150204',
  location_code: 'SEDE-1',
  role: 'specialist',
  discipline: '08',
  valid_from: '2026-01-01',
  valid_until: '',
  ...over,
})

const bring = (kind: KindName, rows: Cells[], { apply = true, skipRefused = false } = {}) =>
  importRows(
    t.db,
    kind,
    rows.map((cells, at) => ({ line: at + 2, cells })),
    { apply, skipRefused, source: 'prova.csv' },
  )
const short = (fates: RowFate[]) => fates.map(({ fate, told }) => [fate, ...told])
const count = async (): Promise<number> =>
  (await t.owner.query<{ n: number }>('select count(*)::int as n from registry.organisation')).rows[0]!.n

test('a dry run tells every row’s fate and writes nothing; the second import of a file finds nothing to do', async () => {
  const before = await count()
  const rows = [pharmacy(), pharmacy({ code: 'F0002' })]
  const dry = await bring('organisations', rows, { apply: false })
  assert.deepEqual([dry.applied, short(dry.fates)], [false, [['new'], ['new']]])
  assert.equal(await count(), before)
  const real = await bring('organisations', rows)
  assert.deepEqual([real.applied, short(real.fates), await count()], [true, [['new'], ['new']], before + 2])
  assert.deepEqual(short((await bring('organisations', rows)).fates), [['same'], ['same']])
  const changed = await bring('organisations', [pharmacy({ name: 'Farmacia Nuova', telephone: '' })])
  assert.deepEqual(short(changed.fates), [
    ['changed', 'name: Farmacia Prova → Farmacia Nuova', 'telephone: 081 0000001 → (empty)'],
  ])
  const { rows: kept } = await t.owner.query(
    'select name, telephone, source from registry.organisation where code = $1',
    ['F0001'],
  )
  assert.deepEqual(kept, [{ name: 'Farmacia Nuova', telephone: null, source: 'prova.csv' }])
})

test('one refused row keeps the whole file out, unless it is left out by wish', async () => {
  const before = await count()
  const rows = [
    pharmacy({ code: 'F0010' }),
    pharmacy({ code: 'F0011', kind: 'shop', email: 'nobody', own_booking: 'maybe', valid_from: '2026-02-30' }),
    pharmacy({ code: 'F0010', name: 'Again' }),
    pharmacy({ code: 'F0012', valid_until: '2025-12-31' }),
    pharmacy({ code: '', name: '' }),
  ]
  const { applied, fates } = await bring('organisations', rows)
  assert.deepEqual([applied, await count()], [false, before])
  assert.deepEqual(fates[0]!.fate, 'new')
  assert.match(
    fates[1]!.told.join('; '),
    /^kind is none of region, .*; email is not an e-mail address; own_booking is neither/,
  )
  assert.match(fates[1]!.told.at(-1)!, /^valid_from is not a day/)
  assert.deepEqual(fates[2]!.told, ['line 2 has the same code'])
  assert.deepEqual(fates[3]!.told, ['valid_until is before valid_from'])
  assert.deepEqual(fates[4]!.told, ['code must not be empty', 'name must not be empty'])
  const some = await bring('organisations', rows, { skipRefused: true })
  assert.deepEqual([some.applied, await count()], [true, before + 1])
})

test('what is above may stand below in the file; who hangs on a refused row is refused with it', async () => {
  const rows = [
    pharmacy({ code: 'U3', kind: 'unit', parent_code: 'U2' }),
    pharmacy({ code: 'U2', kind: 'unit', parent_code: 'U1' }),
    pharmacy({ code: 'U1', kind: 'unit', parent_code: '150204' }),
    pharmacy({ code: 'V2', kind: 'unit', parent_code: 'V1' }),
    pharmacy({ code: 'V1', kind: 'unit', parent_code: 'NOWHERE' }),
  ]
  const { fates } = await bring('organisations', rows, { skipRefused: true })
  assert.deepEqual(short(fates), [
    ['new'],
    ['new'],
    ['new'],
    ['refused', 'parent_code: there is no organisation V1'],
    ['refused', 'parent_code: there is no organisation NOWHERE'],
  ])
  const ring = [pharmacy({ code: 'U1', kind: 'unit', parent_code: 'U3' })]
  await assert.rejects(bring('organisations', ring, { apply: false }), BadFile)
  const fresh = ['W1', 'W2'].map((code, at) => pharmacy({ code, kind: 'unit', parent_code: `W${2 - at}` }))
  await assert.rejects(bring('organisations', fresh, { apply: false }), BadFile)
})

test('places, professionals and their roles follow one another', async () => {
  assert.deepEqual(short((await bring('practitioner-roles', [role()])).fates), [
    ['refused', 'fiscal_code: there is no practitioner PRVNNA80A41F839F'],
  ])
  for (const [kind, cells] of [
    ['locations', site()],
    ['practitioners', doctor()],
    ['practitioner-roles', role()],
  ] as const) {
    assert.deepEqual(short((await bring(kind, [cells])).fates), [['new']], kind)
    assert.deepEqual(short((await bring(kind, [cells])).fates), [['same']], kind)
  }
  const ended = await bring('practitioner-roles', [role({ valid_until: '2026-12-31' })])
  assert.deepEqual(short(ended.fates), [['changed', 'valid_until: (empty) → 2026-12-31']])
  const wrong = await bring('practitioners', [doctor({ fiscal_code: 'PRVNNA80A41F839A', languages: 'italiano' })])
  assert.deepEqual(short(wrong.fates), [
    ['refused', 'fiscal_code is not a fiscal code', 'languages is not a list of languages such as it, en'],
  ])
  const nowhere = await bring('locations', [
    site({ code: 'SEDE-2', istat_code: '999999' }),
    site({ code: 'SEDE-3', latitude: 'nord' }),
  ])
  assert.deepEqual(short(nowhere.fates), [
    ['refused', 'istat_code: there is no municipality 999999'],
    ['refused', 'latitude is not a number from 35 to 48'],
  ])
})

test('whatever stands in the cells, every row gets a fate and a dry run leaves the registry as it was', async () => {
  const before = await count()
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('', '150204', 'no', '2026-01-01', 'unit'),
  )
  const row = fc.record(Object.fromEntries(Object.keys(pharmacy()).map((column) => [column, cell])))
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const { fates, applied } = await bring('organisations', rows, { apply: false, skipRefused: true })
      assert.equal(applied, false)
      assert.deepEqual(
        fates.map(({ line }) => line),
        rows.map((_, at) => at + 2),
      )
      for (const { fate, told } of fates) assert.equal(fate === 'refused' || fate === 'changed', told.length > 0)
    }),
    { numRuns: 30 },
  )
  assert.equal(await count(), before)
})

test('the command reads what spreadsheets in Italy write, tells in words and writes the fates to a file', () => {
  const file = join(t.dataDir, 'farmacie.csv')
  const report = join(t.dataDir, 'fates.csv')
  const columns = Object.keys(pharmacy())
  const write = (rows: Cells[], header = columns) =>
    writeFileSync(
      file,
      `\uFEFF${[header, ...rows.map((row) => columns.map((name) => row[name]))].map((cells) => cells.join(';')).join('\r\n')}\r\n`,
    )
  const run = (...more: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/registry-import.ts', 'organisations', file, ...more],
      { encoding: 'utf8', env: { ...process.env, DATABASE_URL: t.databaseUrl } },
    )
    return { status, said: stdout + stderr }
  }
  write([pharmacy({ code: 'F0100' }), pharmacy({ code: 'F0101', kind: 'shop' })])
  const dry = run('--report', report)
  assert.deepEqual(
    [dry.status, /1 new[^]*1 refused[^]*line 3, F0101: kind is none of/.test(dry.said)],
    [0, true],
    dry.said,
  )
  assert.match(readFileSync(report, 'utf8'), /"2";"F0100";"new";""\r\n"3";"F0101";"refused";"kind is none/)
  assert.equal(run('--apply').status, 1)
  const part = run('--apply', '--skip-refused')
  assert.deepEqual([part.status, part.said.includes('Done')], [0, true], part.said)
  write([pharmacy()], columns.with(0, 'codice'))
  const wrong = run()
  assert.deepEqual([wrong.status, wrong.said.trim()], [2, 'The file lacks the columns code.'])
})
