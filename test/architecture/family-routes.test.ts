// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Service } from '../../src/server/access/delegations/schema.ts'
import { rooms } from '../../src/server/rooms.ts'
import { delegatedServices } from '../../src/shared/delegated-services.ts'
import type { Citizen } from '../booking.ts'
import { aDelegation, delegationsBench } from '../delegations.ts'
import { aPerson } from '../region.ts'
import { testApp } from '../setup.ts'
import { thingsOf, type Ids } from '../things.ts'

// Every route that a citizen may use for a family or a delegator, tried with her own, her child's, her delegator's and a
// stranger's data.

const t = await testApp({
  listen: true,
  env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0', DELEGATIONS_PER_MINUTE: '0', REQUESTS_PER_MINUTE: '0' },
})
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = delegationsBench(t)
const things = await thingsOf(t)

/** A status; for lists about everybody one acts for, whether the thing is `listed` or not. */
type Answer = number | 'listed' | 'absent'
interface Row {
  make: (patient: { id: string; code: string }, by: Citizen) => Promise<Ids>
  ask: (ids: Ids) => readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object]
  /** For herself, for her child, for who delegated her this service, with every other service, for a stranger. */
  answers: readonly [own: Answer, child: Answer, delegated: Answer, otherServices: Answer, stranger: Answer]
}
type Rows = Record<string, Row | Row[]>

const opens = [200, 200, 200, 404, 404] as const
const makes = [201, 201, 201, 404, 404] as const
const lists = ['listed', 'listed', 'listed', 'absent', 'absent'] as const
/** Who looked at one's data, and what was written to one, are not a delegate's to see. */
const familyOnly = [200, 200, 404, 404, 404] as const

