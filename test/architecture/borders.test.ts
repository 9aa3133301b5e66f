// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

const planted = [
  {
    rule: 'platform-uses-nothing-above',
    file: 'src/server/platform/planted.ts',
    code: "import '../access/audit/index.ts'\n",
  },
  {
    rule: 'services-rooms-are-strangers',
    file: 'src/server/services/planted/index.ts',
    code: "import '../booking/index.ts'\n",
  },
  {
    rule: 'access-front-door',
    file: 'src/server/services/planted/other.ts',
    code: "import '../../access/sessions/rules.ts'\n",
  },
]

// That the borders hold is a step of `npm test`: reading the whole product takes ten seconds.
test('a planted violation of each kind of border is caught', () => {
  for (const { file, code } of planted) {
    mkdirSync(dirname(resolve(root, file)), { recursive: true })
    writeFileSync(resolve(root, file), code)
  }
  try {
    const found = spawnSync(
      'node_modules/.bin/depcruise',
      [
        '--config',
        '.dependency-cruiser.cjs',
        '--do-not-follow',
        '^src/server/(access|services/booking)/',
        ...planted.map(({ file }) => file),
      ],
      { cwd: root, encoding: 'utf8' },
    )
    assert.equal(found.status, planted.length, found.stdout)
    for (const { rule, file } of planted)
      assert.match(found.stdout, new RegExp(`error ${rule}: ${file.replaceAll('.', '[.]')}`))
  } finally {
    for (const { file } of planted) rmSync(resolve(root, file))
    rmSync(resolve(root, 'src/server/services/planted'), { recursive: true, force: true })
  }
})

test('a room names only its own tables', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src/server'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  /** Schemas that several rooms of one floor share, by the first folder after the floor. */
  const owner = (file: string): string[] => {
    const [, , floor = '', room = ''] = file.split('/')
    if (floor === 'platform') return ['platform']
    if (floor === 'access') return [room === 'partners' ? 'partner' : 'access']
    if (floor === 'registry') return ['registry']
    if (room === 'help-desk') return ['help']
    return [room.replaceAll('-', '_'), room]
  }
  const wrong = files.flatMap((file) =>
    [...readFileSync(resolve(root, file), 'utf8').matchAll(/tables<'([a-z_]+)'>/g)]
      .filter(([, schema = '']) => !owner(file).includes(schema))
      .map(([, schema]) => `${file} names ${schema}`),
  )
  assert.deepEqual(wrong, [])
})
