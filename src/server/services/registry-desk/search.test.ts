// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aPerson, aslNapoli1 } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { omocodeVariant } from '../../../shared/fiscal-code.ts'
import { mistakes, nameLetters, withoutOneLetter } from '../../../shared/names.ts'
import type { PersonSearchResult } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const clerk = await aProfessional(t, 'clerk')
const ask = (wish: object, headers: object = clerk.headers) =>
  t.app.inject({
    method: 'POST',
    url: '/api/v1/person-searches',
    headers: { ...headers },
    payload: { purpose: 'booking', page: 1, ...wish },
  })
async function found(wish: object): Promise<PersonSearchResult> {
  const answer = await ask(wish)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<PersonSearchResult>()
}
const ids = async (wish: object): Promise<string[]> => (await found(wish)).people.map(({ id }) => id)

const ferlini = await aPerson(t, { familyName: 'Ferlindari', givenName: 'Chiara Maria', birthDate: '1971-03-04' })
const angelo = await aPerson(t, { familyName: 'D’Angelòtti', givenName: 'Niccolò', sex: 'M', birthDate: '1950-12-31' })
const luca = await aPerson(t, { familyName: 'De Lucàri Plendi', givenName: 'Anna', birthDate: '1982-06-15' })

test('a person is found by name, with accents, apostrophes and blanks or without, and by one word of a double name', async () => {
  for (const [familyName, givenName, who] of [
    ['Ferlindari', 'Chiara Maria', ferlini],
    ['FERLINDARI', 'chiara', ferlini],
    ['Ferlindari', 'Maria', ferlini],
    ["d'angelotti", 'Niccolo', angelo],
    ['Dangelotti', 'NICCOLÒ', angelo],
    ['Delucari-Plendi', 'Anna', luca],
    ['Plendi', 'Anna', luca],
    ['Lucari', undefined, luca],
  ] as const)
    assert.deepEqual(await ids({ familyName, ...(givenName && { givenName }) }), [who.id], `${familyName} ${givenName}`)
})

test('a letter wrong, left out, too much or exchanged is forgiven, and said', async () => {
  for (const [familyName, givenName] of [
    ['Ferlindri', 'Chiara'],
    ['Ferlinndari', 'Chiara'],
    ['Ferlimdari', 'Chiara'],
    ['Ferlidnari', 'Chiara'],
    ['Ferlindari', 'Chara Maria'],
    ['Ferlindri', 'Chiaar'],
  ])
    assert.deepEqual(await ids({ familyName, givenName }), [ferlini.id], `${familyName} ${givenName}`)
  const [exact] = (await found({ familyName: 'Ferlindari', givenName: 'Chiara Maria' })).people
  const [like] = (await found({ familyName: 'Ferlindri', givenName: 'Chiara Maria' })).people
  assert.deepEqual([exact?.exact, like?.exact], [true, false])
  assert.deepEqual(await ids({ familyName: 'Bernindari', givenName: 'Chiara' }), [], 'another name is another name')
})

test('a person is found by code, also in another form of omocodia, and by date of birth, which names narrow down', async () => {
  assert.deepEqual(await ids({ identifier: ferlini.code.toLowerCase() }), [ferlini.id])
  assert.deepEqual(await ids({ identifier: omocodeVariant(ferlini.code, 5) }), [ferlini.id])
  assert.deepEqual(await ids({ identifier: ferlini.code, familyName: 'Altronome' }), [])
  assert.deepEqual(await ids({ identifier: ferlini.code, birthDate: '1971-03-05' }), [])
  assert.deepEqual(await ids({ birthDate: '1950-12-31' }), [angelo.id])
  assert.deepEqual(await ids({ birthDate: '1950-12-31', familyName: 'Dangeloti' }), [angelo.id])
  assert.deepEqual(await ids({ birthDate: '1950-12-31', familyName: 'Ferlindari' }), [])
})

test('a search shows what tells people apart and nothing more', async () => {
  const { people } = await found({ identifier: luca.code })
  assert.deepEqual(people, [
    {
      id: luca.id,
      familyName: 'De Lucàri Plendi',
      givenName: 'Anna',
      birthDate: '1982-06-15',
      sex: 'F',
      birthPlace: 'NAPOLI',
      town: 'Napoli',
      deceased: false,
      exact: true,
    },
  ])
})

