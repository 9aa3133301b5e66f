// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { XMLParser } from 'fast-xml-parser'

/** XML as nested records of text; a repeated element is a list. */
export type Element = string | { [name: string]: Element | Element[] }

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: true,
  // Decodes the five entities of XML; a document type definition is refused below, so there are no others.
  processEntities: true,
})

export class BadXml extends Error {
  override readonly name = 'BadXml'
}

/** Reads a document without namespaces' prefixes. Refuses document type definitions: no entity bombs, no outside files. */
export function readXml(text: string): Element {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new BadXml('a document type definition is not accepted')
  try {
    return parser.parse(text, true) as Element // the parser gives text, records and lists only, with these options
  } catch (error) {
    throw new BadXml('not well-formed', { cause: error })
  }
}

/** The element at a path such as `Body/paSendRTV2Request/receipt`; of a repeated one the first. */
export function at(root: Element | undefined, path: string): Element | undefined {
  let current: Element | undefined = root
  for (const name of path.split('/')) {
    if (typeof current !== 'object') return undefined
    const found: Element | Element[] | undefined = current[name]
    current = Array.isArray(found) ? found[0] : found
  }
  return current
}

/** All elements of one name below a parent. */
export function all(parent: Element | undefined, name: string): Element[] {
  if (typeof parent !== 'object') return []
  const found = parent[name]
  if (found === undefined) return []
  return Array.isArray(found) ? found : [found]
}

/** The text at a path; throws BadXml when it is missing or has elements inside. */
export function textAt(root: Element | undefined, path: string): string {
  const found = at(root, path)
  if (typeof found !== 'string' || found === '') throw new BadXml(`${path} is missing`)
  return found
}

/** Euros with two decimals, as pagoPA writes them, in cents. */
export function centsOf(amount: string): number {
  const match = /^([0-9]{1,9})(?:\.([0-9]{1,2}))?$/.exec(amount)
  if (!match) throw new BadXml(`"${amount}" is not an amount`)
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
