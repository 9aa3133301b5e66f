// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import type { FlowConfig } from './config.ts'

export const notOpen = new Refusal(
  'public-flows/not-open',
  404,
  { it: 'Questa adesione non è aperta.', en: 'This is not open.' },
  { field: 'purpose', next: { it: 'Controlla le date della campagna.', en: 'Check the dates of the campaign.' } },
)

export const fiscalCodeInvalid = new Refusal(
  'public-flows/fiscal-code-invalid',
  422,
  { it: 'Il codice fiscale non è scritto bene.', en: 'The fiscal code is not written correctly.' },
  {
    field: 'fiscalCode',
    next: { it: 'Copialo dalla tessera sanitaria.', en: 'Copy it from the health card.' },
  },
)

export const cardInvalid = (card: FlowConfig['card']): Refusal =>
  new Refusal(
    'public-flows/card-invalid',
    422,
    { it: 'Il numero della tessera non è scritto bene.', en: 'The number of the card is not written correctly.' },
    {
      field: 'card',
      next:
        card === 'full'
          ? { it: 'Sono le 20 cifre sul retro della tessera.', en: 'It is the 20 digits on the back of the card.' }
          : { it: 'Sono le ultime 6 delle 20 cifre sul retro.', en: 'It is the last 6 of the 20 digits on the back.' },
    },
  )

export const expiryMissing = new Refusal(
  'public-flows/card-expiry-missing',
  422,
  { it: 'Manca la scadenza della tessera.', en: 'The expiry date of the card is missing.' },
  {
    field: 'cardExpiry',
    next: {
      it: 'È la data al punto 9 sul retro della tessera.',
      en: 'It is the date at point 9 on the back of the card.',
    },
  },
)

export const mobileInvalid = new Refusal(
  'public-flows/mobile-invalid',
  422,
  { it: 'Questo non è un numero di cellulare italiano.', en: 'This is not an Italian mobile number.' },
  {
    field: 'mobile',
    next: { it: 'Scrivilo per esempio così: 333 123 4567.', en: 'Write it like this: 333 123 4567.' },
  },
)

/** Counted for whatever was typed, so it says nothing about anybody. */
export function tooOften(seconds: number): Refusal {
  const minutes = Math.ceil(seconds / 60)
  const [it, en] = minutes <= 1 ? ['un minuto', 'a minute'] : [`${minutes} minuti`, `${minutes} minutes`]
  return new Refusal(
    'public-flows/too-often',
    429,
    { it: 'Hai chiesto troppi codici.', en: 'You asked for too many codes.' },
    {
      retryAfter: seconds,
      next: { it: `Riprova tra ${it}, o entra con SPID.`, en: `Try again in ${en}, or sign in with SPID.` },
    },
  )
}

export const codeWrong = (triesLeft: number): Refusal =>
  new Refusal(
    'public-flows/code-wrong',
    422,
    { it: 'Il codice non è giusto.', en: 'The code is not right.' },
    {
      field: 'code',
      extra: { triesLeft },
      next: { it: `Tentativi rimasti: ${triesLeft}.`, en: `Tries left: ${triesLeft}.` },
    },
  )

export const codeOver = new Refusal(
  'public-flows/code-over',
  410,
  { it: 'Il codice è scaduto o non vale più.', en: 'The code has expired or is no longer valid.' },
  { field: 'code', next: { it: 'Ricomincia per riceverne un altro.', en: 'Start again to get another one.' } },
)

/** One answer for a wrong card, an old card, nobody of that code, and too many attempts. */
export const notVerified = new Refusal(
  'public-flows/not-verified',
  422,
  { it: 'Non abbiamo potuto verificare i dati.', en: 'We could not verify the data.' },
  {
    next: {
      it: 'Controlla codice fiscale e numero della tessera in corso di validità. Se sono giusti entra con SPID, CIE o CNS, o chiama il numero verde: dopo più tentativi falliti bisogna aspettare un giorno.',
      en: 'Check the fiscal code and the number of the card that is valid now. If they are right, sign in with SPID, CIE or CNS, or call the help line: after several failed attempts one must wait a day.',
    },
  },
)
