// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { plainWords } from '../../../src/shared/plain-text.ts'
import { readList, readSettings } from '../files.ts'
import { stableId } from '../ids.ts'
import { days, insertRows, refresh } from '../rows.ts'

type Both = [it: string, en: string]

interface Catalogue {
  source: string
  tariffsFrom: string
  tariffSource: string
  preparations: Record<string, { it?: string; en?: string }>
  bring: { it: string; en: string }
  services: Record<
    string,
    {
      minutes: number
      cents: number
      plain: Both
      words: [it: string[], en: string[]]
      prepare?: string
      sex?: 'M' | 'F'
      ages?: [number, number]
      sessions?: [number, number]
      /** Prescribed several times, two may be given on one day. */
      sameDay?: boolean
      sides?: boolean
    }
  >
}

/** One entry of the regional catalogue, with everything the registry stores of it. */
export interface CatalogueService {
  id: string
  code: string
  lea: string
  dm1996: string
  description: Both
  plain: Both
  words: [it: string[], en: string[]]
  kind: 'V' | 'D' | 'R'
  branch: string
  branchName: string
  discipline: string
  access: 'first' | 'follow-up' | 'either'
  monitoredId: number | null
  minutes: number
  cents: number
  sessions: [number, number]
  sameDay: boolean
  ages: [number, number]
  sex: 'M' | 'F' | null
  preparation: { it?: string; en?: string }
  verified: string
}

const sides: { suffix: string; words: Both }[] = [
  { suffix: '01', words: ['destra', 'right'] },
  { suffix: '02', words: ['sinistra', 'left'] },
]

/** Names of catalogue sides agree with the noun: a knee is masculine. */
const masculine = new Set(['88.27.2'])

/** Code of the regional catalogue for a national code: the code without dots, then the variant. */
const catalogueCode = (lea: string, variant = '00'): string => `${lea.replaceAll('.', '')}-${variant}`

/** The services of the region: the national list joined with the region's own catalogue. */
export function readServices(regionFolder: string): CatalogueService[] {
  const catalogue = readSettings<Catalogue>(regionFolder, 'catalogue.yaml')
  const listed = readList<
    | 'pngla_id'
    | 'kind'
    | 'code_1996'
    | 'code_lea2017'
    | 'description_it'
    | 'description_en'
    | 'branch_code'
    | 'branch_name_it'
    | 'discipline_code'
    | 'verified'
  >('services.csv')
  return listed.flatMap((row) => {
    const own = catalogue.services[row.code_lea2017]
    if (!own) throw new Error(`catalogue.yaml says nothing of ${row.code_lea2017} (${row.description_it})`)
    const preparation = catalogue.preparations[own.prepare ?? 'none']
    if (!preparation) throw new Error(`catalogue.yaml has no preparation "${own.prepare}"`)
    const whole: CatalogueService = {
      id: '',
      code: catalogueCode(row.code_lea2017),
      lea: row.code_lea2017,
      dm1996: row.code_1996,
      description: [row.description_it, row.description_en],
      plain: own.plain,
      words: own.words,
      kind: row.kind as 'V' | 'D' | 'R',
      branch: row.branch_code,
      branchName: row.branch_name_it,
      discipline: row.discipline_code,
      access: row.kind !== 'V' ? 'either' : row.code_1996.startsWith('89.01') ? 'follow-up' : 'first',
      monitoredId: row.pngla_id ? Number(row.pngla_id) : null,
      minutes: own.minutes,
      cents: own.cents,
      sessions: own.sessions ?? [1, 1],
      sameDay: own.sameDay ?? false,
      ages: own.ages ?? [0, 130],
      sex: own.sex ?? null,
      preparation,
      verified: row.verified,
    }
    const variants = own.sides
      ? sides.map(({ suffix, words: [it, en] }) => {
          const side = masculine.has(whole.lea) ? `${it.slice(0, -1)}o` : it
          return {
            ...whole,
            code: catalogueCode(whole.lea, suffix),
            description: [
              `${whole.description[0]} (lato ${it.slice(0, -1)}o)`,
              `${whole.description[1]} (${en} side)`,
            ] as Both,
            plain: [`${whole.plain[0]} ${side}`, `${whole.plain[1]}, ${en} side`] as Both,
          }
        })
      : [whole]
    return variants.map((service) => ({ ...service, id: stableId('service', service.code) }))
  })
}

/** Loads the service catalogue: services, the codes prescriptions carry for them, tariffs. */
export async function loadServices(client: pg.Client, regionFolder: string): Promise<void> {
  const catalogue = readSettings<Catalogue>(regionFolder, 'catalogue.yaml')
  const services = readServices(regionFolder)
  const rows = services.map((s) => ({
    id: s.id,
    code: s.code,
    description_it: s.description[0],
    description_en: s.description[1],
    plain_it: s.plain[0],
    plain_en: s.plain[1],
    synonyms_it: s.words[0],
    synonyms_en: s.words[1],
    search_text: plainWords(
      [s.lea, s.dm1996, s.code, ...s.description, ...s.plain, ...s.words[0], ...s.words[1]].join(' '),
    ),
    kind: s.kind,
    branches: [s.branch],
    discipline: s.discipline,
    access: s.access,
    monitored_id: s.monitoredId,
    priority_required: s.monitoredId !== null,
    duration_minutes: s.minutes,
    min_sessions: s.sessions[0],
    max_sessions: s.sessions[1],
    same_day: s.sameDay,
    age_min: s.ages[0],
    age_max: s.ages[1],
    sex: s.sex,
    channels: ['online', 'call-centre', 'desk', 'pharmacy', 'doctor'],
    televisit: s.access === 'follow-up',
    preparation: s.preparation,
    bring: catalogue.bring,
    valid: days('2024-12-30'),
    source: catalogue.source,
  }))
  await insertRows(
    client,
    'registry.service',
    rows,
    refresh(
      'id',
      Object.keys(rows[0]!).filter((column) => column !== 'id'),
    ),
  )
  await client.query('delete from registry.service_code')
  await insertRows(
    client,
    'registry.service_code',
    services.flatMap((s) => [
      code(s, 'LEA', s.lea, s.verified.includes('code_lea2017') || s.verified.includes('codes')),
      code(s, 'DM1996', s.dm1996, s.verified.includes('code_1996') || s.verified.includes('codes')),
      code(s, 'CATALOGUE', s.code, true),
    ]),
  )
  await client.query('delete from registry.service_tariff')
  await insertRows(
    client,
    'registry.service_tariff',
    services.map((s) => ({
      service_id: s.id,
      cents: s.cents,
      valid: days(catalogue.tariffsFrom),
      source: catalogue.tariffSource,
      verified: false,
    })),
  )
}

function code(service: CatalogueService, system: 'LEA' | 'DM1996' | 'CATALOGUE', value: string, verified: boolean) {
  // Prescriptions written on the old nomenclature stay deliverable: its codes have no end.
  const from = system === 'DM1996' ? '1996-09-14' : '2024-12-30'
  return { service_id: service.id, system, code: value, valid: days(from), source: 'data/services.csv', verified }
}
