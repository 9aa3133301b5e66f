// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { X509Certificate, type KeyObject } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { XMLSerializer } from '@xmldom/xmldom'
import pg from 'pg'
import { SignedXml } from 'xml-crypto'
import { migrate } from '../../db/migrate.ts'
import { readSignInConfig } from '../../src/server/access/sign-in/config.ts'
import { signaturesOn, verifiedText } from '../../src/server/access/sign-in/saml/signature.ts'
import { childrenOf, parseStrictly, rootOf } from '../../src/server/access/sign-in/saml/xml.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { connect } from '../../src/server/platform/database.ts'
import { ns } from '../../src/shared/saml-names.ts'
import { openDatabase, startProcess, type Process } from '../environment.ts'
import { openClient } from '../http-client.ts'
import { drive, summarise, type Figures, type Samples } from '../load.ts'
import { print, two } from '../table.ts'
import { enterHolders, enterProvider, prepare, providerKey, type Prepared } from './prepare.ts'

const options = {
  seconds: { type: 'string', default: '10' },
  clients: { type: 'string', default: '32' },
} as const

const publicUrl = 'http://localhost:3000'
/** More logins than any second of the run can take; what is left over is never brought. */
const mostPerSecond = 500

const say = (line: string) => console.error(line)

/** Measures logins a second with their ratio to the bare verification of the two signatures of an answer. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options })
  const [seconds, clients] = [Number(values.seconds), Number(values.clients)]
  if (!(seconds >= 2) || !(clients >= 1)) throw new Error('Write --seconds of at least 2 and --clients of at least 1.')
  const folder = resolve('.data/bench/sign-in')
  const database = await openDatabase(folder, true)
  try {
    await migrate(database.url)
    const testProviders = join(folder, 'providers')
    mkdirSync(testProviders, { recursive: true })
    const environment = {
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      PUBLIC_URL: publicUrl,
      CNS_PORT: '',
      LOG_LEVEL: 'fatal',
      SIGN_INS_PER_MINUTE: '0',
      SPID_PROFILE: 'test',
      SPID_TEST_PROVIDERS_DIR: testProviders,
    }
    const server = await startProcess('src/server/main.ts', '/health/live', (port) => ({
      ...environment,
      PORT: String(port),
    }))
    try {
      return await measure(server, environment, seconds, clients)
    } finally {
      await server.stop()
    }
  } finally {
    await database.stop()
  }
}

async function measure(
  server: Process,
  environment: Record<string, string> & { DATABASE_URL: string },
  seconds: number,
  clients: number,
): Promise<object> {
  const owner = new pg.Pool({ connectionString: environment.DATABASE_URL, max: 1 })
  const platform = readConfig(environment)
  const connection = connect(environment.DATABASE_URL, {
    onDrop: (error) => say(`A connection dropped: ${error.message}`),
  })
  const key = providerKey()
  try {
    await enterProvider(owner, key)
    const holders = await enterHolders(owner, 1000)
    const many = Math.ceil((seconds + 2) * mostPerSecond)
    say(`Signing ${many} answers…`)
    const prepared = await prepare(connection.db, readSignInConfig(platform), key, holders, many)
    await owner.query('analyze access.sign_in_request')
    const sample = prepared[0]!

    say('Logging in…')
    await load(server, prepared, 2, clients) // warms up
    const before = server.cpuSeconds() ?? Number.NaN
    const logins = summarise(await load(server, prepared, seconds, clients))
    const cpuMs = (((server.cpuSeconds() ?? Number.NaN) - before) / logins.count) * 1000
    if (prepared.length === 0) throw new Error('The server took every answer there was: prepare more a second.')
    await mustAddUp(owner, many - prepared.length)
    say('Verifying…')
    const bare = alone(3, bareVerification(sample, new X509Certificate(key.certificate).publicKey))
    const library = alone(2, byLibrary(sample, key.certificate))
    return report({ ...logins, cpuMs }, bare, library, server.maxRssMb(), sample.xml.length)
  } finally {
    await connection.close()
    await owner.end()
  }
}

/** Brings one answer after the other, each once, as the browsers of so many people. */
async function load(server: Process, prepared: Prepared[], seconds: number, clients: number): Promise<Samples> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openClient(server.url)))
  try {
    return await drive(clients, seconds, async (client) => {
      const login = prepared.pop()
      if (!login) return false
      const { form, cookie } = login
      const answer = await connections[client]!.ask({
        method: 'POST',
        path: '/auth/spid/acs',
        headers: { cookie },
        form,
      })
      if (answer.status !== 303) throw new Error(`${answer.status} ${answer.body}`)
      return true
    })
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** A figure with the processor time of one unit, in milliseconds: what is left of it when the machine does other work too. */
interface Cost extends Figures {
  cpuMs: number
}

/** Repeats a piece of work in this process, with nothing beside it, after warming up. */
function alone(seconds: number, work: () => void): Cost {
  for (let round = 0; round < 100; round += 1) work()
  const milliseconds: number[] = []
  const used = process.cpuUsage()
  const started = performance.now()
  while (performance.now() - started < seconds * 1000) {
    const begun = performance.now()
    work()
    milliseconds.push(performance.now() - begun)
  }
  const { user, system } = process.cpuUsage(used)
  const figures = summarise({ milliseconds, seconds: (performance.now() - started) / 1000 })
  return { ...figures, cpuMs: (user + system) / 1000 / figures.count }
}

/** The two signatures of an answer as the server checks them: parse, canonicalise, digest, RSA; the Response first. */
function bareVerification({ xml }: Prepared, key: KeyObject): () => void {
  return () => {
    const response = rootOf(parseStrictly(xml))
    const [assertion] = childrenOf(response, ns.assertion, 'Assertion')
    verifiedText(response, [key])
    verifiedText(assertion!, [key])
  }
}

/** The same two by xml-crypto alone, as most service providers check them. */
function byLibrary({ xml }: Prepared, certificate: string): () => void {
  const response = rootOf(parseStrictly(xml))
  const [assertion] = childrenOf(response, ns.assertion, 'Assertion')
  const writer = new XMLSerializer()
  const signatures = [response, assertion!].map((element) => writer.serializeToString(signaturesOn(element)[0]!))
  return () => {
    for (const signature of signatures) {
      const checker = new SignedXml({ publicCert: certificate })
      checker.loadSignature(signature)
      if (!checker.checkSignature(xml)) throw new Error('The signature is not good.')
    }
  }
}

/** Every login that was counted is in the register, and opened one session. */
async function mustAddUp(owner: pg.Pool, logins: number): Promise<void> {
  const { rows } = await owner.query<{ accepted: number; sessions: number }>(
    `select (select count(*)::int from access.sign_in_log where outcome = 'accepted') as accepted,
            (select count(*)::int from access.session) as sessions`,
  )
  const { accepted, sessions } = rows[0]!
  if (accepted !== logins || sessions !== logins)
    throw new Error(`${logins} logins, but ${accepted} are in the register and ${sessions} sessions are open.`)
}

function report(login: Cost, bare: Cost, library: Cost, memory: number | undefined, length: number): object {
  const row = (what: string, { count, perSecond, p50, p99, cpuMs }: Cost) => ({
    what,
    'p50 ms': two(p50),
    'p99 ms': two(p99),
    'processor ms': two(cpuMs),
    'per second': Math.round(perSecond),
    done: count,
  })
  console.log('')
  print([
    row('a login (POST /auth/spid/acs)', login),
    row('bare: the two signatures, as the server checks them', bare),
    row('the two signatures by xml-crypto', library),
  ])
  const ratio = two(login.perSecond / bare.perSecond)
  const cpuRatio = two(bare.cpuMs / login.cpuMs)
  console.log(
    `\n${ratio} of bare verification (${cpuRatio} by processor time of the server); answers of ${two(length / 1024)} kB\n`,
  )
  return {
    loginsPerSecond: Math.round(login.perSecond),
    p50Ms: two(login.p50),
    p99Ms: two(login.p99),
    serverCpuMsPerLogin: two(login.cpuMs),
    barePerSecond: Math.round(bare.perSecond),
    bareCpuMs: two(bare.cpuMs),
    ratioToBare: ratio,
    cpuRatioToBare: cpuRatio,
    libraryPerSecond: Math.round(library.perSecond),
    maxRssMb: memory === undefined ? null : Math.round(memory),
  }
}
