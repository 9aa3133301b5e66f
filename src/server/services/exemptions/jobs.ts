// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { notify } from '../../engines/notifications/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../platform/time.ts'
import {
  endExemptionsOfTheDead,
  exemptionsTurningOn,
  getExemptions,
  type HeldExemption,
} from '../../registry/people/index.ts'
import { causeOf } from './notices.ts'
import { settingOn } from './settings.ts'

/** Above so many on a day nobody is named: readers look at everybody (1 April, a whole region). */
const mostNamed = 2_000
const page = 500
const first = '00000000-0000-0000-0000-000000000000'
/** Days that are made up for after a stop of the worker. */
const longestStop = 60

/**
 * Lets a day come: what begins and what has run out is told to whoever reckons with it, people are reminded of what is about
 * to run out, and what the dead held ends with their death. Run twice it tells nothing twice; days it missed are made up for.
 */
export async function upkeep(platform: Platform): Promise<void> {
  const today = romeDay(platform.now())
  await asSystem(platform.db, async (tx) => {
    for (const one of await getExemptions(tx, await endExemptionsOfTheDead(tx)))
      await publish(tx, 'exemptions.changed', { exemptionId: one.id, patientId: one.personId, what: 'expired' })
  })
  for (let day = await nextDay(platform, today); day <= today; day = addDays(day, 1)) {
    await tellTurns(platform, day)
    await remind(platform, day)
    await asSystem(platform.db, (tx) =>
      tables<'exemptions'>(tx)
        .insertInto('exemptions.upkeepDay')
        .values({ day, doneAt: platform.now() })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    )
  }
}

async function nextDay({ db }: Platform, today: Day): Promise<Day> {
  const row = await asSystem(db, (tx) =>
    tables<'exemptions'>(tx)
      .selectFrom('exemptions.upkeepDay')
      .select('day')
      .orderBy('day', 'desc')
      .limit(1)
      .executeTakeFirst(),
  )
  const earliest = addDays(today, -longestStop)
  if (!row) return today
  return row.day < earliest ? earliest : addDays(row.day, 1)
}

/** Tells of each exemption that begins or has ended on a day, or of the day when they are too many. */
async function tellTurns(platform: Platform, day: Day): Promise<void> {
  const turns: { held: HeldExemption; what: 'started' | 'expired' }[] = []
  for (const [bound, what] of [
    ['start', 'started'],
    ['end', 'expired'],
  ] as const) {
    const held = await asSystem(platform.db, (tx) =>
      exemptionsTurningOn(tx, day, bound, { after: first, limit: mostNamed + 1 }),
    )
    turns.push(...held.map((one) => ({ held: one, what })))
  }
  await asSystem(platform.db, async (tx) => {
    if (turns.length > mostNamed) return publish(tx, 'exemptions.many-changed', { day })
    for (const { held, what } of turns) {
      // One that was declared today was told of at once.
      if (what === 'started' && held.origin === 'self-certified' && (await declaredOn(tx, held)) === day) continue
      await publish(tx, 'exemptions.changed', { exemptionId: held.id, patientId: held.personId, what })
    }
  })
}

async function declaredOn(tx: Tx, { id }: HeldExemption): Promise<Day | undefined> {
  const row = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.certificate')
    .select('issuedAt')
    .where('exemptionId', '=', id)
    .executeTakeFirst()
  return row && romeDay(row.issuedAt)
}

/** Reminds of self-certified exemptions that run out so many days after a day. Certified ones are renewed by the State. */
async function remind(platform: Platform, day: Day): Promise<void> {
  const { db, config } = platform
  const { remindDays } = await asSystem(db, (tx) => settingOn(tx, config.region.code, day))
  for (const days of remindDays) {
    const end = addDays(day, days + 1)
    for (let after = first; ;) {
      const found = await asSystem(db, async (tx) => {
        const held = await exemptionsTurningOn(tx, end, 'end', { after, limit: page })
        for (const one of held) {
          if (one.origin !== 'self-certified') continue
          await notify(tx, platform, {
            patientId: one.personId,
            about: { kind: 'exemption', id: one.id },
            template: 'exemption.news',
            parameters: { what: 'expiring', until: one.until },
            cause: causeOf(`${one.id} expiring ${days}`),
            usefulUntil: romeInstant(end),
          })
        }
        return held
      })
      if (found.length < page) break
      after = found.at(-1)!.id
    }
  }
}
