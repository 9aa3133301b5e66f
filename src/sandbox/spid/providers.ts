// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { generateKeyPair } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Pool } from 'pg'
import { binding, nameFormat, ns, spidAttributes } from '../../shared/saml-names.ts'
import { selfSignedCertificate, subjectPart } from '../../shared/node/x509.ts'
import { bare } from './logouts.ts'
import { signElement, type Key } from './signing.ts'
import { piece } from './xml-tree.ts'
import { publishFile } from '../publish.ts'

/** The federation a provider belongs to. */
export type Scheme = 'spid' | 'cie'

/** Providers of the sandbox: two of SPID, so that an answer of one to a request for the other can be tried; one of CIE. */
export const providers = {
  uno: { scheme: 'spid', name: 'Gestore di prova Uno' },
  due: { scheme: 'spid', name: 'Gestore di prova Due' },
  idp: { scheme: 'cie', name: 'Ministero dell’Interno (di prova)' },
} as const satisfies Record<string, { scheme: Scheme; name: string }>
export type ProviderId = keyof typeof providers

export function isProviderId(scheme: Scheme, text: string): text is ProviderId {
  return Object.hasOwn(providers, text) && providers[text as ProviderId].scheme === scheme
}

/** Where the addresses of a provider begin, on the sandbox. */
export function pathOf(id: ProviderId): string {
  return `/${providers[id].scheme}/${id}`
}

export function entityIdOf(url: string, id: ProviderId): string {
  return url + pathOf(id)
}

/** Where the certificate lies with which the federation signs the metadata of its providers. */
export function federationFile(dataDir: string): string {
  return join(dataDir, 'sandbox', 'spid-federation.pem')
}

/**
 * The key with this name, made at first use and kept, so that it is the same after a restart. `foreign` belongs to
 * nobody in the federation.
 */
export async function keyOf(sql: Pool, name: ProviderId | 'federation' | 'foreign'): Promise<Key> {
  const known = await findKey(sql, name)
  if (known) return known
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    subject: [
      [subjectPart.commonName, `Sinfonia sandbox ${name}`],
      [subjectPart.country, 'IT'],
    ],
    validFrom: new Date(Date.now() - 86_400_000),
    validTo: new Date(Date.now() + 10 * 365 * 86_400_000),
  })
  await sql.query(
    `insert into spid_key (name, private_key, certificate) values ($1, $2, $3) on conflict (name) do nothing`,
    [name, privateKey.export({ type: 'pkcs8', format: 'pem' }), certificate],
  )
  const stored = await findKey(sql, name)
  if (!stored) throw new Error(`The key ${name} was not kept`)
  return stored
}

async function findKey(sql: Pool, name: string): Promise<Key | undefined> {
  const { rows } = await sql.query<Key>(
    `select private_key as "privateKey", certificate from spid_key where name = $1`,
    [name],
  )
  return rows[0]
}

/** Puts the certificate of the federation where whoever trusts it can take it from. */
export async function publishFederation(sql: Pool, dataDir: string): Promise<void> {
  const { certificate } = await keyOf(sql, 'federation')
  await publishFile(federationFile(dataDir), certificate)
}

/** The metadata of a provider, signed by the federation. */
export async function providerMetadata(sql: Pool, url: string, id: ProviderId): Promise<string> {
  const [own, federation] = await Promise.all([keyOf(sql, id), keyOf(sql, 'federation')])
  const entityId = entityIdOf(url, id)
  const services = (name: string, path: string) =>
    [binding.redirect, binding.post].map((kind) => piece(name, { Binding: kind, Location: `${entityId}/${path}` }))
  const keyInfo = piece(
    'ds:KeyInfo',
    { 'xmlns:ds': ns.signature },
    piece('ds:X509Data', {}, piece('ds:X509Certificate', {}, bare(own.certificate))),
  )
  const document = piece(
    'md:EntityDescriptor',
    { 'xmlns:md': ns.metadata, 'xmlns:saml': ns.assertion, entityID: entityId, ID: `_${id}` },
    piece(
      'md:IDPSSODescriptor',
      { protocolSupportEnumeration: ns.protocol, WantAuthnRequestsSigned: 'true' },
      piece('md:KeyDescriptor', { use: 'signing' }, keyInfo),
      // CIE has no SAML logout.
      ...(providers[id].scheme === 'cie' ? [] : services('md:SingleLogoutService', 'slo')),
      piece('md:NameIDFormat', {}, nameFormat.transient),
      ...services('md:SingleSignOnService', 'sso'),
      ...spidAttributes.map((name) => piece('saml:Attribute', { Name: name, NameFormat: nameFormat.basic })),
    ),
    piece(
      'md:Organization',
      {},
      piece('md:OrganizationName', { 'xml:lang': 'it' }, providers[id].name),
      piece('md:OrganizationDisplayName', { 'xml:lang': 'it' }, providers[id].name),
      piece('md:OrganizationURL', { 'xml:lang': 'it' }, entityId),
    ),
  )
  return signElement(document.toString(), 'EntityDescriptor', federation)
}
