// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Language, Text } from '../../platform/text.ts'
import type { AuditAction } from './schema.ts'

const actions: Record<AuditAction, Text> = {
  READ: { it: 'Ha letto', en: 'Read' },
  SEARCH: { it: 'Ha visto in un elenco', en: 'Saw in a list' },
  CREATE: { it: 'Ha aggiunto', en: 'Added' },
  UPDATE: { it: 'Ha cambiato', en: 'Changed' },
  DELETE: { it: 'Ha tolto', en: 'Removed' },
  PRINT: { it: 'Ha scaricato o stampato', en: 'Downloaded or printed' },
  EXPORT: { it: 'Ha esportato', en: 'Exported' },
  BREAK_GLASS: { it: 'Ha letto in emergenza', en: 'Read in an emergency' },
}
const refused: Text = { it: 'Ha tentato senza averne diritto', en: 'Tried without being allowed to' }

/** Kinds of things rows speak of. A test insists that none used in the code is missing here. */
export const objects: Readonly<Record<string, Text>> = {
  access: { it: 'chi ha visto i dati', en: 'who saw the data' },
  'access-alert': { it: 'le segnalazioni di accessi insoliti', en: 'alerts on unusual access' },
  account: { it: 'le credenziali del servizio', en: 'the account of the service' },
  'account-mobile': { it: 'il cellulare delle credenziali', en: 'the mobile number of the account' },
  'account-passkey': { it: 'una passkey', en: 'a passkey' },
  adhesion: { it: 'un’adesione a una campagna', en: 'an adhesion to a campaign' },
  booking: { it: 'una prenotazione', en: 'a booking' },
  contacts: { it: 'i recapiti', en: 'the contacts' },
  delegation: { it: 'una delega', en: 'a delegation' },
  'doctor-choice': { it: 'la scelta del medico', en: 'the choice of the doctor' },
  duplicate: { it: 'due schede che possono essere di una persona', en: 'two records that may be of one person' },
  exemption: { it: 'un’esenzione', en: 'an exemption' },
  letter: { it: 'una lettera', en: 'a letter' },
  merge: { it: 'due schede riunite in una', en: 'two records made one' },
  message: { it: 'i messaggi', en: 'the messages' },
  'national-difference': {
    it: 'una differenza con i registri nazionali',
    en: 'a difference from the national registries',
  },
  'national-message': { it: 'un messaggio dei registri nazionali', en: 'a message of the national registries' },
  payment: { it: 'un pagamento', en: 'a payment' },
  person: { it: 'nome e data di nascita', en: 'name and date of birth' },
  'person-record': { it: 'i dati anagrafici', en: 'the registry data' },
  prescription: { it: 'una ricetta', en: 'a prescription' },
  'public-flow': { it: 'il numero della tessera sanitaria', en: 'the number of the health card' },
  'public-flow-grant': { it: 'un’adesione senza accesso', en: 'an adhesion without signing in' },
  'push-subscription': { it: 'gli avvisi su un dispositivo', en: 'the notices on a device' },
  'role-appointment': { it: 'un ruolo in una struttura', en: 'a role in an organisation' },
  session: { it: 'gli accessi al servizio', en: 'where one is signed in' },
  'waiting-list-entry': { it: 'una lista d’attesa', en: 'a waiting list' },
}
const otherData: Text = { it: 'altri dati', en: 'other data' }

/** What things are done for. A test insists that none used in the code is missing here. */
export const purposes: Readonly<Record<string, Text>> = {
  account: { it: 'gestire le credenziali', en: 'keeping the account' },
  'account-mobile': { it: 'confermare il cellulare', en: 'confirming the mobile number' },
  adhesion: { it: 'aderire a una campagna', en: 'adhering to a campaign' },
  'agenda-closure': { it: 'spostare le visite di un’agenda chiusa', en: 'moving visits of a closed agenda' },
  booking: { it: 'prenotare visite ed esami', en: 'booking visits and exams' },
  contacts: { it: 'gestire i recapiti', en: 'keeping contacts' },
  delegation: { it: 'gestire le deleghe', en: 'keeping delegations' },
  enrolment: { it: 'iscrizione al servizio sanitario', en: 'enrolment in the health service' },
  exemption: { it: 'gestire le esenzioni', en: 'keeping exemptions' },
  notifications: { it: 'mandare e leggere messaggi', en: 'sending and reading messages' },
  interoperability: { it: 'far funzionare un servizio collegato', en: 'running a connected service' },
  'primary-care': { it: 'scegliere il medico', en: 'choosing the doctor' },
  payment: { it: 'pagare il ticket', en: 'paying the co-payment' },
  'public-flow': {
    it: 'aderire a una campagna con la tessera sanitaria',
    en: 'adhering to a campaign with the health card',
  },
  refused: { it: 'accesso non permesso', en: 'access not allowed' },
  'reminder-link': { it: 'rispondere a un promemoria', en: 'answering a reminder' },
  'sign-in': { it: 'entrare nel servizio', en: 'signing in' },
  supervision: { it: 'controllare gli accessi', en: 'supervising accesses' },
  transparency: { it: 'sapere chi ha visto i dati', en: 'knowing who saw the data' },
  identification: { it: 'sapere chi sei', en: 'finding out who you are' },
  administration: { it: 'gestire chi può fare che cosa', en: 'keeping who may do what' },
}
const otherPurpose: Text = { it: 'un altro servizio', en: 'another service' }

const roles: Readonly<Record<string, Text>> = {
  doctor: { it: 'medico', en: 'doctor' },
  nurse: { it: 'infermiere', en: 'nurse' },
  clerk: { it: 'operatore di sportello', en: 'clerk' },
  pharmacist: { it: 'farmacista', en: 'pharmacist' },
  specialist: { it: 'specialista', en: 'specialist' },
  'district-officer': { it: 'funzionario del distretto', en: 'district officer' },
  supplier: { it: 'fornitore', en: 'supplier' },
  'crisis-unit': { it: 'unità di crisi', en: 'crisis unit' },
  auditor: { it: 'addetto ai controlli', en: 'auditor' },
  'partner-manager': { it: 'referente dei servizi collegati', en: 'manager of connected services' },
  administrator: { it: 'amministratore', en: 'administrator' },
}

const somebody: Readonly<Record<string, Text>> = {
  citizen: { it: 'Una persona', en: 'A person' },
  professional: { it: 'Un operatore', en: 'A professional' },
  partner: { it: 'Un servizio collegato', en: 'A connected service' },
  public: {
    it: 'Qualcuno che non è entrato (link di un messaggio o tessera sanitaria)',
    en: 'Somebody not signed in (link of a message or health card)',
  },
  machine: { it: 'Un sistema nazionale', en: 'A national system' },
  system: { it: 'Il servizio, in automatico', en: 'The service, by itself' },
}

/** "Ha letto: una prenotazione" */
export function whatWasDone(language: Language, action: AuditAction, object: string, outcome: string): string {
  const verb = outcome === 'refused' ? refused : actions[action]
  return `${verb[language]}: ${(objects[object] ?? otherData)[language]}`
}

export const whatFor = (language: Language, purpose: string): string =>
  (purposes[purpose.toLowerCase().replaceAll('_', '-')] ?? otherPurpose)[language]

export const roleName = (language: Language, role: string): string => roles[role]?.[language] ?? role

/** A kind of actor without a name of its own. */
export const unnamed = (language: Language, actorKind: string): string =>
  (somebody[actorKind] ?? somebody['system']!)[language]
