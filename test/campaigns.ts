// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { openPurpose } from '../src/server/access/public-flows/index.ts'
import { asSystem } from '../src/server/platform/database.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { forgetReference } from '../src/server/platform/reference.ts'
import { addDays, romeDay, romeInstant } from '../src/server/platform/time.ts'
import type { Cohort } from '../src/server/services/vaccination/index.ts'
import { cardCheckDigit } from '../src/shared/team-card.ts'
import { aMobile, codeTo } from './accounts.ts'
import { aPerson, type PersonWish } from './region.ts'
import type { TestApp } from './setup.ts'

let cards = 0
let campaigns = 0

/** The number of a health card nobody else in this test has. */
export function aCardNumber(): string {
  const first19 = `80380001500${String((cards += 1)).padStart(8, '0')}`
  return first19 + cardCheckDigit(first19)
}

export interface Cardholder {
  id: string
  code: string
  card: string
}

/** A person with a health card; over sixty when nothing else is said. */
export async function aCardholder(t: TestApp, wish: PersonWish = {}): Promise<Cardholder> {
  const person = await aPerson(t, { birthDate: '1955-05-05', ...wish })
  const card = aCardNumber()
  await t.owner.query(
    `insert into registry.person_identifier (id, person_id, type, value, valid, source)
     values ($1, $2, 'TEAM', $3, '[2024-01-01,2040-01-01)', 'test')`,
    [uuidv7(), person.id, card],
  )
  return { ...person, card }
}

const sixty: Cohort = { code: 'sixty', name: { it: '60 anni o più', en: '60 or over' }, ages: { from: 60 } }
const everybody: Cohort = { code: 'everybody', name: { it: 'tutti', en: 'everybody' }, ages: { from: 0 } }
const atRisk: Cohort = { code: 'at-risk', name: { it: 'a rischio', en: 'at risk' }, exemptions: ['013'] }

/** Opens a campaign for people from sixty and those exempt for diabetes, or for everybody, from yesterday for a month. */
export async function aCampaign(
  t: TestApp,
  wish: { from?: string; until?: string; everybody?: boolean } = {},
): Promise<string> {
  const code = `campagna-di-prova-${(campaigns += 1)}`
  const today = romeDay(t.platform.now())
  const { from = addDays(today, -1), until = addDays(today, 30) } = wish
  const title = { it: `Vaccino di prova ${campaigns}`, en: `Test vaccine ${campaigns}` }
  await t.owner.query(
    `insert into vaccination.campaign values ($1, $2, $3, $4, daterange($5, $6, '[]'), 'Per chi ha 60 anni.', 'For people of 60.',
       'La ASL ti scrive.', 'The authority writes.', 'Chiedi al medico.', 'Ask the doctor.', $7, 'prova', false)`,
    [
      code,
      t.platform.config.region.code,
      title.it,
      title.en,
      from,
      until,
      JSON.stringify(wish.everybody ? [everybody] : [sixty, atRisk]),
    ],
  )
  await asSystem(t.db, (tx) =>
    openPurpose(tx, {
      code,
      title,
      from: romeInstant(from),
      until: romeInstant(addDays(until, 1)),
      next: `/adesioni-vaccinali/${code}`,
    }),
  )
  forgetReference()
  return code
}

/** The grant of a public flow for somebody, past the message with the code: its token. */
export async function aGrant(t: TestApp, personId: string, purpose: string, mobile = aMobile()): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const flowId = uuidv7()
  await t.owner.query(
    `with flow as (
       insert into access.public_flow (id, purpose, owner, person_id, code_id, created_at) values ($1, $2, '\\x00', $3, $1, $4)
     )
     insert into access.public_grant (token_hash, flow_id, purpose, person_id, mobile, created_at, expires_at)
     values ($5, $1, $2, $3, $6, $4, $4::timestamptz + interval '20 minutes')`,
    [flowId, purpose, personId, t.platform.now(), createHash('sha256').update(token).digest(), mobile],
  )
  return token
}

/** The whole public flow over HTTP, with the code of the message: the answer at its end. */
export async function throughFlow(t: TestApp, wish: { code: string; card: string; purpose: string; mobile: string }) {
  const { code: fiscalCode, card, purpose, mobile } = wish
  const post = (url: string, payload: object) =>
    t.app.inject({ method: 'POST', url, payload, remoteAddress: '192.0.2.7' })
  const started = await post('/api/v1/public-flows', { purpose, fiscalCode, card, mobile })
  assert.equal(started.statusCode, 202, started.body)
  const { flowId } = started.json<{ flowId: string }>()
  return post(`/api/v1/public-flows/${flowId}/code`, { fiscalCode, code: await codeTo(t, mobile) })
}
