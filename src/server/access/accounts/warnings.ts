// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import type { Language, Text } from '../../platform/text.ts'
import { orderText } from '../codes/index.ts'
import type { Accounts } from './context.ts'

const happened = {
  'mobile-changed': {
    it: 'Il numero che riceve i codici delle tue credenziali {name} è cambiato: questo non li riceve più.',
    en: 'The number that gets the codes of your {name} credentials has changed: this one no longer does.',
  },
  'password-changed': {
    it: 'La password delle tue credenziali {name} è cambiata.',
    en: 'The password of your {name} credentials has changed.',
  },
  'passkey-added': {
    it: 'Alle tue credenziali {name} è stata aggiunta una passkey.',
    en: 'A passkey was added to your {name} credentials.',
  },
  'passkey-removed': {
    it: 'Una passkey delle tue credenziali {name} è stata tolta.',
    en: 'A passkey of your {name} credentials was removed.',
  },
  'passkey-copied': {
    it: 'Una passkey delle tue credenziali {name} sembra copiata: non si può più usare.',
    en: 'A passkey of your {name} credentials seems to have been copied: it can no longer be used.',
  },
  'account-closed': {
    it: 'Le tue credenziali {name} sono state chiuse.',
    en: 'Your {name} credentials have been closed.',
  },
} as const satisfies Record<string, Text>

const notYou: Record<Language, (telephone: string) => string> = {
  it: (telephone) => `Se non sei stato tu, chiama ${telephone}.`,
  en: (telephone) => `If it was not you, call ${telephone}.`,
}

/** Tells the owner by text message what happened to the account (NIST SP 800-63B 6.1.2: notice of a new authenticator). */
export function warn(
  tx: Tx,
  { platform, config }: Accounts,
  mobile: string,
  what: keyof typeof happened,
  language: Language,
): Promise<void> {
  const { telephone } = platform.config.region
  const text = happened[what][language].replace('{name}', config.name)
  return orderText(tx, platform, { mobile, text: `${text} ${notYou[language](telephone)}` })
}
