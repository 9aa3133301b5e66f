// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { ns } from '../../../../shared/saml-names.ts'
import { selfSignedCertificate, subjectPart } from '../../../../shared/node/x509.ts'
import { signed, verifiedElement, verifiedText, type SigningKey } from './signature.ts'
import { elementsIn, onlyChild, parseStrictly, rootOf, textOf, type Element } from './xml.ts'

function aKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    subject: [[subjectPart.commonName, 'prova']],
    validFrom: new Date(),
    validTo: new Date(Date.now() + 1e9),
  })
  return { privateKey, certificate }
}
const key = aKey()
const publicKey = createPublicKey(key.privateKey)
const issuer = `<a:Issuer>chi</a:Issuer>`
const plain = `<p:Doc xmlns:p="urn:p" xmlns:a="urn:a" ID="_1">${issuer}<a:Name b="1" a="2">Anna &amp; &lt;Co&gt; però</a:Name></p:Doc>`
const good = signed(plain, key, '</a:Issuer>')
const open = (xml: string): Element => rootOf(parseStrictly(xml))

test('what was signed is read back whole, wherever it stands', () => {
  const canonical =
    '<p:Doc xmlns:p="urn:p" ID="_1"><a:Issuer xmlns:a="urn:a">chi</a:Issuer>' +
    '<a:Name xmlns:a="urn:a" a="2" b="1">Anna &amp; &lt;Co&gt; però</a:Name></p:Doc>'
  assert.equal(verifiedText(open(good), [publicKey]), canonical)
  const inside = onlyChild(open(`<x:Wrap xmlns:x="urn:x" xmlns:a="urn:other">${good}</x:Wrap>`), 'urn:p', 'Doc', 'none')
  assert.equal(
    textOf(onlyChild(verifiedElement(inside, [publicKey]), 'urn:a', 'Name', 'none'), 'none'),
    'Anna & <Co> però',
  )
})

test('one good key among several is enough (roll-over); none is not', () => {
  const other = createPublicKey(aKey().privateKey)
  assert.ok(verifiedText(open(good), [other, publicKey]))
  assert.throws(() => verifiedText(open(good), [other]), { code: 'signature/wrong' })
  assert.throws(() => verifiedText(open(good), []), { code: 'signature/wrong' })
})

const cut = (xml: string, name: string): string =>
  new RegExp(`<ds:${name}[ >].*?</ds:${name}>`, 's').exec(xml)?.[0] ?? ''
