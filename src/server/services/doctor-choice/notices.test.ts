// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { noticesBench } from '../../../../test/notifications.ts'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { endByCalendar } from './choose.ts'
import { remind } from './notices.ts'
import { reassign } from './office.ts'
import { carryOut } from './refusals.ts'
import { readRule } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { inboxOf } = noticesBench(t)
const rule = readRule(t.platform.config)
const today = romeDay(new Date())
const day = 86_400_000
const officer = await aProfessional(t, 'district-officer')

const office = (method: 'POST' | 'DELETE', path: string, payload?: object) =>
  t.app.inject({ method, url: `/api/v1/office${path}`, headers: officer.headers, ...(payload && { payload }) })

/** Somebody with an e-mail address, in the list of a doctor; what she was told, the newest first. */
async function reader(doctorId: string | null, over: { birthDate?: string; mobile?: string; parent?: string } = {}) {
  const number = ++readers
  const email = `assistita${number}@posta.example`
  const person = await aPerson(t, { email, ...over })
  if (doctorId) await hasDoctor(t, person.id, doctorId)
  return { ...person, email, titles: async () => (await inboxOf(email)).map(({ subject }) => subject) }
}
let readers = 0

const choose = async (personId: string, doctorId: string, by = personId) => {
  const headers = await t.signIn(by)
  const url = `/api/v1/people/${personId}/doctor-choices`
  const chosen = await t.app.inject({ method: 'POST', url, headers, payload: { doctorId } })
  assert.equal(chosen.statusCode, 201, chosen.body)
}

test('whoever chooses, changes and leaves a doctor is told of each, once', async () => {
  const [first, second] = [await aDoctor(t, { familyName: 'Prima' }), await aDoctor(t, { familyName: 'Seconda' })]
  const anna = await reader(first)
  await choose(anna.id, second)
  await t.settle()
  assert.deepEqual(await anna.titles(), ['Medico scelto'])
  const [mail] = await inboxOf(anna.email)
  assert.match(mail!.text, /Il medico ora è Carla Seconda/)
  const left = await t.app.inject({
    method: 'DELETE',
    url: `/api/v1/people/${anna.id}/doctor`,
    headers: await t.signIn(anna.id),
  })
  assert.equal(left.statusCode, 200)
  await t.owner.query(`update platform.event set dispatched_at = null where name like 'doctor-choice.%'`)
  await t.settle()
  assert.deepEqual(await anna.titles(), ['Medico lasciato', 'Medico scelto'])
})

