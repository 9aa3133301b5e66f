// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { cameOfAge } from '../../registry/people/index.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { publish, type DelegationNews } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { ruleOn } from './rows.ts'

interface Ended {
  id: string
  state: string
  was: string
}

/** What people are told when time or death ends a delegation. */
function newsOf({ state, was }: Ended): DelegationNews {
  if (state !== 'expired') return 'ceased'
  return was === 'pending' || was === 'draft' ? 'unanswered' : 'expired'
}

/**
 * Writes down what time and death have ended, tells both sides, and reminds them before an end. Requests do not wait for
 * it: a delegation that is over opens nothing from its first moment (access.patients_of).
 */
export async function upkeep({ db, now }: Platform): Promise<void> {
  const at = now()
  const today = romeDay(at)
  await asSystem(db, async (tx) => {
    for (const ended of await endOver(tx, at, today))
      await publish(tx, 'delegations.changed', { delegationId: ended.id, what: newsOf(ended) })
    for (const id of await remindOf(tx, at, today))
      await publish(tx, 'delegations.changed', { delegationId: id, what: 'expiring' })
  })
}

async function endOver(tx: Tx, at: Date, today: Day): Promise<Ended[]> {
  const { rows } = await sql<Ended>`
    with over as (
      select d.id, d.state as was,
        case when exists (select from registry.person p where p.id in (d.delegator_id, d.delegate_id)
                            and p.deceased_on is not null) then 'ceased-death'
             when d.state in ('draft', 'pending') then 'expired'
             when d.kind = 'guardian' and ward.of_age_on <= ${today}::date then 'ceased-majority'
             else 'expired' end as state
      from access.delegation d
      left join lateral (
        select registry.of_age_on(p.birth_date) as of_age_on from registry.person p
        where p.id = d.delegator_id and registry.of_age_on(p.birth_date) = upper(d.valid)
      ) ward on true
      where (d.state in ('draft', 'pending') and d.answer_by <= ${at})
         or (d.state in ('active', 'suspended') and upper(d.valid) <= ${today}::date)
         or (d.state in ('draft', 'pending', 'active', 'suspended') and exists (
               select from registry.person p where p.id in (d.delegator_id, d.delegate_id) and p.deceased_on is not null))
      for update of d skip locked
    )
    update access.delegation d
    set state = over.state, ended_at = ${at}, changed_at = ${at}, changed_as = 'system', changed_by = null, reason = null
    from over where d.id = over.id
    returning d.id, over.state, over.was`.execute(tx)
  return rows
}

async function remindOf(tx: Tx, at: Date, today: Day): Promise<string[]> {
  const { remindDays } = await ruleOn(tx, today)
  const { rows } = await sql<{ id: string }>`
    update access.delegation d set reminded_at = ${at}
    where state = 'active' and reminded_at is null and upper(valid) - 1 <= ${today}::date + ${remindDays}::int
      and upper(valid) - lower(valid) > ${remindDays}::int
      and not exists (select from access.delegation next where next.renews = d.id and next.state in ('pending', 'active'))
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Tells parents and children, on the eighteenth birthday, that from now on the child acts alone. */
export async function tellOfMajority({ db, now }: Platform): Promise<void> {
  await asSystem(db, async (tx) => {
    for (const both of await cameOfAge(tx, romeDay(now()))) await publish(tx, 'delegations.came-of-age', both)
  })
}
