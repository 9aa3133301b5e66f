// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { addDays, romeDay } from '../src/server/platform/time.ts'
import type { DelegationDetail, Delegations, Service } from '../src/server/access/delegations/schema.ts'
import type { App } from '../src/server/platform/http.ts'
import type { Citizen } from './booking.ts'
import { aPerson, type PersonWish } from './region.ts'
import type { TestApp } from './setup.ts'

/** Days from today in Italy. */
export const dayIn = (days: number): string => addDays(romeDay(new Date()), days)

/** Enters a delegation as it stands, past the API: what tests about something else start from. */
export async function aDelegation(
  t: TestApp,
  delegator: { id: string },
  delegate: { id: string },
  wish: { services?: Service[]; from?: string; until?: string | null; kind?: string } = {},
): Promise<string> {
  const id = uuidv7()
  const until = wish.until === undefined ? dayIn(300) : wish.until
  const kind = wish.kind ?? 'voluntary'
  const desk = kind !== 'voluntary'
  const court = desk && kind !== 'desk'
  const [clerk, second] = desk ? [await aPerson(t), await aPerson(t)] : []
  await t.owner.query(
    `insert into access.delegation (id, kind, initiator, delegator_id, delegate_id, services, valid, state, evidence, created_by,
       document, scan_reference, court_order, answer_by)
     values ($1, $2, $3, $4, $5, $6, daterange($7, $8::date, '[]'), $9, 'test', $10, $11, $12, $13, now() + interval '30 days')`,
    [
      id,
      kind,
      desk ? 'desk' : 'delegator',
      delegator.id,
      delegate.id,
      wish.services ?? ['BOOKING', 'PAYMENT'],
      wish.from ?? '2020-01-01',
      until,
      kind === 'desk' ? 'active' : 'pending',
      clerk?.id ?? delegator.id,
      desk ? '{"kind":"identity-card"}' : null,
      desk ? 'scan-1' : null,
      court ? '{"powers":"Atti di ordinaria amministrazione"}' : null,
    ],
  )
  if (kind !== 'desk')
    await t.owner.query(
      `update access.delegation set state = 'active', verified_by = $2, accepted_by = $3 where id = $1`,
      [id, second?.id ?? null, desk ? null : delegate.id],
    )
  return id
}

/** What people do with delegations over HTTP. */
export function delegationsBench(t: TestApp) {
  const call = (
    who: Citizen,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    app: App = t.app,
  ) =>
    app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...who.headers, 'idempotency-key': uuidv7() },
      ...(payload && { payload }),
    })

  const bench = {
    call,

    async citizen(wish: PersonWish = {}): Promise<Citizen> {
      const person = await aPerson(t, wish)
      return { ...person, headers: await t.signIn(person.id) }
    },

    /** Somebody asks for a delegation; insists on success. */
    async proposes(
      who: Citizen,
      fiscalCode: string,
      wish: { side?: 'delegator' | 'delegate'; services?: Service[]; until?: string; from?: string } = {},
    ): Promise<DelegationDetail> {
      const answer = await call(who, 'POST', '/delegations', {
        side: 'delegator',
        services: ['BOOKING', 'PAYMENT'],
        until: dayIn(300),
        ...wish,
        fiscalCode,
      })
      assert.equal(answer.statusCode, 201, answer.body)
      return answer.json()
    },

    async takes(who: Citizen, id: string, step: string, body: object = {}): Promise<DelegationDetail> {
      const answer = await call(who, 'POST', `/delegations/${id}/${step}`, body)
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },

    async lists(who: Citizen): Promise<Delegations> {
      const answer = await call(who, 'GET', '/delegations')
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },

    /** A delegation that both have agreed on. */
    async agreed(
      delegator: Citizen,
      delegate: Citizen,
      wish: { services?: Service[]; until?: string } = {},
    ): Promise<DelegationDetail> {
      const { id } = await bench.proposes(delegator, delegate.code, wish)
      return bench.takes(delegate, id, 'accept')
    },
  }
  return bench
}
