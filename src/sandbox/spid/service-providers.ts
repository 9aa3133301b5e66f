// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { X509Certificate } from 'node:crypto'
import { DOMParser, type Element } from '@xmldom/xmldom'
import type { Pool } from 'pg'
import { binding, ns } from '../../shared/saml-names.ts'
import { isSignedBy } from './signing.ts'

/** What the federation knows of a service provider, from the metadata it handed in. */
export type ServiceProvider = {
  entityId: string
  displayName: string
  certificates: string[]
  /** Addresses for answers, by index. */
  consumers: Map<number, string>
  /** Names of the attributes of each set, by index. */
  attributeSets: Map<number, string[]>
  logoutAddresses: string[]
}

/** Metadata that AgID would send back, with the sentence it would send. */
export class MetadataFault extends Error {}

/**
 * Reads the metadata of a service provider as strictly as the federation does where a login depends on it.
 *
 * @throws MetadataFault
 */
export function readServiceProvider(xml: string): ServiceProvider {
  try {
    return read(xml)
  } catch (cause) {
    if (cause instanceof MetadataFault) throw cause
    throw new MetadataFault('Not readable', { cause }) // not XML, or a certificate that is none
  }
}

function read(xml: string): ServiceProvider {
  if (xml !== xml.trim()) throw new MetadataFault('White space around the document')
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  if (!root || root.localName !== 'EntityDescriptor' || root.namespaceURI !== ns.metadata) {
    throw new MetadataFault('No EntityDescriptor')
  }
  const all = (name: string, namespace: string = ns.metadata) => [...root.getElementsByTagNameNS(namespace, name)]
  const role = all('SPSSODescriptor')
  const entityId = root.getAttribute('entityID') ?? ''
  if (!entityId || role.length !== 1) throw new MetadataFault('No entityID, or not exactly one SPSSODescriptor')
  for (const flag of ['AuthnRequestsSigned', 'WantAssertionsSigned']) {
    if (role[0]?.getAttribute(flag) !== 'true') throw new MetadataFault(`${flag} is not true`)
  }
  const certificates = all('KeyDescriptor')
    .filter((key) => key.getAttribute('use') === 'signing')
    .flatMap((key) => [...key.getElementsByTagNameNS(ns.signature, 'X509Certificate')])
    .map((element) => new X509Certificate(Buffer.from(element.textContent ?? '', 'base64')).toString())
  if (!isSignedBy(xml, certificates)) throw new MetadataFault('Not signed by one of its own keys')
  const consumers = all('AssertionConsumerService')
  if (consumers.filter((one) => one.getAttribute('isDefault') === 'true').length !== 1) {
    throw new MetadataFault('Not exactly one default AssertionConsumerService')
  }
  if (consumers.some((one) => one.getAttribute('Binding') !== binding.post)) {
    throw new MetadataFault('AssertionConsumerService not HTTP-POST')
  }
  const logoutAddresses = all('SingleLogoutService').map((one) => one.getAttribute('Location') ?? '')
  if (logoutAddresses.length === 0) throw new MetadataFault('No SingleLogoutService')
  checkContact(all)
  return {
    entityId,
    displayName: all('OrganizationDisplayName')[0]?.textContent ?? entityId,
    certificates,
    consumers: new Map(consumers.map((one) => [Number(one.getAttribute('index')), one.getAttribute('Location') ?? ''])),
    attributeSets: new Map(
      all('AttributeConsumingService').map((set) => [
        Number(set.getAttribute('index')),
        [...set.getElementsByTagNameNS(ns.metadata, 'RequestedAttribute')].map((one) => one.getAttribute('Name') ?? ''),
      ]),
    ),
    logoutAddresses,
  }
}

/** The contact of SPID (Avviso 29) or, where the document speaks of CIE, the administrative one of its manual. */
function checkContact(all: (name: string, namespace?: string) => Element[]): void {
  const cie = all('ContactPerson').some((one) => one.getAttribute('contactType') === 'administrative')
  const wanted = cie ? ['Public', 'IPACode', 'Municipality'] : ['Public', 'IPACode']
  for (const name of wanted) {
    if (all(name, cie ? ns.cie : ns.spid).length !== 1) throw new MetadataFault(`No ${name} in the contact`)
  }
  if (!cie) return
  if (
    all('Company')[0]?.textContent !== all('OrganizationName')[0]?.textContent ||
    !all('EmailAddress')[0]?.textContent
  )
    throw new MetadataFault('Company or EmailAddress of the administrative contact')
  if (!all('SingleLogoutService').some((one) => one.getAttribute('Binding') === binding.redirect))
    throw new MetadataFault('No SingleLogoutService by redirect')
}

/** Enters or replaces a service provider in the federation. */
export async function register(sql: Pool, xml: string): Promise<ServiceProvider> {
  const provider = readServiceProvider(xml)
  await sql.query(
    `insert into spid_service_provider (entity_id, metadata) values ($1, $2)
     on conflict (entity_id) do update set metadata = excluded.metadata, registered_at = now()`,
    [provider.entityId, xml],
  )
  return provider
}

/**
 * The service provider with this entity ID. One that is not known yet is asked for its metadata when its address
 * belongs to the platform this sandbox was started for: the step that AgID takes by hand in the real federation.
 */
export async function findServiceProvider(
  sql: Pool,
  entityId: string,
  platformUrl: string,
): Promise<ServiceProvider | undefined> {
  const { rows } = await sql.query<{ metadata: string; fresh: boolean }>(
    `select metadata, registered_at > now() - interval '1 minute' as fresh from spid_service_provider where entity_id = $1`,
    [entityId],
  )
  const known = rows[0]
  const ours = URL.parse(entityId)?.origin === new URL(platformUrl).origin
  if (known && (known.fresh || !ours)) return readServiceProvider(known.metadata)
  if (!ours) return undefined
  try {
    const answer = await fetch(entityId, { signal: AbortSignal.timeout(5000), redirect: 'error' })
    if (answer.ok) return await register(sql, await answer.text())
  } catch (error) {
    // The platform is not reachable by itself (as in tests without a socket): what was registered still counts.
    if (!(error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))) throw error
  }
  return known && readServiceProvider(known.metadata)
}
