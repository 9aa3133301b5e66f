// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The number of an e-prescription (NRE, 15 characters) or of an old red paper form (ricetta rossa, digits only). */
export type PrescriptionNumber =
  | { kind: 'electronic'; nre: string }
  | { kind: 'paper'; number: string }
  | { kind: 'unreadable'; reason: UnreadableReason }

/**
 * Why a typed number cannot be an NRE: nothing was typed; not 15 characters; a character that is no letter or digit;
 * the region (characters 1-3), the grouping code (4-5), the batch type (6) or the progressive part (7-15) is wrong.
 */
export type UnreadableReason = 'empty' | 'length' | 'characters' | 'region' | 'group' | 'batch-type' | 'progressive'

/** Parts of an NRE, as the D.M. of 2 November 2011 composes it. There is no check digit: only the SAC knows the rest. */
export interface NreParts {
  /** Region or autonomous province, 3 digits: 150 Campania, 010 Piedmont. Leading zeros count. */
  region: string
  /** Grouping code given by the SAC: one digit and one letter, in either order. */
  group: string
  /** 0 to 7: says how the nine digits divide into batch and progressive. */
  batchType: string
  /** Batch code (codice lotto): the NRE without its progressive part. */
  batchCode: string
  /** Number inside the batch, 2 to 9 digits. */
  progressive: string
}

const shape = /^[0-9]{3}(?:[0-9][A-Z]|[A-Z][0-9])[0-7][0-9]{9}$/

/** Digits of the batch number by batch type; the rest of the nine is the progressive part. */
const batchDigits = [7, 6, 5, 4, 0, 3, 2, 1] as const

/** What was typed or scanned, without blanks and without the stars some readers of Code 39 send; upper case. */
function clean(typed: string): string {
  return typed.toUpperCase().replace(/[\s\u00a0*]/g, '')
}

function reasonOf(text: string): UnreadableReason | undefined {
  if (text === '') return 'empty'
  if (!/^[0-9A-Z]+$/.test(text)) return 'characters'
  if (text.length !== 15) return 'length'
  if (!/^[0-9]{3}/.test(text)) return 'region'
  if (!/^(?:[0-9][A-Z]|[A-Z][0-9])$/.test(text.slice(3, 5))) return 'group'
  if (!/^[0-7]$/.test(text.slice(5, 6))) return 'batch-type'
  return /^[0-9]{9}$/.test(text.slice(6)) ? undefined : 'progressive'
}

/**
 * Reads the number of a prescription as people type it: blanks, lower case, or the two bar codes of 5 and 10 characters
 * one after the other. Digits only, 15 or 16 of them, are an old paper form: a different identifier.
 */
export function readPrescriptionNumber(typed: string): PrescriptionNumber {
  const text = clean(typed)
  if (/^[0-9]{15,16}$/.test(text)) return { kind: 'paper', number: text }
  const reason = reasonOf(text)
  return reason ? { kind: 'unreadable', reason } : { kind: 'electronic', nre: text }
}

/** The NRE in its canonical form, or undefined when the text is none. */
export function readNre(typed: string): string | undefined {
  const read = readPrescriptionNumber(typed)
  return read.kind === 'electronic' ? read.nre : undefined
}

/** True for an NRE in canonical form: 15 characters, upper case. */
export function isNre(text: string): boolean {
  return shape.test(text)
}

/** The two bar codes printed on the reminder (promemoria): 5 and 10 characters. */
export function nrePieces(nre: string): [string, string] {
  return [nre.slice(0, 5), nre.slice(5)]
}

/** Takes an NRE in canonical form apart. */
export function nreParts(nre: string): NreParts {
  if (!isNre(nre)) throw new RangeError('Not an NRE in canonical form')
  const batchType = nre.slice(5, 6)
  const end = 6 + batchDigits[Number(batchType)]!
  return {
    region: nre.slice(0, 3),
    group: nre.slice(3, 5),
    batchType,
    batchCode: nre.slice(0, end),
    progressive: nre.slice(end),
  }
}

/** An NRE that may be shown in a log: region, group and the last two characters. */
export function maskNre(nre: string): string {
  return `${nre.slice(0, 5)}…${nre.slice(-2)}`
}
