// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { aPerson } from '../../../../test/spid.ts'
import { computeFiscalCode } from '../../../shared/fiscal-code.ts'
import {
  aCard,
  begin,
  cardApp,
  follow,
  lastCheck,
  listenerCertificate,
  setState,
  show,
  type Card,
} from '../../../../test/cards.ts'

const t = await cardApp()
after(() => t[Symbol.asyncDispose]())
afterEach(() => t.sandbox.context.faults.clear())

const fault = (operation: string, kind: string) => t.sandbox.context.faults.add({ system: 'cns', operation, kind })
const forget = () => t.owner.query('delete from access.revocation_list')

async function showCard(card: Card | undefined) {
  const { request, cookie } = await begin(t)
  return { cookie, shown: await show(t.cards, request, card, listenerCertificate(t)) }
}

/** The card is refused with a page, and why is written down. */
async function refused(card: Card | undefined, outcome: string, status = 403): Promise<void> {
  const { shown } = await showCard(card)
  assert.equal(shown.status, status, shown.page)
  assert.equal(shown.location, undefined)
  assert.match(shown.page, /role="alert"/)
  assert.equal((await lastCheck(t)).outcome, outcome)
}

test('a person enters with her card at level 3, and her code is in no address', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  assert.equal(shown.status, 303, shown.page)
  assert.doesNotMatch(String(shown.location), /SPSGNN/)
  const entered = await follow(t, shown, cookie)
  assert.equal(entered.statusCode, 303, entered.body)
  assert.equal(entered.headers.location, '/app')
  const { rows } = await t.owner.query(
    `select set_config('app.role', 'system', false), method, level, person_id from access.session order by created_at desc limit 1`,
  )
  assert.equal(rows[0].method, 'CNS')
  assert.equal(rows[0].level, 3)
  assert.equal(rows[0].person_id, t.personId)
  assert.deepEqual(await lastCheck(t), { outcome: 'accepted', evidence: 'both' })
})

test('a code is good once', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  assert.equal((await follow(t, shown, cookie)).statusCode, 303)
  const again = await follow(t, shown, cookie)
  assert.equal(again.statusCode, 403)
  assert.equal(again.headers['set-cookie']?.toString().includes('__Host-sid'), false)
})

test('of two who bring the same code at once one enters', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  const both = await Promise.all([follow(t, shown, cookie), follow(t, shown, cookie)])
  assert.deepEqual(both.map((one) => one.statusCode).toSorted(), [303, 403])
})

test('a code in another browser is refused and used up', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  assert.equal((await follow(t, shown, '__Host-cns=somebody-else')).statusCode, 403)
  assert.equal((await follow(t, shown, cookie)).statusCode, 403)
  const other = await showCard(await aCard(t))
  assert.equal((await follow(t, other.shown, undefined)).statusCode, 403)
})

test('a code is good for a minute', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  t.setNow(new Date(t.platform.now().getTime() + 61_000))
  assert.equal((await follow(t, shown, cookie)).statusCode, 403)
})

test('a code whose signature was changed is refused', async () => {
  const { cookie, shown } = await showCard(await aCard(t))
  const bent = { ...shown, location: `${String(shown.location).slice(0, -2)}xx` }
  assert.equal((await follow(t, bent, cookie)).statusCode, 403)
})

test('a card of somebody the registry does not know opens nothing', async () => {
  const { cookie, shown } = await showCard(await aCard(t, 'good', 'RSSMRA80A01F839W'))
  const entered = await follow(t, shown, cookie)
  assert.equal(entered.statusCode, 403)
  assert.match(entered.body, /anagrafe sanitaria/)
})

test('the registry, not the fiscal code, says how old the holder is', async () => {
  const facts = { givenName: 'Assunta', familyName: 'Provacentenaria', sex: 'F', birthPlaceCode: 'F839' } as const
  for (const [birthDate, status] of [
    ['1921-03-04', 303],
    [`${t.platform.now().getUTCFullYear() - 9}-03-04`, 403],
  ] as const) {
    const fiscalCode = computeFiscalCode({ ...facts, birthDate })
    await aPerson(t, { ...facts, fiscalCode, birthDate })
    const { cookie, shown } = await showCard(await aCard(t, 'good', fiscalCode))
    assert.equal((await follow(t, shown, cookie)).statusCode, status, birthDate)
  }
})

for (const [kind, outcome] of [
  ['unlisted', 'chain/unknown-issuer'],
  ['foreign', 'chain/not-signed-by-issuer'],
  ['expired', 'validity/expired'],
  ['not-yet', 'validity/not-yet'],
  ['signature', 'policy/not-a-cns'],
  ['no-policy', 'policy/not-a-cns'],
  ['cie', 'policy/not-a-cns'],
  ['no-usage', 'usage/no-digital-signature'],
  ['no-purpose', 'usage/no-client-authentication'],
  ['no-code', 'identity/fiscal-code'],
  ['wrong-letter', 'identity/fiscal-code'],
  ['trailing', 'identity/common-name'],
] as const) {
  test(`a card that is ${kind} is refused: ${outcome}`, async () => {
    await refused(await aCard(t, kind), outcome)
  })
}

