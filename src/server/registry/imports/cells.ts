// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { cleanCode, isFiscalCode } from '../../../shared/fiscal-code.ts'
import { addDays } from '../../platform/time.ts'

/** What a cell holds once it is understood; null when it is empty. */
export type Value = string | number | boolean | readonly string[] | null

/** A cell that says something the registry cannot take; the message tells what it wants instead. */
export class BadCell extends Error {}

/** Understands the text of a cell, blanks at its ends already gone. @throws BadCell */
export type Cell = (text: string) => Value

const must =
  (cell: Cell): Cell =>
  (text) => {
    if (text === '') throw new BadCell('must not be empty')
    return cell(text)
  }

const may =
  (cell: Cell): Cell =>
  (text) =>
    text === '' ? null : cell(text)

const text =
  (longest: number): Cell =>
  (written) => {
    if (written.length > longest) throw new BadCell(`has more than ${longest} characters`)
    return written
  }

const like =
  (pattern: RegExp, wanted: string): Cell =>
  (written) => {
    if (!pattern.test(written)) throw new BadCell(`is not ${wanted}`)
    return written
  }

const oneOf = (values: readonly string[]): Cell => {
  const known = new Set(values)
  return (written) => {
    if (!known.has(written)) throw new BadCell(`is none of ${values.join(', ')}`)
    return written
  }
}

const day: Cell = (written) => {
  // A day that does not exist, such as 30 February, comes out as another one.
  if (!/^(1[89]|2[01])\d\d-\d\d-\d\d$/.test(written) || addDays(written, 0) !== written)
    throw new BadCell('is not a day such as 2026-11-30')
  return written
}

const number =
  (least: number, most: number): Cell =>
  (written) => {
    const value = /^-?\d+([.,]\d+)?$/.test(written) ? Number(written.replace(',', '.')) : Number.NaN
    if (!(value >= least && value <= most)) throw new BadCell(`is not a number from ${least} to ${most}`)
    return value
  }

const answers = new Map([
  ['sì', true],
  ['si', true],
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
])
const yesNo: Cell = (written) => {
  const answer = answers.get(written.toLowerCase())
  if (answer === undefined) throw new BadCell('is neither sì nor no')
  return answer
}

const languages: Cell = (written) => {
  const codes = written.split(/[\s,]+/).filter(Boolean)
  if (codes.some((code) => !/^[a-z]{2}$/.test(code))) throw new BadCell('is not a list of languages such as it, en')
  return codes
}

const fiscalCode: Cell = (written) => {
  const code = cleanCode(written)
  if (!isFiscalCode(code)) throw new BadCell('is not a fiscal code')
  return code
}

export const cells = { must, may, text, like, oneOf, day, number, yesNo, languages, fiscalCode }
