// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

/** Who saw one's data, and where one is signed in. */
export const trust = {
  accesses: {
    title: 'Chi ha visto i miei dati',
    titleFor: (name: string) => `Chi ha visto i dati di ${name}`,
    intro:
      'Qui trovi ogni volta che qualcuno ha letto o cambiato i dati: chi, quando, che cosa e per quale motivo. Nessuno può cancellare o modificare questo elenco.',
    notYours: 'Solo la persona stessa può vedere chi ha letto i suoi dati',
    notYoursText: 'La delega non comprende questo elenco. Per vedere il tuo, cambia la persona per cui operi.',
    period: 'Periodo',
    periods: { month: 'Ultimi 30 giorni', quarter: 'Ultimi 3 mesi', year: 'Ultimi 12 mesi', chosen: 'Scelgo i giorni' },
    from: 'Dal giorno',
    to: 'Al giorno',
    whoLabel: 'Chi',
    everybody: 'Tutti',
    who: {
      self: 'Tu',
      delegate: 'Chi opera per te',
      professional: 'Operatori sanitari e di sportello',
      partner: 'Altri servizi collegati',
      automatic: 'Il servizio, in automatico',
    },
    show: 'Mostra',
    none: 'In questo periodo nessuno ha letto o cambiato i dati.',
    you: 'Tu',
    forYou: 'per tuo conto',
    forChild: 'per suo conto',
    why: (text: string) => `Per: ${text}`,
    reason: (text: string) => `Motivo dichiarato: ${text}`,
    refused: 'Accesso negato',
    download: 'Scarica l’elenco (CSV)',
    print: 'Stampa',
    unknown: 'C’è un accesso che non riconosci?',
    unknownText: 'Scrivi all’assistenza: chi risponde dei tuoi dati verifica l’accesso e ti risponde entro 15 giorni.',
    write: 'Scrivi all’assistenza',
    sessions: 'Vedi i dispositivi collegati',
  },
  sessions: {
    title: 'Dispositivi collegati',
    intro: 'Qui trovi dove hai fatto l’accesso e non sei ancora uscito. Se un dispositivo non è tuo, fallo uscire.',
    device: (browser: string | null, system: string | null) =>
      browser && system ? `${browser} su ${system}` : (browser ?? system ?? 'Dispositivo sconosciuto'),
    current: 'Questo dispositivo',
    opened: 'Accesso',
    seen: 'Ultimo uso',
    with: 'Con',
    method: (method: string, level: number, professional: boolean) =>
      `${method === 'LOCAL' ? 'credenziali del servizio' : method}${professional ? ' per uso professionale' : ''}, livello ${level}`,
    address: 'Indirizzo di rete',
    end: 'Fai uscire',
    endOf: (device: string) => `Fai uscire ${device}`,
    endAll: 'Esci da tutti gli altri dispositivi',
    sure: 'Vuoi far uscire questo dispositivo?',
    sureAll: 'Vuoi uscire da tutti gli altri dispositivi?',
    effect: 'Chi lo sta usando dovrà fare di nuovo l’accesso. Quello che non ha salvato andrà perso.',
    keep: 'No, lascia così',
    ended: 'Il dispositivo è uscito.',
    endedAll: (n: number) =>
      n === 0 ? 'Non c’erano altri dispositivi.' : `${count(n, 'dispositivo è uscito', 'dispositivi sono usciti')}.`,
    accesses: 'Vedi chi ha letto i tuoi dati',
    link: 'Dispositivi collegati',
  },
}
