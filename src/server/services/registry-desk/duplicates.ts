// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { closeSessionsOf } from '../../access/sessions/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import {
  countCases,
  getCase,
  listCases,
  listMerges,
  mergePeople,
  recordsOfMerge,
  settleCase,
  settleUndone,
  unmerge,
  viewRecords,
  type Case,
  type RecordView,
} from '../../registry/linkage/index.ts'
import { fieldsOf, hangsOf, likelihoodOf, suggestedOf } from './compared.ts'
import type { CaseDecisionWish, CasePage, CaseQuery, CaseView, MergePage, UndoResult } from './schema.ts'

const pageSize = 20

const alreadyDecided = new Refusal(
  'registry/case-decided',
  409,
  { it: 'Su queste due schede qualcuno ha già deciso.', en: 'Somebody has decided on these two records already.' },
  { next: { it: 'Ricarica la pagina per vedere che cosa.', en: 'Reload the page to see what.' } },
)
const noSurvivor = new Refusal(
  'registry/survivor-missing',
  422,
  { it: 'Manca la scheda che resta.', en: 'The record that goes on is missing.' },
  { field: 'survivorId', next: { it: 'Scegli una delle due schede.', en: 'Choose one of the two records.' } },
)
const ownRecord = new Refusal(
  'registry/own-record',
  403,
  { it: 'Una delle due schede è la tua.', en: 'One of the two records is yours.' },
  { next: { it: 'Deve decidere un’altra persona dell’ufficio.', en: 'Somebody else of the office must decide.' } },
)

const inShort = ({ id, familyName, givenName, birthDate }: RecordView) => ({ id, familyName, givenName, birthDate })

/** Reads records and writes in the trail of each that she was looked at. */
async function look(tx: Tx, actor: Actor, ids: readonly string[], now: Date): Promise<Map<string, RecordView>> {
  const seen = [...new Set(ids)]
  await audit(
    tx,
    actor,
    ...seen.map(
      (patientId) => ({ action: 'READ', object: 'duplicate', purpose: 'identification', patientId }) as const,
    ),
  )
  return new Map((await viewRecords(tx, seen, romeDay(now))).map((record) => [record.id, record]))
}

/** Pairs of records in a state, the likeliest first, a page at a time. */
export function listDuplicates({ db, now }: Platform, actor: Actor, { state, page = 1 }: CaseQuery): Promise<CasePage> {
  return asSystem(db, async (tx) => {
    const found = await listCases(tx, state, { skip: (page - 1) * pageSize, limit: pageSize + 1 })
    const cases = found.slice(0, pageSize)
    const ids = cases.flatMap(({ firstId, secondId }) => [firstId, secondId])
    const records = await look(tx, actor, ids, now())
    if (ids.length === 0)
      await audit(tx, actor, { action: 'SEARCH', object: 'duplicate', purpose: 'identification', patientId: null })
    return {
      items: cases.map((one) => ({
        id: one.id,
        first: inShort(records.get(one.firstId)!),
        second: inShort(records.get(one.secondId)!),
        likelihood: likelihoodOf(one),
        state: one.state,
      })),
      more: found.length > pageSize,
      ...(await countCases(tx)),
    }
  })
}

/** Two records side by side. */
export function getDuplicate({ db, now }: Platform, actor: Actor, id: string): Promise<CaseView> {
  return asSystem(db, async (tx) => view(tx, actor, await getCase(tx, id), now()))
}

async function view(tx: Tx, actor: Actor, one: Case, now: Date): Promise<CaseView> {
  const records = await look(tx, actor, [one.firstId, one.secondId], now)
  const [first, second] = [records.get(one.firstId)!, records.get(one.secondId)!]
  const { id, state, doubts, note, mergeId } = one
  return {
    id,
    state,
    doubts,
    note,
    mergeId,
    likelihood: likelihoodOf(one),
    first: inShort(first),
    second: inShort(second),
    fields: fieldsOf(first, second, one.levels),
    hangs: hangsOf(first, second),
    suggested: suggestedOf(first, second),
  }
}

