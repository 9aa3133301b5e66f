// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aDelegation } from '../../../../test/delegations.ts'
import type { DelegatedService } from '../../../shared/delegated-services.ts'
import { paymentsBench } from '../../../../test/payments.ts'
import { aPrescription, onTheSac } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import type { Booking } from './schema.ts'

// Who acts for another: a parent for a minor child, a delegate for an adult. Everything over HTTP.

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())

const { bookable, books, call, citizen, looksUp, offers } = await bookingBench(t)
const { atCheckout, deliver } = paymentsBench(t)
const today = romeDay(new Date())

async function delegates(
  delegator: { id: string },
  delegate: { id: string },
  until: string | null = null,
  services: DelegatedService[] = ['BOOKING', 'PAYMENT'],
) {
  return aDelegation(t, delegator, delegate, { until, services })
}

interface AuditRow {
  person_id: string
  patient_id: string
  action: string
  object_type: string
}
async function auditOf(patientId: string): Promise<AuditRow[]> {
  const { rows } = await t.owner.query<AuditRow>(
    `select person_id, patient_id, action, object_type from access.audit_entry where patient_id = $1 order by id`,
    [patientId],
  )
  return rows
}

/** Everything somebody may do for a patient, from the prescription to the cancellation. */
async function wholeStory(who: Citizen, patient: { id: string; code: string }): Promise<void> {
  const { code } = await bookable()
  const nre = await aPrescription(t, patient, { lines: [lineOf(code)] })
  const booking = await books(who, nre, patient.id)
  assert.equal(booking.patient.id, patient.id)
  assert.equal((await onTheSac(t, nre)).state, 5)
  const { items } = (await call(who, 'GET', `/bookings?patientId=${patient.id}`)).json<{ items: Booking[] }>()
  assert.deepEqual(
    items.map(({ id }) => id),
    [booking.id],
  )
  await t.settle()

  const paid = await call(who, 'POST', '/checkouts', { paymentIds: [booking.payment!.id] })
  assert.equal(paid.statusCode, 201, paid.body)
  await atCheckout(paid.json<{ url: string }>().url, { action: 'pay', outcome: 'ok' })
  await deliver()
  const payment = (await call(who, 'GET', `/payments/${booking.payment!.id}`)).json<{ state: string }>()
  assert.equal(payment.state, 'paid')

  const cancelled = await call(who, 'POST', `/bookings/${booking.id}/cancel`, {})
  assert.equal(cancelled.json<Booking>().state, 'cancelled')
  assert.equal(cancelled.json<Booking>().payment?.state, 'refund-requested')
  await t.settle()
  assert.equal((await onTheSac(t, nre)).state, 3)

  const trail = await auditOf(patient.id)
  assert.ok(trail.every(({ person_id }) => person_id === who.id || person_id === null))
  const did = (action: string, object: string) =>
    trail.some((row) => row.person_id === who.id && row.action === action && row.object_type === object)
  for (const [action, object] of [
    ['READ', 'prescription'],
    ['CREATE', 'booking'],
    ['UPDATE', 'booking'],
    ['SEARCH', 'booking'],
  ] as const)
    assert.ok(did(action, object), `${action} ${object} on behalf of the patient is in the trail`)
  assert.ok(
    trail.some((row) => row.person_id === who.id && /payment|debt|checkout/.test(row.object_type)),
    'and the payment too',
  )
}

test('a delegate books, pays and cancels for who delegated her, and the trail names both', async () => {
  const nonna = await aPerson(t, { birthDate: '1940-02-03' })
  const anna = await citizen()
  await delegates(nonna, anna)
  await wholeStory(anna, nonna)
})

test('a mother does the same for her child', async () => {
  const mother = await citizen()
  const child = await aPerson(t, { birthDate: '2019-05-06', parent: mother.id })
  await wholeStory(mother, child)
})

