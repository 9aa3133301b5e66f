// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { selfSignedCertificate } from '../../../shared/node/x509.ts'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, deliver, depart, joinFederation, lastOutcome } from '../../../../test/spid.ts'
import { readSignInConfig, type SignInConfig } from './config.ts'
import { findIdentityProvider, refreshIdentityProviders } from './identity-providers.ts'
import { readProviderMetadata } from './provider-metadata.ts'
import { signed } from './saml/signature.ts'

const t = await testApp()
const config = readSignInConfig(t.platform.config)
let served = ''
const server = createServer((_request, answer) => {
  answer.statusCode = served ? 200 : 503
  answer.end(served)
})
after(async () => {
  server.close()
  await t[Symbol.asyncDispose]()
})
const entityId = `${t.sandbox.url}/spid/uno`
let genuine = ''
let moved: SignInConfig
before(async () => {
  await aPerson(t)
  await joinFederation(t)
  genuine = await (await fetch(`${entityId}/metadata`)).text()
  await new Promise<void>((done) => server.listen(0, done))
  const address = `http://localhost:${(server.address() as AddressInfo).port}/`
  moved = { ...config, providers: [{ entityId, name: 'Uno', enabled: true, metadata: address }] }
})

const fetchedAt = async (): Promise<Date> =>
  (await t.owner.query('select fetched_at from access.identity_provider where entity_id = $1', [entityId])).rows[0]
    .fetched_at

test('the sandbox providers are known after the start, from their signed metadata', async () => {
  const provider = await findIdentityProvider(t.db, config, entityId, new Date())
  assert.deepEqual(provider?.signOn, { redirect: `${entityId}/sso`, post: `${entityId}/sso` })
  assert.equal(provider?.keys.length, 1)
})

const forgeries: [what: string, document: () => Promise<string>][] = [
  ['cannot be had', async () => ''],
  ['is not XML', async () => 'servizio in manutenzione'],
  ['was changed after it was signed', async () => genuine.replaceAll('/uno/sso', '/due/sso')],
  ['is not signed', async () => genuine.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')],
  ['is that of another provider', async () => (await fetch(`${t.sandbox.url}/spid/due/metadata`)).text()],
  [
    'is signed by somebody else',
    async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const certificate = selfSignedCertificate(privateKey, {
        subject: [],
        validFrom: new Date(),
        validTo: new Date(4e12),
      })
      return signed(genuine.replace(/<ds:Signature .*?<\/ds:Signature>/s, ''), { privateKey, certificate })
    },
  ],
]
for (const [what, document] of forgeries) {
  test(`a document that ${what} does not take the place of the last good one`, async () => {
    const earlier = await fetchedAt()
    served = await document()
    await assert.rejects(refreshIdentityProviders(t.platform, moved), /Metadata of identity providers not taken/)
    assert.deepEqual(await fetchedAt(), earlier)
    const departure = await depart(t)
    assert.equal((await deliver(t, await answerOf(t, departure), departure.cookie)).status, 303, 'logins go on')
  })
}

test('a good document takes the place of the one before', async () => {
  const earlier = await fetchedAt()
  served = genuine
  await refreshIdentityProviders(t.platform, moved)
  assert.ok((await fetchedAt()) > earlier)
})

test('metadata that expired open nothing: not for a new login, not for an answer on its way', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  await t.owner.query(`update access.identity_provider set valid_until = now() where entity_id = $1`, [entityId])
  const outcome = await deliver(t, answer, departure.cookie)
  assert.equal(outcome.status, 403)
  assert.match(outcome.page, /non possiamo fidarci dei dati del tuo gestore/)
  assert.equal(outcome.session, undefined)
  assert.equal(await lastOutcome(t), 'provider/not-available')
  const begun = await t.app.inject({
    method: 'POST',
    url: '/auth/spid/start',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ idp: entityId }).toString(),
  })
  assert.equal(begun.statusCode, 404)
  assert.match(begun.body, /Questo gestore di identità non è disponibile\. Torna indietro e scegline un altro\./)
  assert.equal(await findIdentityProvider(t.db, config, entityId, new Date()), undefined)
  const list = (await t.app.inject({ url: '/api/v1/identity-providers' })).json()
  assert.deepEqual(
    list.map((one: { name: string }) => one.name),
    ['Gestore di prova Due'],
  )
  await t.owner.query('update access.identity_provider set valid_until = null')
})

