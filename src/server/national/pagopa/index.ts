// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { PagopaSettings } from './config.ts'
import { PagopaRefused, PagopaUnavailable, sender, type Answer } from './http.ts'
import { readFlow, readReceipt, type PagopaReceipt, type ReportingFlow } from './receipts.ts'

export { PagopaRefused, PagopaUnavailable } from './http.ts'
export { readPagopaSettings, type PagopaSettings } from './config.ts'
export {
  notificationAnswer,
  readNotification,
  type PagopaReceipt,
  type ReceiptHint,
  type ReportingFlow,
} from './receipts.ts'
export { BadXml } from './xml.ts'

/** A debt position with one payment option and one transfer: all a co-payment needs. */
export interface NewPosition {
  /** Identifier of the position, chosen by the creditor, unique for ever. */
  iupd: string
  /** Fiscal code of the debtor, or ANONIMO. */
  debtorFiscalCode: string
  debtorName: string
  creditorName: string
  iuv: string
  noticeNumber: string
  amountCents: number
  /** What people read on the notice: no clinical words. At most 140 characters. */
  description: string
  /** Last day, `YYYY-MM-DD`. */
  dueOn: string
  /** True when the notice cannot be paid after the last day. */
  expires: boolean
  iban: string
  taxonomyCode: string
}

export const PositionStatus = Type.Enum([
  'DRAFT',
  'PUBLISHED',
  'VALID',
  'INVALID',
  'EXPIRED',
  'PARTIALLY_PAID',
  'PAID',
  'REPORTED',
])
export type PositionStatus = Static<typeof PositionStatus>

