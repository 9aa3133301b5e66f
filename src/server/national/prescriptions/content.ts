// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { isNre } from '../../../shared/nre.ts'
import { child, textOf, XmlRefused, type XmlElement } from '../../../shared/soap.ts'

export type Priority = 'U' | 'B' | 'D' | 'P'

/** A prescription as the SAC shows it to the dispenser that holds it (section 1.2 of the booking notes). */
export interface SacPrescription {
  nre: string
  /** P specialist services, F drugs. */
  kind: 'P' | 'F'
  /** statoProcesso, 1 to 10; 5 when it is ours. */
  state: number
  /** tipoRic: null for residents; EE, UE, NE, ST… for foreigners, NA, ND, NX for seafarers. */
  type: string | null
  patient: {
    /** Fiscal, STP or ENI code; null for people insured abroad. */
    code: string | null
    codeKind: 'CF' | 'STP' | 'ENI' | null
    /** Null when hidden or not sent. */
    name: string | null
    address: string | null
    /** The patient asked that her data be hidden (oscuramDati). */
    hidden: boolean
    /** People insured abroad (TEAM card and the like). */
    foreign: ForeignCover | null
  }
  prescriber: {
    fiscalCode: string | null
    /** Surname and given name, when the SAC sends them. */
    name: string | null
    /** The doctor who signed in place of the titular one. */
    substituteFiscalCode: string | null
    region: string | null
    asl: string | null
    structure: string | null
    specialty: string | null
  }
  /** Must be delivered in the prescriber's structure (ricettaInterna). */
  internal: boolean
  exemption: { code: string; nationalCode: string | null } | null
  /** Exempt by income (reddito). */
  byIncome: boolean
  diagnosis: { code: string | null; description: string | null }
  /** Civil time of Rome, `YYYY-MM-DD HH:MM:SS`. */
  issuedAt: string
  /** Day of issue, `YYYY-MM-DD`. */
  issuedOn: string
  homeVisit: boolean
  /** S suggested by a specialist, H at discharge. */
  indication: 'S' | 'H' | null
  /** Null when no service of it is monitored. */
  priority: Priority | null
  /** Pairs of testata1, such as PT → 1234 (therapeutic plan of AIFA). */
  headers: Readonly<Record<string, string>>
  regionalNote: string | null
  lines: readonly SacLine[]
  /** Proof that the SAC accepted it: printed for the citizen, never searched. */
  authenticationCode: string | null
  /** Our own proof of delivery, once closed. */
  dispenserAuthenticationCode: string | null
}

export interface ForeignCover {
  state: string
  institution: string | null
  personNumber: string | null
  cardNumber: string | null
  birthDate: string | null
  cardExpiry: string | null
}

export interface SacLine {
  /** 1 for the first. */
  line: number
  /** National nomenclature code, new or of 1996. */
  code: string
  /** Code of the regional catalogue; null when the prescription carries none. */
  catalogueCode: string | null
  description: string
  note: string | null
  /** 1 for cycles. */
  quantity: number
  /** Sessions of a cycle (numsedute). */
  sessions: number | null
  /** Null when the prescription does not say. */
  firstAccess: boolean | null
  /** `TV;` in prescrizione1: a televisit is possible. */
  televisit: boolean
  branch: string | null
  /** Euro cents. */
  tariffCents: number | null
  conditions: {
    note: string | null
    deliverability: string | null
    appropriateness: string | null
    pathology: string | null
  }
}

const priorities: readonly string[] = ['U', 'B', 'D', 'P']

function whole(text: string | undefined, otherwise: number): number {
  return text && /^\d{1,6}$/.test(text) ? Number(text) : otherwise
}

function cents(text: string | undefined): number | null {
  return text && /^\d{1,7}([.,]\d{1,2})?$/.test(text) ? Math.round(Number(text.replace(',', '.')) * 100) : null
}

/** `PT=1234;TV;` → { PT: '1234', TV: '' } */
function pairs(text: string | undefined): Record<string, string> {
  const parts = (text ?? '').split(';').map((part) => part.trim())
  return Object.fromEntries(
    parts.filter(Boolean).map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name, value.join('=')]
    }),
  )
}

