// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { fhirClient, mustBeR4, type Resource } from '../../../../test/fhir/client.ts'
import { aDoctor } from '../../../../test/doctors.ts'
import { aPlace, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { statementsOf } from '../../../../test/statements.ts'
import { definitions } from './resources.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { send, search, ids, headers } = await fhirClient(t, 'Organization', 'Location', 'HealthcareService')

interface Capabilities extends Resource {
  rest: { resource: { type: string; searchParam: { name: string }[]; interaction: { code: string }[] }[] }[]
}

test('what the server says it does is what it does, parameter by parameter', async () => {
  const answer = await t.app.inject('/fhir/R4/metadata')
  const stated = answer.json<Capabilities>()
  mustBeR4(stated)
  const resources = stated.rest[0]!.resource
  assert.deepEqual(
    resources.map(({ type }) => type),
    Object.keys(definitions),
  )
  for (const { type, searchParam } of resources)
    for (const { name } of searchParam) assert.ok(definitions[type as 'Location'].parameters[name], `${type} ${name}`)
  const { paths } = t.app.swagger() as { paths: Record<string, Record<string, unknown>> }
  const served = Object.keys(paths).filter((path) => path.startsWith('/fhir/R4/') && path.endsWith('/{id}'))
  assert.deepEqual(
    served.map((path) => path.split('/')[3]),
    resources.map(({ type }) => type),
  )
  const smart = await t.app.inject('/fhir/R4/.well-known/smart-configuration')
  assert.ok(smart.json<{ scopes_supported: string[] }>().scopes_supported.includes('system/Location.rs'))
})

test('the page of documentation names every resource with its parameters, order and includes', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/integrations/fhir.md'), 'utf8')
  const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
  for (const { type, parameters, sorts, includes, revincludes } of Object.values(definitions)) {
    const cells = new RegExp(`^\\| ${type} \\|(.+)\\|$`, 'm').exec(page)?.[1]?.split(' | ')
    assert.ok(cells, type)
    assert.deepEqual(quoted(cells[1]!), Object.keys(parameters))
    assert.deepEqual(quoted(cells[2]!), Object.keys(sorts))
    assert.deepEqual(quoted(cells[3]!), [
      ...Object.keys(includes).map((name) => `${type}:${name}`),
      ...revincludes.map(({ source, parameter }) => `${source}:${parameter}`),
    ])
  }
})

