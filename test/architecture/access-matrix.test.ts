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
import { rooms } from '../../src/server/rooms.ts'
import { codeOf, fhirClient } from '../fhir/client.ts'
import { aClient, withToken } from '../partners.ts'
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
    words(`getReadiness listServices listPlaces listMunicipalities searchDoctors getDoctor verifyDoctorAttestation getSession setLanguage listIdentityProviders listCieWays startPasskeySignIn
    signInWithPasskey getPublicPurpose startPublicFlow endPublicFlow getPushKey listPublicOffers openAppointmentLink confirmByLink
    cancelByLink createFeedback createHelpRequest getPartnerStatus reportSms getSignInWays checkExemptions getFhirCapabilities getFhirSmartConfiguration
    verifyExemptionCertificate listCampaigns checkCardAdhesion makeCardAdhesion withdrawCardAdhesion`),
  /** Citizens, also with a weak identity or an account of ours: nothing clinical. */
  weakCitizen: words(`getAccount setAccountPassword renamePasskey removePasskey listDelegations getDelegation
    revokeDelegation suspendDelegation rejectDelegation listAdhesions makeAdhesion withdrawAdhesion`),
  /** Citizens with SPID, CIE or CNS of level 2. */
  citizen: words(`listAccesses exportAccesses getContacts setContacts createDelegation acceptDelegation resumeDelegation
    renewDelegation listDelegateActs createAccount closeAccount startAccountMobile confirmAccountMobile startPasskey
    addPasskey listPayments getPayment getPaymentNotice getPaymentReceipt createCheckout noteCheckoutReturn
    getDelegationDocument listMessages readMessage createPushSubscription deletePushSubscription lookUpPrescription
    listPrescriptions getPrescription searchOffers createBooking listBookings extendHold releaseHold confirmBooking
    getBooking searchMoveOffers moveBooking cancelBooking getPromemoria getCalendar joinWaitingList
    listWaitingListEntries acceptWaitingListOffer declineWaitingListOffer withdrawFromWaitingList
    listDoctorRequests createDoctorRequest takeDoctorRequestStep
    getPrimaryCare checkDoctorChoice chooseDoctor revokeDoctor getAttestation listExemptions getExemptionForm
    declareExemption getExemption getExemptionCertificate ceaseExemption getExemptionDeclaration
    listOwnExemptionChecks getExemptionLetter objectToExemptionCheck`),
  /** Whoever is signed in, in whatever role. */
  everybodyWeak: words(`deleteSession listSessions endOtherSessions endSession`),
  everybody: words(`listOwnRoles actInRole`),
  clerk: words(`listDeskDelegations registerDelegation addDelegationScan takeDelegationStep`),
  doctor: words(`searchOwnPatients exportOwnPatients listOwnMovements listRequestsToDoctor answerRequestToDoctor
    refuseOwnPatient`),
  'district-officer': words(
    `listCampaignCounts exportCampaignCounts listOfficeDoctorRequests enterDoctorRequest decideDoctorRequest
    decideRefusal listRefusals decideDeparture listDepartures getDeparture callOffDeparture listDoctorMovements exportDoctorMovements
    getExemptionOffice searchDeclarations exportDeclarations getDeclaration printDeclaration
    getLetters createLetterBatch getLetterFile postLetterBatch
    listExemptionChecks openExemptionCheck getExemptionCheck actOnExemptionCheck printExemptionLetter listCheckSamples
    drawCheckSample listExemptionLists importExemptionList listExemptionListDifferences exportExemptionListDifferences
    listDiseaseCodes enterDiseaseExemption listDiseaseExemptions annulDiseaseExemption listProrogations prepareProrogation
    confirmProrogation undoProrogation listDuplicates getDuplicate decideDuplicate listMerges undoMerge
    getPersonRecord listGivenBack checkPersonFacts registerPerson actOnPersonRecord undoActOnPersonRecord findNamedPlaces
    listNationalDifferences exportNationalDifferences getNationalDifference decideNationalDifference undoNationalDecision
    listNationalMessages exportNationalMessages decideNationalMessage`,
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
  fhirStructures:
    words(`readFhirOrganization searchFhirOrganization postSearchFhirOrganization readFhirLocation searchFhirLocation
    postSearchFhirLocation readFhirHealthcareService searchFhirHealthcareService postSearchFhirHealthcareService`),
  fhirPeople: words(`readFhirPractitioner searchFhirPractitioner postSearchFhirPractitioner readFhirPractitionerRole
    searchFhirPractitionerRole postSearchFhirPractitionerRole readFhirPatient searchFhirPatient postSearchFhirPatient
    readFhirRelatedPerson searchFhirRelatedPerson postSearchFhirRelatedPerson`),
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

const partner =
  (...scopes: string[]) =>
  async () =>
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
    headers: partner('catalogue:read'),
    passes: ['anyone', 'catalogue:read', 'anyPartner'],
  },
  {
    name: 'a partner for availability',
    headers: partner('availability:read'),
    passes: ['anyone', 'availability:read', 'anyPartner'],
  },
  {
    name: 'a partner for structures as FHIR',
    headers: partner('system/Organization.rs', 'system/Location.rs', 'system/HealthcareService.rs'),
    passes: ['anyone', 'fhirStructures', 'anyPartner'],
  },
  {
    name: 'a partner for people as FHIR',
    headers: async () => (await fhirClient(t, 'Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson')).headers,
    passes: ['anyone', 'fhirPeople', 'anyPartner'],
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
      const code = answer.statusCode < 400 ? '' : codeOf(answer)
      const passed = !refusals.has(code)
      assert.equal(passed, open.has(operationId), `${operationId}: ${answer.statusCode} ${code}`)
      assert.ok(
        answer.statusCode < 500 || operationId === 'getReadiness',
        `${operationId}: ${answer.statusCode} ${code}`,
      )
      if (operationId === 'deleteSession' && answer.statusCode === 204) headers = await makeHeaders()
    }
  })

test('the page of who may do what is the one the policies say', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/access-matrix.md'), 'utf8')
  assert.equal(page, accessMatrix(t.app.swagger(), rooms))
})
