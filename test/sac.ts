// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { constants, publicEncrypt, randomUUID, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { ensureDatabase } from '../scripts/postgres.ts'
import { createFaults } from '../src/sandbox/context.ts'
import { dispensers, type Dispenser } from '../src/sandbox/sac/dispensers.ts'
import { sacSandbox } from '../src/sandbox/sac/index.ts'
import type { Prescribed } from '../src/sandbox/sac/prescriptions.ts'
import { romeStamp } from '../src/sandbox/sac/stamps.ts'
import { child, readSoapBody, soapMessage, textOf, type XmlElement } from '../src/shared/soap.ts'
import { testServer } from './postgres.ts'

/** The two booking centres that the sandbox knows, and two patients. */
export const [ours, theirs] = dispensers as [Dispenser, Dispenser]
export const patient = 'RSSMRA79B11C566R'
export const other = 'SPSGNN85D50F839H'

export type Fields = [name: string, value: string][]

/** A request as a dispenser's software would send it; each part can be bent. */
export interface Message {
  path?: string
  action?: string
  root?: string
  namespace?: string
  fields: Fields
  list?: string
  dispenser?: Dispenser
  headers?: Record<string, string | undefined>
  body?: string
}

const erogato = '/sac/DemRicettaErogatoServicesWeb/services'
/** Addresses and names of the three services about one prescription. */
export const show = {
  path: `${erogato}/demVisualizzaErogato`,
  action: 'http://visualizzaerogato.wsdl.dem.sanita.finanze.it/VisualizzaErogato',
  root: 'VisualizzaErogatoRichiesta',
  namespace: 'http://visualizzaerogatorichiesta.xsd.dem.sanita.finanze.it',
}
export const deliver = {
  path: `${erogato}/demInvioErogato`,
  action: 'http://invioerogato.wsdl.dem.sanita.finanze.it/InvioErogato',
  root: 'InvioErogatoRichiesta',
  namespace: 'http://invioerogatorichiesta.xsd.dem.sanita.finanze.it',
}
export const reopen = {
  path: `${erogato}/demAnnullaErogato`,
  action: 'http://annullaerogato.wsdl.dem.sanita.finanze.it/AnnullaErogato',
  root: 'AnnullaErogatoRichiesta',
  namespace: 'http://annullaerogatorichiesta.xsd.dem.sanita.finanze.it',
}

/** The codes in the list of errors; 0000 when all went well. */
export const codesOf = (body: XmlElement): string[] =>
  child(body, 'ElencoErroriRicette')!.children.map((one) => textOf(one, 'codEsito')!)

/** The sandbox's SAC alone, on a database of its own, with a client that can send any message. */
export async function sacAlone() {
  const server = await testServer()
  const database = `t_${randomUUID().replaceAll('-', '')}`
  await ensureDatabase(server.url('postgres'), database)
  const dataDir = mkdtempSync(join(tmpdir(), 'sinfonia-sac-'))

  async function start(): Promise<FastifyInstance> {
    const sql = new pg.Pool({ connectionString: server.url(database), max: 6 })
    const app = Fastify()
    await app.register(formbody)
    await sacSandbox(app, {
      sql,
      url: 'http://sandbox.test',
      platformUrl: 'http://platform.test',
      dataDir,
      smtpPort: 0,
      now: () => new Date(),
      faults: createFaults(),
    })
    app.addHook('onClose', () => sql.end())
    return app
  }

  const app = await start()
  const certificate = new X509Certificate(readFileSync(join(dataDir, 'sandbox', 'SanitelCF.cer')))
  const encrypt = (plain: string) =>
    publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(plain)).toString(
      'base64',
    )

  async function send(message: Message): Promise<{ status: number; body: XmlElement; text: string }> {
    const { path, action, root, namespace } = { ...show, ...message }
    const dispenser = message.dispenser ?? ours
    const fields = message.fields.map(([name, value]) => `<s:${name}>${value}</s:${name}>`).join('')
    const headers: Record<string, string | undefined> = {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"${action}"`,
      authorization: `Basic ${Buffer.from(`${dispenser.user}:${dispenser.password}`).toString('base64')}`,
      authorization2f: `Bearer ${dispenser.user}-${romeStamp(new Date()).slice(0, 7)}-RICETTA-DEM-EROGATORE`,
      ...message.headers,
    }
    const response = await app.inject({
      method: 'POST',
      url: path,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      payload:
        message.body ?? soapMessage(`<s:${root} xmlns:s="${namespace}">${fields}${message.list ?? ''}</s:${root}>`),
    })
    const type = String(response.headers['content-type'])
    const body = type.startsWith('text/xml')
      ? readSoapBody(response.body)
      : { name: type, namespace: '', text: '', children: [] }
    return { status: response.statusCode, body, text: response.body }
  }

  const head = (nre: string, code = patient, dispenser = ours): Fields => [
    ['pinCode', encrypt(dispenser.pin)],
    ['codiceRegioneErogatore', dispenser.region],
    ['codiceAslErogatore', dispenser.asl],
    ['codiceSsaErogatore', dispenser.ssa],
    ['pwd', 'OP0042'],
    ['nre', nre],
    ...(code ? ([['cfAssistito', encrypt(code)]] as Fields) : []),
  ]
  const request = (nre: string, operation: string, code = patient, dispenser = ours): Fields => [
    ...head(nre, code, dispenser),
    ['tipoOperazione', operation],
  ]

  async function prescribed(wish: Partial<Prescribed> = {}): Promise<string> {
    const response = await app.inject({
      method: 'POST',
      url: '/sac/prescriptions',
      payload: { fiscalCode: patient, ...wish },
    })
    assert.equal(response.statusCode, 201)
    return response.json<{ nre: string }>().nre
  }

  const stateOf = async (nre: string) =>
    (await app.inject({ url: `/sac/prescriptions/${nre}` })).json<{ state: number; holder: string | null }>()

  async function stop(): Promise<void> {
    await app.close()
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }

  return { app, start, stop, dataDir, certificate, encrypt, send, head, request, prescribed, stateOf }
}
