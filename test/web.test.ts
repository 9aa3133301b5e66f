// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { sprite } from '../scripts/icons.ts'
import { ownAddress } from '../src/server/web.ts'
import { words as adhesionEnglish } from '../src/web/adhesion/words/en.ts'
import { words as adhesionItalian } from '../src/web/adhesion/words/it.ts'
import { languagesAt, publicAddresses, publicPageAt } from '../src/web/app/addresses.ts'
import { ageInYears, clock, dayAndTime, distance, euros, longDay, minutesAndSeconds } from '../src/web/app/formats.ts'
import { newKey } from '../src/web/app/idempotency.ts'
import { grantFor, keepGrant } from '../src/web/app/public-grant.ts'
import { hoursInWords } from '../src/web/doctors/hours.ts'
import { addressOf, readWishes } from '../src/web/doctors/wishes.ts'
import { words as doctorEnglish } from '../src/web/doctors/words/en.ts'
import { words as doctorItalian } from '../src/web/doctors/words/it.ts'
import { cleanNre, joinPieces, nreFault } from '../src/web/citizen/nre.ts'
import { words as english } from '../src/web/words/en.ts'
import { words as italian } from '../src/web/words/it.ts'

test('the sprite of icons is current', async () => {
  assert.equal(await readFile(new URL('../src/web/ui/icons.svg', import.meta.url), 'utf8'), await sprite())
})

describe('a prescription number as typed', () => {
  test('loses blanks, stars and dashes, and becomes upper case', () => {
    assert.equal(cleanNre(' *1500a* *4123456789* '), '1500A4123456789')
    assert.equal(nreFault(cleanNre('1500a 4123-456-789')), undefined)
  })
  for (const [typed, fault] of [
    ['', 'missing'],
    ['1500A', 'second-piece'],
    ['4123456789', 'first-piece'],
    ['1500A412345678', 'length'],
    ['1500A41234567890', 'length'],
    ['ABC0A4123456789', 'form'],
    ['150AA4123456789', 'form'],
    ['1500A8123456789', 'form'],
  ] as const)
    test(`"${typed}" is refused: ${fault}`, () => assert.equal(nreFault(typed), fault))
  test('is put together from two bar codes in any order', () => {
    assert.equal(joinPieces(['4123456789', '1500A']), '1500A4123456789')
    assert.equal(joinPieces(['*1500A*']), undefined)
    assert.equal(joinPieces(['1500A4123456789']), '1500A4123456789')
  })
})

describe('formats', () => {
  test('days and times are those of Italy, also across the change of hour', () => {
    assert.equal(dayAndTime('it', '2026-03-03T08:30:00Z'), 'martedì 3 marzo 2026, ore 9:30')
    assert.equal(dayAndTime('en', '2026-03-03T08:30:00Z'), 'Tuesday, 3 March 2026, at 9:30')
    assert.equal(clock('it', '2026-10-25T00:30:00Z'), '2:30')
    assert.equal(clock('it', '2026-10-25T01:30:00Z'), '2:30')
    assert.equal(longDay('it', '2026-03-29'), 'domenica 29 marzo 2026')
  })
  test('money comes from whole cents', () => {
    assert.equal(euros('it', 3615).replaceAll(/\s/g, ' '), '36,15 €')
    assert.equal(euros('en', 100000), '€1,000.00')
  })
  test('short ones', () => {
    assert.equal(distance('it', 3.44), '3,4 km')
    assert.equal(minutesAndSeconds(65), '1:05')
    assert.equal(minutesAndSeconds(-3), '0:00')
    assert.equal(ageInYears('2020-11-24', new Date(2026, 10, 23)), 5)
    assert.equal(ageInYears('2020-11-23', new Date(2026, 10, 23)), 6)
  })
})

