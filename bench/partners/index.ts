// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { registerClient } from '../../src/server/access/partners/clients.ts'
import { createApp, type Running } from '../../src/server/app.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { openDatabase } from '../environment.ts'
import { drive, summarise, type Figures } from '../load.ts'
import { one, print, two } from '../table.ts'

const options = { seconds: { type: 'string', default: '10' } } as const
const issuer = 'http://localhost:3000'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Measures tokens a second with their ratio to the bare signatures, and what being a partner adds to a call. */
export async function run(args: string[]): Promise<object> {
  const seconds = Number(parseArgs({ args, options }).values.seconds)
  if (!(seconds >= 1)) throw new Error('Write --seconds of at least 1.')
  const folder = resolve('.data/bench/partners')
  const database = await openDatabase(folder, true)
  try {
    await migrate(database.url)
    const config = readConfig({
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      PUBLIC_URL: issuer,
      LOG_LEVEL: 'silent',
      PARTNER_TOKENS_PER_MINUTE: '0',
    })
    const running = await createApp(config)
    await running.app.ready()
    try {
      return await measure(running, database.url, seconds)
    } finally {
      await running.close()
    }
  } finally {
    await database.stop()
  }
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const kid = 'bench'

/** A client of the region with quotas that no bench uses up. */
async function register({ platform }: Running, databaseUrl: string): Promise<string> {
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const organisationId = uuidv7()
  await owner.query(
    `insert into registry.organisation (id, kind, code, name, source, verified) values ($1, 'region', 'bench', 'Bench', 'bench', false)`,
    [organisationId],
  )
  await owner.end()
  const by = { personId: uuidv7(), organisationId, now: platform.now(), requestId: uuidv7() }
  const client = {
    name: 'Bench',
    purpose: 'Measuring how fast partners are served',
    contact: 'bench@example.org',
    key: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid }),
    scopes: ['catalogue:read'],
  }
  return platform.db
    .transaction()
    .execute((tx) => registerClient(tx, by, client, { perMinute: 100_000, perDay: 100_000_000 }, false))
}

function assertionFor(clientId: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(`${issuer}/oauth/token`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('4m')
    .sign(privateKey)
}

async function measure(running: Running, databaseUrl: string, seconds: number): Promise<object> {
  const { app } = running
  const clientId = await register(running, databaseUrl)
  // Assertions are the client's work: they are signed before, so that only ours is measured.
  const assertions: string[] = []
  const wanted = Math.ceil(seconds * 700)
  while (assertions.length < wanted)
    assertions.push(...(await Promise.all(Array.from({ length: 50 }, () => assertionFor(clientId)))))
  const askToken = async (): Promise<string | undefined> => {
    const assertion = assertions.pop()
    if (!assertion) return undefined
    const payload = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }).toString()
    const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: form, payload })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    return answer.json().access_token
  }
  const token = await askToken()
  const tokens = summarise(await drive(8, seconds / 2, async () => (await askToken()) !== undefined))

  const key = await importJWK(publicKey.export({ format: 'jwk' }), 'RS256')
  const sample = await assertionFor(clientId)
  const signatures = summarise(
    await drive(1, Math.min(2, seconds), async () => {
      await jwtVerify(sample, key)
      await assertionFor(clientId)
    }),
  )
  const call = (url: string, headers: Record<string, string>) => async () => {
    const answer = await app.inject({ url, headers })
    if (answer.statusCode !== 200 && answer.statusCode !== 429) throw new Error(answer.body)
  }
  const status = call('/api/partner/v1/status', {})
  const services = call('/api/partner/v1/services?limit=1', { authorization: `Bearer ${token}` })
  const open = call('/api/v1/services?limit=1', {})
  await drive(1, 1, services) // warms up
  const rows: [string, Figures][] = [
    ['a token (8 clients)', tokens],
    ['bare: one signature checked, one made', signatures],
    ['a call that asks nothing of the database', summarise(await drive(1, seconds / 4, status))],
    ['the public catalogue', summarise(await drive(1, seconds / 4, open))],
    ['the partners’ catalogue', summarise(await drive(1, seconds / 4, services))],
    ['the partners’ catalogue (8 clients, one partner)', summarise(await drive(8, seconds / 4, services))],
  ]
  console.log('')
  print(
    rows.map(([what, { count, perSecond, p50, p99 }]) => ({
      what,
      'p50 ms': two(p50),
      'p99 ms': two(p99),
      'per second': Math.round(perSecond),
      done: count,
    })),
  )
  const added = rows[4]![1].p50 - rows[3]![1].p50
  console.log(
    `\nbeing a partner adds ${two(added)} ms to the median of a call; tokens take ${one(signatures.perSecond / tokens.perSecond)} × the bare signatures\n`,
  )
  return {
    tokensPerSecond: Math.round(tokens.perSecond),
    tokenP99Ms: two(tokens.p99),
    ratioToSignatures: two(signatures.perSecond / tokens.perSecond),
    addedP50Ms: two(added),
    callsPerSecond: Math.round(rows[5]![1].perSecond),
  }
}
