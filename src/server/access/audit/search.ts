// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { findPersonByFiscalCode } from '../../registry/people/index.ts'
import { forAuditors, readEntries, type Entry } from './accesses.ts'
import { audit } from './entry.ts'
import type { AuditRow, AuditSearch } from './schema.ts'

const tooWide = new Refusal(
  'access/search-too-wide',
  400,
  { it: 'La ricerca è troppo ampia.', en: 'The search is too wide.' },
  {
    field: 'person',
    next: {
      it: 'Indica la persona, chi ha fatto l’accesso o l’oggetto; oppure cerca i soli accessi negati.',
      en: 'Name the person, who had access or the object; or look for refused accesses only.',
    },
  },
)

async function personWith(tx: Tx, code: string | undefined): Promise<string | undefined> {
  if (code === undefined) return undefined
  const person = await findPersonByFiscalCode(tx, code.trim().toUpperCase())
  if (!person) throw notFound({ it: 'Persona', en: 'Person' })
  return person.id
}

/**
 * What an auditor looks for in the trail of everybody, newest first. The search itself is in the trail of each person it shows,
 * with the reason the auditor gave. Refuses `access/search-too-wide` when it names neither a person nor an object.
 */
export async function searchAudit(
  { db }: Platform,
  actor: Actor,
  wish: AuditSearch,
  how: { action: 'SEARCH' | 'EXPORT'; limit: number },
): Promise<{ items: AuditRow[]; nextCursor: string | null }> {
  const { reason, person, actor: actorCode, cursor, ...wanted } = wish
  if (!person && !actorCode && !wish.objectId && wish.outcome !== 'refused') throw tooWide
  const { entries, nextCursor } = await asSystem(db, async (tx) => {
    const [patientId, actorId] = [await personWith(tx, person), await personWith(tx, actorCode)]
    const found = await readEntries(
      tx,
      { ...wanted, ...(patientId && { patientId }), ...(actorId && { actorId }) },
      { cursor, limit: how.limit },
    )
    const entry = { action: how.action, object: 'access', purpose: 'supervision', reason } as const
    await audit(tx, actor, ...shown(found.entries, patientId).map((id) => ({ ...entry, patientId: id })))
    return found
  })
  return { items: await forAuditors(db, actor, entries), nextCursor }
}

/** The people a search shows; nobody in particular when it shows none. */
function shown(entries: readonly Entry[], searched: string | undefined): (string | null)[] {
  const people = new Set(entries.flatMap((entry) => entry.patientId ?? []))
  if (searched) people.add(searched)
  return people.size > 0 ? [...people] : [null]
}
