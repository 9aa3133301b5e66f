// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import type { Text } from '../../platform/text.ts'
import { readPrescriptionNumber } from '../../../shared/nre.ts'
import type { SacCode } from '../../../shared/sac-codes.ts'

/** What a refusal of the SAC means to the citizen. Each is the reason of a stable code `prescriptions/<reason>`. */
export type Reason =
  | 'not-found'
  | 'expired'
  | 'other-person'
  | 'taken-elsewhere'
  | 'not-allowed'
  | 'withdrawn'
  | 'outside-nhs'
  | 'wrong-number'
  | 'wrong-patient-code'
  | 'not-covered'
  | 'doctor-data'
  | 'technical-problem'

interface Meaning {
  status: 404 | 409 | 410 | 422 | 503
  title: Text
  next: Text
  field?: 'nre'
}

const askDoctor = (why: Text): Text => ({
  it: `${why.it} Chiedi al tuo medico una nuova ricetta.`,
  en: `${why.en} Ask your doctor for a new prescription.`,
})

/** Texts and statuses by reason. */
export const meanings: Readonly<Record<Reason, Meaning>> = {
  'not-found': {
    status: 404,
    title: { it: 'Questa ricetta non esiste.', en: 'This prescription does not exist.' },
    next: {
      it: 'Controlla i 15 caratteri del numero NRE, stampato sul promemoria sotto i due codici a barre in alto.',
      en: 'Check the 15 characters of the NRE number, printed on the reminder under the two bar codes at the top.',
    },
    field: 'nre',
  },
  expired: {
    status: 410,
    title: { it: 'Questa ricetta è scaduta.', en: 'This prescription has expired.' },
    next: askDoctor({ it: 'Una ricetta vale al massimo 180 giorni.', en: 'A prescription lasts 180 days at most.' }),
  },
  'other-person': {
    status: 422,
    title: {
      it: 'Questa ricetta è intestata a un altro codice fiscale.',
      en: 'This prescription belongs to another tax code.',
    },
    next: {
      it: 'Controlla per chi stai prenotando: scegli la persona scritta sulla ricetta.',
      en: 'Check for whom you are booking: choose the person written on the prescription.',
    },
  },
  'taken-elsewhere': {
    status: 409,
    title: {
      it: 'Questa ricetta è già prenotata o in erogazione presso un’altra struttura.',
      en: 'This prescription is already booked or being delivered at another centre.',
    },
    next: {
      it: 'Guarda i tuoi appuntamenti. Se hai prenotato altrove e vuoi prenotare qui, disdici prima quell’appuntamento.',
      en: 'Look at your appointments. If you booked elsewhere and want to book here, cancel that appointment first.',
    },
  },
  'not-allowed': {
    status: 409,
    title: {
      it: 'Con questa ricetta non si può più fare questa operazione.',
      en: 'This is no longer possible with this prescription.',
    },
    next: {
      it: 'La ricetta può essere già stata usata. Guarda i tuoi appuntamenti o chiedi al tuo medico.',
      en: 'The prescription may have been used already. Look at your appointments or ask your doctor.',
    },
  },
  withdrawn: {
    status: 410,
    title: { it: 'Il medico ha annullato questa ricetta.', en: 'The doctor has withdrawn this prescription.' },
    next: askDoctor({ it: 'Una ricetta annullata non si può usare.', en: 'A withdrawn prescription cannot be used.' }),
  },
  'outside-nhs': {
    status: 409,
    title: {
      it: 'Questa ricetta è stata usata fuori dal Servizio sanitario nazionale.',
      en: 'This prescription was used outside the national health service.',
    },
    next: askDoctor({ it: 'Non si può usare una seconda volta.', en: 'It cannot be used a second time.' }),
  },
  'wrong-number': {
    status: 422,
    title: { it: 'Il numero della ricetta non è valido.', en: 'The prescription number is not valid.' },
    next: {
      it: 'Controlla i 15 caratteri del numero NRE, ad esempio 1500A 4123456789: i primi 5 e gli altri 10 sono sotto due codici a barre.',
      en: 'Check the 15 characters of the NRE number, such as 1500A 4123456789: the first 5 and the other 10 are under two bar codes.',
    },
    field: 'nre',
  },
  'wrong-patient-code': {
    status: 422,
    title: {
      it: 'Il sistema nazionale non riconosce il codice fiscale della persona.',
      en: 'The national system does not recognise the person’s tax code.',
    },
    next: {
      it: 'Chiama il centro prenotazioni o vai a uno sportello con la tessera sanitaria.',
      en: 'Call the booking centre or go to a desk with the health card.',
    },
  },
  'not-covered': {
    status: 422,
    title: {
      it: 'La persona non risulta assistita dal Servizio sanitario nazionale.',
      en: 'The person is not registered with the national health service.',
    },
    next: {
      it: 'Rivolgiti alla tua ASL per controllare l’iscrizione.',
      en: 'Ask your local health authority (ASL) to check the registration.',
    },
  },
  'doctor-data': {
    status: 422,
    title: {
      it: 'La ricetta ha dati del medico che il sistema nazionale non accetta.',
      en: 'The prescription has doctor’s data that the national system does not accept.',
    },
    next: askDoctor({ it: 'Il problema non dipende da te.', en: 'The problem is not yours.' }),
  },
  'technical-problem': {
    status: 503,
    title: {
      it: 'Un problema tecnico impedisce di leggere le ricette.',
      en: 'A technical problem stops us from reading prescriptions.',
    },
    next: {
      it: 'Abbiamo avvisato chi deve risolverlo. Riprova più tardi o chiama il centro prenotazioni: la ricetta resta valida.',
      en: 'Those who must solve it have been told. Try again later or call the booking centre: the prescription stays valid.',
    },
  },
}