test('without a card there is a page that says what to do', async () => {
  await refused(undefined, 'possession/no-card')
})

test('an address that nobody began is refused', async () => {
  const card = await aCard(t)
  assert.equal((await show(t.cards, 'x', card, listenerCertificate(t))).status, 400)
  const stranger = await show(t.cards, '01890000-0000-7000-8000-000000000000', card, listenerCertificate(t))
  assert.equal(stranger.status, 403)
  assert.equal((await lastCheck(t)).outcome, 'request/unknown')
})

for (const state of ['revoked', 'suspended']) {
  test(`a ${state} card is refused by the list, by OCSP, and by both`, async () => {
    for (const kind of ['list-only', 'ocsp-only', 'good']) {
      const card = await aCard(t, kind)
      await setState(t, card, state)
      await forget()
      await refused(card, 'revocation/revoked')
    }
  })
}

test('a responder that says good does not help a card on the list', async () => {
  const card = await aCard(t)
  await setState(t, card, 'revoked')
  await forget()
  fault('ocsp', 'lie')
  await refused(card, 'revocation/revoked')
})

for (const kind of ['down', 'foreign', 'old', 'future', 'nonce', 'unknown']) {
  test(`an answer of OCSP that is ${kind} proves nothing`, async () => {
    fault('ocsp', kind)
    await refused(await aCard(t, 'ocsp-only'), 'revocation/unknown', 503)
  })
}

for (const kind of ['down', 'foreign', 'old', 'future']) {
  test(`a list that is ${kind} proves nothing`, async () => {
    await forget()
    fault('list', kind)
    await refused(await aCard(t, 'list-only'), 'revocation/unknown', 503)
  })
}

test('one of the two is enough when the other is down', async () => {
  fault('ocsp', 'down')
  await forget()
  assert.equal((await showCard(await aCard(t))).shown.status, 303)
  assert.deepEqual(await lastCheck(t), { outcome: 'accepted', evidence: 'list' })
})

test('a list is asked for once until its next update', async () => {
  await forget()
  assert.equal((await showCard(await aCard(t, 'list-only'))).shown.status, 303)
  fault('list', 'down')
  assert.equal((await showCard(await aCard(t, 'list-only'))).shown.status, 303)
})

test('without a proxy of ours the header of a client is refused', async () => {
  const { request } = await begin(t)
  const { certificate } = await aCard(t)
  const answer = await t.app.inject({
    url: `/auth/cns/card?request=${request}`,
    headers: { 'x-cns-hand-over': `secret;x;${encodeURIComponent(certificate)}` },
  })
  assert.equal(answer.statusCode, 403)
  assert.equal((await lastCheck(t)).outcome, 'hand-over/no-proxy')
})

test('in a step-up only the card of the person who is signed in counts; the session there goes on', async () => {
  const facts = { givenName: 'Luigi', familyName: 'Provavicino', sex: 'M', birthPlaceCode: 'F839' } as const
  const birthDate = '1950-05-06'
  const fiscalCode = computeFiscalCode({ ...facts, birthDate })
  await aPerson(t, { ...facts, fiscalCode, birthDate })
  const { cookie: session } = await t.signIn(t.personId)
  const bring = async (card: Card, stepUp?: 'yes') => {
    const { request, cookie } = await begin(t, '/app/profilo', { cookie: session, ...(stepUp && { stepUp }) })
    return follow(t, await show(t.cards, request, card, listenerCertificate(t)), `${cookie}; ${session}`)
  }
  const isOpen = async (): Promise<boolean> =>
    (await t.app.inject({ url: '/api/v1/session', headers: { cookie: session } })).json().signedIn
  const turnedAway = await bring(await aCard(t, 'good', fiscalCode), 'yes')
  assert.equal(turnedAway.statusCode, 403)
  assert.match(turnedAway.body, /Questa identità è di un’altra persona[^]*action="\/auth\/leave"/)
  assert.doesNotMatch(String(turnedAway.headers['set-cookie']), /__Host-sid/)
  assert.equal((await lastCheck(t)).outcome, 'person/other')
  assert.equal(await isOpen(), true)
  assert.equal((await bring(await aCard(t), 'yes')).statusCode, 303)
  assert.equal(await isOpen(), false, 'her own card opens a new session in place of the old one')
  assert.equal((await bring(await aCard(t, 'good', fiscalCode))).statusCode, 303, 'a plain sign-in asks for nobody')
})
