// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { publish, type ExemptionNews } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import { changeExemption, lockExemption, type HeldExemption } from '../../registry/people/index.ts'
import { stateNow } from './look.ts'
import { noExemption, wrongDay, wrongState } from './refusals.ts'
import { codeRulesOn } from './settings.ts'

/**
 * The requisites were lost, or the exemption was never wanted: it ends the day before. With it end those of the people the
 * same declaration gave it to. From its first day: it never held, and is annulled.
 *
 * @throws Refusal `exemptions/wrong-state`, `exemptions/wrong-day`
 */
export function cease(platform: Platform, actor: Actor, id: string, from: Day): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const today = romeDay(platform.now())
    const held = await lockExemption(tx, id)
    if (!held) throw noExemption
    mustActFor(actor, held.personId)
    const declarable = await codeRulesOn(tx, platform.config.region.code, today)
    const running = stateNow(held, today)
    if (!declarable.some(({ code }) => code === held.code) || !(running === 'ACTIVE' || running === 'CERTIFIED'))
      throw wrongState
    const future = held.from > today
    if (!future && (from > today || from < held.from)) throw wrongDay
    await endFrom(tx, held, from, 'CEASED_BY_CITIZEN', 'ceased')
    await note(tx, actor, held)
    for (const other of await othersOf(tx, held)) {
      const one = await lockExemption(tx, other)
      if (!one || (one.state !== 'ACTIVE' && one.state !== 'CERTIFIED')) continue
      await endFrom(tx, one, from, 'CEASED_BY_CITIZEN', 'ceased')
      await note(tx, actor, one)
    }
  })
}

/**
 * Ends an exemption so that it no longer holds on a day. One given up that had not begun by then is annulled; one found untrue
 * from the beginning keeps its first day only, so that another can be declared once the requisites are there.
 */
export async function endFrom(
  tx: Tx,
  held: HeldExemption,
  from: Day,
  state: 'CEASED_BY_CITIZEN' | 'REVOKED_CHECK',
  what: ExemptionNews,
): Promise<void> {
  if (from <= held.from && state === 'CEASED_BY_CITIZEN') await changeExemption(tx, held.id, { state: 'ANNULLED' })
  else {
    const last = from > held.from ? addDays(from, -1) : held.from
    const shorter = held.until === null || last < held.until
    await changeExemption(tx, held.id, { state, ...(shorter && { until: last }) })
  }
  await publish(tx, 'exemptions.changed', { exemptionId: held.id, patientId: held.personId, what })
}

/** Exemptions of others given by the declaration that was about this person. */
export async function othersOf(tx: Tx, held: HeldExemption): Promise<string[]> {
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate as mine')
    .innerJoin('exemptions.declaration as d', (join) =>
      join.onRef('d.id', '=', 'mine.declarationId').onRef('d.patientId', '=', 'mine.patientId'),
    )
    .innerJoin('exemptions.certificate as other', 'other.declarationId', 'd.id')
    .select('other.exemptionId')
    .where('mine.exemptionId', '=', held.id)
    .whereRef('other.id', '<>', 'mine.id')
    .orderBy('other.exemptionId')
    .execute()
  return rows.map(({ exemptionId }) => exemptionId)
}

const note = (tx: Tx, actor: Actor, { id, personId }: HeldExemption) =>
  audit(tx, actor, { action: 'UPDATE', patientId: personId, object: 'exemption', objectId: id, purpose: 'exemption' })
