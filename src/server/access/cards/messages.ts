// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Notice } from '../sign-in/index.ts'

const title = { it: 'Accesso non riuscito', en: 'Sign-in failed' }
const notice = (it: string, en: string, status: Notice['status'] = 403): Notice => ({
  title,
  text: { it, en },
  status,
  offers: ['retry'],
})

const noCard = notice(
  'Il browser non ha presentato nessuna carta. Inserisci la tessera sanitaria o la CNS nel lettore, chiudi e riapri il browser e riprova.',
  'The browser showed no card. Put the health card or CNS into the reader, close and reopen the browser and try again.',
)
const expired = notice(
  'La carta è scaduta o non è ancora valida. Usa la carta nuova, oppure entra con SPID o CIE.',
  'The card has expired or is not valid yet. Use the new card, or sign in with SPID or CIE.',
)
const revoked = notice(
  'La carta risulta revocata o sospesa. Rivolgiti allo sportello che l’ha attivata, oppure entra con SPID o CIE.',
  'The card is revoked or suspended. Go to the office that activated it, or sign in with SPID or CIE.',
)
const unknown = notice(
  'Ora non possiamo controllare se la carta è valida, perché chi l’ha emessa non risponde. Riprova più tardi, oppure entra con SPID o CIE.',
  'We cannot check now whether the card is valid, because its issuer does not answer. Try later, or sign in with SPID or CIE.',
  503,
)
const late = notice(
  'È passato troppo tempo, o l’accesso è già stato concluso o è iniziato in un altro browser. Ricomincia.',
  'Too much time has passed, or this sign-in was already completed or began in another browser. Start again.',
)
const refused = notice(
  'Non possiamo accettare questa carta. Se il lettore propone più certificati scegli quello di autenticazione (CNS), non quello di firma.',
  'We cannot accept this card. If the reader offers several certificates choose the one for authentication (CNS), not the one for signing.',
)

const notices: Readonly<Record<string, Notice>> = {
  'possession/no-card': noCard,
  'hand-over/no-card': noCard,
  'validity/expired': expired,
  'validity/not-yet': expired,
  'revocation/revoked': revoked,
  'revocation/unknown': unknown,
  'trusted-list/none': unknown,
  'request/unknown': late,
}

/** The page for a card or a code that is not accepted: what the holder can do, never which check of ours failed. */
export function cardNotice(code: string): Notice {
  return notices[code] ?? (code.startsWith('code/') ? late : refused)
}

/** The address is not one that we made. */
export const badRequest: Notice = { ...late, status: 400 }
