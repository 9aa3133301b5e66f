// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * The life of a delegation, as a table. The database holds the same pairs (access.delegation_transition) and refuses any
 * other; tests compare the two, and the diagram of docs/identity/delegations.md is drawn from here.
 */
export const delegationStates = [
  'draft',
  'pending',
  'active',
  'suspended',
  'rejected',
  'expired',
  'revoked',
  'ceased-majority',
  'ceased-death',
] as const
export type DelegationState = (typeof delegationStates)[number]

export const delegationKinds = ['voluntary', 'desk', 'guardian', 'curator', 'support-administrator'] as const
export type DelegationKind = (typeof delegationKinds)[number]

/** Kinds that a judge decides: guardian, curator, support administrator (art. 357, 392 and 404 c.c.). */
export const courtKinds: readonly DelegationKind[] = ['guardian', 'curator', 'support-administrator']

/** Who causes a transition: the two sides, a clerk at a desk, or the platform's own jobs. */
export type Mover = 'delegator' | 'delegate' | 'desk' | 'system'

export interface Transition {
  /** Null for a delegation that is made. */
  from: DelegationState | null
  to: DelegationState
  by: readonly Mover[]
  kinds: readonly DelegationKind[]
  /** Who asked for the delegation can take it back; only the other side can accept or reject it. */
  side?: 'initiator' | 'other'
  when: string
}

const all = delegationKinds
const agreed: readonly DelegationKind[] = ['voluntary', 'desk']
const atDesk: readonly DelegationKind[] = ['desk', ...courtKinds]
const running = ['active', 'suspended'] as const

export const transitions: readonly Transition[] = [
  { from: null, to: 'pending', by: ['delegator', 'delegate'], kinds: ['voluntary'], when: 'one side asks the other' },
  {
    from: null,
    to: 'draft',
    by: ['desk'],
    kinds: atDesk,
    when: 'a clerk types it in; the signed paper is still missing',
  },
  {
    from: null,
    to: 'active',
    by: ['desk'],
    kinds: ['desk'],
    when: 'a clerk registers it with the scan of the signed paper',
  },
  {
    from: null,
    to: 'pending',
    by: ['desk'],
    kinds: courtKinds,
    when: 'a clerk registers it with the scan of the order',
  },
  { from: 'draft', to: 'active', by: ['desk'], kinds: ['desk'], when: 'the scan of the signed paper is added' },
  { from: 'draft', to: 'pending', by: ['desk'], kinds: courtKinds, when: 'the scan of the order is added' },
  { from: 'draft', to: 'rejected', by: ['desk'], kinds: atDesk, when: 'the desk gives it up' },
  { from: 'draft', to: 'expired', by: ['system'], kinds: atDesk, when: 'the paper did not come in time' },
  {
    from: 'pending',
    to: 'active',
    by: ['delegator', 'delegate'],
    kinds: ['voluntary'],
    side: 'other',
    when: 'the other side accepts with a strong identity',
  },
  { from: 'pending', to: 'active', by: ['desk'], kinds: courtKinds, when: 'a second clerk has read the order' },
  {
    from: 'pending',
    to: 'rejected',
    by: ['delegator', 'delegate'],
    kinds: ['voluntary'],
    side: 'other',
    when: 'the other side says no',
  },
  { from: 'pending', to: 'rejected', by: ['desk'], kinds: courtKinds, when: 'a second clerk finds the order wanting' },
  {
    from: 'pending',
    to: 'revoked',
    by: ['delegator', 'delegate'],
    kinds: ['voluntary'],
    side: 'initiator',
    when: 'who asked takes it back',
  },
  { from: 'pending', to: 'expired', by: ['system'], kinds: all, when: 'nobody answered in time' },
  { from: 'active', to: 'suspended', by: ['delegator'], kinds: agreed, when: 'the delegator stops it for a while' },
  { from: 'active', to: 'suspended', by: ['desk'], kinds: atDesk, when: 'a doubt about the paper is being cleared up' },
  { from: 'suspended', to: 'active', by: ['delegator'], kinds: agreed, when: 'the delegator lets it go on' },
  { from: 'suspended', to: 'active', by: ['desk'], kinds: atDesk, when: 'the doubt is cleared up' },
  ...running.flatMap((from): Transition[] => [
    { from, to: 'revoked', by: ['delegator', 'delegate'], kinds: agreed, when: 'either side ends it, at once' },
    { from, to: 'revoked', by: ['desk'], kinds: atDesk, when: 'ended at the desk, or by the judge' },
    { from, to: 'expired', by: ['system'], kinds: all, when: 'its last day has passed' },
    { from, to: 'ceased-majority', by: ['system'], kinds: ['guardian'], when: 'the ward came of age' },
  ]),
  ...(['draft', 'pending', ...running] as const).map((from): Transition => ({
    from,
    to: 'ceased-death',
    by: ['system'],
    kinds: all,
    when: 'one of the two died',
  })),
]

/** States in which a delegation counts: the pair can have no second one for the same days. */
export const open: readonly DelegationState[] = ['draft', 'pending', 'active', 'suspended']

/** What a person may ask for, by the state it leads to. */
export const steps = {
  accept: 'active',
  reject: 'rejected',
  revoke: 'revoked',
  suspend: 'suspended',
  resume: 'active',
} as const satisfies Record<string, DelegationState>
export type Step = keyof typeof steps

const startsFrom: Record<Step, readonly DelegationState[]> = {
  accept: ['pending'],
  reject: ['draft', 'pending'],
  revoke: ['pending', 'active', 'suspended'],
  suspend: ['active'],
  resume: ['suspended'],
}

export interface Standing {
  kind: DelegationKind
  state: DelegationState
  /** Who asked for it. */
  initiator: 'delegator' | 'delegate' | 'desk'
}

/** True when this mover may take this step now. */
export function may({ kind, state, initiator }: Standing, mover: Mover, step: Step): boolean {
  if (!startsFrom[step].includes(state)) return false
  return transitions.some(
    (one) =>
      one.from === state &&
      one.to === steps[step] &&
      one.by.includes(mover) &&
      one.kinds.includes(kind) &&
      (!one.side || (one.side === 'initiator') === (mover === initiator)),
  )
}

/** The steps this mover may take now, for the buttons of a page. */
export function stepsOf(standing: Standing, mover: Mover): Step[] {
  return (Object.keys(steps) as Step[]).filter((step) => may(standing, mover, step))
}

const anchor = (state: DelegationState) => state.replace('-', '_')

/** The table as a Mermaid state diagram, for the documentation. */
export function diagram(): string {
  const label = (from: Transition['from'], to: DelegationState) =>
    [...new Set(transitions.filter((one) => one.from === from && one.to === to).flatMap(({ by }) => by))].join(', ')
  const pairs = new Map(transitions.map(({ from, to }) => [`${from} ${to}`, { from, to }]))
  const lines = [...pairs.values()].map(
    ({ from, to }) => `  ${from ? anchor(from) : '[*]'} --> ${anchor(to)}: ${label(from, to)}`,
  )
  return ['stateDiagram-v2', ...lines].join('\n')
}