test('everybody in the list of a doctor who leaves is told, then who takes over, or that nobody could', async () => {
  const [leaving, next] = [await aDoctor(t, { familyName: 'Parte' }), await aDoctor(t, { ceiling: 1 })]
  const older = await reader(leaving, { birthDate: '1940-05-05', mobile: '+393330001001' })
  const younger = await reader(leaving, { birthDate: '1980-05-05' })
  const wish = { lastDay: today, reason: 'RETIREMENT', targets: [next] }
  const { id } = (await office('POST', `/doctors/${leaving}/departure`, wish)).json()
  await t.settle()
  for (const one of [older, younger]) assert.deepEqual(await one.titles(), ['Il medico sta per cessare'])
  const [text] = await inboxOf('+393330001001')
  assert.match(text!.text, /^Campania: il medico lascia l'incarico il .+\. Puoi già sceglierne un altro: http/)
  const listed = await t.app.inject({ url: `/api/v1/office/departures/${id}`, headers: officer.headers })
  assert.equal(listed.json().told, 2)
  try {
    t.setNow(new Date(Date.now() + day))
    await reassign(t.platform)
    await t.settle()
  } finally {
    t.setNow(new Date())
  }
  assert.equal((await older.titles())[0], 'Il medico è cambiato')
  assert.equal((await younger.titles())[0], 'Serve un nuovo medico')
})

test('when a departure is called off, those who were told read that the doctor stays; who was told nothing reads nothing', async () => {
  const doctor = await aDoctor(t)
  const anna = await reader(doctor)
  const wish = { lastDay: addDays(today, 60), reason: 'RESIGNATION', targets: [] }
  const decide = async () => (await office('POST', `/doctors/${doctor}/departure`, wish)).json().id
  assert.equal((await office('DELETE', `/departures/${await decide()}`)).statusCode, 200)
  await t.settle()
  assert.deepEqual(await anna.titles(), [], 'called off before anybody was told')
  const id = await decide()
  await t.settle()
  await office('DELETE', `/departures/${id}`)
  await t.settle()
  assert.deepEqual(await anna.titles(), ['Il medico resta', 'Il medico sta per cessare'])
})

test('whose care is given up reads it at once with the day, is reminded, and is told when it counts', async () => {
  const doctor = await aDoctor(t)
  const other = await aDoctor(t)
  await t.owner.query(
    `update registry.primary_care_post set catchment_id = (select catchment_id from registry.primary_care_post where role_id = $1)
     where role_id = $2`,
    [doctor, other],
  )
  const anna = await reader(doctor)
  await office('POST', `/doctors/${doctor}/refusals`, { fiscalCode: anna.code, receivedOn: today, motive: 'TRUST' })
  await t.settle()
  assert.deepEqual(await anna.titles(), ['Il medico rinuncia all’assistenza'])
  const after9 = async (days: number, expected: string) => {
    t.setNow(new Date(Date.now() + days * day))
    await carryOut(t.platform)
    await remind(t.platform, rule)
    await remind(t.platform, rule)
    await t.settle()
    const titles = await anna.titles()
    assert.deepEqual([titles[0], new Set(titles).size], [expected, titles.length], `after ${days} days`)
  }
  try {
    await after9(9, 'Il medico rinuncia all’assistenza')
    await after9(10, 'Scegli un altro medico')
    await after9(16, 'Serve un nuovo medico')
  } finally {
    t.setNow(new Date())
  }
})

test('a parent is told 90, 30 and 7 days before the birthday at which the paediatrician ends, and on the day', async () => {
  const mother = await reader(null, { mobile: '+393330001002' })
  const birthday = addDays(today, 95)
  const birthDate = `${Number(birthday.slice(0, 4)) - 14}${birthday.slice(4)}`
  const child = await aPerson(t, { givenName: 'Luca', birthDate, parent: mother.id })
  const big = await aPerson(t, { givenName: 'Piera', birthDate, parent: mother.id })
  await hasDoctor(t, child.id, await aDoctor(t, { kind: 'PLS', familyName: 'Bimbi' }))
  await hasDoctor(t, big.id, await aDoctor(t))
  const told: number[] = []
  try {
    for (let days = 0; days <= 95; days += 1) {
      t.setNow(new Date(Date.now() + days * day))
      await remind(t.platform, rule)
      const { rows } = await t.owner.query<{ n: number }>(
        `select count(*)::int as n from notifications.notice where template = 'doctor.news' and patient_id = any($1)`,
        [[child.id, big.id]],
      )
      if (rows[0]!.n > told.length) told.push(95 - days)
    }
    assert.deepEqual(told, [90, 30, 7])
    await endByCalendar(t.platform, rule)
    await t.settle()
  } finally {
    t.setNow(new Date())
  }
  const [last] = await mother.titles()
  assert.equal(last, 'Serve un medico di famiglia (Luca)')
  const texts = (await inboxOf('+393330001002')).map(({ text }) => text)
  assert.match(texts[0]!, /la scelta del pediatra di Luca è finita con i 14 anni/)
})

test('a reminder that a stop delayed is made up for within days, and not sent of a birthday that is past', async () => {
  const mother = await reader(null)
  const birthday = addDays(today, 27)
  const birthDate = `${Number(birthday.slice(0, 4)) - 14}${birthday.slice(4)}`
  const child = await aPerson(t, { givenName: 'Sara', birthDate, parent: mother.id })
  await hasDoctor(t, child.id, await aDoctor(t, { kind: 'PLS' }))
  await remind(t.platform, rule)
  await t.settle()
  assert.deepEqual(await mother.titles(), ['A 14 anni cambia il medico (Sara)'])
  try {
    t.setNow(new Date(Date.now() + 28 * day))
    await remind(t.platform, rule)
    await t.settle()
  } finally {
    t.setNow(new Date())
  }
  assert.equal((await mother.titles()).length, 1)
})
