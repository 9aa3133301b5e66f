// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { countFrequencies } from './candidates.ts'

export { countFrequencies } from './candidates.ts'
export { levels, type Field, type Incoming, type Known, type Levels } from './compare.ts'
export { link, type Linked } from './link.ts'
export { type Decision, type Doubt, type Scored } from './rules.ts'
export { readLinkage, type LinkageSettings } from './settings.ts'

/** Telling whose a record is that comes in. */
export const linkage: Room = {
  name: 'linkage',
  jobs: [
    job({
      name: 'registry.count-frequencies',
      cron: '40 2 * * 0',
      concurrency: 1,
      handle: (_payload: object, { db }) => asSystem(db, countFrequencies),
    }),
  ],
}
