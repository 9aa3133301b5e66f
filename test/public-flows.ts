// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { computeFiscalCode } from '../src/shared/fiscal-code.ts'
import { cardCheckDigit } from '../src/shared/team-card.ts'
import { getGrant, openPurpose } from '../src/server/access/public-flows/index.ts'
import { asSystem } from '../src/server/platform/database.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { aMobile, codeTo } from './accounts.ts'
import { aPerson } from './region.ts'
import type { TestApp } from './setup.ts'

export interface Wish {
  fiscalCode: string
  card: string
  cardExpiry?: string
  mobile?: string
  purpose?: string
  address?: string
}

/** What a stranger does in public flows, and people with a health card; two campaigns are open. */
export async function publicFlowsBench(t: TestApp) {
  const day = 86_400_000
  const from = new Date(t.platform.now().getTime() - day)
  const until = new Date(t.platform.now().getTime() + 300 * day)
  const purpose = 'campagna-di-prova'
  for (const code of [purpose, 'altra-campagna'])
    await asSystem(t.db, (tx) =>
      openPurpose(tx, { code, title: { it: 'Campagna di prova', en: 'Test campaign' }, from, until }),
    )

  let cards = 0
  let addresses = 0
  const aCardNumber = (): string => {
    const first19 = `80380001500${String((cards += 1)).padStart(8, '0')}`
    return first19 + cardCheckDigit(first19)
  }
  const anAddress = (): string => `10.1.${(addresses += 1) >> 8}.${addresses & 255}`
  const later = (seconds: number) => t.setNow(new Date(t.platform.now().getTime() + seconds * 1000))

  async function aCardholder(valid = '[2024-01-01,2040-01-01)'): Promise<{ id: string; code: string; card: string }> {
    const person = await aPerson(t)
    const card = aCardNumber()
    await t.owner.query(
      `insert into registry.person_identifier (id, person_id, type, value, valid, source) values ($1, $2, 'TEAM', $3, $4, 'test')`,
      [uuidv7(), person.id, card, valid],
    )
    return { ...person, card }
  }

  let invented = 0
  /** A fiscal code that is written correctly and belongs to nobody. */
  const nobody = (): string =>
    computeFiscalCode({
      familyName: `Qu${'bcdfglmnpr'[(invented += 1) % 10]}o`,
      givenName: 'Zoe',
      sex: 'F',
      birthDate: `1971-05-${10 + (Math.floor(invented / 10) % 18)}`,
      birthPlaceCode: 'F839',
    })

  const start = (wish: Wish) => {
    const { address = anAddress(), ...body } = wish
    return t.app.inject({
      method: 'POST',
      url: '/api/v1/public-flows',
      remoteAddress: address,
      payload: { purpose, mobile: aMobile(), ...body },
    })
  }
  const end = (flowId: string, fiscalCode: string, code: string, address = anAddress()) =>
    t.app.inject({
      method: 'POST',
      url: `/api/v1/public-flows/${flowId}/code`,
      remoteAddress: address,
      payload: { fiscalCode, code },
    })
  /** The whole way, with the code that arrives. */
  async function through(wish: Wish) {
    const mobile = wish.mobile ?? aMobile()
    const started = await start({ ...wish, mobile })
    assert.equal(started.statusCode, 202, started.body)
    return end(started.json().flowId as string, wish.fiscalCode, await codeTo(t, mobile), wish.address)
  }
  const grantOf = (token: string, wanted = purpose) =>
    asSystem(t.db, (tx) => getGrant(tx, token, wanted, t.platform.now()))
  return { purpose, from, until, aCardNumber, anAddress, later, aCardholder, nobody, start, end, through, grantOf }
}