const signature = cut(good, 'Signature')
const reference = cut(good, 'Reference')
const object = `<ds:Object>${issuer.replaceAll('a:', '')}</ds:Object>`
const forgeries: [what: string, xml: string, code: string][] = [
  ['text that was changed', good.replace('Anna', 'Ada'), 'signature/digest'],
  ['a digest that was changed', good.replace(/<ds:DigestValue>..../, '<ds:DigestValue>AAAA'), 'signature/wrong'],
  ['another ID', good.replace('ID="_1"', 'ID="_2"'), 'signature/reference'],
  ['no ID', good.replace(' ID="_1"', ''), 'signature/reference'],
  ['an empty URI', good.replace('URI="#_1"', 'URI=""'), 'signature/reference'],
  ['no URI', good.replace(' URI="#_1"', ''), 'signature/reference'],
  ['two References', good.replace(reference, reference + reference), 'signature/structure'],
  ['no Reference', good.replace(reference, ''), 'signature/structure'],
  ['two signatures', good.replace(signature, signature + signature), 'signature/count'],
  ['no signature', plain, 'signature/count'],
  ['an Object in the signature', good.replace('</ds:Signature>', `${object}</ds:Signature>`), 'signature/structure'],
  ['two SignedInfo', good.replace(cut(good, 'SignedInfo'), cut(good, 'SignedInfo').repeat(2)), 'signature/structure'],
  [
    'elements in SignatureMethod',
    good.replace('></ds:SignatureMethod>', '><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>'),
    'signature/algorithm',
  ],
  ['an HMAC', good.replaceAll('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'), 'signature/algorithm'],
  ['no transforms', good.replace(cut(good, 'Transforms'), ''), 'signature/structure'],
  ['only one transform', good.replace(cut(good, 'Transform'), ''), 'signature/structure'],
  [
    'canonicalization with comments',
    good.replaceAll('xml-exc-c14n#"', 'xml-exc-c14n#WithComments"'),
    'signature/canonicalization',
  ],
  ['an empty signature value', good.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'), 'signature/base64'],
  ['a comment in the digest', good.replace(/<ds:DigestValue>/, '<ds:DigestValue>AAAA<x/>'), 'signature/wrong'],
]
for (const [what, xml, code] of forgeries) {
  test(`${what} is refused`, () => {
    assert.throws(() => verifiedText(open(xml), [publicKey]), { code })
  })
}

test('the signature of an element inside does not count for the one around it', () => {
  const wrapped = `<p:Doc xmlns:p="urn:p" xmlns:ds="${ns.signature}" ID="_9">${good}</p:Doc>`
  assert.throws(() => verifiedText(open(wrapped), [publicKey]), { code: 'signature/count' })
  const borrowed = `<p:Doc xmlns:p="urn:p" ID="_9">${signature}${good.replace(signature, '')}</p:Doc>`
  assert.throws(() => verifiedText(open(borrowed), [publicKey]), { code: 'signature/reference' })
})

test('prefixes that a provider keeps by name may be declared around what is signed', () => {
  const canonical = '<In xmlns:xs="urn:xs" ID="_1"><V t="xs:string">v</V></In>'
  const list = `<ec:InclusiveNamespaces xmlns:ec="${ns.exclusive}" PrefixList="xs"></ec:InclusiveNamespaces>`
  const digest = createHash('sha256').update(canonical).digest('base64')
  const info = cut(good, 'SignedInfo')
    .replace('<ds:SignedInfo>', `<ds:SignedInfo xmlns:ds="${ns.signature}">`)
    .replace('exc-c14n#"></ds:Transform>', `exc-c14n#">${list}</ds:Transform>`)
    .replace(/(<ds:DigestValue>)[^<]*/, `$1${digest}`)
  const value = sign('sha256', Buffer.from(info), key.privateKey).toString('base64')
  const whole =
    `<ds:Signature xmlns:ds="${ns.signature}">${info.replace(` xmlns:ds="${ns.signature}"`, '')}` +
    `<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`
  const xml = `<Out xmlns:xs="urn:xs" xmlns:un="urn:un"><In ID="_1">${whole}<V t="xs:string">v</V></In></Out>`
  const [inside] = elementsIn(open(xml))
  assert.equal(verifiedText(inside!, [publicKey]), canonical)
})

test('what the parser must not let in', () => {
  const refused: [string, string][] = [
    ['<!DOCTYPE a><a/>', 'xml/document-type'],
    ['<a><?x y?></a>', 'xml/processing-instruction'],
    ['<a>\u0000</a>', 'xml/character'],
    ['<a><b></a>', 'xml/not-well-formed'],
    ['<a/><b/>', 'xml/not-well-formed'],
    ['<a x="1" x="2"/>', 'xml/not-well-formed'],
    ['<a>&nbsp;</a>', 'xml/not-well-formed'],
    ['', 'xml/not-well-formed'],
    ['text', 'xml/not-well-formed'],
    ['<p:a/>', 'xml/not-well-formed'],
    ['<a p:b=""/>', 'xml/not-well-formed'],
    ['<a ID="1"><b Id="1"/></a>', 'xml/duplicate-id'],
    [`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'xml/too-large'],
    [`<a>${'<b/>'.repeat(5000)}</a>`, 'xml/too-large'],
    [`<a>${' '.repeat(600_000)}</a>`, 'xml/too-large'],
  ]
  for (const [xml, code] of refused) assert.throws(() => parseStrictly(xml), { code }, xml.slice(0, 40))
})
