// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * States of a prescription on the SAC (statoProcesso). 1 and 2 are batches of numbers without content; 7 (single line
 * delivered) exists for drugs only, since specialist prescriptions are sent in one go.
 */
export type ProcessState = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

export type Act =
  | 'send'
  | 'withdraw'
  | 'take'
  | 'suspend'
  | 'release'
  | 'deliver-line'
  | 'deliver'
  | 'reopen'
  | 'expire'
export type Role = 'region' | 'prescriber' | 'dispenser' | 'sac'

interface Transition {
  from: ProcessState | null
  act: Act
  to: ProcessState
  by: Role
  /** Only the dispenser that holds the exclusive lock. */
  holderOnly?: true
  drugsOnly?: true
}

/** Every move a prescription can make; what is not here is answered 5014. */
export const transitions: readonly Transition[] = [
  { from: null, act: 'send', to: 3, by: 'prescriber' },
  { from: 1, act: 'send', to: 3, by: 'prescriber' },
  { from: 2, act: 'send', to: 3, by: 'prescriber' },
  { from: 3, act: 'withdraw', to: 4, by: 'prescriber' },
  { from: 3, act: 'take', to: 5, by: 'dispenser' },
  { from: 5, act: 'take', to: 5, by: 'dispenser', holderOnly: true },
  { from: 9, act: 'take', to: 9, by: 'dispenser', holderOnly: true },
  { from: 5, act: 'suspend', to: 6, by: 'dispenser', holderOnly: true, drugsOnly: true },
  { from: 5, act: 'release', to: 3, by: 'dispenser', holderOnly: true },
  { from: 6, act: 'release', to: 3, by: 'dispenser', holderOnly: true },
  { from: 9, act: 'release', to: 3, by: 'dispenser', holderOnly: true },
  { from: 5, act: 'deliver-line', to: 7, by: 'dispenser', holderOnly: true, drugsOnly: true },
  { from: 6, act: 'deliver-line', to: 7, by: 'dispenser', holderOnly: true, drugsOnly: true },
  { from: 7, act: 'deliver', to: 8, by: 'dispenser', holderOnly: true, drugsOnly: true },
  { from: 5, act: 'deliver', to: 8, by: 'dispenser', holderOnly: true },
  { from: 6, act: 'deliver', to: 8, by: 'dispenser', holderOnly: true },
  { from: 9, act: 'deliver', to: 8, by: 'dispenser', holderOnly: true },
  { from: 8, act: 'reopen', to: 9, by: 'dispenser', holderOnly: true },
  { from: 3, act: 'expire', to: 10, by: 'sac' },
]

/** The state an act leads to, or undefined when it is not allowed there. */
export function next(from: ProcessState | null, act: Act, kind: 'P' | 'F'): Transition | undefined {
  return transitions.find((one) => one.from === from && one.act === act && (kind === 'F' || !one.drugsOnly))
}