test('people are paged through, the ones named as asked first, and no further than five pages', async () => {
  const namesakes: string[] = []
  for (let n = 0; n < 25; n += 1)
    namesakes.push(
      (await aPerson(t, { familyName: 'Zubrelli', birthDate: `1990-01-${String(n + 1).padStart(2, '0')}` })).id,
    )
  const similar = await aPerson(t, { familyName: 'Zubreli' })
  const first = await found({ familyName: 'Zubrelli' })
  const second = await found({ familyName: 'Zubrelli', page: 2 })
  assert.deepEqual([first.people.length, first.more, second.people.length, second.more], [20, true, 6, false])
  const all = [...first.people, ...second.people].map(({ id }) => id)
  assert.deepEqual(new Set(all), new Set([...namesakes, similar.id]))
  assert.equal(all.at(-1), similar.id)
  assert.equal((await ask({ familyName: 'Zubrelli', page: 6 })).statusCode, 400)
})

test('a merged record leads to the one that goes on, and is not shown by name', async () => {
  const old = await aPerson(t, { familyName: 'Morvanelli', birthDate: '1960-02-02' })
  const survivor = await aPerson(t, { familyName: 'Morvanelli', birthDate: '1960-02-20' })
  await t.owner.query('update registry.person set merged_into = $1 where id = $2', [survivor.id, old.id])
  assert.deepEqual(await ids({ familyName: 'Morvanelli' }), [survivor.id])
  assert.deepEqual(await ids({ identifier: old.code }), [survivor.id])
  assert.deepEqual(await ids({ birthDate: '1960-02-02', familyName: 'Morvanelli' }), [])
})

test('a corrected name is found from then on', async () => {
  const { id } = await aPerson(t, { familyName: 'Sbagliatissimi' })
  await t.owner.query(`update registry.person set family_name = 'Giustarelli' where id = $1`, [id])
  assert.deepEqual(await ids({ familyName: 'Giustareli' }), [id])
  assert.deepEqual(await ids({ familyName: 'Sbagliatissimi' }), [])
})

test('a search that names neither a code nor a family name nor a date is refused as too wide', async () => {
  for (const wish of [{}, { givenName: 'Anna' }, { familyName: '’’' }]) {
    const answer = await ask(wish)
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [400, 'registry/search-too-wide'])
  }
  assert.equal((await ask({ familyName: 'Ferlindari', purpose: undefined })).statusCode, 400, 'the purpose is required')
})

test('each person shown has the search in her trail with its purpose; a search that shows nobody is there too', async () => {
  const trail = async (where: string) =>
    (
      await t.owner.query<{ purpose: string; action: string; organisation: string }>(
        `select purpose, action, organisation_id as organisation from access.audit_entry
         where object_type = 'person' and person_id = '${clerk.id}' and ${where} order by id desc`,
      )
    ).rows
  await found({ identifier: angelo.code, purpose: 'payment' })
  assert.deepEqual((await trail(`patient_id = '${angelo.id}'`))[0], {
    purpose: 'payment',
    action: 'SEARCH',
    organisation: aslNapoli1,
  })
  const before = (await trail('patient_id is null')).length
  await found({ familyName: 'Nessunosichiamacosi' })
  assert.equal((await trail('patient_id is null')).length, before + 1)
})

test('citizens and other roles may not search', async () => {
  const citizen = await t.signIn(ferlini.id)
  for (const headers of [citizen, (await aProfessional(t, 'pharmacist')).headers])
    assert.equal((await ask({ familyName: 'Ferlindari' }, headers)).statusCode, 403)
  const officer = await aProfessional(t, 'district-officer')
  assert.equal((await ask({ familyName: 'Ferlindari' }, officer.headers)).statusCode, 200)
})

test('mistakes are counted as people make them', () => {
  for (const [one, other, count] of [
    ['ROSSI', 'ROSSI', 0],
    ['ROSSI', 'RSOSI', 1],
    ['ROSSI', 'ROSI', 1],
    ['ROSSI', 'ROSSIO', 1],
    ['ROSSI', 'RUSSO', 2],
    ['ROSSI', 'BIANCHI', 3],
    ['', 'AB', 2],
  ] as const) {
    assert.equal(mistakes(one, other, 2), count, `${one} ${other}`)
    assert.equal(mistakes(other, one, 2), count, `${other} ${one}`)
  }
  assert.deepEqual(withoutOneLetter('ANNA'), ['NNA', 'ANA', 'ANN'])
})

test('the database compares names as the code does', async () => {
  const names = ['D’Angelo', "AGLIE'", 'Niccolò', 'Müller-Weiß', 'ŠKODA', 'Ørsted', 'De  Luca', '李', '']
  const { rows } = await t.owner.query<{ letters: string }>(
    'select registry.name_letters(name) as letters from unnest($1::text[]) with ordinality n(name, nth) order by nth',
    [names],
  )
  assert.deepEqual(
    rows.map(({ letters }) => letters),
    names.map(nameLetters),
  )
})
