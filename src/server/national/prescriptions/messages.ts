// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { escapeXml, soapMessage } from '../../../shared/soap.ts'
import type { Cipher } from './cipher.ts'
import type { SacSettings } from './settings.ts'

/** A service of the SAC for dispensers (WSDL kit 1.2). */
export interface Service {
  path: string
  action: string
  /** Root element of the request and its namespace. */
  root: string
  namespace: string
  /** Root element of the answer and the element with its outcome code. */
  answer: string
  outcome: string
}

const erogato = '/DemRicettaErogatoServicesWeb/services'
const xsd = (name: string) => `http://${name}.xsd.dem.sanita.finanze.it`
const types = xsd('tipodati')

export const visualizzaErogato: Service = {
  path: `${erogato}/demVisualizzaErogato`,
  action: 'http://visualizzaerogato.wsdl.dem.sanita.finanze.it/VisualizzaErogato',
  root: 'VisualizzaErogatoRichiesta',
  namespace: xsd('visualizzaerogatorichiesta'),
  answer: 'VisualizzaErogatoRicevuta',
  outcome: 'codEsitoVisualizzazione',
}
export const invioErogato: Service = {
  path: `${erogato}/demInvioErogato`,
  action: 'http://invioerogato.wsdl.dem.sanita.finanze.it/InvioErogato',
  root: 'InvioErogatoRichiesta',
  namespace: xsd('invioerogatorichiesta'),
  answer: 'InvioErogatoRicevuta',
  outcome: 'codEsitoInserimento',
}
export const annullaErogato: Service = {
  path: `${erogato}/demAnnullaErogato`,
  action: 'http://annullaerogato.wsdl.dem.sanita.finanze.it/AnnullaErogato',
  root: 'AnnullaErogatoRichiesta',
  namespace: xsd('annullaerogatorichiesta'),
  answer: 'AnnullaErogatoRicevuta',
  outcome: 'codEsitoAnnullamento',
}
export const elencoRicette: Service = {
  path: '/DemRicettaRicercaErogatoreServicesWeb/services/ricercaErogatore',
  action: 'http://demricettaricercaerogatore.wsdl.dem.sanita.finanze.it/elencoRicette',
  root: 'ElencoRicetteRichiesta',
  namespace: xsd('elencoricetterichiesta'),
  answer: 'ElencoRicetteRicevuta',
  outcome: 'codEsitoElencoRicette',
}

/** Name and text of an element; elements without text are left out. Their order is that of the schema. */
export type Fields = readonly (readonly [name: string, value: string | undefined])[]

const elements = (prefix: string, fields: Fields): string =>
  fields.map(([name, value]) => (value ? `<${prefix}:${name}>${escapeXml(value)}</${prefix}:${name}>` : '')).join('')

function request(service: Service, fields: Fields, list = ''): string {
  return soapMessage(
    `<s:${service.root} xmlns:s="${service.namespace}" xmlns:t="${types}">${elements('s', fields)}${list}</s:${service.root}>`,
  )
}

async function dispenserFields(settings: SacSettings, cipher: Cipher): Promise<Fields> {
  return [
    ['pinCode', await cipher.pin()],
    ['codiceRegioneErogatore', settings.region],
    ['codiceAslErogatore', settings.asl],
    ['codiceSsaErogatore', settings.ssa],
    ['pwd', settings.operator],
  ]
}

/** The head of every request about one prescription. A patient without a card has no code. */
async function headFields(
  settings: SacSettings,
  cipher: Cipher,
  nre: string,
  patientCode: string | null,
): Promise<Fields> {
  return [
    ...(await dispenserFields(settings, cipher)),
    ['nre', nre],
    ['cfAssistito', patientCode ? await cipher.code(patientCode) : undefined],
  ]
}

/** What one message is made from. */
export interface Writer {
  settings: SacSettings
  cipher: Cipher
}

