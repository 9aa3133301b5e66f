// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { testApp } from '../setup.ts'

const t = await testApp({ web: true })
after(() => t[Symbol.asyncDispose]())

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  enum?: unknown[]
  $ref?: string
}
interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  schema: Schema
}
interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
const contract = t.app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as 'GET', operation })),
)

/** Values that have broken servers before: wrong types, huge, empty, control characters, SQL, other people's ids. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1e308, 2 ** 53, true, [], {}, [[]], { length: 3 }),
  fc.constantFrom(
    "' or 1=1 --",
    '\u0000',
    '𝕏\uD800',
    '../../etc/passwd',
    '%00',
    '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///">]>',
  ),
  fc.string({ maxLength: 300 }),
  fc.uuid(),
  fc.constant(uuidv7()),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('2026-02-30', '0000-00-00', '9999-12-31', '1500A4123456789'),
)

function bodyFor(schema: Schema | undefined): fc.Arbitrary<unknown> {
  const fields = Object.keys(schema?.properties ?? {})
  const object = fc.tuple(
    fc.dictionary(fc.constantFrom(...(fields.length > 0 ? fields : ['x'])), nasty),
    fc.dictionary(fc.string({ maxLength: 8 }), nasty, { maxKeys: 1 }),
  )
  return fc.oneof(
    { weight: 4, arbitrary: object.map(([known, unknown]) => ({ ...known, ...unknown })) },
    { weight: 1, arbitrary: nasty },
  )
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
/** Header values may hold only visible ASCII; anything else never reaches the server. */
const asHeader = (value: unknown): string => asText(value).replaceAll(/[^\x20-\x7e]/g, '?')

const { rows } = await t.owner.query<{ id: string }>('select id from registry.person limit 1')
const session = await t.signIn(rows[0]?.id ?? uuidv7())

for (const { path, method, operation } of operations) {
  test(`${operation.operationId} answers nonsense without a 5xx`, async () => {
    const parameters = operation.parameters ?? []
    const schema = operation.requestBody?.content['application/json']?.schema
    const resolved = schema?.$ref ? undefined : schema
    await fc.assert(
      fc.asyncProperty(
        fc.array(nasty, { minLength: parameters.length, maxLength: parameters.length }),
        operation.requestBody ? bodyFor(resolved) : fc.constant(undefined),
        fc.boolean(),
        async (values, body, signedIn) => {
          const given = parameters.map((parameter, i) => ({ ...parameter, value: values[i] }))
          let url = path
          for (const p of given.filter((g) => g.in === 'path'))
            url = url.replace(`{${p.name}}`, encodeURIComponent(asText(p.value).toWellFormed()))
          const query = given
            .filter((g) => g.in === 'query')
            .map((g) => `${g.name}=${encodeURIComponent(asText(g.value).toWellFormed())}`)
          const headers: Record<string, string> = { ...(signedIn ? session : {}) }
          for (const p of given.filter((g) => g.in === 'header')) headers[p.name] = asHeader(p.value)
          const answer = await t.app.inject({
            method,
            url: query.length > 0 ? `${url}?${query.join('&')}` : url,
            headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
            ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
          })
          assert.ok(
            answer.statusCode < 500 || answer.json().code === 'platform/not-ready',
            `${answer.statusCode} ${answer.body}`,
          )
          if (answer.statusCode >= 400) assert.match(String(answer.headers['content-type']), /(problem|fhir)\+json/)
        },
      ),
      { numRuns: 25 },
    )
  })
}

test('a wrong content type, an oversized body and broken JSON each get a clear refusal', async () => {
  const send = (contentType: string, payload: string) =>
    t.app.inject({ method: 'PUT', url: '/api/v1/session/language', headers: { 'content-type': contentType }, payload })
  assert.equal((await send('text/csv', 'language,it')).json().code, 'platform/content-type')
  assert.equal(
    (await send('application/json', JSON.stringify({ language: 'x'.repeat(400_000) }))).json().code,
    'platform/too-large',
  )
  assert.equal((await send('application/json', '{"language":')).json().code, 'platform/invalid-request')
})

test('null is not quietly turned into a value', async () => {
  const answer = await t.app.inject({ method: 'PUT', url: '/api/v1/session/language', payload: { language: null } })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().field, 'language')
})

test('an address that leads nowhere, also by dots, is refused with a problem document', async () => {
  for (const url of ['/api/v1/people/./contacts', '/api/v1/bookings/%2e%2e', '/api/v1/nothing-here']) {
    const answer = await t.app.inject({ url })
    assert.equal(answer.statusCode, 404, url)
    assert.match(String(answer.headers['content-type']), /problem\+json/, url)
  }
})
