// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { after, test } from 'node:test'
import { SignJWT, type JWTPayload } from 'jose'
import { registerOnPdnd } from '../../../../scripts/pdnd.ts'
import { aClient, type TestClient } from '../../../../test/partners.ts'
import { aslNapoli1 } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp({
  env: { PDND_CLIENT_ID: '0198a000-0000-7000-8000-00000000000f', PDND_KEY_ID: 'sinfonia-prova' },
})
after(() => t[Symbol.asyncDispose]())

const availability = '0198a000-0000-7000-8000-000000000001'
const occupancy = '0198a000-0000-7000-8000-000000000002'
const audiences = {
  [availability]: `${t.url}/api/partner/v1`,
  [occupancy]: `${t.url}/api/partner/v1/occupancy-searches`,
}

interface Consumer {
  client: TestClient
  pdndId: string
  kid: string
  key: KeyObject
  purposeId: string
  eService: string
}

const put = async (path: string, payload: object) => {
  const answer = await t.sandbox.app.inject({ method: 'PUT', url: `/pdnd/control/${path}`, payload })
  assert.equal(answer.statusCode, 204, answer.body)
}

async function aPdndClient(id: string, kid: string): Promise<KeyObject> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await put(`clients/${id}`, { kind: 'CONSUMER', organization: randomUUID() })
  await put(`clients/${id}/keys/${kid}`, publicKey.export({ format: 'jwk' }))
  return privateKey
}

/** A partner that also has a purpose on PDND for an e-service of ours, approved here. */
async function aConsumer(eService: string, state = 'granted'): Promise<Consumer> {
  const scopes = ['catalogue:read', 'availability:read', 'occupancy:read']
  const client = await aClient(t, { scopes, reason: 'Programmazione degli ambulatori' })
  await t.owner.query(
    "update partner.client_scope set state = 'granted', decided_at = now() where client_id = $1 and state = 'asked'",
    [client.id],
  )
  const [pdndId, purposeId] = [randomUUID(), randomUUID()]
  const kid = `pdnd-${purposeId}`
  const key = await aPdndClient(pdndId, kid)
  await put(`purposes/${purposeId}`, { eservice: eService, client: pdndId })
  await t.owner.query(
    `insert into partner.purpose (id, client_id, e_service_id, pdnd_client_id, state, asked_at, asked_by, decided_at)
     values ($1, $2, $3, $4, $5, now(), $6, case when $5 = 'asked' then null else now() end)`,
    [purposeId, client.id, eService, pdndId, state, randomUUID()],
  )
  return { client, pdndId, kid, key, purposeId, eService }
}

const seconds = () => Math.floor(t.platform.now().getTime() / 1000)
const sign = (by: Consumer, claims: JWTPayload, header: object = {}) =>
  new SignJWT({ iss: by.pdndId, jti: randomUUID(), iat: seconds(), exp: seconds() + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: by.kid, ...header })
    .sign(by.key)

async function askVoucher(by: Consumer, more: JWTPayload = {}) {
  const assertion = await sign(by, {
    sub: by.pdndId,
    aud: `${t.sandbox.url}/pdnd/client-assertion`,
    purposeId: by.purposeId,
    ...more,
  })
  return t.sandbox.app.inject({
    method: 'POST',
    url: '/pdnd/token.oauth2',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      client_id: by.pdndId,
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      grant_type: 'client_credentials',
    }).toString(),
  })
}
const voucherOf = async (by: Consumer, more: JWTPayload = {}): Promise<string> => {
  const answer = await askVoucher(by, more)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().access_token
}
const services = (voucher: string) =>
  t.app.inject({ url: '/api/partner/v1/services', headers: { authorization: `Bearer ${voucher}` } })

test('our side is registered on PDND as npm start does it, and again without harm', async () => {
  const settings = await registerOnPdnd(t.platform.config)
  assert.deepEqual(await registerOnPdnd(t.platform.config), settings)
  assert.equal(settings['PDND_CLIENT_ID'], t.platform.config.env['PDND_CLIENT_ID'])
})

