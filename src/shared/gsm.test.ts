// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smsLength, toGsm } from './gsm.ts'

test('typographic signs and foreign letters become those every telephone has', () => {
  assert.equal(toGsm('L’appuntamento è alle 9:30 – 36,15 €'), "L'appuntamento è alle 9:30 - 36,15 €")
  assert.equal(toGsm('Łuczak, Đurić, Ștefan, 王'), '?uczak, ?uric, Stefan, ?')
  assert.equal(toGsm('CITTÀ'), "CITTA'")
})

test('length is counted in network messages', () => {
  assert.deepEqual(smsLength('a'.repeat(160)), { encoding: 'GSM-7', segments: 1 })
  assert.deepEqual(smsLength('a'.repeat(161)), { encoding: 'GSM-7', segments: 2 })
  assert.deepEqual(smsLength(`${'a'.repeat(159)}€`), { encoding: 'GSM-7', segments: 2 })
  assert.deepEqual(smsLength('’'.repeat(70)), { encoding: 'UCS-2', segments: 1 })
  assert.deepEqual(smsLength('’'.repeat(71)), { encoding: 'UCS-2', segments: 2 })
})
