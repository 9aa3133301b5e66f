// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Payer } from './payments.ts'
import type { Option, Position } from './store.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text made safe inside XML and HTML. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' })

/** Civil time in Rome without offset, as pagoPA writes it. */
export const localTime = (instant: Date): string => clock.format(instant).replace(' ', 'T')
export const euros = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

const element = (name: string, value: string | number): string => `<${name}>${escape(String(value))}</${name}>`

/** The receipt of one payment (paSendRTV2Request, SANP). */
export function receiptDocument({
  position,
  option,
  payer,
  receiptId,
  at,
}: {
  position: Position
  option: Option
  payer: Payer
  receiptId: string
  at: Date
}): string {
  const transfers = option.transfers.map(
    (transfer) =>
      '<transfer>' +
      element('idTransfer', transfer.idTransfer) +
      element('transferAmount', euros(transfer.amount)) +
      element('fiscalCodePA', transfer.organizationFiscalCode ?? option.org) +
      element('companyName', position.company) +
      element('IBAN', transfer.iban ?? '') +
      element('remittanceInformation', transfer.remittanceInformation) +
      element('transferCategory', transfer.category) +
      '</transfer>',
  )
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<pafn:paSendRTV2Request xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">' +
    element('idPA', option.org) +
    element('idBrokerPA', option.org) +
    element('idStation', `${option.org}_01`) +
    '<receipt>' +
    element('receiptId', receiptId) +
    element('noticeNumber', option.nav) +
    element('fiscalCode', option.org) +
    element('outcome', 'OK') +
    element('creditorReferenceId', option.iuv) +
    element('paymentAmount', euros(option.amount)) +
    element('description', option.description) +
    element('companyName', position.company) +
    '<debtor><uniqueIdentifier>' +
    element('entityUniqueIdentifierType', 'F') +
    element('entityUniqueIdentifierValue', position.debtor_code) +
    `</uniqueIdentifier>${element('fullName', position.debtor_name)}</debtor>` +
    `<transferList>${transfers.join('')}</transferList>` +
    element('idPSP', 'SANDBOXPSP') +
    element('PSPCompanyName', payer.psp) +
    element('idChannel', 'SANDBOX_01') +
    element('channelDescription', payer.method) +
    element('paymentMethod', payer.method) +
    element('fee', euros(payer.fee)) +
    element('paymentDateTime', localTime(at)) +
    element('applicationDate', localTime(at).slice(0, 10)) +
    element('transferDate', localTime(new Date(at.getTime() + 86_400_000)).slice(0, 10)) +
    '</receipt></pafn:paSendRTV2Request>'
  )
}

/** The SOAP message that carries a receipt to the creditor's station. */
export function soapMessage(document: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
    document.replace(/^<\?xml[^>]*\?>/, '') +
    '</soapenv:Body></soapenv:Envelope>'
  )
}

/** A reporting flow: the payments one credit transfer is made of (FlussoRiversamento 1.1). */
export function flowDocument({
  flowId,
  org,
  at,
  options,
}: {
  flowId: string
  org: string
  at: Date
  options: Option[]
}): string {
  const total = options.reduce((sum, option) => sum + option.amount, 0)
  const lines = options.map(
    (option) =>
      '<datiSingoliPagamenti>' +
      element('identificativoUnivocoVersamento', option.iuv) +
      element('identificativoUnivocoRiscossione', option.receipt_id!) +
      element('indiceDatiSingoloPagamento', 1) +
      element('singoloImportoPagato', euros(option.amount)) +
      element('codiceEsitoSingoloPagamento', 0) +
      element('dataEsitoSingoloPagamento', localTime(option.paid_at!).slice(0, 10)) +
      '</datiSingoliPagamenti>',
  )
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<FlussoRiversamento xmlns="http://www.digitpa.gov.it/schemas/2011/Pagamenti/">' +
    element('versioneOggetto', '1.1') +
    element('identificativoFlusso', flowId) +
    element('dataOraFlusso', localTime(at)) +
    element('identificativoUnivocoRegolamento', `TRN${flowId.replace(/[^0-9A-Z]/gi, '').slice(-27)}`) +
    element('dataRegolamento', localTime(at).slice(0, 10)) +
    '<istitutoMittente><identificativoUnivocoMittente><tipoIdentificativoUnivoco>B</tipoIdentificativoUnivoco>' +
    '<codiceIdentificativoUnivoco>SANDITM0</codiceIdentificativoUnivoco></identificativoUnivocoMittente></istitutoMittente>' +
    '<istitutoRicevente><identificativoUnivocoRicevente><tipoIdentificativoUnivoco>G</tipoIdentificativoUnivoco>' +
    `${element('codiceIdentificativoUnivoco', org)}</identificativoUnivocoRicevente></istitutoRicevente>` +
    element('numeroTotalePagamenti', options.length) +
    element('importoTotalePagamenti', euros(total)) +
    lines.join('') +
    '</FlussoRiversamento>'
  )
}
