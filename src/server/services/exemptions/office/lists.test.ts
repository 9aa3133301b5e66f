// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { bookingBench, type Citizen } from '../../../../../test/booking.ts'
import { aslNapoli1, aslSalerno } from '../../../../../test/region.ts'
import { aProfessional } from '../../../../../test/roles.ts'
import { testApp } from '../../../../../test/setup.ts'
import { romeDay } from '../../../platform/time.ts'
import { TsUnavailable } from '../../../national/ts/index.ts'
import type { Checks } from './check-schema.ts'
import { fateOf } from './list-rules.ts'
import type { Differences, ListImport } from './list-schema.ts'
import { importList } from './lists.ts'

// The yearly list of Sistema TS: read page by page, compared, entered, run again.

const t = await testApp({ listen: true, env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = await bookingBench(t)
const officer = await aProfessional(t, 'district-officer')
const elsewhere = await aProfessional(t, 'district-officer', aslSalerno)
afterEach(() => {
  t.setNow(new Date())
  t.sandbox.context.faults.clear()
})
const today = romeDay(new Date())
const year = Number(today.slice(0, 4)) - (today.slice(5) < '04-01' ? 1 : 0)
const [first, last] = [`${year}-04-01`, `${year + 1}-03-31`]

async function publishes(lines: string[], when = year): Promise<number> {
  const payload = { year: when, asl: '150204', lines }
  const answer = await t.sandbox.app.inject({ method: 'POST', url: '/ts/control/lists', payload })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json<{ progressivo: number }>().progressivo
}
const asks = (more: object = {}, who: Citizen = officer) =>
  call(who, 'POST', '/office/exemption-lists', { authorityId: aslNapoli1, year, dryRun: false, ...more })
async function reads(more: object = {}): Promise<ListImport> {
  const answer = await asks(more)
  assert.equal(answer.statusCode, 201, answer.body)
  await t.settle()
  const { items } = (await call(officer, 'GET', '/office/exemption-lists')).json<{ items: ListImport[] }>()
  return items.find(({ id }) => id === answer.json<ListImport>().id)!
}
const held = async (personId: string) =>
  (
    await t.owner.query<{ code: string; state: string; from: string; until: string }>(
      `select code, state, lower(valid)::text as "from", (upper(valid) - 1)::text as until
       from registry.person_exemption where person_id = $1 order by lower(valid)`,
      [personId],
    )
  ).rows
async function declares(who: Citizen, code: string): Promise<void> {
  const answer = await call(who, 'POST', '/exemptions/self-certifications', {
    patientId: who.id,
    code,
    household: [],
    incomeCents: 700_000,
    withinLimit: false,
    presumed: false,
    pension: { number: '12345' },
    aware: true,
    willTell: true,
  })
  assert.equal(answer.statusCode, 201, answer.body)
}
const differences = async (id: string) =>
  (await call(officer, 'GET', `/office/exemption-lists/${id}/differences`)).json<Differences>()

test('a list is tried, entered and run again: who is listed is certified, who declared and is not listed is checked', async () => {
  const [listed, declaredToo, notListed] = [await citizen(), await citizen(), await citizen()]
  await declares(declaredToo, 'E03')
  await declares(notListed, 'E03')
  const line = (code: string, exemption: string) => `${code};${exemption};${first};${last}`
  const strangers = Array.from({ length: 1_200 }, (_, i) => `${String(10_000_000_000 + i)};E01;${first};${last}`)
  const number = await publishes([line(listed.code, 'E01'), line(declaredToo.code, 'E03'), ...strangers])

  const tried = await reads({ dryRun: true })
  assert.deepEqual([tried.state, tried.number, tried.pages, tried.pagesRead], ['DONE', number, 2, 2])
  assert.deepEqual(tried.counts, {
    entered: 1,
    shortened: 0,
    same: 0,
    declared: 1,
    unknown: 1_200,
    notListed: 1,
    withdrawn: 0,
  })
  assert.deepEqual(await held(listed.id), [], 'a trial writes nothing')
  const targeted = async () => (await call(officer, 'GET', '/office/exemption-checks?reason=not-listed')).json<Checks>()
  assert.equal((await targeted()).total, 0)

  const entered = await reads()
  assert.deepEqual(entered.counts, tried.counts, 'what was tried is what happens')
  assert.deepEqual(await held(listed.id), [{ code: 'E01', state: 'CERTIFIED', from: first, until: last }])
  assert.equal((await held(declaredToo.id)).length, 1, 'what was declared goes on')
  const { items, total } = await targeted()
  assert.deepEqual([total, items[0]?.code, items[0]?.state], [1, 'E03', 'OPEN'])
  const found = await differences(entered.id)
  assert.equal(found.total, 1_202)
  const notInList = await call(officer, 'GET', `/office/exemption-lists/${entered.id}/differences?kind=not-listed`)
  assert.equal(notInList.json<Differences>().items[0]!.fiscalCode, notListed.code)

  const again = await reads()
  assert.deepEqual([again.counts.entered, again.counts.same], [0, 1], 'run again it changes nothing')
  assert.equal((await targeted()).total, 1)
  assert.equal((await held(listed.id)).length, 1)

  await publishes([line(declaredToo.code, 'E03')])
  const next = await reads()
  assert.deepEqual(
    [next.number, next.counts.withdrawn],
    [number + 1, 1_201],
    'who left the list is told, not overwritten',
  )
  assert.deepEqual(await held(listed.id), [{ code: 'E01', state: 'CERTIFIED', from: first, until: last }])
  const file = await call(officer, 'GET', `/office/exemption-lists/${next.id}/differences.csv`)
  assert.ok(file.body.includes('Non è più in elenco') && file.body.includes(listed.code))
})

test('stopped in the middle it goes on where it was; a page that is not what the list says is not taken', async () => {
  const anna = await citizen()
  const when = year + 1
  const lines = Array.from(
    { length: 1_500 },
    (_, i) => `${String(20_000_000_000 + i)};E01;${when}-04-01;${when + 1}-03-31`,
  )
  await publishes([`${anna.code};E04;${when}-04-01;${when + 1}-03-31`, ...lines], when)
  t.sandbox.context.faults.add({ system: 'ts', operation: 'list', kind: 'down', times: 1 })
  const { id } = (await asks({ year: when })).json<ListImport>()
  await assert.rejects(importList(t.platform, id), TsUnavailable)
  t.sandbox.context.faults.add({ system: 'ts', operation: 'page', kind: 'error', times: 1 })
  await assert.rejects(importList(t.platform, id), TsUnavailable)
  assert.equal((await asks({ year: when })).json<{ code: string }>().code, 'exemptions/list-running')
  await importList(t.platform, id)
  await importList(t.platform, id)
  await t.settle()
  const { items } = (await call(officer, 'GET', '/office/exemption-lists')).json<{ items: ListImport[] }>()
  const done = items.find((one) => one.id === id)!
  assert.deepEqual([done.state, done.counts.entered, done.counts.unknown], ['DONE', 1, 1_500])
  assert.deepEqual(await held(anna.id), [
    { code: 'E04', state: 'CERTIFIED', from: `${when}-04-01`, until: `${when + 1}-03-31` },
  ])

  await publishes([`${anna.code};E01;${when}-04-01;${when + 1}-03-31`], when)
  const bad = (await asks({ year: when })).json<ListImport>()
  await t.owner.query(`update exemptions.list_import set state = 'READING', list_id = $2, pages = $3 where id = $1`, [
    bad.id,
    `${when}-150204-2`,
    ['0'.repeat(64)],
  ])
  await assert.rejects(importList(t.platform, bad.id), /not what the list says/)
  assert.equal((await held(anna.id)).length, 1)
})

test('a list that is not published yet says so; other authorities neither ask nor see', async () => {
  assert.equal((await reads({ year: 2011 })).state, 'NOT_PUBLISHED')
  assert.equal((await asks({}, elsewhere)).statusCode, 404)
  const { items } = (await call(elsewhere, 'GET', '/office/exemption-lists')).json<{ items: ListImport[] }>()
  assert.deepEqual(items, [])
})

test('a certified exemption begins the day after a declared one ends, and never before', () => {
  const row = { code: 'E01', from: '2027-04-01', until: '2028-03-31' }
  const one = (from: string, until: string | null, state: 'ACTIVE' | 'CERTIFIED' | 'ANNULLED' = 'ACTIVE') => ({
    code: 'E01',
    state,
    from,
    until,
  })
  assert.deepEqual(fateOf(row, []), { fate: 'entered', period: { from: '2027-04-01', until: '2028-03-31' } })
  assert.deepEqual(fateOf(row, [one('2026-05-01', '2027-03-31')]), {
    fate: 'entered',
    period: { from: '2027-04-01', until: '2028-03-31' },
  })
  assert.deepEqual(fateOf(row, [one('2027-03-01', '2027-06-09')]), {
    fate: 'shortened',
    period: { from: '2027-06-10', until: '2028-03-31' },
  })
  assert.deepEqual(fateOf(row, [one('2027-04-01', '2028-03-31', 'CERTIFIED')]), { fate: 'same' })
  assert.deepEqual(fateOf(row, [one('2027-03-01', '2027-06-09'), one('2027-06-10', '2028-03-31', 'CERTIFIED')]), {
    fate: 'same',
  })
  assert.deepEqual(fateOf(row, [one('2027-03-01', null)]), { fate: 'declared' })
  assert.deepEqual(fateOf(row, [one('2027-03-01', null, 'ANNULLED')]), {
    fate: 'entered',
    period: { from: '2027-04-01', until: '2028-03-31' },
  })
  assert.deepEqual(fateOf({ ...row, code: 'E03' }, [one('2027-03-01', null)]).fate, 'entered')
})

test('in the demo region whoever is over 65 is listed by itself', async () => {
  const old = await citizen({ birthDate: '1940-05-05' })
  const demo = { people: [{ fiscalCode: old.code, birthDate: '1940-05-05', spid: true }] }
  await writeFile(join(t.sandbox.context.dataDir, 'demo.json'), JSON.stringify(demo))
  const salerno = await aProfessional(t, 'district-officer', aslSalerno)
  const answer = await asks({ authorityId: aslSalerno, dryRun: true }, salerno)
  assert.equal(answer.statusCode, 201, answer.body)
  await t.settle()
  const found = await call(salerno, 'GET', '/office/exemption-lists')
  assert.equal(found.json<{ items: ListImport[] }>().items[0]!.counts.entered, 1)
})

test('the sandbox is as strict as Sistema TS: credentials first, then what is asked for', async () => {
  const get = (url: string, authorization?: string) =>
    t.sandbox.app.inject({ url: `/ts/esenzioni/v1${url}`, ...(authorization && { headers: { authorization } }) })
  const right = `Basic ${Buffer.from('regione:sandbox-ts-password').toString('base64')}`
  assert.equal((await get('/elenchi?anno=2026&codiceAsl=150204')).statusCode, 401)
  assert.equal((await get('/elenchi?anno=26&codiceAsl=150204', right)).statusCode, 400)
  assert.equal((await get('/elenchi?anno=2012&codiceAsl=150204', right)).statusCode, 404)
  assert.equal((await get('/elenchi/nothing/pagine/1', right)).statusCode, 404)
  const wrong = { year, asl: '150204', lines: ['RSSMRA80A01H501U;E02;2026-04-01;2027-03-31'] }
  assert.equal(
    (await t.sandbox.app.inject({ method: 'POST', url: '/ts/control/lists', payload: wrong })).statusCode,
    400,
  )
})
