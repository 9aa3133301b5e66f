// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** How far a health-card number can be trusted: only `shape` is a reason to refuse; issuers differ on the rest. */
export interface CardNumberCheck {
  /** Twenty digits. */
  shape: boolean
  /** Starts like Italian cards: 80 (health), 380 (Italy). */
  italian: boolean
  /** The last digit satisfies Luhn over all twenty. */
  checkDigit: boolean
}

function luhn(digits: string): boolean {
  let sum = 0
  for (const [index, character] of Array.from(digits).toReversed().entries()) {
    const digit = Number(character) * (index % 2 === 1 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

/** Checks the number of a European health insurance card (TEAM/EHIC, field 8; Decision S2 of 12 June 2009). */
export function checkCardNumber(typed: string): CardNumberCheck {
  const number = typed.replace(/\s+/g, '')
  const shape = /^[0-9]{20}$/.test(number)
  return { shape, italian: shape && number.startsWith('80380'), checkDigit: shape && luhn(number) }
}

/** The Luhn digit that completes the first nineteen digits. */
export function cardCheckDigit(first19: string): string {
  return '0123456789'.split('').find((digit) => luhn(first19 + digit))!
}
