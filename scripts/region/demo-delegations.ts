// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { addDays } from '../../src/server/platform/time.ts'
import { stableId } from './ids.ts'
import { organisationId } from './reference/organisations.ts'
import { insertRows } from './rows.ts'

interface DemoDelegation {
  /** Keys of people with a story. */
  delegator: string
  delegate: string
  kind: 'voluntary' | 'support-administrator'
  state: 'active' | 'pending'
  services: string[]
  /** Days from the day of generation. */
  from: number
  until: number
}

/** One that runs, one that is about to end, one that waits for an answer, and one that a judge decided. */
export const demoDelegations: readonly DemoDelegation[] = [
  {
    delegator: 'antonio',
    delegate: 'giulia',
    kind: 'voluntary',
    state: 'active',
    services: ['BOOKING', 'PAYMENT'],
    from: 0,
    until: 364,
  },
  {
    delegator: 'rosa',
    delegate: 'chiara',
    kind: 'voluntary',
    state: 'active',
    services: ['BOOKING'],
    from: -345,
    until: 20,
  },
  {
    delegator: 'william',
    delegate: 'giulia',
    kind: 'voluntary',
    state: 'pending',
    services: ['BOOKING', 'RECORD'],
    from: 0,
    until: 180,
  },
  {
    delegator: 'giuseppe',
    delegate: 'marco',
    kind: 'support-administrator',
    state: 'active',
    services: ['BOOKING', 'PAYMENT', 'DOCTOR_CHOICE', 'EXEMPTION'],
    from: -100,
    until: 900,
  },
]

const court = {
  organisation_id: organisationId('150204'),
  scan_reference: 'DEMO/2026/0001',
  document: { kind: 'identity-card', number: 'CA00000AA', issuer: 'Comune di prova', expiresOn: '2099-12-31' },
  court_order: {
    court: 'Tribunale di prova',
    number: 'RG 1/2026',
    issuedOn: '2026-01-15',
    powers: 'Atti di ordinaria amministrazione e rapporti con il servizio sanitario',
  },
}

/** Enters the delegations of the people with a story, counted from the day of generation. */
export async function loadDelegations(
  client: pg.Client,
  people: readonly { key: string; id: string; fiscalCode: string }[],
  today: string,
  now: Date,
): Promise<void> {
  const byKey = new Map(people.map((person) => [person.key, person]))
  for (const { delegator, delegate, kind, state, services, from, until } of demoDelegations) {
    const [giver, taker] = [byKey.get(delegator)!, byKey.get(delegate)!]
    const desk = kind !== 'voluntary'
    await insertRows(client, 'access.delegation', [
      {
        id: stableId('delegation', `${delegator} ${delegate}`),
        kind,
        initiator: desk ? 'desk' : 'delegator',
        delegator_id: giver.id,
        delegate_id: state === 'active' ? taker.id : null,
        delegate_code: desk ? null : taker.fiscalCode,
        services,
        state,
        evidence: 'generator',
        valid: `[${addDays(today, from)},${addDays(today, until + 1)})`,
        created_at: now,
        created_by: desk ? stableId('demo-clerk', '1') : giver.id,
        answer_by: new Date(now.getTime() + 30 * 86_400_000),
        changed_at: now,
        changed_as: desk ? 'desk' : 'delegator',
        changed_by: desk ? stableId('demo-clerk', '1') : giver.id,
        ...(!desk && state === 'active' && { accepted_by: taker.id, accepted_at: now }),
        ...(desk && { ...court, verified_by: stableId('demo-clerk', '2') }),
      },
    ])
  }
}
