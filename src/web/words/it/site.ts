// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { legal } from './legal.ts'

/** Texts of the public pages. */
export const site = {
  home: {
    title: 'Prenota visite ed esami, da qui',
    description:
      'Prenotare, spostare, disdire e pagare visite ed esami con la ricetta elettronica, per te e per la tua famiglia.',
    lead: 'Con la ricetta del medico scegli dove e quando. Poi paghi, sposti o disdici quando vuoi.',
    start: 'Prenota una visita o un esame',
    services: 'Cosa puoi fare',
    cards: {
      book: {
        title: 'Prenotare',
        text: 'Inserisci il numero della ricetta. Ti mostriamo subito i primi posti liberi vicino a te.',
        action: 'Come si prenota',
      },
      appointments: {
        title: 'Spostare o disdire',
        text: 'Vedi gli appuntamenti di tutta la famiglia. Puoi cambiarli o disdirli senza telefonare.',
        action: 'Vai agli appuntamenti',
      },
      pay: {
        title: 'Pagare il ticket',
        text: 'Paghi con pagoPA, oppure scarichi l’avviso e paghi in farmacia, in banca o allo sportello.',
        action: 'Vai ai pagamenti',
      },
      waiting: {
        title: "Lista d'attesa protetta",
        text: 'Se non c’è posto nei tempi previsti, prendiamo noi in carico la tua richiesta, con una data limite.',
        action: "Vai alle liste d'attesa",
      },
      doctor: {
        title: 'Scegliere il medico',
        text: 'Cerchi un medico di famiglia o un pediatra con posti liberi, e lo scegli o lo cambi online.',
        action: 'Cerca un medico',
      },
      vaccination: {
        title: 'Aderire a una vaccinazione',
        text: 'Vedi le campagne aperte e chiedi di essere chiamato, anche solo con la tessera sanitaria.',
        action: 'Vai alle vaccinazioni',
      },
    },
    helpTitle: 'Ti serve aiuto?',
    help: 'Puoi telefonare, scriverci o andare in farmacia o allo sportello con la ricetta e la tessera sanitaria.',
    helpLink: 'Tutti i modi per avere aiuto',
    languagesTitle: 'Lingue',
    languages: 'Tutte le pagine sono in italiano e in inglese. Puoi cambiare lingua in alto, in ogni momento.',
    family: 'Anche per chi ami',
    familyText: 'Puoi prenotare per i tuoi figli minorenni e per chi ti ha dato una delega.',
  },
  service: {
    title: 'Prenotare una visita o un esame',
    description: 'Come prenotare con la ricetta elettronica: cosa serve, quanto si aspetta, quanto costa.',
    status: 'Servizio attivo',
    start: 'Prenota adesso',
    startNote: 'Entri con SPID e arrivi subito alla prenotazione.',
    sections: {
      intro:
        'Prenoti con la ricetta elettronica del medico una visita specialistica o un esame del Servizio sanitario.',
      whom: {
        title: 'A chi è rivolto',
        text: [
          'A chi ha una ricetta elettronica con prescrizioni di visite o di esami.',
          'Puoi prenotare per te, per i tuoi figli minorenni e per chi ti ha dato una delega.',
        ],
      },
      how: {
        title: 'Come fare',
        steps: [
          'Entra con SPID.',
          'Scegli per chi prenoti e scrivi il numero della ricetta (NRE), oppure inquadra il codice a barre.',
          'Scegli il luogo e l’ora tra i posti liberi.',
          'Controlla il riepilogo e conferma. Solo allora la prenotazione è fatta.',
        ],
      },
      needed: {
        title: 'Cosa serve',
        list: [
          'La tua identità digitale SPID.',
          'La ricetta elettronica. Il numero (NRE) ha 15 caratteri ed è scritto in alto, sotto i due codici a barre.',
        ],
      },
      achieved: {
        title: 'Cosa si ottiene',
        text: [
          'Un appuntamento con un codice, un promemoria in PDF con le indicazioni per prepararsi e un file per il calendario.',
          'Prima della visita ricevi un promemoria per SMS o e-mail. Puoi confermare o disdire anche da lì.',
        ],
      },
      times: {
        title: 'Tempi e scadenze',
        text: 'Il medico scrive sulla ricetta una classe di priorità. Da questa dipende quanto puoi aspettare al massimo:',
        caption: 'Tempo massimo di attesa per classe di priorità',
        columns: ['Classe', 'Visita', 'Esame'] as [string, string, string],
        rows: [
          ['U – urgente', '72 ore', '72 ore'],
          ['B – breve', '10 giorni', '10 giorni'],
          ['D – differibile', '30 giorni', '60 giorni'],
          ['P – programmabile', '120 giorni', '120 giorni'],
        ] as [string, string, string][],
        free: 'Puoi disdire senza costi fino a 2 giorni lavorativi prima. Sabato, domenica e festivi non contano.',
      },
      cost: {
        title: 'Quanto costa',
        text: 'Prenotare è gratis. Per la visita o l’esame può servire il ticket: l’importo è nel riepilogo, prima della conferma. Se hai un’esenzione, la leggiamo dalla ricetta.',
      },
      access: { title: 'Accedi al servizio' },
      desk: {
        title: 'Prenotare in un altro modo',
        text: (phone: string, hours: string) =>
          `Puoi prenotare anche per telefono al numero ${phone} (${hours}), in farmacia o allo sportello. I posti sono gli stessi.`,
      },
      contacts: { title: 'Contatti' },
      topics: { title: 'Argomenti', list: ['Salute', 'Visite ed esami'] },
    },
    index: 'In questa pagina',
    updated: (day: string) => `Ultimo aggiornamento: ${day}`,
  },
  questions: {
    title: 'Domande frequenti',
    description: 'Le risposte alle domande più comuni su ricetta, posti, ticket, disdetta e deleghe.',
    lead: 'Se non trovi la risposta, scrivici o telefona.',
    groups: [
      {
        title: 'La ricetta',
        list: [
          {
            q: 'Dove trovo il numero della ricetta (NRE)?',
            a: 'È in alto sul promemoria del medico, sotto i due codici a barre: 5 caratteri nel primo e 10 nel secondo. In tutto sono 15.',
          },
          {
            q: 'Il servizio dice che la ricetta è scaduta. Cosa faccio?',
            a: 'Chiedi al medico una nuova ricetta. Una ricetta scaduta non si può riattivare.',
          },
          {
            q: 'La mia ricetta ha più esami. Devo prenotarli uno alla volta?',
            a: 'No. Cerchiamo i posti per tutti insieme: prima nello stesso giorno e luogo, poi nello stesso luogo, poi separati.',
          },
        ],
      },
      {
        title: 'I posti',
        list: [
          {
            q: 'Non c’è posto entro i tempi della mia ricetta. Cosa posso fare?',
            a: 'Entra nella lista d’attesa protetta. Ti diamo un numero, una data limite e il nome dell’ufficio che risponde. Non devi pagare di più.',
          },
          {
            q: 'Che cos’è l’area di garanzia?',
            a: 'È la zona in cui l’azienda sanitaria deve darti un posto entro il tempo massimo. Se scegli un posto fuori dall’area, questa garanzia non vale più.',
          },
          {
            q: 'Perché il posto resta mio solo per 10 minuti?',
            a: 'Mentre completi la prenotazione nessun altro può prenderlo. Dopo 10 minuti torna libero. Puoi chiedere altro tempo con un pulsante.',
          },
        ],
      },
      {
        title: 'Il ticket',
        list: [
          {
            q: 'Come posso pagare?',
            a: 'Online con pagoPA, anche più ticket insieme (fino a 5). Oppure scarichi l’avviso e paghi in banca, in posta, in tabaccheria o allo sportello.',
          },
          {
            q: 'Ho pagato e poi disdetto. Riavrò i soldi?',
            a: 'Sì, se disdici in tempo. La richiesta di rimborso parte da sola e la vedi nella pagina del pagamento.',
          },
        ],
      },
      {
        title: 'Spostare e disdire',
        list: [
          {
            q: 'Fino a quando posso disdire senza costi?',
            a: 'Fino a 2 giorni lavorativi prima. La data esatta è scritta nell’appuntamento.',
          },
          {
            q: 'Se sposto l’appuntamento perdo il posto?',
            a: 'No. Prima prendiamo il nuovo posto, poi lasciamo il vecchio. Se qualcosa va male, tieni quello che hai.',
          },
        ],
      },
      {
        title: 'Il medico di famiglia',
        list: [
          {
            q: 'Come scelgo o cambio il medico di famiglia o il pediatra?',
            a: 'Cerca un medico nella pagina «Medici di famiglia e pediatri», accedi e conferma. La scelta vale subito e il medico di prima si lascia da solo.',
          },
          {
            q: 'Il medico che voglio è completo. Posso sceglierlo lo stesso?',
            a: 'Solo se un tuo familiare ha già quel medico: si chiama ricongiungimento. Altrimenti scegli tra chi ha posti liberi.',
          },
          {
            q: 'Fino a quando un bambino ha il pediatra?',
            a: 'Fino a 6 anni si sceglie un pediatra. Da 6 a 14 anni puoi scegliere un pediatra o un medico di famiglia. A 14 anni il pediatra finisce.',
          },
          {
            q: 'Perché non posso scegliere un medico di un’altra zona?',
            a: 'Online si sceglie tra i medici della zona (ambito) in cui abiti. Per un medico di un’altra zona chiedi al distretto della tua ASL.',
          },
        ],
      },
      {
        title: 'Famiglia e deleghe',
        list: [
          {
            q: 'Posso prenotare per mio figlio?',
            a: 'Sì, se è minorenne. Lo trovi già nell’elenco delle persone: non serve portare documenti.',
          },
        ],
      },
    ],
  },
  help: {
    title: 'Contatti e assistenza',
    description: 'Telefono, orari e modulo per avere aiuto con le prenotazioni.',
    phoneTitle: 'Per telefono',
    writeTitle: 'Scrivici',
    writeText: 'Ti rispondiamo per e-mail entro 3 giorni lavorativi.',
    otherTitle: 'Altri modi',
    other: [
      'In farmacia o allo sportello della tua ASL, con la ricetta e la tessera sanitaria.',
      'Per il medico di famiglia: all’ufficio scelta e revoca del distretto della tua ASL, con documento e tessera sanitaria.',
      'Se qualcosa nel sito non funziona, segnala un disservizio.',
      'Se una pagina è difficile da usare per te, segnala una barriera di accessibilità.',
    ],
    faultLink: 'Segnala un disservizio',
    barrierLink: 'Segnala una barriera',
    emergency: 'Se è un’emergenza chiama il 112. Qui non rispondiamo a richieste urgenti di salute.',
  },
  fault: {
    title: 'Segnala un disservizio',
    description: 'Dicci cosa non funziona nel sito.',
    lead: 'Raccontaci cosa stavi facendo e cosa è successo. Lo leggono le persone che curano il servizio.',
  },
  barrier: {
    title: 'Segnala una barriera di accessibilità',
    description: 'Dicci che cosa ti impedisce di usare una pagina.',
    lead: 'Se non riesci a usare una pagina o un documento, dillo qui. Ti rispondiamo entro 30 giorni.',
  },
  form: {
    name: 'Nome e cognome',
    email: 'Indirizzo e-mail',
    emailHint: 'Lo usiamo solo per risponderti.',
    text: 'Il tuo messaggio',
    textHint: 'Non scrivere dati sulla tua salute.',
    page: 'In quale pagina?',
    send: 'Invia il messaggio',
    sentTitle: 'Messaggio inviato',
    sent: (number: string) =>
      `Il numero della tua richiesta è ${number}. Ti rispondiamo all’indirizzo che hai scritto.`,
    privacy: 'Leggi come trattiamo i tuoi dati',
    needName: 'Scrivi il tuo nome e cognome',
    needEmail: 'Scrivi un indirizzo e-mail valido, per esempio nome@esempio.it',
    needText: 'Scrivi il tuo messaggio',
    noScript: (phone: string, email: string) =>
      `Per inviare il modulo serve JavaScript. Puoi telefonare al ${phone} o scrivere a ${email}.`,
  },
  signIn: {
    title: 'Accedi',
    description: 'Accedi ai servizi con la tua identità digitale.',
    lead: 'Scegli come farti riconoscere. Non serve registrarsi.',
    spid: {
      title: 'SPID',
      text: 'Scegli il gestore della tua identità SPID.',
      enter: (name: string) => `Entra con ${name}`,
      none: 'In questo momento l’elenco dei gestori non è disponibile. Riprova tra qualche minuto.',
      more: 'Maggiori informazioni su SPID',
      get: 'Non hai SPID?',
      help: 'Serve aiuto con SPID?',
    },
    cie: {
      title: 'CIE – Carta d’identità elettronica',
      text: 'Usa la tua Carta d’identità elettronica con il telefono, l’app CieID o un lettore.',
      enter: 'Entra con CIE',
      also: 'Prova la CIE con OpenID Connect',
      none: 'In questo momento non si può entrare con la CIE. Riprova tra qualche minuto o usa SPID.',
      more: 'Maggiori informazioni su Entra con CIE',
      help: 'Serve aiuto con la CIE?',
    },
    cns: {
      title: 'CNS – Tessera sanitaria con chip',
      text: 'Inserisci la tessera sanitaria con chip o la CNS nel lettore, poi premi il pulsante: il browser ti chiederà il PIN.',
      enter: 'Entra con CNS / Tessera sanitaria',
    },
    professional: {
      title: 'Entra come professionista',
      text: 'Se hai un’identità SPID a uso professionale puoi usarla al posto di quella personale. Con quella personale entri dai pulsanti di SPID.',
      purpose: 'Tipo di identità',
      purposes: {
        P: 'SPID a uso professionale',
        PF: 'SPID a uso professionale della persona fisica',
        PG: 'SPID a uso professionale per una persona giuridica',
        PX: 'SPID a uso professionale, per persona fisica o giuridica',
        LP: 'SPID della persona giuridica',
      },
      enter: (name: string) => `${name}: uso professionale`,
    },
    stepUp: 'Conferma chi sei: usa l’identità della persona che è già entrata.',
    asAnother: 'Vuoi entrare come un’altra persona?',
    available: 'Attivo',
    without: 'Non hai un’identità digitale?',
    withoutText: (phone: string) => `Puoi prenotare per telefono al ${phone}, in farmacia o allo sportello.`,
    privacy: 'Come trattiamo i tuoi dati quando accedi',
    ended: 'Sei uscito dal servizio.',
  },
  legal,
  map: {
    title: 'Mappa del sito',
    description: 'Tutte le pagine del sito.',
    public: 'Pagine pubbliche',
    area: 'Area personale (serve accedere)',
  },
}
