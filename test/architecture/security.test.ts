// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const lines = readFileSync(join(root, 'docs/security.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| ([\d.]+)\s*\| (.+?)\s*\| (.+?)\s*\|$/.exec(line))
  .filter((found) => found !== null)
  .map(([, id = '', what = '', shown = '']) => ({ id, what, shown }))

/** The lines of level 2 of ASVS 4.0.3, by section: `1.4:1,4-5` is 1.4.1, 1.4.4 and 1.4.5. */
const level2 = `1.1:1-7 1.2:1-4 1.4:1,4-5 1.5:1-4 1.6:1-4 1.7:1-2 1.8:1-2 1.9:1-2 1.10:1 1.11:1-2 1.12:2 1.14:1-6
  2.1:1-12 2.2:1-3 2.3:1-3 2.4:1-6 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4
  3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1 4.1:1-3,5 4.2:1-2 4.3:1-3 5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4
  6.1:1-3 6.2:1-6 6.3:1-2 6.4:1-2 7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3 8.1:1-4 8.2:1-3 8.3:1-8 9.1:1-3 9.2:1-4
  10.2:1-2 10.3:1-3 11.1:1-8 12.1:1-3 12.2:1 12.3:1-6 12.4:1-2 12.5:1-2 12.6:1 13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2
  14.1:1-4 14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4`

const wanted = level2.split(/\s+/).flatMap((part) => {
  const [section, numbers = ''] = part.split(':')
  return numbers.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => `${section}.${first + i}`)
  })
})

test('every line of ASVS level 2 is in the checklist once, with a test or a reason', () => {
  assert.deepEqual(
    lines.map(({ id }) => id),
    wanted,
  )
  for (const { id, what, shown } of lines) assert.ok(what.length > 2 && shown.length > 2, id)
})

test('every test and document the checklist names is there', () => {
  const named = lines.flatMap(({ shown }) => [...shown.matchAll(/`([\w./-]+\/[\w./-]*)`/g)].map((found) => found[1]!))
  assert.ok(named.length > 100)
  assert.deepEqual(
    [...new Set(named)].filter((path) => !existsSync(join(root, path))),
    [],
  )
})

/** What the source of the product must not hold, and why not. */
const forbidden: [what: RegExp, why: string, but?: readonly string[]][] = [
  [
    /rejectUnauthorized|NODE_TLS_REJECT/,
    'certificates of others are always verified (9.2.1)',
    // The host of cards takes any certificate through the handshake and then makes every check itself, so that a person
    // whose card is refused reads why on a page; cards.test.ts shows a card that fails each check.
    ['src/server/access/cards/listener.ts'],
  ],
  [/\beval\(|new Function\(/, 'no code from text (5.2.4)'],
  [/dangerouslySetInnerHTML|\.innerHTML\b|document\.write/, 'no markup past React (5.3.3)'],
  [
    /create(Hash|Hmac)\('(md5|sha1)'|-(ecb|cbc)'|des-ede/,
    'no weak algorithms (6.2.5)',
    [
      'src/server/access/accounts/breached.ts', // the lists of breached passwords are published as SHA-1
      'src/server/access/cards/ocsp.ts', // names the issuer in a question to OCSP as RFC 5019, 2.1.1 asks; signs nothing
    ],
  ],
  [/Math\.random\(/, 'random values come from the system (6.3.1)'],
]

test('the source holds nothing of what it must not', () => {
  const folders = ['src/server', 'src/shared', 'src/web']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  )
  const found = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return forbidden
      .filter(([what, , but]) => what.test(text) && !but?.includes(file))
      .map(([, why]) => `${file}: ${why}`)
  })
  assert.ok(files.length > 300)
  assert.deepEqual(found, [])
})
