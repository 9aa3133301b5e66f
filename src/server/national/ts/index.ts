// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import type { Day } from '../../platform/time.ts'

/** Sistema TS does not answer, or what it answers cannot be used: try again later. */
export class TsUnavailable extends Error {
  override readonly name = 'TsUnavailable'
}

const ListAnswer = Type.Object({
  idElenco: Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' }),
  anno: Type.Integer(),
  codiceAsl: Type.String(),
  progressivo: Type.Integer({ minimum: 1 }),
  righe: Type.Integer({ minimum: 0 }),
  pagine: Type.Array(
    Type.Object({ pagina: Type.Integer({ minimum: 1 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
    { minItems: 1 },
  ),
})
type ListAnswer = Static<typeof ListAnswer>

/** A yearly list as Sistema TS published it. */
export interface TsList {
  id: string
  /** Grows with each publication for the same year and authority. */
  number: number
  rows: number
  /** Check sum of each page, in order. */
  pages: string[]
}

/** Somebody entitled to an exemption. */
export interface TsRow {
  fiscalCode: string
  code: string
  from: Day
  until: Day
}

export interface TsLists {
  /** The newest list of a year for a health authority; undefined when none is published yet. @throws TsUnavailable */
  find(year: number, aslCode: string): Promise<TsList | undefined>
  /** One page, from 1, checked against its sum. @throws TsUnavailable */
  readPage(list: Pick<TsList, 'id' | 'pages'>, page: number): Promise<TsRow[]>
}

const line = /^([A-Z0-9]{16}|\d{11});(E\d{2});(\d{4}-\d{2}-\d{2});(\d{4}-\d{2}-\d{2})$/

/** The door to the yearly lists of exempt people on Sistema TS. Without settings it leads to the sandbox. */
export function tsLists(config: Config): TsLists {
  const { env } = config
  const sandbox = `${config.sandboxUrl}/ts/esenzioni/v1`
  const url = (env['TS_EXEMPTIONS_URL'] || sandbox).replace(/\/$/, '')
  if (!URL.canParse(url))
    throw new BadSetting(`TS_EXEMPTIONS_URL is "${url}": write the address that Sistema TS gave you.`)
  const credentials = env['TS_CREDENTIALS'] || 'regione:sandbox-ts-password'
  if (url !== sandbox && credentials === 'regione:sandbox-ts-password')
    throw new BadSetting(
      'TS_CREDENTIALS is not set, but Sistema TS is not the sandbox: write user:password of your own.',
    )
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`

  async function ask(path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(url + path, {
      headers: { authorization },
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch((error: unknown) => {
        throw new TsUnavailable('Sistema TS does not answer', { cause: error })
      })
    if (answer.status === 200 || answer.status === 404) return answer
    throw new TsUnavailable(`Sistema TS answered ${answer.status}`)
  }

  return {
    async find(year, aslCode) {
      const { status, text } = await ask(`/elenchi?anno=${year}&codiceAsl=${aslCode}`)
      if (status === 404) return undefined
      const list = readList(text)
      if (list.anno !== year || list.codiceAsl !== aslCode) throw new TsUnavailable('the list is not the one asked for')
      const inOrder = list.pagine.every(({ pagina }, i) => pagina === i + 1)
      if (!inOrder) throw new TsUnavailable('the pages of the list are not in order')
      return {
        id: list.idElenco,
        number: list.progressivo,
        rows: list.righe,
        pages: list.pagine.map(({ sha256 }) => sha256),
      }
    },
    async readPage({ id, pages }, page) {
      const { status, text } = await ask(`/elenchi/${id}/pagine/${page}`)
      if (status !== 200) throw new TsUnavailable(`page ${page} is gone`)
      if (createHash('sha256').update(text).digest('hex') !== pages[page - 1])
        throw new TsUnavailable(`page ${page} is not what the list says`)
      return text.split('\r\n').filter(Boolean).map(readLine)
    },
  }
}

function readList(text: string): ListAnswer {
  try {
    const found: unknown = JSON.parse(text)
    if (Value.Check(ListAnswer, found)) return found
  } catch (error) {
    throw new TsUnavailable('the list cannot be read', { cause: error })
  }
  throw new TsUnavailable('the list is not as agreed')
}

function readLine(text: string, i: number): TsRow {
  const found = line.exec(text)
  if (!found) throw new TsUnavailable(`line ${i + 1} is not as agreed`)
  const [, fiscalCode, code, from, until] = found as unknown as [string, string, string, string, string]
  if (until < from) throw new TsUnavailable(`line ${i + 1} ends before it begins`)
  return { fiscalCode, code, from, until }
}
