// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * Numbers of pagoPA (SANP, "Generazione dell'Identificativo Univoco di Versamento"): the notice number (NAV, 18 digits)
 * is the auxiliary digit followed by what identifies the payment at the creditor (IUV). All are digits kept as text;
 * sums use BigInt, so that nobody has to count whether the digits still fit a floating-point number.
 */

/** Where the number comes from: aux 0 with an application code, 3 with a segregation code, 1 and 2 with neither. */
export type Scheme = { aux: 0; application: string } | { aux: 1 } | { aux: 2 } | { aux: 3; segregation: string }

export interface PaymentNumbers {
  /** Unique identifier of the payment at the creditor: 15 digits with aux 0, otherwise 17. */
  iuv: string
  /** Notice number, 18 digits: what people type, and what the QR code carries. */
  nav: string
}

const baseLength = { 0: 13, 1: 17, 2: 15, 3: 13 } as const

function digits(what: string, value: string, length: number): string {
  if (value.length !== length || !/^[0-9]+$/.test(value)) throw new RangeError(`${what} must be ${length} digits`)
  return value
}

/** The two check digits: the number they follow, read as one integer, modulo 93. */
export function checkDigits(number: string): string {
  return String(BigInt(number) % 93n).padStart(2, '0')
}

/** The numbers of one payment. Throws RangeError when a part has the wrong length: callers pass what the database made. */
export function paymentNumbers(scheme: Scheme, base: string): PaymentNumbers {
  digits('base', base, baseLength[scheme.aux])
  switch (scheme.aux) {
    case 0: {
      const application = digits('application code', scheme.application, 2)
      const iuv = base + checkDigits(`0${application}${base}`)
      return { iuv, nav: `0${application}${iuv}` }
    }
    case 1:
      return { iuv: base, nav: `1${base}` }
    case 2: {
      const iuv = base + checkDigits(`2${base}`)
      return { iuv, nav: `2${iuv}` }
    }
    default: {
      const segregation = digits('segregation code', scheme.segregation, 2)
      const iuv = segregation + base + checkDigits(`3${segregation}${base}`)
      return { iuv, nav: `3${iuv}` }
    }
  }
}

/**
 * True when the last two of the 18 digits are the right check digits (aux 0, 2, 3; aux 1 has none).
 * Use it on what we generate and on what people type, never to reject what the platform returns:
 * checking is optional for payment providers, and published samples do not pass.
 */
export function navVerifies(nav: string): boolean {
  if (!/^[0-3][0-9]{17}$/.test(nav)) return false
  return nav.startsWith('1') || checkDigits(nav.slice(0, 16)) === nav.slice(16)
}

/** The 13 digits before the check digits: two of the year and the next number of the creditor's sequence. */
export function iuvBase(year: number, sequence: bigint): string {
  if (sequence < 1n || sequence > 99_999_999_999n) throw new RangeError('the creditor has used all its numbers')
  return String(year % 100).padStart(2, '0') + String(sequence).padStart(11, '0')
}
