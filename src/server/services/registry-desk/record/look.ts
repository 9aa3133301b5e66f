// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../../access/audit/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, type Tx } from '../../../platform/database.ts'
import type { Platform } from '../../../platform/room.ts'
import { romeDay } from '../../../platform/time.ts'
import { actsOf, readRecord } from '../../../registry/people/index.ts'
import { findPlaces, stateOfCitizenship } from '../../../registry/places/index.ts'
import { actsFor, standingOf } from './rules.ts'
import type { PlaceQuery, RecordView } from './schema.ts'

export const traced = (tx: Tx, actor: Actor, action: AuditAction, patientId: string, objectId = patientId) =>
  audit(tx, actor, { action, patientId, object: 'person-record', objectId, purpose: 'enrolment' })

/** A person's whole record; she has it in her trail, and so do those of her family whom it names. */
export function showRecord(platform: Platform, actor: Actor, id: string): Promise<RecordView> {
  return asSystem(platform.db, async (tx) => {
    const record = await view(tx, platform, actor, id)
    await traced(tx, actor, 'READ', id)
    return record
  })
}

/** The record as the office sees it, in the transaction that changed it. */
export async function view(tx: Tx, { now }: Platform, actor: Actor, id: string): Promise<RecordView> {
  const day = romeDay(now())
  const record = await readRecord(tx, id, day)
  const relatives = record.family.map((one) => ({
    action: 'SEARCH' as const,
    patientId: one.id,
    object: 'person',
    purpose: 'enrolment',
  }))
  if (relatives.length > 0) await audit(tx, actor, ...relatives)
  const acts = await actsOf(tx, id)
  return {
    ...record,
    standing: standingOf(record, day),
    citizenship: (await stateOfCitizenship(tx, record.citizenship)) ?? '–',
    exemptions: record.exemptions.map(({ nameIt, nameEn, ...one }) => ({
      ...one,
      name: actor.language === 'it' ? nameIt : nameEn,
    })),
    acts: acts.map((act) => ({
      ...act,
      doneAt: act.doneAt.toISOString(),
      undoneAt: act.undoneAt?.toISOString() ?? null,
    })),
    can: actor.personId === id ? [] : actsFor(record, day),
  }
}

/** Municipalities and states by the beginning of their name, as they were on a day. */
export const placesLike = ({ db, now }: Platform, { text, on }: PlaceQuery) =>
  asSystem(db, async (tx) => ({ items: await findPlaces(tx, text, on ?? romeDay(now()), 20) }))
