// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { DemoPerson } from '../../src/shared/demo.ts'
import { computeFiscalCode } from '../../src/shared/fiscal-code.ts'
import { demoDelegations } from './demo-delegations.ts'
import { rolesOf } from './demo-roles.ts'
import { stableId } from './ids.ts'
import { surnameMark } from './names.ts'
import type { FiscalCodes, Generated } from './people.ts'
import type { Territory } from './territory.ts'

/** A person with a story, as the list below tells it. */
interface Story {
  key: string
  givenName: string
  surname: string
  sex: 'M' | 'F'
  /** Whole years on the day of generation, and the birthday (MM-DD). */
  age: number
  birthday: string
  /** Name of the municipality of residence; of birth too when no code is given. */
  town: string
  birthPlace?: { code: string; name: string }
  parents?: string[]
  exemptions?: string[]
  language?: 'en'
  /** Code instead of a fiscal code. */
  code?: { type: 'STP'; value: string }
  /** What comes of joining a vaccination campaign with the health card alone. */
  card?: { note: string; noteEn: string }
  note: string
  noteEn: string
}

const stories: readonly Story[] = [
  {
    key: 'antonio',
    givenName: 'Antonio',
    surname: 'Bardelli',
    sex: 'M',
    age: 75,
    birthday: '06-02',
    town: 'Napoli',
    exemptions: ['E01', '0A31'],
    card: {
      note: 'Aderisce per età all’antinfluenzale; per il fuoco di Sant’Antonio è fuori età.',
      noteEn: 'Joins the flu campaign by age; is not of the age for shingles.',
    },
    note: 'Anziano esente per reddito (E01) e per ipertensione; ha delegato la figlia Giulia.',
    noteEn: 'Elderly man exempt by income (E01) and for high blood pressure; he delegated his daughter Giulia.',
  },
  {
    key: 'giulia',
    givenName: 'Giulia',
    surname: 'Bardelli',
    sex: 'F',
    age: 38,
    birthday: '03-14',
    town: 'Napoli',
    card: {
      note: 'Per età non è invitata: legge che cosa può fare.',
      noteEn: 'Not invited by age: reads what she can do.',
    },
    note: 'Madre di Luca e Sofia, delegata dal padre Antonio: prenota per sé, per i figli e per lui. William le propone una delega.',
    noteEn:
      'Mother of Luca and Sofia, delegated by her father Antonio: books for herself, the children and him. William offers her a delegation.',
  },
  {
    key: 'marco',
    givenName: 'Marco',
    surname: 'Galvini',
    sex: 'M',
    age: 40,
    birthday: '10-21',
    town: 'Napoli',
    note: 'Padre di Luca e Sofia: vede le stesse prenotazioni dei figli. È amministratore di sostegno di Giuseppe.',
    noteEn:
      'Father of Luca and Sofia: sees the same bookings of the children. He is the support administrator of Giuseppe.',
  },
  {
    key: 'luca',
    givenName: 'Luca',
    surname: 'Galvini',
    sex: 'M',
    age: 8,
    birthday: '05-20',
    town: 'Napoli',
    parents: ['giulia', 'marco'],
    note: 'Otto anni: prenotano per lui i genitori.',
    noteEn: 'Eight years old: the parents book for him.',
  },
  {
    key: 'sofia',
    givenName: 'Sofia',
    surname: 'Galvini',
    sex: 'F',
    age: 4,
    birthday: '09-10',
    town: 'Napoli',
    parents: ['giulia', 'marco'],
    exemptions: ['E01'],
    card: { note: 'Bambina: aderisce all’antinfluenzale.', noteEn: 'A child: joins the flu campaign.' },
    note: 'Quattro anni, esente (E01): prenotano per lei i genitori.',
    noteEn: 'Four years old, exempt (E01): the parents book for her.',
  },
  {
    key: 'chiara',
    givenName: 'Chiara',
    surname: 'Ferlini',
    sex: 'F',
    age: 22,
    birthday: '11-05',
    town: 'Salerno',
    note: 'Studentessa non esente: paga il ticket con pagoPA, subito o dopo. La delega di Rosa sta per finire.',
    noteEn:
      'Student, not exempt: pays the co-payment with pagoPA, now or later. The delegation Rosa gave her is about to end.',
  },
  {
    key: 'paola',
    givenName: 'Paola',
    surname: 'Landoni',
    sex: 'F',
    age: 47,
    birthday: '01-30',
    town: 'Caserta',
    note: 'Madre di Matteo, quindici anni: prenota e paga per lui.',
    noteEn: 'Mother of Matteo, fifteen: books and pays for him.',
  },
  {
    key: 'matteo',
    givenName: 'Matteo',
    surname: 'Murgolo',
    sex: 'M',
    age: 15,
    birthday: '02-18',
    town: 'Caserta',
    parents: ['paola'],
    note: 'Quindici anni: entra con il suo SPID e prenota; paga per lui la madre Paola.',
    noteEn: 'Fifteen: signs in with his own SPID and books; his mother Paola pays for him.',
  },
  {
    key: 'william',
    givenName: 'William',
    surname: 'Bexlard',
    sex: 'M',
    age: 52,
    birthday: '08-09',
    town: 'Sorrento',
    birthPlace: { code: 'Z114', name: 'REGNO UNITO' },
    language: 'en',
    note: 'Residente nato all’estero: riceve messaggi e documenti in inglese.',
    noteEn: 'Resident born abroad: gets messages and documents in English.',
  },
  {
    key: 'rosa',
    givenName: 'Rosa',
    surname: 'Valducci',
    sex: 'F',
    age: 65,
    birthday: '12-01',
    town: 'Avellino',
    exemptions: ['C03'],
    card: { note: 'Aderisce per età a tutte e due le campagne.', noteEn: 'Joins both campaigns by age.' },
    note: 'Invalida esente (C03) dove i posti mancano: lista d’attesa e percorso di tutela.',
    noteEn: 'Exempt by disability (C03) where seats are missing: waiting list and protection path.',
  },
  {
    key: 'giuseppe',
    givenName: 'Giuseppe',
    surname: 'Plendari',
    sex: 'M',
    age: 58,
    birthday: '07-17',
    town: 'Giugliano in Campania',
    note: 'Ha solo ricette con un problema: scaduta, ritirata, presa altrove, erogata, fuori tempo, interna, a dati oscurati.',
    noteEn:
      'All his prescriptions have a problem: expired, withdrawn, taken elsewhere, delivered, late, internal, hidden.',
  },
  {
    key: 'amina',
    givenName: 'Amina',
    surname: 'Zerbani',
    sex: 'F',
    age: 31,
    birthday: '04-25',
    town: 'Napoli',
    birthPlace: { code: 'Z352', name: 'TUNISIA' },
    code: { type: 'STP', value: 'STP1502040000001' },
    note: 'Straniera temporaneamente presente (STP): senza SPID, si serve dello sportello.',
    noteEn: 'Foreigner temporarily present (STP code): has no SPID and uses the desk.',
  },
  {
    key: 'elena',
    givenName: 'Elena',
    surname: 'Medorni',
    sex: 'F',
    age: 51,
    birthday: '02-20',
    town: 'Napoli',
    note: 'Medico di famiglia della ASL Napoli 1 Centro, e cittadina come tutti: dopo l’accesso sceglie in quale veste entrare.',
    noteEn:
      'Family doctor of ASL Napoli 1 Centro, and a citizen like everybody: after signing in she chooses as what to enter.',
  },
  {
    key: 'paolo',
    givenName: 'Paolo',
    surname: 'Banconi',
    sex: 'M',
    age: 44,
    birthday: '10-03',
    town: 'Salerno',
    note: 'Operatore di sportello in due ASL, Napoli 1 Centro e Salerno: registra deleghe per l’una o per l’altra, mai insieme.',
    noteEn:
      'Clerk of two authorities, Napoli 1 Centro and Salerno: registers delegations for one or the other, never both at once.',
  },
  {
    key: 'carla',
    givenName: 'Carla',
    surname: 'Regenti',
    sex: 'F',
    age: 57,
    birthday: '05-11',
    town: 'Napoli',
    note: 'Amministratrice degli accessi della Regione: dà e toglie incarichi, decide che cosa possono fare i partner.',
    noteEn: 'Access administrator of the region: gives and ends roles, decides what partners may do.',
  },
  {
    key: 'ugo',
    givenName: 'Ugo',
    surname: 'Revisani',
    sex: 'M',
    age: 61,
    birthday: '12-01',
    town: 'Caserta',
    note: 'Revisore della Regione (registro degli accessi) e referente di un partner della ASL Caserta.',
    noteEn: 'Auditor of the region (register of accesses) and manager of a partner of ASL Caserta.',
  },
  {
    key: 'nadia',
    givenName: 'Nadia',
    surname: 'Esentari',
    sex: 'F',
    age: 63,
    birthday: '04-08',
    town: 'Napoli',
    note: 'Ha autocertificato l’esenzione E04: vede il certificato. La sua dichiarazione è tra quelle estratte per un controllo.',
    noteEn: 'Declared exemption E04 herself: sees the certificate. Her declaration is among those drawn for a check.',
  },
  {
    key: 'silvana',
    givenName: 'Silvana',
    surname: 'Distretti',
    sex: 'F',
    age: 54,
    birthday: '06-25',
    town: 'Napoli',
    note: 'Funzionaria del distretto, ASL Napoli 1 Centro: l’attendono una richiesta sul medico, due schede forse della stessa persona e un controllo.',
    noteEn:
      'District officer of ASL Napoli 1 Centro: a request about a doctor, two records that may be one person and a check wait for her.',
  },
]

