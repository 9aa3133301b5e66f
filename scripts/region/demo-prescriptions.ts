// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { DemoPrescription, DemoPrescriptionLine } from '../../src/shared/demo.ts'
import type { DemoCast } from './demo-people.ts'
import type { GeneratedDoctor } from './practitioners.ts'
import type { CatalogueService } from './reference/services.ts'

interface Wish {
  who: string
  priority: 'U' | 'B' | 'D' | 'P' | null
  /**
   * Codes of the regional catalogue; a national code and a description when the line carries no catalogue code; one that is
   * prescribed several times.
   */
  lines: (string | { code: string; description: string; like: string } | { repeated: string; quantity: number })[]
  /** Days since it was issued. */
  age?: number
  state?: DemoPrescription['state']
  takenBy?: DemoPrescription['takenBy']
  exemption?: string
  diagnosis: [code: string, description: string]
  internalTo?: string
  hidden?: boolean
  note: string
  noteEn: string
}

const elsewhere = { aslCode: '203', providerCode: '000012' }

/** What each person with a story can try: every class, several lines, every reason for which a prescription is refused. */
const wishes: readonly Wish[] = [
  {
    who: 'giulia',
    priority: 'B',
    lines: ['897A3-00'],
    diagnosis: ['785.1', 'Palpitazioni'],
    note: 'Una visita, classe B: posti entro 10 giorni.',
    noteEn: 'One visit, class B: seats within 10 days.',
  },
  {
    who: 'giulia',
    priority: 'D',
    lines: ['8952-00', '88722-00'],
    diagnosis: ['785.1', 'Palpitazioni'],
    note: 'Due esami insieme, stesso giorno e luogo, classe D.',
    noteEn: 'Two exams together, same day and place, class D.',
  },
  {
    who: 'giulia',
    priority: 'U',
    lines: ['897A7-00'],
    diagnosis: ['692.9', 'Dermatite'],
    note: 'Urgente: entro 72 ore.',
    noteEn: 'Urgent: within 72 hours.',
  },
  {
    who: 'giulia',
    priority: 'P',
    lines: ['897B8-00'],
    diagnosis: ['389.9', 'Riduzione dell’udito'],
    note: 'Programmabile, classe P: anche nelle ASL vicine.',
    noteEn: 'Can be scheduled, class P: also in the authorities nearby.',
  },
  {
    who: 'giulia',
    priority: 'D',
    lines: ['4523-00'],
    diagnosis: ['578.1', 'Sangue nelle feci'],
    note: 'Nessun posto entro il tempo massimo: oltre, o lista di tutela.',
    noteEn: 'No seat within the maximum: later, or the protected list.',
  },
  {
    who: 'giulia',
    priority: 'P',
    lines: [{ code: '89.7', description: 'PRIMA VISITA', like: '897A9-00' }],
    diagnosis: ['536.8', 'Dispepsia'],
    note: 'Codice del 1996: si sceglie la specialità.',
    noteEn: 'Code of 1996: one chooses the specialty.',
  },
  {
    who: 'luca',
    priority: 'B',
    lines: ['9502-00'],
    diagnosis: ['367.1', 'Miopia'],
    note: 'Per un figlio non esente.',
    noteEn: 'For a child who is not exempt.',
  },
  {
    who: 'sofia',
    priority: 'D',
    lines: ['897B8-00'],
    exemption: 'E01',
    diagnosis: ['382.9', 'Otite'],
    note: 'Per una figlia esente: nessun ticket.',
    noteEn: 'For an exempt child: nothing to pay.',
  },
  {
    who: 'antonio',
    priority: 'D',
    lines: ['9502-00'],
    exemption: 'E01',
    diagnosis: ['366.9', 'Cataratta'],
    note: 'Esente per reddito: nessun ticket.',
    noteEn: 'Exempt by income: nothing to pay.',
  },
  {
    who: 'antonio',
    priority: 'P',
    lines: ['8952-00', '897A3-00'],
    exemption: '0A31',
    diagnosis: ['401.9', 'Ipertensione'],
    note: 'Visita ed elettrocardiogramma, esente per patologia.',
    noteEn: 'Visit and electrocardiogram, exempt by condition.',
  },
  {
    who: 'chiara',
    priority: 'D',
    lines: ['897B7-00'],
    diagnosis: ['719.46', 'Dolore al ginocchio'],
    note: 'Non esente: ticket da pagare.',
    noteEn: 'Not exempt: a co-payment is due.',
  },
  {
    who: 'chiara',
    priority: 'B',
    lines: [{ code: '88.27.2', description: 'RX DEL GINOCCHIO', like: '88272-01' }],
    diagnosis: ['719.46', 'Dolore al ginocchio'],
    note: 'Il medico non ha scritto il lato: si sceglie destro o sinistro.',
    noteEn: 'The doctor did not write the side: one chooses right or left.',
  },
  {
    who: 'chiara',
    priority: null,
    lines: ['8901D-00'],
    diagnosis: ['367.1', 'Miopia'],
    note: 'Visita di controllo senza classe.',
    noteEn: 'Follow-up visit without a class.',
  },
  {
    who: 'marco',
    priority: 'D',
    lines: ['88761-00'],
    diagnosis: ['789.0', 'Dolore addominale'],
    note: 'Ecografia con preparazione.',
    noteEn: 'Ultrasound with preparation.',
  },
  {
    who: 'paola',
    priority: 'D',
    lines: ['87371-00'],
    exemption: 'D03',
    diagnosis: ['V76.1', 'Controllo del seno'],
    note: 'Mammografia di prevenzione, esente.',
    noteEn: 'Preventive mammogram, exempt.',
  },
  {
    who: 'matteo',
    priority: 'B',
    lines: ['897A7-00'],
    diagnosis: ['706.1', 'Acne'],
    note: 'Per un figlio di 15 anni.',
    noteEn: 'For a child of 15.',
  },
  {
    who: 'william',
    priority: 'P',
    lines: ['88911-00'],
    diagnosis: ['784.0', 'Cefalea'],
    note: 'Risonanza, con domande di sicurezza.',
    noteEn: 'MRI, with safety questions.',
  },
  {
    who: 'william',
    priority: 'D',
    lines: ['9315-00'],
    diagnosis: ['724.2', 'Lombalgia'],
    note: 'Un ciclo di quattro sedute: si prenotano tutte insieme.',
    noteEn: 'A cycle of four sessions: all are booked together.',
  },
  {
    who: 'rosa',
    priority: 'B',
    lines: ['9502-00'],
    exemption: 'C03',
    diagnosis: ['365.9', 'Glaucoma'],
    note: 'Nessun posto libero nella sua ASL: lista di tutela.',
    noteEn: 'No free seat in her authority: protected list.',
  },
  {
    who: 'rosa',
    priority: 'D',
    lines: ['8893B-00'],
    exemption: 'C03',
    diagnosis: ['722.1', 'Ernia del disco'],
    note: 'Nessun posto libero in tutta la regione: lista di tutela.',
    noteEn: 'No free seat in the whole region: protected list.',
  },
  {
    who: 'giuseppe',
    priority: 'P',
    lines: ['897C2-00'],
    age: 200,
    state: 10,
    diagnosis: ['600.0', 'Ipertrofia prostatica'],
    note: 'Scaduta: sono passati più di 180 giorni.',
    noteEn: 'Expired: more than 180 days have passed.',
  },
  {
    who: 'giuseppe',
    priority: 'D',
    lines: ['8952-00'],
    age: 12,
    state: 4,
    diagnosis: ['401.9', 'Ipertensione'],
    note: 'Ritirata dal medico.',
    noteEn: 'Withdrawn by the doctor.',
  },
  {
    who: 'giuseppe',
    priority: 'B',
    lines: ['88741-00'],
    age: 4,
    state: 5,
    takenBy: elsewhere,
    diagnosis: ['571.8', 'Steatosi'],
    note: 'Già prenotata presso un’altra struttura.',
    noteEn: 'Already booked with another provider.',
  },
  {
    who: 'giuseppe',
    priority: 'D',
    lines: ['89371-00'],
    age: 60,
    state: 8,
    takenBy: elsewhere,
    diagnosis: ['493.9', 'Asma'],
    note: 'Già erogata.',
    noteEn: 'Already delivered.',
  },
  {
    who: 'giuseppe',
    priority: 'U',
    lines: ['897A3-00'],
    age: 8,
    diagnosis: ['786.50', 'Dolore toracico'],
    note: 'Urgente di otto giorni fa: il tempo per prenotare è passato.',
    noteEn: 'Urgent, of eight days ago: the time to book has passed.',
  },
  {
    who: 'giuseppe',
    priority: 'D',
    lines: ['897A4-00'],
    internalTo: '150901',
    diagnosis: ['550.9', 'Ernia inguinale'],
    note: 'Ricetta interna: solo presso l’ospedale Cardarelli.',
    noteEn: 'Internal prescription: only at the Cardarelli hospital.',
  },
  {
    who: 'giuseppe',
    priority: 'D',
    lines: ['89372-00'],
    hidden: true,
    diagnosis: ['496', 'Broncopatia'],
    note: 'Con dati del paziente oscurati.',
    noteEn: 'With the patient’s data hidden.',
  },
  {
    who: 'amina',
    priority: 'B',
    lines: ['89261-00'],
    diagnosis: ['V22.2', 'Gravidanza'],
    note: 'Con codice STP, allo sportello.',
    noteEn: 'With an STP code, at the desk.',
  },
  {
    who: 'paola',
    priority: 'P',
    lines: ['93118-00'],
    diagnosis: ['787.2', 'Disfagia'],
    note: 'Un ciclo di dieci sedute: due o tre alla settimana, nello stesso luogo.',
    noteEn: 'A cycle of ten sessions: two or three a week, in the same place.',
  },
  {
    who: 'marco',
    priority: 'P',
    lines: [{ repeated: '89371-00', quantity: 3 }],
    diagnosis: ['493.9', 'Asma'],
    note: 'Lo stesso esame tre volte: tre appuntamenti in giorni diversi.',
    noteEn: 'The same exam three times: three appointments on different days.',
  },
]

