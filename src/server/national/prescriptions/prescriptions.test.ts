// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { anAsk, aPrescription, meanwhile, onTheSac, sacFault } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { sacCodes, type SacCode } from '../../../shared/sac-codes.ts'
import { Refusal } from '../../platform/errors.ts'
import { systemActor } from '../../platform/actor.ts'
import { withActor, asSystem } from '../../platform/database.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { listHeld } from './gateway.ts'
import { close, lock, lookUp, prescriptions, release, releaseLater, reopen, type Delivery } from './index.ts'
import { meanings, reasons } from './outcomes.ts'

const t = await testApp({ env: { SAC_TIMEOUT_MS: '700' } })
after(() => t[Symbol.asyncDispose]())
beforeEach(() => t.sandbox.context.faults.clear())

const anna = await aPerson(t)
const bruno = await aPerson(t)
const ourCentre = '150.204.000001'

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

async function custodyOf(nre: string): Promise<{ wanted: boolean }[]> {
  const client = await t.owner.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('app.role', 'system', true)")
    const { rows } = await client.query<{ wanted: boolean }>(
      'select wanted_since is not null as wanted from prescriptions.custody where nre = $1',
      [nre],
    )
    await client.query('commit')
    return rows
  } finally {
    client.release()
  }
}

async function exchangesOf(requestId: string): Promise<string[]> {
  const { rows } = await t.owner.query<{ told: string }>(
    `select operation || ' ' || outcome as told from prescriptions.exchange where correlation = $1 order by id`,
    [requestId],
  )
  return rows.map(({ told }) => told)
}

test('whoever only looks at a prescription sees it and leaves it free for every other centre', async () => {
  const nre = await aPrescription(t, anna)
  const ask = anAsk(nre, anna)
  const { prescription, held } = await lookUp(t.platform, ask)
  assert.equal(prescription.nre, nre)
  assert.equal(prescription.patient.code, anna.code)
  assert.equal(held, false)
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
  assert.deepEqual(await custodyOf(nre), [])
  assert.deepEqual(await exchangesOf(ask.requestId), ['look-up 0000', 'release 0000'])
  assert.equal(await meanwhile(t, nre, 'take-elsewhere'), 204)
})

for (const priority of ['U', 'B', 'D', 'P'] as const) {
  test(`a prescription of class ${priority} is locked, kept while one looks at it again, and released`, async () => {
    const nre = await aPrescription(t, anna, { priority })
    const first = await lock(t.platform, anAsk(nre, anna))
    assert.equal(first.prescription.priority, priority)
    assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
    const again = await lookUp(t.platform, anAsk(nre, anna))
    assert.equal(again.held, true)
    assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
    await release(t.platform, anAsk(nre, anna))
    assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
    assert.deepEqual(await custodyOf(nre), [])
  })
}

test('asking twice for the lock finds our own', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  const again = await lock(t.platform, anAsk(nre, anna))
  assert.equal(again.prescription.state, 5)
  assert.deepEqual(await custodyOf(nre), [{ wanted: true }])
})

test('of two centres that lock at the same instant exactly one wins', async () => {
  const nre = await aPrescription(t, anna)
  const [ours, theirs] = await Promise.all([
    lock(t.platform, anAsk(nre, anna)).then(
      () => 'won',
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    ),
    meanwhile(t, nre, 'take-elsewhere'),
  ])
  const { holder } = await onTheSac(t, nre)
  const outcome = [ours, theirs, holder === ourCentre]
  const possible = [
    ['won', 409, true],
    ['prescriptions/taken-elsewhere', 204, false],
  ]
  assert.ok(
    possible.some((one) => JSON.stringify(one) === JSON.stringify(outcome)),
    JSON.stringify(outcome),
  )
})

test('a centre that comes a moment before us keeps the prescription (injected race)', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato:1', kind: 'race', times: 1 })
  await assert.rejects(lock(t.platform, anAsk(nre, anna)), refused('prescriptions/taken-elsewhere'))
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: '150.201.000777' })
  assert.deepEqual(await custodyOf(nre), [])
})

const stories: [string, SacCode, string, () => Promise<string>][] = [
  ['that does not exist', '5005', 'not-found', async () => '1500A4999999999'],
  [
    'older than 180 days',
    '5009',
    'expired',
    () => aPrescription(t, anna, { issuedOn: addDays(romeDay(new Date()), -181) }),
  ],
  ['that the SAC has marked as expired', '5009', 'expired', () => aPrescription(t, anna, { state: 10 })],
  ['of somebody else', '5010', 'other-person', () => aPrescription(t, bruno)],
  ['in delivery elsewhere', '5011', 'taken-elsewhere', () => aPrescription(t, anna, { state: 5 })],
  ['already delivered', '5014', 'not-allowed', () => aPrescription(t, anna, { state: 8 })],
  ['withdrawn by the doctor', '5162', 'withdrawn', () => aPrescription(t, anna, { state: 4 })],
  [
    'used outside the national health service',
    '5221',
    'outside-nhs',
    () => aPrescription(t, anna, { state: 5, outsideSsn: true }),
  ],
  ['of a region that does not exist', '1009', 'wrong-number', async () => '9990A4000000001'],
]
for (const [what, code, reason, arrange] of stories) {
  test(`a prescription ${what} is refused with ${code} and nothing stays locked or owed`, async () => {
    const nre = await arrange()
    for (const act of [lookUp, lock]) {
      const ask = anAsk(nre, anna)
      await assert.rejects(act(t.platform, ask), (error: unknown) => {
        assert.ok(error instanceof Refusal)
        assert.equal(error.code, `prescriptions/${reason}`)
        assert.equal(error.options.extra?.['sacCode'], code)
        assert.ok(error.options.next?.it && error.options.next.en)
        return true
      })
      assert.match((await exchangesOf(ask.requestId)).join(), new RegExp(`^(look-up|lock) ${code}$`))
    }
    assert.deepEqual(await custodyOf(nre), [])
  })
}

