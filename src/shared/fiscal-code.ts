// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Kinds of code that identify a patient on a prescription or at a desk. */
export type PersonCodeKind = 'CF' | 'CF_PROVISIONAL' | 'STP' | 'ENI'

export interface PersonCode {
  kind: PersonCodeKind
  /** Upper case, without blanks. */
  value: string
}

export interface BirthFacts {
  familyName: string
  givenName: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: 'M' | 'F'
  /** Cadastral (Belfiore) code of the municipality, or Z code of the foreign state, of birth. */
  birthPlaceCode: string
}

/** What a fiscal code itself tells. The century is a guess: only the registry knows it. */
export interface FiscalCodeFacts {
  birthDate: string
  sex: 'M' | 'F'
  birthPlaceCode: string
  /** How many digits were replaced because two people had the same code. */
  replacedDigits: number
}

const shape = /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/
const months = 'ABCDEHLMPRST'
const replacements = 'LMNPQRSTUV'
/** Positions of digits, in the order in which they are replaced for omocodia: from the right. */
const digitPositions = [14, 13, 12, 10, 9, 7, 6] as const
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** Values of characters at odd positions (1st, 3rd…); digits count as the letter of the same rank. D.M. 23/12/1976, tables. */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

const rankOf = (character: string): number => (character >= 'A' ? letters.indexOf(character) : Number(character))

/** Check character of the first 15 characters of a fiscal code (D.M. 23/12/1976 n. 13813, art. 8). */
export function checkCharacter(first15: string): string {
  let sum = 0
  for (let index = 0; index < first15.length; index += 1) {
    const rank = rankOf(first15[index]!)
    sum += index % 2 === 0 ? oddValues[rank]! : rank
  }
  return letters[sum % 26]!
}

/** Surname or name as the algorithm reads it: capitals A to Z only, accents and apostrophes gone. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replaceAll('ß', 'SS')
    .replaceAll('Ø', 'O')
    .replaceAll('Æ', 'AE')
    .replace(/[^A-Z]/g, '')
}

function partsOf(text: string): { consonants: string; vowels: string } {
  const plain = plainLetters(text)
  return { consonants: plain.replace(/[AEIOU]/g, ''), vowels: plain.replace(/[^AEIOU]/g, '') }
}

/** The three letters of a fiscal code that stand for the surname. */
export function familyNamePart(text: string): string {
  const { consonants, vowels } = partsOf(text)
  return `${consonants}${vowels}XXX`.slice(0, 3)
}

/** The three letters of a fiscal code that stand for the given name. */
export function givenNamePart(text: string): string {
  const { consonants, vowels } = partsOf(text)
  if (consonants.length >= 4) return consonants[0]! + consonants[2]! + consonants[3]!
  return `${consonants}${vowels}XXX`.slice(0, 3)
}

/** The fiscal code that follows from a person's birth facts, before any omocodia. Women: the surname at birth. */
export function computeFiscalCode(facts: BirthFacts): string {
  return fiscalCodeOf(familyNamePart(facts.familyName) + givenNamePart(facts.givenName), facts)
}

/** The same from the six letters of the names. */
export function fiscalCodeOf(names: string, facts: Omit<BirthFacts, 'familyName' | 'givenName'>): string {
  const { birthDate } = facts
  const body =
    names +
    birthDate.slice(2, 4) +
    months[Number(birthDate.slice(5, 7)) - 1]! +
    String(Number(birthDate.slice(8)) + (facts.sex === 'F' ? 40 : 0)).padStart(2, '0') +
    facts.birthPlaceCode
  return body + checkCharacter(body)
}

/** Takes blanks away and makes capitals of what someone typed or scanned. */
export function cleanCode(typed: string): string {
  return typed.replace(/\s+/g, '').toUpperCase()
}

/** The code with the digits that omocodia had replaced, and the check character of that form. */
export function withoutOmocodia(code: string): string {
  const characters = Array.from(code.slice(0, 15))
  for (const position of digitPositions) {
    const digit = replacements.indexOf(characters[position]!)
    if (digit >= 0) characters[position] = String(digit)
  }
  const body = characters.join('')
  return body + checkCharacter(body)
}

/**
 * One of the 127 variants the Revenue Agency may give to a person whose code is taken: bit n of `mask` replaces the
 * n-th digit from the right. 0 gives the code itself.
 */
