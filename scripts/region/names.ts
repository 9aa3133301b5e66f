// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Random } from './random.ts'

/**
 * Names of people who do not exist. Every surname is "Demo" and an invented word, so that nobody takes one for a real
 * person, on a screen or in a file; telephone numbers start with a prefix that is given to nobody (300), e-mail addresses
 * end in a reserved domain. Given names are common ones.
 */
export const surnameMark = 'Demo'

const starts = ['B', 'Br', 'D', 'F', 'Fl', 'G', 'Gh', 'L', 'M', 'P', 'Pl', 'V', 'Z', 'Bl', 'Gl', 'Fr']
const vowels = ['a', 'e', 'i', 'o', 'u']
const middles = [
  'bb',
  'l',
  'll',
  'm',
  'mm',
  'nd',
  'ng',
  'rb',
  'rd',
  'rg',
  'rl',
  'rm',
  'rv',
  'v',
  'zz',
  'gl',
  'lb',
  'ld',
  'lv',
  'mb',
]
const ends = [
  'elli',
  'ini',
  'one',
  'oni',
  'ardi',
  'ucci',
  'etti',
  'ese',
  'isi',
  'aro',
  'olo',
  'ano',
  'azzo',
  'illo',
  'iero',
  'uoli',
]

/** Thousands of invented surnames, some much more common than others, as in life. */
export function surname(random: Random): string {
  // Squaring makes the first entries of each list more common.
  const common = <T>(items: readonly T[]): T => items[Math.floor(random.next() ** 2 * items.length)]!
  return `${surnameMark} ${common(starts)}${random.pick(vowels)}${common(middles)}${common(ends)}`
}

const women =
  'Maria Anna Giulia Sofia Chiara Francesca Rosa Carmela Teresa Giovanna Angela Lucia Antonietta Immacolata Paola Elena Martina Sara Alessia Federica Valentina Laura Daniela Patrizia Concetta Raffaella Rita Assunta Michela Ilaria Silvia Serena Marta Aurora Giorgia Emma Beatrice Noemi Roberta Claudia Simona Barbara Nunzia Filomena Vincenza Carla Luisa Caterina Bianca Viola'.split(
    ' ',
  )
const men =
  'Antonio Giuseppe Luigi Salvatore Vincenzo Francesco Gennaro Pasquale Ciro Carmine Raffaele Mario Giovanni Michele Domenico Alessandro Andrea Marco Luca Matteo Lorenzo Davide Stefano Roberto Paolo Pietro Nicola Gaetano Alfonso Angelo Bruno Claudio Dario Emanuele Fabio Gabriele Giorgio Leonardo Massimo Mattia Riccardo Simone Tommaso Umberto Valerio Diego Edoardo Federico Christian Samuele'.split(
    ' ',
  )

/** A function of a name that works out each name once. */
export function remembered(work: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    let result = known.get(name)
    if (result === undefined) known.set(name, (result = work(name)))
    return result
  }
}

/** A common given name; one in eight people has two. */
export function givenName(random: Random, sex: 'M' | 'F'): string {
  const names = sex === 'F' ? women : men
  const first = names[Math.floor(random.next() ** 1.6 * names.length)]!
  if (!random.chance(0.125)) return first
  const second = random.pick(names)
  return second === first ? first : `${first} ${second}`
}

const streets =
  'Via Roma;Via Garibaldi;Via Mazzini;Via Dante;Corso Umberto I;Via Vittorio Emanuele;Via Cavour;Via Marconi;Via della Libertà;Via Leopardi;Piazza del Popolo;Via dei Mille;Viale Europa;Via Nazionale;Via San Francesco;Via Kennedy;Via Verdi;Via Petrarca;Via Galileo Galilei;Via Aldo Moro'.split(
    ';',
  )

export function street(random: Random): string {
  return `${random.pick(streets)}, ${random.int(1, 180)}`
}

/** A mobile number that no operator has been given. */
export function mobile(random: Random): string {
  return `+39300${String(random.int(0, 9_999_999)).padStart(7, '0')}`
}

/** An address of the reserved domain .example (RFC 2606). */
export function email(givenName: string, familyName: string, number: number): string {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
  return `${plain(givenName)}.${plain(familyName.replace(surnameMark, ''))}.${number}@prova.example`
}