/**
 * Decides whether two records are one person: the same are merged at once, and whoever is signed in with the duplicate is
 * signed out; others are not asked about again.
 *
 * @throws Refusal `registry/case-decided`, `registry/survivor-missing`, `registry/own-record`, those of `mergePeople`
 */
export function decideDuplicate(
  { db, now }: Platform,
  actor: Actor,
  id: string,
  { decision, survivorId, note }: CaseDecisionWish,
): Promise<CaseView> {
  const at = now()
  const by = actor.personId!
  return asSystem(db, async (tx) => {
    const one = await getCase(tx, id, 'lock')
    const pair = [one.firstId, one.secondId]
    if (pair.includes(by)) throw ownRecord
    if (one.state !== 'open' && one.state !== 'later') throw alreadyDecided
    const mergeId = decision === 'same' ? await merge(tx, pair, survivorId, by, note, at) : null
    await settleCase(tx, id, { state: decision, note, by, mergeId }, at)
    await audit(
      tx,
      actor,
      ...pair.map(
        (patientId) =>
          ({
            action: 'UPDATE',
            object: 'duplicate',
            objectId: id,
            purpose: 'identification',
            reason: decision,
            patientId,
          }) as const,
      ),
    )
    return view(tx, actor, await getCase(tx, id), at)
  })
}

async function merge(
  tx: Tx,
  pair: readonly string[],
  survivorId: string | undefined,
  by: string,
  reason: string,
  at: Date,
): Promise<string> {
  const duplicateId = pair.find((one) => one !== survivorId)!
  if (!survivorId || !pair.includes(survivorId)) throw noSurvivor
  const mergeId = await mergePeople(tx, { duplicateId, survivorId, by, reason }, at)
  await closeSessionsOf(tx, duplicateId)
  return mergeId
}

/** Merges made so far, the newest first. */
export function listMergesMade({ db, now }: Platform, actor: Actor, page = 1): Promise<MergePage> {
  return asSystem(db, async (tx) => {
    const found = await listMerges(tx, { skip: (page - 1) * pageSize, limit: pageSize + 1 })
    const merges = found.slice(0, pageSize)
    const ids = merges.flatMap(({ duplicateId, survivorId }) => [duplicateId, survivorId])
    const records = await look(tx, actor, ids, now())
    if (ids.length === 0)
      await audit(tx, actor, { action: 'SEARCH', object: 'duplicate', purpose: 'identification', patientId: null })
    return {
      items: merges.map(({ id, duplicateId, survivorId, mergedAt, reason, undoneAt, undoneWhy, last }) => ({
        id,
        duplicate: inShort(records.get(duplicateId)!),
        survivor: inShort(records.get(survivorId)!),
        mergedAt: mergedAt.toISOString(),
        reason,
        undoneAt: undoneAt?.toISOString() ?? null,
        undoneWhy,
        canUndo: last,
      })),
      more: found.length > pageSize,
    }
  })
}

/** Takes a merge back. @throws Refusal `registry/own-record`, those of `unmerge` */
export function undoMerge({ db, now }: Platform, actor: Actor, id: string, reason: string): Promise<UndoResult> {
  const by = actor.personId!
  return asSystem(db, async (tx) => {
    const { duplicateId, survivorId } = await recordsOfMerge(tx, id)
    if ([duplicateId, survivorId].includes(by)) throw ownRecord
    const { differs, since } = await unmerge(tx, id, by, reason, now())
    await settleUndone(tx, id, by, reason, now())
    await audit(
      tx,
      actor,
      ...[duplicateId, survivorId].map(
        (patientId) =>
          ({
            action: 'UPDATE',
            object: 'merge',
            objectId: id,
            purpose: 'identification',
            reason: 'undone',
            patientId,
          }) as const,
      ),
    )
    return { differs: differs.length, since: since.reduce((sum, { count }) => sum + count, 0) }
  })
}