test('expired metadata, weak keys and keys that are not RSA are refused', async () => {
  const trusted = [new X509Certificate(await readFile(config.federationFile, 'utf8')).publicKey]
  const federation = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const now = Math.floor(Date.now() / 1000)
  assert.equal(readProviderMetadata(genuine, entityId, trusted, now).entityId, entityId)
  const certificateOf = (privateKey: typeof federation.privateKey): string =>
    selfSignedCertificate(privateKey, { subject: [], validFrom: new Date(), validTo: new Date(4e12) })
  const resigned = (change: (xml: string) => string): string =>
    signed(change(genuine.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')), {
      privateKey: federation.privateKey,
      certificate: certificateOf(federation.privateKey),
    })
  const bare = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '')
  const withKey = (privateKey: typeof federation.privateKey) => (xml: string) =>
    xml.replace(/<ds:X509Certificate>[^<]*/, `<ds:X509Certificate>${bare(certificateOf(privateKey))}`)
  const refused: [(xml: string) => string, string][] = [
    [(xml) => xml.replace(' ID=', ' validUntil="2020-01-01T00:00:00Z" ID='), 'provider/expired'],
    [(xml) => xml.replace(' ID=', ' validUntil="domani" ID='), 'provider/valid-until'],
    [withKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), 'provider/weak-key'],
    [withKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), 'provider/weak-key'],
    [(xml) => xml.replace(/<ds:X509Certificate>[^<]*/, '<ds:X509Certificate>AAAA'), 'provider/certificate'],
    [(xml) => xml.replaceAll(`Location="${entityId}/sso"`, 'Location="javascript:alert(1)"'), 'provider/location'],
    [(xml) => xml.replaceAll('md:IDPSSODescriptor', 'md:SPSSODescriptor'), 'provider/role'],
    [(xml) => xml.replaceAll('md:SingleSignOnService', 'md:Altro'), 'provider/sign-on'],
  ]
  for (const [change, code] of refused) {
    assert.throws(() => readProviderMetadata(resigned(change), entityId, [federation.publicKey], now), { code })
  }
})

test('a test set-up can add a provider by a file in a folder, an ordinary one cannot', async () => {
  const folder = join(t.dataDir, 'test-providers')
  await mkdir(folder)
  const added = 'https://idp.prova.example'
  const xml = genuine.replace(/<ds:Signature .*?<\/ds:Signature>/s, '').replaceAll(entityId, added)
  await writeFile(join(folder, 'prova.xml'), xml)
  const profile: SignInConfig = { ...config, testProvidersFolder: folder }
  await refreshIdentityProviders(t.platform, profile)
  assert.equal((await findIdentityProvider(t.db, profile, added, new Date()))?.entityId, added)
  assert.equal(await findIdentityProvider(t.db, config, added, new Date()), undefined)
  const cie = await findIdentityProvider(t.db, profile, `${t.sandbox.url}/cie/idp`, new Date())
  assert.equal(cie, undefined, 'a test set-up does not take the providers of another federation for its own')
})

test('a folder of unsigned providers keeps the platform from starting, unless the set-up says it is a test', () => {
  const { config: platform } = t.platform
  const withSettings = (env: Record<string, string>) =>
    readSignInConfig({ ...platform, env: { ...platform.env, ...env } })
  const folder = { SPID_TEST_PROVIDERS_DIR: t.dataDir }
  assert.throws(() => withSettings(folder), /SPID_PROFILE=test/)
  assert.throws(() => withSettings({ ...folder, SPID_PROFILE: 'production' }), /SPID_PROFILE=test/)
  assert.equal(withSettings({ ...folder, SPID_PROFILE: 'test' }).testProvidersFolder, t.dataDir)
  assert.equal(withSettings({ SPID_PROFILE: 'test' }).testProvidersFolder, undefined)
})
