// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { ExclusiveCanonicalization } from 'xml-crypto'
import { algorithm, ns } from '../../../../shared/saml-names.ts'
import { SamlFault } from './fault.ts'
import { attributeOf, childrenOf, elementsIn, parseStrictly, rootOf, textOf, type Element } from './xml.ts'

/** Nothing weaker than SHA-256, and no HMAC: a public key must never be usable as a shared secret. */
const signatureHash = new Map<string, string>([
  [algorithm.rsaSha256, 'sha256'],
  [algorithm.rsaSha384, 'sha384'],
  [algorithm.rsaSha512, 'sha512'],
])
const digestHash = new Map<string, string>([
  [algorithm.sha256, 'sha256'],
  [algorithm.sha384, 'sha384'],
  [algorithm.sha512, 'sha512'],
])

/** How many signatures an element carries as its own children. */
export function signaturesOn(element: Element): Element[] {
  return childrenOf(element, ns.signature, 'Signature')
}

/**
 * Checks the enveloped signature of an element and gives back the canonical text that was signed: the caller reads
 * that text and no longer the tree it came in, so that nothing wrapped around the signed part is ever looked at.
 *
 * The signature must be a direct child of what it signs, hold one Reference to the ID of its parent, and name only
 * the two transforms of SPID and allow-listed algorithms. `KeyInfo` is not read: the keys come from the registry of
 * identity providers. The signature is taken out of the tree.
 *
 * @throws SamlFault `signature/…`
 */
export function verifiedText(element: Element, keys: readonly KeyObject[]): string {
  const [signature, ...others] = signaturesOn(element)
  if (!signature || others.length > 0) throw new SamlFault('signature/count')
  const [info, value] = parts(signature, ['SignedInfo', 'SignatureValue'], ['KeyInfo'])
  const [canonical, method, reference] = parts(info, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  if (canonical.getAttribute('Algorithm') !== algorithm.exclusive) throw new SamlFault('signature/canonicalization')
  const hash = signatureHash.get(method.getAttribute('Algorithm') ?? '')
  if (!hash || elementsIn(method).length > 0) throw new SamlFault('signature/algorithm')
  const id = attributeOf(element, 'ID', 'signature/reference')
  if (reference.getAttribute('URI') !== `#${id}`) throw new SamlFault('signature/reference')
  const [transforms, digestMethod, digestValue] = parts(reference, ['Transforms', 'DigestMethod', 'DigestValue'])
  const prefixes = inclusivePrefixes(transforms)
  const digest = digestHash.get(digestMethod.getAttribute('Algorithm') ?? '')
  if (!digest) throw new SamlFault('signature/digest-algorithm')

  const signedInfo = canonicalText(info, inclusiveList(canonical))
  const signatureBytes = decode(value)
  if (!keys.some((key) => verify(hash, Buffer.from(signedInfo), key, signatureBytes))) {
    throw new SamlFault('signature/wrong')
  }
  element.removeChild(signature)
  const text = canonicalText(element, prefixes)
  const expected = decode(digestValue)
  const actual = createHash(digest).update(text).digest()
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) throw new SamlFault('signature/digest')
  return text
}

/** As `verifiedText`, read again into elements that hold signed content only. */
export function verifiedElement(element: Element, keys: readonly KeyObject[]): Element {
  return rootOf(parseStrictly(verifiedText(element, keys)))
}

/**
 * The element itself, without its signature, when that is good: only for a tree that was read from canonical bytes, where the
 * element says the same as its own canonical text. Undefined when the digest is another, as when a prefix that it needs was
 * declared around it and is there no longer.
 *
 * @throws SamlFault `signature/…` whatever else is wrong
 */
export function verifiedInPlace(element: Element, keys: readonly KeyObject[]): Element | undefined {
  try {
    verifiedText(element, keys)
    return element
  } catch (error) {
    if (error instanceof SamlFault && error.code === 'signature/digest') return undefined
    throw error
  }
}

type Elements<Names extends readonly string[]> = { [Index in keyof Names]: Element }

