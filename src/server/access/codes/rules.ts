// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Language } from '../../platform/text.ts'
import type { Allowance } from './allowances.ts'

/** What a code proves; a code for one purpose is worth nothing for another. */
export type CodePurpose = 'account-mobile' | 'account-sign-in' | 'public-flow'

/** Seconds a code may be typed after it was sent (NIST SP 800-63B 5.1.3.2 allows ten minutes). */
export const lifetime = 300
/** Seconds after which a code is not sent any more: whoever asked has gone. */
export const longestWait = 300
/** Wrong or right, a code may be tried so often; then it is void. */
export const mostTries = 5
/** Seconds between two codes. */
export const pause = 60

/** How often codes are sent to one number, about one person, and asked for by strangers from one network address. */
export function sendingAllowances(about: { mobile: string; person: string; network: string | null }): Allowance[] {
  const hourly = { most: 5, seconds: 3600 }
  return [
    { kind: 'code/mobile', value: about.mobile, most: 1, seconds: pause },
    { kind: 'code/person', value: about.person, most: 1, seconds: pause },
    { kind: 'code/mobile', value: about.mobile, ...hourly },
    { kind: 'code/person', value: about.person, ...hourly },
    ...(about.network === null ? [] : [{ kind: 'code/network', value: about.network, ...hourly }]),
  ]
}

const sentences: Record<CodePurpose, Record<Language, string>> = {
  'account-mobile': {
    it: 'è il codice per confermare il tuo numero. Vale 5 minuti.',
    en: 'is the code to confirm your number. It is valid for 5 minutes.',
  },
  'account-sign-in': {
    it: 'è il codice per entrare. Vale 5 minuti. Non dirlo a nessuno, nemmeno a chi ti chiama per nome della Regione.',
    en: 'is the code to sign in. It is valid for 5 minutes. Tell it to nobody, even if they call for the Region.',
  },
  'public-flow': {
    it: 'è il codice per continuare. Vale 5 minuti. Se non lo hai chiesto, ignora questo messaggio.',
    en: 'is the code to continue. It is valid for 5 minutes. If you did not ask for it, ignore this message.',
  },
}

/** The message with a code: no personal data, and a last line that ties the code to our site for the telephone. */
export function codeText(purpose: CodePurpose, language: Language, code: string, host: string): string {
  return `${code} ${sentences[purpose][language]}\n@${host} #${code}`
}

/**
 * An Italian mobile number in E.164 from what people type (`333 123 4567`, `0039…`, `+39…`); undefined for a landline, a
 * premium number or a number of another country.
 */
export function readMobile(typed: string): string | undefined {
  const plain = typed.replace(/[\s./()-]/g, '').replace(/^00/, '+')
  const number = plain.startsWith('+') ? plain : `+39${plain}`
  return /^\+393[0-9]{8,9}$/.test(number) ? number : undefined
}

/** A mobile number of which only the end shows, to recognise one's own: `+39 *** *** 567`. */
export function maskedMobile(mobile: string): string {
  return `+39 *** *** ${mobile.slice(-3)}`
}
