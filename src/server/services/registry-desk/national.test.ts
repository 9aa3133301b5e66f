// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anEvent, anprClient, generalities, inNaples, registerOnAnpr } from '../../../../test/national.ts'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { pullAll } from '../../registry/national/index.ts'
import type { DifferencePage, DifferenceView, MessagePage, MessageView } from './national-schema.ts'

const t = await testApp({ env: anprClient })
before(() => registerOnAnpr(t.platform.config))
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

let people = 0
/** Somebody whose given name ANPR has otherwise, and the difference it makes. */
async function differing(personId?: string): Promise<{ id: string; difference: string }> {
  people += 1
  const who = generalities({ cognome: `${'BDFGLMNP'[people]}iscordanti` })
  const own = { familyName: who.cognome, givenName: 'Annarella', birthDate: who.dataNascita }
  const { id } = await aPerson(t, { ...own, code: { type: 'CF', value: who.codiceFiscale! } })
  await anEvent(t, { idSoggetto: `DESK${people}`, tipo: 'CITTADINANZA', dataDecorrenza: '2026-02-01', soggetto: who })
  await pullAll(t.platform)
  const { items } = await ok<DifferencePage>(
    'GET',
    'national-differences?state=open&part=givenName&source=anpr&sort=name',
  )
  const found = items.find(({ person }) => person.id === id)
  assert.ok(found, `no difference of ${personId ?? id}`)
  return { id, difference: found.id }
}
const givenName = async (id: string) =>
  (await t.owner.query<{ name: string }>('select given_name as name from registry.person where id = $1', [id])).rows[0]!
    .name

test('a difference is shown side by side, taken, taken back and kept; each step is in the trail', async () => {
  const { id, difference } = await differing()
  const path = `national-differences/${difference}`
  const view = await ok<DifferenceView>('GET', path)
  assert.deepEqual([view.ours.value, view.theirs.value, view.because], ['Annarella', 'Anna', 'unknown-source'])
  assert.equal(view.fields.find(({ field }) => field === 'givenName')?.same, false)
  assert.equal(view.fields.find(({ field }) => field === 'familyName')?.same, true)
  const wish = { decision: 'take', note: 'Carta d’identità vista' }
  assert.equal((await ok<DifferenceView>('POST', `${path}/decision`, wish)).state, 'taken')
  assert.equal(await givenName(id), 'Anna')
  assert.equal(await refused(`${path}/decision`, wish), '409 registry/difference-decided')
  assert.equal((await ok<DifferenceView>('POST', `${path}/undo`, { reason: 'Era la sorella' })).state, 'open')
  assert.equal(await givenName(id), 'Annarella')
  assert.equal(await refused(`${path}/undo`, { reason: 'Ancora' }), '409 registry/nothing-to-undo')
  await ok('POST', `${path}/decision`, { decision: 'later', note: 'Chiedo al comune' })
  const kept = await ok<DifferenceView>('POST', `${path}/decision`, { decision: 'keep', note: 'Il nostro è giusto' })
  assert.deepEqual(
    kept.history.map(({ state }) => state),
    ['taken', 'open', 'later', 'kept'],
  )
  assert.equal(await givenName(id), 'Annarella')
  await pullAll(t.platform)
  assert.equal((await ok<DifferenceView>('GET', path)).state, 'kept')
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where object_type = 'national-difference' and patient_id = $1 and person_id = $2`,
    [id, officer.id],
  )
  assert.ok(
    rows.filter(({ action }) => action === 'UPDATE').length === 4 && rows.some(({ action }) => action === 'READ'),
  )
})

test('of two officers who decide at once one does; nobody decides about herself, and other roles have no part in it', async () => {
  const { id, difference } = await differing()
  const path = `national-differences/${difference}/decision`
  assert.equal(await refused(path, { decision: 'take', note: 'x' }), '400 platform/invalid-request')
  assert.equal(await refused(path, { decision: 'forse', note: 'Non so' }), '400 platform/invalid-request')
  assert.equal((await call('GET', `national-differences/${officer.id}`)).statusCode, 404)
  const citizen = await t.signIn(id)
  const clerk = await aProfessional(t, 'clerk')
  for (const headers of [citizen, clerk.headers])
    for (const list of ['national-differences?state=open', 'national-messages', 'national-messages.csv'])
      assert.equal((await call('GET', list, undefined, headers)).statusCode, 403)
  const answers = await Promise.all([1, 2].map(() => call('POST', path, { decision: 'keep', note: 'Il nostro' })))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
  const own = await aProfessional(t, 'district-officer')
  await t.owner.query('update registry.national_difference set person_id = $1 where id = $2', [own.id, difference])
  const undo = `national-differences/${difference}/undo`
  assert.equal(await refused(undo, { reason: 'La mia' }, own.headers), '403 registry/own-record')
})

test('messages are listed with their fate; one about somebody unknown is tried again or set aside, and those after it go on', async () => {
  const who = generalities({ cognome: 'Ignotini' })
  const fact = { idSoggetto: 'DESKX', soggetto: who, dataDecorrenza: '2026-02-01' }
  await anEvent(t, { ...fact, tipo: 'CITTADINANZA' })
  await anEvent(t, { ...fact, tipo: 'CAMBIO_RESIDENZA', dati: { residenza: inNaples('Via Nuova 1') } })
  await pullAll(t.platform)
  const list = (query: string) => ok<MessagePage>('GET', `national-messages?${query}`)
  const [failed] = (await list('state=error&source=anpr')).items
  assert.deepEqual(
    [failed?.problem, failed?.person?.id, failed?.actions],
    ['unknown-person', null, ['retry', 'set-aside']],
  )
  const [waiting] = (await list('state=waiting&sort=oldest')).items
  assert.deepEqual([waiting?.kind, waiting?.missing], ['residence', null])
  const act = `national-messages/${failed!.id}/decision`
  assert.equal((await ok<MessageView>('POST', act, { action: 'retry', note: 'Riprovo' })).state, 'error')
  assert.equal(await refused(act, { action: 'proceed', note: 'Avanti' }), '409 registry/message-settled')
  assert.equal((await ok<MessageView>('POST', act, { action: 'set-aside', note: 'Non serve' })).state, 'set-aside')
  const [applied] = (await list('state=applied')).items.filter(({ id }) => id === waiting!.id)
  assert.ok(applied?.person?.id, 'the one after it founded the record')
  assert.deepEqual(
    (await list('page=1')).feeds.map(({ source, problem }) => [source, problem]),
    [
      ['ana', null],
      ['anpr', null],
    ],
  )
  const csv = await call('GET', 'national-messages.csv?state=set-aside')
  assert.match(csv.body, /Ignotini Anna/)
  assert.match((await call('GET', 'national-differences.csv?state=kept')).body, /Annarella/)
})
