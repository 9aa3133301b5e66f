// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Citizen } from '../../../../test/booking.ts'
import { aDelegation, dayIn, delegationsBench } from '../../../../test/delegations.ts'
import { testApp } from '../../../../test/setup.ts'
import { delegatedServices } from '../../../shared/delegated-services.ts'

// A delegation opens the services it names and no other; a minor does alone what the region's rules list.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = delegationsBench(t)

const opens = async (who: Citizen, path: string, patient: { id: string }) =>
  (await call(who, 'GET', `/${path}?patientId=${patient.id}`)).statusCode
const session = async (who: Citizen) =>
  (await call(who, 'GET', '/session')).json<{
    actsFor: { personId: string; relation: string; services: string[] }[]
  }>().actsFor

for (const [services, bookings, payments] of [
  [['BOOKING'], 200, 404],
  [['PAYMENT'], 404, 200],
  [['BOOKING', 'PAYMENT'], 200, 200],
  [['RECORD'], 404, 404],
] as const)
  test(`a delegation for ${services.join(' and ')} opens bookings: ${bookings}, payments: ${payments}`, async () => {
    const [granny, niece] = [await citizen(), await citizen()]
    await aDelegation(t, granny, niece, { services: [...services] })
    assert.equal(await opens(niece, 'bookings', granny), bookings)
    assert.equal(await opens(niece, 'payments', granny), payments)
    assert.equal(await opens(niece, 'bookings', niece), 200)
    assert.equal(await opens(niece, 'payments', niece), 200)
    const people = await session(niece)
    assert.deepEqual(
      people.map(({ relation }) => relation),
      ['self', 'delegator'],
    )
    assert.deepEqual(people[0]?.services, delegatedServices)
    assert.deepEqual(people[1]?.services, services)
  })

test('a mother does everything for her child, who at fifteen does alone what the rules list', async () => {
  const mother = await citizen()
  const child = await citizen({ birthDate: dayIn(-15 * 366), parent: mother.id })
  for (const path of ['bookings', 'payments']) assert.equal(await opens(mother, path, child), 200)
  assert.equal(await opens(child, 'bookings', child), 200)
  const answer = await call(child, 'GET', '/payments')
  assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [403, 'access/not-for-minors'])
  assert.deepEqual((await session(child))[0]?.services, ['BOOKING', 'RECORD', 'VACCINATION'])
  await t.owner.query(`update access.delegation_rule set minor_services = '{BOOKING,PAYMENT}'`)
  assert.equal(await opens(child, 'payments', child), 200)
})
