// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

/** Changes the contacts of somebody and gives the titles of what she was told. */
async function changed(by: Record<string, string>, personId: string, times = 1): Promise<string[]> {
  for (let i = 0; i < times; i += 1) {
    const answer = await t.app.inject({
      method: 'PUT',
      url: `/api/v1/people/${personId}/contacts`,
      headers: by,
      payload: { language: 'it', channels: ['app'] },
    })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  await t.settle()
  const { rows } = await t.owner.query<{ template: string }>(
    'select template from notifications.notice where patient_id = $1',
    [personId],
  )
  return rows.map(({ template }) => template)
}

test('who delegated hears once for each session that something was done in her name, and sees what', async () => {
  const [anna, carlo] = [await aPerson(t), await aPerson(t, { givenName: 'CARLO', familyName: 'DELEGATO' })]
  await aDelegation(t, anna, carlo)
  assert.deepEqual(await changed({ ...(await t.signIn(carlo.id)) }, anna.id, 3), ['delegation.acted'])
  assert.deepEqual(await changed({ ...(await t.signIn(carlo.id)) }, anna.id), ['delegation.acted', 'delegation.acted'])
  const messages = await t.app.inject({ url: '/api/v1/messages', headers: { ...(await t.signIn(anna.id)) } })
  const [message] = messages.json().items
  assert.equal(message.action.path, '/app/accessi')
  assert.doesNotMatch(JSON.stringify(message), /CARLO|DELEGATO|recapiti/, 'the text names nobody and nothing')
})

test('what one does for oneself or for a child is told to nobody', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2020-03-02', parent: mother.id })
  const headers = { ...(await t.signIn(mother.id)) }
  assert.deepEqual(await changed(headers, mother.id), [])
  assert.deepEqual(await changed(headers, child.id), [])
})
