// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, test } from 'node:test'
import { accessMatrix } from '../../scripts/access-matrix.ts'
import { organisationId } from '../../scripts/region/reference/organisations.ts'
import { openSession } from '../../src/server/access/sessions/index.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { roleCodes } from '../../src/server/platform/policy.ts'
import { romeDay } from '../../src/server/platform/time.ts'
import { rooms } from '../../src/server/rooms.ts'
import type { Booking } from '../../src/server/services/booking/schema.ts'
import { bookingBench, lineOf, type Citizen } from '../booking.ts'
import { aDelegation } from '../delegations.ts'
import { aClient, withToken } from '../partners.ts'
import { aPrescription } from '../prescriptions.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { testApp } from '../setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const words = (text: string) => text.trim().split(/\s+/)

/**
 * Who passes which operation, written by hand and on purpose apart from the policies: whoever opens a route to somebody must
 * say so here too.
 */
const expected = {
  anyone:
    words(`getReadiness listServices listPlaces listMunicipalities searchDoctors getDoctor getSession setLanguage listIdentityProviders listCieWays startPasskeySignIn
    signInWithPasskey getPublicPurpose startPublicFlow endPublicFlow getPushKey listPublicOffers openAppointmentLink confirmByLink
    cancelByLink createFeedback createHelpRequest getPartnerStatus reportSms getSignInWays checkExemptions
    verifyExemptionCertificate`),
  /** Citizens, also with a weak identity or an account of ours: nothing clinical. */
  weakCitizen: words(`getAccount setAccountPassword renamePasskey removePasskey listDelegations getDelegation
    revokeDelegation suspendDelegation rejectDelegation`),
  /** Citizens with SPID, CIE or CNS of level 2. */
  citizen: words(`listAccesses exportAccesses getContacts setContacts createDelegation acceptDelegation resumeDelegation
    renewDelegation listDelegateActs createAccount closeAccount startAccountMobile confirmAccountMobile startPasskey
    addPasskey listPayments getPayment getPaymentNotice getPaymentReceipt createCheckout noteCheckoutReturn
    getDelegationDocument listMessages readMessage createPushSubscription deletePushSubscription lookUpPrescription
    listPrescriptions getPrescription searchOffers createBooking listBookings extendHold releaseHold confirmBooking
    getBooking searchMoveOffers moveBooking cancelBooking getPromemoria getCalendar joinWaitingList
    listWaitingListEntries acceptWaitingListOffer declineWaitingListOffer withdrawFromWaitingList
    getPrimaryCare checkDoctorChoice chooseDoctor revokeDoctor getAttestation listExemptions getExemptionForm
    declareExemption getExemption getExemptionCertificate ceaseExemption getExemptionDeclaration`),
  /** Whoever is signed in, in whatever role. */
  everybodyWeak: words(`deleteSession listSessions endOtherSessions endSession`),
  everybody: words(`listOwnRoles actInRole`),
  clerk: words(`listDeskDelegations registerDelegation addDelegationScan takeDelegationStep`),
  'district-officer': words(
    `decideRefusal listRefusals decideDeparture listDepartures getDeparture callOffDeparture listDoctorMovements exportDoctorMovements
    getExemptionOffice searchDeclarations exportDeclarations getDeclaration printDeclaration`,
  ),
  clerkOrDistrictOfficer: words('searchPersons'),
  auditor: words(`searchAudit exportAudit listAccessAlerts listAlertAccesses examineAccessAlert`),
  administrator: words(`listRoleAppointments exportRoleAppointments listRoleOrganisations giveRole getRoleAppointment
    changeRoleAppointment listPartnerRequests decidePartnerScope decidePartnerPurpose setPartnerQuota`),
  'partner-manager': words(`createPartnerClient deletePartnerClient addPartnerKey removePartnerKey askPartnerScopes
    askPartnerPurpose`),
  administratorOrPartnerManager: words(`getPartnerCatalogue listPartnerClients getPartnerClient
    setPartnerClientActivity dropPartnerScope removePartnerPurpose`),
  'catalogue:read': words('listPartnerServices listPartnerPlaces'),
  'availability:read': words('listPartnerAvailability'),
  'occupancy:read': words('searchOccupancy'),
  anyPartner: words('getPartnerUsage'),
}
type Group = keyof typeof expected

