// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, randomBytes } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { dictionary } from '@zxcvbn-ts/language-common'
import { BadSetting } from '../../platform/config.ts'
import { Refusal } from '../../platform/errors.ts'
import { keptFile } from '../../platform/kept-file.ts'
import type { Text } from '../../platform/text.ts'
import { openFilter, type BreachedPasswords } from './breached.ts'
import type { AccountConfig } from './config.ts'
import { gate } from './gate.ts'
import { faultOf, readPassword, type PasswordFault } from './rules.ts'

/** A hash in PHC form, and the name of the pepper that went into it. */
export interface StoredPassword {
  passwordHash: string
  pepper: string
}

export interface Passwords {
  /**
   * Refuses a password that is easy to guess.
   *
   * @param context words about the person: user name, names, codes
   * @throws Refusal `accounts/password-…`, field `password`
   */
  check(password: string, context: readonly string[]): Promise<void>
  hash(password: string): Promise<StoredPassword>
  /** Whether the password is right; with nothing stored, false after the same work. */
  verify(stored: StoredPassword | undefined, password: string): Promise<boolean>
  /** Whether the hash was made with other costs or another pepper than are used now. */
  isOutdated(stored: StoredPassword): boolean
}

interface Pepper {
  name: string
  secret: Buffer
}

async function readPeppers(file: string): Promise<[Pepper, ...Pepper[]]> {
  const text = await keptFile(file, () => Promise.resolve(`${randomBytes(32).toString('base64')}\n`))
  const peppers = text
    .split('\n')
    .map((line) => Buffer.from(line.trim(), 'base64'))
    .filter((secret) => secret.length > 0)
    .map((secret) => ({ name: createHash('sha256').update(secret).digest('hex').slice(0, 16), secret }))
  const [current, ...earlier] = peppers
  if (!current || peppers.some(({ secret }) => secret.length < 32)) {
    throw new BadSetting(`${file} must hold peppers of at least 32 bytes in base64, one a line, the current one first.`)
  }
  return [current, ...earlier]
}

const common = new Set(dictionary['passwords-common'])

const faults: Record<PasswordFault, (shortest: number, longest: number) => Text> = {
  'too-short': (shortest) => ({
    it: `La password deve avere almeno ${shortest} caratteri.`,
    en: `The password must have at least ${shortest} characters.`,
  }),
  'too-long': (_shortest, longest) => ({
    it: `La password può avere al massimo ${longest} caratteri.`,
    en: `The password may have at most ${longest} characters.`,
  }),
  'too-simple': () => ({
    it: 'La password ripete o conta sempre gli stessi caratteri.',
    en: 'The password only repeats or counts characters.',
  }),
  common: () => ({
    it: 'Questa password è tra le più usate: si indovina subito.',
    en: 'This password is among the most used: it is guessed at once.',
  }),
  context: () => ({
    it: 'La password è fatta con il tuo nome, il tuo codice o il nome del servizio.',
    en: 'The password is made of your name, your code or the name of the service.',
  }),
  breached: () => ({
    it: 'Questa password è comparsa in un furto di dati: altri la conoscono.',
    en: 'This password appeared in a theft of data: others know it.',
  }),
}
const next: Text = {
  it: 'Scegline un’altra, per esempio quattro parole che non c’entrano tra loro.',
  en: 'Choose another one, for example four words that have nothing to do with each other.',
}

/** Hashes and checks passwords with argon2id, a pepper kept outside the database, and lists of what not to use. */
export async function passwordsOf(config: AccountConfig): Promise<Passwords> {
  const { shortest, longest, memoryKiB, passes, atOnce, waiting, contextWords } = config.password
  const peppers = await readPeppers(config.pepperFile)
  const [current] = peppers
  const breached: BreachedPasswords | undefined = config.breachedFile
    ? await openFilter(config.breachedFile)
    : undefined
  const through = gate(atOnce, waiting)
  const costs = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 }
  const make = (password: string) =>
    hash(readPassword(password), { ...costs, secret: current.secret, salt: randomBytes(32) })
  /** Verified when there is no account, so that both answers cost the same. */
  const nobody: StoredPassword = { passwordHash: await make(randomBytes(24).toString('base64')), pepper: current.name }

  return {
    async check(password, context) {
      const readable = readPassword(password)
      const rules = {
        shortest,
        longest,
        context: [...contextWords, ...context],
        isCommon: (text: string) => common.has(text),
      }
      const fault = faultOf(readable, rules) ?? ((await breached?.includes(readable)) ? 'breached' : undefined)
      if (fault) {
        throw new Refusal(`accounts/password-${fault}`, 422, faults[fault](shortest, longest), {
          next,
          field: 'password',
        })
      }
    },
    hash: async (password) => ({ passwordHash: await through(() => make(password)), pepper: current.name }),
    async verify(stored, password) {
      const { passwordHash, pepper } = stored ?? nobody
      const secret = peppers.find(({ name }) => name === pepper)?.secret
      if (!secret) throw new Error(`The pepper ${pepper} of an account is missing from the file of peppers`)
      const right = await through(() => verify(passwordHash, readPassword(password), { secret }))
      return right && stored !== undefined
    },
    isOutdated({ passwordHash, pepper }) {
      const made = parseOptions(passwordHash)
      return pepper !== current.name || made.memoryCost !== memoryKiB || made.timeCost !== passes
    },
  }
}
