// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { readConfig } from '../../platform/config.ts'
import { openFilter, writeFilter } from './breached.ts'
import { readAccountConfig } from './config.ts'
import { gate } from './gate.ts'
import { passwordsOf } from './passwords.ts'
import { faultOf, fromOurSite, readUserName } from './rules.ts'

const folder = await mkdtemp(join(tmpdir(), 'sinfonia-passwords-'))
after(() => rm(folder, { recursive: true }))
const config = readAccountConfig(readConfig({ DATA_DIR: folder }))
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase()

test('a gate lets few in at once, keeps the order, and turns away when too many wait', async () => {
  const through = gate(2, 3)
  const seen: number[] = []
  let inside = 0
  let most = 0
  const work = (n: number) =>
    through(async () => {
      inside += 1
      most = Math.max(most, inside)
      await pass(5)
      seen.push(n)
      inside -= 1
      if (n === 1) throw new Error('this one fails')
    })
  const all = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map(work))
  assert.equal(most, 2)
  assert.deepEqual(seen, [0, 1, 2, 3, 4])
  assert.deepEqual(all.map(({ status }) => status).filter((status) => status === 'rejected').length, 3)
  assert.equal((all[6] as PromiseRejectedResult).reason.code, 'accounts/busy')
  await work(7) // the failed one gave its place back
})

test('a flood of passwords leaves half of the thread pool to the others, and takes no more memory than two hashes', async () => {
  const passwords = await passwordsOf(config)
  const before = process.memoryUsage.rss()
  let mostMemory = 0
  const flood = Array.from({ length: 60 }, () =>
    passwords.verify(undefined, 'qualsiasi cosa').finally(() => {
      mostMemory = Math.max(mostMemory, process.memoryUsage.rss() - before)
    }),
  )
  let finished = false
  void Promise.all(flood).then(() => (finished = true))
  await readFile(import.meta.filename) // file access shares the pool
  assert.equal(finished, false, 'a file was read while the flood ran')
  assert.deepEqual([...new Set(await Promise.all(flood))], [false])
  assert.ok(mostMemory < 60 * 19 * 1024 * 1024 * 0.25, `${mostMemory} bytes`)
})

test('a filter knows every password of its list, and next to nothing else; rare ones can stay out', async () => {
  const list = Array.from({ length: 2000 }, (_, i) => `${sha1(`rubata numero ${i}`)}:${i + 1}`)
  const lines = async function* () {
    yield* ['', 'not a hash', ...list]
  }
  const file = join(folder, 'all.filter')
  assert.equal(await writeFilter(file, lines), 2000)
  assert.equal((await stat(file)).size, 24 + (2000 * 20) / 8)
  const filter = await openFilter(file)
  for (let i = 0; i < 2000; i++) assert.equal(await filter.includes(`rubata numero ${i}`), true)
  let mistaken = 0
  for (let i = 0; i < 3000; i++) if (await filter.includes(`mai rubata ${i}`)) mistaken += 1
  assert.ok(mistaken <= 5, `${mistaken} of 3000`)
  await filter.close()
  assert.equal(await writeFilter(join(folder, 'few.filter'), lines, 1000), 1001)
})

test('a filter that is cut short or is something else stops the start; the command says how many it took', async () => {
  const lines = async function* () {
    yield sha1('x')
  }
  const file = join(folder, 'broken.filter')
  await writeFilter(file, lines)
  await truncate(file, 25)
  await assert.rejects(openFilter(file), /no filter or is cut short/)
  await writeFile(file, 'hello')
  await assert.rejects(openFilter(file), /no filter or is cut short/)
  await assert.rejects(openFilter(join(folder, 'missing')), /cannot be read/)
  await assert.rejects(
    writeFilter(file, async function* () {
      yield 'nothing'
    }),
    /no line with a SHA-1/,
  )
})

test('a breached password is refused where there is a filter', async () => {
  const file = join(folder, 'used.filter')
  await writeFilter(file, async function* () {
    yield `${sha1('ginestra pontile martello')}:3`
  })
  const passwords = await passwordsOf({ ...config, breachedFile: file })
  await assert.rejects(passwords.check('ginestra pontile martello', []), { code: 'accounts/password-breached' })
  await passwords.check('ginestra pontile martelli', [])
})

test('a pepper can be rotated: old hashes open with the old one and are due to be renewed', async () => {
  const pepperFile = join(folder, 'peppers.key')
  const make = (byte: string) => Buffer.alloc(32, byte).toString('base64')
  await writeFile(pepperFile, `${make('a')}\n`)
  const earlier = await passwordsOf({ ...config, pepperFile })
  const stored = await earlier.hash('una password qualunque')
  await writeFile(pepperFile, `${make('b')}\n${make('a')}\n`)
  const now = await passwordsOf({ ...config, pepperFile })
  assert.equal(await now.verify(stored, 'una password qualunque'), true)
  assert.equal(now.isOutdated(stored), true)
  assert.equal(now.isOutdated(await now.hash('una password qualunque')), false)
  await writeFile(pepperFile, `${make('b')}\n`)
  const without = await passwordsOf({ ...config, pepperFile })
  await assert.rejects(without.verify(stored, 'una password qualunque'), /pepper .* is missing/)
  await writeFile(pepperFile, 'short')
  await assert.rejects(passwordsOf({ ...config, pepperFile }), /at least 32 bytes/)
})

test('the same password gives another hash each time, and the pepper is part of it', async () => {
  const passwords = await passwordsOf(config)
  const [one, two] = [await passwords.hash('una password qualunque'), await passwords.hash('una password qualunque')]
  assert.notEqual(one.passwordHash, two.passwordHash)
  const salt = one.passwordHash.split('$')[4]!
  assert.equal(Buffer.from(salt, 'base64').length, 32)
  const { verify } = await import('@node-rs/argon2')
  assert.equal(await verify(one.passwordHash, 'una password qualunque').catch(() => false), false)
})

test('what passwords are refused for', () => {
  const rules = {
    shortest: 8,
    longest: 128,
    context: ['Maria Luisa', 'sinfonia'],
    isCommon: (text: string) => text === 'tiamoamore',
  }
  const cases: [string, string | undefined][] = [
    ['1234567', 'too-short'],
    ['x'.repeat(129), 'too-long'],
    ['12345678', 'too-simple'],
    ['hgfedcba', 'too-simple'],
    ['abababab', 'too-simple'],
    ['Ti Amo Amore', 'common'],
    ['t1@moamore', 'common'],
    ['MariaLuisa1', 'context'],
    ['S1nf0nia!22', 'context'],
    ['sinfonia dei tetti rossi', undefined],
    ['水曜日の朝は静かです', undefined],
    ['水曜日の朝は静か maria luisa', undefined],
    ['a b c d e f', undefined],
  ]
  for (const [password, fault] of cases) assert.equal(faultOf(password, rules), fault, password)
})

test('user names are one name however they are typed; forms of other sites are known', () => {
  assert.equal(readUserName('  Anna.Rossi '), 'anna.rossi')
  assert.equal(readUserName('ａｎｎａ.rossi'), 'anna.rossi')
  assert.equal(readUserName('anna rossi'), undefined)
  const origin = 'https://salute.example'
  assert.equal(fromOurSite({ 'sec-fetch-site': 'same-origin' }, origin), true)
  assert.equal(fromOurSite({ 'sec-fetch-site': 'same-site' }, origin), false)
  assert.equal(fromOurSite({ origin }, origin), true)
  assert.equal(fromOurSite({ origin: 'null' }, origin), false)
  assert.equal(fromOurSite({}, origin), true)
})
