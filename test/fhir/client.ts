// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv } from 'ajv'
import { aClient, withToken } from '../partners.ts'
import type { TestApp } from '../setup.ts'

const schema = JSON.parse(readFileSync(resolve(import.meta.dirname, 'r4.schema.json'), 'utf8')) as {
  $schema?: string
  id?: string
  definitions: { CapabilityStatement: { properties: { fhirVersion: { enum: string[] } } } }
}
// Published with 4.0.0; the technical correction 4.0.1 changed no shape but did not write its own number here.
schema.definitions.CapabilityStatement.properties.fhirVersion.enum.push('4.0.1')
delete schema.$schema // draft-06; what it uses means the same in Ajv's
delete schema.id
const ajv = new Ajv({ strict: false, allErrors: false }).addSchema(schema, 'r4')

export interface Resource {
  resourceType: string
  id: string
  [element: string]: unknown
}

/** Holds a resource against the schema that HL7 publishes for R4; empty elements are no FHIR either. */
export function mustBeR4(resource: Resource): void {
  const check = ajv.getSchema(`r4#/definitions/${resource.resourceType}`)
  assert.ok(check, `the schema has no ${resource.resourceType}`)
  assert.ok(check(resource), `${resource.resourceType}: ${JSON.stringify(check.errors)} in ${JSON.stringify(resource)}`)
  JSON.stringify(resource, (key: string, value: unknown) => {
    const empty = value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
    assert.ok(!empty, `${resource.resourceType}: ${key} is empty`)
    return value
  })
}

/** Our code of the refusal that an answer tells, as a problem document or an OperationOutcome. */
export function codeOf(answer: { body: string }): string {
  const told = JSON.parse(answer.body) as { code?: string; issue?: { details: { coding: { code: string }[] } }[] }
  return told.issue?.[0]?.details.coding[0]?.code ?? told.code ?? ''
}

export interface Bundle extends Resource {
  total?: number
  link: { relation: string; url: string }[]
  entry?: { fullUrl?: string; resource: Resource; search: { mode: string } }[]
}

/** A partner that reads FHIR with the scopes of these kinds of resources. Everything it is given is held against R4. */
export async function fhirClient(t: TestApp, ...types: string[]) {
  const scopes = types.map((type) => `system/${type}.rs`)
  const client = await aClient(t, { scopes, reason: 'Prova', perMinute: 100_000, perDay: 100_000 })
  await t.owner.query(
    "update partner.client_scope set state = 'granted', decided_at = now() where client_id = $1 and state = 'asked'",
    [client.id],
  )
  const headers = await withToken(t, client)
  const send = async (
    url: string,
    form?: Record<string, string> | [string, string][],
    more: Record<string, string> = {},
  ) => {
    const answer = await t.app.inject({
      ...(form ? { method: 'POST', payload: new URLSearchParams(form).toString() } : { method: 'GET' }),
      url: url.startsWith('http') ? url.slice(t.url.length) : `/fhir/R4/${url}`,
      headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...more },
    })
    if (answer.body && String(answer.headers['content-type']).startsWith('application/fhir+json'))
      mustBeR4(answer.json())
    else assert.equal(answer.statusCode, 304, answer.body)
    return answer
  }
  const search = async (
    url: string,
    form?: Record<string, string> | [string, string][],
    more?: Record<string, string>,
  ) => {
    const answer = await send(url, form, more)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<Bundle>()
  }
  return {
    client,
    headers,
    send,
    search,
    /** The ids of what a search matches. */
    ids: async (url: string, form?: Record<string, string> | [string, string][]) =>
      (await search(url, form)).entry
        ?.filter((one) => one.search.mode === 'match')
        .map(({ resource }) => resource.id) ?? [],
  }
}
