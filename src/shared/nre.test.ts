// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isNre, maskNre, nreParts, nrePieces, readNre, readPrescriptionNumber, type UnreadableReason } from './nre.ts'

const digit = fc.constantFrom(...Array.from('0123456789'))
const letter = fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'))
const digits = (count: number) => fc.array(digit, { minLength: count, maxLength: count }).map((all) => all.join(''))
const group = fc.oneof(
  fc.tuple(digit, letter).map((pair) => pair.join('')),
  fc.tuple(letter, digit).map((pair) => pair.join('')),
)
const anyNre = fc
  .tuple(digits(3), group, fc.constantFrom(...Array.from('01234567')), digits(9))
  .map((parts) => parts.join(''))

test('every well-formed NRE is read back unchanged, whole or in the two pieces of the bar codes', () => {
  fc.assert(
    fc.property(anyNre, fc.constantFrom('', ' ', '\n', '\t', ' \u00a0 '), (nre, gap) => {
      const [first, second] = nrePieces(nre)
      assert.equal(first.length, 5)
      assert.equal(second.length, 10)
      assert.equal(readNre(nre), nre)
      assert.equal(readNre(`${gap}${first}${gap}${second}${gap}`.toLowerCase()), nre)
      assert.equal(readNre(`*${first}**${second}*`), nre)
      assert.ok(isNre(nre))
    }),
  )
})

test('no other text is an NRE, and reading never throws', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const read = readPrescriptionNumber(text)
      if (read.kind === 'electronic') assert.match(read.nre, /^[0-9]{3}([0-9][A-Z]|[A-Z][0-9])[0-7][0-9]{9}$/)
    }),
  )
})

test('an NRE with one character dropped or added is refused for its length', () => {
  fc.assert(
    fc.property(anyNre, fc.nat(14), digit, (nre, at, extra) => {
      assert.deepEqual(readPrescriptionNumber(nre.slice(0, at) + nre.slice(at + 1)).kind !== 'electronic', true)
      assert.deepEqual(readPrescriptionNumber(nre + extra), { kind: 'unreadable', reason: 'length' })
    }),
  )
})

test('the sample printed in the official specification has 14 characters and is refused', () => {
  assert.deepEqual(readPrescriptionNumber('1300Z400151111'), { kind: 'unreadable', reason: 'length' })
})

const wrong: [string, UnreadableReason][] = [
  ['', 'empty'],
  ['  ', 'empty'],
  ['1500A412345678', 'length'],
  ['1500A41234567890', 'length'],
  ['150-0A4123456789', 'characters'],
  ['1500A41234567è9', 'characters'],
  ['15O0A4123456789', 'region'],
  ['150AA4123456789', 'group'],
  ['1500A8123456789', 'batch-type'],
  ['1500AX123456789', 'batch-type'],
  ['1500A412345678O', 'progressive'],
]
for (const [typed, reason] of wrong) {
  test(`“${typed}” is refused: ${reason}`, () => {
    assert.deepEqual(readPrescriptionNumber(typed), { kind: 'unreadable', reason })
    assert.equal(readNre(typed), undefined)
  })
}

test('the leading zero of a region is kept', () => {
  assert.equal(readNre('0200A4000400004'), '0200A4000400004')
  assert.equal(nreParts('0200A4000400004').region, '020')
})

test('a number made only of digits is an old paper prescription, not an NRE', () => {
  assert.deepEqual(readPrescriptionNumber('1500 00001234567'), { kind: 'paper', number: '150000001234567' })
  assert.deepEqual(readPrescriptionNumber('1500000012345678'), { kind: 'paper', number: '1500000012345678' })
  assert.equal(readNre('150000001234567'), undefined)
  assert.ok(!isNre('150000001234567'))
})

const batches: [string, string, string][] = [
  ['1500A0123456789', '1500A01234567', '89'],
  ['1500A1123456789', '1500A1123456', '789'],
  ['1500A2123456789', '1500A212345', '6789'],
  ['1500A3123456789', '1500A31234', '56789'],
  ['1500A4123456789', '1500A4', '123456789'],
  ['1500A5123456789', '1500A5123', '456789'],
  ['1500A6123456789', '1500A612', '3456789'],
  ['1500A7123456789', '1500A71', '23456789'],
]
for (const [nre, batchCode, progressive] of batches) {
  test(`batch type ${nre[5]} divides the nine digits into ${batchCode.slice(6) || 'no batch number'} and ${progressive}`, () => {
    const parts = nreParts(nre)
    assert.equal(parts.batchCode, batchCode)
    assert.equal(parts.progressive, progressive)
    assert.equal(parts.batchCode + parts.progressive, nre)
  })
}

test('the masked form does not let the number be used', () => {
  assert.equal(maskNre('1500A4123456789'), '1500A…89')
  assert.throws(() => nreParts('1500a4123456789'), RangeError)
})
