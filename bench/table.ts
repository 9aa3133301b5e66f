// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Prints rows under their names, the first column to the left and the others to the right. */
export function print(rows: readonly Record<string, string | number>[]): void {
  const names = Object.keys(rows[0]!)
  const lines = [names, ...rows.map((each) => names.map((name) => String(each[name])))]
  const widths = names.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  for (const line of lines)
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
}

export const one = (number: number) => Math.round(number * 10) / 10
export const two = (number: number) => Math.round(number * 100) / 100
