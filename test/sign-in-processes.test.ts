// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startProcess, type Process } from '../bench/environment.ts'
import { testApp } from './setup.ts'
import { answerOf, aPerson, depart, joinFederation, lastOutcome, type Answer, type Departure } from './spid.ts'

// The product as it runs behind a balancer: two server processes that know of each other only what the database tells.

const t = await testApp()
const servers: Process[] = []
let personId = ''
before(async () => {
  personId = await aPerson(t)
  await joinFederation(t)
  const start = () =>
    startProcess('src/server/main.ts', '/health/live', (port) => ({
      PORT: String(port),
      CNS_PORT: '',
      DATABASE_URL: t.databaseUrl,
      DATA_DIR: t.dataDir,
      PUBLIC_URL: t.url,
      SANDBOX_URL: t.sandbox.url,
      LOG_LEVEL: 'fatal',
    }))
  servers.push(await start(), await start())
})
after(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await t[Symbol.asyncDispose]()
})

async function bring(server: Process, { SAMLResponse, RelayState }: Answer, { cookie }: Departure) {
  const answer = await fetch(`${server.url}/auth/spid/acs`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ SAMLResponse, RelayState }),
  })
  await answer.text()
  const session = answer.headers.getSetCookie().find((one) => /^__Host-sid=./.test(one))
  return { status: answer.status, session: session?.split(';')[0] }
}

const sessions = async (): Promise<number> =>
  (await t.owner.query('select 1 from access.session where person_id = $1', [personId])).rowCount ?? 0

async function anAnswer(): Promise<{ departure: Departure; answer: Answer; before: number }> {
  const departure = await depart(t)
  return { departure, answer: await answerOf(t, departure), before: await sessions() }
}

test('of an answer brought to two processes one after the other, the first opens the only session', async () => {
  const [one, two] = servers
  for (const [first, second] of [
    [one!, two!],
    [two!, one!],
  ] as const) {
    const { departure, answer, before: earlier } = await anAnswer()
    const entered = await bring(first, answer, departure)
    assert.equal(entered.status, 303)
    const again = await bring(second, answer, departure)
    assert.equal(again.status, 403)
    assert.equal(again.session, undefined)
    assert.equal(await lastOutcome(t), 'request/already-answered')
    assert.equal(await sessions(), earlier + 1)
    for (const { url } of servers) {
      const seen = await fetch(`${url}/api/v1/session`, { headers: { cookie: entered.session ?? '' } })
      assert.equal(((await seen.json()) as { signedIn: boolean }).signedIn, true, 'the session counts in both')
    }
  }
})

test('of an answer brought to two processes at the same moment, one opens the only session', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { departure, answer, before: earlier } = await anAnswer()
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => bring(servers[index % 2]!, answer, departure)),
    )
    assert.deepEqual(
      outcomes.map(({ status }) => status).toSorted((a, b) => a - b),
      [303, ...Array.from({ length: 11 }, () => 403)],
    )
    assert.equal(outcomes.filter(({ session }) => session).length, 1)
    assert.equal(await sessions(), earlier + 1)
  }
})

test('an assertion used in one process is worth nothing in the other, even if its request were open again', async () => {
  const [one, two] = servers
  const { departure, answer, before: earlier } = await anAnswer()
  assert.equal((await bring(one!, answer, departure)).status, 303)
  const other = await depart(t)
  assert.equal((await bring(two!, { ...answer, RelayState: other.relayState }, other)).status, 403)
  await t.owner.query('update access.sign_in_request set consumed_at = null')
  assert.equal((await bring(two!, answer, departure)).status, 403)
  assert.equal(await lastOutcome(t), 'assertion/already-used')
  assert.equal(await sessions(), earlier + 1)
})
