// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuit } from './circuit.ts'

class Down extends Error {}
class Open extends Error {}

function aCircuit() {
  let time = 0
  let calls = 0
  const subject = circuit({
    failures: 3,
    restMs: 1000,
    now: () => time,
    counts: (error) => error instanceof Down,
    opened: () => new Open(),
  })
  const call = (result: 'fine' | Error) =>
    subject.run(async () => {
      calls += 1
      if (result instanceof Error) throw result
      return result
    })
  return { subject, call, calls: () => calls, wait: (ms: number) => (time += ms) }
}

test('after three failures calls fail at once, without reaching the other side', async () => {
  const { call, calls, subject } = aCircuit()
  for (let i = 0; i < 3; i += 1) await assert.rejects(call(new Down()), Down)
  assert.equal(subject.open, true)
  await assert.rejects(call('fine'), Open)
  assert.equal(calls(), 3)
})

test('after the rest one call tries: it closes the circuit, or opens it for another rest', async () => {
  const { call, calls, wait } = aCircuit()
  for (let i = 0; i < 3; i += 1) await assert.rejects(call(new Down()), Down)
  wait(1000)
  const [first, second] = await Promise.allSettled([call(new Down()), call('fine')])
  assert.equal(first.status === 'rejected' && first.reason instanceof Down, true)
  assert.equal(second.status === 'rejected' && second.reason instanceof Open, true, 'only one tries')
  await assert.rejects(call('fine'), Open)
  wait(1000)
  assert.equal(await call('fine'), 'fine')
  assert.equal(await call('fine'), 'fine')
  assert.equal(calls(), 6)
})

test('a refusal of the other side is no failure: it answered', async () => {
  const { call, subject } = aCircuit()
  await assert.rejects(call(new Down()), Down)
  await assert.rejects(call(new Down()), Down)
  await assert.rejects(call(new Error('409')), /409/)
  await assert.rejects(call(new Down()), Down)
  assert.equal(subject.open, false)
})
