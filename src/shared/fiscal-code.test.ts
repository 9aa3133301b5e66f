// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  checkCharacter,
  computeFiscalCode,
  differences,
  isFiscalCode,
  isNumericCode,
  numericCheckDigit,
  omocodeVariant,
  omocodeVariants,
  readFiscalCode,
  readPersonCode,
  withoutOmocodia,
  type BirthFacts,
} from './fiscal-code.ts'

const today = '2026-11-23'
const facts = (familyName: string, givenName: string, sex: 'M' | 'F', birthDate: string, birthPlaceCode: string) => ({
  familyName,
  givenName,
  sex,
  birthDate,
  birthPlaceCode,
})

const known: [BirthFacts, string][] = [
  [facts('Rossi', 'Mario', 'M', '1979-02-11', 'C566'), 'RSSMRA79B11C566R'],
  [facts('Esposito', 'Giovanna', 'F', '1985-04-10', 'F839'), 'SPSGNN85D50F839H'],
  [facts('Verdi', 'Luigi', 'M', '1940-01-01', 'F839'), 'VRDLGU40A01F839I'],
  [facts('De Martino', 'Antonia', 'F', '2022-09-23', 'F839'), 'DMRNTN22P63F839I'],
  [facts('Fo', 'Mario', 'M', '2000-07-10', 'Z114'), 'FOXMRA00L10Z114K'],
]

test('the code of a person follows from the birth facts', () => {
  for (const [person, code] of known) assert.equal(computeFiscalCode(person), code)
})

test('what a code tells is read back', () => {
  for (const [person, code] of known) {
    const read = readFiscalCode(code, today)
    assert.deepEqual(read, {
      birthDate: person.birthDate,
      sex: person.sex,
      birthPlaceCode: person.birthPlaceCode,
      replacedDigits: 0,
    })
  }
})

test('accents, apostrophes and blanks do not count', () => {
  const plain = computeFiscalCode(facts('DAngelo', 'Nicolo', 'M', '1990-05-05', 'H703'))
  assert.equal(computeFiscalCode(facts("D'Àngelo", 'Nicolò', 'M', '1990-05-05', 'H703')), plain)
  assert.equal(computeFiscalCode(facts('D’ Angelo', 'Nicolo’', 'M', '1990-05-05', 'H703')), plain)
})

test('omocodia replaces digits from the right and renews the check character', () => {
  assert.equal(omocodeVariant('RSSMRA79B11C566R', 1), 'RSSMRA79B11C56SO')
  assert.equal(omocodeVariant('RSSMRA79B11C566R', 127), 'RSSMRATVBMMCRSSH')
  assert.equal(omocodeVariant('SPSGNN85D50F839H', 1), 'SPSGNN85D50F83VW')
  assert.equal(omocodeVariant('SPSGNN85D50F839H', 127), 'SPSGNNURDRLFUPVD')
  const read = readFiscalCode('SPSGNNURDRLFUPVD', today)
  assert.deepEqual(read, { birthDate: '1985-04-10', sex: 'F', birthPlaceCode: 'F839', replacedDigits: 7 })
  assert.throws(() => omocodeVariant('RSSMRA79B11C566R', 128), RangeError)
})

test('a wrong check character, shape or date is no fiscal code', () => {
  for (const wrong of [
    'RSSMRA79B11C566A',
    'RSSMRA79B11C566',
    'rssmra79b11c566r',
    'RSSMRA79F11C566R',
    'RSSMRA79B11C566RR',
    '',
  ])
    assert.equal(isFiscalCode(wrong), false, wrong)
  const impossible = 'RSSMRA79B31C566'
  assert.equal(isFiscalCode(impossible + checkCharacter(impossible)), false)
  const dayZero = 'RSSMRA79B00C566'
  assert.equal(isFiscalCode(dayZero + checkCharacter(dayZero)), false)
})

