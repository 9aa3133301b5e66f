// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import type { OfferQuery } from './offers.ts'

/** Whom and what a place is for, as far as agendas choose: the same words as in a search. */
export type Fitness = Partial<
  Pick<OfferQuery, 'access' | 'ageYears' | 'sex' | 'residenceAslId' | 'regimes' | 'organisationId'>
>

/**
 * Whether a search for this person would show this slot's agenda: age, sex, kind of access, regime, residence, organisation and
 * notice. A seat is taken by id, so what was not offered must be refused here.
 */
export async function isFor(
  tx: Tx,
  place: { serviceId: string; scheduleId: string; slotId: string; fit: Fitness },
  { rank, channel, now }: { rank: number; channel: string; now: Date },
): Promise<boolean> {
  const { access, ageYears, sex, residenceAslId, regimes, organisationId } = place.fit
  const { rows } = await sql`
    select from scheduling.schedule s
    join scheduling.slot l on l.schedule_id = s.id and l.id = ${place.slotId}
    join scheduling.groups_for(${place.serviceId}::uuid, ${rank}::smallint, null, false, ${ageYears ?? null}::smallint,
      ${sex ?? null}::text, ${residenceAslId ?? null}::uuid, ${channel}::text, ${access ?? 'any'}::text,
      ${[...(regimes ?? ['SSN', 'CONV'])]}::text[]) g on g.no = s.group_no
    where s.id = ${place.scheduleId} and l.starts_at >= ${now}::timestamptz + g.lead
      and (${organisationId ?? null}::uuid is null or s.organisation_id = ${organisationId ?? null}::uuid)`.execute(tx)
  return rows.length > 0
}
