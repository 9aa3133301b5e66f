// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Static } from 'typebox'
import { readConfig } from '../../src/server/platform/config.ts'
import type { OfferPage as OfferPageSchema, Prescription } from '../../src/server/services/booking/schema.ts'
import type { DemoPerson, DemoPrescription } from '../../src/shared/demo.ts'
import { bookingBench, type Citizen } from '../../test/booking.ts'
import { testApp } from '../../test/setup.ts'
import { generateRegion, writeDemo, type RegionWish } from './generate.ts'

// Every ready prescription of the demo region does what its note promises, over HTTP.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const wish: RegionWish = {
  ...readConfig({ DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir }),
  scale: 1000,
  now: new Date(),
}
await generateRegion(wish)
const demo = await writeDemo(wish)
const { call } = await bookingBench(t)

type OfferPage = Static<typeof OfferPageSchema>
interface Seen {
  prescription: Prescription
  offers: OfferPage
}
type Promised = (seen: Seen) => void

/** Places within the maximum, for somebody who pays or does not. */
const bookable =
  (pays: 'pays' | 'exempt', lines = 1): Promised =>
  ({ prescription, offers }) => {
    assert.equal(prescription.state, 'bookable')
    assert.equal(offers.withinMaximum, true)
    assert.equal(offers.sets[0]!.places.length, lines)
    assert.equal(offers.sets[0]!.insideArea, true)
    assert.equal(offers.copay.cents === 0, pays === 'exempt')
  }
const choice: Promised = ({ prescription }) => {
  assert.ok(prescription.lines[0]!.candidates.length > 1)
  assert.equal(prescription.lines[0]!.serviceId, null)
}

/** By the English note: what is seen, or the code of the refusal. */
const promises: Record<string, Promised | string> = {
  'One visit, class B: seats within 10 days.': bookable('pays'),
  'Two exams together, same day and place, class D.': (seen) => {
    bookable('pays', 2)(seen)
    assert.equal(seen.offers.sets[0]!.together, 'same-day')
  },
  'Urgent: within 72 hours.': bookable('pays'),
  'Can be scheduled, class P: also in the authorities nearby.': bookable('pays'),
  'No seat within the maximum: later, or the protected list.': ({ offers }) => {
    assert.equal(offers.withinMaximum, false)
    assert.ok(offers.sets.length > 0)
  },
  'Code of 1996: one chooses the specialty.': choice,
  'For a child who is not exempt.': bookable('pays'),
  'For an exempt child: nothing to pay.': bookable('exempt'),
  'Exempt by income: nothing to pay.': bookable('exempt'),
  'Visit and electrocardiogram, exempt by condition.': bookable('exempt', 2),
  'Not exempt: a co-payment is due.': bookable('pays'),
  'The doctor did not write the side: one chooses right or left.': choice,
  'Follow-up visit without a class.': ({ prescription, offers }) => {
    assert.equal(prescription.priority, null)
    assert.ok(offers.sets.length > 0)
  },
  'Ultrasound with preparation.': bookable('pays'),
  'Preventive mammogram, exempt.': bookable('exempt'),
  'For a child of 15.': bookable('pays'),
  'MRI, with safety questions.': bookable('pays'),
  'A cycle of four sessions.': (seen) => {
    bookable('pays')(seen)
    assert.equal(seen.prescription.lines[0]!.sessions, 4)
  },
  'No free seat in her authority: protected list.': ({ offers }) => {
    assert.equal(offers.withinMaximum, false)
    assert.ok(offers.sets.every((set) => !set.insideArea))
  },
  'No free seat in the whole region: protected list.': ({ offers }) => assert.deepEqual(offers.sets, []),
  'Expired: more than 180 days have passed.': 'prescriptions/expired',
  'Withdrawn by the doctor.': 'prescriptions/withdrawn',
  'Already booked with another provider.': 'prescriptions/taken-elsewhere',
  'Already delivered.': 'prescriptions/not-allowed',
  'Urgent, of eight days ago: the time to book has passed.': 'booking/too-late',
  'Internal prescription: only at the Cardarelli hospital.': ({ offers }) => {
    const names = new Set(offers.sets.flatMap((set) => set.places.map((place) => place.organisation.name)))
    assert.deepEqual(
      [...names].filter((name) => !/Cardarelli/i.test(name)),
      [],
    )
    assert.equal(names.size, 1)
  },
  'With the patient’s data hidden.': bookable('pays'),
  'With an STP code, at the desk.': bookable('pays'),
}

/** Who books for a person: she herself, or the one who acts for her when she cannot sign in. */
async function whoBooksFor(patient: DemoPerson): Promise<Citizen> {
  const other = demo.people.find(({ spid, actsFor }) => spid && actsFor.includes(patient.fiscalCode))
  const { id, fiscalCode } = patient.spid ? patient : (other ?? patient)
  return { id, code: fiscalCode, headers: await t.signIn(id) }
}

/** What a citizen gets to see of a prescription, or the code of the problem that stops her. */
async function tried(wanted: DemoPrescription): Promise<Seen | string> {
  const patient = demo.people.find((person) => person.fiscalCode === wanted.fiscalCode)!
  const who = await whoBooksFor(patient)
  const found = await call(who, 'POST', '/prescription-lookups', { patientId: patient.id, nre: wanted.nre })
  if (found.statusCode !== 200) return found.json<{ code: string }>().code
  const prescription = found.json<Prescription>()
  const offers = await call(who, 'GET', `/prescriptions/${prescription.id}/offers`)
  return offers.statusCode === 200
    ? { prescription, offers: offers.json<OfferPage>() }
    : offers.json<{ code: string }>().code
}

test('there is a promise for every ready prescription, and a prescription for every promise', () => {
  assert.deepEqual(demo.prescriptions.map(({ noteEn }) => noteEn).toSorted(), Object.keys(promises).toSorted())
})

for (const prescription of demo.prescriptions) {
  test(prescription.noteEn, async () => {
    const promised = promises[prescription.noteEn]
    const seen = await tried(prescription)
    if (typeof promised === 'string' || promised === undefined) assert.equal(seen, promised)
    else if (typeof seen === 'string') assert.fail(`refused with ${seen}`)
    else promised(seen)
  })
}