/** What each refusing code of the SAC means. Codes of ours (PIN, rights, encryption) are technical problems. */
export const reasons: Readonly<Record<Exclude<SacCode, '0000' | '0001'>, Reason>> = {
  '9999': 'technical-problem',
  '1001': 'technical-problem',
  '1002': 'technical-problem',
  '1003': 'technical-problem',
  '1004': 'doctor-data',
  '1005': 'doctor-data',
  '1006': 'technical-problem',
  '1007': 'doctor-data',
  '1008': 'wrong-number',
  '1009': 'wrong-number',
  '1010': 'wrong-number',
  '1011': 'wrong-number',
  '1012': 'wrong-patient-code',
  '1013': 'wrong-number',
  '1014': 'doctor-data',
  '1015': 'doctor-data',
  '1016': 'not-allowed',
  '1017': 'wrong-number',
  '1018': 'doctor-data',
  '1019': 'doctor-data',
  '1020': 'doctor-data',
  '1021': 'doctor-data',
  '1022': 'doctor-data',
  '1023': 'doctor-data',
  '1024': 'doctor-data',
  '1025': 'doctor-data',
  '1026': 'doctor-data',
  '1027': 'doctor-data',
  '1028': 'doctor-data',
  '1029': 'wrong-number',
  '1030': 'doctor-data',
  '1031': 'doctor-data',
  '1032': 'not-allowed',
  '1033': 'wrong-patient-code',
  '1034': 'technical-problem',
  '1035': 'technical-problem',
  '1036': 'wrong-patient-code',
  '1037': 'not-covered',
  '1038': 'wrong-patient-code',
  '1039': 'wrong-patient-code',
  '1197': 'wrong-number',
  '5005': 'not-found',
  '5009': 'expired',
  '5010': 'other-person',
  '5011': 'taken-elsewhere',
  '5014': 'not-allowed',
  '5162': 'withdrawn',
  '5221': 'outside-nhs',
}

/** What a code means; a code we do not know is a technical problem. */
export function reasonOf(code: string): Reason {
  return Object.hasOwn(reasons, code) ? reasons[code as keyof typeof reasons] : 'technical-problem' // checked just before
}

/** The refusal for a reason; `sacCode` is the answer code, for the help desk. */
export function refusalFor(reason: Reason, sacCode?: string): Refusal {
  const { status, title, next, field } = meanings[reason]
  return new Refusal(`prescriptions/${reason}`, status, title, {
    next,
    ...(field && { field }),
    ...(sacCode && { extra: { sacCode } }),
    ...(status === 503 && { retryAfter: 300 }),
  })
}

/** The SAC does not answer. Whatever was asked is undone, or will be done or undone by a job. */
export function unavailable(cause?: unknown): Refusal {
  return new Refusal(
    'prescriptions/unavailable',
    503,
    {
      it: 'Il sistema nazionale delle ricette non risponde.',
      en: 'The national prescription system does not answer.',
    },
    {
      next: {
        it: 'Riprova tra qualche minuto: la ricetta resta valida e non hai perso nulla.',
        en: 'Try again in a few minutes: the prescription stays valid and nothing is lost.',
      },
      retryAfter: 60,
      ...(cause !== undefined && { cause }),
    },
  )
}

/** The NRE that was typed, in canonical form; refuses a malformed number (naming what is wrong) and paper forms. */
export function nreOrRefuse(typed: string): string {
  const read = readPrescriptionNumber(typed)
  if (read.kind === 'electronic') return read.nre
  if (read.kind === 'paper') throw paperForm()
  const { status, title, next } = meanings['wrong-number']
  throw new Refusal('prescriptions/wrong-number', status, title, {
    next,
    field: 'nre',
    extra: { problem: read.reason },
  })
}

/** Drugs are not booked. */
export function notSpecialist(): Refusal {
  return new Refusal(
    'prescriptions/not-specialist',
    422,
    { it: 'Questa è una ricetta di farmaci.', en: 'This is a prescription for medicines.' },
    {
      next: {
        it: 'Portala in farmacia: qui si prenotano visite ed esami.',
        en: 'Take it to a pharmacy: visits and exams are booked here.',
      },
      field: 'nre',
    },
  )
}

/** Old red paper forms (ricette rosse) are not on the SAC. */
function paperForm(): Refusal {
  return new Refusal(
    'prescriptions/paper-form',
    422,
    {
      it: 'Questo è il numero di una ricetta rossa di carta.',
      en: 'This is the number of a red paper prescription.',
    },
    {
      next: {
        it: 'Le ricette di carta si prenotano allo sportello o per telefono.',
        en: 'Paper prescriptions are booked at a desk or by telephone.',
      },
      field: 'nre',
    },
  )
}