interface Operation {
  operationId: string
}
const { paths } = t.app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({
    path,
    method: method.toUpperCase() as 'GET',
    operationId,
  })),
)

/** What a policy refuses with; every other answer comes from behind it. */
const refusals = new Set(
  words(`access/sign-in-required access/level-too-low access/step-up-required access/role-required
    access/insufficient-scope access/not-for-minors partners/token-required`),
)

type Headers = Record<string, string>

interface Who {
  name: string
  headers: () => Promise<Headers>
  passes: readonly Group[]
}

async function session(level: 1 | 2, method: 'SPID' | 'LOCAL'): Promise<Headers> {
  const { id: personId } = await aPerson(t)
  const now = new Date()
  const facts = { personId, method, provider: 'https://idp.test', level, authenticatedAt: now, language: 'it' as const }
  const { token, id } = await asSystem(t.db, (tx) => openSession(tx, now, facts))
  const { rows } = await t.owner.query<{ csrf_token: string }>('select csrf_token from access.session where id = $1', [
    id,
  ])
  return { cookie: `__Host-sid=${token}`, 'x-csrf-token': rows[0]!.csrf_token }
}

const partner = (scopes: ('catalogue:read' | 'availability:read')[]) => async () =>
  withToken(t, await aClient(t, { scopes }), scopes.join(' '))
const weak: Group[] = ['anyone', 'weakCitizen', 'everybodyWeak']
const inRole = (role: string): Group[] => [
  'anyone',
  'everybodyWeak',
  'everybody',
  ...(role in expected ? [role as Group] : []),
  ...(role === 'clerk' || role === 'district-officer' ? (['clerkOrDistrictOfficer'] as const) : []),
  ...(role === 'administrator' || role === 'partner-manager' ? (['administratorOrPartnerManager'] as const) : []),
]

const subjects: Who[] = [
  { name: 'nobody', headers: async () => ({}), passes: ['anyone'] },
  { name: 'a citizen, SPID level 1', headers: () => session(1, 'SPID'), passes: weak },
  { name: 'a citizen, SPID level 2', headers: () => session(2, 'SPID'), passes: [...weak, 'citizen', 'everybody'] },
  { name: 'an account, level 1', headers: () => session(1, 'LOCAL'), passes: weak },
  { name: 'an account made level 2 by mistake', headers: () => session(2, 'LOCAL'), passes: weak },
  ...roleCodes.map((role) => ({
    name: role,
    // An administrator of the region: other organisations' have nothing to do with partners.
    headers: async () => ({ ...(await aProfessional(t, role, organisationId('150'))).headers }),
    passes: inRole(role),
  })),
  {
    name: 'a partner for catalogues',
    headers: partner(['catalogue:read']),
    passes: ['anyone', 'catalogue:read', 'anyPartner'],
  },
  {
    name: 'a partner for availability',
    headers: partner(['availability:read']),
    passes: ['anyone', 'availability:read', 'anyPartner'],
  },
]

test('every operation is in the list of who passes it, exactly once', () => {
  const listed = Object.values(expected).flat()
  assert.deepEqual(listed.toSorted(), operations.map(({ operationId }) => operationId).toSorted())
})

for (const { name, headers: makeHeaders, passes } of subjects)
  test(`as ${name}, every operation opens or refuses as it should`, async () => {
    const open = new Set(passes.flatMap((group) => expected[group]))
    let headers = await makeHeaders()
    for (const { path, method, operationId } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, () => uuidv7())
      const answer = await t.app.inject({ method, url, headers })
      const code = answer.statusCode < 400 ? '' : (JSON.parse(answer.body) as { code: string }).code
      const passed = !refusals.has(code)
      assert.equal(passed, open.has(operationId), `${operationId}: ${answer.statusCode} ${code}`)
      assert.ok(
        answer.statusCode < 500 || operationId === 'getReadiness',
        `${operationId}: ${answer.statusCode} ${code}`,
      )
      if (operationId === 'deleteSession' && answer.statusCode === 204) headers = await makeHeaders()
    }
  })

