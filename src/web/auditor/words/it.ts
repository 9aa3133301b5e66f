// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

/** What the pages of auditors say in Italian. */
export const words = {
  title: 'Registro degli accessi',
  lead: 'Chi ha letto o cambiato i dati delle persone. Anche le ricerche fatte qui entrano nel registro.',
  wrongRole: {
    title: 'Questa pagina è per gli addetti ai controlli',
    next: 'Se hai questo ruolo, sceglilo e torna qui.',
  },
  form: {
    reason: 'Motivo della ricerca',
    reasonHint: 'Resta scritto nel registro. Almeno 10 caratteri, per esempio il numero della segnalazione.',
    person: 'Codice fiscale della persona i cui dati sono stati visti',
    actor: 'Codice fiscale di chi ha fatto l’accesso',
    object: 'Identificativo dell’oggetto',
    objectHint: 'Per esempio quello di una prenotazione, come compare nei risultati',
    oneOf: 'Indica almeno la persona, chi ha fatto l’accesso o l’oggetto; oppure cerca i soli accessi negati.',
    from: 'Dal giorno',
    to: 'Al giorno',
    who: 'Chi',
    action: 'Azione',
    outcome: 'Esito',
    any: 'Tutti',
    search: 'Cerca',
    searching: 'Ricerca in corso…',
    reasonMissing: 'Scrivi il motivo: almeno 10 caratteri.',
    codeWrong: 'Il codice fiscale non è valido.',
    objectWrong: 'L’identificativo non è valido.',
    tooWide: 'Indica una persona, chi ha fatto l’accesso o un oggetto, oppure scegli gli accessi negati.',
    periodWrong: 'Il primo giorno viene dopo l’ultimo.',
  },
  who: {
    self: 'La persona stessa',
    delegate: 'Delegati e genitori',
    professional: 'Operatori',
    partner: 'Servizi collegati',
    automatic: 'Sistemi, in automatico',
  },
  action: {
    READ: 'Lettura',
    SEARCH: 'Elenco o ricerca',
    CREATE: 'Creazione',
    UPDATE: 'Modifica',
    DELETE: 'Cancellazione',
    PRINT: 'Stampa o download',
    EXPORT: 'Esportazione',
    BREAK_GLASS: 'Accesso in emergenza',
  },
  outcome: { done: 'Riuscito', refused: 'Negato' },
  results: {
    title: 'Risultati',
    found: (n: number, more: boolean) =>
      `${count(n, 'accesso mostrato', 'accessi mostrati')}${more ? ', ce ne sono altri' : ''}.`,
    none: 'Nessun accesso corrisponde alla ricerca.',
    when: 'Quando',
    who: 'Chi',
    person: 'Persona',
    what: 'Che cosa',
    outcome: 'Esito',
    details: 'Dettagli',
    onBehalf: 'per suo conto',
    purpose: 'Scopo',
    reason: 'Motivo',
    objectId: 'Oggetto',
    address: 'Indirizzo di rete',
    request: 'Richiesta',
    download: 'Scarica i risultati (CSV)',
    downloading: 'Preparazione del file…',
  },
}
export type AuditorWords = typeof words
