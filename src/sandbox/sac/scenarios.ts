// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Line, Prescribed } from './prescriptions.ts'
import { daysAfter } from './stamps.ts'

type Priority = 'U' | 'B' | 'D' | 'P'

const line = (code: string, description: string, branch: string, cents: number, more: Partial<Line> = {}): Line => ({
  code,
  catalogueCode: `${code.replaceAll('.', '')}-00`,
  description,
  branch,
  quantity: 1,
  sessions: null,
  firstAccess: true,
  televisit: false,
  tariffCents: cents,
  ...more,
})

/** Services that the demo region's catalogue has, by national code. */
const cardiology = line('89.7A.3', 'PRIMA VISITA CARDIOLOGICA', '02', 2_200)
const eyes = line('95.02', 'PRIMA VISITA OCULISTICA', '16', 2_200)
const urology = line('89.7C.2', 'PRIMA VISITA UROLOGICA', '25', 2_200)
const neurologyAgain = line('89.01.C', 'VISITA NEUROLOGICA DI CONTROLLO', '15', 1_800, {
  firstAccess: false,
  televisit: true,
})
const headScan = line('87.03', 'TC CRANIO - ENCEFALO', '08', 7_960)
const abdomenScan = line('88.01.5', "TC DELL'ADDOME COMPLETO", '08', 11_400)
const chestScan = line('87.41', 'TC DEL TORACE', '08', 8_800)
const manipulation = line('93.15', 'MANIPOLAZIONE DELLA COLONNA VERTEBRALE (CICLO FINO A 4 SEDUTE)', '12', 4_000, {
  sessions: 4,
})

export interface Scenario {
  note: string
  noteEn: string
  /** What differs from a plain prescription of class B. */
  make(today: string): Partial<Prescribed> & { lines: Line[]; priority: Priority | null }
}

const simple = (note: string, noteEn: string, priority: Priority, lines: Line[]): Scenario => ({
  note,
  noteEn,
  make: () => ({ priority, lines }),
})

/** What the page's button makes for a person: each case a booking centre meets. */
export const scenarios: readonly Scenario[] = [
  simple('Classe U, una visita', 'Class U, one visit', 'U', [cardiology]),
  simple('Classe B, un esame', 'Class B, one exam', 'B', [headScan]),
  simple('Classe D, una visita', 'Class D, one visit', 'D', [eyes]),
  simple('Classe P, una visita', 'Class P, one visit', 'P', [urology]),
  simple('Tre esami della stessa branca', 'Three exams of one branch', 'D', [chestScan, abdomenScan, headScan]),
  simple('Controllo, anche in televisita', 'Follow-up, may be a televisit', 'P', [neurologyAgain]),
  simple('Ciclo di 4 sedute', 'Cycle of 4 sessions', 'P', [manipulation]),
  simple('La stessa visita 3 volte', 'The same visit 3 times', 'P', [{ ...urology, quantity: 3 }]),
  {
    note: 'Dati personali oscurati',
    noteEn: 'Personal data hidden',
    make: () => ({ priority: 'D', lines: [cardiology], hidden: true }),
  },
  {
    note: 'Da erogare nella struttura che prescrive',
    noteEn: 'To be delivered where it was prescribed',
    make: () => ({ priority: 'D', lines: [eyes], internalTo: '150901' }),
  },
  {
    note: 'Scaduta: emessa più di 180 giorni fa',
    noteEn: 'Expired: issued more than 180 days ago',
    make: (today) => ({ priority: 'P', lines: [urology], issuedOn: daysAfter(today, -200), state: 10 }),
  },
  {
    note: 'Annullata dal medico',
    noteEn: 'Withdrawn by the doctor',
    make: () => ({ priority: 'B', lines: [cardiology], state: 4 }),
  },
  {
    note: 'Già presa in carico da un altro centro',
    noteEn: 'Already taken in charge by another centre',
    make: () => ({ priority: 'B', lines: [eyes], state: 5, takenBy: { aslCode: '201', providerCode: '000777' } }),
  },
]

export interface Patient {
  code: string
  name: string
}

/** A prescription for a patient with everything that a scenario leaves unsaid. */
export function prescribe(
  scenario: Scenario,
  patient: Patient,
  facts: { nre: string; today: string; authenticationCode: string },
): Prescribed {
  return {
    nre: facts.nre,
    fiscalCode: patient.code,
    patientName: patient.name,
    prescriber: { fiscalCode: 'VRDLGU40A01F839I', familyName: 'VERDI', givenName: 'LUIGI', aslCode: '204' },
    issuedOn: facts.today,
    state: 3,
    takenBy: null,
    exemption: null,
    byIncome: false,
    diagnosis: { code: '427.9', description: 'ARITMIA CARDIACA NON SPECIFICATA' },
    internalTo: null,
    hidden: false,
    authenticationCode: facts.authenticationCode,
    note: scenario.note,
    noteEn: scenario.noteEn,
    ...scenario.make(facts.today),
  }
}
