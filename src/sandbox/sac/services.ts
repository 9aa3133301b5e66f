// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** What a request field may hold. Lengths are those of the schema. */
export interface Field {
  name: string
  required?: boolean
  max?: number
  pattern?: RegExp
  /** The field is a list: its elements all have this name and these fields, in this order. */
  of?: { name: string; fields: readonly Field[] }
}

export type Operation = 'visualizzaErogato' | 'invioErogato' | 'annullaErogato' | 'elencoRicette'

/** One SOAP service of the SAC for dispensers: address, action, and its request in schema order. */
export interface Service {
  operation: Operation
  path: string
  action: string
  request: { name: string; namespace: string; fields: readonly Field[] }
  answer: { name: string; namespace: string; outcome: string }
}

export const typesNamespace = 'http://tipodati.xsd.dem.sanita.finanze.it'
const namespace = (name: string) => `http://${name}.xsd.dem.sanita.finanze.it`

const stamp = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/
const money = /^\d{1,6}\.\d{2}$/

const dispenser: readonly Field[] = [
  { name: 'pinCode', required: true, max: 4000 },
  { name: 'codiceRegioneErogatore', required: true, pattern: /^\d{3}$/ },
  { name: 'codiceAslErogatore', required: true, pattern: /^\d{3}$/ },
  { name: 'codiceSsaErogatore', required: true, max: 6 },
  { name: 'pwd', max: 16 },
]
const head: readonly Field[] = [
  ...dispenser,
  { name: 'nre', required: true, max: 20 },
  { name: 'cfAssistito', max: 4000 },
]

const optional = (...names: string[]): Field[] => names.map((name) => ({ name, max: 256 }))

const closedLine: readonly Field[] = [
  { name: 'codProdPrest', required: true, max: 20 },
  ...optional('codGruppoEquival', 'descrTestoLiberoNote'),
  { name: 'codProdPrestErog', required: true, max: 20 },
  ...optional('descrProdPrestErog'),
  { name: 'flagErog', max: 1 },
  ...optional('motivazSostProd', 'targa', 'dichTargaDoppia', 'codBranca', 'tipoErogazioneFarm'),
  { name: 'prezzo', required: true, pattern: money },
  ...optional('ticketConfezione', 'diffGenerico'),
  { name: 'quantitaErogata', required: true, pattern: /^\d{1,3}$/ },
  { name: 'dataIniErog', required: true, pattern: stamp },
  { name: 'dataFineErog', required: true, pattern: stamp },
  ...optional('prezzoRimborso', 'onereProd', 'scontoSSN', 'extraScontoIndustria', 'extraScontoPayback'),
  ...optional('extraScontoDL31052010', 'codPresidio', 'codReparto', 'dispFust1', 'dispFust2', 'dispFust3'),
  ...optional('codCatalogoPrescr', 'codCatalogoErog'),
  { name: 'garanziaTempiMax', max: 1 },
  { name: 'dataPrenotazione', pattern: stamp },
]

const erogato = '/DemRicettaErogatoServicesWeb/services'

/** The services of the SAC for dispensers, WSDL kit 1.2. */
export const services: readonly Service[] = [
  {
    operation: 'visualizzaErogato',
    path: `${erogato}/demVisualizzaErogato`,
    action: 'http://visualizzaerogato.wsdl.dem.sanita.finanze.it/VisualizzaErogato',
    request: {
      name: 'VisualizzaErogatoRichiesta',
      namespace: namespace('visualizzaerogatorichiesta'),
      fields: [...head, { name: 'tipoOperazione', required: true, pattern: /^[1-4]$/ }],
    },
    answer: {
      name: 'VisualizzaErogatoRicevuta',
      namespace: namespace('visualizzaerogatoricevuta'),
      outcome: 'codEsitoVisualizzazione',
    },
  },
  {
    operation: 'invioErogato',
    path: `${erogato}/demInvioErogato`,
    action: 'http://invioerogato.wsdl.dem.sanita.finanze.it/InvioErogato',
    request: {
      name: 'InvioErogatoRichiesta',
      namespace: namespace('invioerogatorichiesta'),
      fields: [
        ...head,
        { name: 'tipoOperazione', required: true, pattern: /^[1-6]$/ },
        { name: 'prescrizioneFruita', max: 1 },
        { name: 'tipoErogazioneSpec', max: 1 },
        { name: 'ticket', pattern: money },
        { name: 'quotaFissa', pattern: money },
        { name: 'franchigia', pattern: money },
        { name: 'galDirChiamAltro', pattern: money },
        { name: 'reddito', max: 1 },
        { name: 'dataSpedizione', required: true, pattern: stamp },
        ...optional('dispRic1', 'dispRic2', 'dispRic3'),
        {
          name: 'ElencoDettagliPrescrInviiErogato',
          of: { name: 'DettaglioPrescrizioneInvioErogato', fields: closedLine },
        },
      ],
    },
    answer: {
      name: 'InvioErogatoRicevuta',
      namespace: namespace('invioerogatoricevuta'),
      outcome: 'codEsitoInserimento',
    },
  },
  {
    operation: 'annullaErogato',
    path: `${erogato}/demAnnullaErogato`,
    action: 'http://annullaerogato.wsdl.dem.sanita.finanze.it/AnnullaErogato',
    request: {
      name: 'AnnullaErogatoRichiesta',
      namespace: namespace('annullaerogatorichiesta'),
      fields: [...head, { name: 'codAnnullamento', required: true, max: 20 }],
    },
    answer: {
      name: 'AnnullaErogatoRicevuta',
      namespace: namespace('annullaerogatoricevuta'),
      outcome: 'codEsitoAnnullamento',
    },
  },
  {
    operation: 'elencoRicette',
    path: '/DemRicettaRicercaErogatoreServicesWeb/services/ricercaErogatore',
    action: 'http://demricettaricercaerogatore.wsdl.dem.sanita.finanze.it/elencoRicette',
    request: {
      name: 'ElencoRicetteRichiesta',
      namespace: namespace('elencoricetterichiesta'),
      fields: [
        ...dispenser,
        { name: 'dataPeriodoDal', required: true, pattern: /^\d{4}-\d{2}-\d{2}$/ },
        { name: 'dataPeriodoAl', required: true, pattern: /^\d{4}-\d{2}-\d{2}$/ },
        { name: 'tipoData', required: true, pattern: /^[PE]$/ },
        { name: 'statoRicetta', pattern: /^[0-9]{1,2}$/ },
      ],
    },
    answer: {
      name: 'ElencoRicetteRicevuta',
      namespace: namespace('elencoricettericevuta'),
      outcome: 'codEsitoElencoRicette',
    },
  },
]
