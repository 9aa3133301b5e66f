// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { maskNre } from '../../../shared/nre.ts'
import { asSystem, tables } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { clientOf } from './exchanges.ts'
import { listHeld } from './gateway.ts'

/** Where the SAC and we disagree about the prescriptions taken in charge on a day. */
export interface Disagreement {
  /** On the SAC we hold it, here nobody wants it: the citizen cannot use it anywhere else. */
  heldForNobody: string[]
  /** Here a booking counts on it, on the SAC it is not ours. */
  wantedNotHeld: string[]
}

/**
 * Compares with the SAC what was taken in charge yesterday and says what differs, with masked numbers, for the operators:
 * other channels of the same provider may hold prescriptions too, so nothing is released here.
 */
export async function reconcile(platform: Platform): Promise<Disagreement> {
  const day = addDays(romeDay(platform.now()), -1)
  const held = new Set(await listHeld(platform, day, day, uuidv7()))
  const wanted = await asSystem(platform.db, (tx) =>
    tables<'prescriptions'>(tx)
      .selectFrom('prescriptions.custody')
      .select(['nre', 'wantedSince'])
      .where((eb) =>
        eb.or([
          eb('nre', '=', sql<string>`any(${[...held]})`),
          eb.and([eb('wantedSince', '>=', romeInstant(day)), eb('wantedSince', '<', romeInstant(addDays(day, 1)))]),
        ]),
      )
      .execute(),
  )
  const known = new Set(wanted.map(({ nre }) => nre))
  const found = {
    heldForNobody: [...held].filter((nre) => !known.has(nre)).map(maskNre),
    wantedNotHeld: wanted
      .filter(({ nre, wantedSince }) => wantedSince && !held.has(nre))
      .map(({ nre }) => maskNre(nre)),
  }
  if (found.heldForNobody.length > 0 || found.wantedNotHeld.length > 0) {
    platform.log.error({ day, ...found }, 'the SAC and we disagree about prescriptions taken in charge')
  }
  return found
}

/** Removes the trail of requests older than the setting says. */
export async function forgetTrail(platform: Platform): Promise<void> {
  const { trailDays } = clientOf(platform.config).settings
  const before = romeInstant(addDays(romeDay(platform.now()), -trailDays))
  await tables<'prescriptions'>(platform.db).deleteFrom('prescriptions.exchange').where('at', '<', before).execute()
}
