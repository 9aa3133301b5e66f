// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SignedXml } from 'xml-crypto'
import type { SandboxContext } from '../context.ts'
import { issue, pem, type CertificateWish } from './certificates.ts'
import { publishFile } from '../publish.ts'

export const tables = `
create table if not exists cns_key (name text primary key, private_key text not null, certificate bytea not null);
create table if not exists cns_card (
  serial text primary key, fiscal_code text not null, private_key text not null, certificate bytea not null,
  state text not null default 'good' check (state in ('good', 'revoked', 'suspended')));
create unique index if not exists cns_card_by_person on cns_card (fiscal_code) where serial like '4%';
`

/** The authority that issues cards; one of the same name that is on no list; who answers OCSP; who signs the list. */
export const names = {
  authority: 'Ente Certificatore CNS di prova',
  foreign: 'Ente Certificatore CNS di prova',
  unlisted: 'Ente Certificatore sconosciuto',
  responder: 'Risponditore OCSP di prova',
  list: 'Gestore della lista di fiducia di prova',
} as const
export type Name = keyof typeof names

export interface Signer {
  commonName: string
  key: KeyObject
  certificate: Buffer
}

const day = 86_400_000

/** The key with this name, made at first use and kept, so that it is the same after a restart. */
export async function signer(context: SandboxContext, name: Name): Promise<Signer> {
  const { sql, now } = context
  const find = async (): Promise<Signer | undefined> => {
    const { rows } = await sql.query<{ private_key: string; certificate: Buffer }>(
      'select private_key, certificate from cns_key where name = $1',
      [name],
    )
    const [row] = rows
    return row && { commonName: names[name], key: createPrivateKey(row.private_key), certificate: row.certificate }
  }
  const known = await find()
  if (known) return known
  const key = await newKey()
  const wish: CertificateWish = {
    commonName: names[name],
    from: new Date(now().getTime() - 30 * day),
    to: new Date(now().getTime() + 3650 * day),
    ...(name === 'responder' ? { usage: 0x80, purposes: ['1.3.6.1.5.5.7.3.9'] } : { authority: true, usage: 0x06 }),
  }
  const issuer = name === 'responder' ? await signer(context, 'authority') : { commonName: names[name], key }
  const certificate = issue(wish, key, issuer)
  await sql.query(
    'insert into cns_key (name, private_key, certificate) values ($1, $2, $3) on conflict (name) do nothing',
    [name, key.export({ type: 'pkcs8', format: 'pem' }), certificate],
  )
  return (await find())!
}

export async function newKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
}

/** The trusted list of the sandbox, signed; writes the certificate of its signer where the platform looks for it. */
export async function trustedList(context: SandboxContext, sequenceNumber = 1): Promise<string> {
  const [authority, list] = [await signer(context, 'authority'), await signer(context, 'list')]
  const folder = join(context.dataDir, 'sandbox')
  await publishFile(join(folder, 'cns-list-signer.pem'), pem(list.certificate))
  const at = context.now()
  const prefix = 'http://uri.etsi.org/TrstSvc'
  const xml = `<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="lista" TSLTag="http://uri.etsi.org/19612/TSLTag">
<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>${sequenceNumber}</TSLSequenceNumber><SchemeTerritory>IT</SchemeTerritory><ListIssueDateTime>${at.toISOString()}</ListIssueDateTime><NextUpdate><dateTime>${new Date(at.getTime() + 180 * day).toISOString()}</dateTime></NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPServices><TSPService><ServiceInformation><ServiceTypeIdentifier>${prefix}/Svctype/IdV</ServiceTypeIdentifier><ServiceDigitalIdentity><DigitalId><X509Certificate>${authority.certificate.toString('base64')}</X509Certificate></DigitalId></ServiceDigitalIdentity><ServiceStatus>${prefix}/TrustedList/Svcstatus/recognisedatnationallevel</ServiceStatus></ServiceInformation></TSPService></TSPServices></TrustServiceProvider></TrustServiceProviderList>
</TrustServiceStatusList>`
  const signing = new SignedXml({
    privateKey: list.key.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: pem(list.certificate),
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signing.addReference({
    xpath: '/*',
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  signing.computeSignature(xml)
  return signing.getSignedXml()
}