test('one’s own, a child’s, a delegator’s and a stranger’s data: each id opens to whom it should, or does not exist', async () => {
  const bench = await bookingBench(t)
  const anna = await bench.citizen({ familyName: 'Matrice Prova' })
  const child = await aPerson(t, { birthDate: '2017-05-05', parent: anna.id })
  const forBooking = await bench.citizen()
  const forPayment = await bench.citizen()
  const stranger = await bench.citizen()
  await aDelegation(t, anna, forBooking, { services: ['BOOKING'] })
  await aDelegation(t, anna, forPayment, { services: ['PAYMENT'] })
  const owned = async (patient: { id: string; code: string }) => {
    const { code } = await bench.bookable()
    const nre = await aPrescription(t, patient, { lines: [lineOf(code)] })
    const booking: Booking = await bench.books(anna, nre, patient.id)
    const { rows } = await t.owner.query<{ id: string }>('select id from booking.prescription where nre = $1', [nre])
    const prescription = `/prescriptions/${rows[0]!.id}`
    const ofBooking = [
      prescription,
      `/prescriptions?patientId=${patient.id}`,
      `/bookings/${booking.id}`,
      `/bookings/${booking.id}/calendar.ics`,
      `/bookings/${booking.id}/promemoria.pdf`,
      `/bookings?patientId=${patient.id}`,
      `/waiting-list-entries?patientId=${patient.id}`,
      `/people/${patient.id}/contacts`,
    ]
    const { payment } = booking
    assert.ok(payment)
    return { ofBooking, ofPayment: [`/payments/${payment.id}`, `/payments?patientId=${patient.id}`] }
  }
  const [hers, ofChild] = [await owned(anna), await owned(child)]
  const period = `from=${romeDay(new Date())}&to=${romeDay(new Date())}`
  const [accesses, childAccesses] = [anna, child].map(({ id }) => `/people/${id}/accesses?${period}`) as [
    string,
    string,
  ]
  const rows: [who: Citizen, name: string, opens: string[], hidden: string[]][] = [
    [
      anna,
      'herself and her child',
      [...hers.ofBooking, ...hers.ofPayment, ...ofChild.ofBooking, ...ofChild.ofPayment, accesses, childAccesses],
      [],
    ],
    [
      forBooking,
      'a delegate for bookings',
      hers.ofBooking,
      [...hers.ofPayment, ...ofChild.ofBooking, ...ofChild.ofPayment, accesses, childAccesses],
    ],
    [
      forPayment,
      'a delegate for payments',
      hers.ofPayment,
      [...hers.ofBooking, ...ofChild.ofBooking, ...ofChild.ofPayment, accesses, childAccesses],
    ],
    [
      stranger,
      'a stranger',
      [],
      [...hers.ofBooking, ...hers.ofPayment, ...ofChild.ofBooking, ...ofChild.ofPayment, accesses, childAccesses],
    ],
  ]
  for (const [who, name, opens, hidden] of rows) {
    for (const path of opens) assert.equal((await bench.call(who, 'GET', path)).statusCode, 200, `${name}: ${path}`)
    for (const path of hidden) {
      const answer = await bench.call(who, 'GET', path)
      assert.equal(answer.statusCode, 404, `${name}: ${path}: ${answer.body}`)
      assert.ok(!answer.body.includes('Matrice'), `${name}: ${path} names her`)
    }
  }
})

test('the page of who may do what is the one the policies say', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/access-matrix.md'), 'utf8')
  assert.equal(page, accessMatrix(t.app.swagger(), rooms))
})
