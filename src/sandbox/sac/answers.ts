// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sacCodes, type SacCode } from '../../shared/sac-codes.ts'
import { escapeXml, soapMessage, soapNamespace } from '../../shared/soap.ts'
import type { Line, Stored } from './prescriptions.ts'
import { typesNamespace, type Service } from './services.ts'
import { romeStamp } from './stamps.ts'

type Value = string | number | null | undefined

const element = (prefix: string, name: string, value: Value): string =>
  value === null || value === undefined || value === ''
    ? ''
    : `<${prefix}:${name}>${escapeXml(String(value))}</${prefix}:${name}>`

const euros = (cents: number): string => (cents / 100).toFixed(2)

export interface Problem {
  code: SacCode
  /** 0 for the whole prescription, n for its nth line. */
  line?: number
}

function errors(problems: readonly Problem[]): string {
  const one = ({ code, line = 0 }: Problem) =>
    `<t:ErroreRicetta>${element('t', 'codEsito', code)}${element('t', 'esito', sacCodes[code])}${element('t', 'progPresc', line)}` +
    `${element('t', 'tipoErrore', code === '0000' ? '' : 'E')}</t:ErroreRicetta>`
  return `<r:ElencoErroriRicette>${problems.map(one).join('')}</r:ElencoErroriRicette>`
}

function message(service: Service, content: string): string {
  const { name, namespace } = service.answer
  return soapMessage(`<r:${name} xmlns:r="${namespace}" xmlns:t="${typesNamespace}">${content}</r:${name}>`)
}

/** An answer that refuses: 9999 and the list of what is wrong. */
export function refusal(service: Service, problems: readonly Problem[]): string {
  return message(service, element('r', service.answer.outcome, '9999') + errors(problems))
}

/** A positive answer without content: lock without data, release. */
export function plainAnswer(service: Service, nre: string): string {
  return message(
    service,
    element('r', 'nre', nre) + element('r', service.answer.outcome, '0000') + errors([{ code: '0000' }]),
  )
}

/** A SOAP 1.1 fault: the message was not even looked at. */
export function fault(kind: 'Client' | 'Server', text: string): string {
  return soapMessage(
    `<f:Fault xmlns:f="${soapNamespace}"><faultcode>f:${kind}</faultcode><faultstring>${escapeXml(text)}</faultstring></f:Fault>`,
  )
}

function lineElements(line: Line, delivered: boolean): string {
  const t = (name: string, value: Value) => element('t', name, value)
  const flag = (value: boolean) => (value ? '1' : '0')
  return (
    '<t:DettaglioPrescrizioneVisualErogato>' +
    t('statoPresc', delivered ? '2' : '1') +
    t('codProdPrest', line.code) +
    t('descrProdPrest', line.description) +
    t('descrTestoLiberoNote', line.note) +
    t('quantita', line.sessions === null ? line.quantity : 1) +
    t('prescrizione1', line.televisit ? 'TV;' : null) +
    t('codCatalogoPrescr', line.catalogueCode) +
    t('tipoAccesso', flag(line.firstAccess)) +
    t('numeroNota', line.conditions?.noteNumber) +
    t('condErogabilita', line.conditions?.deliverability) +
    t('approprPrescrittiva', line.conditions?.appropriateness) +
    t('patologia', line.conditions?.pathology) +
    t('codNomenclNaz', line.code) +
    t('codBranca', line.branch) +
    t('prezzo', euros(line.tariffCents)) +
    t('numsedute', line.sessions) +
    '</t:DettaglioPrescrizioneVisualErogato>'
  )
}

