// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { nameLetters } from '../../../shared/names.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Criterion, Page, Test } from '../../registry/directory/index.ts'
import type { Context, Definition, Parameter, ResourceType } from './definition.ts'
import { alternatives, dates, position, reference, text, token, wrongValue } from './values.ts'

/** A search as it was asked, understood. */
export interface Search {
  criteria: Criterion[]
  page: Page
  /** The place where the next page begins, for rows in this order. */
  cursorOf(last: { id: string; sortKey: string | null }): string
  /** `_summary=count` or `_count=0`: how many, not which. */
  countOnly: boolean
  total: boolean
  includes: string[]
  revincludes: { source: ResourceType; parameter: string }[]
  elements: string[] | undefined
  /** What was looked at, for the link `self`; without the cursor. */
  used: [name: string, value: string][]
  ignored: string[]
}

/** A parameter as it was sent. One that names a person is taken from the body of a request only. */
export interface Sent {
  name: string
  value: string
  inBody: boolean
}

const mostRows = { open: 1000, people: 100 }

const notInAddress = (name: string) =>
  new Refusal(
    'fhir/personal-parameter',
    400,
    {
      it: `Il parametro ${name} identifica una persona e non può stare nell’indirizzo.`,
      en: `The parameter ${name} identifies a person and may not stand in the address.`,
    },
    {
      field: name,
      next: {
        it: 'Manda la ricerca con POST …/_search, nel corpo (application/x-www-form-urlencoded).',
        en: 'Send the search with POST …/_search, in the body (application/x-www-form-urlencoded).',
      },
    },
  )
const tooBroad = (names: readonly string[]) =>
  new Refusal(
    'fhir/too-many',
    400,
    { it: 'La ricerca riguarda troppe persone.', en: 'The search is about too many people.' },
    { next: { it: `Indica almeno uno di: ${names.join(', ')}.`, en: `Give at least one of: ${names.join(', ')}.` } },
  )
const wrongCursor = new Refusal(
  'fhir/cursor',
  400,
  { it: 'Il segno di pagina non è di questa ricerca.', en: 'The page cursor is not of this search.' },
  { field: '_cursor', next: { it: 'Ricomincia dalla prima pagina.', en: 'Start again from the first page.' } },
)
const unsupported = (name: string) =>
  new Refusal(
    'fhir/parameter',
    400,
    { it: `Il parametro ${name} non è disponibile qui.`, en: `The parameter ${name} is not available here.` },
    {
      field: name,
      next: {
        it: 'Toglilo; i parametri disponibili sono in /fhir/R4/metadata.',
        en: 'Leave it out; what is available is listed in /fhir/R4/metadata.',
      },
    },
  )

const modifiers: Readonly<Record<Parameter['type'], readonly string[]>> = {
  string: ['exact', 'contains', 'missing'],
  token: ['not', 'missing'],
  date: ['missing'],
  reference: ['missing'],
  special: [],
}

function testOf(
  name: string,
  parameter: Parameter,
  modifier: string | undefined,
  given: string,
  context: Context,
): Test[] {
  switch (parameter.type) {
    case 'string': {
      const how = modifier === 'exact' || modifier === 'contains' ? modifier : 'starts'
      return [{ kind: 'text', value: text(given), how }]
    }
    case 'date':
      return [{ kind: 'period', ...dates(name, given, context.day) }]
    case 'reference': {
      const id = reference(given, parameter.targets, context.base)
      return id === undefined ? [] : [{ kind: 'code', value: id }]
    }
    case 'special':
      return [{ kind: 'near', ...position(name, given) }]
    case 'token': {
      const { system, code } = token(name, given)
      const systems = parameter.systems(context)
      if (system === '' && !systems.bare) return []
      if (system && !systems.known(system)) return []
      const value = systems.code ? systems.code(code) : code
      return value === undefined ? [] : [{ kind: 'code', value, scheme: system && systems.scheme?.(system) }]
    }
  }
}

function criterionOf(
  name: string,
  parameter: Parameter,
  modifier: string | undefined,
  value: string,
  context: Context,
): Criterion {
  const { field } = parameter
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw wrongValue(name, 'Scrivi true o false.', 'Write true or false.')
    return { field, missing: value === 'true' }
  }
  const given = alternatives(value)
  if (given.length > 100)
    throw wrongValue(name, 'Sono al massimo 100 alternative.', 'There are at most 100 alternatives.')
  if (given.includes('')) throw wrongValue(name, 'Manca il valore.', 'The value is missing.')
  const tests = given.flatMap((one) => testOf(name, parameter, modifier, one, context))
  return { field, tests, not: modifier === 'not' }
}

/** `name:modifier`, where a kind of resource as modifier only says what a reference is to. */
function parameterOf(
  definition: Definition,
  key: string,
): { parameter: Parameter; modifier: string | undefined } | undefined {
  const [name = '', modifier, ...more] = key.split(':')
  const parameter = Object.hasOwn(definition.parameters, name) ? definition.parameters[name] : undefined
  if (!parameter || more.length > 0) return undefined
  if (modifier === undefined) return { parameter, modifier }
  if (parameter.type === 'reference' && parameter.targets.includes(modifier)) return { parameter, modifier: undefined }
  return modifiers[parameter.type].includes(modifier) ? { parameter, modifier } : undefined
}

