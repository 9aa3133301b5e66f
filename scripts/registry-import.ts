// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createReadStream, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { parse, CsvError } from 'csv-parse'
import { toCsv } from '../src/server/platform/csv.ts'
import { connect } from '../src/server/platform/database.ts'
import { BadFile, checkHeader, importRows, kinds, mostRows } from '../src/server/registry/imports/index.ts'
import type { FileRow, KindName, RowFate } from '../src/server/registry/imports/index.ts'

/**
 * Compares a file of organisations, locations, practitioners or their roles with the registry and tells what would become
 * of every row: `npm run registry:import -- organisations FILE.csv [--report FATES.csv] [--apply [--skip-refused]]`.
 * Uses DATABASE_URL.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    apply: { type: 'boolean', default: false },
    'skip-refused': { type: 'boolean', default: false },
    report: { type: 'string' },
  },
})

const isKind = (name: string | undefined): name is KindName => name !== undefined && Object.hasOwn(kinds, name)

async function readRows(kind: KindName, file: string): Promise<FileRow[]> {
  const rows: FileRow[] = []
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      delimiter: [';', ','],
      info: true,
      skip_empty_lines: true,
      columns: (header: string[]) => {
        const names = header.map((name) => name.trim())
        checkHeader(kind, names)
        return names
      },
    }),
  )
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>
    info: { lines: number }
  }>) {
    rows.push({ line: info.lines, cells: record })
    if (rows.length > mostRows) break
  }
  return rows
}

function tell(fates: readonly RowFate[]): void {
  const counts = Map.groupBy(fates, ({ fate }) => fate)
  for (const fate of ['new', 'changed', 'same', 'refused'] as const)
    console.log(`${String(counts.get(fate)?.length ?? 0).padStart(7)} ${fate}`)
  const refused = counts.get('refused') ?? []
  for (const { line, key, told } of refused.slice(0, 20)) console.log(`line ${line}, ${key}: ${told.join('; ')}`)
  if (refused.length > 20) console.log(`and ${refused.length - 20} more: --report writes all of them to a file`)
}

async function run(url: string, kind: KindName, file: string): Promise<number> {
  const rows = await readRows(kind, file)
  const { db, close } = connect(url, { max: 1, onDrop: (error) => console.error(error.message) })
  try {
    const how = { apply: values.apply, skipRefused: values['skip-refused'], source: basename(file) }
    const { fates, applied } = await importRows(db, kind, rows, how)
    tell(fates)
    if (values.report) {
      const table = fates.map(({ line, key, fate, told }) => [String(line), key, fate, told.join('; ')])
      writeFileSync(values.report, toCsv(['line', 'key', 'fate', 'what'], table))
    }
    if (applied) console.log('Done: the registry holds what is new and changed.')
    else if (values.apply)
      console.log('Nothing was written: put the refused rows right, or leave them out with --skip-refused.')
    else console.log('Nothing was written: add --apply to write it.')
    return applied || !values.apply ? 0 : 1
  } finally {
    await close()
  }
}

const url = process.env['DATABASE_URL']
const [kind, file] = positionals
if (!url || !isKind(kind) || !file) {
  console.error(`Set DATABASE_URL and name a kind (${Object.keys(kinds).join(', ')}) and a file.`)
  process.exit(2)
}
try {
  process.exitCode = await run(url, kind, file)
} catch (error) {
  if (error instanceof CsvError) console.error(`The file is not CSV as it should be: ${error.message}`)
  else if (error instanceof BadFile) console.error(error.message)
  else throw error
  process.exitCode = 2
}
