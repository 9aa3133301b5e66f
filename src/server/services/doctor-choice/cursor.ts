// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import type { Doctor } from '../../registry/doctors/index.ts'

const wrongCursor = new Refusal(
  'doctor-choice/wrong-cursor',
  400,
  { it: 'Questa pagina di risultati non esiste.', en: 'This page of results does not exist.' },
  { field: 'cursor', next: { it: 'Ripeti la ricerca.', en: 'Search again.' } },
)

/** Where a page of doctors ends: the distance, the name and the id of the last. */
export const cursorOf = ({ distanceKm, familyName, givenName, id }: Doctor): string =>
  Buffer.from(`${distanceKm ?? 0} ${id} ${familyName} ${givenName}`).toString('base64url')

/** @throws Refusal `doctor-choice/wrong-cursor` */
export function readCursor(cursor: string): { km: number; id: string; name: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const found = /^(\d{1,5}(?:\.\d+)?) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([^\0]{1,200})$/.exec(text)
  if (!found) throw wrongCursor
  return { km: Number(found[1]), id: found[2]!, name: found[3]! }
}

/** Where a page of people by name ends. @throws Refusal `doctor-choice/wrong-cursor` */
export function readNameCursor(cursor: string): { id: string; name: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const found = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([^\0]{1,200})$/.exec(text)
  if (!found) throw wrongCursor
  return { id: found[1]!, name: found[2]! }
}