/** What somebody who may not act for the patient is told, whatever she asks. */
async function isKeptOut(who: Citizen, patient: { id: string; code: string }, booking: Booking, nre: string) {
  const paymentId = booking.payment!.id
  const line = { line: 1, scheduleId: uuidv7(), slotId: uuidv7() }
  const asks: [method: 'GET' | 'POST', path: string, body?: object][] = [
    ['POST', '/prescription-lookups', { patientId: patient.id, nre }],
    ['GET', `/prescriptions?patientId=${patient.id}`],
    ['GET', `/prescriptions/${booking.prescriptionId}`],
    ['GET', `/prescriptions/${booking.prescriptionId}/offers`],
    ['POST', '/bookings', { prescriptionId: booking.prescriptionId, places: [line] }],
    ['POST', '/waiting-list-entries', { prescriptionId: booking.prescriptionId, line: 1 }],
    ['GET', `/bookings?patientId=${patient.id}`],
    ['GET', `/bookings/${booking.id}`],
    ['GET', `/bookings/${booking.id}/offers?line=1`],
    ['GET', `/bookings/${booking.id}/promemoria.pdf`],
    ['GET', `/bookings/${booking.id}/calendar.ics`],
    ['POST', `/bookings/${booking.id}/confirm`],
    ['POST', `/bookings/${booking.id}/release`],
    ['POST', `/bookings/${booking.id}/extend-hold`],
    ['POST', `/bookings/${booking.id}/move`, line],
    ['POST', `/bookings/${booking.id}/cancel`, {}],
    ['GET', `/waiting-list-entries?patientId=${patient.id}`],
    ['GET', `/payments?patientId=${patient.id}`],
    ['GET', `/payments/${paymentId}`],
    ['GET', `/payments/${paymentId}/notice.pdf`],
    ['GET', `/payments/${paymentId}/receipt.pdf`],
    ['POST', '/checkouts', { paymentIds: [paymentId] }],
    ['GET', `/people/${patient.id}/contacts`],
  ]
  const secrets = [patient.id, patient.code, booking.code, nre, booking.appointments[0]!.place.name]
  for (const [method, path, body] of asks) {
    const answer = await call(who, method, path, body)
    assert.equal(answer.statusCode, 404, `${method} ${path}: ${answer.body}`)
    assert.equal(answer.json().code, 'platform/not-found', path)
    for (const secret of secrets) assert.ok(!answer.body.includes(secret), `${path} tells ${secret}`)
  }
  const own = (await call(who, 'GET', '/bookings')).json<{ items: Booking[] }>()
  assert.deepEqual(own.items, [])
}

test('a stranger, a former delegate, one whose delegation ran out and one delegated for the record alone find nothing, and learn nothing', async () => {
  const { code } = await bookable()
  const bruno = await citizen()
  const nre = await aPrescription(t, bruno, { lines: [lineOf(code)] })
  const booking = await books(bruno, nre)
  const [stranger, former, late, reader] = [await citizen(), await citizen(), await citizen(), await citizen()]
  const id = await delegates(bruno, former)
  assert.equal((await call(former, 'GET', `/bookings/${booking.id}`)).statusCode, 200)
  await t.owner.query(`update access.delegation set state = 'revoked', ended_at = now() where id = $1`, [id])
  await delegates(bruno, late, addDays(today, -1))
  await delegates(bruno, reader, null, ['RECORD'])
  for (const who of [stranger, former, late, reader]) await isKeptOut(who, bruno, booking, nre)
  assert.equal((await call(bruno, 'GET', `/bookings/${booking.id}`)).json<Booking>().state, 'confirmed')
})

test('a delegation that ends between hold and confirmation stops the delegate, not the patient', async () => {
  const { code } = await bookable()
  const bruno = await citizen()
  const anna = await citizen()
  const id = await delegates(bruno, anna)
  const nre = await aPrescription(t, bruno, { lines: [lineOf(code)] })
  const prescription = await looksUp(anna, nre, bruno.id)
  const { sets } = await offers(anna, prescription.id)
  const { scheduleId, slotId } = sets[0]!.places[0]!
  const wish = { prescriptionId: prescription.id, places: [{ line: 1, scheduleId, slotId }] }
  const held = (await call(anna, 'POST', '/bookings', wish)).json<Booking>()
  await t.owner.query(`update access.delegation set state = 'ceased-death', ended_at = now() where id = $1`, [id])
  assert.equal((await call(anna, 'POST', `/bookings/${held.id}/confirm`)).statusCode, 404)
  assert.equal((await onTheSac(t, nre)).state, 3)
  assert.equal((await call(bruno, 'POST', `/bookings/${held.id}/confirm`)).json<Booking>().state, 'confirmed')
})

test('a mother cannot act for a child who has come of age', async () => {
  const mother = await citizen()
  const grown = await aPerson(t, { birthDate: addDays(today, -18 * 366), parent: mother.id })
  const nre = await aPrescription(t, grown)
  const answer = await call(mother, 'POST', '/prescription-lookups', { patientId: grown.id, nre })
  assert.equal(answer.statusCode, 404)
})
