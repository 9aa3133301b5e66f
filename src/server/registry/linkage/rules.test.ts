// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { computeFiscalCode, omocodeVariant } from '../../../shared/fiscal-code.ts'
import { nameLetters } from '../../../shared/names.ts'
import { readConfig } from '../../platform/config.ts'
import { compare, type Incoming, type Known } from './compare.ts'
import { decide, score, type Decision, type Frequencies } from './rules.ts'
import { readLinkage } from './settings.ts'

const settings = readLinkage(readConfig({}))
const borne = new Map([
  ['ANNA', 50_000],
  ['CARLA', 9_000],
  ['CARLO', 9_500],
  ['ESPOSITO', 90_000],
  ['ZAPPACOSTA', 40],
  ['F839', 900_000],
  ['063049', 900_000],
])
/** A region of 5.6 million people. */
const region: Frequencies = { people: 5_600_000, bearers: (_field, value) => borne.get(value) ?? 0 }

interface Facts {
  familyName: string
  givenName: string
  birthDate: string
  sex: 'M' | 'F'
}
const anna: Facts = { familyName: 'Esposito', givenName: 'Anna', birthDate: '1984-03-07', sex: 'F' }
const codeOf = (facts: Facts): string => computeFiscalCode({ ...facts, birthPlaceCode: 'F839' })
const person = (facts: Facts, more: Partial<Known> = {}): Known => ({
  id: '01900000-0000-7000-8000-000000000001',
  ...facts,
  birthPlace: 'F839',
  codes: [codeOf(facts)],
  teams: ['80380001500000000019'],
  residences: ['063049'],
  ...more,
})
const record = (facts: Facts, more: Partial<Incoming> = {}): Incoming => ({
  ...facts,
  birthPlace: 'F839',
  residence: '063049',
  code: codeOf(facts),
  ...more,
})
/** The record without its code. */
function uncoded(facts: Facts, more: Partial<Incoming> = {}): Incoming {
  const { code: _, ...rest } = record(facts)
  return { ...rest, ...more }
}
const against = (one: Incoming, ...people: Known[]): Decision => decide(one, people, settings, region)
const mistypedAt = (code: string, at: number): string =>
  code.slice(0, at) + (code[at] === 'X' ? 'Y' : 'X') + code.slice(at + 1)

test('a record with one mistake or another is still hers', () => {
  const code = codeOf(anna)
  const records: Record<string, Incoming> = {
    same: record(anna),
    'no code': uncoded(anna),
    'code with a letter wrong': record(anna, { code: mistypedAt(code, 3) }),
    'code in a form of omocodia': record(anna, { code: omocodeVariant(code, 1) }),
    'day and month exchanged': record(anna, { birthDate: '1984-07-03' }),
    'another year': record(anna, { birthDate: '1948-03-07' }),
    'the married name': record(anna, { familyName: 'Zappacosta' }),
    'a double name': uncoded(anna, { familyName: 'Esposito Zappacosta' }),
    'a second given name': record(anna, { givenName: 'Anna Maria' }),
    'names exchanged': record(anna, { familyName: 'Anna', givenName: 'Esposito' }),
    'a letter exchanged': record(anna, { familyName: 'Espostio' }),
    'no accent, no blank': record({ ...anna, familyName: 'D’Angelò' }, { familyName: 'DANGELO' }),
    'the card only': { familyName: 'Esposito', givenName: 'Anna', team: '80380001500000000019' },
  }
  for (const [what, one] of Object.entries(records)) {
    const facts = what === 'no accent, no blank' ? { ...anna, familyName: 'D’Angelò' } : anna
    assert.equal(against(one, person(facts)).verdict, 'match', what)
  }
})