test('an organisation is read with its codes, type and the one above it, and not sent twice', async () => {
  const answer = await send(`Organization/${aslNapoli1}`)
  const organisation = answer.json<Resource & { identifier: object[]; type: { coding: object[] }[]; partOf: object }>()
  assert.deepEqual(organisation.identifier[0], {
    use: 'official',
    system: 'urn:oid:2.16.840.1.113883.2.9.4.1.1',
    value: '150204',
  })
  assert.deepEqual(organisation.type[0]!.coding[0], {
    system: 'https://www.hl7.it/fhir/terminology/CodeSystem/it-tipoEntita',
    code: 'asl',
  })
  assert.ok(organisation.partOf)
  const tag = String(answer.headers['etag'])
  assert.match(tag, /^W\/"/)
  const again = await send(`Organization/${aslNapoli1}`, undefined, { 'if-none-match': `"x", ${tag}` })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  assert.equal((await send(`Organization/${aslNapoli1}`, undefined, { 'if-none-match': 'W/"x"' })).statusCode, 200)
})

test('both generations of identifier systems find the same organisation; another system finds nothing', async () => {
  for (const token of ['150204', 'http://hl7.it/sid/fls|150204', 'urn:oid:2.16.840.1.113883.2.9.4.1.1|150204'])
    assert.deepEqual(await ids(`Organization?identifier=${encodeURIComponent(token)}`), [aslNapoli1], token)
  for (const token of ['|150204', 'http://hl7.it/sid/hsp|150204', 'http://example.org|150204'])
    assert.deepEqual(await ids(`Organization?identifier=${encodeURIComponent(token)}`), [], token)
  const both = await ids('Organization?identifier=150204,150207')
  assert.deepEqual(new Set(both), new Set([aslNapoli1, aslSalerno]))
})

test('names are found by their beginning whatever accents and capitals, anywhere, or exactly', async () => {
  const place = await aPlace(t, { name: 'Àmbulatòrio Zèfiro, sede 100%' })
  for (const query of [
    'name=ambulatorio zefiro',
    'name:contains=ZEFIRO',
    'name:exact=Àmbulatòrio Zèfiro\\, sede 100%',
    'name=xxx,ambulatorio zefiro\\, sede 100%',
  ])
    assert.deepEqual(await ids(`Location?${encodeURI(query).replaceAll('%25', '%25')}`), [place], query)
  for (const query of [
    'name=zefiro',
    'name:exact=ambulatorio zefiro',
    'name:contains=zefiro_',
    'name:contains=zefiro&name:contains=levante',
  ])
    assert.deepEqual(await ids(`Location?${encodeURI(query)}`), [], query)
})

test('places are found around a point, surgeries of doctors too, with the organisation they belong to', async () => {
  const near = await aPlace(t, { latitude: 44.5, longitude: 7.5, organisationId: aslSalerno })
  await aPlace(t, { latitude: 44.6, longitude: 7.5 })
  const found = await search('Location?near=44.5|7.5|1|km&_include=Location:organization')
  assert.deepEqual(
    found.entry!.map(({ resource, search: { mode } }) => [resource.resourceType, resource.id, mode]),
    [
      ['Location', near, 'match'],
      ['Organization', aslSalerno, 'include'],
    ],
  )
  await aDoctor(t, { familyName: 'Zuccarini' })
  const surgeries = await search('Location?type=surgery&name:contains=zuccarini')
  assert.equal(surgeries.entry!.length, 1)
})

test('not, missing and booleans mean what FHIR says', async () => {
  const asls = await ids('Organization?type=asl&_count=1000')
  assert.equal(asls.length, 7)
  const others = await ids('Organization?type:not=asl&_count=1000')
  assert.ok(others.length > 0 && !others.some((id) => asls.includes(id)))
  const [region, ...more] = await ids('Organization?partof:missing=true')
  assert.ok(region && more.length === 0)
  assert.ok((await ids(`Organization?partof=Organization/${region}&active=true&_count=1000`)).includes(aslNapoli1))
  assert.deepEqual(await ids('Organization?active=false'), [])
})

test('services are found by code, branch and kind', async () => {
  const all = await search('HealthcareService?_count=1000&_total=accurate')
  assert.equal(all.total, all.entry!.length)
  const one = all.entry!.find(({ resource }) => (resource['specialty'] as unknown[] | undefined)?.length)!
    .resource as Resource & {
    identifier: { system: string; value: string }[]
    specialty: { coding: { system: string; code: string }[] }[]
  }
  const { system, value } = one.identifier[0]!
  assert.deepEqual(await ids(`HealthcareService?service-type=${encodeURIComponent(`${system}|${value}`)}`), [one.id])
  assert.ok(
    (await ids(`HealthcareService?specialty=${one.specialty[0]!.coding[0]!.code}&_count=1000`)).includes(one.id),
  )
})

test('pages follow one another by the link next and stay right while new places come in', async () => {
  const made: string[] = []
  for (let n = 0; n < 7; n += 1) made.push(await aPlace(t, { name: `Pagina ${n % 3}`, latitude: 45.1, longitude: 7.1 }))
  for (const sort of ['', '&_sort=name', '&_sort=-name,_id']) {
    const seen: string[] = []
    let url: string | undefined = `Location?name=pagina&_count=2${sort}`
    for (let page = 0; url && page < 10; page += 1) {
      const bundle: Awaited<ReturnType<typeof search>> = await search(url)
      seen.push(...bundle.entry!.map(({ resource }) => resource.id))
      url = bundle.link.find(({ relation }) => relation === 'next')?.url
      if (page === 1) await aPlace(t, { name: 'Altrove', latitude: 45.1, longitude: 7.1 })
    }
    assert.equal(seen.length, 7, sort)
    assert.deepEqual(new Set(seen), new Set(made), sort)
  }
  const first = await search('Location?name=pagina&_count=2')
  const cursor = new URL(first.link.find(({ relation }) => relation === 'next')!.url).searchParams.get('_cursor')
  for (const wrong of [
    `Location?name=altro&_cursor=${cursor}`,
    'Location?name=pagina&_cursor=x',
    'Location?_cursor=W10',
  ])
    assert.equal((await send(wrong)).statusCode, 400, wrong)
})

test('how many, without which; and only the elements asked for', async () => {
  for (const query of ['_summary=count', '_count=0']) {
    const bundle = await search(`Organization?type=asl&${query}`)
    assert.deepEqual([bundle.total, bundle.entry], [7, undefined])
  }
  const [entry] = (await search('Organization?identifier=150204&_elements=name')).entry!
  assert.deepEqual(Object.keys(entry!.resource).toSorted(), ['id', 'meta', 'name', 'resourceType'])
})

test('what is not known is ignored and told, or refused by who is strict', async () => {
  const bundle = await search('Organization?type=asl&colour=red&name:above=x&_include=Organization:nobody')
  assert.deepEqual(bundle.link[0]!.url, `${t.url}/fhir/R4/Organization?type=asl`)
  assert.equal(bundle.entry!.filter(({ search: { mode } }) => mode === 'match').length, 7)
  assert.equal(bundle.entry!.at(-1)!.search.mode, 'outcome')
  assert.equal((bundle.entry!.at(-1)!.resource['issue'] as unknown[]).length, 3)
  const strict = await send('Organization?type=asl&colour=red', undefined, { prefer: 'handling=strict' })
  assert.equal(strict.statusCode, 400)
  assert.equal(strict.json().issue[0].details.coding[0].code, 'fhir/parameter')
})

test('every error is an OperationOutcome, also those of the platform', async () => {
  const bare = async (url: string, more: InjectOptions = {}) => {
    const answer = await t.app.inject({ url: `/fhir/R4/${url}`, ...more })
    assert.match(String(answer.headers['content-type']), /^application\/fhir\+json/, url)
    mustBeR4(answer.json())
    return [answer.statusCode, answer.json().issue[0].code]
  }
  assert.deepEqual(await bare('Organization'), [401, 'login'])
  const other = await fhirClient(t, 'Location')
  assert.deepEqual(await bare('Organization', { headers: other.headers }), [403, 'forbidden'])
  assert.deepEqual(await bare('Organization/none', { headers }), [404, 'not-found'])
  assert.deepEqual(await bare('Observation', { headers }), [404, 'not-found'])
  assert.deepEqual(await bare('Organization', { headers: { ...headers, accept: 'application/fhir+xml' } }), [
    406,
    'not-supported',
  ])
  assert.deepEqual(await bare('Organization?_format=xml', { headers }), [406, 'not-supported'])
  assert.deepEqual(await bare('Organization/_search', { method: 'POST', headers, payload: {} }), [415, 'not-supported'])
  assert.deepEqual(await bare('Organization?active:missing=x', { headers }), [400, 'value'])
  assert.deepEqual(await bare('Organization?identifier=asl|', { headers }), [400, 'value'])
  await t.owner.query('update partner.client set per_minute = 1 where id = $1', [other.client.id])
  await t.app.inject({ url: '/fhir/R4/Location', headers: other.headers })
  assert.deepEqual(await bare('Location', { headers: other.headers }), [429, 'throttled'])
})

test('nothing comes along that the token does not allow', async () => {
  const narrow = await fhirClient(t, 'Location')
  const bundle = await narrow.search('Location?_count=1&_include=Location:organization')
  assert.deepEqual(
    bundle.entry!.map(({ resource, search: { mode } }) => [resource.resourceType, mode]),
    [
      ['Location', 'match'],
      ['OperationOutcome', 'outcome'],
    ],
  )
})

test('a search by form is the same search', async () => {
  const bundle = await search('Organization/_search', { type: 'asl', _count: '3' })
  assert.equal(bundle.entry!.length, 3)
  const next = bundle.link.find(({ relation }) => relation === 'next')!.url
  const more = await search(next, { type: 'asl', _count: '3' })
  assert.equal(more.entry!.length, 3)
})

test('a page takes one statement, and one for each kind of included resource', async () => {
  const statements = await statementsOf(t, () => search('Location?_count=50&_include=Location:organization'))
  assert.equal(statements.filter((statement) => /from registry\./.test(statement)).length, 2)
})
