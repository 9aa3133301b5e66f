// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, matchesGlob, resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(resolve(root, file), 'utf8')
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean)

/** Licences that may be combined with AGPL-3.0-or-later in what we ship or use to build it. */
const compatible = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'MPL-2.0',
  'OFL-1.1',
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-3.0',
  'Unlicense',
  'Python-2.0',
  'BlueOak-1.0.0',
  'WTFPL',
  'Zlib',
  'PostgreSQL',
  'LGPL-3.0-or-later',
  'GPL-3.0-or-later',
  'AGPL-3.0-or-later',
])

/** Packages that declare no SPDX expression; the licence was read in the package itself. */
const readByHand: Record<string, string> = { 'node_modules/dom-walk': 'MIT', 'node_modules/png-js': 'MIT' }

function acceptable(expression: string): boolean {
  const alternatives = expression.replaceAll(/[()]/g, '').split(/\s+OR\s+/)
  return alternatives.some((alternative) => alternative.split(/\s+AND\s+/).every((id) => compatible.has(id.trim())))
}

test('the licence check refuses what it must', () => {
  assert.ok(acceptable('(MIT OR Apache-2.0)'))
  assert.ok(!acceptable('SSPL-1.0'))
  assert.ok(!acceptable('MIT AND BUSL-1.1'))
  assert.ok(!acceptable(''))
})

test('every dependency has a licence that can be combined with ours', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { license?: string; optional?: boolean }>
  }
  const bad = Object.entries(lock.packages)
    .filter(([path]) => path.startsWith('node_modules/'))
    .map(([path, { license }]) => ({ path, license: license ?? readByHand[path] ?? '' }))
    .filter(({ license }) => !acceptable(license))
  assert.deepEqual(bad, [])
})

interface Annotation {
  paths: string[]
  licence: string
}

function reuseAnnotations(): Annotation[] {
  return read('REUSE.toml')
    .split('[[annotations]]')
    .slice(1)
    .map((block) => ({
      paths: [...(/path = (\[[^\]]*\]|"[^"]*")/.exec(block)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
        (match) => match[1]!,
      ),
      licence: /SPDX-License-Identifier = "([^"]+)"/.exec(block)?.[1] ?? '',
    }))
}

test('every file says its copyright and licence (REUSE), and every licence text is used', () => {
  const annotations = reuseAnnotations()
  const used = new Set<string>()
  const silent = tracked.filter((file) => {
    if (file.startsWith('LICENSES/') || file === 'LICENSE') return false
    const text = existsSync(resolve(root, file)) ? read(file).slice(0, 600) : ''
    const own = /SPDX-License-Identifier: ([A-Za-z0-9.-]+)/.exec(text)?.[1]
    const ascribed = annotations.find(({ paths }) =>
      paths.some((path) => matchesGlob(file, path.replace(/\*\*(?=[^/])/, '**/*'))),
    )
    const licence = own ?? ascribed?.licence
    if (licence) used.add(licence)
    return !licence
  })
  assert.deepEqual(silent, [])
  const texts = readdirSync(resolve(root, 'LICENSES')).map((name) => name.replace('.txt', ''))
  assert.deepEqual(texts.toSorted(), [...used].toSorted())
})

test('publiccode.yml can enter the Italian reuse catalogue', () => {
  const code = parse(read('publiccode.yml')) as Record<string, unknown> & {
    description: Record<string, { shortDescription: string; longDescription: string; features: string[] }>
    supports: { id: string }[]
    legal: { license: string }
    maintenance: { type: string; contacts?: { name: string }[] }
    localisation: { availableLanguages: string[] }
  }
  assert.equal(code['publiccodeYmlVersion'], '0.7')
  for (const key of ['name', 'url', 'platforms', 'developmentStatus', 'softwareType', 'organisation'])
    assert.ok(code[key], key)
  assert.ok(['concept', 'development', 'beta', 'stable', 'obsolete'].includes(String(code['developmentStatus'])))
  assert.equal(code.legal.license, 'AGPL-3.0-or-later')
  assert.ok(code.maintenance.type === 'internal' && code.maintenance.contacts?.every((contact) => contact.name))
  const aliases = ['gdpr', 'eidas', 'nis2', 'cra', 'spid', 'cie', 'anpr', 'pagopa', 'io'].map(
    (alias) => `alias:${alias}`,
  )
  for (const { id } of code.supports) assert.ok(aliases.includes(id) || URL.canParse(id), id)
  for (const language of code.localisation.availableLanguages) {
    const text = code.description[language]
    assert.ok(text, language)
    assert.ok(text.shortDescription.length <= 150, 'shortDescription')
    assert.ok(text.longDescription.length >= 150 && text.longDescription.length <= 10_000, 'longDescription')
    assert.ok(text.features.length >= 5 && text.features.length <= 20, 'features')
  }
})

test('links between documents lead somewhere', () => {
  const broken = tracked
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(resolve(root, dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    )
  assert.deepEqual(broken, [])
})

test('commands named in the README exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = [...read('README.md').matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!)
  assert.ok(named.length > 0)
  assert.deepEqual(
    named.filter((name) => !scripts[name]),
    [],
  )
})

test('no file names a package registry', () => {
  const host = ['registry', 'npmjs'].join('.')
  const found = tracked
    .filter((file) => !/\.(png|woff2?|ttf|ico|topojson)$/.test(file) && existsSync(resolve(root, file)))
    .filter((file) => read(file).includes(host))
  assert.deepEqual(found, [])
})
