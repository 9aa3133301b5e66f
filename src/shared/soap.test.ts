// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { child, escapeXml, readSoapBody, readXml, soapMessage, textOf, XmlRefused } from './soap.ts'

test('what is written into a message is read back from it', () => {
  const printable = fc.string({ unit: fc.constantFrom(...Array.from('aZ0 àèìòù€<>&"\'/=!-[]')) })
  fc.assert(
    fc.property(printable, (text) => {
      const body = readSoapBody(soapMessage(`<a xmlns="urn:x"><b>${escapeXml(text)}</b></a>`))
      assert.equal(body.namespace, 'urn:x')
      assert.equal(child(body, 'b')?.text, text.trim())
    }),
  )
})

test('an element without text counts as missing', () => {
  const body = readXml('<a><b/><c> </c><d>1</d></a>')
  assert.equal(textOf(body, 'b'), undefined)
  assert.equal(textOf(body, 'c'), undefined)
  assert.equal(textOf(body, 'd'), '1')
})

const refused: Record<string, string> = {
  'a document type': '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
  'an entity nobody declared': '<a>&e;</a>',
  'an open element': '<a><b></a>',
  'no element at all': '',
  'plain text': 'hello',
  'an instruction inside': '<a><?run x?></a>',
  'two roots': '<a/><b/>',
  'too much nesting': `${'<a>'.repeat(25)}${'</a>'.repeat(25)}`,
}
for (const [what, text] of Object.entries(refused)) {
  test(`${what} is refused`, () => {
    assert.throws(() => readXml(text), XmlRefused)
  })
}

test('a SOAP body holds exactly one element', () => {
  assert.throws(() => readSoapBody('<Envelope><Body><a/></Body></Envelope>'), XmlRefused)
  assert.throws(() => readSoapBody(soapMessage('')), XmlRefused)
  assert.throws(() => readSoapBody(soapMessage('<a/><b/>')), XmlRefused)
})

test('control characters cannot break a message', () => {
  assert.equal(escapeXml('a\u0000b\u0007c\td'), 'a b c\td')
})
