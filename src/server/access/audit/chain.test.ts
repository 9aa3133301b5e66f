// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { systemActor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { noteAnchor, readAnchors } from './anchors.ts'
import type { Seal } from './chain.ts'
import { audit } from './index.ts'
import { readAuditConfig, sealingKey, verifyingKeys } from './keys.ts'
import { sealAudit } from './seal.ts'
import { forgetOldMonths, makePartitions } from './upkeep.ts'
import { verifyAudit, type Evidence } from './verify.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const settings = readAuditConfig(t.platform.config)
const key = await sealingKey(settings)
const { id: patientId } = await aPerson(t)
const actor = () => systemActor(uuidv7())

/** Writes some rows, each in a transaction of its own, and gives their ids in the order of the chain. */
async function write(count: number): Promise<string[]> {
  const requests: string[] = []
  for (let i = 0; i < count; i += 1) {
    const by = actor()
    requests.push(by.requestId)
    await asSystem(t.db, (tx) => audit(tx, by, { action: 'READ', patientId, object: 'test', purpose: `p${i}` }))
  }
  const { rows } = await t.owner.query<{ id: string }>(
    'select id from access.audit_entry where request_id = any ($1) order by position, id',
    [requests],
  )
  return rows.map(({ id }) => id)
}

/** Seals until nothing is left: other databases of the server may have transactions under way for a moment. */
async function seal(now = new Date()): Promise<Seal[]> {
  const made: Seal[] = []
  for (let attempt = 0; attempt < 200; attempt += 1) {
    made.push(...(await sealAudit(t.db, key, now)))
    if ((await verify({ now })).unsealed === 0) return made
    await sleep(25)
  }
  throw new Error('Rows stay without a seal.')
}

async function verify(wish: Partial<Evidence> = {}) {
  const keys = await verifyingKeys(settings)
  return asSystem(t.db, (tx) => verifyAudit(tx, { keys, anchors: [], keepYears: 10, now: new Date(), ...wish }))
}

/** Does what only somebody with all rights on the database can: past triggers, then back as it was. */
async function tamper(statements: string[], check: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: t.databaseUrl })
  await client.connect()
  const tables = ['audit_entry', 'audit_seal', 'audit_seal_rows']
  try {
    for (const table of tables) await client.query(`create table kept_${table} as select * from access.${table}`)
    await client.query('set session_replication_role = replica') // no trigger fires, no foreign key is checked
    for (const statement of statements) await client.query(statement)
    await check()
    for (const table of tables.toReversed()) await client.query(`delete from access.${table}`)
    for (const table of tables) await client.query(`insert into access.${table} select * from kept_${table}`)
    for (const table of tables) await client.query(`drop table kept_${table}`)
  } finally {
    await client.end()
  }
}

const ids = await write(12)
await seal()
ids.push(...(await write(8)))
await seal()

test('a trail that nobody touched holds, and sealing again adds nothing', async () => {
  const found = await verify()
  assert.deepEqual(found.problems, [])
  assert.ok(found.rows >= 20)
  assert.deepEqual(await sealAudit(t.db, key, new Date()), [])
})