function parts<const Names extends readonly string[]>(
  parent: Element,
  names: Names,
  optional: string[] = [],
): Elements<Names> {
  const found = elementsIn(parent)
  const rest = found.slice(names.length)
  const named = (child: Element | undefined, name: string | undefined): boolean =>
    child?.namespaceURI === ns.signature && child.localName === name
  if (!names.every((name, index) => named(found[index], name))) throw new SamlFault('signature/structure')
  if (!rest.every((child, index) => named(child, optional[index]))) throw new SamlFault('signature/structure')
  // The check above has just shown that each name has its element.
  return found.slice(0, names.length) as unknown as Elements<Names>
}

/** Exactly enveloped-signature and then exclusive canonicalization, and the prefixes the latter keeps. */
function inclusivePrefixes(transforms: Element): string[] {
  const [enveloped, exclusive] = parts(transforms, ['Transform', 'Transform'])
  if (enveloped.getAttribute('Algorithm') !== algorithm.enveloped || elementsIn(enveloped).length > 0) {
    throw new SamlFault('signature/transforms')
  }
  if (exclusive.getAttribute('Algorithm') !== algorithm.exclusive) throw new SamlFault('signature/transforms')
  return inclusiveList(exclusive)
}

function inclusiveList(method: Element): string[] {
  const [list, ...others] = elementsIn(method)
  if (!list) return []
  if (others.length > 0 || list.namespaceURI !== ns.exclusive || list.localName !== 'InclusiveNamespaces') {
    throw new SamlFault('signature/transforms')
  }
  return (list.getAttribute('PrefixList') ?? '').split(/\s+/).filter(Boolean)
}

function canonicalText(element: Element, prefixes: string[]): string {
  const ancestorNamespaces = prefixes.flatMap((prefix) => {
    const namespaceURI = element.lookupNamespaceURI(prefix)
    return namespaceURI ? [{ prefix, namespaceURI }] : []
  })
  // xml-crypto types its nodes as those of a browser; it reads only the properties that every DOM has.
  const node = element as unknown as Parameters<ExclusiveCanonicalization['process']>[0]
  return new ExclusiveCanonicalization().process(node, {
    ...(prefixes.length > 0 ? { inclusiveNamespacesPrefixList: prefixes } : {}),
    ancestorNamespaces,
  })
}

function decode(element: Element): Buffer {
  const text = textOf(element, 'signature/base64').replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new SamlFault('signature/base64')
  return Buffer.from(text, 'base64')
}

/** A private key with the certificate (PEM) that publishes its other half. */
export type SigningKey = { privateKey: KeyObject; certificate: string }

/**
 * Signs the root of a document of ours and puts the signature where SPID wants it: after the element `after`, or as
 * the first child. RSA-SHA256, enveloped, exclusive canonicalization, certificate in `KeyInfo`.
 *
 * @param xml a document without declaration whose root has an `ID`
 * @param after the closing tag after which the signature stands, such as `</saml:Issuer>`
 */
export function signed(xml: string, key: SigningKey, after?: string): string {
  const root = rootOf(parseStrictly(xml))
  const id = attributeOf(root, 'ID', 'signature/reference')
  const digest = createHash('sha256').update(canonicalText(root, [])).digest('base64')
  const info =
    `<ds:SignedInfo xmlns:ds="${ns.signature}">` +
    `<ds:CanonicalizationMethod Algorithm="${algorithm.exclusive}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${algorithm.rsaSha256}"></ds:SignatureMethod>` +
    `<ds:Reference URI="#${id}"><ds:Transforms>` +
    `<ds:Transform Algorithm="${algorithm.enveloped}"></ds:Transform>` +
    `<ds:Transform Algorithm="${algorithm.exclusive}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${algorithm.sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  // `info` is written in its own canonical form, so it is signed as it stands.
  const value = sign('sha256', Buffer.from(info), key.privateKey).toString('base64')
  const signature =
    `<ds:Signature xmlns:ds="${ns.signature}">${info.replace(` xmlns:ds="${ns.signature}"`, '')}` +
    `<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>` +
    `<ds:X509Certificate>${bareCertificate(key.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
  const at = after ? xml.indexOf(after) + after.length : xml.indexOf('>') + 1
  if (after && !xml.includes(after)) throw new Error(`No ${after} in the document to sign`)
  return xml.slice(0, at) + signature + xml.slice(at)
}

/** The base64 content of a PEM certificate, as XML and metadata carry it. */
export function bareCertificate(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s+/g, '')
}
