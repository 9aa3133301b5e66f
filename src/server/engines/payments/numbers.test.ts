// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { iuvBase, navVerifies, paymentNumbers, type Scheme } from './numbers.ts'

const vectors: [Scheme, string, string, string][] = [
  [{ aux: 3, segregation: '01' }, '0000000000001', '01000000000000144', '301000000000000144'],
  [{ aux: 3, segregation: '02' }, '2511230000042', '02251123000004258', '302251123000004258'],
  [{ aux: 0, application: '01' }, '1234567890123', '123456789012313', '001123456789012313'],
  [{ aux: 1 }, '12345678901234567', '12345678901234567', '112345678901234567'],
]

for (const [scheme, base, iuv, nav] of vectors) {
  test(`the notice of aux ${scheme.aux} and base ${base} is ${nav}`, () => {
    assert.deepEqual(paymentNumbers(scheme, base), { iuv, nav })
    assert.equal(navVerifies(nav), true)
  })
}

test('aux 2 puts 15 digits and two check digits after the 2', () => {
  const { iuv, nav } = paymentNumbers({ aux: 2 }, '000000000000001')
  assert.equal(nav, '2' + iuv)
  assert.equal(nav.length, 18)
  assert.equal(nav.slice(16), String(2_000_000_000_000_001n % 93n).padStart(2, '0'))
})

test('a notice seen in the wild verifies, the sample of the documentation does not', () => {
  assert.equal(navVerifies('001340000013900808'), true)
  assert.equal(navVerifies('302012387654312384'), false)
  assert.equal(navVerifies('30201238765431238'), false)
  assert.equal(navVerifies('902012387654312384'), false)
})

const digitString = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''))
const anyNotice = fc.oneof(
  fc.record({ scheme: digitString(2).map((segregation): Scheme => ({ aux: 3, segregation })), base: digitString(13) }),
  fc.record({ scheme: digitString(2).map((application): Scheme => ({ aux: 0, application })), base: digitString(13) }),
  fc.record({ scheme: fc.constant<Scheme>({ aux: 2 }), base: digitString(15) }),
)

test('every generated notice has 18 digits, ends with its IUV and verifies', () => {
  fc.assert(
    fc.property(anyNotice, ({ scheme, base }) => {
      const { iuv, nav } = paymentNumbers(scheme, base)
      return /^[0-9]{18}$/.test(nav) && nav.endsWith(iuv) && navVerifies(nav)
    }),
  )
})

test('one wrong digit or two swapped neighbours in the number never verify', () => {
  fc.assert(
    fc.property(
      anyNotice,
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 9 }),
      ({ scheme, base }, at, by) => {
        const { nav } = paymentNumbers(scheme, base)
        const other = String((Number(nav[at]) + by) % 10)
        const wrong = nav.slice(0, at) + other + nav.slice(at + 1)
        const swapped = nav.slice(0, at) + nav[at + 1]! + nav[at]! + nav.slice(at + 2)
        const swapShows = at === 15 || swapped === nav || !navVerifies(swapped)
        return !navVerifies(wrong) && swapShows
      },
    ),
  )
})

test('parts of the wrong length are refused', () => {
  assert.throws(() => paymentNumbers({ aux: 3, segregation: '1' }, '0000000000001'), RangeError)
  assert.throws(() => paymentNumbers({ aux: 3, segregation: '01' }, '000000000001'), RangeError)
  assert.throws(() => paymentNumbers({ aux: 1 }, '1234567890123456x'), RangeError)
})

test('the base is the year and eleven digits of the sequence', () => {
  assert.equal(iuvBase(2026, 42n), '2600000000042')
  assert.throws(() => iuvBase(2026, 100_000_000_000n), RangeError)
  assert.throws(() => iuvBase(2026, 0n), RangeError)
})
