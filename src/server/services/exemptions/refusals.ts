// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import type { Text } from '../../platform/text.ts'
import type { Why } from './rules.ts'

export const noExemption = notFound({ it: 'Esenzione', en: 'Exemption' })

export const notEnrolled = new Refusal(
  'exemptions/not-enrolled',
  409,
  {
    it: 'La persona non è iscritta al servizio sanitario in questa Regione.',
    en: 'The person is not enrolled in the health service of this region.',
  },
  { next: { it: 'Rivolgiti al distretto sanitario.', en: 'Ask the health district.' } },
)

export const unknownCode = new Refusal(
  'exemptions/unknown-code',
  422,
  { it: 'Questo codice non si può autocertificare.', en: 'This code cannot be self-certified.' },
  {
    field: 'code',
    next: { it: 'Le altre esenzioni si chiedono al distretto.', en: 'Other exemptions are asked for at the district.' },
  },
)

const missing: Record<Why, Text> = {
  age: { it: 'l’età', en: 'the age' },
  condition: { it: 'la situazione di lavoro o la pensione', en: 'the situation at work or the pension' },
  household: { it: 'il numero di persone del nucleo', en: 'the size of the household' },
  income: { it: 'il reddito', en: 'the income' },
}

export function notEntitled(why: readonly Why[]): Refusal {
  const list = (language: 'it' | 'en') => why.map((one) => missing[one][language]).join(', ')
  return new Refusal(
    'exemptions/not-entitled',
    422,
    {
      it: `Con i dati scritti questa esenzione non spetta: non corrisponde ${list('it')}.`,
      en: `With what you wrote you are not entitled to this exemption: ${list('en')} does not match.`,
    },
    {
      next: {
        it: 'Controlla i dati, o rispondi alle cinque domande per sapere quale ti spetta.',
        en: 'Check what you wrote, or answer the five questions to learn which one is yours.',
      },
      extra: { why },
    },
  )
}

export const alreadyHeld = new Refusal(
  'exemptions/already-held',
  409,
  { it: 'La persona ha già questa esenzione.', en: 'The person already holds this exemption.' },
  { next: { it: 'Guardala nell’elenco delle esenzioni.', en: 'See it in the list of exemptions.' } },
)
constraint('person_exemption_once', alreadyHeld)

export const noCommitment = new Refusal(
  'exemptions/no-commitment',
  422,
  { it: 'Per firmare devi confermare le due dichiarazioni finali.', en: 'To sign, confirm the two final statements.' },
  { field: 'aware' },
)

export const noIncome = new Refusal(
  'exemptions/no-income',
  422,
  {
    it: 'Scrivi il reddito del nucleo o dichiara che è entro il limite.',
    en: 'Write the income of the household or declare that it is within the limit.',
  },
  { field: 'incomeCents' },
)

export const noFacts = (field: 'job' | 'pension') =>
  new Refusal(
    'exemptions/facts-missing',
    422,
    field === 'job'
      ? {
          it: 'Mancano i dati del lavoro finito e del centro per l’impiego.',
          en: 'Give the job that ended and the job centre.',
        }
      : {
          it: 'Manca il numero della pensione o dell’assegno.',
          en: 'The number of the pension or allowance is missing.',
        },
    { field },
  )

export const wrongHousehold = new Refusal(
  'exemptions/wrong-household',
  422,
  { it: 'Il nucleo fiscale scritto non è possibile.', en: 'The fiscal household as written is not possible.' },
  {
    field: 'household',
    next: {
      it: 'Ogni persona una volta sola, al massimo un coniuge, codici fiscali giusti.',
      en: 'Each person only once, one spouse at most, right tax codes.',
    },
  },
)

export const wrongState = new Refusal(
  'exemptions/wrong-state',
  409,
  { it: 'Questa esenzione non è più nello stato che vedi.', en: 'This exemption is no longer as you see it.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)

export const wrongDay = new Refusal(
  'exemptions/wrong-day',
  422,
  {
    it: 'Il giorno deve cadere tra l’inizio dell’esenzione e oggi.',
    en: 'The day must be between the beginning of the exemption and today.',
  },
  { field: 'from' },
)

export const noCertificate = new Refusal(
  'exemptions/no-certificate',
  404,
  { it: 'Nessun certificato ha questo codice.', en: 'No certificate has this code.' },
  { field: 'code', next: { it: 'Controlla il codice sul certificato.', en: 'Check the code on the certificate.' } },
)
