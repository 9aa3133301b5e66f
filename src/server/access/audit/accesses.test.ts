// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson, aslNapoli1 } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { systemActor, type Actor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { audit, type AuditEntry } from './index.ts'
import type { Access } from './schema.ts'
import { objects, purposes } from './words.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())
const week = `from=${addDays(today, -7)}&to=${today}`

const get = (headers: object, id: string, query = week, path = '') =>
  t.app.inject({ url: `/api/v1/people/${id}/accesses${path}?${query}`, headers: { ...headers } })
const items = async (headers: object, id: string, query?: string) => {
  const answer = await get(headers, id, query)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ items: Access[]; nextCursor: string | null }>()
}

/** Somebody does something with a person's data. */
async function act(who: Partial<Actor>, entry: Partial<AuditEntry> & { patientId: string }): Promise<void> {
  const actor = { ...systemActor(uuidv7()), ...who }
  await asSystem(t.db, (tx) => audit(tx, actor, { action: 'READ', object: 'booking', purpose: 'booking', ...entry }))
}

test('a person reads in plain words who did what with her data, in whose name and what for', async () => {
  const anna = await aPerson(t, { givenName: 'ANNA', familyName: 'PROVA' })
  const carlo = await aPerson(t, { givenName: 'CARLO', familyName: 'DELEGATO' })
  await act({ kind: 'citizen', personId: carlo.id }, { patientId: anna.id, action: 'CREATE' })
  await act({}, { patientId: anna.id, action: 'UPDATE', purpose: 'agenda-closure' })
  const headers = await t.signIn(anna.id)
  const { items: found } = await items(headers, anna.id)
  assert.deepEqual(
    found.map(({ who, what, why, onBehalf }) => [who.name, who.kind, what, why, onBehalf]),
    [
      [
        'Il servizio, in automatico',
        'automatic',
        'Ha cambiato: una prenotazione',
        'spostare le visite di un’agenda chiusa',
        false,
      ],
      ['CARLO DELEGATO', 'delegate', 'Ha aggiunto: una prenotazione', 'prenotare visite ed esami', true],
    ],
  )
  const english = await t.app.inject({
    url: `/api/v1/people/${anna.id}/accesses?${week}&who=delegate`,
    headers: { ...headers, 'accept-language': 'en' },
  })
  assert.equal(english.json().items[0].what, 'Added: a booking')
})

test('reading who read is itself in the trail', async () => {
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  await items(headers, anna.id)
  const { items: found } = await items(headers, anna.id)
  assert.equal(found.length, 1)
  assert.deepEqual([found[0]!.who.kind, found[0]!.what], ['self', 'Ha letto: chi ha visto i dati'])
})

test('a parent reads for her minor child; a delegate and a stranger find nobody', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2020-03-02', parent: mother.id })
  const delegate = await aPerson(t)
  await aDelegation(t, mother, delegate)
  await act({}, { patientId: child.id })
  assert.equal((await items(await t.signIn(mother.id), child.id)).items.length, 1)
  for (const other of [delegate, await aPerson(t)]) {
    const answer = await get(await t.signIn(other.id), mother.id)
    assert.equal(answer.statusCode, 404)
    assert.equal((await get(await t.signIn(other.id), mother.id, week, '/export')).statusCode, 404)
  }
  const { rows } = await t.owner.query("select 1 from access.audit_entry where person_id = $1 and outcome = 'done'", [
    delegate.id,
  ])
  assert.equal(rows.length, 0)
})

test('pages follow one another without gaps or repeats while new rows come in', async () => {
  const anna = await aPerson(t)
  for (let i = 0; i < 60; i += 1) await act({}, { patientId: anna.id, objectId: uuidv7() })
  const headers = await t.signIn(anna.id)
  const seen: string[] = []
  for (let cursor = '', page = 0; page < 10; page += 1) {
    const found = await items(headers, anna.id, `${week}&who=automatic${cursor && `&cursor=${cursor}`}`)
    seen.push(...found.items.map(({ id }) => id))
    await act({}, { patientId: anna.id })
    if (found.nextCursor === null) break
    cursor = found.nextCursor
  }
  assert.equal(seen.length, 60)
  assert.equal(new Set(seen).size, 60)
})

test('only the days asked for are shown, by the calendar of Italy', async () => {
  const anna = await aPerson(t)
  const insert = `insert into access.audit_entry (id, at, actor_kind, patient_id, action, object_type, purpose, request_id)
    values ($1, $2, 'system', $3, 'READ', 'booking', 'booking', $1)`
  for (const at of [
    '2026-01-31T22:59:59Z',
    '2026-01-31T23:00:00Z',
    '2026-02-28T22:59:59.999999Z',
    '2026-02-28T23:00:00Z',
  ])
    await t.owner.query(insert, [uuidv7(), at, anna.id])
  const { items: found } = await items(await t.signIn(anna.id), anna.id, 'from=2026-02-01&to=2026-02-28')
  assert.deepEqual(
    found.map(({ at }) => at),
    ['2026-02-28T22:59:59.999999Z', '2026-01-31T23:00:00.000000Z'],
  )
})

