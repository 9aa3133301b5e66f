// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Text as searches compare it: small letters without accents, every other sign a blank, single blanks. */
export function plainWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim()
}

/** Surname and name as the registry indexes them: capitals A to Z, accents and apostrophes gone, single blanks. */
export function plainName(familyName: string, givenName: string): string {
  return `${familyName} ${givenName}`
    .normalize('NFKD')
    .toUpperCase()
    .replace(/['’`]/g, '')
    .replace(/[^A-Z]+/g, ' ')
    .trim()
}
