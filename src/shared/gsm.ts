// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The alphabet of text messages (3GPP TS 23.038, section 6.2.1): outside it a message holds 70 characters, not 160. */

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** Characters of the extension table take two places. */
const extended = new Set('^{}\\[~]|€\f')

const plain: Record<string, string> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  á: 'à',
  í: 'ì',
  ó: 'ò',
  ú: 'ù',
  À: "A'",
  È: "E'",
  Ì: "I'",
  Ò: "O'",
  Ù: "U'",
}

const fits = (character: string): boolean => basic.has(character) || extended.has(character)

/** The text in the GSM alphabet: typographic signs become plain ones, unknown letters lose their accent or become `?`. */
export function toGsm(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => {
    if (fits(character)) return character
    const replaced = plain[character]
    if (replaced !== undefined) return replaced
    const [base = '?'] = character.normalize('NFKD')
    return fits(base) ? base : '?'
  }).join('')
}

export interface Length {
  encoding: 'GSM-7' | 'UCS-2'
  /** Messages the network sends and bills. */
  segments: number
}

/** How many network messages a text takes; joined messages lose a header each (153 of 160, 67 of 70). */
export function smsLength(text: string): Length {
  const characters = Array.from(text)
  if (characters.every(fits)) {
    const septets = characters.reduce((sum, character) => sum + (extended.has(character) ? 2 : 1), 0)
    return { encoding: 'GSM-7', segments: septets <= 160 ? 1 : Math.ceil(septets / 153) }
  }
  return { encoding: 'UCS-2', segments: text.length <= 70 ? 1 : Math.ceil(text.length / 67) }
}