test('a voucher of PDND for a purpose approved here opens the e-service, and nothing more', async () => {
  const consumer = await aConsumer(availability)
  const voucher = await voucherOf(consumer)
  const answer = await services(voucher)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.ok(answer.headers['ratelimit-remaining'])
  const beyond = await t.app.inject({
    method: 'POST',
    url: '/api/partner/v1/occupancy-searches',
    headers: { authorization: `Bearer ${voucher}` },
    payload: {},
  })
  assert.equal(beyond.json().code, 'access/insufficient-scope')
})

test('a voucher is refused when its purpose is not registered, waits, or is for another e-service', async () => {
  const consumer = await aConsumer(availability)
  const waiting = await aConsumer(availability, 'asked')
  assert.equal((await services(await voucherOf(waiting))).json().code, 'partners/voucher-purpose')
  const voucher = await voucherOf(consumer)
  await t.owner.query('update partner.purpose set e_service_id = $2 where id = $1', [consumer.purposeId, occupancy])
  assert.equal((await services(voucher)).json().code, 'partners/voucher-purpose')
  await t.owner.query('delete from partner.purpose where id = $1', [consumer.purposeId])
  const refused = await services(voucher)
  assert.equal(refused.statusCode, 401)
  assert.match(String(refused.headers['www-authenticate']), /invalid_token/)
})

test('a voucher for the e-service of somebody else, forged, changed or over is refused', async () => {
  const consumer = await aConsumer(availability)
  const elsewhere = randomUUID()
  await put(`eservices/${elsewhere}`, { name: 'Altrui', audience: 'https://altro-ente.example/api' })
  const foreign = await aConsumer(elsewhere)
  assert.equal((await services(await voucherOf(foreign))).json().code, 'partners/voucher-audience')

  const voucher = await voucherOf(consumer)
  const claims = { sub: consumer.pdndId, client_id: consumer.pdndId, purposeId: consumer.purposeId, nbf: seconds() }
  const forged = await sign(
    consumer,
    { ...claims, iss: `${t.sandbox.url}/pdnd`, aud: audiences[availability] },
    { typ: 'at+jwt', kid: 'pdnd-sandbox-1' },
  )
  const [head, body] = voucher.split('.')
  for (const bad of [forged, `${head}.${body}.${forged.split('.')[2]}`])
    assert.equal((await services(bad)).json().code, 'partners/voucher-invalid')

  t.setNow(new Date(Date.now() + 601_000))
  const late = await services(voucher)
  t.setNow(new Date())
  assert.equal(late.json().code, 'partners/voucher-invalid')
})

test('a voucher stops with its client: suspended here, it opens nothing', async () => {
  const consumer = await aConsumer(availability)
  const voucher = await voucherOf(consumer)
  await t.owner.query("update partner.client set state = 'suspended', suspended_by = 'region' where id = $1", [
    consumer.client.id,
  ])
  assert.equal((await services(voucher)).json().code, 'partners/client-suspended')
})

test('the sandbox refuses what PDND refuses', async () => {
  const consumer = await aConsumer(availability)
  const jti = randomUUID()
  assert.equal((await askVoucher(consumer, { jti })).statusCode, 200)
  const refused: [JWTPayload, string][] = [
    [{ jti }, '015-0017'],
    [{ aud: 'altro' }, '015-0013'],
    [{ exp: seconds() - 1 }, '015-0014'],
    [{ iss: randomUUID() }, '015-0012'],
    [{ purposeId: randomUUID() }, '015-0022'],
    [{ digest: { alg: 'MD5', value: 'x' } }, '015-0018'],
  ]
  for (const [claims, code] of refused) {
    const answer = await askVoucher(consumer, claims)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().errors[0].code, code)
  }
  await put(`purposes/${consumer.purposeId}`, { eservice: availability, client: consumer.pdndId, state: 'SUSPENDED' })
  assert.equal((await askVoucher(consumer)).json().errors[0].code, '015-0023')
})

const sha256 = (text: string, encoding: 'hex' | 'base64') => createHash('sha256').update(text).digest(encoding)

