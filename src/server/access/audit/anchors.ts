// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { appendFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Seal } from './chain.ts'

/**
 * A seal as noted outside of the database, so that nobody who rules the database can cut off the newest rows unseen. Each
 * worker keeps the newest in `latest-HOST.json`, and one line a day in `days-HOST.jsonl`, to be copied to where it cannot be
 * changed.
 */
const Anchor = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  total: Type.Integer(),
  head: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  sealedAt: Type.String({ format: 'date-time' }),
  keyId: Type.String(),
  signature: Type.String(),
})
export type Anchor = Static<typeof Anchor>

export const anchorOf = (seal: Seal): Anchor => ({
  number: seal.number,
  total: seal.total,
  head: seal.head.toString('hex'),
  sealedAt: seal.sealedAt.toISOString(),
  keyId: seal.keyId,
  signature: seal.signature.toString('base64'),
})

const host = hostname().replaceAll(/[^\w-]/g, '_')

/** Notes the newest seal; a worker that stops in the middle leaves the old note whole. */
export async function noteAnchor(folder: string, seal: Seal): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `latest-${host}.json`)
  const before = (await readAnchors(folder)).at(-1)
  const line = `${JSON.stringify(anchorOf(seal))}\n`
  await writeFile(`${file}.${process.pid}`, line, { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
  if (before?.sealedAt.slice(0, 10) === seal.sealedAt.toISOString().slice(0, 10)) return
  await appendFile(join(folder, `days-${host}.jsonl`), line, { mode: 0o600 })
}

/** All notes of a folder in the order of their numbers; none when there is no folder. Throws on a line that is none. */
export async function readAnchors(folder: string): Promise<Anchor[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const texts = await Promise.all(
    names
      .filter((name) => /^(latest-.*\.json|days-.*\.jsonl)$/.test(name))
      .map((name) => readFile(join(folder, name), 'utf8')),
  )
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''))
  return lines.map((line) => Value.Parse(Anchor, JSON.parse(line))).toSorted((a, b) => a.number - b.number)
}
