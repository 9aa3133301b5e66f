// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Transfer } from './store.ts'

/** A new or changed position, checked as GPD v1 does (OpenAPI of pagopa-debt-position, external v1). */
export interface PositionBody {
  iupd: string
  type: 'F' | 'G'
  fiscalCode: string
  fullName: string
  companyName: string
  switchToExpired: boolean
  validityDate?: string
  paymentOption: {
    iuv: string
    nav?: string
    amount: number
    description: string
    isPartialPayment: boolean
    dueDate: string
    transfer: Transfer[]
  }[]
}

/** What is wrong with a body: the field and why. */
export class Invalid extends Error {}

type Json = Record<string, unknown>

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function text(from: Json, name: string, max: number, required = true): string {
  const value = from[name]
  if (value === undefined && !required) return ''
  if (typeof value !== 'string' || (required && value.trim() === '')) throw new Invalid(`${name} must not be blank`)
  if (value.length > max) throw new Invalid(`${name} size must be between 0 and ${max}`)
  return value
}

function cents(from: Json, name: string): number {
  const value = from[name]
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw new Invalid(`${name} must be a positive integer of cents`)
  return value as number
}

function flag(from: Json, name: string): boolean {
  if (typeof from[name] !== 'boolean') throw new Invalid(`${name} must be true or false`)
  return from[name]
}

function dateTime(from: Json, name: string): string {
  const value = text(from, name, 40)
  const sound = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$/.test(value)
  if (!sound || Number.isNaN(Date.parse(`${value}Z`)))
    throw new Invalid(`${name} must be a date and time such as 2026-11-02T23:59:59`)
  return value
}

/** ISO 13616 check of an account number. */
export function ibanVerifies(iban: string): boolean {
  if (!/^IT[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}$/.test(iban)) return false
  const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)))
  return BigInt(digits) % 97n === 1n
}

function readTransfer(value: unknown): Transfer {
  if (!isRecord(value)) throw new Invalid('transfer must be an object')
  const idTransfer = text(value, 'idTransfer', 1)
  if (!/^[1-5]$/.test(idTransfer)) throw new Invalid('idTransfer must be 1 to 5')
  const transfer: Transfer = {
    idTransfer,
    amount: cents(value, 'amount'),
    remittanceInformation: text(value, 'remittanceInformation', 140),
    category: text(value, 'category', 140),
  }
  const organizationFiscalCode = text(value, 'organizationFiscalCode', 11, false)
  if (organizationFiscalCode) transfer.organizationFiscalCode = organizationFiscalCode
  const iban = text(value, 'iban', 27, false)
  if ((iban === '') === (value['stamp'] === undefined))
    throw new Invalid('either iban or stamp must be given, not both')
  if (iban && !ibanVerifies(iban)) throw new Invalid('iban is not valid')
  if (iban) transfer.iban = iban
  if (isRecord(value['stamp'])) transfer.stamp = value['stamp']
  return transfer
}

function readOption(value: unknown): PositionBody['paymentOption'][number] {
  if (!isRecord(value)) throw new Invalid('paymentOption must be an object')
  const iuv = text(value, 'iuv', 17)
  if (!/^[0-9]{15}([0-9]{2})?$/.test(iuv)) throw new Invalid('iuv must be 15 or 17 digits')
  const nav = text(value, 'nav', 18, false)
  if (nav && (!/^[0-9]{18}$/.test(nav) || !nav.endsWith(iuv)))
    throw new Invalid('nav must be 18 digits that end with the iuv')
  const amount = cents(value, 'amount')
  const list = value['transfer']
  if (!Array.isArray(list) || list.length < 1 || list.length > 5) throw new Invalid('transfer must have 1 to 5 items')
  const transfer = list.map(readTransfer)
  if (new Set(transfer.map((item) => item.idTransfer)).size !== transfer.length)
    throw new Invalid('idTransfer must be unique')
  if (transfer.reduce((sum, item) => sum + item.amount, 0) !== amount)
    throw new Invalid('the transfers must add up to the amount')
  return {
    iuv,
    nav: nav || `3${iuv}`,
    amount,
    description: text(value, 'description', 140),
    isPartialPayment: flag(value, 'isPartialPayment'),
    dueDate: dateTime(value, 'dueDate'),
    transfer,
  }
}

