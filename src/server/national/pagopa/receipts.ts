// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { romeInstant } from '../../platform/time.ts'
import { all, at, BadXml, centsOf, readXml, textAt, type Element } from './xml.ts'

/** A payment as pagoPA proves it (paSendRTV2, receipt). */
export interface PagopaReceipt {
  receiptNumber: string
  creditorFiscalCode: string
  noticeNumber: string
  iuv: string
  amountCents: number
  feeCents: number
  provider: string
  method: string
  paidAt: Date
  document: string
}

/** What a notification speaks of. It says where to look, it proves nothing. */
export interface ReceiptHint {
  creditorFiscalCode: string
  noticeNumber: string
}

/** pagoPA writes civil time in Rome without an offset; an offset, when there is one, counts. */
export function instantOf(text: string): Date {
  if (/(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)) return new Date(text)
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}):([0-9]{2}))?/.exec(text)
  if (!match) throw new BadXml(`"${text}" is not a date`)
  return new Date(romeInstant(match[1]!, match[2] ?? '00:00').getTime() + Number(match[3] ?? 0) * 1000)
}

function receiptIn(document: Element): Element {
  const receipt =
    at(document, 'paSendRTV2Request/receipt') ?? at(document, 'paSendRTReq/receipt') ?? at(document, 'receipt')
  if (receipt === undefined) throw new BadXml('receipt is missing')
  return receipt
}

/** Reads a receipt document; throws BadXml when it is not one, or tells of a payment that failed. */
export function readReceipt(document: string): PagopaReceipt {
  const receipt = receiptIn(readXml(document))
  if (textAt(receipt, 'outcome') !== 'OK') throw new BadXml('the receipt is of a payment that failed')
  const optional = (name: string, fallback: string) => {
    const found = at(receipt, name)
    return typeof found === 'string' && found !== '' ? found : fallback
  }
  return {
    receiptNumber: textAt(receipt, 'receiptId'),
    creditorFiscalCode: textAt(receipt, 'fiscalCode'),
    noticeNumber: textAt(receipt, 'noticeNumber'),
    iuv: textAt(receipt, 'creditorReferenceId'),
    amountCents: centsOf(textAt(receipt, 'paymentAmount')),
    feeCents: centsOf(optional('fee', '0.00')),
    provider: textAt(receipt, 'PSPCompanyName'),
    method: optional('paymentMethod', 'other'),
    paidAt: instantOf(textAt(receipt, 'paymentDateTime')),
    document,
  }
}

/** Reads the SOAP message paSendRTV2; only creditor and notice are taken from it. */
export function readNotification(message: string): ReceiptHint {
  const body = at(readXml(message), 'Envelope/Body')
  if (body === undefined) throw new BadXml('Envelope/Body is missing')
  const receipt = receiptIn(body)
  return { creditorFiscalCode: textAt(receipt, 'fiscalCode'), noticeNumber: textAt(receipt, 'noticeNumber') }
}

/** The answer to paSendRTV2. */
export function notificationAnswer(fault?: { code: string; text: string }): string {
  const content = fault
    ? `<outcome>KO</outcome><fault><faultCode>${fault.code}</faultCode><faultString>${fault.text}</faultString><id>sinfonia</id></fault>`
    : '<outcome>OK</outcome>'
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">' +
    `<soapenv:Body><pafn:paSendRTV2Response>${content}</pafn:paSendRTV2Response></soapenv:Body></soapenv:Envelope>`
  )
}

/** One credit transfer of a payment provider, and the payments it is made of (FlussoRiversamento). */
export interface ReportingFlow {
  flowId: string
  flowAt: Date
  settledOn: string
  transferReference: string
  totalCents: number
  lines: readonly { iuv: string; receiptNumber: string; amountCents: number; outcome: string }[]
}

/** Reads a reporting flow; throws BadXml when its totals do not agree with its lines. */
export function readFlow(document: string): ReportingFlow {
  const flow = at(readXml(document), 'FlussoRiversamento')
  const lines = all(flow, 'datiSingoliPagamenti').map((line) => ({
    iuv: textAt(line, 'identificativoUnivocoVersamento'),
    receiptNumber: textAt(line, 'identificativoUnivocoRiscossione'),
    amountCents: centsOf(textAt(line, 'singoloImportoPagato')),
    outcome: textAt(line, 'codiceEsitoSingoloPagamento'),
  }))
  const totalCents = centsOf(textAt(flow, 'importoTotalePagamenti'))
  const sum = lines.reduce((total, line) => total + line.amountCents, 0)
  if (sum !== totalCents || Number(textAt(flow, 'numeroTotalePagamenti')) !== lines.length) {
    throw new BadXml('the totals of the flow do not agree with its lines')
  }
  return {
    flowId: textAt(flow, 'identificativoFlusso'),
    flowAt: instantOf(textAt(flow, 'dataOraFlusso')),
    settledOn: textAt(flow, 'dataRegolamento'),
    transferReference: textAt(flow, 'identificativoUnivocoRegolamento'),
    totalCents,
    lines,
  }
}
