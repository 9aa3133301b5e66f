// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AdhesionWords } from './it.ts'

/** Words of the page where one adheres without signing in, in English. */
export const words: AdhesionWords = {
  title: 'Take part without signing in',
  steps: ['Your data', 'Code by text message', 'Confirmation'],
  openUntil: (day: string) => `Open until ${day}.`,
  data: {
    title: 'Write your data',
    intro:
      'You need the health card and a mobile phone. We send you a text message with a code. This page shows no health data.',
    fiscalCode: 'Fiscal code (codice fiscale)',
    fiscalCodeHint: '16 letters and digits: it is on the front of the health card.',
    fiscalCodeBad: 'Write the 16 letters and digits of the fiscal code, as on the card',
    card: { full: 'Number of the health card', 'last-6': 'Last 6 digits of the health card' },
    cardHint: {
      full: '20 digits on the back of the card, at point 8 “Identification number of the card”.',
      'last-6': 'The last 6 of the 20 digits on the back, at point 8 “Identification number of the card”.',
    },
    cardBad: {
      full: 'Write the 20 digits on the back of the card, at point 8',
      'last-6': 'Write the last 6 of the 20 digits on the back of the card',
    },
    cardOdd: 'Check the number of the card',
    cardOddNext:
      'It is not like those of Italian cards: perhaps one digit is wrong. If it is right, press “Send the code” again.',
    cardExpiry: 'Expiry date of the health card',
    cardExpiryHint: 'It is on the back of the card, at point 9 “Expiry date”.',
    cardExpiryBad: 'Write the expiry date of the card, at point 9',
    mobile: 'Mobile number',
    mobileHint: 'Italian numbers only. We use it to send you the code.',
    mobileBad: 'Write a mobile number, for example 333 123 4567',
    privacy: 'How we handle your data',
    send: 'Send the code',
    sending: 'Sending the code…',
    otherwise: 'You do not have the card with you?',
    signIn: 'Sign in with SPID, CIE or CNS',
  },
  code: {
    title: 'Write the code',
    sent: (mobile: string) =>
      `We sent a text message with a 6-digit code to the number you wrote: ${mobile}. It is valid for 5 minutes.`,
    sentAgain: (mobile: string) => `We sent another code to ${mobile}. Only the last one that arrived is valid.`,
    code: '6-digit code',
    codeHint: 'It is at the beginning of the message.',
    codeBad: 'Write the 6 digits of the code',
    confirm: 'Confirm',
    confirming: 'Checking the code…',
    resendIn: (time: string) => `You can ask for another code in ${time}.`,
    resend: 'Send another code',
    change: 'Change the data',
  },
  done: {
    title: 'Data verified',
    what: 'Fiscal code, health card and mobile number are right.',
    until: (title: string, time: string) => `This is valid for “${title}” until ${time}. Then it must be repeated.`,
    shared: 'If this computer belongs to somebody else, close this window.',
    home: 'Go to the home page',
  },
  refused: {
    title: 'We could not verify the data',
    text: 'Check the fiscal code and the number of the health card that is valid now. For security we cannot tell you more.',
    tooMany: 'After several failed attempts you have to wait a day.',
    again: 'Check the data',
    right: 'Are the data right?',
    call: 'Or call:',
  },
  closed: {
    title: 'This is not open',
    text: 'The address may be incomplete, or it has not opened yet, or it is already over.',
    next: 'Check the dates and the address in the message or on the page that brought you here.',
    help: 'Ask for help',
    call: 'If you need a hand, call:',
  },
}
