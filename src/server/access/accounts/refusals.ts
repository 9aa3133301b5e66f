// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constraint, Refusal } from '../../platform/errors.ts'

export const noAccount = new Refusal(
  'accounts/none',
  404,
  { it: 'Non hai ancora credenziali del servizio.', en: 'You have no credentials of the service yet.' },
  { next: { it: 'Creale dal tuo profilo.', en: 'Create them from your profile.' } },
)

export const userNameInvalid = new Refusal(
  'accounts/user-name-invalid',
  422,
  { it: 'Questo nome utente non si può usare.', en: 'This user name cannot be used.' },
  {
    field: 'userName',
    next: {
      it: 'Usa da 4 a 40 lettere senza accenti, cifre, punti o trattini. Non usare il codice fiscale.',
      en: 'Use 4 to 40 letters without accents, digits, dots or hyphens. Do not use the fiscal code.',
    },
  },
)

constraint(
  'account_user_name',
  new Refusal(
    'accounts/user-name-taken',
    409,
    { it: 'Questo nome utente è già di un’altra persona.', en: 'This user name belongs to somebody else.' },
    { field: 'userName', next: { it: 'Scegline un altro.', en: 'Choose another one.' } },
  ),
)
constraint(
  'account_one_per_person',
  new Refusal(
    'accounts/already-there',
    409,
    { it: 'Hai già credenziali del servizio.', en: 'You already have credentials of the service.' },
    { next: { it: 'Le trovi nel tuo profilo.', en: 'They are in your profile.' } },
  ),
)
constraint(
  'account_passkey_credential',
  new Refusal(
    'accounts/passkey-known',
    409,
    { it: 'Questa passkey è già registrata.', en: 'This passkey is already registered.' },
    { next: { it: 'Usa un altro dispositivo.', en: 'Use another device.' } },
  ),
)

export const mobileInvalid = new Refusal(
  'accounts/mobile-invalid',
  422,
  { it: 'Questo non è un numero di cellulare italiano.', en: 'This is not an Italian mobile number.' },
  {
    field: 'mobile',
    next: { it: 'Scrivilo per esempio così: 333 123 4567.', en: 'Write it like this: 333 123 4567.' },
  },
)

/** Too often: `seconds` until it may be tried again. */
export function tooOften(seconds: number): Refusal {
  const minutes = Math.ceil(seconds / 60)
  return new Refusal(
    'accounts/too-often',
    429,
    { it: 'Hai fatto troppi tentativi.', en: 'Too many attempts.' },
    {
      retryAfter: seconds,
      next: {
        it: seconds < 60 ? `Riprova tra ${seconds} secondi.` : `Riprova tra ${minutes} minuti, o entra con SPID.`,
        en:
          seconds < 60 ? `Try again in ${seconds} seconds.` : `Try again in ${minutes} minutes, or sign in with SPID.`,
      },
    },
  )
}

export const codeWrong = (triesLeft: number): Refusal =>
  new Refusal(
    'accounts/code-wrong',
    422,
    { it: 'Il codice non è giusto.', en: 'The code is not right.' },
    {
      field: 'code',
      extra: { triesLeft },
      next:
        triesLeft === 1
          ? { it: 'Puoi provare ancora una volta.', en: 'You can try once more.' }
          : { it: `Puoi provare ancora ${triesLeft} volte.`, en: `You can try ${triesLeft} more times.` },
    },
  )

export const codeOver = new Refusal(
  'accounts/code-over',
  410,
  { it: 'Il codice è scaduto o non vale più.', en: 'The code has expired or is no longer valid.' },
  { field: 'code', next: { it: 'Chiedine un altro.', en: 'Ask for another one.' } },
)

export const passwordWrong = new Refusal(
  'accounts/password-wrong',
  422,
  { it: 'La password attuale non è giusta.', en: 'The current password is not right.' },
  {
    field: 'currentPassword',
    next: {
      it: 'Se non la ricordi, entra con SPID e scegline una nuova.',
      en: 'If you forgot it, sign in with SPID and choose a new one.',
    },
  },
)

export const passkeyRefused = new Refusal(
  'accounts/passkey-refused',
  403,
  { it: 'Non abbiamo potuto riconoscere la passkey.', en: 'We could not recognise the passkey.' },
  { next: { it: 'Riprova, o entra con SPID.', en: 'Try again, or sign in with SPID.' } },
)

/** A step-up came back with somebody else's passkey; the session there was goes on. */
export const otherPerson = new Refusal(
  'access/other-person',
  403,
  { it: 'Questa passkey è di un’altra persona.', en: 'This passkey is somebody else’s.' },
  {
    next: {
      it: 'Usa quella della persona che era già entrata, oppure esci e accedi di nuovo.',
      en: 'Use the one of the person who was already signed in, or sign out and sign in anew.',
    },
  },
)

export const passkeysFull = new Refusal(
  'accounts/passkeys-full',
  409,
  { it: 'Hai già il massimo di passkey.', en: 'You already have the most passkeys one may have.' },
  { next: { it: 'Togline una che non usi più.', en: 'Remove one that you no longer use.' } },
)

/** Needs SPID, CIE or CNS of level 2 or more, used not longer ago than this. */
export function strongIdentityNeeded(freshMinutes: number): Refusal {
  return new Refusal(
    'access/step-up-required',
    403,
    { it: 'Per questa operazione devi farti riconoscere di nuovo.', en: 'This needs you to be recognised again.' },
    {
      extra: { level: 2, freshMinutes },
      next: {
        it: 'Entra di nuovo con SPID, CIE o CNS e riprova.',
        en: 'Sign in again with SPID, CIE or CNS and try again.',
      },
    },
  )
}
