// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

test('the contract is published for machines and for people, with every operation', async () => {
  const contract = (await t.app.inject('/openapi.json')).json()
  assert.equal(contract.openapi, '3.1.0')
  const page = (await t.app.inject('/api-docs')).body
  const ids = Object.values(contract.paths as Record<string, Record<string, { operationId: string }>>)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => operation.operationId)
  assert.ok(ids.length > 0)
  for (const id of ids) assert.match(page, new RegExp(`id="${id}"`))
  assert.doesNotMatch(page, /<script/)
})
