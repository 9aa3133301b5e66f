// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, test } from 'node:test'
import { aCard, begin, cardApp, lastCheck, listenerCertificate, show } from '../../../../test/cards.ts'
import { asSystem } from '../../platform/database.ts'
import { issuerOf, readCertificate } from './certificate.ts'
import { readCardsConfig } from './config.ts'
import { CardFault } from './fault.ts'
import { checkRevocation } from './revocation.ts'
import { readTrustedList, refreshTrustedList, trustedAuthorities } from './trusted-list.ts'

const t = await cardApp()
after(() => t[Symbol.asyncDispose]())
afterEach(() => t.sandbox.context.faults.clear())

const config = readCardsConfig(t.platform.config)
const now = () => t.platform.now()
const list = await (await fetch(config.trustedList)).text()
const signer = await readFile(config.listSignersFile, 'utf8')
const fails = (code: string) => (error: unknown) => error instanceof CardFault && error.code === code

test('the list gives the authorities that issue cards, and nothing that was not signed', () => {
  const { authorities, sequence } = readTrustedList(list, [signer], now())
  assert.equal(authorities.length, 1)
  assert.equal(sequence, 1)
})

test('a list that was changed, is signed by another, twice or not at all is refused', () => {
  const signature = /<(?:\w+:)?Signature .*<\/(?:\w+:)?Signature>/s.exec(list)?.[0] ?? ''
  assert.ok(signature)
  const other = readFile(listenerCertificate(t), 'utf8')
  assert.throws(() => readTrustedList(list.replace('>1<', '>2<'), [signer], now()), fails('trusted-list/signature'))
  assert.throws(() => readTrustedList(list, [], now()), fails('trusted-list/signature'))
  assert.throws(
    () => readTrustedList(list.replace(signature, ''), [signer], now()),
    fails('trusted-list/signature-count'),
  )
  assert.throws(
    () => readTrustedList(list.replace(signature, signature + signature), [signer], now()),
    fails('trusted-list/signature-count'),
  )
  assert.throws(
    () => readTrustedList(list.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'), [signer], now()),
    fails('trusted-list/algorithm'),
  )
  return other.then((pem) => assert.throws(() => readTrustedList(list, [pem], now()), fails('trusted-list/signature')))
})

test('a signed list wrapped into another one adds nobody', () => {
  const inner = list.replace(/^<\?xml[^>]*>/, '')
  const signature = /<(?:\w+:)?Signature .*<\/(?:\w+:)?Signature>/s.exec(inner)?.[0] ?? ''
  const fake = inner
    .replace('Id="lista"', 'Id="finta"')
    .replace(signature, `${signature}<SchemeExtensions>${inner.replace(signature, '')}</SchemeExtensions>`)
    .replace(/<X509Certificate>[^<]*/, '<X509Certificate>AAAA')
  const { authorities } = readTrustedList(fake, [signer], now())
  assert.deepEqual(authorities, readTrustedList(list, [signer], now()).authorities)
})

test('an expired list is refused', () => {
  const later = new Date(now().getTime() + 181 * 86_400_000)
  assert.throws(() => readTrustedList(list, [signer], later), fails('trusted-list/expired'))
})

test('the last good copy stays when the next is not signed, cannot be had, or is older', async () => {
  t.sandbox.context.faults.add({ system: 'cns', operation: 'trusted-list', kind: 'bent' })
  await assert.rejects(refreshTrustedList(t.platform, config), fails('trusted-list/signature'))
  t.sandbox.context.faults.clear()
  const nowhere = { ...config, trustedList: `${t.sandbox.url}/cns/nothing` }
  await assert.rejects(refreshTrustedList(t.platform, nowhere), /answers 404/)
  await t.owner.query('update access.trusted_list set sequence = 5')
  await assert.rejects(refreshTrustedList(t.platform, config), fails('trusted-list/older'))
  const kept = await asSystem(t.db, (tx) => trustedAuthorities(tx, config, now()))
  assert.equal(kept.length, 1)
})

test('when neither list nor responder answers, the region decides: refuse, or for some hours what the last list said', async () => {
  const card = readCertificate((await aCard(t)).certificate)
  const issuer = issuerOf(card, await asSystem(t.db, (tx) => trustedAuthorities(tx, config, now())), now())
  assert.equal(await checkRevocation(t.platform, config, card, issuer), 'both')
  for (const operation of ['list', 'ocsp']) t.sandbox.context.faults.add({ system: 'cns', operation, kind: 'down' })
  const grace = { ...config, whenRevocationUnknown: 'grace' as const, graceHours: 2 }
  t.setNow(new Date(now().getTime() + 25 * 3_600_000))
  await assert.rejects(checkRevocation(t.platform, config, card, issuer), fails('revocation/unknown'))
  assert.equal(await checkRevocation(t.platform, grace, card, issuer), 'grace')
  t.setNow(new Date(now().getTime() + 2 * 3_600_000))
  await assert.rejects(checkRevocation(t.platform, grace, card, issuer), fails('revocation/unknown'))
})

test('once the list has expired nobody enters with a card', async () => {
  await t.owner.query(`update access.trusted_list set next_update = now() - interval '1 minute'`)
  const { request } = await begin(t)
  const shown = await show(t.cards, request, await aCard(t), listenerCertificate(t))
  assert.equal(shown.status, 503)
  assert.equal((await lastCheck(t)).outcome, 'trusted-list/none')
})