const PositionAnswer = Type.Object({
  iupd: Type.String(),
  status: PositionStatus,
  paymentOption: Type.Array(
    Type.Object({
      iuv: Type.String(),
      amount: Type.Integer(),
      idReceipt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
    { minItems: 1 },
  ),
})
const PositionPage = Type.Object({
  payment_position_list: Type.Array(PositionAnswer),
  page_info: Type.Object({ page: Type.Integer(), total_pages: Type.Integer() }),
})
const FlowList = Type.Array(Type.Object({ flowId: Type.String(), flowDate: Type.String() }))

/** What pagoPA says of a position. */
export interface Position {
  iupd: string
  status: PositionStatus
  iuv: string
  amountCents: number
  /** The receipt, when the payment went through pagoPA; null when unpaid or paid elsewhere. */
  receiptNumber: string | null
}

export interface CartNotice {
  noticeNumber: string
  creditorFiscalCode: string
  creditorName: string
  amountCents: number
  description: string
}

export interface Cart {
  id: string
  notices: readonly CartNotice[]
  returnUrls: { ok: string; cancelled: string; error: string }
}

/** pagoPA as the rest of the product sees it. Every function may throw PagopaUnavailable or PagopaRefused. */
export interface Pagopa {
  /** Creates and publishes; `exists` when there is one already: an answer lost before, or a number used twice. */
  createPosition(creditor: string, position: NewPosition): Promise<'created' | 'exists'>
  /** Changes an unpaid position; `conflict` when it has been paid. */
  updatePosition(creditor: string, position: NewPosition): Promise<'updated' | 'conflict' | 'missing'>
  findPosition(creditor: string, iupd: string): Promise<Position | undefined>
  /** Withdraws an unpaid position for ever; `conflict` when it has been paid or withdrawn. */
  invalidatePosition(creditor: string, iupd: string): Promise<'invalidated' | 'conflict' | 'missing'>
  /** Tells that the notice was paid at the desk; `conflict` when it has been paid, here or through pagoPA; `not-payable` when it is expired, withdrawn or unknown. */
  markPaid(creditor: string, noticeNumber: string, paidAt: Date): Promise<'marked' | 'conflict' | 'not-payable'>
  /** Positions paid in a period of days (both included), page by page from 0. */
  listPaid(creditor: string, from: string, to: string, page: number): Promise<{ positions: Position[]; last: boolean }>
  findReceipt(creditor: string, iuv: string): Promise<PagopaReceipt | undefined>
  listFlows(creditor: string, day: string): Promise<{ flowId: string; flowDate: string }[]>
  getFlow(creditor: string, flowId: string, flowDate: string): Promise<ReportingFlow>
  /** Makes a Checkout cart and gives the address to send the payer to. */
  createCart(cart: Cart): Promise<string>
}

function bodyOf(creditor: string, position: NewPosition): object {
  return {
    iupd: position.iupd,
    type: 'F',
    fiscalCode: position.debtorFiscalCode,
    fullName: position.debtorName,
    companyName: position.creditorName,
    switchToExpired: position.expires,
    paymentOption: [
      {
        iuv: position.iuv,
        nav: position.noticeNumber,
        amount: position.amountCents,
        description: position.description,
        isPartialPayment: false,
        dueDate: `${position.dueOn}T23:59:59`,
        transfer: [
          {
            idTransfer: '1',
            amount: position.amountCents,
            organizationFiscalCode: creditor,
            remittanceInformation: `/RFB/${position.iuv}/TXT/${position.description}`.slice(0, 140),
            category: position.taxonomyCode,
            iban: position.iban,
          },
        ],
      },
    ],
  }
}

function read<S extends TSchema>(operation: string, schema: S, answer: Answer): Static<S> {
  let found: unknown
  try {
    found = JSON.parse(answer.text)
  } catch (error) {
    throw new PagopaUnavailable(`${operation}: the answer is not JSON`, { cause: error })
  }
  if (!Value.Check(schema, found)) throw new PagopaUnavailable(`${operation}: the answer has an unknown shape`)
  return found
}

function toPosition(answer: Static<typeof PositionAnswer>): Position {
  const option = answer.paymentOption[0]!
  return {
    iupd: answer.iupd,
    status: answer.status,
    iuv: option.iuv,
    amountCents: option.amount,
    receiptNumber: option.idReceipt || null,
  }
}

const romeClock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' })
const localDateTime = (instant: Date): string => romeClock.format(instant).replace(' ', 'T')

/** The client of pagoPA: GPD v1, its receipts and reporting flows, and Checkout for creditors v1. */
export function pagopaClient(settings: PagopaSettings): Pagopa {
  const { timeoutMs } = settings
  const positions = sender({ baseUrl: settings.positionsUrl, key: settings.gpdKey, timeoutMs })
  const receipts = sender({ baseUrl: settings.receiptsUrl, key: settings.gpdKey, timeoutMs })
  const reporting = sender({ baseUrl: settings.reportingUrl, key: settings.gpdKey, timeoutMs })
  const checkout = sender({ baseUrl: settings.checkoutUrl, key: settings.checkoutKey, timeoutMs })
  const at = (creditor: string, rest: string) => `/organizations/${encodeURIComponent(creditor)}/${rest}`

  return {
    async createPosition(creditor, position) {
      const path = at(creditor, 'debtpositions?toPublish=true')
      const call = {
        operation: 'createPosition',
        method: 'POST',
        path,
        body: bodyOf(creditor, position),
        expects: [409],
      } as const
      const { status } = await positions(call)
      return status === 409 ? 'exists' : 'created'
    },
    async updatePosition(creditor, position) {
      const path = at(creditor, `debtpositions/${encodeURIComponent(position.iupd)}?toPublish=true`)
      const body = bodyOf(creditor, position)
      const { status } = await positions({
        operation: 'updatePosition',
        method: 'PUT',
        path,
        body,
        expects: [404, 409],
      })
      if (status === 404) return 'missing'
      return status === 409 ? 'conflict' : 'updated'
    },
    async findPosition(creditor, iupd) {
      const path = at(creditor, `debtpositions/${encodeURIComponent(iupd)}`)
      const answer = await positions({ operation: 'findPosition', method: 'GET', path, expects: [404] })
      return answer.status === 404 ? undefined : toPosition(read('findPosition', PositionAnswer, answer))
    },
    async invalidatePosition(creditor, iupd) {
      const path = at(creditor, `debtpositions/${encodeURIComponent(iupd)}/invalidate`)
      const { status } = await positions({ operation: 'invalidatePosition', method: 'POST', path, expects: [404, 409] })
      if (status === 404) return 'missing'
      return status === 409 ? 'conflict' : 'invalidated'
    },
    async markPaid(creditor, noticeNumber, paidAt) {
      const path = at(creditor, `paymentoptions/paids/${noticeNumber}`)
      const body = { paymentDate: localDateTime(paidAt) }
      const { status } = await positions({
        operation: 'markPaid',
        method: 'POST',
        path,
        body,
        expects: [404, 409, 422],
      })
      if (status === 404 || status === 422) return 'not-payable'
      return status === 409 ? 'conflict' : 'marked'
    },
    async listPaid(creditor, from, to, page) {
      const query = new URLSearchParams({
        payment_date_from: from,
        payment_date_to: to,
        page: String(page),
        limit: '50',
      })
      const answer = await positions({
        operation: 'listPaid',
        method: 'GET',
        path: at(creditor, `debtpositions?${query.toString()}`),
      })
      const found = read('listPaid', PositionPage, answer)
      const list = found.payment_position_list.map(toPosition)
      return { positions: list, last: page + 1 >= found.page_info.total_pages }
    },
    async findReceipt(creditor, iuv) {
      const path = `/payments/${encodeURIComponent(creditor)}/receipts/${encodeURIComponent(iuv)}`
      const answer = await receipts({ operation: 'findReceipt', method: 'GET', path, expects: [404] })
      return answer.status === 404 ? undefined : readReceipt(answer.text)
    },
    async listFlows(creditor, day) {
      const path = at(creditor, `reportings?flowDate=${day}`)
      return read('listFlows', FlowList, await reporting({ operation: 'listFlows', method: 'GET', path }))
    },
    async getFlow(creditor, flowId, flowDate) {
      const path = at(creditor, `reportings/${encodeURIComponent(flowId)}/date/${encodeURIComponent(flowDate)}`)
      return readFlow((await reporting({ operation: 'getFlow', method: 'GET', path })).text)
    },
    async createCart(cart) {
      const body = {
        idCart: cart.id,
        allCCP: false,
        paymentNotices: cart.notices.map((notice) => ({
          noticeNumber: notice.noticeNumber,
          fiscalCode: notice.creditorFiscalCode,
          amount: notice.amountCents,
          companyName: notice.creditorName,
          description: notice.description,
        })),
        returnUrls: {
          returnOkUrl: cart.returnUrls.ok,
          returnCancelUrl: cart.returnUrls.cancelled,
          returnErrorUrl: cart.returnUrls.error,
        },
      }
      const { status, location } = await checkout({
        operation: 'createCart',
        method: 'POST',
        path: '/carts',
        body,
        expects: [302],
      })
      if (status !== 302 || !location) throw new PagopaRefused('createCart', status, 'no address to send the payer to')
      return location
    },
  }
}
