// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showProgress } from './progress.ts'

function shown(isTTY: boolean): string {
  let [text, time] = ['', 0]
  const { tell, end } = showProgress({ isTTY, write: (more) => (text += more) }, () => time)
  tell('places')
  for (let done = 0; done <= 100; done += 5) {
    time += 500
    tell('people', done, 100)
  }
  tell('agendas')
  end()
  return text
}

test('on a terminal a bar grows on one line for each step', () => {
  const text = shown(true)
  assert.equal(text.split('\n').length, 4)
  assert.match(text, /people {2}█{15}░{15} {2}50 % {2}50 of 100 {2}6 s/)
  assert.match(text, /people {2}█{30} 100 % {2}100 of 100 {2}11 s\n/)
})

test('elsewhere every tenth is a plain line', () => {
  const lines = shown(false).trimEnd().split('\n')
  assert.equal(lines.length, 1 + 11 + 1)
  assert.deepEqual([lines[0], lines[6], lines.at(-1)], ['places (0 s)', 'people  50 % (6 s)', 'agendas (11 s)'])
})