const row = (i: number) => `'${ids[i]}'`
const tampering: [what: string, statements: () => string[], kind: string, named: () => string | undefined][] = [
  ['a removed row', () => [`delete from access.audit_entry where id = ${row(5)}`], 'removed', () => ids[5]],
  ['the last row removed', () => [`delete from access.audit_entry where id = ${row(19)}`], 'removed', () => ids[19]],
  [
    'a changed purpose',
    () => [`update access.audit_entry set purpose = 'x' where id = ${row(3)}`],
    'changed',
    () => ids[3],
  ],
  [
    'a moved instant',
    () => [`update access.audit_entry set at = at + interval '1 microsecond' where id = ${row(3)}`],
    'changed',
    () => ids[3],
  ],
  [
    'a row moved to another month',
    () => [`update access.audit_entry set at = at - interval '40 days' where id = ${row(3)}`],
    're-ordered',
    () => ids[3],
  ],
  [
    'a value moved from one column to the next',
    () => [`update access.audit_entry set reason = purpose, purpose = '' where id = ${row(4)}`],
    'changed',
    () => ids[4],
  ],
  [
    'two rows that changed places',
    () => [
      `update access.audit_entry e set position = o.position from access.audit_entry o
       where (e.id, o.id) in ((${row(6)}, ${row(8)}), (${row(8)}, ${row(6)}))`,
    ],
    're-ordered',
    () => ids[6],
  ],
  [
    'a row put under another seal',
    () => [
      `update access.audit_entry set position = (select position from access.audit_entry where id = ${row(15)}) where id = ${row(2)}`,
    ],
    're-ordered',
    () => ids[2],
  ],
  [
    'a row slipped in',
    () => [
      `insert into access.audit_entry (id, at, position, actor_kind, patient_id, action, object_type, purpose, request_id)
       select '01900000-0000-7000-8000-000000000001', at, position, actor_kind, patient_id, action, object_type, 'x', request_id
       from access.audit_entry where id = ${row(7)}`,
    ],
    'inserted',
    () => '01900000-0000-7000-8000-000000000001',
  ],
  [
    'a row slipped in with an old date',
    () => [
      `insert into access.audit_entry (id, at, actor_kind, patient_id, action, object_type, purpose, request_id)
       select '01900000-0000-7000-8000-000000000002', at - interval '2 years', 'system', patient_id, action, object_type, 'x', request_id
       from access.audit_entry where id = ${row(7)}`,
    ],
    'unsealed',
    () => '01900000-0000-7000-8000-000000000002',
  ],
  ['all rows removed', () => ['delete from access.audit_entry'], 'removed', () => undefined],
  ['a seal removed', () => ['delete from access.audit_seal where number = 1'], 'seal', () => undefined],
  [
    'a row removed, and its seal told otherwise',
    () => [
      `delete from access.audit_entry where id = ${row(0)}`,
      'update access.audit_seal set row_count = row_count - 1 where number = 1',
    ],
    'seal',
    () => undefined,
  ],
  [
    'the list of rows changed',
    () => ["update access.audit_seal_rows set rows = '\\x00' where number = 1"],
    'seal',
    () => undefined,
  ],
  ['the list of rows removed', () => ['delete from access.audit_seal_rows where number = 1'], 'seal', () => undefined],
]

for (const [what, statements, kind, named] of tampering) {
  test(`the verifier finds ${what}`, () =>
    tamper(statements(), async () => {
      const [first] = (await verify()).problems
      assert.equal(first?.kind, kind)
      if (named()) assert.equal(first.row, named())
    }))
}

test('the newest rows removed with their seal are missed by who noted the seal elsewhere', async () => {
  const [newest] = (await write(2)) && (await seal())
  await noteAnchor(settings.anchors, newest!)
  const anchors = await readAnchors(settings.anchors)
  assert.deepEqual((await verify({ anchors })).problems, [])
  const cut = ['audit_seal_rows', 'audit_seal'].map(
    (name) => `delete from access.${name} where number = ${newest!.number}`,
  )
  const rows = `delete from access.audit_entry where position >= ${newest!.fromPosition}`
  await tamper([...cut, rows], async () => {
    assert.deepEqual((await verify()).problems, [], 'what is left holds by itself')
    const [first] = (await verify({ anchors })).problems
    assert.equal(first?.kind, 'anchor')
    assert.match(first.message, /newest rows were removed/)
  })
  await rm(settings.anchors, { recursive: true })
})

test('seals made with another key are not believed', async () => {
  const other = await sealingKey({
    ...settings,
    keyFile: join(t.dataDir, 'other/k.key'),
    publicKeys: join(t.dataDir, 'other'),
  })
  const keys = await verifyingKeys({ ...settings, publicKeys: join(t.dataDir, 'other') })
  assert.ok(other)
  const [first] = (await verify({ keys })).problems
  assert.match(first?.message ?? '', /key that is not known/)
})