/** A call to the e-service that demands integrity and evidence; each part may be spoilt. */
async function searchOccupancy(
  by: Consumer,
  spoil: {
    body?: string
    evidence?: JWTPayload
    signature?: JWTPayload
    digest?: string
    evidenceDigest?: string
    leaveOut?: string
    evidenceToken?: string
  } = {},
) {
  const body = JSON.stringify({ organisationId: aslNapoli1, from: '2026-03-02', to: '2026-03-04' })
  const aud = audiences[occupancy]!
  const evidence =
    spoil.evidenceToken ??
    (await sign(by, {
      aud,
      purposeId: by.purposeId,
      dnonce: '1234567890123',
      userID: 'operatore-7',
      userLocation: 'sportello-2',
      LoA: 'substantial',
      ...spoil.evidence,
    }))
  const voucher = await voucherOf(by, {
    digest: { alg: 'SHA256', value: spoil.evidenceDigest ?? sha256(evidence, 'hex') },
  })
  const digest = spoil.digest ?? `SHA-256=${sha256(body, 'base64')}`
  const signature = await sign(by, {
    aud,
    signed_headers: [{ digest }, { 'content-type': 'application/json' }],
    ...spoil.signature,
  })
  const headers: Record<string, string> = {
    authorization: `Bearer ${voucher}`,
    'content-type': 'application/json',
    digest,
    'agid-jwt-signature': signature,
    'agid-jwt-trackingevidence': evidence,
  }
  if (spoil.leaveOut) delete headers[spoil.leaveOut]
  const url = '/api/partner/v1/occupancy-searches'
  const answer = await t.app.inject({ method: 'POST', url, headers, payload: spoil.body ?? body })
  return { answer, evidence, code: answer.json().code as string | undefined }
}

test('an e-service that demands integrity and evidence keeps the evidence whole', async () => {
  const consumer = await aConsumer(occupancy)
  const { answer, evidence } = await searchOccupancy(consumer)
  assert.equal(answer.statusCode, 200, answer.body)
  const { rows } = await t.owner.query('select document, purpose_id from partner.evidence where client_id = $1', [
    consumer.client.id,
  ])
  assert.deepEqual(rows, [{ document: evidence, purpose_id: consumer.purposeId }])
  const again = await searchOccupancy(consumer, { evidenceToken: evidence })
  assert.equal(again.code, 'partners/evidence', 'the same evidence twice')
})

const other = JSON.stringify({ organisationId: aslNapoli1, from: '2026-03-02', to: '2026-03-05' })
const spoilt: [string, Parameters<typeof searchOccupancy>[1], string][] = [
  ['another body', { body: other }, 'partners/integrity'],
  ['no digest header', { leaveOut: 'digest' }, 'partners/integrity'],
  ['no signature', { leaveOut: 'agid-jwt-signature' }, 'partners/integrity'],
  ['a digest that is not signed', { signature: { signed_headers: [] } }, 'partners/integrity'],
  ['a signature for another audience', { signature: { aud: 'https://altro.example' } }, 'partners/integrity'],
  ['a signature that is over', { signature: { iat: 1, exp: 2 } }, 'partners/integrity'],
  ['a signature of another issuer', { signature: { iss: randomUUID() } }, 'partners/integrity'],
  ['no evidence', { leaveOut: 'agid-jwt-trackingevidence' }, 'partners/evidence'],
  ['evidence whose digest is not in the voucher', { evidenceDigest: 'a'.repeat(64) }, 'partners/evidence'],
  ['evidence for another purpose', { evidence: { purposeId: randomUUID() } }, 'partners/evidence'],
  ['evidence without the user', { evidence: { userID: undefined } }, 'partners/evidence'],
]
for (const [what, spoil, code] of spoilt) {
  test(`a call with ${what} is refused, and leaves no evidence`, async () => {
    const consumer = await aConsumer(occupancy)
    const { answer, code: found } = await searchOccupancy(consumer, spoil)
    assert.equal(answer.statusCode, 400, answer.body)
    assert.equal(found, code)
    const { rowCount } = await t.owner.query('select from partner.evidence where client_id = $1', [consumer.client.id])
    assert.equal(rowCount, 0)
  })
}

test('when PDND is away a signed call waits: 503 and when to try again', async () => {
  const consumer = await aConsumer(occupancy)
  t.sandbox.context.faults.add({ system: 'pdnd', operation: 'keys', kind: 'down' })
  const { answer } = await searchOccupancy(consumer)
  t.sandbox.context.faults.clear()
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.json().code, 'partners/pdnd-unavailable')
  assert.equal(answer.headers['retry-after'], '10')
})
