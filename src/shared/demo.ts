// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * The demo region's hand-out: who can be tried, and with which prescriptions. The generator of the region writes it to
 * `<DATA_DIR>/demo.json`; the sandbox of the national systems reads it, since it knows people only by fiscal code.
 */
export interface Demo {
  /** Day the region was generated for, YYYY-MM-DD: dates of prescriptions start from it. */
  generatedOn: string
  scale: string
  seed: number
  people: DemoPerson[]
  prescriptions: DemoPrescription[]
}

/** A person of the demo region with a story to try. All are invented; surnames say so. */
export interface DemoPerson {
  /** Id in the registry. */
  id: string
  /** Fiscal code, provisional code, STP or ENI code: what prescriptions carry. */
  fiscalCode: string
  codeKind: 'CF' | 'CF_PROVISIONAL' | 'STP' | 'ENI' | 'FOREIGN_EHIC'
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: 'M' | 'F'
  birthPlaceCode: string
  /** What can be tried, in Italian (English in `noteEn`). */
  note: string
  noteEn: string
  email?: string
  mobile?: string
  /** Holds a SPID identity with the sandbox's providers. Minors and foreigners without cover hold none. */
  spid: boolean
  /** Fiscal codes of the people this person acts for. */
  actsFor: string[]
  /** Codes of the roles this person may act in. */
  roles: string[]
  /** With whom joining a campaign without signing in is tried: the number of the health card, and what comes of it. */
  card?: { number: string; note: string; noteEn: string }
}

/** State on the national system (statoProcesso): 3 to be delivered, 4 withdrawn, 5 taken in charge, 8 delivered, 10 expired. */
export type DemoPrescriptionState = 3 | 4 | 5 | 8 | 10

export interface DemoPrescriptionLine {
  /** National code (codProdPrest): LEA nomenclature, or 1996 on old prescriptions. */
  code: string
  /** Regional catalogue code (codCatalogoPrescr); null on old prescriptions. */
  catalogueCode: string | null
  description: string
  branch: string
  quantity: number
  /** Sessions of a cycle (numsedute); null when it is none. */
  sessions: number | null
  firstAccess: boolean
  televisit: boolean
  tariffCents: number
}

/** An e-prescription that exists on the sandbox's SAC from the start. */
export interface DemoPrescription {
  nre: string
  /** Code of the patient, as on the prescription. */
  fiscalCode: string
  patientName: string
  prescriber: { fiscalCode: string; familyName: string; givenName: string; aslCode: string }
  priority: 'U' | 'B' | 'D' | 'P' | null
  /** Day of issue, YYYY-MM-DD. */
  issuedOn: string
  state: DemoPrescriptionState
  /** Provider that took it in charge, when the state is 5 or 8 for somebody else. */
  takenBy: { aslCode: string; providerCode: string } | null
  exemption: string | null
  /** Exempt by income (flag reddito). */
  byIncome: boolean
  diagnosis: { code: string; description: string }
  /** Must be delivered where it was prescribed (ricettaInterna): structure code. */
  internalTo: string | null
  /** Name and address hidden from the provider (oscuramDati). */
  hidden: boolean
  authenticationCode: string
  lines: DemoPrescriptionLine[]
  /** What this prescription shows. */
  note: string
  noteEn: string
}
