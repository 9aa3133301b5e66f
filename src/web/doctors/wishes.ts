// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { DoctorsQuery } from '../app/contract.ts'

/** What somebody looks for; empty is anything. */
export interface Wishes {
  /** ISTAT code. */
  municipality: string
  name: string
  kind: '' | 'MMG' | 'PLS'
  language: string
  /** ISO weekday. */
  weekday: string
  free: boolean
}

/** What is looked for unless the address says otherwise. */
export type Presets = Partial<Pick<Wishes, 'municipality' | 'kind'>>

export const nothing: Wishes = { municipality: '', name: '', kind: '', language: '', weekday: '', free: false }
export const inAddress = ['municipality', 'kind', 'language', 'weekday', 'free'] as const

/** The wishes that an address and its state carry; what is not valid counts as not said. */
export function readWishes(search: string, state: unknown, presets: Presets): Wishes {
  const params = new URLSearchParams(search)
  const get = (name: string, shape: RegExp, preset = '') => {
    const said = params.get(name)
    return said !== null && (said === '' || shape.test(said)) ? said : preset
  }
  const name = typeof state === 'object' && state !== null && 'name' in state ? state.name : ''
  return {
    municipality: get('municipality', /^[0-9]{6}$/, presets.municipality),
    name: typeof name === 'string' ? name.slice(0, 80) : '',
    kind: get('kind', /^(MMG|PLS)$/, presets.kind) as Wishes['kind'], // of this shape
    language: get('language', /^[a-z]{2}$/),
    weekday: get('weekday', /^[1-7]$/),
    free: params.get('free') === 'true',
  }
}

/** The address part of some wishes. A preset that is not wanted is said as empty. */
export function addressOf(wishes: Wishes, presets: Presets): string {
  const params = new URLSearchParams()
  const { municipality, kind, language, weekday, free } = wishes
  if (municipality !== (presets.municipality ?? '')) params.set('municipality', municipality)
  if (kind !== (presets.kind ?? '')) params.set('kind', kind)
  if (language) params.set('language', language)
  if (weekday) params.set('weekday', weekday)
  if (free) params.set('free', 'true')
  // Looking for anybody anywhere is a search, too.
  if (params.size === 0) params.set('municipality', municipality)
  return `?${params}`
}

/** What to ask the server. */
export function queryOf({
  municipality,
  name,
  kind,
  language,
  weekday,
  free,
}: Wishes): Omit<DoctorsQuery, 'cursor' | 'limit'> {
  const start = name.trim()
  return {
    ...(municipality && { municipality }),
    ...(start && { name: start }),
    ...(kind && { kind }),
    ...(language && { language }),
    ...(weekday && { weekday: Number(weekday) }),
    ...(free && { free }),
  }
}
