// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, listener, type Room } from '../../platform/room.ts'
import { pullAll } from './pull.ts'
import { followMerge } from './settle.ts'

export {
  countDifferences,
  decisionsAbout,
  differenceStates,
  getDifference,
  listDifferences,
  writeDecision,
  type DecisionEntry,
  type DifferenceFilter,
  type DifferenceState,
  type KeptDifference,
} from './differences.ts'
export {
  actionsFor,
  feedStates,
  getMessage,
  listMessages,
  lockMessage,
  messageActions,
  messageStates,
  settleMessage,
  type FeedState,
  type KeptMessage,
  type MessageAction,
  type MessageFilter,
  type MessageState,
} from './messages.ts'
export { pullAll } from './pull.ts'
export { receive, type Receipt } from './receive.ts'
export { alone, sayAgain, settleSubject } from './settle.ts'
export { type DifferencePart, type Said } from './state.ts'

/** What national registries tell: ANPR of residents, ANA of people assisted. */
export const nationalRegistries: Room = {
  name: 'national-registries',
  jobs: [
    job({
      name: 'registry.pull-national',
      cron: '*/5 * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => pullAll(platform),
    }),
  ],
  listens: [
    listener({
      event: 'registry.person-merged',
      name: 'national.follow-merge',
      handle: ({ payload }, platform) => followMerge(platform, [payload.survivorId]),
    }),
    listener({
      event: 'registry.person-unmerged',
      name: 'national.follow-unmerge',
      handle: ({ payload }, platform) => followMerge(platform, [payload.survivorId, payload.duplicateId]),
    }),
  ],
}
