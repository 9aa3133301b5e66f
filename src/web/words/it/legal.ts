// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** One part of an information page. */
export interface Part {
  title: string
  text?: string[]
  list?: string[]
}

export const legal = {
  updated: (day: string) => `Ultimo aggiornamento: ${day}`,
  privacy: {
    title: 'Informativa privacy',
    description: 'Quali dati usiamo, perché, per quanto tempo e quali diritti hai.',
    lead: 'Qui trovi quali dati usiamo per le prenotazioni, perché e per quanto tempo (articoli 13 e 14 del Regolamento UE 2016/679).',
    parts: (owner: string, address: string, officer: string): Part[] => [
      {
        title: 'Chi tratta i tuoi dati',
        text: [
          `Titolare del trattamento è ${owner}, ${address}, insieme all’azienda sanitaria che eroga la prestazione.`,
          `Puoi scrivere al responsabile della protezione dei dati (RPD): ${officer}.`,
        ],
      },
      {
        title: 'Quali dati usiamo',
        list: [
          'Nome, cognome, codice fiscale e data di nascita: arrivano da SPID e dall’anagrafe sanitaria.',
          'La ricetta elettronica: arriva dal Sistema tessera sanitaria quando ci dai il numero.',
          'Gli appuntamenti, i pagamenti e i contatti che ci lasci.',
          'Il registro degli accessi: chi ha visto i tuoi dati, quando e perché.',
        ],
      },
      {
        title: 'Perché li usiamo',
        text: [
          'Per prenotare e pagare le prestazioni del Servizio sanitario (articolo 9, paragrafo 2, lettere g e h, del Regolamento). Non serve il tuo consenso. Non usiamo i dati per pubblicità e non li vendiamo.',
        ],
      },
      {
        title: 'A chi li diamo',
        list: [
          'Alla struttura in cui hai l’appuntamento.',
          'Al Sistema tessera sanitaria, per bloccare e liberare la ricetta.',
          'A pagoPA, per il pagamento.',
          'A chi ti manda SMS ed e-mail per nostro conto. Nei messaggi non scriviamo mai di quale visita si tratta.',
        ],
      },
      {
        title: 'Per quanto tempo',
        text: [
          'Teniamo gli appuntamenti e i pagamenti per il tempo chiesto dalla legge. Teniamo il registro degli accessi per almeno 24 mesi.',
        ],
      },
      {
        title: 'I tuoi diritti',
        text: [
          'Puoi chiedere di vedere i dati, di correggerli, di limitarne l’uso e di sapere chi li ha visti. Scrivi al RPD. Puoi anche presentare un reclamo al Garante per la protezione dei dati personali (www.garanteprivacy.it).',
        ],
      },
    ],
  },
  cookies: {
    title: 'Cookie',
    description: 'Usiamo solo cookie tecnici del nostro dominio.',
    lead: 'Usiamo solo cookie tecnici. Per questo non vedi un avviso da accettare.',
    caption: 'Cookie usati da questo sito',
    columns: ['Nome', 'A cosa serve', 'Quanto dura'] as [string, string, string],
    rows: [
      ['Sessione', 'Ti riconosce dopo l’accesso con SPID', 'Fino all’uscita, al massimo 8 ore'],
      ['Accesso', 'Protegge il passaggio dal gestore SPID al servizio', 'Pochi minuti'],
      ['lang', 'Ricorda la lingua che hai scelto', '1 anno'],
    ] as [string, string, string][],
    none: 'Non ci sono cookie di altri siti, né strumenti per seguirti o farti pubblicità.',
  },
  accessibility: {
    title: 'Dichiarazione di accessibilità',
    description: 'Quanto questo sito è accessibile e come segnalare una barriera.',
    lead: (owner: string) =>
      `${owner} si impegna a rendere questo sito accessibile, secondo la legge 9 gennaio 2004, n. 4.`,
    parts: [
      {
        title: 'Stato di conformità',
        text: [
          'Il sito è fatto per rispettare le WCAG 2.2, livello AA, e la norma EN 301 549. Ogni versione è provata con strumenti automatici, con la sola tastiera, a 320 punti di larghezza e con lo zoom.',
        ],
      },
      {
        title: 'Contenuti non accessibili',
        text: [
          'Non conosciamo parti che impediscono l’uso. La pagina del pagamento e quella del gestore SPID sono di altri soggetti: la loro accessibilità dipende da loro.',
        ],
      },
      {
        title: 'Come è stata fatta questa dichiarazione',
        text: [
          'Con una autovalutazione di chi cura il servizio. La dichiarazione ufficiale si pubblica con il modulo dell’Agenzia per l’Italia digitale (AgID) e si rinnova ogni anno entro il 23 settembre.',
        ],
      },
    ] as Part[],
    feedbackTitle: 'Come segnalare una barriera',
    feedback: 'Se qualcosa non è accessibile per te, scrivici. Ti rispondiamo entro 30 giorni.',
    feedbackLink: 'Segnala una barriera di accessibilità',
    enforcementTitle: 'Se la risposta non arriva o non basta',
    enforcement: 'Puoi rivolgerti al Difensore civico per il digitale presso AgID (www.agid.gov.it).',
  },
  notes: {
    title: 'Note legali',
    description: 'Licenza dei contenuti e del software, responsabilità, codice sorgente.',
    parts: (owner: string): Part[] => [
      {
        title: 'Contenuti',
        text: [
          `Testi e dati pubblici di questo sito sono di ${owner} e sono rilasciati con licenza Creative Commons Attribuzione 4.0 (CC BY 4.0), salvo dove è scritto altro.`,
        ],
      },
      {
        title: 'Software',
        text: [
          'Il programma che fa funzionare questo servizio è libero: licenza GNU Affero General Public License, versione 3 o successiva (AGPL-3.0-or-later). Chi lo usa attraverso la rete ha diritto al codice sorgente della versione in uso.',
        ],
      },
      {
        title: 'Emergenze',
        text: [
          'Questo servizio non sostituisce il medico e non gestisce emergenze. In caso di emergenza chiama il 112.',
        ],
      },
    ],
    source: 'Scarica o leggi il codice sorgente',
    contentLicence: 'Testo della licenza CC BY 4.0',
    softwareLicence: 'Testo della licenza AGPL 3.0',
    version: 'Versione in uso',
  },
}
