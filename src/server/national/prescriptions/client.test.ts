// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../../scripts/postgres.ts'
import { anAsk, aPrescription, onTheSac, sacFault } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { BadSetting, readConfig, type Config } from '../../platform/config.ts'
import { Refusal } from '../../platform/errors.ts'
import { romeDay } from '../../platform/time.ts'
import { createBreaker } from './breaker.ts'
import { lock, lookUp, nreOrRefuse } from './index.ts'
import { sacSettings } from './settings.ts'

const t = await testApp({ env: { SAC_TIMEOUT_MS: '500' } })
after(() => t[Symbol.asyncDispose]())
const anna = await aPerson(t)
const silentPort = await freePort()

const configOf = (env: Record<string, string>): Config =>
  readConfig({ DATA_DIR: t.dataDir, SANDBOX_URL: t.sandbox.url, ...env })
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

const account = {
  SAC_URL: 'https://sac.example/',
  SAC_USER: 'user',
  SAC_PASSWORD: 'secret',
  SAC_PIN: '1234567890',
  SAC_SECOND_FACTOR: 'token',
  SAC_ASL: '204',
  SAC_SSA: '000001',
  SAC_CERTIFICATE_FILE: '/etc/sac/SanitelCF.cer',
}

test('without settings the client speaks to the sandbox; with an address everything must be said', () => {
  const sandbox = sacSettings(configOf({}))
  assert.equal(sandbox.url, `${t.sandbox.url}/sac`)
  assert.equal(sandbox.certificateFile, join(t.dataDir, 'sandbox', 'SanitelCF.cer'))
  assert.equal(sacSettings(configOf(account)).url, 'https://sac.example')
  for (const name of Object.keys(account).filter((one) => one !== 'SAC_URL')) {
    const missing = Object.fromEntries(Object.entries(account).filter(([one]) => one !== name))
    assert.throws(
      () => sacSettings(configOf(missing)),
      (error) => error instanceof BadSetting && error.message.includes(name),
    )
  }
})

for (const [name, value] of [
  ['SAC_URL', 'nowhere'],
  ['SAC_TIMEOUT_MS', 'soon'],
  ['SAC_TIMEOUT_MS', '5'],
  ['SAC_TRAIL_DAYS', '0'],
  ['SAC_OPERATOR', 'AN-OPERATOR-OF-17'],
] as const) {
  test(`${name} “${value}” stops the start with a sentence`, () => {
    assert.throws(() => sacSettings(configOf({ ...account, [name]: value })), BadSetting)
  })
}

const wrongAccounts: [string, Record<string, string>, string, string][] = [
  ['a wrong password', { SAC_PASSWORD: 'wrong' }, 'technical-problem', 'lock refused'],
  [
    'a second factor that has lapsed',
    { SAC_SECOND_FACTOR: 'CUPREGIONE-2020-01-RICETTA-DEM' },
    'technical-problem',
    'lock refused',
  ],
  ['a wrong PIN', { SAC_PIN: '0000000000' }, 'technical-problem', 'lock 1002'],
  ['the provider code of another centre', { SAC_SSA: '000777' }, 'technical-problem', 'lock 1003'],
  [
    'an address where nobody listens',
    { SANDBOX_URL: `http://localhost:${silentPort}` },
    'unavailable',
    'lock unreachable',
  ],
]
for (const [what, env, reason, told] of wrongAccounts) {
  test(`with ${what} the citizen is told “${reason}” and nothing stays behind`, async () => {
    const platform = { ...t.platform, config: configOf(env) }
    const nre = await aPrescription(t, anna)
    const ask = anAsk(nre, anna)
    await assert.rejects(lock(platform, ask), refused(`prescriptions/${reason}`))
    const { rows } = await t.owner.query<{ told: string }>(
      `select operation || ' ' || outcome as told from prescriptions.exchange where correlation = $1`,
      [ask.requestId],
    )
    assert.deepEqual(rows, [{ told }])
    assert.equal((await onTheSac(t, nre)).state, 3)
    await t.settle()
  })
}

test('a second factor in a file is taken up when it changes, without a restart', async () => {
  const file = join(t.dataDir, 'second-factor')
  writeFileSync(file, 'lapsed\n')
  const platform = { ...t.platform, config: configOf({ SAC_SECOND_FACTOR_FILE: file }) }
  const nre = await aPrescription(t, anna)
  await assert.rejects(lookUp(platform, anAsk(nre, anna)), refused('prescriptions/technical-problem'))
  writeFileSync(file, `CUPREGIONE-${romeDay(new Date()).slice(0, 7)}-RICETTA-DEM\n`)
  assert.equal((await lookUp(platform, anAsk(nre, anna))).prescription.nre, nre)
  rmSync(file)
  await assert.rejects(lookUp(platform, anAsk(nre, anna)), refused('prescriptions/technical-problem'))
})

test('a certificate that is not there is a technical problem, not a bug', async () => {
  const platform = { ...t.platform, config: configOf({ SAC_CERTIFICATE_FILE: join(t.dataDir, 'missing.cer') }) }
  const nre = await aPrescription(t, anna)
  await assert.rejects(lookUp(platform, anAsk(nre, anna)), refused('prescriptions/technical-problem'))
})

test('a SAC that stays silent is given rest: further requests are refused at once, and later tried again', async () => {
  const platform = { ...t.platform, config: configOf({ SAC_TIMEOUT_MS: '100' }) }
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato', kind: 'time-out-before-commit' })
  for (let call = 0; call < 3; call += 1) {
    await assert.rejects(lookUp(platform, anAsk(nre, anna)), refused('prescriptions/unavailable'))
  }
  const ask = anAsk(nre, anna)
  await assert.rejects(lookUp(platform, ask), refused('prescriptions/unavailable'))
  const { rows } = await t.owner.query('select outcome from prescriptions.exchange where correlation = $1', [
    ask.requestId,
  ])
  assert.deepEqual(rows, [{ outcome: 'paused' }], 'nothing was sent, so no time-out was waited for')
  t.sandbox.context.faults.clear()
})

test('the breaker lets one call try after the rest, and closes or opens with its result', () => {
  const breaker = createBreaker(2, 1000)
  breaker.failed(0)
  assert.ok(breaker.mayCall(1))
  breaker.failed(10)
  assert.ok(!breaker.mayCall(500))
  assert.ok(breaker.mayCall(1010))
  assert.ok(!breaker.mayCall(1011), 'only one call tries')
  breaker.failed(1020)
  assert.ok(!breaker.mayCall(1500))
  assert.ok(breaker.mayCall(2021))
  breaker.succeeded()
  assert.ok(breaker.mayCall(2022) && breaker.mayCall(2023))
})

test('a typed number is put in order or refused with what is wrong', () => {
  assert.equal(nreOrRefuse(' 1500a 4123456789 '), '1500A4123456789')
  assert.throws(
    () => nreOrRefuse('1500A'),
    (error) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.code, 'prescriptions/wrong-number')
      assert.equal(error.options.field, 'nre')
      assert.deepEqual(error.options.extra, { problem: 'length' })
      return true
    },
  )
  assert.throws(() => nreOrRefuse('150000001234567'), refused('prescriptions/paper-form'))
})

test('medicines are not booked here, and looking at them locks nothing', async () => {
  const nre = await aPrescription(t, anna, { kind: 'F' })
  await assert.rejects(lookUp(t.platform, anAsk(nre, anna)), refused('prescriptions/not-specialist'))
  assert.equal((await onTheSac(t, nre)).state, 3)
})
