// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readList } from '../files.ts'
import { stableId } from '../ids.ts'
import { days, insertRows, refresh, type Row } from '../rows.ts'
import { readTerritory } from './territory.ts'

/** Id of an organisation by its code (150204, 150442, D24). */
export const organisationId = (code: string): string => stableId('organisation', code)

/** Words of Italian names that stay in small letters inside a name. */
const small = new Set(['di', 'del', 'della', 'dei', 'delle', 'da', 'de', 'e', 'la', 'le', 'degli', 'ex', 'in'])
const asWritten = new Set(['SRL', 'SPA', 'S.P.A.', 'AORN', 'A.O.U.', 'AO', 'IOS', 'DEA', 'KOS'])
const roman = /^(I{2,3}|IV|VI{0,3}|IX|XX?I{0,3})$/

/** A name of the ministry's list, all capitals and quoted in many ways, as people write it. */
export function properName(listed: string): string {
  if (/[a-z]{3}/.test(listed)) return listed.replaceAll("'", '’')
  const words = listed
    .replace(/ ?'([^']+)'/g, ' $1 ')
    .replace(/'(?=\s|$)/g, '')
    .replace(/\.(?=[A-Z]{2})/g, '. ')
    .replace(/-(?=\s)/g, ' -')
    .trim()
    .split(/\s+/)
  return words
    .map((word, index) => {
      if (asWritten.has(word) || roman.test(word) || /^[A-Z]\.([A-Z]\.?)*$/.test(word)) return word
      const lower = word.toLowerCase()
      if (index > 0 && small.has(lower)) return lower
      return lower.replace(
        /(^|['’.-])(\p{L})/gu,
        (_whole, before: string, letter: string) => before + letter.toUpperCase(),
      )
    })
    .join(' ')
    .replaceAll("'", '’')
}

const authorityKinds: Record<string, string> = { ASL: 'asl', AO: 'ao', AOU: 'aou', IRCCS: 'irccs' }

/** The ministry's structure types: 1 hospital of an authority, 5.2 private without contract (not bookable), others accredited. */
function structureKind(type: string): 'hospital' | 'accredited' | undefined {
  if (type === '1') return 'hospital'
  return type === '5.2' ? undefined : 'accredited'
}

/** Loads the region's authorities, districts, hospitals and accredited providers, and who serves which municipality. */
export async function loadOrganisations(
  client: pg.Client,
  regionFolder: string,
  region: { code: string; owner: string },
) {
  const { ownBooking } = readTerritory(regionFolder)
  const authorities = readList<'full_code' | 'asl_code' | 'type' | 'name' | 'verified'>('campania-providers.csv')
  const districts = readList<'district_no' | 'asl_code' | 'name' | 'verified'>('campania-districts.csv')
  const structures = readList<'structure_code' | 'name' | 'asl_full_code' | 'structure_type'>('campania-hospitals.csv')
  const known = new Set(authorities.map((row) => row.full_code))
  const row = (
    code: string,
    parent: string | null,
    kind: string,
    name: string,
    source: string,
    verified: boolean,
  ): Row => ({
    id: organisationId(code),
    parent_id: parent && organisationId(parent),
    kind,
    code,
    name,
    own_booking: ownBooking.includes(code),
    source,
    verified,
  })
  const rows = [
    row(region.code, null, 'region', region.owner, 'config', true),
    ...authorities.map((a) =>
      row(a.full_code, region.code, authorityKinds[a.type]!, a.name, 'campania-providers.csv', a.verified !== 'none'),
    ),
    ...districts.map((d) =>
      row(
        `D${d.district_no}`,
        region.code + d.asl_code,
        'district',
        `Distretto ${d.district_no} ${d.name}`,
        'campania-districts.csv',
        d.verified === 'yes',
      ),
    ),
    ...structures
      .filter((s) => !known.has(s.structure_code))
      .flatMap((s) => {
        const kind = structureKind(s.structure_type)
        return kind
          ? [row(s.structure_code, s.asl_full_code, kind, properName(s.name), 'campania-hospitals.csv', true)]
          : []
      }),
  ]
  await insertRows(
    client,
    'registry.organisation',
    rows,
    refresh('id', ['parent_id', 'kind', 'code', 'name', 'own_booking', 'source', 'verified']),
  )
  await client.query('delete from registry.municipality_assignment')
  await insertRows(
    client,
    'registry.municipality_assignment',
    readList<'istat_code' | 'asl_code' | 'district_no' | 'district_verified'>('campania-comuni.csv').map((m) => ({
      istat_code: m.istat_code,
      asl_id: organisationId(region.code + m.asl_code),
      district_id: m.district_no ? organisationId(`D${m.district_no}`) : null,
      valid: days(null),
      source: 'campania-comuni.csv',
      verified: m.district_verified === 'yes',
    })),
  )
}
