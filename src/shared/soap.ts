// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { DOMParser, type Element as DomElement, type Node as DomNode } from '@xmldom/xmldom'

/** An element of a message, without comments, prefixes or attributes other than namespaces. */
export interface XmlElement {
  name: string
  namespace: string
  /** Its own text, outer blanks removed. */
  text: string
  children: readonly XmlElement[]
}

/** A text that is not the XML we accept. The message never quotes the text: it may hold personal data. */
export class XmlRefused extends Error {}

export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'

/** Elements nested deeper than any message of the national systems. */
const deepest = 20

const isElement = (node: DomNode): node is DomElement => node.nodeType === 1

function toElement(node: DomElement, depth: number): XmlElement {
  if (depth > deepest) throw new XmlRefused('The elements are nested too deeply')
  const children: XmlElement[] = []
  let text = ''
  for (let at = node.firstChild; at; at = at.nextSibling) {
    if (isElement(at)) children.push(toElement(at, depth + 1))
    else if (at.nodeType === 3 || at.nodeType === 4) text += at.nodeValue ?? ''
    else if (at.nodeType !== 8) throw new XmlRefused('Only elements, text and comments are accepted')
  }
  return { name: node.localName ?? node.nodeName, namespace: node.namespaceURI ?? '', text: text.trim(), children }
}

/** Reads an XML document strictly: well formed, no document type (hence no entities of its own), no instructions. */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new XmlRefused('A document type declaration is not accepted')
  const parser = new DOMParser({
    onError: (level) => {
      if (level !== 'warning') throw new XmlRefused('The text is not well-formed XML')
    },
  })
  try {
    const root = parser.parseFromString(text, 'text/xml').documentElement
    if (!root) throw new XmlRefused('The document is empty')
    return toElement(root, 1)
  } catch (error) {
    if (error instanceof XmlRefused) throw error
    throw new XmlRefused('The text is not well-formed XML', { cause: error })
  }
}

/** The first child of that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((one) => one.name === name)
}

/** The text of the first child of that name; undefined when it is missing or empty. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text || undefined
}

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text as XML may carry it. Control characters, which XML forbids, become blanks. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => special[character]!)
    .replace(/\p{Cc}/gu, (character) => (/[\t\n\r]/.test(character) ? character : ' '))
}

/** A SOAP 1.1 document/literal message around one body element. */
export function soapMessage(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="${soapNamespace}"><soapenv:Header/><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  )
}

/** The one element in the body of a SOAP 1.1 message; anything else is refused. */
export function readSoapBody(text: string): XmlElement {
  const root = readXml(text)
  if (root.name !== 'Envelope' || root.namespace !== soapNamespace) throw new XmlRefused('Not a SOAP 1.1 envelope')
  const [body, more] = root.children.filter((one) => one.name === 'Body' && one.namespace === soapNamespace)
  const [only, second] = body?.children ?? []
  if (!only || second || more) throw new XmlRefused('The SOAP body must hold exactly one element')
  return only
}