/** The demo people, as people of the region and as the sandbox lists them. */
export interface DemoCast {
  people: (Generated & { key: string; story: Story })[]
  listed: DemoPerson[]
}

const demoEmail = (key: string) => `${key}@demo.example`

/** Enters the people with a story: the same ones, with the same ages, whatever the seed and the day. */
export function demoCast(territory: Territory, codes: FiscalCodes, today: string): DemoCast {
  const towns = new Map(territory.municipalities.map((town) => [town.name, town]))
  const idOf = (key: string) => stableId('demo-person', key)
  const people = stories.map((story, index) => {
    const home = towns.get(story.town)
    if (!home) throw new Error(`The demo person ${story.key} lives in ${story.town}, which is not in the region.`)
    const birthPlace = story.birthPlace ?? { code: home.belfiore, name: home.name.toUpperCase() }
    const year = Number(today.slice(0, 4)) - story.age - (today.slice(5) < story.birthday ? 1 : 0)
    const facts = {
      givenName: story.givenName,
      familyName: `${surnameMark} ${story.surname}`,
      sex: story.sex,
      birthDate: `${year}-${story.birthday}`,
    }
    const fiscalCode = computeFiscalCode({ ...facts, birthPlaceCode: birthPlace.code })
    codes.take(fiscalCode)
    return {
      key: story.key,
      story,
      id: idOf(story.key),
      ...facts,
      birthPlace,
      fiscalCode: story.code?.value ?? fiscalCode,
      home,
      line: `Via della Prova, ${index + 1}`,
      latitude: home.latitude + 0.003 * (index % 4),
      longitude: home.longitude - 0.003 * (index % 3),
      mobile: story.age >= 18 ? `+393000000${String(index + 1).padStart(3, '0')}` : null,
      email: story.age >= 18 ? demoEmail(story.key) : null,
      parents: (story.parents ?? []).map(idOf),
    }
  })
  const codeOf = new Map(people.map((person) => [person.key, person.fiscalCode]))
  const listed = people.map(({ story, ...person }): DemoPerson => {
    const children = stories.filter((other) => other.parents?.includes(story.key)).map((other) => other.key)
    const delegators = demoDelegations
      .filter((one) => one.delegate === story.key && one.state === 'active')
      .map((one) => one.delegator)
    return {
      id: person.id,
      fiscalCode: person.fiscalCode,
      codeKind: story.code?.type ?? 'CF',
      givenName: person.givenName,
      familyName: person.familyName,
      birthDate: person.birthDate,
      sex: person.sex,
      birthPlaceCode: person.birthPlace.code,
      note: story.note,
      noteEn: story.noteEn,
      ...(person.email && { email: person.email }),
      ...(person.mobile && { mobile: person.mobile }),
      spid: story.age >= 14 && !story.code,
      roles: rolesOf(story.key),
      actsFor: [...children, ...delegators].map((key) => codeOf.get(key)!),
    }
  })
  return { people, listed }
}
