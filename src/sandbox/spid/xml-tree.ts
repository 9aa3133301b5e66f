// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * A piece of XML that can be bent before it is written and signed: the identity provider builds its messages with it,
 * and the mutated answers of AgID's suite change one place of it.
 */
export class Piece {
  readonly name: string
  readonly attributes = new Map<string, string>()
  children: (Piece | string)[]

  constructor(name: string, attributes: Record<string, string>, children: (Piece | string)[] = []) {
    this.name = name
    for (const [key, value] of Object.entries(attributes)) this.attributes.set(key, value)
    this.children = children
  }

  /** The first piece with this qualified name below this one. */
  at(name: string): Piece {
    const found = this.#find(name)
    if (!found) throw new Error(`No ${name} in ${this.name}`)
    return found
  }

  #find(name: string): Piece | undefined {
    for (const child of this.children) {
      if (typeof child === 'string') continue
      const found = child.name === name ? child : child.#find(name)
      if (found) return found
    }
    return undefined
  }

  /** Sets an attribute; undefined takes it away. */
  set(attribute: string, value: string | undefined): this {
    if (value === undefined) this.attributes.delete(attribute)
    else this.attributes.set(attribute, value)
    return this
  }

  text(text: string): this {
    this.children = [text]
    return this
  }

  /** Present with nothing in it. */
  empty(): this {
    this.children = []
    return this
  }

  /** Takes the first piece with this name away, wherever it is. */
  remove(name: string): this {
    const target = this.at(name)
    this.#drop(target)
    return this
  }

  #drop(target: Piece): void {
    this.children = this.children.filter((child) => child !== target)
    for (const child of this.children) if (typeof child !== 'string') child.#drop(target)
  }

  toString(): string {
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${escape(value)}"`).join('')
    const inside = this.children.map((child) => (typeof child === 'string' ? escape(child) : child.toString())).join('')
    return `<${this.name}${attributes}>${inside}</${this.name}>`
  }
}

export function piece(name: string, attributes: Record<string, string>, ...children: (Piece | string)[]): Piece {
  return new Piece(name, attributes, children)
}

const entity: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text made safe for XML and HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entity[character] ?? character)
}
