// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { nameLetters } from '../../../shared/names.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'

/** A municipality, living or ceased, or a foreign state: what a fiscal code can name. */
export interface NamedPlace {
  /** Cadastral code (Belfiore). */
  code: string
  name: string
  kind: 'municipality' | 'state'
  province: string | null
  /** ISTAT code of a municipality of today. */
  istatCode: string | null
  /** Municipality of the region. */
  inRegion: boolean
  /** State code (ANPR) of who is a citizen there; null for a municipality. */
  citizenship: string | null
}

const columns = sql`p.code, p.name, p.kind, p.province, m.istat_code as "istatCode", coalesce(m.in_region, false) as "inRegion", p.citizenship`
const joined = sql`registry.birth_place p left join registry.municipality m on m.belfiore = p.code and upper_inf(p.valid)`

/** Places whose name, or a word of it, begins with some letters, as they were on a day; those of the region first. */
export async function findPlaces(tx: Tx, text: string, on: Day, limit: number): Promise<NamedPlace[]> {
  const begins = nameLetters(text)
  if (begins === '') return []
  const { rows } = await sql<NamedPlace>`
    select distinct on (p.code) ${columns} from ${joined}
    where p.valid @> ${on}::date
      and (registry.name_letters(p.name) like ${`${begins}%`} or strpos(upper(p.name), ${` ${text
        .toUpperCase()
        .replace(/[^\p{L} ’'-]/gu, '')
        .trim()}`}) > 0)
    order by p.code, lower(p.valid) desc nulls last`.execute(tx)
  const rank = ({ name, inRegion }: NamedPlace): number => {
    const letters = nameLetters(name)
    return Number(letters !== begins) * 4 + Number(!letters.startsWith(begins)) * 2 + Number(!inRegion)
  }
  return rows.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)).slice(0, limit)
}

/**
 * The place a code named on a day; undefined when it named none. A row without a beginning has been there always; a code of a
 * municipality that took over another's is right for the days of any of its rows (ANPR EC007).
 */
export async function placeOn(tx: Tx, code: string, on: Day): Promise<NamedPlace | undefined> {
  const { rows } = await sql<NamedPlace>`
    select ${columns} from ${joined} where p.code = ${code} and p.valid @> ${on}::date
    order by lower(p.valid) desc nulls last limit 1`.execute(tx)
  return rows[0]
}

/** The health authority and the district that a municipality belongs to on a day; undefined outside the region. */
export async function assignmentOf(
  tx: Tx,
  istatCode: string,
  on: Day,
): Promise<{ aslId: string; districtId: string | null } | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.municipalityAssignment')
    .select(['aslId', 'districtId'])
    .where('istatCode', '=', istatCode)
    .where(sql<boolean>`valid @> ${on}::date`)
    .executeTakeFirst()
}

/** The name of a state by its code as a citizenship; undefined for codes that name none. */
export async function stateOfCitizenship(tx: Tx, code: string): Promise<string | undefined> {
  if (code === '100') return 'ITALIA'
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.birthPlace')
    .select('name')
    .where('citizenship', '=', code)
    .orderBy(sql`upper_inf(valid)`, 'desc')
    .executeTakeFirst()
  return row?.name
}
