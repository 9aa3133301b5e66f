// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { romeDay } from '../../platform/time.ts'
import { findDuplicates } from '../../registry/linkage/index.ts'
import type { CasePage, CaseView, MergePage, UndoResult } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const officer = await aProfessional(t, 'district-officer')

const call = (method: 'GET' | 'POST', path: string, payload?: object, headers: object = officer.headers) =>
  t.app.inject({ method, url: `/api/v1/office/${path}`, headers: { ...headers }, ...(payload && { payload }) })
async function ok<T>(method: 'GET' | 'POST', path: string, payload?: object): Promise<T> {
  const answer = await call(method, path, payload)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<T>()
}
const refused = async (path: string, payload: object, headers: object = officer.headers): Promise<string> => {
  const answer = await call('POST', path, payload, headers)
  assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body)
  return `${answer.statusCode} ${answer.json<{ code: string }>().code}`
}

let names = 0
/** Somebody who is in the registry twice: once with the day and month of birth exchanged, and so with another code. */
async function twice(wish: { email?: string } = {}): Promise<[string, string]> {
  names += 1
  const facts = { familyName: `${'BCDFGLMNPR'[names]}uzzanelli`, givenName: 'Filomena' }
  const { id: one } = await aPerson(t, { ...facts, birthDate: '1955-03-08', ...wish })
  const other = await aPerson(t, { ...facts, birthDate: '1955-08-03' })
  return [one, other.id]
}
const search = (): Promise<void> => findDuplicates(t.platform)
const caseOf = async (id: string, state = 'open'): Promise<string> => {
  const { items } = await ok<CasePage>('GET', `duplicates?state=${state}`)
  const found = items.find(({ first, second }) => [first.id, second.id].includes(id))
  assert.ok(found, 'no case')
  return found.id
}

test('who is in the registry twice is found once, is compared field by field, and becomes one', async () => {
  const [one, other] = await twice({ email: 'filomena@prova.example' })
  const stranger = await aPerson(t, { familyName: 'Diversissimi', givenName: 'Ugo', sex: 'M' })
  await search()
  await search()
  const { items, open, more } = await ok<CasePage>('GET', 'duplicates?state=open')
  assert.deepEqual([items.length, open, more], [1, 1, false])
  const id = items[0]!.id
  const view = await ok<CaseView>('GET', `duplicates/${id}`)
  assert.deepEqual(new Set([view.first.id, view.second.id]), new Set([one, other]))
  const level = (field: string) => view.fields.find((row) => row.field === field)?.level
  assert.deepEqual(['familyName', 'birthDate', 'code', 'email', 'residence'].map(level), [
    'same',
    'similar',
    'different',
    'missing',
    'same',
  ])
  assert.equal(view.fields.find(({ field }) => field === 'birthDate')?.how, 'swapped')
  const session = await t.signIn(other)
  const wish = { decision: 'same', survivorId: one, note: 'Carta d’identità vista allo sportello' }
  assert.equal((await ok<CaseView>('POST', `duplicates/${id}/decision`, wish)).state, 'same')
  const { rows } = await t.owner.query('select merged_into from registry.person where id = $1', [other])
  assert.deepEqual(rows, [{ merged_into: one }])
  const mine = await t.app.inject({ method: 'GET', url: '/api/v1/messages', headers: session })
  assert.equal(mine.statusCode, 401, 'the session of the duplicate is over')
  assert.equal(await refused(`duplicates/${id}/decision`, wish), '409 registry/case-decided')
  assert.equal((await ok<CasePage>('GET', 'duplicates?state=open')).open, 0)
  assert.ok(![view.first.id, view.second.id].includes(stranger.id))
})

test('a merge is undone from the history, and the pair is not asked about again', async () => {
  const [one, other] = await twice()
  await search()
  const wish = { decision: 'same', survivorId: one, note: 'Sembra la stessa' }
  await ok('POST', `duplicates/${await caseOf(one)}/decision`, wish)
  const { items } = await ok<MergePage>('GET', 'merges')
  const merge = items.find(({ survivor }) => survivor.id === one)!
  assert.deepEqual([merge.duplicate.id, merge.canUndo, merge.undoneAt, merge.reason], [other, true, null, wish.note])
  const result = await ok<UndoResult>('POST', `merges/${merge.id}/undo`, { reason: 'Erano due cugine' })
  assert.deepEqual(result, { differs: 0, since: 0 })
  assert.equal(await refused(`merges/${merge.id}/undo`, { reason: 'Ancora' }), '409 registry/merge-undone')
  const again = (await ok<MergePage>('GET', 'merges')).items.find(({ id }) => id === merge.id)!
  assert.deepEqual([again.canUndo, again.undoneWhy], [false, 'Erano due cugine'])
  await search()
  assert.equal((await ok<CaseView>('GET', `duplicates/${await caseOf(one, 'different')}`)).state, 'different')
  assert.equal((await ok<CasePage>('GET', 'duplicates?state=open')).open, 0)
})