export function omocodeVariant(code: string, mask: number): string {
  if (!Number.isInteger(mask) || mask < 0 || mask > 127) throw new RangeError('an omocode mask goes from 0 to 127')
  const characters = Array.from(withoutOmocodia(code).slice(0, 15))
  for (const [bit, position] of digitPositions.entries()) {
    if (mask & (1 << bit)) characters[position] = replacements[Number(characters[position])]!
  }
  const body = characters.join('')
  return body + checkCharacter(body)
}

/** Every variant of a code, the code without omocodia first. */
export function omocodeVariants(code: string): string[] {
  return Array.from({ length: 128 }, (_, mask) => omocodeVariant(code, mask))
}

function realDay(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  return date.toISOString().slice(0, 10)
}

/**
 * Reads a fiscal code of 16 characters; undefined when its shape, date or check character is wrong.
 * `today` (YYYY-MM-DD) settles the century: the latest that is not in the future.
 */
export function readFiscalCode(code: string, today: string): FiscalCodeFacts | undefined {
  if (!shape.test(code) || checkCharacter(code.slice(0, 15)) !== code[15]) return undefined
  const plain = withoutOmocodia(code)
  const written = Number(plain.slice(9, 11))
  const day = written > 40 ? written - 40 : written
  const century = Math.floor(Number(today.slice(0, 4)) / 100) * 100
  const month = months.indexOf(plain[8]!) + 1
  const inYear = (hundred: number): string | undefined => realDay(hundred + Number(plain.slice(6, 8)), month, day)
  const latest = inYear(century)
  const birthDate = latest && latest <= today ? latest : inYear(century - 100)
  if (!birthDate) return undefined
  return {
    birthDate,
    sex: written > 40 ? 'F' : 'M',
    birthPlaceCode: plain.slice(11, 15),
    replacedDigits: digitPositions.filter((position) => plain[position] !== code[position]).length,
  }
}

/** True for a fiscal code of a natural person whose check character is right. It may still belong to nobody. */
export function isFiscalCode(code: string): boolean {
  return readFiscalCode(code, '2999-12-31') !== undefined
}

/** Check digit of the first ten digits of a provisional numeric code or a VAT number (partita IVA). */
export function numericCheckDigit(first10: string): string {
  let sum = 0
  for (const [index, character] of Array.from(first10).entries()) {
    const doubled = Number(character) * 2
    sum += index % 2 === 0 ? Number(character) : doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}

/** True for 11 digits with the right check digit: provisional code of a person, or code of an organisation. */
export function isNumericCode(code: string): boolean {
  return /^[0-9]{11}$/.test(code) && numericCheckDigit(code.slice(0, 10)) === code[10]
}

/**
 * Recognises what identifies a patient: fiscal code, provisional numeric code, STP or ENI code of a foreigner without
 * cover (prefix, 3 digits of the region, 3 of the authority, 7 progressive; no check character). Undefined when it is none.
 */
export function readPersonCode(typed: string): PersonCode | undefined {
  const value = cleanCode(typed)
  const foreign = /^(STP|ENI)[0-9]{13}$/.exec(value)
  if (foreign) return { kind: foreign[1] as 'STP' | 'ENI', value }
  if (isNumericCode(value)) return { kind: 'CF_PROVISIONAL', value }
  return isFiscalCode(value) ? { kind: 'CF', value } : undefined
}

/**
 * What in a code does not follow from the person's facts. A difference is a warning, never a refusal: codes given by
 * the Revenue Agency are right even when they differ from the computed one.
 */
export function differences(code: string, facts: BirthFacts): ('name' | 'birthDate' | 'sex' | 'birthPlace')[] {
  const [given, computed] = [withoutOmocodia(code), computeFiscalCode(facts)]
  const sexOf = (text: string): boolean => Number(text.slice(9, 11)) > 40
  const dateOf = (text: string): string => text.slice(6, 9) + String(Number(text.slice(9, 11)) % 40).padStart(2, '0')
  const found: ('name' | 'birthDate' | 'sex' | 'birthPlace')[] = []
  if (given.slice(0, 6) !== computed.slice(0, 6)) found.push('name')
  if (dateOf(given) !== dateOf(computed)) found.push('birthDate')
  if (sexOf(given) !== sexOf(computed)) found.push('sex')
  if (given.slice(11, 15) !== computed.slice(11, 15)) found.push('birthPlace')
  return found
}
