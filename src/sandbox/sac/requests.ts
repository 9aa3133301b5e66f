// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readSoapBody, XmlRefused, type XmlElement } from '../../shared/soap.ts'
import { typesNamespace, type Field, type Service } from './services.ts'

/** A message that the schema does not allow: the real system answers a SOAP fault and does nothing. */
export class SchemaFault extends Error {}

/** The fields of a request by name; a list field holds one record per element. */
export interface Request {
  text(name: string): string
  list(name: string): readonly Request[]
}

/** Checks the children of an element: each in the namespace of its parent or of the shared types, in schema order. */
function readFields(element: XmlElement, fields: readonly Field[]): Request {
  const texts = new Map<string, string>()
  const lists = new Map<string, readonly Request[]>()
  let at = 0
  for (const one of element.children) {
    const known = [element.namespace, typesNamespace].includes(one.namespace)
    const found = known ? fields.findIndex((field, index) => index >= at && field.name === one.name) : -1
    if (found === -1) throw new SchemaFault(`cvc-complex-type.2.4.a: unexpected element ${one.name} in ${element.name}`)
    for (const skipped of fields.slice(at, found)) {
      if (skipped.required)
        throw new SchemaFault(`cvc-complex-type.2.4.a: ${skipped.name} is expected before ${one.name}`)
    }
    at = found + 1
    const field = fields[found]!
    if (field.of) lists.set(field.name, readList(one, field.of))
    else texts.set(field.name, readValue(one, field))
  }
  const missing = fields.slice(at).find((field) => field.required)
  if (missing) throw new SchemaFault(`cvc-complex-type.2.4.b: ${missing.name} is missing in ${element.name}`)
  return { text: (name) => texts.get(name) ?? '', list: (name) => lists.get(name) ?? [] }
}

function readValue(element: XmlElement, field: Field): string {
  const { text } = element
  if (element.children.length > 0) throw new SchemaFault(`cvc-type.3.1.2: ${field.name} must hold text`)
  if (text.length > (field.max ?? 256)) throw new SchemaFault(`cvc-maxLength-valid: ${field.name} is too long`)
  if (text !== '' && field.pattern && !field.pattern.test(text)) {
    throw new SchemaFault(`cvc-pattern-valid: ${field.name} has a wrong form`)
  }
  if (text === '' && field.pattern && field.required)
    throw new SchemaFault(`cvc-minLength-valid: ${field.name} is empty`)
  return text
}

function readList(element: XmlElement, of: NonNullable<Field['of']>): Request[] {
  return element.children.map((one) => {
    if (one.name !== of.name) throw new SchemaFault(`cvc-complex-type.2.4.a: unexpected element ${one.name}`)
    return readFields(one, of.fields)
  })
}

/** Reads a SOAP request as the schema of its service wants it, or throws SchemaFault. */
export function readRequest(service: Service, message: string): Request {
  let body: XmlElement
  try {
    body = readSoapBody(message)
  } catch (error) {
    if (error instanceof XmlRefused) throw new SchemaFault(error.message, { cause: error })
    throw error
  }
  const { name, namespace, fields } = service.request
  if (body.name !== name || body.namespace !== namespace) {
    throw new SchemaFault(`cvc-elt.1: the body must hold {${namespace}}${name}`)
  }
  return readFields(body, fields)
}
