// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language, Text } from '../../platform/text.ts'
import { orderText } from '../codes/index.ts'

const happened = {
  'mobile-changed': {
    it: 'Il numero che riceve i codici delle tue credenziali Campania in Salute è cambiato: questo non li riceve più.',
    en: 'The number that gets the codes of your Campania in Salute credentials has changed: this one no longer does.',
  },
  'password-changed': {
    it: 'La password delle tue credenziali Campania in Salute è cambiata.',
    en: 'The password of your Campania in Salute credentials has changed.',
  },
  'passkey-added': {
    it: 'Alle tue credenziali Campania in Salute è stata aggiunta una passkey.',
    en: 'A passkey was added to your Campania in Salute credentials.',
  },
  'passkey-copied': {
    it: 'Una passkey delle tue credenziali Campania in Salute sembra copiata: non si può più usare.',
    en: 'A passkey of your Campania in Salute credentials seems to have been copied: it can no longer be used.',
  },
  'account-closed': {
    it: 'Le tue credenziali Campania in Salute sono state chiuse.',
    en: 'Your Campania in Salute credentials have been closed.',
  },
} as const satisfies Record<string, Text>

const notYou: Record<Language, (telephone: string) => string> = {
  it: (telephone) => `Se non sei stato tu, chiama ${telephone}.`,
  en: (telephone) => `If it was not you, call ${telephone}.`,
}

/** Tells the owner by text message what happened to the account (NIST SP 800-63B 6.1.2: notice of a new authenticator). */
export function warn(
  tx: Tx,
  platform: Platform,
  mobile: string,
  what: keyof typeof happened,
  language: Language,
): Promise<void> {
  const { telephone } = platform.config.region
  return orderText(tx, platform, { mobile, text: `${happened[what][language]} ${notYou[language](telephone)}` })
}