const dayBefore = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - count * 86_400_000).toISOString().slice(0, 10)

/** Days since 1970, the same for everybody who asks on a day: keeps numbers of different days apart. */
const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000)

/**
 * Prescriptions of the people with a story, written on `today`. Another day gives other numbers, so that a region kept for
 * weeks always has prescriptions that can still be booked.
 */
export function demoPrescriptions(
  cast: DemoCast,
  doctors: readonly GeneratedDoctor[],
  services: readonly CatalogueService[],
  asls: ReadonlyMap<string, string>,
  today: string,
): DemoPrescription[] {
  const catalogue = new Map(services.map((service) => [service.code, service]))
  const serviceOf = (code: string): CatalogueService => {
    const found = catalogue.get(code)
    if (!found) throw new Error(`A demo prescription names ${code}, which is not in the catalogue.`)
    return found
  }
  const lineOf = (wanted: Wish['lines'][number]): DemoPrescriptionLine => {
    const code = typeof wanted === 'string' ? wanted : 'repeated' in wanted ? wanted.repeated : undefined
    const service = serviceOf(typeof wanted === 'object' && 'like' in wanted ? wanted.like : code!)
    const written = typeof wanted === 'object' && 'like' in wanted ? wanted : undefined
    return {
      code: written ? written.code : service.lea,
      catalogueCode: written ? null : service.code,
      description: (written ? written.description : service.description[0]).toUpperCase(),
      branch: service.branch,
      quantity: typeof wanted === 'object' && 'quantity' in wanted ? wanted.quantity : 1,
      sessions: service.sessions[1] > 1 ? service.sessions[1] : null,
      firstAccess: service.access !== 'follow-up',
      televisit: false,
      tariffCents: service.cents,
    }
  }
  return wishes.map((wish, index) => {
    const person = cast.people.find((candidate) => candidate.key === wish.who)!
    const near = doctors.filter((doctor) => doctor.aslId === person.home.aslId && doctor.kind === 'family-doctor')
    const doctor = near[index % near.length]!
    const issuedOn = dayBefore(today, wish.age ?? 0)
    const serial = `${String(dayNumber(today) % 100_000).padStart(5, '0')}${String(index).padStart(4, '0')}`
    return {
      nre: `1500A4${serial}`,
      fiscalCode: person.fiscalCode,
      patientName: `${person.familyName} ${person.givenName}`.toUpperCase(),
      prescriber: {
        fiscalCode: doctor.fiscalCode,
        familyName: doctor.familyName,
        givenName: doctor.givenName,
        aslCode: asls.get(person.home.aslId)!,
      },
      priority: wish.priority,
      issuedOn,
      state: wish.state ?? 3,
      takenBy: wish.takenBy ?? null,
      exemption: wish.exemption ?? null,
      byIncome: wish.exemption?.startsWith('E') ?? false,
      diagnosis: { code: wish.diagnosis[0], description: wish.diagnosis[1] },
      internalTo: wish.internalTo ?? null,
      hidden: wish.hidden ?? false,
      authenticationCode: `${issuedOn.slice(8)}${issuedOn.slice(5, 7)}${issuedOn.slice(0, 4)}0930${serial}${serial}`,
      lines: wish.lines.map(lineOf),
      note: wish.note,
      noteEn: wish.noteEn,
    }
  })
}
