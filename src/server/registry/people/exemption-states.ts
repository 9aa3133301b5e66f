// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * The life of an exemption somebody holds. The database has the same pairs (registry.exemption_transition) and refuses any
 * other; a test compares the two. One that merely ran out keeps its state: the period says it.
 */
export const exemptionStates = [
  'SUBMITTED',
  'ACTIVE',
  'CERTIFIED',
  'SUSPENDED',
  'CEASED_BY_CITIZEN',
  'EXPIRED',
  'ANNULLED',
  'REVOKED_CHECK',
] as const
export type ExemptionState = (typeof exemptionStates)[number]

export const exemptionTransitions: Readonly<Record<ExemptionState, readonly ExemptionState[]>> = {
  SUBMITTED: ['ACTIVE', 'ANNULLED'],
  ACTIVE: ['SUSPENDED', 'CEASED_BY_CITIZEN', 'EXPIRED', 'ANNULLED', 'REVOKED_CHECK'],
  CERTIFIED: ['SUSPENDED', 'CEASED_BY_CITIZEN', 'EXPIRED', 'ANNULLED', 'REVOKED_CHECK'],
  SUSPENDED: ['ACTIVE', 'CERTIFIED', 'EXPIRED', 'ANNULLED', 'REVOKED_CHECK'],
  // What was found untrue afterwards is revoked also when it has ended.
  CEASED_BY_CITIZEN: ['REVOKED_CHECK'],
  EXPIRED: ['REVOKED_CHECK'],
  ANNULLED: [],
  REVOKED_CHECK: [],
}