test('a row that commits late is sealed late and loses nothing', async () => {
  await seal()
  const slow = actor()
  const client = new pg.Client({ connectionString: t.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query(
    `insert into access.audit_entry (id, actor_kind, patient_id, action, object_type, purpose, request_id)
     values ($1, 'system', $2, 'READ', 'test', 'slow', $3)`,
    [uuidv7(), patientId, slow.requestId],
  )
  await write(3)
  await sealAudit(t.db, key, new Date())
  assert.equal((await verify()).unsealed, 3, 'what came after the open transaction waits for it')
  await client.query('commit')
  await client.end()
  const made = await seal()
  assert.equal(
    made.reduce((sum, { rowCount }) => sum + rowCount, 0),
    4,
  )
  assert.deepEqual((await verify()).problems, [])
})

test('the worker’s job seals, and notes the seal where the database does not reach', async () => {
  await write(2)
  for (let tries = 0; (await verify()).unsealed > 0 && tries < 100; tries += 1) {
    await t.db.transaction().execute((tx) => t.platform.queue.send(tx, 'audit.seal', {}))
    await t.settle()
  }
  const anchors = await readAnchors(settings.anchors)
  const { rows } = await t.owner.query('select max(number) as number, max(total) as total from access.audit_seal')
  assert.equal(anchors.at(-1)?.number, Number(rows[0].number))
  assert.equal(anchors.at(-1)?.total, Number(rows[0].total))
  assert.deepEqual((await verify({ anchors })).problems, [])
  await rm(settings.anchors, { recursive: true })
})

test('verifying from a month on takes what came before as it is', async () => {
  const since = `${new Date().toISOString().slice(0, 7)}-01`
  const all = await verify()
  assert.deepEqual(await verify({ since }), all)
  const later = await verify({ since: '2999-01-01' })
  assert.deepEqual([later.seals, later.rows], [0, 0])
})

test('many writers and two sealers at once make one chain without gaps', async () => {
  const before = (await verify()).rows
  const writers = Array.from({ length: 8 }, () => write(15))
  const sealers = Array.from({ length: 12 }, async (_, i) => {
    await sleep(i * 10)
    await sealAudit(t.db, key, new Date())
  })
  await Promise.all([...writers, ...sealers])
  await seal()
  const found = await verify()
  assert.deepEqual(found.problems, [])
  assert.equal(found.rows, before + 120)
})

test('neither the application nor the owner changes or removes rows, nor says when they were written', async () => {
  const refused = [
    "update access.audit_entry set purpose = 'x'",
    'delete from access.audit_entry',
    'truncate access.audit_entry',
    'update access.audit_seal set form = 2',
    'delete from access.audit_seal_rows',
    'truncate access.audit_seal_rows',
  ]
  for (const statement of refused) {
    await assert.rejects(
      asSystem(t.db, (tx) => sql.raw(statement).execute(tx)),
      /permission denied/,
      statement,
    )
    await assert.rejects(t.owner.query(statement), /only added to/, statement)
  }
  const values = `(id, at, actor_kind, action, object_type, purpose, request_id) values
    (gen_random_uuid(), now(), 'system', 'READ', 'x', 'x', gen_random_uuid())`
  const backdated = sql.raw(`insert into access.audit_entry ${values}`)
  await assert.rejects(
    asSystem(t.db, (tx) => backdated.execute(tx)),
    /permission denied/,
  )
})

const partitions = async () => {
  const { rows } = await t.owner.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on oid = inhrelid
     where inhparent = 'access.audit_entry'::regclass order by 1`,
  )
  return rows.map(({ name }) => name)
}

test('a month without a partition loses nothing: its rows wait and move in when it is made', async () => {
  const late = uuidv7()
  await t.owner.query(
    `insert into access.audit_entry (id, at, actor_kind, patient_id, action, object_type, purpose, request_id)
     values ($1, '2014-02-03', 'system', $2, 'READ', 'test', 'old', $1)`,
    [late, patientId],
  )
  const where = 'select tableoid::regclass::text as name from access.audit_entry where id = $1'
  assert.equal((await t.owner.query(where, [late])).rows[0].name, 'access.audit_entry_default')
  await asSystem(t.db, (tx) => sql`select access.make_audit_partition('2014-02-01')`.execute(tx))
  assert.equal((await t.owner.query(where, [late])).rows[0].name, 'access.audit_entry_2014_02')
  await assert.rejects(t.owner.query('truncate access.audit_entry_2014_02'), /only added to/)
  await assert.rejects(
    asSystem(t.db, (tx) => sql`select from access.audit_entry_2014_02`.execute(tx)),
    /permission/,
  )
})

test('months are made ahead, and those whose time is over are forgotten with the chain still whole', async () => {
  const year = new Date().getUTCFullYear() + 2
  assert.equal(await makePartitions(t.db, new Date(`${year}-11-20T00:00:00Z`)), 4)
  assert.equal(await makePartitions(t.db, new Date(`${year}-11-20T00:00:00Z`)), 0)
  assert.ok((await partitions()).includes(`audit_entry_${year + 1}_02`))

  assert.equal((await verify()).problems[0]?.kind, 'unsealed', 'the row of 2014 came without a seal')
  const fresh = await testApp()
  try {
    const sealed = readAuditConfig(fresh.platform.config)
    const itsKey = await sealingKey(sealed)
    const insert = (at: string) =>
      fresh.owner.query(
        `insert into access.audit_entry (id, at, actor_kind, patient_id, action, object_type, purpose, request_id)
         values (gen_random_uuid(), $1, 'system', $2, 'READ', 'test', 'old', gen_random_uuid())`,
        [at, patientId],
      )
    await fresh.owner.query(
      "select access.make_audit_partition('2014-02-01'), access.make_audit_partition(now()::date)",
    )
    await insert('2014-02-03')
    for (let made = 0; made < 1; await sleep(20))
      made += (await sealAudit(fresh.db, itsKey, new Date('2014-02-03T01:00:00Z'))).length
    await insert(new Date().toISOString())
    for (let made = 0; made < 1; await sleep(20)) made += (await sealAudit(fresh.db, itsKey, new Date())).length
    const check = async (keepYears: number) => {
      const keys = await verifyingKeys(sealed)
      return asSystem(fresh.db, (tx) => verifyAudit(tx, { keys, anchors: [], keepYears, now: new Date() }))
    }
    assert.deepEqual((await check(50)).problems, [])
    assert.equal(await forgetOldMonths(fresh.db, 50, new Date()), 0)
    assert.equal(await forgetOldMonths(fresh.db, 10, new Date()), 1)
    const found = await check(10)
    assert.deepEqual(found.problems, [])
    assert.deepEqual([found.rows, found.forgotten, found.seals], [1, 1, 2])
    assert.equal((await check(50)).problems[0]?.kind, 'seal', 'a month that should still be there is missed')
    assert.equal(await forgetOldMonths(fresh.db, 0, new Date('2400-01-01')), 0, 'never less than 24 months')
  } finally {
    await fresh[Symbol.asyncDispose]()
  }
})

test('after a restore into a fresh server sealing waits until the owner lets positions go on', async () => {
  const high = 9_000_000_000
  await tamper(
    [`update access.audit_seal set to_position = ${high} where number = (select max(number) from access.audit_seal)`],
    async () => {
      await assert.rejects(sealAudit(t.db, key, new Date()), /continue_audit_after_restore/)
      await t.owner.query('select access.continue_audit_after_restore()')
      const [id] = await write(1)
      const { rows } = await t.owner.query('select position from access.audit_entry where id = $1', [id])
      assert.ok(rows[0].position >= high)
      await t.owner.query(
        "create or replace function access.audit_position(xact xid8) returns bigint language sql stable as 'select xact::text::bigint + 0'",
      )
    },
  )
})

test('the command says how much it read, what is wrong and where, and ends with 1', async () => {
  const run = () =>
    promisify(execFile)(process.execPath, [resolve(import.meta.dirname, '../../../../scripts/audit-verify.ts')], {
      env: { ...process.env, DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir },
    }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
    )
  await t.owner.query(
    'set session_replication_role = replica; delete from access.audit_entry where at < $$2015-01-01$$; set session_replication_role = origin',
  )
  await seal()
  const whole = await run()
  assert.match(whole.said, /rows under \d+ seals? in[^]*rows a second[^]*is whole/)
  assert.equal(whole.code, 0)
  await tamper([`update access.audit_entry set patient_id = null where id = ${row(9)}`], async () => {
    const broken = await run()
    assert.equal(broken.code, 1)
    assert.ok(broken.said.includes(`CHANGED: Row ${ids[9]}`), broken.said)
  })
})
