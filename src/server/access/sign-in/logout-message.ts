// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { verify, type KeyObject } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { algorithm } from '../../../shared/saml-names.ts'
import { redirectAddress } from './authn-request.ts'
import type { Keys } from './keys.ts'
import type { BindingName } from './provider-metadata.ts'
import { SamlFault } from './saml/fault.ts'
import { signaturesOn, signed, verifiedElement } from './saml/signature.ts'
import type { Element } from './saml/xml.ts'

/** A message about a logout comes as a request or as an answer. */
export type LogoutParameter = 'SAMLRequest' | 'SAMLResponse'

/** A message of a provider about a logout, as the browser brought it. */
export type LogoutDelivery = {
  binding: BindingName
  message: string
  relayState: string | undefined
  /** The query exactly as it came, which is what HTTP-Redirect signs. */
  rawQuery: string
}

/** Where the browser goes with our message. */
export type LogoutDeparture =
  | { kind: 'post'; action: string; fields: Record<string, string> }
  | { kind: 'redirect'; address: string }

const longestInflated = 200_000

/** The XML of a message. */
export function decodeLogout({ binding, message }: LogoutDelivery): string {
  const base64 = message.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new SamlFault('logout/base64')
  const bytes = Buffer.from(base64, 'base64')
  try {
    const plain = binding === 'redirect' ? inflateRawSync(bytes, { maxOutputLength: longestInflated }) : bytes
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    throw new SamlFault('logout/encoding', { cause })
  }
}

/** The message as it was signed: from the verified bytes (POST), or that of a query whose signature is good. */
export function authenticLogout(
  root: Element,
  parameter: LogoutParameter,
  delivery: LogoutDelivery,
  keys: readonly KeyObject[],
): Element {
  if (delivery.binding === 'post') return verifiedElement(root, keys)
  if (signaturesOn(root).length > 0) throw new SamlFault('logout/signature-inside')
  checkQuery(delivery.rawQuery, parameter, keys)
  return root
}

/** SAML bindings 3.4.4.1: the signature covers the parameters in this order, in the very bytes that were sent. */
function checkQuery(rawQuery: string, parameter: LogoutParameter, keys: readonly KeyObject[]): void {
  const parts = new Map<string, string>()
  for (const part of rawQuery.split('&')) {
    const name = part.split('=', 1)[0] ?? ''
    if (parts.has(name)) throw new SamlFault('logout/query')
    parts.set(name, part)
  }
  const query = new URLSearchParams(rawQuery)
  if (query.get('SigAlg') !== algorithm.rsaSha256) throw new SamlFault('signature/algorithm')
  const text = [parameter, 'RelayState', 'SigAlg'].flatMap((name) => parts.get(name) ?? []).join('&')
  const signature = Buffer.from(query.get('Signature') ?? '', 'base64')
  if (!keys.some((key) => verify('sha256', Buffer.from(text), key, signature))) throw new SamlFault('signature/wrong')
}

/** Signs our message for a binding; it goes where the browser takes it. */
export function departLogout(
  to: { binding: BindingName; destination: string; relayState?: string | undefined },
  parameter: LogoutParameter,
  xml: string,
  keys: Keys,
): LogoutDeparture {
  const { binding, destination, relayState } = to
  if (binding === 'redirect')
    return {
      kind: 'redirect',
      address: redirectAddress(destination, parameter, xml, relayState ?? null, keys.signing),
    }
  const document = signed(xml, keys.signing, '</saml:Issuer>')
  const relay = relayState === undefined ? {} : { RelayState: relayState }
  return {
    kind: 'post',
    action: destination,
    fields: { [parameter]: Buffer.from(document).toString('base64'), ...relay },
  }
}