test('a key for repeated requests is a UUID and new each time', () => {
  assert.match(newKey(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(newKey(), newKey())
})

test('every public address is one page in one language', () => {
  const all = Object.values(publicAddresses).flatMap((one) => Object.values(one))
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual(publicPageAt('/en/sign-in/'), { page: 'signIn', language: 'en' })
  assert.equal(publicPageAt('/app'), undefined)
})

test('the hours of a surgery are said by days that have the same', () => {
  const open = (weekday: number, opens: string, closes: string) => ({ weekday, opens, closes })
  const hours = [
    open(1, '09:00', '12:00'),
    open(2, '09:00', '12:00'),
    open(2, '16:00', '18:30'),
    open(3, '09:00', '12:00'),
    open(5, '09:00', '12:00'),
  ]
  assert.deepEqual(hoursInWords('it', hours), [
    { days: 'lunedì, mercoledì e venerdì', times: '9:00–12:00' },
    { days: 'martedì', times: '9:00–12:00 e 16:00–18:30' },
  ])
  assert.deepEqual(hoursInWords('en', [open(7, '10:00', '11:00')]), [{ days: 'Sunday', times: '10:00–11:00' }])
  assert.deepEqual(hoursInWords('it', []), [])
})

test('what somebody looks for stands in the address, without names; presets only where they are not wanted', () => {
  const presets = { municipality: '063049', kind: 'PLS' } as const
  const read = (search: string, state?: unknown) => readWishes(search, state, presets)
  assert.deepEqual(read(''), { municipality: '063049', name: '', kind: 'PLS', language: '', weekday: '', free: false })
  const wishes = read('?municipality=&kind=MMG&language=en&weekday=3&free=true', { name: 'Rossi' })
  assert.deepEqual(wishes, { municipality: '', name: 'Rossi', kind: 'MMG', language: 'en', weekday: '3', free: true })
  assert.equal(addressOf(wishes, presets), '?municipality=&kind=MMG&language=en&weekday=3&free=true')
  assert.equal(addressOf(read(''), presets), '?municipality=063049')
  assert.deepEqual(read('?municipality=x&kind=DOG&weekday=9&language=english&free=no', { name: 3 }), read(''))
})

test('an adhesion has an address in each language, by the code of what is open', () => {
  const addresses = { it: '/adesioni/flu-2026', en: '/en/adhesions/flu-2026' }
  assert.deepEqual(languagesAt('/en/adhesions/flu-2026'), { language: 'en', addresses })
  assert.deepEqual(languagesAt('/adesioni/flu-2026'), { language: 'it', addresses })
  assert.deepEqual(languagesAt('/privacy'), { language: 'it', addresses: publicAddresses.privacy })
  assert.equal(languagesAt('/app'), undefined)
})

test('what a public flow gave is kept for its purpose, while it lasts', () => {
  const until = new Date('2026-11-30T10:00:00Z')
  const [before, at] = [new Date(until.getTime() - 1), until]
  assert.equal(grantFor('flu-2026', before), undefined)
  keepGrant({ token: 'a-token', purpose: 'flu-2026', expiresAt: until.toISOString(), next: '/en/help' })
  assert.equal(grantFor('flu-2026', before), 'a-token')
  assert.equal(grantFor('another', before), undefined)
  assert.equal(grantFor('flu-2026', at), undefined)
})

test('one comes back only to the signed-in area', () => {
  assert.equal(ownAddress('/app/prenota?order=distance'), '/app/prenota?order=distance')
  for (const away of ['//x.example', '/app//x', '/appx', 'https://x.example', undefined, ['/app']]) {
    assert.ok(ownAddress(away) === '/app' || !ownAddress(away).includes('x.example'))
  }
})

/** Every sentence of a dictionary with its path; functions are called with sample values. */
function sentences(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => sentences(inner, `${path}.${key}`))
  return []
}

test('both languages say everything, and nothing in English was left in Italian', () => {
  for (const [first, second] of [
    [italian, english],
    [adhesionItalian, adhesionEnglish],
    [doctorItalian, doctorEnglish],
  ]) {
    const [here, there] = [new Map(sentences(first, '')), new Map(sentences(second, ''))]
    assert.deepEqual([...here.keys()].toSorted(), [...there.keys()].toSorted())
    const same = [...here].filter(([path, text]) => text === there.get(path) && text.split(' ').length > 3)
    assert.deepEqual(same, [])
  }
})

test('sentences are short: at most 25 words', () => {
  const long = [
    ...sentences(italian, ''),
    ...sentences(adhesionItalian, '.adhesion'),
    ...sentences(doctorItalian, '.doctors'),
  ].flatMap(([path, text]) =>
    text
      .split(/[.:;!?]\s/)
      .filter((sentence) => sentence.split(/\s+/).length > 25)
      .map((sentence) => `${path}: ${sentence}`),
  )
  assert.deepEqual(long, [])
})
