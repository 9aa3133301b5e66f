// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

const letters = 'abcdefghilmnopqrstuvz'

/** One mistake in a name's last word: a letter left out, doubled, wrong, or exchanged with the next. */
export function mistyped(name: string, random: () => number): string {
  const start = name.lastIndexOf(' ') + 1
  const at = start + 1 + Math.floor(random() * Math.max(1, name.length - start - 2))
  const [before, letter, after] = [name.slice(0, at), name[at] ?? '', name.slice(at + 1)]
  const way = Math.floor(random() * 4)
  if (way === 0) return before + after
  if (way === 1) return before + letter + letter + after
  if (way === 2) return before + letters[Math.floor(random() * letters.length)]! + after
  return before + (after[0] ?? '') + letter + after.slice(1)
}