function readLine(element: XmlElement, index: number): SacLine {
  const text = (name: string): string | null => textOf(element, name) ?? null
  const code = text('codProdPrest') ?? text('codNomenclNaz')
  if (!code) throw new XmlRefused('A line of the prescription has no code')
  const access = text('tipoAccesso')
  const sessions = whole(textOf(element, 'numsedute'), 0)
  return {
    line: index + 1,
    code,
    catalogueCode: text('codCatalogoPrescr'),
    description: text('descrProdPrest') ?? code,
    note: text('descrTestoLiberoNote'),
    quantity: Math.max(1, whole(textOf(element, 'quantita'), 1)),
    sessions: sessions > 0 ? sessions : null,
    firstAccess: access === null ? null : access === '1',
    televisit: 'TV' in pairs(textOf(element, 'prescrizione1')),
    branch: text('codBranca'),
    tariffCents: cents(textOf(element, 'prezzo')),
    conditions: {
      note: text('numeroNota'),
      deliverability: text('condErogabilita'),
      appropriateness: text('approprPrescrittiva'),
      pathology: text('patologia'),
    },
  }
}

function codeKind(code: string | null): 'CF' | 'STP' | 'ENI' | null {
  if (!code) return null
  if (code.startsWith('STP')) return 'STP'
  return code.startsWith('ENI') ? 'ENI' : 'CF'
}

/** Surname (0199) and given name (0198) of the doctor come as communications; older answers put them in testata1. */
function doctorName(answer: XmlElement): string | null {
  const notes = child(answer, 'ElencoComunicazioni')?.children ?? []
  const part = (code: string) => notes.find((one) => textOf(one, 'codice') === code)
  const words = [part('0199'), part('0198')].map((one) => one && textOf(one, 'messaggio')).filter(Boolean)
  return words.length > 0 ? words.join(' ') : null
}

/** Reads the content of a positive answer of visualizzaErogato; throws XmlRefused when a needed part is missing. */
export function readPrescription(answer: XmlElement): SacPrescription {
  const text = (name: string): string | null => textOf(answer, name) ?? null
  const nre = text('nre')
  const issued = /^(\d{4}-\d{2}-\d{2})(?: \d{2}:\d{2}:\d{2})?$/.exec(text('dataCompilazione') ?? '')
  const lines = child(answer, 'ElencoDettagliPrescrVisualErogato')?.children.map(readLine) ?? []
  if (!nre || !isNre(nre) || !issued || lines.length === 0) throw new XmlRefused('The prescription is not complete')
  const code = text('codiceAss')
  const state = text('statoEstero')
  const exemption = text('codEsenzione')
  const priority = text('classePriorita')
  const indication = text('indicazionePrescr')
  return {
    nre,
    kind: text('tipoPrescrizione') === 'F' ? 'F' : 'P',
    state: whole(textOf(answer, 'statoProcesso'), 5),
    type: text('tipoRic'),
    patient: {
      code,
      codeKind: codeKind(code),
      name: text('cognNome'),
      address: text('indirizzo'),
      hidden: text('oscuramDati') === '1',
      foreign: state
        ? {
            state,
            institution: text('istituzCompetente'),
            personNumber: text('numIdentPers'),
            cardNumber: text('numIdentTess'),
            birthDate: text('dataNascitaEstero'),
            cardExpiry: text('dataScadTessera'),
          }
        : null,
    },
    prescriber: {
      fiscalCode: text('cfMedico1'),
      name: doctorName(answer),
      substituteFiscalCode: text('cfMedico2'),
      region: text('codRegione'),
      asl: text('codASLAo'),
      structure: text('codStruttura'),
      specialty: text('codSpecializzazione'),
    },
    internal: text('ricettaInterna') === '1',
    exemption: exemption && text('nonEsente') !== '1' ? { code: exemption, nationalCode: text('codEseNaz') } : null,
    byIncome: text('reddito') === '1',
    diagnosis: { code: text('codDiagnosi'), description: text('descrizioneDiagnosi') },
    issuedAt: issued[0],
    issuedOn: issued[1]!,
    homeVisit: text('tipoVisita') === 'D',
    indication: indication === 'S' || indication === 'H' ? indication : null,
    priority: priorities.includes(priority ?? '') ? (priority as Priority) : null, // checked in this line
    headers: pairs(textOf(answer, 'testata1')),
    regionalNote: text('dispReg'),
    lines,
    authenticationCode: text('codAutenticazioneMedico'),
    dispenserAuthenticationCode: text('codAutenticazioneErogatore'),
  }
}
