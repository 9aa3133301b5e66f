// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { after, test } from 'node:test'
import { BadSetting } from '../src/server/platform/config.ts'
import { perMinute } from '../src/server/platform/limits.ts'
import { testApp } from './setup.ts'

const t = await testApp({ env: { SIGN_INS_PER_MINUTE: '3' } })
after(() => t[Symbol.asyncDispose]())

const root = resolve(import.meta.dirname, '..')

for (const step of ['start', 'acs']) {
  test(`who hammers /auth/spid/${step} is told to wait on a page, other addresses are not touched`, async () => {
    const from = (remoteAddress: string) =>
      t.app.inject({
        method: 'POST',
        url: `/auth/spid/${step}`,
        remoteAddress,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'idp=nobody&SAMLResponse=x',
      })
    const statuses = []
    for (let i = 0; i < 3; i += 1) statuses.push((await from('192.0.2.1')).statusCode)
    assert.ok(
      statuses.every((status) => [400, 403, 404].includes(status)),
      statuses.join(),
    )
    const stopped = await from('192.0.2.1')
    assert.equal(stopped.statusCode, 429)
    assert.match(String(stopped.headers['content-type']), /^text\/html/)
    assert.match(stopped.body, /Aspetta un minuto/)
    assert.notEqual((await from('192.0.2.2')).statusCode, 429)
  })
}

test('a limit is a setting: zero lifts it, nonsense stops the start', () => {
  assert.deepEqual(perMinute({ env: {} }, 'SIGN_INS_PER_MINUTE', 600), { max: 600, timeWindow: '1 minute' })
  assert.deepEqual(perMinute({ env: { X: '7' } }, 'X', 600), { max: 7, timeWindow: '1 minute' })
  assert.equal(perMinute({ env: { X: '0' } }, 'X', 600), false)
  for (const X of ['many', '-1', '1.5']) assert.throws(() => perMinute({ env: { X } }, 'X', 600), BadSetting)
})

test('whoever finds a fault reads where to write, in a file that is never out of date', async () => {
  const answer = await t.app.inject('/.well-known/security.txt')
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
  const fields = new Map(
    answer.body
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/, 2) as [string, string]),
  )
  assert.match(fields.get('Contact') ?? '', /^mailto:.+@.+/)
  const expires = Date.parse(fields.get('Expires') ?? '')
  assert.ok(expires > Date.now() + 30 * 86_400_000)
  assert.ok(expires < Date.now() + 366 * 86_400_000, 'RFC 9116: less than a year ahead')
  assert.equal(fields.get('Canonical'), `${t.url}/.well-known/security.txt`)
  assert.equal(fields.get('Preferred-Languages'), 'it, en')
})

test('npm run sbom lists every component with its version, as CycloneDX', () => {
  const { scripts, dependencies } = JSON.parse(
    execFileSync(process.execPath, ['-p', 'JSON.stringify(require("./package.json"))'], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as { scripts: Record<string, string>; dependencies: Record<string, string> }
  const bom = JSON.parse(
    execFileSync('sh', ['-c', scripts['sbom']!], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as { bomFormat: string; components: { name: string; version: string; licenses?: unknown[] }[] }
  assert.equal(bom.bomFormat, 'CycloneDX')
  for (const [name, version] of Object.entries(dependencies)) {
    assert.ok(
      bom.components.some((component) => component.name === name && component.version === version),
      name,
    )
  }
})
