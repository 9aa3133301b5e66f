// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardCheckDigit, checkCardNumber } from './team-card.ts'

test('card numbers are told apart by shape, country and check digit', () => {
  assert.deepEqual(checkCardNumber('8038 0001 5000 0000 0015'), { shape: true, italian: true, checkDigit: true })
  assert.deepEqual(checkCardNumber('80380001501234567894'), { shape: true, italian: true, checkDigit: true })
  assert.deepEqual(checkCardNumber('80380001501234567890'), { shape: true, italian: true, checkDigit: false })
  assert.deepEqual(checkCardNumber('80280001501234567894').italian, false)
  assert.deepEqual(checkCardNumber('8038000150123456789'), { shape: false, italian: false, checkDigit: false })
  assert.deepEqual(checkCardNumber('8038000150123456789A').shape, false)
})

test('the check digit completes a number', () => {
  assert.equal(cardCheckDigit('8038000150123456789'), '4')
})