/** Reads the body of a create or update; throws Invalid with the first fault. */
export function readPosition(body: unknown): PositionBody {
  if (!isRecord(body)) throw new Invalid('the body must be a JSON object')
  const type = text(body, 'type', 1)
  if (type !== 'F' && type !== 'G') throw new Invalid('type must be F or G')
  const fiscalCode = text(body, 'fiscalCode', 16)
  if (!/^([A-Z0-9]{11,16}|ANONIMO)$/.test(fiscalCode)) throw new Invalid('fiscalCode is not valid')
  const options = body['paymentOption']
  if (!Array.isArray(options) || options.length === 0) throw new Invalid('paymentOption must have at least one item')
  return {
    iupd: text(body, 'iupd', 100),
    type,
    fiscalCode,
    fullName: text(body, 'fullName', 140),
    companyName: text(body, 'companyName', 140),
    switchToExpired: flag(body, 'switchToExpired'),
    ...(body['validityDate'] !== undefined && { validityDate: dateTime(body, 'validityDate') }),
    paymentOption: options.map(readOption),
  }
}

export interface CartBody {
  emailNotice?: string
  idCart?: string
  paymentNotices: {
    noticeNumber: string
    fiscalCode: string
    amount: number
    companyName: string
    description: string
  }[]
  returnUrls: { returnOkUrl: string; returnCancelUrl: string; returnErrorUrl: string }
}

/** Reads the body of a Checkout cart (checkout_v1 OpenAPI); throws Invalid with the first fault. */
export function readCart(body: unknown): CartBody {
  if (!isRecord(body)) throw new Invalid('the body must be a JSON object')
  const notices = body['paymentNotices']
  if (!Array.isArray(notices) || notices.length < 1 || notices.length > 5)
    throw new Invalid('paymentNotices must have 1 to 5 items')
  const urls = body['returnUrls']
  if (!isRecord(urls)) throw new Invalid('returnUrls is required')
  const address = (name: string): string => {
    const value = text(urls, name, 2000)
    if (!URL.canParse(value)) throw new Invalid(`${name} must be an address`)
    return value
  }
  const paymentNotices = notices.map((value: unknown) => {
    if (!isRecord(value)) throw new Invalid('paymentNotices must be objects')
    const noticeNumber = text(value, 'noticeNumber', 18)
    const fiscalCode = text(value, 'fiscalCode', 11)
    if (!/^[0-9]{18}$/.test(noticeNumber)) throw new Invalid('noticeNumber must be 18 digits')
    if (!/^[0-9]{11}$/.test(fiscalCode)) throw new Invalid('fiscalCode must be 11 digits')
    return {
      noticeNumber,
      fiscalCode,
      amount: cents(value, 'amount'),
      companyName: text(value, 'companyName', 140),
      description: text(value, 'description', 140),
    }
  })
  const numbers = new Set(paymentNotices.map((notice) => notice.fiscalCode + notice.noticeNumber))
  if (numbers.size !== paymentNotices.length) throw new Invalid('a notice is in the cart twice')
  const idCart = text(body, 'idCart', 100, false)
  const emailNotice = text(body, 'emailNotice', 200, false)
  return {
    ...(idCart && { idCart }),
    ...(emailNotice && { emailNotice }),
    paymentNotices,
    returnUrls: {
      returnOkUrl: address('returnOkUrl'),
      returnCancelUrl: address('returnCancelUrl'),
      returnErrorUrl: address('returnErrorUrl'),
    },
  }
}