/** The whole prescription in schema order, as a dispenser that holds it may see it. */
export function content(service: Service, found: Stored, options: { showHidden: boolean }): string {
  const { content: it } = found
  const r = (name: string, value: Value) => element('r', name, value)
  const hidden = it.hidden && !options.showHidden
  return message(
    service,
    r('nre', found.nre) +
      r('cfMedico1', it.prescriber.fiscalCode) +
      r('cfMedico2', it.substitute) +
      r('codRegione', found.nre.slice(0, 3)) +
      r('codASLAo', it.prescriber.aslCode) +
      r('codStruttura', it.internalTo ?? it.structure) +
      r('codSpecializzazione', it.specialty ?? 'F') +
      r('testata1', it.header) +
      r('tipoRic', it.type) +
      r('codiceAss', found.patientCode) +
      r('cognNome', hidden ? null : it.patientName) +
      r('indirizzo', hidden ? null : it.patientAddress) +
      r('oscuramDati', it.hidden ? '1' : null) +
      r('tipoPrescrizione', it.kind ?? 'P') +
      r('ricettaInterna', it.internalTo ? '1' : null) +
      r('codEsenzione', it.exemption) +
      r('nonEsente', it.exemption ? null : '1') +
      r('reddito', it.byIncome ? '1' : null) +
      r('codDiagnosi', it.diagnosis.code) +
      r('descrizioneDiagnosi', it.diagnosis.description) +
      r('dataCompilazione', `${it.issuedOn} ${it.issuedTime ?? '09:12:44'}`) +
      r('tipoVisita', it.homeVisit ? 'D' : 'A') +
      r('dispReg', it.regionalNote) +
      r('indicazionePrescr', it.indication) +
      r('classePriorita', it.priority) +
      r('statoEstero', it.foreign?.state) +
      r('istituzCompetente', it.foreign?.institution) +
      r('numIdentPers', it.foreign?.person) +
      r('numIdentTess', it.foreign?.card) +
      r('dataNascitaEstero', it.foreign?.birthDate) +
      r('dataScadTessera', it.foreign?.cardExpiry) +
      r('statoProcesso', found.state) +
      r('quotaFissa', found.delivery?.quotaFissa) +
      r('franchigia', found.delivery?.franchigia) +
      '<r:ElencoDettagliPrescrVisualErogato>' +
      it.lines.map((line) => lineElements(line, found.state === 8)).join('') +
      '</r:ElencoDettagliPrescrVisualErogato>' +
      r('codAutenticazioneMedico', it.authenticationCode) +
      r('codAutenticazioneErogatore', found.dispenserCode) +
      r('codEsitoVisualizzazione', '0000') +
      errors([{ code: '0000' }]) +
      '<r:ElencoComunicazioni>' +
      `<t:Comunicazione>${element('t', 'codice', '0199')}${element('t', 'messaggio', it.prescriber.familyName)}</t:Comunicazione>` +
      `<t:Comunicazione>${element('t', 'codice', '0198')}${element('t', 'messaggio', it.prescriber.givenName)}</t:Comunicazione>` +
      '</r:ElencoComunicazioni>' +
      r('codEseNaz', it.nationalExemption ?? it.exemption),
  )
}

/** Proof that a delivery (or its cancellation) was received. */
export function receipt(service: Service, found: Stored, now: Date): string {
  return message(
    service,
    element('r', 'nre', found.nre) +
      element('r', 'dataRicezione', romeStamp(now)) +
      element('r', 'codAutenticazione', found.dispenserCode) +
      element('r', service.answer.outcome, '0000') +
      errors([{ code: '0000' }]),
  )
}

/** What a dispenser took in charge or delivered in a period. */
export function listing(service: Service, found: readonly Stored[]): string {
  const one = ({ nre, state, content: it, takenAt, deliveredAt }: Stored) =>
    `<t:InfoRicetta>${element('t', 'nre', nre)}${element('t', 'dataCompilazione', it.issuedOn)}${element('t', 'statoProcesso', state)}` +
    `${element('t', 'dataPresaInCarico', takenAt && romeStamp(takenAt))}${element('t', 'dataErogazione', deliveredAt && romeStamp(deliveredAt))}</t:InfoRicetta>`
  return message(
    service,
    `<r:ElencoRicette>${found.map(one).join('')}</r:ElencoRicette>` +
      element('r', service.answer.outcome, '0000') +
      errors([{ code: '0000' }]),
  )
}
