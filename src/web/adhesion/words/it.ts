// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Words of the page where one adheres without signing in. They are the same for whoever is named, known or not. */
export const words = {
  title: 'Adesione senza accesso',
  steps: ['I tuoi dati', 'Codice via SMS', 'Conferma'],
  openUntil: (day: string) => `Aperta fino a ${day}.`,
  data: {
    title: 'Scrivi i tuoi dati',
    intro:
      'Servono la tessera sanitaria e un cellulare. Ti mandiamo un SMS con un codice. Questa pagina non mostra dati sanitari.',
    fiscalCode: 'Codice fiscale',
    fiscalCodeHint: '16 lettere e cifre: è sul davanti della tessera sanitaria.',
    fiscalCodeBad: 'Scrivi le 16 lettere e cifre del codice fiscale, come sulla tessera',
    card: { full: 'Numero della tessera sanitaria', 'last-6': 'Ultime 6 cifre della tessera sanitaria' },
    cardHint: {
      full: '20 cifre sul retro della tessera, al punto 8 «Numero di identificazione della tessera».',
      'last-6': 'Sono le ultime 6 delle 20 cifre sul retro, al punto 8 «Numero di identificazione della tessera».',
    },
    cardBad: {
      full: 'Scrivi le 20 cifre sul retro della tessera, al punto 8',
      'last-6': 'Scrivi le ultime 6 delle 20 cifre sul retro della tessera',
    },
    cardOdd: 'Controlla il numero della tessera',
    cardOddNext:
      'Non è come quelli delle tessere italiane: forse una cifra è sbagliata. Se è giusto, premi di nuovo «Manda il codice».',
    cardExpiry: 'Scadenza della tessera sanitaria',
    cardExpiryHint: 'È sul retro della tessera, al punto 9 «Scadenza».',
    cardExpiryBad: 'Scrivi la data di scadenza della tessera, al punto 9',
    mobile: 'Numero di cellulare',
    mobileHint: 'Solo numeri italiani. Lo usiamo per mandarti il codice.',
    mobileBad: 'Scrivi un numero di cellulare, per esempio 333 123 4567',
    privacy: 'Come trattiamo i tuoi dati',
    send: 'Manda il codice',
    sending: 'Mando il codice…',
    otherwise: 'Non hai la tessera con te?',
    signIn: 'Entra con SPID, CIE o CNS',
  },
  code: {
    title: 'Scrivi il codice',
    sent: (mobile: string) =>
      `Abbiamo mandato un SMS con un codice di 6 cifre al numero che hai scritto: ${mobile}. Vale 5 minuti.`,
    sentAgain: (mobile: string) => `Abbiamo mandato un altro codice al numero ${mobile}. Vale solo l’ultimo arrivato.`,
    code: 'Codice di 6 cifre',
    codeHint: 'È all’inizio del messaggio.',
    codeBad: 'Scrivi le 6 cifre del codice',
    confirm: 'Conferma',
    confirming: 'Controllo il codice…',
    resendIn: (time: string) => `Puoi chiedere un altro codice tra ${time}.`,
    resend: 'Manda un altro codice',
    change: 'Cambia i dati',
  },
  done: {
    title: 'Dati verificati',
    what: 'Codice fiscale, tessera sanitaria e cellulare sono giusti.',
    until: (title: string, time: string) => `La verifica vale per «${title}» fino alle ${time}. Poi va ripetuta.`,
    shared: 'Se usi un computer di altri, chiudi questa finestra.',
    home: 'Vai alla pagina iniziale',
  },
  refused: {
    title: 'Non abbiamo potuto verificare i dati',
    text: 'Controlla il codice fiscale e il numero della tessera sanitaria in corso di validità. Per sicurezza non possiamo dirti di più.',
    tooMany: 'Dopo più tentativi falliti bisogna aspettare un giorno.',
    again: 'Controlla i dati',
    right: 'I dati sono giusti?',
    call: 'Oppure chiama:',
  },
  closed: {
    title: 'Questa adesione non è aperta',
    text: 'Forse l’indirizzo è incompleto, oppure le adesioni non sono ancora iniziate o sono già finite.',
    next: 'Controlla le date e l’indirizzo nel messaggio o nella pagina che ti ha portato qui.',
    help: 'Chiedi aiuto',
    call: 'Se ti serve una mano, chiama:',
  },
}
export type AdhesionWords = typeof words
