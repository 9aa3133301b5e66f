// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { readPartnerConfig } from '../src/server/access/partners/config.ts'
import type { Config } from '../src/server/platform/config.ts'
import { keptFile } from '../src/server/platform/kept-file.ts'

/** The region's own client on the sandbox's PDND. */
const client = { PDND_CLIENT_ID: '0198a000-0000-7000-8000-00000000000f', PDND_KEY_ID: 'sinfonia-prova' }

/** The client by which the region uses ANPR, and the purpose it does so for. */
export const anprClient = {
  ANPR_PDND_CLIENT_ID: '0198a000-0000-7000-8000-00000000001f',
  ANPR_PDND_KEY_ID: 'sinfonia-anpr-prova',
  ANPR_PURPOSE_ID: '0198a000-0000-7000-8000-000000000020',
}
const anprService = '0198a000-0000-7000-8000-000000000021'

async function put(address: string, body: object): Promise<void> {
  const answer = await fetch(address, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}: ${await answer.text()}`)
}

/**
 * Does on the sandbox's PDND what an administration does on the portal of the real one: registers its own client with a
 * key, and publishes the e-services of `partners.json`. Returns the settings that the server needs to use them.
 */
export async function registerOnPdnd(config: Config): Promise<Record<string, string>> {
  const { pdnd, pdndClient } = readPartnerConfig(config)
  const jwk = await publicKey(pdndClient.keyFile)
  const portal = `${config.sandboxUrl}/pdnd/control`
  await put(`${portal}/clients/${client.PDND_CLIENT_ID}`, { kind: 'API', organization: config.region.ipaCode })
  await put(`${portal}/clients/${client.PDND_CLIENT_ID}/keys/${client.PDND_KEY_ID}`, jwk)
  for (const { id, name, audience } of pdnd.eServices)
    await put(`${portal}/eservices/${id}`, { name: name.it, audience })
  await registerOnAnpr(config)
  return { ...client, ...anprClient }
}

/** The same for ANPR, whose e-service the region consumes: a client with its key, and an active purpose. */
export async function registerOnAnpr(config: Config): Promise<void> {
  const portal = `${config.sandboxUrl}/pdnd/control`
  const { ANPR_PDND_CLIENT_ID: id, ANPR_PDND_KEY_ID: kid, ANPR_PURPOSE_ID: purpose } = anprClient
  await put(`${portal}/clients/${id}`, { kind: 'CONSUMER', organization: config.region.ipaCode })
  await put(`${portal}/clients/${id}/keys/${kid}`, await publicKey(join(config.dataDir, 'keys', 'pdnd.key')))
  const audience = `${config.sandboxUrl}/anpr/notifiche/v1`
  await put(`${portal}/eservices/${anprService}`, { name: 'ANPR, notifica delle variazioni', audience })
  await put(`${portal}/purposes/${purpose}`, { eservice: anprService, client: id })
}

async function publicKey(keyFile: string): Promise<object> {
  const pem = await keptFile(keyFile, () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return Promise.resolve(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  })
  return createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' })
}