test('twins, siblings and cousins are not joined with whom the registry knows', () => {
  const rosa: Facts = { ...anna, familyName: 'Zappacosta' }
  const twin: Facts = { ...rosa, givenName: 'Rosaria' }
  const cousin: Facts = { ...rosa, birthDate: '1984-03-17' }
  assert.equal(against(record(twin), person(rosa)).verdict, 'new', 'a twin with her own code')
  assert.equal(against(uncoded(twin), person(rosa)).verdict, 'review', 'a twin without')
  assert.equal(
    against(uncoded(cousin), person(rosa)).verdict,
    'review',
    'a cousin born some days later, without a code',
  )
  assert.equal(against(record(cousin), person(rosa)).verdict, 'review')
  assert.equal(against(uncoded({ ...anna, birthDate: '1991-11-20' }), person(anna)).verdict, 'new', 'a namesake')
  const [carla, carlo]: Facts[] = [
    { ...rosa, givenName: 'Carla' },
    { ...rosa, givenName: 'Carlo', sex: 'M' },
  ]
  assert.equal(against(uncoded(carlo!), person(carla!)).verdict, 'review', 'names a letter apart that both exist')
})

test('a code alone does not join: what stands beside it must agree', () => {
  const code = codeOf(anna)
  const brother: Facts = { familyName: 'Esposito', givenName: 'Gennaro', birthDate: '1984-03-07', sex: 'M' }
  const copied = against(record(brother, { code }), person(anna))
  assert.deepEqual([copied.verdict, copied.candidates[0]?.doubts], ['review', ['another-given-name']])
  const stranger: Facts = { familyName: 'Zappacosta', givenName: 'Anna', birthDate: '1951-10-30', sex: 'F' }
  const other = against(record(stranger, { code }), person(anna))
  assert.deepEqual([other.verdict, other.candidates[0]?.doubts], ['review', ['code-of-somebody-else']])
})

test('of two who fit a clerk chooses', () => {
  const first = person(anna)
  const second = person(anna, { id: '01900000-0000-7000-8000-000000000002', codes: [omocodeVariant(codeOf(anna), 1)] })
  const { verdict, candidates } = against(uncoded(anna), first, second)
  assert.deepEqual([verdict, candidates.length, candidates[0]?.doubts], ['review', 2, ['several-fit']])
})

test('a rare name weighs more than a common one; an unknown code kind says nothing', () => {
  const bits = (facts: Facts) => score(uncoded(facts), person(facts), settings, region).bits
  assert.ok(bits({ ...anna, familyName: 'Zappacosta' }) > bits(anna) + 8)
  const foreign = person(anna, { codes: ['STP1502041234567'] })
  assert.equal(compare(record(anna), foreign, () => false).code, undefined)
  assert.equal(compare(record(anna, { code: 'STP1502041234567' }), foreign, () => false).code, 'same')
})

const facts = fc.record({
  familyName: fc.stringMatching(/^[A-Z][a-z]{1,11}$/),
  givenName: fc.stringMatching(/^[A-Z][a-z]{1,11}$/),
  birthDate: fc
    .date({ min: new Date('1910-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  sex: fc.constantFrom('M' as const, 'F' as const),
})

test('whoever comes as the registry knows her is joined, in every form of her code', () => {
  fc.assert(
    fc.property(facts, fc.integer({ min: 0, max: 127 }), (who, mask) => {
      const levels = compare(record(who), person(who), () => true)
      assert.deepEqual(new Set(Object.values(levels)), new Set(['same', 'kept']))
      const { verdict } = against(record(who, { code: omocodeVariant(codeOf(who), mask) }), person(who))
      assert.equal(verdict, 'match')
    }),
  )
})

test('people of other names and days are never joined, whatever is missing', () => {
  const field = fc.subarray(['code', 'birthPlace', 'residence', 'sex'] as const)
  fc.assert(
    fc.property(facts, facts, field, (one, other, missing) => {
      fc.pre(one.birthDate !== other.birthDate && nameLetters(one.givenName) !== nameLetters(other.givenName))
      const lacking = record(one)
      for (const name of missing) delete lacking[name]
      assert.notEqual(against(lacking, person(other)).verdict, 'match')
    }),
  )
})
