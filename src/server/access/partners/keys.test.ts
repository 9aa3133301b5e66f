// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { isPublicAddress, readJson, UnreadableAddress } from './outside.ts'
import { fits, readPublicKey } from './public-keys.ts'

test('only addresses of the public internet are outside', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ]
  for (const address of inside) assert.equal(isPublicAddress(address), false, address)
  for (const address of ['8.8.8.8', '172.32.0.1', '2a00:1450:4002::1']) assert.equal(isPublicAddress(address), true)
})

test('a key set address that is not https, is inside or carries a password is not read', async () => {
  const server = createServer((_request, response) => response.end('{"keys":[]}')).listen(0)
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const refused = [
    `http://localhost:${port}/`,
    `https://localhost:${port}/`,
    `https://127.0.0.1:${port}/`,
    `https://[::1]:${port}/`,
    `https://2130706433:${port}/`,
    `https://0x7f.1:${port}/`,
    'https://user:password@example.org/',
    'file:///etc/passwd',
    'nonsense',
  ]
  for (const address of refused) await assert.rejects(readJson(address), UnreadableAddress, address)
  assert.deepEqual(await readJson(`http://localhost:${port}/`, { anywhere: true }), { keys: [] })
})

test('a redirect, an error, too much and no JSON are refused', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/' }).end()
    if (request.url === '/error') return response.writeHead(500).end()
    return response.end(request.url === '/large' ? `"${'x'.repeat(100_000)}"` : 'text')
  }).listen(0)
  after(() => server.close())
  const base = `http://localhost:${(server.address() as AddressInfo).port}`
  for (const path of ['/moved', '/error', '/large', '/text'])
    await assert.rejects(readJson(base + path, { anywhere: true }), UnreadableAddress, path)
})

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })

test('a public key is read as PEM or JWK and keeps nothing private', () => {
  const pair = rsa(2048)
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'mia', extra: 'x' }
  assert.deepEqual({ ...readPublicKey(pem), kid: 'mia' }, readPublicKey(JSON.stringify(jwk)))
  assert.deepEqual(Object.keys(readPublicKey(pem)).toSorted(), ['e', 'kid', 'kty', 'n', 'use'])
  assert.match(readPublicKey(pem).kid, /^[\w-]{43}$/)
})

test('private, symmetric, weak and unreadable keys are refused', () => {
  const pair = ec('P-256')
  const refused: [string, string][] = [
    [pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'partners/private-key'],
    [JSON.stringify(pair.privateKey.export({ format: 'jwk' })), 'partners/private-key'],
    [JSON.stringify({ kty: 'oct', k: 'c2VncmV0bw' }), 'partners/private-key'],
    [rsa(1024).publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'partners/weak-key'],
    [ec('secp256k1').publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'partners/weak-key'],
    [generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'partners/weak-key'],
    ['{', 'partners/unreadable-key'],
    ['null', 'partners/unreadable-key'],
    ['', 'partners/unreadable-key'],
  ]
  for (const [pasted, code] of refused) assert.throws(() => readPublicKey(pasted), { code }, pasted.slice(0, 40))
})

test('an algorithm belongs to one kind of key', () => {
  const [r, p256, p384] = [rsa(2048), ec('P-256'), ec('P-384')].map(({ publicKey }) =>
    readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  )
  const accepted = (key: typeof r) =>
    ['none', 'HS256', 'RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'].filter((one) => fits(key!, one))
  assert.deepEqual(accepted(r), ['RS256', 'RS384', 'PS256'])
  assert.deepEqual(accepted(p256), ['ES256'])
  assert.deepEqual(accepted(p384), ['ES384'])
})