/** By the service a delegation must cover. Written by hand, apart from the policies. */
const expected: Partial<Record<Service, Rows>> = {
  BOOKING: {
    lookUpPrescription: {
      make: things.sentPrescription,
      ask: ({ patientId, nre }) => ['POST', '/prescription-lookups', { patientId, nre }],
      answers: opens,
    },
    listPrescriptions: {
      make: things.prescription,
      ask: ({ patientId }) => ['GET', `/prescriptions?patientId=${patientId}`],
      answers: opens,
    },
    getPrescription: { make: things.prescription, ask: ({ id }) => ['GET', `/prescriptions/${id}`], answers: opens },
    searchOffers: {
      make: things.prescription,
      ask: ({ id }) => ['GET', `/prescriptions/${id}/offers`],
      answers: opens,
    },
    createBooking: {
      make: things.prescription,
      ask: ({ id, scheduleId, slotId }) => [
        'POST',
        '/bookings',
        { prescriptionId: id, places: [{ line: 1, scheduleId, slotId }] },
      ],
      answers: makes,
    },
    listBookings: [
      { make: things.booking, ask: ({ patientId }) => ['GET', `/bookings?patientId=${patientId}`], answers: opens },
      { make: things.booking, ask: () => ['GET', '/bookings'], answers: lists },
    ],
    getBooking: { make: things.booking, ask: ({ id }) => ['GET', `/bookings/${id}`], answers: opens },
    extendHold: { make: things.hold, ask: ({ id }) => ['POST', `/bookings/${id}/extend-hold`], answers: opens },
    releaseHold: { make: things.hold, ask: ({ id }) => ['POST', `/bookings/${id}/release`], answers: opens },
    confirmBooking: { make: things.hold, ask: ({ id }) => ['POST', `/bookings/${id}/confirm`], answers: opens },
    searchMoveOffers: {
      make: things.booking,
      ask: ({ id }) => ['GET', `/bookings/${id}/offers?line=1`],
      answers: opens,
    },
    moveBooking: {
      make: things.booking,
      ask: ({ id, scheduleId, slotId }) => ['POST', `/bookings/${id}/move`, { line: 1, scheduleId, slotId }],
      answers: opens,
    },
    cancelBooking: { make: things.booking, ask: ({ id }) => ['POST', `/bookings/${id}/cancel`, {}], answers: opens },
    getPromemoria: { make: things.booking, ask: ({ id }) => ['GET', `/bookings/${id}/promemoria.pdf`], answers: opens },
    getCalendar: { make: things.booking, ask: ({ id }) => ['GET', `/bookings/${id}/calendar.ics`], answers: opens },
    joinWaitingList: {
      make: things.hopeless,
      ask: ({ id }) => ['POST', '/waiting-list-entries', { prescriptionId: id, line: 1 }],
      answers: makes,
    },
    listWaitingListEntries: [
      {
        make: things.waiting,
        ask: ({ patientId }) => ['GET', `/waiting-list-entries?patientId=${patientId}`],
        answers: opens,
      },
      { make: things.waiting, ask: () => ['GET', '/waiting-list-entries'], answers: lists },
    ],
    acceptWaitingListOffer: {
      make: things.offered,
      ask: ({ id }) => ['POST', `/waiting-list-entries/${id}/accept`],
      answers: opens,
    },
    declineWaitingListOffer: {
      make: things.offered,
      ask: ({ id }) => ['POST', `/waiting-list-entries/${id}/decline`],
      answers: opens,
    },
    withdrawFromWaitingList: {
      make: things.waiting,
      ask: ({ id }) => ['POST', `/waiting-list-entries/${id}/withdraw`],
      answers: opens,
    },
    getContacts: {
      make: things.person,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/contacts`],
      answers: opens,
    },
    setContacts: {
      make: things.person,
      ask: ({ patientId }) => ['PUT', `/people/${patientId}/contacts`, { language: 'it', channels: [] }],
      answers: opens,
    },
    listMessages: {
      make: things.message,
      ask: () => ['GET', '/messages'],
      answers: ['listed', 'listed', 'absent', 'absent', 'absent'],
    },
    readMessage: { make: things.message, ask: ({ id }) => ['POST', `/messages/${id}/read`], answers: familyOnly },
  },
  PAYMENT: {
    listPayments: [
      { make: things.payment, ask: ({ patientId }) => ['GET', `/payments?patientId=${patientId}`], answers: opens },
      { make: things.payment, ask: () => ['GET', '/payments'], answers: lists },
    ],
    getPayment: { make: things.payment, ask: ({ id }) => ['GET', `/payments/${id}`], answers: opens },
    getPaymentNotice: { make: things.payment, ask: ({ id }) => ['GET', `/payments/${id}/notice.pdf`], answers: opens },
    getPaymentReceipt: { make: things.paid, ask: ({ id }) => ['GET', `/payments/${id}/receipt.pdf`], answers: opens },
    createCheckout: {
      make: things.payment,
      ask: ({ id }) => ['POST', '/checkouts', { paymentIds: [id] }],
      answers: makes,
    },
    noteCheckoutReturn: {
      make: things.checkout,
      ask: ({ id }) => ['POST', `/checkouts/${id}/return`, { outcome: 'cancelled' }],
      answers: opens,
    },
  },
  DOCTOR_CHOICE: {
    getPrimaryCare: {
      make: things.doctor,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/doctor`],
      answers: opens,
    },
    checkDoctorChoice: {
      make: things.doctor,
      ask: ({ patientId, other }) => ['GET', `/people/${patientId}/doctor-choices/check?doctorId=${other}`],
      answers: opens,
    },
    chooseDoctor: {
      make: things.doctor,
      ask: ({ patientId, other }) => ['POST', `/people/${patientId}/doctor-choices`, { doctorId: other }],
      answers: makes,
    },
    revokeDoctor: {
      make: things.doctor,
      ask: ({ patientId }) => ['DELETE', `/people/${patientId}/doctor`],
      answers: opens,
    },
    listDoctorRequests: {
      make: things.doctorRequest,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/doctor-requests`],
      answers: opens,
    },
    createDoctorRequest: {
      make: things.farDoctor,
      ask: ({ patientId, other }) => [
        'POST',
        `/people/${patientId}/doctor-requests`,
        { doctorId: other, kind: 'OUT_OF_AREA' },
      ],
      answers: makes,
    },
    takeDoctorRequestStep: {
      make: things.doctorRequest,
      ask: ({ patientId, id }) => ['POST', `/people/${patientId}/doctor-requests/${id}/steps`, { step: 'withdraw' }],
      answers: opens,
    },
    getAttestation: {
      make: things.doctor,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/doctor/attestation.pdf`],
      answers: opens,
    },
  },
  EXEMPTION: {
    listExemptions: [
      { make: things.exemption, ask: ({ patientId }) => ['GET', `/exemptions?patientId=${patientId}`], answers: opens },
      { make: things.exemption, ask: () => ['GET', '/exemptions'], answers: lists },
    ],
    getExemptionForm: {
      make: things.person,
      ask: ({ patientId }) => ['GET', `/exemptions/form?patientId=${patientId}`],
      answers: opens,
    },
    declareExemption: {
      make: things.person,
      ask: ({ patientId }) => ['POST', '/exemptions/self-certifications', things.declaration(patientId!)],
      answers: makes,
    },
    getExemption: { make: things.exemption, ask: ({ id }) => ['GET', `/exemptions/${id}`], answers: opens },
    getExemptionCertificate: {
      make: things.exemption,
      ask: ({ id }) => ['GET', `/exemptions/${id}/certificate.pdf`],
      answers: opens,
    },
    getExemptionDeclaration: {
      make: things.exemption,
      ask: ({ id }) => ['GET', `/exemptions/${id}/declaration.pdf`],
      answers: opens,
    },
    listOwnExemptionChecks: { make: things.check, ask: () => ['GET', '/exemptions/checks'], answers: lists },
    getExemptionLetter: {
      make: things.check,
      ask: ({ id }) => ['GET', `/exemptions/checks/${id}/letter.pdf`],
      answers: opens,
    },
    objectToExemptionCheck: {
      make: things.check,
      ask: ({ id }) => ['POST', `/exemptions/checks/${id}/objection`, { text: 'Il reddito è quello scritto.' }],
      answers: opens,
    },
    ceaseExemption: {
      make: things.exemption,
      ask: ({ id }) => ['POST', `/exemptions/${id}/cease`, { from: things.today }],
      answers: opens,
    },
  },
  VACCINATION: {
    listAdhesions: { make: things.adhesion, ask: () => ['GET', '/vaccination/adhesions'], answers: lists },
    makeAdhesion: {
      make: things.invited,
      ask: ({ patientId, campaign }) => ['POST', '/vaccination/adhesions', { patientId, campaign, contact: 'app' }],
      answers: makes,
    },
    withdrawAdhesion: {
      make: things.adhesion,
      ask: ({ id }) => ['POST', `/vaccination/adhesions/${id}/withdraw`],
      answers: opens,
    },
  },
  RECORD: {
    listAccesses: {
      make: things.person,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/accesses?from=${things.today}&to=${things.today}`],
      answers: familyOnly,
    },
    exportAccesses: {
      make: things.person,
      ask: ({ patientId }) => ['GET', `/people/${patientId}/accesses/export?from=${things.today}&to=${things.today}`],
      answers: familyOnly,
    },
  },
}

test('every route for a family or a delegator is in the list, under the service a delegation must cover', () => {
  const listed = Object.entries(expected).flatMap(([service, rows]) =>
    Object.keys(rows).map((id) => `${service} ${id}`),
  )
  const inPolicies = rooms.flatMap(({ policies = {} }) =>
    Object.entries(policies)
      .filter(([, { subjects }]) => subjects.includes('family'))
      .map(([id, { service }]) => `${service} ${id}`),
  )
  assert.deepEqual(listed.toSorted(), inPolicies.toSorted())
})

/** Asks for the thing with these ids and says what came back, as the table writes it. */
async function tries(who: Citizen, { ask, answers }: Row, ids: Ids, about: string): Promise<Answer> {
  const [method, path, body] = ask(ids)
  const answer = await call(who, method, path, body)
  if (answer.statusCode === 404) assert.doesNotMatch(answer.body, /[a-z] Prova/, `${about}: the refusal names her`)
  if (typeof answers[0] === 'number' || answer.statusCode !== 200) return answer.statusCode
  return answer.body.includes(ids.id!) ? 'listed' : 'absent'
}

for (const [service, rows] of Object.entries(expected) as [Service, Rows][])
  for (const [operationId, oneOrMore] of Object.entries(rows))
    for (const row of [oneOrMore].flat())
      test(`${operationId} ${row.ask({})[1].split('?')[0]}: one’s own, a child’s, a delegator’s, a stranger’s`, async () => {
        const [anna, mother, stranger] = [await citizen(), await citizen(), await citizen()]
        const child = await aPerson(t, { birthDate: '2011-05-05', parent: mother.id })
        const [delegate, otherServices] = [await citizen(), await citizen()]
        for (const delegator of [anna, mother]) {
          await aDelegation(t, delegator, delegate, { services: [service] })
          await aDelegation(t, delegator, otherServices, {
            services: delegatedServices.filter((one) => one !== service),
          })
        }

        const [own, ofChild, delegated, other, nobody] = row.answers
        const hers = await row.make(anna, anna)
        assert.equal(await tries(stranger, row, hers, 'a stranger'), nobody)
        assert.equal(await tries(otherServices, row, hers, 'a delegate for all the rest'), other)
        assert.equal(await tries(delegate, row, hers, 'a delegate'), delegated)
        assert.equal(await tries(mother, row, await row.make(mother, mother), 'herself'), own)
        const childs = await row.make(child, mother)
        for (const outsider of [stranger, delegate, otherServices])
          assert.equal(await tries(outsider, row, childs, 'not her child'), nobody)
        assert.equal(await tries(mother, row, childs, 'her child'), ofChild)
      })