test('the century is the latest that is not in the future', () => {
  const code = computeFiscalCode(facts('Demo', 'Anna', 'F', '2026-11-24', 'F839'))
  assert.equal(readFiscalCode(code, today)?.birthDate, '1926-11-24')
  assert.equal(readFiscalCode(code, '2026-11-24')?.birthDate, '2026-11-24')
  const leap = computeFiscalCode(facts('Demo', 'Anna', 'F', '2000-02-29', 'F839'))
  assert.equal(readFiscalCode(leap, today)?.birthDate, '2000-02-29')
})

test('provisional numeric codes carry the check digit of VAT numbers', () => {
  assert.equal(numericCheckDigit('0123456789'), '7')
  assert.equal(numericCheckDigit('8001199063'), '9')
  assert.ok(isNumericCode('01234567897'))
  assert.ok(isNumericCode('80011990639'))
  assert.equal(isNumericCode('80011990638'), false)
})

test('the box for the fiscal code takes what each patient has', () => {
  assert.deepEqual(readPersonCode(' rssmra79b11 c566r '), { kind: 'CF', value: 'RSSMRA79B11C566R' })
  assert.deepEqual(readPersonCode('01234567897'), { kind: 'CF_PROVISIONAL', value: '01234567897' })
  assert.deepEqual(readPersonCode('STP1502040000001'), { kind: 'STP', value: 'STP1502040000001' })
  assert.deepEqual(readPersonCode('eni1502040000001'), { kind: 'ENI', value: 'ENI1502040000001' })
  for (const wrong of ['STP150204000001', 'XTP1502040000001', '01234567890', 'RSSMRA79B11C566A', '<script>', ''])
    assert.equal(readPersonCode(wrong), undefined, wrong)
})

test('differences between a code and a person are named, not refused', () => {
  const person = facts('Esposito', 'Giovanna', 'F', '1985-04-10', 'F839')
  assert.deepEqual(differences('SPSGNNURDRLFUPVD', person), [])
  assert.deepEqual(differences('SPSGNN85D50F839H', { ...person, givenName: 'Maria' }), ['name'])
  assert.deepEqual(differences('SPSGNN85D50F839H', { ...person, sex: 'M' }), ['sex'])
  assert.deepEqual(differences('SPSGNN85D50F839H', { ...person, birthDate: '1985-04-11', birthPlaceCode: 'H703' }), [
    'birthDate',
    'birthPlace',
  ])
})

const anyone = fc.record({
  familyName: fc.stringMatching(/^[A-Za-zÀ-ž' ]{1,30}$/),
  givenName: fc.stringMatching(/^[A-Za-zÀ-ž' ]{1,30}$/),
  sex: fc.constantFrom('M' as const, 'F' as const),
  birthDate: fc
    .date({ min: new Date('1927-01-01'), max: new Date('2026-11-22'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  birthPlaceCode: fc.stringMatching(/^[A-MZ][0-9]{3}$/),
})

test('every computed code is valid and tells the facts it came from', () => {
  fc.assert(
    fc.property(anyone, (person) => {
      const code = computeFiscalCode(person)
      assert.ok(isFiscalCode(code))
      assert.deepEqual(differences(code, person), [])
      const read = readFiscalCode(code, today)
      assert.equal(read?.birthDate, person.birthDate)
      assert.equal(read.sex, person.sex)
      assert.equal(read.birthPlaceCode, person.birthPlaceCode)
    }),
  )
})

test('the 128 forms of a code are distinct, valid and lead back to it', () => {
  fc.assert(
    fc.property(anyone, (person) => {
      const code = computeFiscalCode(person)
      const forms = omocodeVariants(code)
      assert.equal(new Set(forms).size, 128)
      for (const form of forms) {
        assert.ok(isFiscalCode(form))
        assert.equal(withoutOmocodia(form), code)
      }
    }),
    { numRuns: 20 },
  )
})

test('one wrong character at an even position always breaks the check', () => {
  fc.assert(
    fc.property(anyone, fc.constantFrom(1, 3, 5), fc.stringMatching(/^[A-Z]$/), (person, at, letter) => {
      const code = computeFiscalCode(person)
      fc.pre(code[at] !== letter)
      assert.equal(isFiscalCode(code.slice(0, at) + letter + code.slice(at + 1)), false)
    }),
  )
})
