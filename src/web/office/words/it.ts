// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** What the pages of district offices say in Italian. */
export const words = {
  title: 'Medici: cessazioni, ricusazioni, variazioni',
  lead: 'Quando un medico cessa, i suoi assistiti passano a chi subentra. Qui trovi anche i movimenti del mese.',
  wrongRole: {
    title: 'Questa pagina è per i funzionari del distretto',
    next: 'Se hai questo ruolo, sceglilo e torna qui.',
  },
  departures: {
    title: 'Cessazioni',
    none: 'Nessuna cessazione registrata.',
    enter: 'Registra una cessazione',
    states: { PLANNED: 'In programma', RUNNING: 'In corso', DONE: 'Conclusa', CALLED_OFF: 'Annullata' },
    reasons: {
      RETIREMENT: 'Pensionamento',
      RESIGNATION: 'Recesso',
      TRANSFER: 'Trasferimento',
      DEATH: 'Decesso',
      SUSPENSION: 'Provvedimento',
    },
    lastDay: 'Ultimo giorno',
    reason: 'Motivo',
    targets: 'Chi subentra',
    nobody: 'Nessuno: ogni assistito sceglie da sé',
    progress: 'Assistiti riassegnati',
    done: (reassigned: number, people: number) => `${reassigned} su ${people}`,
    told: 'Assistiti avvisati',
    toldOf: (told: number, people: number) => `${told} su ${people}`,
    without: 'Senza posto',
    withoutNote: (n: number) =>
      n === 1
        ? 'A una persona il medico va assegnato dal distretto.'
        : `A ${n} persone il medico va assegnato dal distretto.`,
    callOff: 'Annulla la cessazione',
    callOffAsk: 'Il medico resta in servizio e i suoi assistiti con lui.',
    calledOff: 'Cessazione annullata',
  },
  form: {
    doctor: 'Medico che cessa',
    doctorHint: 'Scrivi il cognome o il codice regionale',
    lastDay: 'Ultimo giorno di servizio',
    reason: 'Motivo',
    target: 'Aggiungi un medico che subentra',
    targetHint: 'I posti si riempiono in quest’ordine, a partire dagli assistiti più anziani',
    targets: 'Subentrano, in quest’ordine',
    remove: (name: string) => `Togli ${name}`,
    people: (n: number) => `${n} assistiti`,
    effect: (name: string, people: number, day: string) =>
      `Dopo il ${day} i ${people} assistiti di ${name} passano a chi subentra, finché ci sono posti. Ognuno viene avvisato e può scegliere un altro medico.`,
    submit: 'Registra la cessazione',
    cancel: 'Lascia stare',
    saved: 'Cessazione registrata',
    missing: { doctor: 'Scegli il medico che cessa.', lastDay: 'Scrivi l’ultimo giorno di servizio.' },
  },
  refusals: {
    title: 'Ricusazioni',
    none: 'Nessuna ricusazione registrata.',
    enter: 'Registra una ricusazione',
    columns: {
      person: 'Assistito',
      doctor: 'Medico',
      received: 'Comunicata il',
      motive: 'Motivo',
      state: 'Esito',
      from: 'Vale dal',
    },
    motives: {
      TRUST: 'Rapporto di fiducia venuto meno',
      CONDUCT: 'Comportamento dell’assistito',
      OTHER: 'Altro motivo oggettivo',
    },
    states: {
      ACCEPTED: 'Accolta',
      DENIED: 'Non ammessa',
      EFFECTIVE: 'In vigore',
      OVERTAKEN: 'Superata: ha già cambiato',
    },
    deniedFor: {
      NO_OTHER_DOCTOR: 'Nessun altro medico della zona ha posti',
      SELF_LIMITED: 'Il medico si è autolimitato ed è al limite',
    },
    deniedNext: {
      NO_OTHER_DOCTOR:
        'Nella zona nessun altro medico ha posti: per motivi eccezionali decide il comitato aziendale (ACN 2024, art. 40).',
      SELF_LIMITED:
        'Chi ha ridotto il proprio massimale non può ricusare per restare sotto il limite (ACN 2024, art. 40).',
    },
    denied: 'La ricusazione non è ammessa',
    accepted: 'Ricusazione registrata',
    acceptedNext:
      'Vale dal sedicesimo giorno dopo la comunicazione. Intanto l’assistito può scegliere un altro medico.',
    doctor: 'Medico che ricusa',
    fiscalCode: 'Codice fiscale dell’assistito',
    receivedOn: 'Giorno della comunicazione',
    receivedOnHint: 'Quando è arrivata all’azienda sanitaria',
    motive: 'Motivo',
    submit: 'Registra la ricusazione',
    missing: {
      doctor: 'Scegli il medico.',
      fiscalCode: 'Il codice fiscale non è valido.',
      receivedOn: 'Scrivi il giorno della comunicazione.',
    },
  },
  movements: {
    title: 'Variazioni del mese',
    month: 'Mese',
    export: 'Scarica la tabella (CSV)',
    caption: (month: string) => `Variazioni di ${month}`,
    only: 'Solo chi ha avuto movimenti',
    none: 'Nessun movimento in questo mese.',
    columns: {
      code: 'Codice',
      doctor: 'Medico',
      kind: 'Tipo',
      atStart: 'A inizio mese',
      entered: 'Entrati',
      left: 'Usciti',
      atEnd: 'A fine mese',
    },
    kinds: { MMG: 'Medico di famiglia', PLS: 'Pediatra' },
  },
  letters: {
    title: 'Lettere da spedire',
    lead: 'Chi non ha un’e-mail o un cellulare confermati riceve gli avvisi per posta. Qui si preparano e si stampano.',
    waiting: (n: number) =>
      n === 0 ? 'Nessuna lettera in attesa.' : n === 1 ? 'Una lettera in attesa.' : `${n} lettere in attesa.`,
    make: 'Prepara i file da stampare',
    made: 'Preparazione avviata',
    batches: 'File preparati',
    none: 'Non è stato preparato ancora nessun file.',
    batch: (moment: string) => `Lettere del ${moment}`,
    states: { making: 'In preparazione', ready: 'Da stampare', posted: 'Spedite' },
    progress: 'Lettere pronte',
    done: (printed: number, letters: number) => `${printed} su ${letters}`,
    files: 'File da scaricare',
    file: (number: number, letters: number) =>
      `File ${number}: ${letters === 1 ? '1 lettera' : `${letters} lettere`} (PDF)`,
    posted: 'Spedite il',
    post: 'Segna come spedite',
    postAsk: 'I file non si potranno più scaricare: resta scritto a chi è stata spedita una lettera e quando.',
    noted: 'Lettere spedite',
  },
}
export type OfficeWords = typeof words
