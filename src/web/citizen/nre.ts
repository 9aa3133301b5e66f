// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** What may be wrong with a prescription number as typed; undefined when it can be sent. */
export type NreFault = 'missing' | 'second-piece' | 'first-piece' | 'length' | 'form'

/** Upper case, without the blanks, stars and dashes that people, bar codes and print-outs add. */
export function cleanNre(typed: string): string {
  return typed.toUpperCase().replace(/[^0-9A-Z]/g, '')
}

/** Syntax only: whether a prescription exists is known to the national system alone. */
export function nreFault(nre: string): NreFault | undefined {
  if (nre === '') return 'missing'
  if (nre.length === 5) return 'second-piece'
  if (nre.length === 10) return 'first-piece'
  if (nre.length !== 15) return 'length'
  return /^[0-9]{3}([0-9][A-Z]|[A-Z][0-9])[0-7][0-9]{9}$/.test(nre) ? undefined : 'form'
}

/** Puts together two bar codes read in any order: 5 characters come before 10. */
export function joinPieces(pieces: readonly string[]): string | undefined {
  const clean = pieces.map(cleanNre)
  const whole = clean.find((piece) => piece.length === 15)
  if (whole) return whole
  const first = clean.find((piece) => piece.length === 5)
  const second = clean.find((piece) => piece.length === 10)
  return first && second ? first + second : undefined
}