test('a period turned round or longer than a year, and a cursor that is none, are refused', async () => {
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  for (const [query, code] of [
    ['from=2026-02-02&to=2026-02-01', 'access/bad-period'],
    ['from=2024-01-01&to=2026-02-01', 'access/bad-period'],
    [`${week}&cursor=x`, 'access/bad-cursor'],
    [`${week}&cursor=${Buffer.from("2026-01-01' or 1=1 --").toString('base64url')}`, 'access/bad-cursor'],
    ['from=yesterday&to=2026-02-01', 'platform/invalid-request'],
    ['from=2026-01-01&from=2026-02-01&to=2026-02-02', 'platform/invalid-request'],
  ] as const) {
    const answer = await get(headers, anna.id, query)
    assert.equal(answer.statusCode, 400, query)
    assert.equal(answer.json().code, code)
  }
})

test('the table to download opens in a spreadsheet and runs nothing', async () => {
  const anna = await aPerson(t)
  const carlo = await aPerson(t, { givenName: '=1+1', familyName: 'A"B;C' })
  await act({ kind: 'citizen', personId: carlo.id }, { patientId: anna.id })
  const answer = await get(await t.signIn(anna.id), anna.id, week, '/export')
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
  assert.match(String(answer.headers['content-disposition']), /^attachment/)
  const [head, first] = answer.body.split('\r\n')
  assert.equal(head, '\uFEFF"Quando";"Chi";"Ruolo";"Struttura";"Per conto di";"Che cosa";"Per"')
  assert.ok(first!.includes(`;"'=1+1 A""B;C";"";"";"della persona";"Ha letto: una prenotazione";`), first)
  const { rows } = await t.owner.query(
    "select count(*)::int as n from access.audit_entry where patient_id = $1 and action = 'EXPORT'",
    [anna.id],
  )
  assert.equal(rows[0].n, 1)
})

test('whoever is refused a person’s data is in her list, and not as acting in her name', async () => {
  const anna = await aPerson(t)
  const stranger = await aPerson(t, { givenName: 'CURIOSO', familyName: 'PROVA' })
  const headers = await t.signIn(stranger.id)
  const url = `/api/v1/people/${anna.id}/contacts`
  assert.equal((await t.app.inject({ url, headers: { ...headers } })).statusCode, 404)
  assert.equal((await get(headers, anna.id)).statusCode, 404)
  const weak = await t.app.inject({ url, headers: { ...(await t.signIn(anna.id, 1)) } })
  assert.equal(weak.statusCode, 403)
  const { items: found } = await items(await t.signIn(anna.id), anna.id)
  assert.deepEqual(
    found.map(({ who, what, outcome, onBehalf }) => [who.name === 'CURIOSO PROVA', what, outcome, onBehalf]),
    [
      [false, 'Ha tentato senza averne diritto: i recapiti', 'refused', false],
      [true, 'Ha tentato senza averne diritto: chi ha visto i dati', 'refused', false],
      [true, 'Ha tentato senza averne diritto: i recapiti', 'refused', false],
    ],
  )
  const { rows } = await t.owner.query(
    `select reason, level, method, host(address) as address from access.audit_entry
     where patient_id = $1 and outcome = 'refused' order by at`,
    [anna.id],
  )
  assert.deepEqual(
    rows.map(({ reason, level }) => [reason, level]),
    [
      ['platform/not-found', 2],
      ['platform/not-found', 2],
      ['access/level-too-low', 1],
    ],
  )
  assert.ok(rows.every(({ method, address }) => method === 'SPID' && address === '127.0.0.1'))
})

test('nobody who is not known fills the trail with refusals', async () => {
  const anna = await aPerson(t)
  assert.equal((await t.app.inject(`/api/v1/people/${anna.id}/contacts`)).statusCode, 401)
  const { rows } = await t.owner.query('select from access.audit_entry where patient_id = $1', [anna.id])
  assert.equal(rows.length, 0)
})

test('names of a role’s organisation are shown', async () => {
  const anna = await aPerson(t)
  const id = uuidv7()
  await t.owner.query(
    `insert into access.audit_entry (id, actor_kind, role, organisation_id, patient_id, action, object_type, purpose, request_id)
     values ($1, 'professional', 'doctor', $2, $3, 'READ', 'booking', 'booking', $1)`,
    [id, aslNapoli1, anna.id],
  )
  const { items: found } = await items(await t.signIn(anna.id), anna.id, `${week}&who=professional`)
  assert.equal(found[0]?.who.role, 'medico')
  assert.match(found[0].who.organisation ?? '', /Napoli/i)
})

test('every kind of thing and every purpose that rows speak of has its words', async () => {
  const server = resolve(import.meta.dirname, '../..')
  const files = (await readdir(server, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const said = (key: string) => {
    const pattern = new RegExp(`\\b${key}: '([a-z-]+)'`, 'g')
    return files.flatMap((name) => {
      const text = readFileSync(join(server, name), 'utf8')
      return /\baudit\(/.test(text) ? [...text.matchAll(pattern)].map((match) => match[1]!) : []
    })
  }
  const [things, reasons] = [said('object'), said('purpose')]
  assert.ok(things.length > 10 && reasons.length > 10)
  assert.deepEqual(
    [...new Set(things)].filter((name) => !(name in objects)),
    [],
  )
  assert.deepEqual(
    [...new Set(reasons)].filter((name) => !(name in purposes)),
    [],
  )
})
