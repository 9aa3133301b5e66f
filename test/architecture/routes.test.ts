// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { createHttp, follow } from '../../src/server/platform/http.ts'
import { codeOf } from '../fhir/client.ts'
import { testApp } from '../setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

interface Operation {
  operationId: string
  security?: unknown[]
  parameters?: { in: string; name: string; required?: boolean; schema: { format?: string } }[]
}
const contract = t.app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as 'GET', operation })),
)

test('every operation has an id of its own', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.length > 0)
})

test('a route that forgets its policy does not start', async () => {
  const bare = () =>
    createHttp({
      config: t.platform.config,
      resolveActor: () => Promise.reject(new Error()),
      formTargets: [],
    })
  const open = await bare()
  open.get('/forgotten', () => 'x')
  await assert.rejects(async () => open.ready(), /GET \/forgotten has no policy/)
  const app = await bare()
  const known = { subjects: ['anyone'], action: 'READ', resource: 'x', purpose: 'information', audit: 'none' } as const
  follow(app, 'planted', { known })
  const unnamed = { operationId: 'unknown', response: {} }
  assert.throws(() => app.get('/other', { schema: unnamed }, () => 'x'), /planted has no policy unknown/)
  const mute = { operationId: 'known' }
  assert.throws(() => app.get('/mute', { schema: mute }, () => 'x'), /response or operationId missing/)
})

test('nobody without a session passes a citizen’s route', async () => {
  const protectedOnes = operations.filter(({ operation }) => operation.security?.length)
  assert.ok(protectedOnes.length > 0)
  for (const { path, method } of protectedOnes) {
    const answer = await t.app.inject({ method, url: path.replaceAll(/\{\w+\}/g, () => uuidv7()) })
    assert.equal(answer.statusCode, 401, `${method} ${path}`)
    const code = codeOf(answer)
    assert.ok(['access/sign-in-required', 'partners/token-required'].includes(code), code)
  }
})