test('a prescription of somebody else stays untouched, even when its owner holds it', async () => {
  const nre = await aPrescription(t, bruno)
  await lock(t.platform, anAsk(nre, bruno))
  await assert.rejects(lock(t.platform, anAsk(nre, anna)), refused('prescriptions/other-person'))
  await release(t.platform, anAsk(nre, anna))
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
  assert.deepEqual(await custodyOf(nre), [{ wanted: true }])
})

for (const code of Object.keys(sacCodes) as SacCode[]) {
  if (code === '0000' || code === '0001') continue
  const reason = reasons[code]
  test(`code ${code} (${sacCodes[code]}) means prescriptions/${reason}`, async () => {
    sacFault(t, { operation: 'visualizzaErogato', kind: 'error', code })
    const nre = await aPrescription(t, anna)
    await assert.rejects(lookUp(t.platform, anAsk(nre, anna)), (error: unknown) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.code, `prescriptions/${reason}`)
      assert.equal(error.status, meanings[reason].status)
      return true
    })
    assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
    assert.deepEqual(await custodyOf(nre), [])
  })
}

test('after a time-out that hid a successful lock the client reads again and finds its own lock', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato:1', kind: 'time-out-after-commit', times: 1 })
  const ask = anAsk(nre, anna)
  const { prescription } = await lock(t.platform, ask)
  assert.equal(prescription.nre, nre)
  assert.deepEqual(await exchangesOf(ask.requestId), ['lock time-out', 're-read 0000'])
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('a lock whose answers are all lost stays wanted: asked again it is ours, given up it is free', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato:1', kind: 'time-out-after-commit', times: 2 })
  await assert.rejects(lock(t.platform, anAsk(nre, anna)), refused('prescriptions/unavailable'))
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
  assert.deepEqual(await custodyOf(nre), [{ wanted: true }])
  assert.equal((await lock(t.platform, anAsk(nre, anna))).held, true)
  await release(t.platform, anAsk(nre, anna))
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
  assert.deepEqual(await custodyOf(nre), [])
})

test('when the release after a look-up fails, the citizen sees her prescription and a job releases it', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato:3', kind: 'down', times: 1 })
  assert.equal((await lookUp(t.platform, anAsk(nre, anna))).kind, 'found')
  assert.equal((await onTheSac(t, nre)).state, 5)
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
})

test('a booking that locks before the owed release is done keeps its lock', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato:3', kind: 'down', times: 1 })
  await lookUp(t.platform, anAsk(nre, anna))
  await lock(t.platform, anAsk(nre, anna))
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
  assert.deepEqual(await custodyOf(nre), [{ wanted: true }])
})

test('a lock asked while a release is on its way waits for it, and is not lost', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  sacFault(t, { operation: 'visualizzaErogato:3', kind: 'delay', milliseconds: 300, times: 1 })
  const releasing = release(t.platform, anAsk(nre, anna))
  await new Promise((done) => setTimeout(done, 100))
  const [, locked] = await Promise.all([releasing, lock(t.platform, anAsk(nre, anna))])
  assert.equal(locked.kind, 'found')
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('looks and a lock at the same time always end with the lock kept', async () => {
  const nre = await aPrescription(t, anna)
  const looks = Array.from({ length: 6 }, () => lookUp(t.platform, anAsk(nre, anna)))
  const [locked] = await Promise.all([lock(t.platform, anAsk(nre, anna)), ...looks])
  assert.equal(locked.kind, 'found')
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('a look-up that dies between lock and release is made good by the sweep two minutes later', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna)) // what the dead process did on the SAC
  await asSystem(t.db, (tx) =>
    releaseLater(
      tx,
      { queue: { ...t.platform.queue, send: async () => undefined }, now: t.platform.now },
      anAsk(nre, anna),
    ),
  ) // what it left in the table: no job
  await t.platform.queue.drain(t.platform)
  assert.equal((await onTheSac(t, nre)).state, 5)
  const sweep = prescriptions.jobs?.find(({ name }) => name === 'prescriptions.sweep')
  await sweep?.handle({} as never, t.platform)
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
})

