// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { organisationId } from '../../scripts/region/reference/organisations.ts'
import { createLink } from '../../src/server/engines/notifications/index.ts'
import { appointmentLink } from '../../src/server/engines/notifications/deliveries.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import type { Policy, RoleCode } from '../../src/server/platform/policy.ts'
import { mergePeople } from '../../src/server/registry/linkage/index.ts'
import { rooms } from '../../src/server/rooms.ts'
import { delegatedServices } from '../../src/shared/delegated-services.ts'
import { anAccount } from '../accounts.ts'
import type { Citizen } from '../booking.ts'
import { aCampaign, aGrant } from '../campaigns.ts'
import { aDelegation, dayIn, delegationsBench } from '../delegations.ts'
import { aDoctor, hasDoctor } from '../doctors.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../region.ts'
import { aProfessional, aRole } from '../roles.ts'
import { testApp } from '../setup.ts'
import { thingsOf } from '../things.ts'
import { anAuthenticator } from '../webauthn.ts'

// The routes about a person that are not for a family: what is one's own alone, what professionals do for their organisation, and
// what opens with a secret. Those for a family are tried in family-routes.test.ts.

const t = await testApp({ env: { DELEGATIONS_PER_MINUTE: '0', EXEMPTION_DECLARATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen, proposes } = delegationsBench(t)
const things = await thingsOf(t)

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Ask = readonly [method: Method, path: string, body?: object]
/** A status; for lists, whether the thing is `listed` or not; null where there can be no such thing. */
type Answer = number | 'listed' | 'absent' | null

/** Whoever asks names nobody else: there is nothing of others to try. What a list shows of others is tried below. */
const aboutWhoeverAsks =
  `deleteSession listSessions endOtherSessions listOwnRoles listDelegations createDelegation getAccount
  createAccount closeAccount setAccountPassword startAccountMobile confirmAccountMobile startPasskey addPasskey
  createPushSubscription`.split(/\s+/)

/** What partners read of people, with a scope the region granted: tried in src/server/api/fhir/people.test.ts. */
const partners = `readFhirPatient searchFhirPatient postSearchFhirPatient readFhirRelatedPerson searchFhirRelatedPerson
  postSearchFhirRelatedPerson`.split(/\s+/)

interface OwnRow {
  make: (owner: Citizen, otherSide: Citizen) => Promise<string>
  ask: (id: string) => Ask
  /** For herself, for her mother where she is a minor, for her delegate for everything, for another such one, for a stranger. */
  answers: readonly [own: Answer, mother: Answer, delegate: Answer, otherDelegate: Answer, stranger: Answer]
}

const delegation = async (owner: Citizen, otherSide: Citizen): Promise<string> => {
  const { rows } = await t.owner.query<{ id: string }>(
    `select id from access.delegation where delegator_id = $1 and delegate_id = $2`,
    [owner.id, otherSide.id],
  )
  return rows[0]!.id
}
/** One that the other side has not answered yet. */
const proposed = async (owner: Citizen, otherSide: Citizen): Promise<string> => {
  const id = await delegation(owner, otherSide)
  await call(owner, 'POST', `/delegations/${id}/revoke`, {})
  return (await proposes(owner, otherSide.code)).id
}
const step = (name: string) => (id: string) => ['POST', `/delegations/${id}/${name}`, {}] as const

async function passkey(owner: Citizen): Promise<string> {
  const { strong } = await anAccount(t, owner.id)
  const device = anAuthenticator({ origin: new URL(t.platform.config.publicUrl).origin, rpId: 'localhost' })
  const options = await t.app.inject({ method: 'POST', url: '/api/v1/account/passkeys/options', headers: strong })
  const browser = options.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const added = await t.app.inject({
    method: 'POST',
    url: '/api/v1/account/passkeys',
    headers: { ...strong, cookie: `${strong.cookie}; ${browser}` },
    payload: { name: 'Telefono', credential: device.register(options.json().challenge) },
  })
  assert.equal(added.statusCode, 201, added.body)
  t.setNow(new Date())
  return added.json().passkeys[0].id
}

async function session(owner: Citizen): Promise<string> {
  const headers = await t.signIn(owner.id)
  const answer = await t.app.inject({ url: '/api/v1/sessions', headers })
  return answer.json<{ id: string; current: boolean }[]>().find(({ current }) => current)!.id
}

async function subscription(owner: Citizen): Promise<string> {
  const id = uuidv7()
  await t.owner.query(
    `insert into notifications.push_subscription (id, person_id, endpoint, p256dh, auth, created_at)
     values ($1, $2, $3, 'x', 'x', now())`,
    [id, owner.id, `https://push.example/${id}`],
  )
  return id
}

/** Nobody below eighteen delegates, opens an account or has a role, so no mother could try it. */
const adult = (own: Answer, delegate: Answer, otherDelegate: Answer = 404, stranger: Answer = 404) =>
  [own, null, delegate, otherDelegate, stranger] as const
const gone = [204, 404, 404, 404, 404] as const

const own: Record<string, OwnRow> = {
  endSession: { make: session, ask: (id) => ['DELETE', `/sessions/${id}`], answers: gone },
  actInRole: {
    make: (owner) => aRole(t, owner.id, 'clerk'),
    ask: (id) => ['POST', '/roles/acting', { appointmentId: id }],
    answers: adult(204, 403, 403, 403), // as for an appointment that does not exist
  },
  getDelegation: { make: delegation, ask: (id) => ['GET', `/delegations/${id}`], answers: adult(200, 200) },
  getDelegationDocument: {
    make: delegation,
    ask: (id) => ['GET', `/delegations/${id}/document.pdf`],
    answers: adult(200, 200),
  },
  listDelegateActs: { make: delegation, ask: (id) => ['GET', `/delegations/${id}/acts`], answers: adult(200, 404) },
  acceptDelegation: { make: proposed, ask: step('accept'), answers: adult(409, 200) },
  rejectDelegation: { make: proposed, ask: step('reject'), answers: adult(409, 204) },
  revokeDelegation: { make: delegation, ask: step('revoke'), answers: adult(200, 200) },
  suspendDelegation: { make: delegation, ask: step('suspend'), answers: adult(200, 409) },
  resumeDelegation: { make: delegation, ask: step('resume'), answers: adult(409, 409) },
  renewDelegation: {
    make: delegation,
    ask: (id) => ['POST', `/delegations/${id}/renew`, { until: dayIn(320) }],
    answers: adult(201, 409), // the other side knows of it, and cannot
  },
  renamePasskey: {
    make: passkey,
    ask: (id) => ['PATCH', `/account/passkeys/${id}`, { name: 'Altro nome' }],
    answers: adult(200, 404),
  },
  removePasskey: { make: passkey, ask: (id) => ['DELETE', `/account/passkeys/${id}`], answers: adult(200, 404) },
  deletePushSubscription: { make: subscription, ask: (id) => ['DELETE', `/push-subscriptions/${id}`], answers: gone },
}

interface OfficeRow {
  role: RoleCode
  make: (person: Citizen) => Promise<string>
  ask: (id: string, person: Citizen) => Ask
  /** For who acts in the role for the organisation that the thing belongs to, and for another one that has such roles. */
  answers: readonly [same: Answer, other: Answer]
}

const region = organisationId('150')
const registered = async (person: Citizen, scanReference?: string): Promise<string> => {
  const clerk = await aProfessional(t, 'clerk')
  const answer = await t.app.inject({
    method: 'POST',
    url: '/api/v1/desk/delegations',
    headers: { ...clerk.headers, 'idempotency-key': uuidv7() },
    payload: { ...(await paperOf(person)), ...(scanReference && { scanReference }) },
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json<{ id: string }>().id
}
const paperOf = async (person: Citizen) => ({
  kind: 'desk',
  delegatorCode: person.code,
  delegateCode: (await aPerson(t)).code,
  services: ['BOOKING'],
  until: dayIn(100),
  document: { kind: 'identity-card', number: 'CA00000AA', issuer: 'Comune di Napoli', expiresOn: dayIn(500) },
})
/** A doctor of the authority of Naples in whose list the person is, while others have places. */
const doctorOf = async (person: Citizen): Promise<string> => {
  await aDoctor(t)
  const doctor = await aDoctor(t)
  await hasDoctor(t, person.id, doctor)
  return doctor
}
const refusal = (person: Citizen) => ({ fiscalCode: person.code, receivedOn: things.today, motive: 'CONDUCT' })
const refused = async (person: Citizen): Promise<string> => {
  const officer = await aProfessional(t, 'district-officer')
  const url = `/api/v1/office/doctors/${await doctorOf(person)}/refusals`
  const answer = await t.app.inject({ method: 'POST', url, headers: officer.headers, payload: refusal(person) })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json<{ id: string }>().id
}
const requested = async (person: Citizen): Promise<string> => (await things.doctorRequest(person, person)).id!
const inLetters = async (person: Citizen): Promise<string> => {
  const [notice, batch] = [uuidv7(), uuidv7()]
  await t.owner.query(
    `insert into notifications.notice (id, patient_id, template, parameters, about_kind, about_id, created_at)
     values ($1, $2, 'majority.child', '{}', 'person', $2, now())`,
    [notice, person.id],
  )
  await t.owner.query(
    `insert into notifications.letter_batch (id, organisation_id, letters, printed, made_by, made_at) values ($1, $2, 1, 1, $1, now())`,
    [batch, aslNapoli1],
  )
  await t.owner.query(
    `insert into notifications.letter (id, notice_id, recipient_id, organisation_id, language, created_at, batch_id, place)
     values ($1, $1, $2, $3, 'it', now(), $4, 1)`,
    [notice, person.id, aslNapoli1, batch],
  )
  await t.owner.query(
    `insert into notifications.letter_file (batch_id, number, letters, content) values ($1, 1, 1, '%PDF-1.7')`,
    [batch],
  )
  return batch
}
const declared = async (person: Citizen): Promise<string> => {
  const { id } = await things.exemption(person, person)
  const { rows } = await t.owner.query<{ id: string }>(
    'select declaration_id as id from exemptions.certificate where exemption_id = $1',
    [id],
  )
  return rows[0]!.id
}
const protocolled = async (person: Citizen): Promise<string> => {
  const { id } = await things.exemption(person, person)
  return (await call(person, 'GET', `/exemptions/${id}`)).json<{ protocol: string }>().protocol
}
const checked = async (person: Citizen): Promise<string> => (await things.check(person, person))['id']!
const disease = (fiscalCode: string) => ({
  fiscalCode,
  code: '013',
  issuer: 'Ambulatorio di diabetologia',
  issuedOn: things.today,
  until: null,
})
const ill = async (person: Citizen): Promise<string> => {
  const officer = await aProfessional(t, 'district-officer')
  const answer = await call(
    { ...person, headers: officer.headers },
    'POST',
    '/office/disease-exemptions',
    disease(person.code),
  )
  return answer.json<{ id: string }>().id
}
/** A yearly list in which somebody stands whom the registry does not know. */
const comparedList = async (person: Citizen): Promise<string> => {
  const id = uuidv7()
  await t.owner.query(
    `insert into exemptions.list_import (id, asl_id, year, dry_run, state, asked_by, asked_at) values ($1, $2, 2020, true, 'DONE', $3, now())`,
    [id, aslNapoli1, uuidv7()],
  )
  await t.owner.query(
    `insert into exemptions.list_difference (import_id, kind, person_id, code) values ($1, 'not-listed', $2, 'E01')`,
    [id, person.id],
  )
  return id
}
const newest = { sort: 'submitted', descending: true }
const appointed = (person: Citizen): Promise<string> => aRole(t, person.id, 'nurse')
const listed = async (person: Citizen): Promise<string> => {
  await appointed(person)
  return person.code
}
const inTrail = async (person: Citizen): Promise<string> => {
  await call(person, 'GET', `/people/${person.id}/contacts`)
  return person.id
}
const alert = async (person: Citizen): Promise<string> => {
  const id = uuidv7()
  await t.owner.query(
    `insert into access.access_alert (id, kind, person_id, role, organisation_id, period, seen, most, opened_at)
     values ($1, 'many-people', $2, 'doctor', $3, tstzrange(now() - interval '1 hour', now()), 9, 3, now())`,
    [id, person.id, aslNapoli1],
  )
  return id
}
const search = ({ code }: Citizen) => ({
  reason: 'Segnalazione n. 12 del responsabile',
  from: things.today,
  to: things.today,
  person: code,
})

/** A second record that may be hers, for an office to decide about. */
async function duplicate(person: { id: string }): Promise<string> {
  const { id: other } = await aPerson(t)
  const id = uuidv7()
  await t.owner.query(
    `insert into registry.linkage_case (id, first_id, second_id, bits, levels, doubts, found_at)
     values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), 99, '{}', '{}', now())`,
    [id, person.id, other],
  )
  return id
}
async function merged(person: { id: string }): Promise<string> {
  const { id: duplicateId } = await aPerson(t)
  return asSystem(t.db, (tx) =>
    mergePeople(tx, { duplicateId, survivorId: person.id, by: null, reason: 'Prova' }, new Date()),
  )
}

const newborn = (familyName: string) => ({
  familyName,
  givenName: 'Nuova',
  sex: 'F',
  birthDate: dayIn(-3),
  birthPlaceCode: 'F839',
})
/** A message about her that says her surname otherwise, and the difference it makes. */
async function differing({ id: personId }: { id: string }, state = 'open'): Promise<string> {
  const [messageId, id] = [uuidv7(), uuidv7()]
  await t.owner.query(
    `insert into registry.national_message (id, source, external_id, digest, payload, received_at, seen_at, state, problem, person_id)
     values ($1, 'anpr', $3, repeat('0', 64), '{}', now(), now(), 'error', 'malformed', $2)`,
    [messageId, personId, messageId],
  )
  const decided = state === 'open' ? [null, null] : [personId, new Date()]
  await t.owner.query(
    `insert into registry.national_difference (id, person_id, part, said, source, message_id, ours, theirs, because, found_at, state, decided_by, decided_at)
     values ($1, $2, 'familyName', repeat('0', 64), 'anpr', $3, '{"value":"A"}', '{"value":"B"}', 'unknown-source', now(), $4, $5, $6)`,
    [id, personId, messageId, state, ...decided],
  )
  return id
}
async function messageAbout(person: { id: string }): Promise<string> {
  const { rows } = await t.owner.query<{ id: string }>(
    'select message_id as id from registry.national_difference where id = $1',
    [await differing(person)],
  )
  return rows[0]!.id
}

/** Desks serve whoever comes, the registry of people is one for all, and auditors look at the whole region; the rest stays with the organisation it belongs to. */
const office: Record<string, OfficeRow> = {
  searchPersons: {
    role: 'clerk',
    make: async ({ id }) => id,
    ask: (_id, { code }) => ['POST', '/person-searches', { purpose: 'booking', page: 1, identifier: code }],
    answers: ['listed', 'listed'],
  },
  // The whole registry may be read by any office; what is done to a record is for the authority that assists the person.
  getPersonRecord: {
    role: 'district-officer',
    make: async ({ id }) => id,
    ask: (id) => ['GET', `/office/people/${id}`],
    answers: [200, 200],
  },
  listGivenBack: {
    role: 'district-officer',
    make: async ({ id }) => id,
    ask: (id) => ['GET', `/office/people/${id}/given-back`],
    answers: [200, 200],
  },
  actOnPersonRecord: {
    role: 'district-officer',
    make: async ({ id }) => id,
    ask: (id) => ['POST', `/office/people/${id}/acts`, { act: 'death', on: dayIn(0) }],
    answers: [200, 403],
  },
  checkPersonFacts: {
    role: 'district-officer',
    make: async ({ id }) => id,
    ask: (_id, { code }) => ['POST', '/office/people/checks', { ...newborn('Altrapersona'), code }],
    answers: ['listed', 'listed'],
  },
  registerPerson: {
    role: 'district-officer',
    make: async ({ id }) => id,
    ask: (id, { code }) => [
      'POST',
      '/office/people',
      {
        ...newborn(`Nuovo ${id.replace(/[^a-f]/g, '')}`),
        as: 'NEWBORN',
        citizenship: '100',
        on: dayIn(0),
        address: { placeCode: 'F839', line: 'Via di Prova 1' },
        parentCode: code,
        confirmedNew: true,
      },
    ],
    answers: [201, 403],
  },
  undoActOnPersonRecord: {
    role: 'district-officer',
    make: async ({ id }) => `${id}/acts/${uuidv7()}`,
    ask: (path) => ['POST', `/office/people/${path}/undo`, { reason: 'Per errore' }],
    answers: [409, 409],
  },
  listDuplicates: {
    role: 'district-officer',
    make: duplicate,
    ask: () => ['GET', '/office/duplicates?state=open'],
    answers: ['listed', 'listed'],
  },
  getDuplicate: {
    role: 'district-officer',
    make: duplicate,
    ask: (id) => ['GET', `/office/duplicates/${id}`],
    answers: [200, 200],
  },
  decideDuplicate: {
    role: 'district-officer',
    make: duplicate,
    ask: (id) => ['POST', `/office/duplicates/${id}/decision`, { decision: 'different', note: 'Due persone' }],
    answers: [200, 200],
  },
  listMerges: {
    role: 'district-officer',
    make: merged,
    ask: () => ['GET', '/office/merges'],
    answers: ['listed', 'listed'],
  },
  undoMerge: {
    role: 'district-officer',
    make: merged,
    ask: (id) => ['POST', `/office/merges/${id}/undo`, { reason: 'Due persone' }],
    answers: [200, 200],
  },
  listNationalDifferences: {
    role: 'district-officer',
    make: (person) => differing(person),
    ask: () => ['GET', '/office/national-differences?state=open'],
    answers: ['listed', 'listed'],
  },
  exportNationalDifferences: {
    role: 'district-officer',
    make: (person) => differing(person),
    ask: () => ['GET', '/office/national-differences.csv?state=open'],
    answers: ['listed', 'listed'],
  },
  getNationalDifference: {
    role: 'district-officer',
    make: (person) => differing(person),
    ask: (id) => ['GET', `/office/national-differences/${id}`],
    answers: [200, 200],
  },
  decideNationalDifference: {
    role: 'district-officer',
    make: (person) => differing(person),
    ask: (id) => [
      'POST',
      `/office/national-differences/${id}/decision`,
      { decision: 'keep', note: 'Visto un documento' },
    ],
    answers: [200, 200],
  },
  undoNationalDecision: {
    role: 'district-officer',
    make: (person) => differing(person, 'kept'),
    ask: (id) => ['POST', `/office/national-differences/${id}/undo`, { reason: 'Ripensato' }],
    answers: [200, 200],
  },
  listNationalMessages: {
    role: 'district-officer',
    make: messageAbout,
    ask: () => ['GET', '/office/national-messages'],
    answers: ['listed', 'listed'],
  },
  exportNationalMessages: {
    role: 'district-officer',
    make: messageAbout,
    ask: () => ['GET', '/office/national-messages.csv'],
    answers: ['listed', 'listed'],
  },
  decideNationalMessage: {
    role: 'district-officer',
    make: messageAbout,
    ask: (id) => ['POST', `/office/national-messages/${id}/decision`, { action: 'set-aside', note: 'Illeggibile' }],
    answers: [200, 200],
  },
  listDeskDelegations: {
    role: 'clerk',
    make: (person) => registered(person),
    ask: () => ['GET', '/desk/delegations'],
    answers: ['listed', 'absent'],
  },
  registerDelegation: {
    role: 'clerk',
    make: async (person) => JSON.stringify(await paperOf(person)),
    ask: (paper) => ['POST', '/desk/delegations', JSON.parse(paper) as object],
    answers: [201, 201],
  },
  addDelegationScan: {
    role: 'clerk',
    make: (person) => registered(person),
    ask: (id) => ['PUT', `/desk/delegations/${id}/scan`, { scanReference: 'protocollo/1' }],
    answers: [204, 404],
  },
  takeDelegationStep: {
    role: 'clerk',
    make: (person) => registered(person, 'protocollo/1'),
    ask: (id) => ['POST', `/desk/delegations/${id}/steps`, { step: 'revoke', reason: 'Documento smarrito' }],
    answers: [204, 404],
  },
  decideRefusal: {
    role: 'district-officer',
    make: doctorOf,
    ask: (id, person) => ['POST', `/office/doctors/${id}/refusals`, refusal(person)],
    answers: [201, 404],
  },
  listRefusals: {
    role: 'district-officer',
    make: refused,
    ask: () => ['GET', '/office/refusals'],
    answers: ['listed', 'absent'],
  },
  listOfficeDoctorRequests: {
    role: 'district-officer',
    make: requested,
    ask: () => ['GET', '/office/doctor-requests'],
    answers: ['listed', 'absent'],
  },
  enterDoctorRequest: {
    role: 'district-officer',
    make: () => aDoctor(t),
    ask: (doctorId, { code }) => [
      'POST',
      '/office/doctor-requests',
      {
        fiscalCode: code,
        doctorId,
        kind: 'ORDINARY',
        broughtBy: 'SELF',
        documentKind: 'PASSPORT',
        documentNumber: 'YA0000001',
        scanReference: 'protocollo/1',
      },
    ],
    answers: [201, 404],
  },
  decideDoctorRequest: {
    role: 'district-officer',
    make: requested,
    ask: (id) => ['POST', `/office/doctor-requests/${id}/steps`, { step: 'doctor-accepts' }],
    answers: [200, 404],
  },
  getLetterFile: {
    role: 'district-officer',
    make: inLetters,
    ask: (id) => ['GET', `/office/letter-batches/${id}/files/1`],
    answers: [200, 404],
  },
  searchDeclarations: {
    role: 'district-officer',
    make: protocolled,
    ask: () => ['POST', '/office/exemption-declarations/searches', { ...newest, page: 1 }],
    answers: ['listed', 'absent'],
  },
  exportDeclarations: {
    role: 'district-officer',
    make: protocolled,
    ask: () => ['POST', '/office/exemption-declarations/exports', newest],
    answers: ['listed', 'absent'],
  },
  getDeclaration: {
    role: 'district-officer',
    make: declared,
    ask: (id) => ['GET', `/office/exemption-declarations/${id}`],
    answers: [200, 404],
  },
  printDeclaration: {
    role: 'district-officer',
    make: declared,
    ask: (id) => ['GET', `/office/exemption-declarations/${id}/declaration.pdf`],
    answers: [200, 404],
  },
  listExemptionChecks: {
    role: 'district-officer',
    make: checked,
    ask: () => ['GET', '/office/exemption-checks'],
    answers: ['listed', 'absent'],
  },
  openExemptionCheck: {
    role: 'district-officer',
    make: declared,
    ask: (declarationId) => ['POST', '/office/exemption-checks', { declarationId, note: 'Segnalazione' }],
    answers: [201, 404],
  },
  getExemptionCheck: {
    role: 'district-officer',
    make: checked,
    ask: (id) => ['GET', `/office/exemption-checks/${id}`],
    answers: [200, 404],
  },
  actOnExemptionCheck: {
    role: 'district-officer',
    make: checked,
    ask: (id) => ['POST', `/office/exemption-checks/${id}/acts`, { act: 'confirm', note: 'Reddito verificato' }],
    answers: [200, 404],
  },
  printExemptionLetter: {
    role: 'district-officer',
    make: checked,
    ask: (id) => ['GET', `/office/exemption-checks/${id}/letter.pdf`],
    answers: [200, 404],
  },
  drawCheckSample: {
    role: 'district-officer',
    make: declared,
    ask: () => ['POST', '/office/exemption-samples', { authorityId: aslNapoli1, from: dayIn(-9), to: dayIn(-8) }],
    answers: [201, 404],
  },
  listExemptionListDifferences: {
    role: 'district-officer',
    make: comparedList,
    ask: (id) => ['GET', `/office/exemption-lists/${id}/differences`],
    answers: [200, 404],
  },
  exportExemptionListDifferences: {
    role: 'district-officer',
    make: comparedList,
    ask: (id) => ['GET', `/office/exemption-lists/${id}/differences.csv`],
    answers: [200, 404],
  },
  enterDiseaseExemption: {
    role: 'district-officer',
    make: async ({ code }) => code,
    ask: (code) => ['POST', '/office/disease-exemptions', disease(code)],
    answers: [201, 422],
  },
  listDiseaseExemptions: {
    role: 'district-officer',
    make: ill,
    ask: () => ['GET', '/office/disease-exemptions'],
    answers: ['listed', 'absent'],
  },
  annulDiseaseExemption: {
    role: 'district-officer',
    make: ill,
    ask: (id) => ['POST', `/office/disease-exemptions/${id}/annul`],
    answers: [200, 404],
  },
  listRoleAppointments: {
    role: 'administrator',
    make: appointed,
    ask: () => ['GET', '/role-appointments?role=nurse'],
    answers: ['listed', 'absent'],
  },
  exportRoleAppointments: {
    role: 'administrator',
    make: listed,
    ask: () => ['GET', '/role-appointments/export'],
    answers: ['listed', 'absent'],
  },
  giveRole: {
    role: 'administrator',
    make: async ({ code }) => code,
    ask: (fiscalCode) => [
      'POST',
      '/role-appointments',
      { fiscalCode, role: 'nurse', organisationId: aslNapoli1, from: things.today, actReference: 'Delibera 1' },
    ],
    answers: [201, 403],
  },
  getRoleAppointment: {
    role: 'administrator',
    make: appointed,
    ask: (id) => ['GET', `/role-appointments/${id}`],
    answers: [200, 404],
  },
  changeRoleAppointment: {
    role: 'administrator',
    make: appointed,
    ask: (id) => ['POST', `/role-appointments/${id}/steps`, { step: 'suspend', reason: 'Controllo in corso' }],
    answers: [200, 404],
  },
  searchAudit: {
    role: 'auditor',
    make: inTrail,
    ask: (_id, person) => ['POST', '/audit/searches', search(person)],
    answers: ['listed', null],
  },
  exportAudit: {
    role: 'auditor',
    make: async (person) => {
      await inTrail(person)
      return 'contacts'
    },
    ask: (_id, person) => ['POST', '/audit/exports', search(person)],
    answers: ['listed', null],
  },
  listAccessAlerts: {
    role: 'auditor',
    make: alert,
    ask: () => ['GET', '/audit/alerts?state=open'],
    answers: ['listed', null],
  },
  listAlertAccesses: {
    role: 'auditor',
    make: alert,
    ask: (id) => ['GET', `/audit/alerts/${id}/accesses`],
    answers: [200, null],
  },
  examineAccessAlert: {
    role: 'auditor',
    make: alert,
    ask: (id) => ['POST', `/audit/alerts/${id}/examination`, { note: 'Turno di guardia: accessi dovuti' }],
    answers: [200, null],
  },
}

interface SecretRow {
  make: (person: Citizen) => Promise<string>
  ask: (secret: string) => Ask
  /** With the secret, and with one that nobody was given. */
  answers: readonly [right: Answer, wrong: Answer]
}
const link = async (person: Citizen): Promise<string> => {
  const { id } = await things.booking(person, person)
  const about = { kind: 'booking', id: id! } as const
  const [now, expiresAt] = [new Date(), new Date(Date.now() + 86_400_000)]
  return asSystem(t.db, (tx) =>
    createLink(tx, { purpose: appointmentLink, patientId: person.id, about, expiresAt, now }),
  )
}
const certificate = async (person: Citizen): Promise<string> => {
  const { id } = await things.exemption(person, person)
  return (await call(person, 'GET', `/exemptions/${id}`)).json<{ verificationCode: string }>().verificationCode
}

const campaign = await aCampaign(t, { everybody: true })
const grant = ({ id }: Citizen): Promise<string> => aGrant(t, id, campaign)
const withCard = (step: string) => (token: string) =>
  ['POST', `/vaccination/card-adhesions${step}`, { campaign, token }] as const

/** What opens to whoever holds a secret, signed in or not; another secret is as if there were nothing. */
const secrets: Record<string, SecretRow> = {
  openAppointmentLink: { make: link, ask: (token) => ['GET', `/appointment-links/${token}`], answers: [200, 404] },
  confirmByLink: { make: link, ask: (token) => ['POST', `/appointment-links/${token}/confirm`], answers: [200, 404] },
  cancelByLink: { make: link, ask: (token) => ['POST', `/appointment-links/${token}/cancel`], answers: [200, 404] },
  verifyExemptionCertificate: {
    make: certificate,
    ask: (code) => ['POST', '/exemptions/certificates/verify', { code }],
    answers: [200, 404],
  },
  checkCardAdhesion: { make: grant, ask: withCard('/check'), answers: [200, 401] },
  makeCardAdhesion: { make: grant, ask: withCard(''), answers: [201, 401] },
  withdrawCardAdhesion: { make: grant, ask: withCard('/withdraw'), answers: [200, 401] },
}
/** Begun and ended with a code that arrives on a telephone: tried as a whole beside their room. */
const publicFlow = ['startPublicFlow', 'endPublicFlow']
/** A doctor's own list is found by who she is: tried as a whole beside its room. */
const ownList = [
  'searchOwnPatients',
  'exportOwnPatients',
  'listOwnMovements',
  'listRequestsToDoctor',
  'answerRequestToDoctor',
  'refuseOwnPatient',
]

const ofPeople = rooms.flatMap(({ policies = {} }) =>
  Object.entries(policies).filter(([, policy]: [string, Policy]) => policy.audit === 'person'),
)

test('every route about a person is in one of the lists', () => {
  const listedHere = [own, office, secrets].flatMap((rows) => Object.keys(rows))
  const others = ofPeople.filter(([, { subjects }]) => !subjects.includes('family')).map(([id]) => id)
  assert.deepEqual(
    [...listedHere, ...aboutWhoeverAsks, ...publicFlow, ...ownList, ...partners].toSorted(),
    others.toSorted(),
  )
})

test('a route for a person or a family leaves a row in the trail', () => {
  const kept = new Set(ofPeople.map(([id]) => id))
  for (const { policies = {} } of rooms)
    for (const [id, { subjects }] of Object.entries(policies))
      if (subjects.includes('person') || subjects.includes('family')) assert.ok(kept.has(id), id)
})

test('where one speaks only of oneself, a request has no word for anybody else', () => {
  const { paths } = t.app.swagger() as unknown as { paths: Record<string, Record<string, { operationId: string }>> }
  for (const [path, methods] of Object.entries(paths))
    for (const operation of Object.values(methods))
      if (aboutWhoeverAsks.includes(operation.operationId)) {
        assert.doesNotMatch(path, /\{/, operation.operationId)
        assert.doesNotMatch(JSON.stringify({ ...operation, responses: null }), /"(patient|person)Id"/)
      }
})

const said = (answer: { statusCode: number; body: string }, row: { answers: readonly Answer[] }, id: string): Answer =>
  typeof row.answers[0] === 'number' || answer.statusCode !== 200
    ? answer.statusCode
    : answer.body.includes(id)
      ? 'listed'
      : 'absent'

/** Somebody with two delegates for everything; a minor whose mother has them when she would be one that a mother acts for. */
async function people(minor: boolean): Promise<Citizen[]> {
  const mother = await citizen()
  const owner = minor ? await citizen({ birthDate: '2010-05-05', parent: mother.id }) : await citizen()
  const [delegate, otherDelegate, stranger] = [await citizen(), await citizen(), await citizen()]
  for (const one of [delegate, otherDelegate])
    await aDelegation(t, minor ? mother : owner, one, { services: [...delegatedServices], until: dayIn(20) })
  return [owner, mother, delegate, otherDelegate, stranger]
}

for (const [operationId, row] of Object.entries(own))
  test(`${operationId}: one’s own, and nobody else’s, whatever she may do for them`, async () => {
    const found: Answer[] = []
    for (const [n, expected] of row.answers.entries()) {
      const cast = await people(row.answers[1] !== null)
      const [owner, , delegate] = cast as [Citizen, Citizen, Citizen]
      const id = await row.make(owner, delegate)
      const answer = expected === null ? null : await call(cast[n]!, ...row.ask(id))
      if (answer?.statusCode === 404) assert.doesNotMatch(answer.body, /[a-z] Prova/)
      found.push(answer && said(answer, row, id))
    }
    assert.deepEqual(found, row.answers)
  })

for (const [operationId, { role, make, ask, answers }] of Object.entries(office))
  test(`${operationId}: for a person of the own organisation, and of another`, async () => {
    const found: Answer[] = []
    for (const [n, organisation] of [role === 'auditor' ? region : aslNapoli1, aslSalerno].entries()) {
      if (answers[n] === null) {
        found.push(null)
        continue
      }
      const person = await citizen()
      const { headers } = await aProfessional(t, role, organisation)
      const id = await make(person)
      found.push(said(await call({ ...person, headers }, ...ask(id, person)), { answers }, id))
    }
    assert.deepEqual(found, answers)
  })

for (const [operationId, { make, ask, answers }] of Object.entries(secrets))
  test(`${operationId}: with the secret, and with another`, async () => {
    const secret = await make(await citizen())
    const stranger = await citizen()
    const wrong = await call(stranger, ...ask(secret.replace(/.$/, (last) => (last === 'X' ? 'Y' : 'X'))))
    const right = await call(stranger, ...ask(secret))
    assert.deepEqual([right.statusCode, wrong.statusCode], answers)
    assert.doesNotMatch(wrong.body, /[a-z] Prova/)
  })