function countOf(value: string, most: number): number {
  const count = Number(value)
  if (!/^\d{1,9}$/.test(value)) throw wrongValue('_count', 'Scrivi un numero intero.', 'Write a whole number.')
  return Math.min(count, most)
}

const fingerprint = (used: readonly [string, string][]): string =>
  createHash('sha256')
    .update(JSON.stringify(used.filter(([name]) => !['_count', '_total', '_elements'].includes(name))))
    .digest('base64url')
    .slice(0, 12)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function afterCursor(cursor: string, mark: string): Page['after'] {
  let found: unknown
  try {
    found = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw wrongCursor
  }
  if (!Array.isArray(found)) throw wrongCursor
  const [of, key, id] = found as unknown[]
  if (of !== mark || typeof id !== 'string' || !uuid.test(id) || !(key === null || typeof key === 'string'))
    throw wrongCursor
  return { key, id }
}

/** `_sort=name` or `_sort=-name`, with `_id` after it or alone: that is how ties are broken anyway. */
function sortOf({ sorts }: Definition, value: string): Page['sort'] | null | undefined {
  const [first = '', second, ...more] = value.split(',')
  if (first === '_id' && second === undefined) return undefined
  const name = first.replace(/^-/, '')
  const field = Object.hasOwn(sorts, name) ? sorts[name] : undefined
  if (!field || more.length > 0 || (second !== undefined && second !== '_id')) return null
  return { field, descending: first.startsWith('-') }
}

/** Whether a criterion leaves few people: one of those that name somebody, and of a name more than its first letter. */
function narrows({ oneOf, parameters }: Definition, criterion: Criterion): boolean {
  if ('missing' in criterion || criterion.not) return false
  const short = (test: Test) => test.kind === 'text' && (test.how === 'contains' || nameLetters(test.value).length < 2)
  return oneOf!.some((name) => parameters[name]!.field === criterion.field) && !criterion.tests.some(short)
}

/**
 * The search behind parameters, in their order. Refuses values that mean nothing and, when strict, what it does not know.
 * Other kinds of resources come along only where they are `allowed`.
 */
export function understand(
  definition: Definition,
  parameters: readonly Sent[],
  strict: boolean,
  context: Context,
  allowed: (type: ResourceType) => boolean,
): Search {
  const search: Omit<Search, 'cursorOf'> = {
    criteria: [],
    page: { limit: 20 },
    countOnly: false,
    total: false,
    includes: [],
    revincludes: [],
    elements: undefined,
    used: [],
    ignored: [],
  }
  let cursor: string | undefined
  const controls: Record<string, (value: string) => boolean | void> = {
    _count(value) {
      search.page.limit = countOf(value, definition.people ? mostRows.people : mostRows.open)
      if (search.page.limit === 0) search.countOnly = true
    },
    _summary(value) {
      if (value === 'count') search.countOnly = true
      return value === 'count' || value === 'false'
    },
    _total(value) {
      search.total = value === 'accurate' || value === 'estimate'
      return search.total || value === 'none'
    },
    _sort(value) {
      const sort = sortOf(definition, value)
      if (sort) search.page.sort = sort
      return sort !== null
    },
    _elements(value) {
      search.elements = value.split(',').map((name) => name.trim())
    },
    _include(value) {
      const [source, name = '', target] = value.split(':')
      const include = Object.hasOwn(definition.includes, name) ? definition.includes[name] : undefined
      if (source !== definition.type || !include || (target !== undefined && target !== include.target)) return false
      if (!allowed(include.target)) return false
      search.includes.push(name)
    },
    _revinclude(value) {
      const [source, name, target] = value.split(':')
      const found = definition.revincludes.find((one) => one.source === source && one.parameter === name)
      if (!found || !allowed(found.source) || (target !== undefined && target !== definition.type)) return false
      search.revincludes.push(found)
    },
    _cursor(value) {
      cursor = value
    },
    _format: () => undefined,
  }
  for (const { name: key, value, inBody } of parameters) {
    const control = Object.hasOwn(controls, key) ? controls[key] : undefined
    const found = parameterOf(definition, key)
    if (found?.parameter.personal && !inBody && found.modifier !== 'missing') throw notInAddress(key)
    if (found) search.criteria.push(criterionOf(key, found.parameter, found.modifier, value, context))
    if (control ? control(value) === false : !found) {
      if (strict) throw unsupported(key)
      search.ignored.push(key)
    } else if (key !== '_cursor' && key !== '_format') search.used.push([key, value])
  }
  if (definition.oneOf && !search.criteria.some((one) => narrows(definition, one))) throw tooBroad(definition.oneOf)
  const mark = fingerprint(search.used)
  if (cursor !== undefined) search.page.after = afterCursor(cursor, mark)
  return {
    ...search,
    cursorOf: ({ sortKey, id }) => Buffer.from(JSON.stringify([mark, sortKey, id])).toString('base64url'),
  }
}
