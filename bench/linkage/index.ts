// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { parseArgs } from 'node:util'
import pg from 'pg'
import { asSystem, connect } from '../../src/server/platform/database.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { countFrequencies, link, readLinkage, type Linked } from '../../src/server/registry/linkage/index.ts'
import { one, print } from '../table.ts'
import { openRegion, scaleOf } from '../registry/region.ts'
import { incoming, type Row } from './incoming.ts'

const options = {
  scale: { type: 'string', default: '1:100' },
  rows: { type: 'string', default: '100000' },
  show: { type: 'string', default: '0' },
  fresh: { type: 'boolean', default: false },
} as const

/** What was decided of records of one kind: rightly joined, wrongly joined, put before a clerk with and without the right person, taken for new. */
interface Tally {
  rows: number
  joined: number
  wrong: number
  review: number
  reviewWithout: number
  fresh: number
}
const empty = (): Tally => ({ rows: 0, joined: 0, wrong: 0, review: 0, reviewWithout: 0, fresh: 0 })

/** Links a file made of a region's people and others with the whole registry; prints what came of it and returns the figures. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options })
  const [scale, wanted, show] = [scaleOf(values.scale), Number(values.rows), Number(values.show)]
  if (!(wanted >= 1)) throw new Error('Write --rows of at least 1.')
  const database = await openRegion(scale, values.fresh)
  const owner = new pg.Pool({ connectionString: database.url, max: 2, options: '-c app.role=system' })
  const connection = connect(database.url, { max: 4, onDrop: (error) => console.error(error.message) })
  try {
    console.error('counting names …')
    await asSystem(connection.db, countFrequencies)
    await owner.query('analyze registry.person_identifier, registry.person, registry.address, registry.frequency')
    const { rows: size } = await owner.query<{ people: number }>('select count(*)::int as people from registry.person')
    console.error('writing the file …')
    const file: Row[] = []
    for await (const row of incoming(owner, wanted)) file.push(row)
    console.error('linking …')
    const before = process.memoryUsage().rss
    const started = performance.now()
    const linked = link(connection.db, readLinkage(readConfig(process.env)), file)
    const { tallies, all, rssMb } = await tallyOf(linked, show)
    const seconds = (performance.now() - started) / 1000
    return report({ people: size[0]!.people, seconds, tallies, all, rssMb: rssMb - before / 2 ** 20 })
  } finally {
    await owner.end()
    await connection.close()
    await database.stop()
  }
}

/** Counts what was decided, by the errors of a record; prints some that were joined wrongly. */
async function tallyOf(linked: AsyncIterable<Linked<Row>>, show: number) {
  const tallies = new Map<string, Tally>()
  const all = empty()
  let [shown, rssMb] = [0, 0]
  for await (const one of linked) {
    const { record, verdict, candidates } = one
    const { truth, errors } = record
    const kinds = truth ? (errors.length === 0 ? ['no error'] : errors) : [`not in the registry: ${errors[0]}`]
    for (const tally of [all, ...kinds.map((kind) => tallies.get(kind) ?? start(tallies, kind))]) {
      tally.rows += 1
      if (verdict === 'new') tally.fresh += 1
      else if (verdict === 'match') tally[candidates[0]!.person.id === truth ? 'joined' : 'wrong'] += 1
      else {
        tally.review += 1
        if (!candidates.some(({ person }) => person.id === truth)) tally.reviewWithout += 1
      }
    }
    const wrong = verdict === 'match' ? candidates[0]!.person.id !== truth : truth !== undefined && verdict === 'new'
    if (wrong && (shown += 1) <= show) console.error(JSON.stringify(one, null, 1))
    if (all.rows % 1000 === 0) rssMb = Math.max(rssMb, process.memoryUsage().rss / 2 ** 20)
  }
  return { tallies, all, rssMb }
}

function start(tallies: Map<string, Tally>, kind: string): Tally {
  const tally = empty()
  tallies.set(kind, tally)
  return tally
}

interface Result {
  people: number
  seconds: number
  tallies: ReadonlyMap<string, Tally>
  all: Tally
  rssMb: number
}

function report({ people, seconds, tallies, all, rssMb }: Result): object {
  const unknown = [...tallies].filter(([kind]) => kind.startsWith('not in')).map(([, tally]) => tally)
  const strangers = unknown.reduce((sum, { rows }) => sum + rows, 0)
  const knownRows = all.rows - strangers
  const reviewed = all.review - all.reviewWithout
  const figures = {
    precision: share(all.joined, all.joined + all.wrong),
    recall: share(all.joined, knownRows),
    recallWithReview: share(all.joined + reviewed, knownRows),
    reviewShare: share(all.review, all.rows),
  }
  console.log(`\n${all.rows.toLocaleString('en')} records against ${people.toLocaleString('en')} people`)
  print(
    [['all', all] as const, ...[...tallies].toSorted(([a], [b]) => (a < b ? -1 : 1))].map(([kind, tally]) => ({
      'what is in the record': kind,
      records: tally.rows,
      'joined rightly': tally.joined,
      wrongly: tally.wrong,
      'for a clerk': tally.review,
      'of these without the right person': tally.reviewWithout,
      'taken for new': tally.fresh,
    })),
  )
  console.log(
    `\n${one(seconds)} s, ${Math.round(all.rows / seconds)} records a second; precision ${figures.precision}, ` +
      `recall ${figures.recall}, with review ${figures.recallWithReview}, for a clerk ${figures.reviewShare}; ` +
      `${Math.round(rssMb)} MB more memory than before\n`,
  )
  return {
    people,
    rows: all.rows,
    seconds: one(seconds),
    perSecond: Math.round(all.rows / seconds),
    ...figures,
    rssMb: Math.round(rssMb),
  }
}

const share = (part: number, whole: number): number => Math.round((part / whole) * 100_000) / 100_000
