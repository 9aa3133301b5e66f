// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHmac, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { DOMParser, XMLSerializer } from '@xmldom/xmldom'
import { ExclusiveCanonicalization, SignedXml } from 'xml-crypto'
import { algorithm, ns } from '../../shared/saml-names.ts'

/** A key of the sandbox, private half and certificate in PEM. */
export type Key = { privateKey: string; certificate: string }

export type SigningOptions = {
  signature?: string
  digest?: string
  /** Transforms other than the two of SPID. */
  transforms?: string[]
  /** Sign as an HMAC with this text as the secret. */
  hmacSecret?: string
}

const by = (name: string): string => `//*[local-name(.)='${name}']`

/**
 * Signs the only element with this local name, with the signature after its Issuer or, without one, as first child.
 * An element without ID is signed as the whole document, which is the only way left.
 */
export function signElement(xml: string, name: string, key: Key, options: SigningOptions = {}): string {
  const signer = new SignedXml({
    privateKey: options.hmacSecret ?? key.privateKey,
    publicCert: key.certificate,
    canonicalizationAlgorithm: algorithm.exclusive,
    signatureAlgorithm: options.signature ?? algorithm.rsaSha256,
  })
  if (options.hmacSecret) signer.enableHMAC()
  const element = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS('*', name)[0]
  const id = element?.getAttribute('ID')
  signer.addReference({
    xpath: by(name),
    digestAlgorithm: options.digest ?? algorithm.sha256,
    transforms: options.transforms ?? [algorithm.enveloped, algorithm.exclusive],
    ...(id ? { uri: `#${id}` } : { uri: '', isEmptyUri: true }),
  })
  const afterIssuer = [...(element?.childNodes ?? [])].some((child) => child.localName === 'Issuer')
  const location = afterIssuer
    ? { reference: `${by(name)}/*[local-name(.)='Issuer']`, action: 'after' as const }
    : { reference: by(name), action: 'prepend' as const }
  signer.computeSignature(xml, { prefix: 'ds', location })
  return signer.getSignedXml()
}

export const hmacSha256 = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'

/**
 * Puts an HMAC-SHA256 of the SignedInfo in place of the signature of a document that carries one: what an attacker computes
 * who knows the public key and hopes that it is taken for a secret.
 *
 * @param named the algorithm that the signature is said to have been made with
 */
export function withHmac(xml: string, named: string, secret: string | Buffer): string {
  const renamed = xml.replace(/(<ds:SignatureMethod Algorithm=")[^"]*/, `$1${named}`)
  const value = createHmac('sha256', secret).update(signedInfoOf(renamed)).digest('base64')
  return renamed.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${value}`)
}

/** The canonical text of the first SignedInfo: what its signature is over. */
export function signedInfoOf(xml: string): string {
  const [info] = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS(ns.signature, 'SignedInfo')
  // xml-crypto types its nodes as those of a browser; it reads only the properties that every DOM has.
  const node = info as unknown as Parameters<ExclusiveCanonicalization['process']>[0]
  return new ExclusiveCanonicalization().process(node, {})
}

/** Whether the root of a document carries one good enveloped signature made by one of these certificates. */
export function isSignedBy(xml: string, certificates: readonly string[]): boolean {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  const signature = [...(root?.childNodes ?? [])].find(
    (node) => node.localName === 'Signature' && node.namespaceURI === ns.signature,
  )
  if (!root || !signature) return false
  // xml-crypto types its nodes as those of a browser; it takes the signature also as text.
  const text = new XMLSerializer().serializeToString(signature)
  return certificates.some((publicCert) => {
    const checker = new SignedXml({ publicCert })
    try {
      checker.loadSignature(text)
      const [reference, ...others] = checker.getReferences()
      return others.length === 0 && reference?.uri === `#${root.getAttribute('ID')}` && checker.checkSignature(xml)
    } catch (error) {
      // Whatever xml-crypto objects to (a wrong value, two equal IDs, an unknown algorithm), the signature is not good.
      if (error instanceof Error) return false
      throw error
    }
  })
}

/** Whether the signature of a query (HTTP-Redirect binding) is good, over the text exactly as it was sent. */
export function isQuerySignedBy(rawQuery: string, certificates: readonly string[]): boolean {
  const parts = new Map(rawQuery.split('&').map((part) => [part.slice(0, part.indexOf('=')), part] as const))
  const text = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg']
    .flatMap((name) => parts.get(name) ?? [])
    .join('&')
  const query = new URLSearchParams(rawQuery)
  const signature = Buffer.from(query.get('Signature') ?? '', 'base64')
  if (query.get('SigAlg') !== algorithm.rsaSha256) return false
  return certificates.some((certificate) =>
    verify(
      'sha256',
      Buffer.from(text),
      createPublicKey(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })),
      signature,
    ),
  )
}
