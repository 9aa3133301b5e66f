// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'

/**
 * The life of a check. The database has the same pairs (exemptions.check_transition) and refuses any other; a test compares
 * the two.
 */
export const checkStates = [
  'OPEN',
  'CONFIRMED',
  'NOTIFIED',
  'OBJECTED',
  'REVOKED',
  'RECOVERY',
  'ENFORCEMENT',
  'CLOSED',
] as const
export type CheckState = (typeof checkStates)[number]

export const checkTransitions: Readonly<Record<CheckState, readonly CheckState[]>> = {
  OPEN: ['CONFIRMED', 'NOTIFIED'],
  // Entitled: closed.
  CONFIRMED: [],
  // Not entitled: the declarant was written to and may reply.
  NOTIFIED: ['CONFIRMED', 'OBJECTED', 'REVOKED'],
  OBJECTED: ['CONFIRMED', 'REVOKED'],
  // What was not paid is being counted.
  REVOKED: ['RECOVERY', 'CLOSED'],
  RECOVERY: ['CLOSED', 'ENFORCEMENT'],
  ENFORCEMENT: ['CLOSED'],
  CLOSED: [],
}

export const checkActs = ['confirm', 'notify', 'object', 'revoke', 'enforce'] as const
export type CheckAct = (typeof checkActs)[number]

/** What an officer can do, and where it leads. Objections come from the declarant too, online. */
export const stateAfter: Readonly<Record<CheckAct, CheckState>> = {
  confirm: 'CONFIRMED',
  notify: 'NOTIFIED',
  object: 'OBJECTED',
  revoke: 'REVOKED',
  enforce: 'ENFORCEMENT',
}

/** Acts an officer may take in a state. */
export const actsIn = (state: CheckState): CheckAct[] =>
  checkActs.filter((act) => checkTransitions[state].includes(stateAfter[act]))

/**
 * A sample that anybody can draw again from the recorded seed: ids in the order of the hash of seed and id, the first
 * so many per cent, rounded up.
 */
export function drawSample(ids: readonly string[], percent: number, seed: string): string[] {
  const ticket = (id: string) => createHash('sha256').update(`${seed} ${id}`).digest('hex')
  const count = Math.ceil((ids.length * percent) / 100)
  return ids
    .map((id) => ({ id, ticket: ticket(id) }))
    .toSorted((a, b) => (a.ticket < b.ticket ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id)
}
