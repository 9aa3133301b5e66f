// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readPartnerConfig } from '../src/server/access/partners/config.ts'
import type { Config } from '../src/server/platform/config.ts'
import { keptFile } from '../src/server/platform/kept-file.ts'

/** The region's own client on the sandbox's PDND. */
const client = { PDND_CLIENT_ID: '0198a000-0000-7000-8000-00000000000f', PDND_KEY_ID: 'sinfonia-prova' }

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
  const pem = await keptFile(pdndClient.keyFile, () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return Promise.resolve(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  })
  const jwk = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' })
  const portal = `${config.sandboxUrl}/pdnd/control`
  await put(`${portal}/clients/${client.PDND_CLIENT_ID}`, { kind: 'API', organization: config.region.ipaCode })
  await put(`${portal}/clients/${client.PDND_CLIENT_ID}/keys/${client.PDND_KEY_ID}`, jwk)
  for (const { id, name, audience } of pdnd.eServices)
    await put(`${portal}/eservices/${id}`, { name: name.it, audience })
  return client
}
