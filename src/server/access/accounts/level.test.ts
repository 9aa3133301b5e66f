// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { aBrowser, anAccount, codeTo } from '../../../../test/accounts.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { readConfig } from '../../platform/config.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { readAccountConfig } from './config.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

/**
 * What an account may do: keep itself, see and end sessions, see and end delegations (in a hurry, from any device), leave.
 * Whoever adds here says why the data is not clinical.
 */
const allowed = new Set(
  `getAccount setAccountPassword renamePasskey removePasskey
   deleteSession listSessions endSession endOtherSessions
   listDelegations getDelegation revokeDelegation suspendDelegation rejectDelegation
   listAdhesions makeAdhesion withdrawAdhesion`.split(/\s+/),
)

interface Operation {
  operationId: string
  security?: Record<string, unknown>[]
}

test('a session of an account passes no route but those about the account itself and adhesions by age', async () => {
  const owner = await anAccount(t)
  await aPerson(t, { birthDate: '2019-03-02', parent: owner.personId })
  const browser = aBrowser(t)
  await browser.password(owner.userName, owner.password)
  await browser.code(await codeTo(t, owner.mobile))
  const session = (await browser.get('/api/v1/session')).json()
  assert.equal(session.level, 1)
  assert.equal(session.actsFor.length, 1, 'not even the names of her children')
  const headers = {
    cookie: `__Host-sid=${browser.cookies.get('__Host-sid')}`,
    'x-csrf-token': session.csrfToken as string,
  }
  const { paths } = t.app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
  const tried: string[] = []
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { operationId, security }] of Object.entries(methods)) {
      if (!security?.some((one) => 'session' in one) || allowed.has(operationId)) continue
      const url = path.replaceAll(/\{\w+\}/g, () => uuidv7())
      const answer = await t.app.inject({ method: method.toUpperCase() as 'GET', url, headers })
      assert.equal(answer.statusCode, 403, `${operationId}: ${answer.body}`)
      tried.push(operationId)
    }
  assert.ok(tried.length > 25, `${tried.length} routes were tried`)
  for (const known of ['createBooking', 'createAccount', 'setContacts']) assert.ok(tried.includes(known), known)
})

test('no configuration can give an account more than level 1, nor weaker hashes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sinfonia-region-'))
  after(() => rm(folder, { recursive: true }))
  await cp(t.platform.config.regionFolder, folder, { recursive: true })
  const file = join(folder, 'accounts.json')
  const good = JSON.parse(await readFile(file, 'utf8')) as { levels: object; password: object }
  const config = readConfig({ REGION: folder, DATA_DIR: folder })
  const bad = [
    { ...good, levels: { ...good.levels, passkey: 2 } },
    { ...good, password: { ...good.password, memoryKiB: 8192 } },
    { ...good, password: { ...good.password, passes: 1 } },
    { ...good, password: { ...good.password, shortest: 6 } },
    { ...good, password: { ...good.password, longest: 32 } },
    { ...good, oops: true },
  ]
  for (const one of bad) {
    await writeFile(file, JSON.stringify(one))
    assert.throws(() => readAccountConfig(config), /accounts\.json/)
  }
  await writeFile(file, JSON.stringify(good))
  assert.equal(readAccountConfig(config).levels.passkey, 1)
})
