// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { romeDay } from '../src/server/platform/time.ts'
import type { Booking } from '../src/server/services/booking/schema.ts'
import { bookingBench, lineOf, type Citizen } from './booking.ts'
import { aCampaign } from './campaigns.ts'
import { aDoctor, hasDoctor } from './doctors.ts'
import { paymentsBench } from './payments.ts'
import { aPrescription } from './prescriptions.ts'
import { aProfessional } from './roles.ts'
import type { TestApp } from './setup.ts'

/** What a request about a thing names. */
export type Ids = Record<string, string>
interface Patient {
  id: string
  code: string
}

/** One of everything that a citizen may have, made by `by` for `patient`. */
export async function thingsOf(t: TestApp) {
  const bench = await bookingBench(t)
  const payments = paymentsBench(t)
  const creditor = await payments.aCreditor()
  const campaign = await aCampaign(t, { everybody: true })
  const today = romeDay(new Date())
  let services = 0

  const json = async (who: Citizen, status: number, path: string, payload: object) => {
    const answer = await bench.call(who, 'POST', path, payload)
    assert.equal(answer.statusCode, status, answer.body)
    return answer.json<{ id: string }>()
  }
  /** A service with places on other days than the one before, so that nobody is busy at that hour. */
  const bookable = (slots = 4) => bench.bookable({ days: 5 + ((services += 1) % 15), slots })
  const sent = async (patient: Patient, code: string) =>
    aPrescription(t, patient, { lines: [lineOf(code)], priority: 'D' })
  const firstPlace = async (by: Citizen, prescriptionId: string) => {
    const [place] = (await bench.offers(by, prescriptionId)).sets[0]?.places ?? []
    assert.ok(place)
    return { scheduleId: place.scheduleId, slotId: place.slotId }
  }
  const queued = async (patient: Patient, by: Citizen, code: string): Promise<Ids> => {
    const { id } = await bench.looksUp(by, await sent(patient, code), patient.id)
    return { patientId: patient.id, id }
  }
  /** Somebody takes the only place and gives it back when `waits` has queued for it. */
  const contended = async (waits: (code: string) => Promise<Ids>, gives: boolean) => {
    const { code } = await bookable(1)
    const first = await bench.citizen()
    const booked = await bench.books(first, await sent(first, code))
    const ids = await waits(code)
    if (gives) await json(first, 200, `/bookings/${booked.id}/cancel`, {})
    await t.settle()
    return ids
  }
  const joins = (patient: Patient, by: Citizen) => async (code: string) => {
    const { id: prescriptionId } = await queued(patient, by, code)
    const { id } = await json(by, 201, '/waiting-list-entries', { prescriptionId, line: 1 })
    return { patientId: patient.id, id }
  }
  const declaration = (patientId: string) => ({
    patientId,
    code: 'E02',
    household: [],
    incomeCents: 826_330,
    withinLimit: false,
    presumed: false,
    job: { ended: 'dismissal', endedOn: '2026-01-10', jobCentre: 'Napoli', registeredOn: '2026-01-20' },
    aware: true,
    willTell: true,
  })

  const things = {
    today,
    declaration,
    person: async ({ id }: Patient): Promise<Ids> => ({ patientId: id }),

    sentPrescription: async (patient: Patient): Promise<Ids> => ({
      patientId: patient.id,
      nre: await sent(patient, (await bookable()).code),
    }),

    /** With a place that may be had. */
    async prescription(patient: Patient, by: Citizen): Promise<Ids> {
      const ids = await queued(patient, by, (await bookable()).code)
      return { ...ids, ...(await firstPlace(by, ids.id!)) }
    },

    async hold(patient: Patient, by: Citizen): Promise<Ids> {
      const { id } = await bench.holds(by, (await things.prescription(patient, by)).id!)
      return { patientId: patient.id, id }
    },

    /** With another place it may be moved to. */
    async booking(patient: Patient, by: Citizen): Promise<Ids> {
      const { code } = await bookable()
      const booking: Booking = await bench.books(by, await sent(patient, code), patient.id)
      const { sets } = (await bench.call(by, 'GET', `/bookings/${booking.id}/offers?line=1`)).json()
      const [{ scheduleId, slotId }] = sets[0].places
      return { patientId: patient.id, id: booking.id, scheduleId, slotId }
    },

    async message(patient: Patient, by: Citizen): Promise<Ids> {
      await things.booking(patient, by)
      await t.settle()
      const { rows } = await t.owner.query<{ id: string }>(
        `select m.id from notifications.message m join notifications.notice n on n.id = m.notice_id
         where n.patient_id = $1 and m.recipient_id = $2`,
        [patient.id, by.id],
      )
      assert.ok(rows[0])
      return { patientId: patient.id, id: rows[0].id }
    },

    /** A prescription for which there is no place. */
    hopeless: (patient: Patient, by: Citizen) => contended((code) => queued(patient, by, code), false),
    waiting: (patient: Patient, by: Citizen) => contended(joins(patient, by), false),
    offered: (patient: Patient, by: Citizen) => contended(joins(patient, by), true),

    async payment(patient: Patient): Promise<Ids> {
      const { id } = await payments.aDebt(creditor.organisationId, { patientId: patient.id })
      await t.settle()
      return { patientId: patient.id, id }
    },

    async paid(patient: Patient): Promise<Ids> {
      const ids = await things.payment(patient)
      const { notice_number: notice } = await payments.stored(ids.id!)
      await payments.payAtCounter(creditor.fiscalCode, notice)
      await payments.deliver()
      return ids
    },

    async checkout(patient: Patient, by: Citizen): Promise<Ids> {
      const { id } = await things.payment(patient)
      return { patientId: patient.id, id: (await json(by, 201, '/checkouts', { paymentIds: [id!] })).id }
    },

    /** A doctor she has, and another she may choose. */
    async doctor(patient: Patient): Promise<Ids> {
      await hasDoctor(t, patient.id, await aDoctor(t))
      return { patientId: patient.id, other: await aDoctor(t) }
    },

    /** A request to a doctor of another area, which waits for her answer. */
    async doctorRequest(patient: Patient, by: Citizen): Promise<Ids> {
      const { other } = await things.farDoctor(patient)
      const asked = { doctorId: other, kind: 'OUT_OF_AREA' }
      const { id } = await json(by, 201, `/people/${patient.id}/doctor-requests`, asked)
      return { patientId: patient.id, id, other: other! }
    },

    async farDoctor(patient: Patient): Promise<Ids> {
      return { patientId: patient.id, other: await aDoctor(t, { towns: ['065116'] }) }
    },

    /** May join a campaign. */
    invited: async ({ id }: Patient): Promise<Ids> => ({ patientId: id, campaign }),

    async adhesion(patient: Patient, by: Citizen): Promise<Ids> {
      const wish = { patientId: patient.id, campaign, contact: 'app' }
      const { id } = await json(by, 201, '/vaccination/adhesions', wish)
      return { patientId: patient.id, id }
    },

    async exemption(patient: Patient, by: Citizen): Promise<Ids> {
      const { id } = await json(by, 201, '/exemptions/self-certifications', declaration(patient.id))
      return { patientId: patient.id, id }
    },

    /** A check of a declaration, of which the declarant was written to. */
    async check(patient: Patient, by: Citizen): Promise<Ids> {
      const { id: exemptionId } = await things.exemption(patient, by)
      const { rows } = await t.owner.query<{ id: string }>(
        'select declaration_id as id from exemptions.certificate where exemption_id = $1',
        [exemptionId],
      )
      const officer = await aProfessional(t, 'district-officer')
      const wish = { declarationId: rows[0]!.id, note: 'Segnalazione' }
      const { id } = await json(officer, 201, '/office/exemption-checks', wish)
      await json(officer, 200, `/office/exemption-checks/${id}/acts`, { act: 'notify', note: 'Reddito superiore' })
      return { patientId: patient.id, id }
    },
  }
  return things
}