test('a booking cancelled in a transaction is released after the commit, and not after a rollback', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  const actor = { ...systemActor(anAsk(nre, anna).requestId), kind: 'citizen' as const, patients: [anna.id] }
  const lost = withActor(t.db, actor, async (tx) => {
    await releaseLater(tx, t.platform, anAsk(nre, anna))
    throw new Error('rolled back')
  })
  await assert.rejects(lost, /rolled back/)
  await t.settle()
  assert.equal((await onTheSac(t, nre)).state, 5)
  await withActor(t.db, actor, (tx) => releaseLater(tx, t.platform, anAsk(nre, anna)))
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
})

test('the doctor cannot withdraw what we hold; after the release she can, and we are told', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  assert.equal(await meanwhile(t, nre, 'withdraw'), 409)
  await release(t.platform, anAsk(nre, anna))
  assert.equal(await meanwhile(t, nre, 'withdraw'), 204)
  await assert.rejects(lock(t.platform, anAsk(nre, anna)), refused('prescriptions/withdrawn'))
})

const now = '2026-03-02 10:40:00'
const visit = (): Delivery => ({
  fixedShareCents: 0,
  deductibleCents: 2200,
  byIncome: false,
  deliveredAt: now,
  lines: [
    {
      code: '87.03',
      branch: '08',
      tariffCents: 7960,
      quantity: 1,
      startedAt: '2026-03-02 10:15:00',
      endedAt: '2026-03-02 10:35:00',
      bookedAt: '2026-02-10 11:03:20',
      withinMaximum: true,
    },
  ],
})

test('a delivered prescription is closed once, with a proof, and can be reopened and released', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  const { authenticationCode } = await close(t.platform, anAsk(nre, anna), visit())
  assert.match(authenticationCode ?? '', /^\d{30}$/)
  assert.deepEqual(await onTheSac(t, nre), { state: 8, holder: ourCentre })
  assert.deepEqual(await custodyOf(nre), [])
  await assert.rejects(close(t.platform, anAsk(nre, anna), visit()), refused('prescriptions/not-allowed'))
  await reopen(t.platform, anAsk(nre, anna), 'ERRORE')
  assert.equal((await onTheSac(t, nre)).state, 9)
  assert.deepEqual(await custodyOf(nre), [{ wanted: true }])
  await release(t.platform, anAsk(nre, anna))
  assert.equal((await onTheSac(t, nre)).state, 3)
})

test('a closing whose answer is lost is found done, never sent twice', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  sacFault(t, { operation: 'invioErogato', kind: 'time-out-after-commit', times: 1 })
  const ask = anAsk(nre, anna)
  assert.deepEqual(await close(t.platform, ask, visit()), { kind: 'closed', authenticationCode: null })
  assert.deepEqual(await exchangesOf(ask.requestId), ['close time-out', 're-read 5014'])
})

test('a closing that never arrived is told as unavailable and stays ours', async () => {
  const nre = await aPrescription(t, anna)
  await lock(t.platform, anAsk(nre, anna))
  sacFault(t, { operation: 'invioErogato', kind: 'time-out-before-commit', times: 1 })
  await assert.rejects(close(t.platform, anAsk(nre, anna), visit()), refused('prescriptions/unavailable'))
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('the SAC lists what we hold', async () => {
  const nre = await aPrescription(t, bruno)
  await lock(t.platform, anAsk(nre, bruno))
  const today = romeDay(t.platform.now())
  assert.ok((await listHeld(t.platform, today, today, anAsk(nre, bruno).requestId)).includes(nre))
  assert.deepEqual(await listHeld(t.platform, '2020-01-01', '2020-01-02', anAsk(nre, bruno).requestId), [])
})

test('a SAC that is down is told as unavailable and leaves nothing behind', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato', kind: 'down', times: 1 })
  await assert.rejects(lock(t.platform, anAsk(nre, anna)), (error: unknown) => {
    assert.ok(error instanceof Refusal)
    assert.equal(error.code, 'prescriptions/unavailable')
    assert.equal(error.status, 503)
    assert.ok(error.options.retryAfter)
    return true
  })
  assert.deepEqual(await custodyOf(nre), [])
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
})

test('an answer that is not XML is no success', async () => {
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: 'visualizzaErogato', kind: 'garbled', times: 2 })
  await assert.rejects(lookUp(t.platform, anAsk(nre, anna)), refused('prescriptions/unavailable'))
  await t.settle()
  assert.deepEqual(await custodyOf(nre), [])
})

test('the trail of exchanges holds no code of a person and no whole NRE', async () => {
  const nre = await aPrescription(t, anna)
  await lookUp(t.platform, anAsk(nre, anna))
  const { rows } = await t.owner.query<{ all: string }>(
    'select exchange::text as all from prescriptions.exchange exchange',
  )
  const everything = rows.map(({ all }) => all).join('\n')
  assert.ok(everything.length > 0)
  for (const secret of [nre, anna.code, bruno.code, '1234567890', 'Sandbox-CUP-1']) {
    assert.ok(!everything.includes(secret), secret)
  }
})