test('a case may be put off, is decided later, and needs a note and the record that goes on', async () => {
  const [one] = await twice()
  await search()
  const id = await caseOf(one)
  const decide = `duplicates/${id}/decision`
  assert.equal(await refused(decide, { decision: 'same', note: 'Manca' }), '422 registry/survivor-missing')
  assert.equal(
    await refused(decide, { decision: 'same', survivorId: officer.id, note: 'Altra' }),
    '422 registry/survivor-missing',
  )
  assert.equal(await refused(decide, { decision: 'later', note: 'x' }), '400 platform/invalid-request')
  assert.equal(
    (await ok<CaseView>('POST', decide, { decision: 'later', note: 'Chiedo al comune' })).note,
    'Chiedo al comune',
  )
  assert.equal(await caseOf(one, 'later'), id)
  assert.equal((await ok<CaseView>('POST', decide, { decision: 'different', note: 'Sono due' })).state, 'different')
})

test('two officers who decide at once: one does, the other is told; what stands in the way is listed', async () => {
  const [one, other] = await twice()
  await search()
  const decide = `duplicates/${await caseOf(one)}/decision`
  const same = { decision: 'same', survivorId: one, note: 'La stessa' }
  await aDelegation(t, { id: one }, { id: other })
  const conflict = await call('POST', decide, same)
  assert.equal(conflict.statusCode, 409)
  const { code, conflicts } = conflict.json<{
    code: string
    conflicts: { relation: string; it: string; en: string }[]
  }>()
  assert.deepEqual(
    [code, conflicts.map(({ relation }) => relation)],
    ['registry/merge-conflicts', ['access.delegation']],
  )
  assert.equal((await ok<CaseView>('GET', decide.replace('/decision', ''))).state, 'open', 'nothing was decided')
  const answers = await Promise.all([
    call('POST', decide, { decision: 'different', note: 'Due persone' }),
    call('POST', decide, { decision: 'different', note: 'Due persone' }),
  ])
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
})

test('nobody decides about herself, and every look at a record is in its trail', async () => {
  const [one, other] = await twice()
  await search()
  const id = await caseOf(one)
  const { rows } = await t.owner.query<{ patient: string }>(
    `select distinct patient_id as patient from access.audit_entry where object_type = 'duplicate' and person_id = $1 and patient_id in ($2, $3)`,
    [officer.id, one, other],
  )
  assert.equal(rows.length, 2)
  const own = await aProfessional(t, 'district-officer')
  await t.owner.query(
    'update registry.linkage_case set first_id = least($1::uuid, second_id), second_id = greatest($1::uuid, second_id) where id = $2',
    [own.id, id],
  )
  assert.equal(
    await refused(`duplicates/${id}/decision`, { decision: 'later', note: 'Io stessa' }, own.headers),
    '403 registry/own-record',
  )
})

test('other roles and citizens have no part in it; a trail of a merged record is read with the person’s', async () => {
  const [one, other] = await twice()
  for (const headers of [(await aProfessional(t, 'clerk')).headers, await t.signIn(one)])
    assert.equal((await call('GET', 'duplicates?state=open', undefined, headers)).statusCode, 403)
  await search()
  await ok('POST', `duplicates/${await caseOf(one)}/decision`, { decision: 'same', survivorId: one, note: 'La stessa' })
  const headers = await t.signIn(one)
  const today = romeDay(t.platform.now())
  const answer = await t.app.inject({
    method: 'GET',
    url: `/api/v1/people/${one}/accesses?from=${today}&to=${today}`,
    headers,
  })
  assert.equal(answer.statusCode, 200, answer.body)
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(*)::int as n from access.audit_entry where patient_id in ($1, $2) and outcome = 'done'`,
    [one, other],
  )
  assert.ok(answer.json<{ items: unknown[] }>().items.length > rows[0]!.n / 2, 'more than those of one record')
})
