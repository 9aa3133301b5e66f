// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const built = new URL('../../dist/web/', import.meta.url)
type Chunk = {
  file: string
  css?: string[]
  imports?: string[]
  isEntry?: boolean
  isDynamicEntry?: boolean
  assets?: string[]
}
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', built), 'utf8')) as Record<string, Chunk>

const size = async (file: string) => gzipSync(await readFile(new URL(file, built)), { level: 9 }).length / 1024

/** Every file loaded with a chunk: its own and those it imports at once. */
function needed(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  assert.ok(chunk, `${name} is in the manifest`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const file of chunk.css ?? []) found.add(file)
  for (const other of chunk.imports ?? []) needed(other, found)
  return found
}

const pages = Object.keys(manifest).filter(
  (name) => /^(site|citizen|doctors|ui)\/.*\.tsx$/.test(name) && manifest[name]?.isDynamicEntry,
)

async function weigh(files: Iterable<string>) {
  const weights = await Promise.all([...files].map(async (file) => ({ file, kb: await size(file) })))
  return {
    total: weights.reduce((sum, { kb }) => sum + kb, 0),
    list: weights
      .toSorted((a, b) => b.kb - a.kb)
      .slice(0, 8)
      .map(({ file, kb }) => `${kb.toFixed(1)} kB ${file}`)
      .join('\n'),
  }
}

test('the pages are known', () => assert.ok(pages.length > 20, pages.join()))

for (const page of pages.filter((name) => !name.includes('scanner'))) {
  test(`${page} loads at most 150 kB of script and 45 kB of style`, async () => {
    const files = needed('index.html', needed('words/it.ts', needed(page)))
    const script = await weigh([...files].filter((file) => file.endsWith('.js')))
    assert.ok(script.total <= 150, `${script.total.toFixed(1)} kB of script:\n${script.list}`)
    const style = await weigh([...files].filter((file) => file.endsWith('.css')))
    assert.ok(style.total <= 45, `${style.total.toFixed(1)} kB of style:\n${style.list}`)
  })
}

test('no chunk fetched later is over 60 kB', async () => {
  for (const name of Object.keys(manifest).filter((one) => manifest[one]?.isDynamicEntry)) {
    const later = [...needed(name)].filter((file) => file.endsWith('.js') && !needed('index.html').has(file))
    const { total, list } = await weigh(later)
    assert.ok(total <= 60, `${name}: ${total.toFixed(1)} kB\n${list}`)
  }
})

test('the three fonts weigh at most 60 kB', async () => {
  const fonts = Object.values(manifest).flatMap((chunk) => (chunk.file.endsWith('.woff2') ? [chunk.file] : []))
  const weights = await Promise.all(fonts.map(async (file) => (await readFile(new URL(file, built))).length / 1024))
  assert.equal(fonts.length, 3)
  assert.ok(weights.reduce((sum, kb) => sum + kb, 0) <= 60)
})
