// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import bwip from 'bwip-js/node'
import { encode } from 'uqr'

/** A machine-readable code to draw, sizes in points. */
export type Code =
  | { kind: 'qr'; content: string; width: number }
  | { kind: 'code39'; content: string; width: number; height: number }

/** The dark runs of a QR code as [column, row, length], with the quiet zone of four modules inside `size`. */
export function qrSquares(content: string): { squares: [number, number, number][]; size: number } {
  const { data, size } = encode(content, { ecc: 'M', border: 4 })
  const squares: [number, number, number][] = []
  data.forEach((line, row) => {
    for (let column = 0; column < size; column += 1) {
      const start = column
      while (column < size && line[column]) column += 1
      if (column > start) squares.push([start, row, column - start])
    }
  })
  return { squares, size }
}

/** Quiet zone at each side of a bar code, in modules (ISO/IEC 16388 asks for ten). */
const quiet = 10

/** The bars of a Code 39 (ISO/IEC 16388), as [start, width] in modules, with the quiet zones inside `modules`. */
export function barPattern(content: string): { bars: [number, number][]; modules: number } {
  const [drawn] = bwip.raw('code39', content, '')
  if (!drawn || !('sbs' in drawn)) throw new Error('A linear bar code was expected')
  const bars: [number, number][] = []
  let at = quiet
  drawn.sbs.forEach((size, i) => {
    if (i % 2 === 0) bars.push([at, size])
    at += size
  })
  return { bars, modules: at + quiet }
}