/** tipoOperazione of visualizzaErogato: 1 exclusive lock with data, 3 release, 4 data that are hidden otherwise. */
export async function visualizzaRequest(
  { settings, cipher }: Writer,
  nre: string,
  patientCode: string | null,
  operation: '1' | '3' | '4',
): Promise<string> {
  const head = await headFields(settings, cipher, nre, patientCode)
  return request(visualizzaErogato, [...head, ['tipoOperazione', operation]])
}

/** One line of the prescription as it was really delivered. Civil times of Rome, `YYYY-MM-DD HH:MM:SS`. */
export interface DeliveredLine {
  /** National code on the prescription, and of what was delivered when it differs. */
  code: string
  deliveredCode?: string
  branch: string
  /** Tariff in euro cents. */
  tariffCents: number
  /** Units, or sessions of a cycle. */
  quantity: number
  startedAt: string
  endedAt: string
  /** Structure and ward codes of the delivering provider. */
  structure?: string
  ward?: string
  catalogueCode?: string | null
  /** When the appointment was booked, and whether inside the maximum wait. */
  bookedAt: string
  withinMaximum: boolean
}

export interface Delivery {
  /** Co-payment in euro cents: fixed share and deductible. */
  fixedShareCents: number
  deductibleCents: number
  /** Exempt by income. */
  byIncome: boolean
  deliveredAt: string
  lines: readonly DeliveredLine[]
}

const euros = (cents: number): string => (cents / 100).toFixed(2)

function deliveredLine(line: DeliveredLine): string {
  const fields: Fields = [
    ['codProdPrest', line.code],
    ['codProdPrestErog', line.deliveredCode ?? line.code],
    ['flagErog', line.deliveredCode && line.deliveredCode !== line.code ? 'V' : undefined],
    ['codBranca', line.branch],
    ['prezzo', euros(line.tariffCents)],
    ['quantitaErogata', String(line.quantity)],
    ['dataIniErog', line.startedAt],
    ['dataFineErog', line.endedAt],
    ['codPresidio', line.structure],
    ['codReparto', line.ward],
    ['codCatalogoPrescr', line.catalogueCode ?? undefined],
    ['codCatalogoErog', line.catalogueCode ?? undefined],
    ['garanziaTempiMax', line.withinMaximum ? '1' : '0'],
    ['dataPrenotazione', line.bookedAt],
  ]
  return `<t:DettaglioPrescrizioneInvioErogato>${elements('t', fields)}</t:DettaglioPrescrizioneInvioErogato>`
}

/** Total closing (tipoOperazione 1): specialist prescriptions are sent whole, once, at the end. */
export async function invioRequest(
  { settings, cipher }: Writer,
  nre: string,
  patientCode: string | null,
  delivery: Delivery,
): Promise<string> {
  const head = await headFields(settings, cipher, nre, patientCode)
  const lines = delivery.lines.map(deliveredLine).join('')
  return request(
    invioErogato,
    [
      ...head,
      ['tipoOperazione', '1'],
      ['prescrizioneFruita', '1'],
      ['quotaFissa', euros(delivery.fixedShareCents)],
      ['franchigia', euros(delivery.deductibleCents)],
      ['reddito', delivery.byIncome ? '1' : undefined],
      ['dataSpedizione', delivery.deliveredAt],
    ],
    `<s:ElencoDettagliPrescrInviiErogato>${lines}</s:ElencoDettagliPrescrInviiErogato>`,
  )
}

/** Cancels a delivery: the prescription is again taken in charge by us. */
export async function annullaRequest(
  { settings, cipher }: Writer,
  nre: string,
  patientCode: string | null,
  reason: string,
): Promise<string> {
  const head = await headFields(settings, cipher, nre, patientCode)
  return request(annullaErogato, [...head, ['codAnnullamento', reason]])
}

/** Prescriptions we took in charge (P) between two days. */
export async function elencoRequest({ settings, cipher }: Writer, from: string, to: string): Promise<string> {
  return request(elencoRicette, [
    ...(await dispenserFields(settings, cipher)),
    ['dataPeriodoDal', from],
    ['dataPeriodoAl', to],
    ['tipoData', 'P'],
    ['statoRicetta', '5'],
  ])
}
