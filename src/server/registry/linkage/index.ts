// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, listener, type Platform, type Room } from '../../platform/room.ts'
import { countFrequencies } from './candidates.ts'
import { findDuplicates } from './duplicates.ts'
import { carryOver, recentMerges } from './merges.ts'

export { countFrequencies } from './candidates.ts'
export {
  countCases,
  getCase,
  listCases,
  listMerges,
  recordsOfMerge,
  settleCase,
  settleUndone,
  viewRecords,
  type Case,
  type CaseState,
  type MergeEntry,
  type RecordView,
} from './cases.ts'
export { findDuplicates, findDuplicatesOf, putCase } from './duplicates.ts'
export { levels, type Field, type Incoming, type Known, type Levels } from './compare.ts'
export {
  fieldColumns,
  personFields,
  sources,
  takenOver,
  type PersonField,
  type Provenance,
  type Source,
} from './golden.ts'
export { link, type Linked } from './link.ts'
export { mergePeople, unmerge, type MergeWish, type Undone } from './merges.ts'
export { type Decision, type Doubt, type Scored } from './rules.ts'
export { readLinkage, type LinkageSettings } from './settings.ts'

/** Milliseconds in which whatever was under way for a record when it was merged has long been committed. */
const lastRequests = 24 * 60 * 60_000

/** A booking begun for a record while it was merged may be committed after: it is carried over as soon as it is seen. */
async function followMerges({ db, now, log }: Platform): Promise<void> {
  const merges = await asSystem(db, (tx) => recentMerges(tx, new Date(now().getTime() - lastRequests)))
  for (const mergeId of merges) {
    const conflicts = await asSystem(db, (tx) => carryOver(tx, mergeId, now()))
    if (conflicts.length > 0)
      log.error({ mergeId, conflicts }, 'rows written for a merged record cannot be carried over')
  }
}

/** Telling whose a record is that comes in, and making one record of two. */
export const linkage: Room = {
  name: 'linkage',
  listens: [
    listener({
      event: 'registry.person-merged',
      name: 'linkage.follow-merge',
      handle: (_event, platform) => followMerges(platform),
    }),
  ],
  jobs: [
    job({
      name: 'registry.count-frequencies',
      cron: '40 2 * * 0',
      concurrency: 1,
      handle: (_payload: object, { db }) => asSystem(db, countFrequencies),
    }),
    job({
      name: 'registry.find-duplicates',
      cron: '10 1 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => findDuplicates(platform),
    }),
    job({
      name: 'registry.follow-merges',
      cron: '*/10 * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => followMerges(platform),
    }),
  ],
}
