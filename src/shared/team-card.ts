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

/** What the digits of a card sum up to: every second one from the right twice, and its own digits added. */
function luhnSum(digits: string): number {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]) * (index % 2 === 1 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum
}

/** Checks the number of a European health insurance card (TEAM/EHIC, field 8; Decision S2 of 12 June 2009). */
export function checkCardNumber(typed: string): CardNumberCheck {
  const number = typed.replace(/\s+/g, '')
  const shape = /^[0-9]{20}$/.test(number)
  return { shape, italian: shape && number.startsWith('80380'), checkDigit: shape && luhnSum(number) % 10 === 0 }
}

/** The Luhn digit that completes the first nineteen digits. */
export function cardCheckDigit(first19: string): string {
  return String((10 - (luhnSum(`${first19}0`) % 10)) % 10)
}
