// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { resolveMember, type Member } from './chain.ts'
import { OidcFault } from './fault.ts'
import { verifyStatement } from './statements.ts'
import { checkTrustMarks } from './trust-marks.ts'

// Entities that are no members of a federation and answer as they like: whatever they say, what we do has an end.

const { privateKey, publicKey } = await generateKeyPair('ES256')
const key = { ...(await exportJWK(publicKey)), kid: 'k', use: 'sig' }
const now = new Date()
const seconds = Math.floor(now.getTime() / 1000)

interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: string
}
type Site = (path: string, query: URLSearchParams) => Answer | Promise<Answer>
let site: Site = () => ({ status: 404 })
let asked: string[] = []
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  asked.push(pathname)
  void Promise.resolve(site(pathname, searchParams)).then(({ status = 200, headers = {}, body = '' }) =>
    response.writeHead(status, headers).end(body),
  )
}).listen(0)
await once(server, 'listening')
after(() => server.close())
const origin = `http://localhost:${(server.address() as AddressInfo).port}`
const anchor = `${origin}/anchor`

const undated = (claims: JWTPayload, typ = 'entity-statement+jwt'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k', typ }).sign(privateKey)
const signed = (claims: JWTPayload): Promise<string> => undated({ iat: seconds, exp: seconds + 600, ...claims })
/** What an entity says of itself: its superiors, and where it speaks of those below it. */
const configuration = async (name: string, hints: unknown, more: JWTPayload = {}): Promise<Answer> => ({
  body: await signed({
    iss: `${origin}/${name}`,
    sub: `${origin}/${name}`,
    jwks: { keys: [key] },
    ...(hints !== undefined && { authority_hints: hints }),
    metadata: { federation_entity: { federation_fetch_endpoint: `${origin}/${name}/fetch` } },
    ...more,
  }),
})
const statement = async (name: string, subject: string, more: JWTPayload = {}): Promise<Answer> => ({
  body: await signed({ iss: `${origin}/${name}`, sub: subject, jwks: { keys: [key] }, ...more }),
})
const nameOf = (path: string): string => path.split('/')[1] ?? ''
const above = (name: string): string => `${origin}/${name}`

function resolve(of: Site, name = 'op'): Promise<Member> {
  site = of
  asked = []
  const federation = {
    anchor,
    pinned: { keys: [key] },
    plain: true,
    now,
    documents: new Map<string, Promise<string>>(),
  }
  return resolveMember(federation, `${origin}/${name}`, 'provider')
}
const refuses = (of: Site, code: string): Promise<void> =>
  assert.rejects(resolve(of), (error: unknown) => error instanceof OidcFault && error.code === code)

/** A federation in which `superiorOf` says who is above whom. */
const federation =
  (superiorOf: (name: string) => unknown): Site =>
  (path, query) =>
    path.endsWith('/fetch')
      ? statement(nameOf(path), query.get('sub') ?? '')
      : configuration(nameOf(path), nameOf(path) === 'anchor' ? undefined : superiorOf(nameOf(path)))

test('a federation of the kind used here is believed when nothing is wrong with it', async () => {
  const member = await resolve(federation(() => [anchor]))
  assert.equal(member.chain.length, 3)
  const hints = [1, null, 'no address', above('missing'), anchor]
  assert.equal((await resolve(federation(() => hints))).vouched.length, 1, 'hints that are none are passed over')
  assert.ok(!asked.includes('/missing/.well-known/openid-federation'), 'the anchor comes first, wherever it stands')
  await refuses(
    federation(() => [1, null, 'no address']),
    'provider/authority-hints',
  )
})

test('superiors without end are not followed beyond the fifth', async () => {
  const next = (name: string): string => above(`s${Number(name.slice(1)) + 1 || 1}`)
  await refuses(
    federation((name) => [next(name)]),
    'chain/too-long',
  )
  assert.equal(asked.length, 6, 'the entity and five above it')
  const five = federation((name) => (name === 's5' ? [anchor] : [next(name)]))
  assert.equal((await resolve(five)).vouched.length, 6)
})

test('superiors without number are not all asked', async () => {
  const many = Array.from({ length: 200 }, (_, n) => above(`a${n}`))
  await refuses(
    (path) => (nameOf(path) === 'op' ? configuration('op', many) : { status: 404 }),
    'intermediate/unreachable',
  )
  assert.equal(asked.length, 11, 'the entity and ten above it')
  const tree = federation((name) => Array.from({ length: 9 }, (_, n) => above(`${name}${n}`)))
  await assert.rejects(resolve(tree), OidcFault)
  assert.ok(asked.length <= 30, `${asked.length} documents`)
})

test('of several ways that are no good the fault of the first is told', async () => {
  const two = federation((name) => (name === 'op' ? [above('first'), above('second')] : []))
  await refuses(
    (path, query) => (nameOf(path) === 'second' ? { status: 404 } : two(path, query)),
    'intermediate/authority-hints',
  )
  await refuses(
    (path, query) => (nameOf(path) === 'first' ? { status: 404 } : two(path, query)),
    'intermediate/unreachable',
  )
})

const bodies: [what: string, answer: (good: Answer) => Answer][] = [
  ['leads elsewhere', () => ({ status: 302, headers: { location: `${origin}/moved/.well-known/openid-federation` } })],
  ['has another status', (good) => ({ ...good, status: 404 })],
  ['is longer than any honest one', ({ body = '' }) => ({ body: body + ' '.repeat(200_001) })],
]
for (const [what, answer] of bodies)
  test(`a document that ${what} is not taken`, async () => {
    await refuses(async (path) => {
      const good = await configuration('op', [anchor])
      if (nameOf(path) === 'moved') return good
      return nameOf(path) === 'op' ? answer(good) : federation(() => [])(path, new URLSearchParams())
    }, 'provider/unreachable')
  })

test('a superior that says nowhere where it speaks of others, or in no address, vouches for nobody', async () => {
  for (const endpoint of [undefined, 7, 'nowhere']) {
    const metadata = { federation_entity: { federation_fetch_endpoint: endpoint } }
    await refuses(
      (path) =>
        nameOf(path) === 'op' ? configuration('op', [anchor]) : configuration('anchor', undefined, { metadata }),
      'anchor/fetch-endpoint',
    )
  }
})

test('what an entity writes about its superiors, unsigned, is not even looked at', async () => {
  const { body = '' } = await configuration('op', [anchor])
  const forged = body.replace(/[^.]*$/, (signature) => signature.split('').toReversed().join(''))
  await refuses((path) => (nameOf(path) === 'op' ? { body: forged } : { status: 404 }), 'provider/signature')
  assert.equal(asked.length, 1)
})

test('a statement says when it was made and when it ends', async () => {
  const names = { issuer: anchor, subject: anchor }
  const dates: [missing: string, rest: JWTPayload][] = [
    ['iat', { exp: seconds + 600 }],
    ['exp', { iat: seconds }],
  ]
  for (const [missing, rest] of dates) {
    const jwt = await undated({ iss: anchor, sub: anchor, ...rest })
    const code = (error: unknown) => error instanceof OidcFault && error.code === `part/${missing}`
    await assert.rejects(verifyStatement('part', jwt, { keys: [key] }, names, now), code)
  }
})

const mark = (exp: number, change: JWTPayload = {}): Promise<string> =>
  undated(
    { iss: above('issuer'), sub: above('op'), id: 'https://mark', iat: seconds, exp, ...change },
    'trust-mark+jwt',
  )
/** Checks the marks of an entity whose issuer ends its own statement then. */
async function marksOf(jwts: string[], issuerEnds = 600) {
  const status = { federation_trust_mark_status_endpoint: `${origin}/status` }
  const said = (path: string, query: URLSearchParams): Answer | Promise<Answer> => {
    if (path === '/status') return { body: '{"active":true}' }
    if (nameOf(path) !== 'issuer') return federation(() => [anchor])(path, query)
    return configuration('issuer', [anchor], { exp: seconds + issuerEnds, metadata: { federation_entity: status } })
  }
  const member = await resolve(said)
  const trust_marks = jwts.map((jwt) => ({ id: 'https://mark', trust_mark: jwt }))
  const carrier = {
    ...member,
    own: { ...member.own, trust_marks },
    anchor: { ...member.anchor, trust_mark_issuers: { 'https://mark': [above('issuer')] } },
  }
  const around = { anchor, pinned: { keys: [key] }, plain: true, now, documents: new Map<string, Promise<string>>() }
  return checkTrustMarks(around, carrier, ['https://mark'])
}

test('a trust mark ends with itself or with the chain of its issuer, and one good one among bad ones is enough', async () => {
  const ends = async (jwts: string[], issuerEnds?: number) => (await marksOf(jwts, issuerEnds))[0]!.exp - seconds
  assert.equal(await ends([await mark(seconds + 100)]), 100)
  assert.equal(await ends([await mark(seconds + 900)]), 600)
  assert.equal(await ends([await mark(seconds + 900)], 50), 50)
  assert.equal(await ends(['x.y.z', await mark(seconds + 1, { sub: above('other') }), await mark(seconds + 100)]), 100)
})
