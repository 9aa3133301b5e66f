// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Names for the shapes of the citizen API. They come from the generated contract: nothing is written by hand.
import type { operations, paths } from '../api.schema.ts'

export type { paths }

type Success<Responses> = Responses extends { 200: infer Answer }
  ? Answer
  : Responses extends { 201: infer Answer }
    ? Answer
    : never
type Answer<Name extends keyof operations> =
  Success<operations[Name]['responses']> extends { content: { 'application/json': infer Body } } ? Body : never
type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Sent } }
}
  ? Sent
  : never
type Query<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>

export type Session = Answer<'getSession'>
export type ActsFor = NonNullable<Session['actsFor']>[number]
export type Prescription = Answer<'getPrescription'>
export type PrescriptionLine = Prescription['lines'][number]
export type Priority = NonNullable<Prescription['priority']>
export type Offers = Answer<'searchOffers'>
export type OfferSet = Offers['sets'][number]
export type OfferedPlace = OfferSet['places'][number]
export type OffersQuery = Query<'searchOffers'>
export type Booking = Answer<'getBooking'>
export type Appointment = Booking['appointments'][number]
export type WaitingListEntry = Answer<'listWaitingListEntries'>[number]
export type Payment = Answer<'getPayment'>
export type Message = Answer<'listMessages'>['items'][number]
export type LinkedAppointment = Answer<'openAppointmentLink'>
export type Contacts = Answer<'getContacts'>
export type ExemptionOffice = Answer<'getExemptionOffice'>
export type PersonSearch = Body<'searchPersons'>
export type PersonFound = Answer<'searchPersons'>['people'][number]
export type PersonRecord = Answer<'getPersonRecord'>
export type GivenBack = Answer<'listGivenBack'>['items'][number]
export type ActWish = Body<'actOnPersonRecord'>
export type NamedPlace = Answer<'findNamedPlaces'>['items'][number]
export type PersonFacts = Body<'checkPersonFacts'>
export type PersonFactsChecked = Answer<'checkPersonFacts'>
export type NewPerson = Body<'registerPerson'>
export type DuplicateCase = Answer<'getDuplicate'>
export type DuplicateState = DuplicateCase['state']
export type DuplicateDecision = Body<'decideDuplicate'>
export type NationalDifference = Answer<'getNationalDifference'>
export type NationalSaid = NationalDifference['ours']
export type NationalWho = NationalDifference['person']
export type NationalDecision = Body<'decideNationalDifference'>
export type NationalMessages = Answer<'listNationalMessages'>
export type NationalMessage = NationalMessages['items'][number]
export type RecordInShort = DuplicateCase['first']
export type MergeMade = Answer<'listMerges'>['items'][number]
export type DeclarationWish = Body<'exportDeclarations'>
export type ExemptionDeclaration = Answer<'getDeclaration'>
export type ExemptionList = Answer<'importExemptionList'>
export type DiseaseExemption = Answer<'enterDiseaseExemption'>
export type Prorogation = Answer<'prepareProrogation'>
export type ExemptionChecks = Answer<'listExemptionChecks'>
export type ExemptionCheck = Answer<'getExemptionCheck'>
export type OwnExemptionCheck = Answer<'listOwnExemptionChecks'>['items'][number]
export type DoctorRefusal = Answer<'decideRefusal'>
export type DoctorRequest = Answer<'createDoctorRequest'>
export type NewDoctorRequest = Body<'createDoctorRequest'>
export type OfficeDoctorRequest = Answer<'decideDoctorRequest'>
export type OfficeRequestStep = Body<'decideDoctorRequest'>['step']
export type DoctorPaperRequest = Body<'enterDoctorRequest'>
export type DoctorPatient = Answer<'searchOwnPatients'>['patients'][number]
export type PatientSearch = Body<'exportOwnPatients'>
export type RequestToDoctor = Answer<'listRequestsToDoctor'>['requests'][number]
export type LetterBatch = Answer<'createLetterBatch'>
export type Departure = Answer<'getDeparture'>
export type Doctor = Answer<'getDoctor'>
export type DoctorsQuery = Query<'searchDoctors'>
export type PrimaryCare = Answer<'getPrimaryCare'>
export type DoctorChoice = PrimaryCare['history'][number]
export type DoctorChoiceVerdict = Answer<'checkDoctorChoice'>
export type Access = Answer<'listAccesses'>['items'][number]
export type OpenSession = Answer<'listSessions'>[number]
export type PartnerCatalogue = Answer<'getPartnerCatalogue'>
export type PartnerClients = Answer<'listPartnerClients'>['clients']
export type PartnerClient = Answer<'getPartnerClient'>
export type PartnerRequests = Answer<'listPartnerRequests'>
export type CardAdhesion = Answer<'checkCardAdhesion'>
export type Adhesions = Answer<'listAdhesions'>
export type Adhesion = Answer<'makeAdhesion'>
export type NewAdhesion = Body<'makeAdhesion'>
export type PublicPurpose = Answer<'getPublicPurpose'>
export type PublicGrant = Answer<'endPublicFlow'>
export type Account = Answer<'getAccount'>
export type NewPasskey = Body<'addPasskey'>
export type PasskeyAnswer = Body<'signInWithPasskey'>
export type Delegations = Answer<'listDelegations'>
export type Delegation = Delegations['given'][number]
export type DelegationDetail = Answer<'getDelegation'>
export type DelegationService = Delegation['services'][number]
export type AuditRow = Answer<'searchAudit'>['items'][number]
export type AccessAlert = Answer<'listAccessAlerts'>['items'][number]
export type AuditSearch = operations['searchAudit']['requestBody']['content']['application/json']
export type DeskRow = Answer<'listDeskDelegations'>['items'][number]
export type DeskRegistration = operations['registerDelegation']['requestBody']['content']['application/json']
export type ExemptionQuestions = Body<'checkExemptions'>
export type ExemptionFits = Answer<'checkExemptions'>
export type ExemptionForm = Answer<'getExemptionForm'>
export type NewExemptionDeclaration = Body<'declareExemption'>
export type Exemption = Answer<'getExemption'>
export type VerifiedCertificate = Answer<'verifyExemptionCertificate'>
export type OwnRole = Answer<'listOwnRoles'>[number]
export type RoleCode = OwnRole['role']
export type RoleAppointment = Answer<'listRoleAppointments'>['items'][number]
export type RoleAppointmentDetail = Answer<'getRoleAppointment'>
export type RoleSearch = Omit<Query<'listRoleAppointments'>, 'cursor'>
