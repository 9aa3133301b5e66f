// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { DOMParser, type Document, type Element, type Node } from '@xmldom/xmldom'
import { SamlFault } from './fault.ts'

export type { Document, Element }

/** A message of SPID is about 10 kB; these bounds keep a hostile one from costing time or stack. */
const longest = 512 * 1024
const deepest = 60
const mostElements = 4000

const idAttributes = ['ID', 'Id', 'id', 'xml:id']

/**
 * Parses a document that comes from outside. Refused before parsing: document type declarations and entities
 * (XXE, entity expansion), processing instructions, NUL and other characters XML forbids. Refused after parsing:
 * anything the parser warns about, two elements with the same ID, undeclared prefixes, absurd depth or size.
 *
 * @throws SamlFault `xml/…`
 */
export function parseStrictly(text: string): Document {
  if (text.length > longest) throw new SamlFault('xml/too-large')
  const body = text.replace(
    /^<\?xml version=["']1\.0["'](?: encoding=["']utf-8["'])?(?: standalone=["'](?:yes|no)["'])?\s*\?>/i,
    '',
  )
  if (/<!(?!--|\[CDATA\[)/.test(body)) throw new SamlFault('xml/document-type')
  if (body.includes('<?')) throw new SamlFault('xml/processing-instruction')
  // oxlint-disable-next-line no-control-regex -- these are the characters XML 1.0 does not allow (production 2)
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) throw new SamlFault('xml/character')
  let document: Document
  try {
    document = new DOMParser({ locator: false, onError: refuse }).parseFromString(body.trim(), 'text/xml')
  } catch (cause) {
    throw cause instanceof SamlFault ? cause : new SamlFault('xml/not-well-formed', { cause })
  }
  inspect(rootOf(document))
  return document
}

function refuse(level: 'warning' | 'error' | 'fatalError', message: string): never {
  throw new SamlFault('xml/not-well-formed', { cause: new Error(`${level}: ${message}`) })
}

/** The only element at the top of a document. */
export function rootOf(document: Document): Element {
  if (!document.documentElement) throw new SamlFault('xml/not-well-formed')
  return document.documentElement
}

function inspect(root: Element): void {
  const seen = new Set<string>()
  let count = 0
  for (const [element, depth] of descend(root)) {
    if (depth > deepest || ++count > mostElements) throw new SamlFault('xml/too-large')
    for (const name of idAttributes) {
      const id = element.getAttribute(name)
      if (id === null) continue
      if (seen.has(id)) throw new SamlFault('xml/duplicate-id')
      seen.add(id)
    }
  }
}

/** Every element from `root` down, in document order, without recursion. */
export function* descend(root: Element): Generator<[element: Element, depth: number]> {
  let depth = 0
  let node: Node | null = root
  while (node) {
    if (isElement(node)) yield [node, depth]
    if (node.firstChild) {
      node = node.firstChild
      depth++
      continue
    }
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode
      depth--
    }
    if (!node || node === root) return
    node = node.nextSibling
  }
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1
}

/** The element children, in order. Text between them that is not white space is refused: no SAML type is mixed. */
export function elementsIn(parent: Element): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (isElement(node)) found.push(node)
    else if (node.nodeType !== 8 && node.nodeValue?.trim()) throw new SamlFault('xml/stray-text')
  }
  return found
}

/** The children with this namespace and local name. */
export function childrenOf(parent: Element, namespace: string, name: string): Element[] {
  return elementsIn(parent).filter((child) => child.namespaceURI === namespace && child.localName === name)
}

/** The child with this name when there is exactly one; a fault `<code>` when there are none or several. */
export function onlyChild(parent: Element, namespace: string, name: string, code: string): Element {
  const [first, ...others] = childrenOf(parent, namespace, name)
  if (!first || others.length > 0) throw new SamlFault(code)
  return first
}

/** The whole text of an element that may hold only text. White space is kept: it is part of the value. */
export function textOf(element: Element, code: string): string {
  let text = ''
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 3 || node.nodeType === 4) text += node.nodeValue ?? ''
    else if (node.nodeType !== 8) throw new SamlFault(code)
  }
  return text
}

/** The value of an attribute without namespace, refused when absent or empty. */
export function attributeOf(element: Element, name: string, code: string): string {
  const value = element.getAttribute(name)
  if (!value) throw new SamlFault(code)
  return value
}

const entity: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text made safe for the content and for the quoted attributes of XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entity[character] ?? character)
}
