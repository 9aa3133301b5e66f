// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { isFiscalCode } from '../../../shared/fiscal-code.ts'
import { plainWords } from '../../../shared/plain-text.ts'

/** The form in which a user name is kept and compared; undefined when it cannot be one. */
export function readUserName(typed: string): string | undefined {
  const name = typed.normalize('NFKC').trim().toLowerCase()
  if (!/^[a-z0-9][a-z0-9._-]{3,39}$/.test(name) || isFiscalCode(name.toUpperCase())) return undefined
  return name
}

/** The form in which a password is hashed: the same letters typed on another keyboard are the same password (NFKC). */
export function readPassword(typed: string): string {
  return typed.normalize('NFKC')
}

export type PasswordFault = 'too-short' | 'too-long' | 'too-simple' | 'common' | 'context' | 'breached'

export interface PasswordRules {
  shortest: number
  longest: number
  /** Words nobody may build a password on: names of the service, of the person, her codes. */
  context: readonly string[]
  /** Whether this text, in lower case, is among the passwords everybody uses. */
  isCommon(text: string): boolean
}

const signs: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** Letters and digits only, in lower case, without accents. */
const bare = (text: string): string => plainWords(text).replaceAll(/[^a-z0-9]/g, '')

/** The same with the usual signs in place of letters turned back: `S1nf0n!a` is `sinfonia`. */
const undisguised = (text: string): string => bare(text.replaceAll(/[013457@$!]/g, (sign) => signs[sign]!))

/** Fewer than this many characters beside a context word are no password. */
const ownPart = 6

/**
 * Why a password is refused; undefined when it may be used (NIST SP 800-63B 5.1.1.2: length and a list of what is easy to
 * guess, no rule about kinds of characters). The list of breached passwords is asked elsewhere.
 */
export function faultOf(password: string, rules: PasswordRules): PasswordFault | undefined {
  const characters = Array.from(password)
  if (characters.length < rules.shortest) return 'too-short'
  if (characters.length > rules.longest) return 'too-long'
  if (new Set(characters).size < 4 || isRun(characters)) return 'too-simple'
  // Letters of other scripts are no part of the bare forms, but they are part of the password.
  const letters = (password.match(/[\p{L}\p{N}]/gu) ?? []).length
  const forms = [bare(password), undisguised(password)]
  const whole = [password.toLowerCase(), ...forms.filter((form) => form.length >= letters)]
  if (whole.some((form) => rules.isCommon(form))) return 'common'
  const words = rules.context.map(bare).filter((word) => word.length >= 4)
  const onContext = forms.some((form) => {
    const found = form.length - words.reduce((text, word) => text.replaceAll(word, ''), form).length
    return found > 0 && Math.max(letters, form.length) - found < ownPart
  })
  return onContext ? 'context' : undefined
}

/** Each character follows the one before, up or down: `12345678`, `hgfedcba`. */
function isRun(characters: readonly string[]): boolean {
  const codes = characters.map((character) => character.codePointAt(0)!)
  const steps = new Set(codes.slice(1).map((code, i) => code - codes[i]!))
  return steps.size === 1 && [1, -1].includes([...steps][0]!)
}

/** A form of another site must not sign anybody in here (login CSRF): browsers say where a request comes from. */
export function fromOurSite(headers: Readonly<Record<string, string | string[] | undefined>>, origin: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const from = headers['origin']
  return from === undefined || from === origin
}
