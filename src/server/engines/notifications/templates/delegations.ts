// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords } from '../../../../shared/words.ts'
import type { DelegationNews } from '../../../platform/events.ts'
import type { Language } from '../../../platform/text.ts'
import type { Catalogue, Context, Words } from './shapes.ts'

type Line = readonly [title: string, sentence: string]
type Lines = Record<DelegationNews, Line>

/** What the delegator reads. Nobody is named: who opens the page sees the rest after signing in. */
const given: Record<Language, Lines> = {
  it: {
    asked: ['Richiesta di delega', 'C’è una nuova delega che ti riguarda, in attesa di risposta.'],
    registered: ['Delega registrata allo sportello', 'Allo sportello è stata registrata una delega a tuo nome.'],
    accepted: [
      'Delega attiva',
      'La delega è stata accettata: da ora il delegato può agire per te nei servizi indicati.',
    ],
    rejected: ['Delega rifiutata', 'La delega è stata rifiutata.'],
    withdrawn: ['Delega ritirata', 'La delega in attesa di risposta è stata ritirata.'],
    revoked: ['Delega revocata', 'La delega è finita: da ora il delegato non può più agire per te.'],
    suspended: ['Delega sospesa', 'La delega è sospesa: finché non la riattivi nessuno agisce per te.'],
    resumed: ['Delega riattivata', 'La delega è di nuovo attiva.'],
    unanswered: ['Delega senza risposta', 'Nessuno ha risposto in tempo: la delega non vale. Puoi proporla di nuovo.'],
    expiring: ['La delega sta per finire', 'Una delega che hai dato sta per finire. Se serve ancora, puoi rinnovarla.'],
    expired: ['Delega scaduta', 'Una delega che hai dato è scaduta.'],
    ceased: ['Delega cessata', 'Una delega che ti riguarda è cessata per legge.'],
  },
  en: {
    asked: ['Request for a delegation', 'There is a new delegation that concerns you, waiting for an answer.'],
    registered: ['Delegation registered at a desk', 'A delegation in your name was registered at a desk.'],
    accepted: [
      'Delegation active',
      'The delegation was accepted: from now on the delegate can act for you in the services named.',
    ],
    rejected: ['Delegation refused', 'The delegation was refused.'],
    withdrawn: ['Delegation withdrawn', 'The delegation that waited for an answer was withdrawn.'],
    revoked: ['Delegation revoked', 'The delegation has ended: from now on the delegate can no longer act for you.'],
    suspended: ['Delegation suspended', 'The delegation is suspended: until you let it go on nobody acts for you.'],
    resumed: ['Delegation resumed', 'The delegation is active again.'],
    unanswered: [
      'Delegation not answered',
      'Nobody answered in time: the delegation does not hold. You can propose it again.',
    ],
    expiring: [
      'The delegation is about to end',
      'A delegation you gave is about to end. If you still need it you can renew it.',
    ],
    expired: ['Delegation expired', 'A delegation you gave has expired.'],
    ceased: ['Delegation ended', 'A delegation that concerns you has ended by law.'],
  },
}

/** What the delegate reads. */
const received: Record<Language, Lines> = {
  it: {
    asked: ['Delega da confermare', 'C’è una nuova delega che ti riguarda, in attesa di risposta.'],
    registered: [
      'Delega registrata allo sportello',
      'Allo sportello è stata registrata una delega in cui agisci per un’altra persona.',
    ],
    accepted: ['Delega attiva', 'La delega è attiva: puoi agire per chi ti ha delegato nei servizi indicati.'],
    rejected: ['Delega rifiutata', 'La delega è stata rifiutata.'],
    withdrawn: ['Delega ritirata', 'La delega in attesa di risposta è stata ritirata.'],
    revoked: ['Delega revocata', 'La delega è finita: non puoi più agire per chi ti aveva delegato.'],
    suspended: ['Delega sospesa', 'La delega è sospesa: per ora non puoi agire per chi ti ha delegato.'],
    resumed: ['Delega riattivata', 'La delega è di nuovo attiva.'],
    unanswered: ['Delega senza risposta', 'Il tempo per rispondere è passato: la delega non vale.'],
    expiring: [
      'La delega sta per finire',
      'Una delega che hai ricevuto sta per finire. Chi ti ha delegato può rinnovarla.',
    ],
    expired: ['Delega scaduta', 'Una delega che hai ricevuto è scaduta.'],
    ceased: ['Delega cessata', 'Una delega che hai ricevuto è cessata per legge.'],
  },
  en: {
    asked: ['Delegation to confirm', 'There is a new delegation that concerns you, waiting for an answer.'],
    registered: [
      'Delegation registered at a desk',
      'A delegation in which you act for somebody else was registered at a desk.',
    ],
    accepted: [
      'Delegation active',
      'The delegation is active: you can act for who delegated you in the services named.',
    ],
    rejected: ['Delegation refused', 'The delegation was refused.'],
    withdrawn: ['Delegation withdrawn', 'The delegation that waited for an answer was withdrawn.'],
    revoked: ['Delegation revoked', 'The delegation has ended: you can no longer act for who had delegated you.'],
    suspended: ['Delegation suspended', 'The delegation is suspended: for now you cannot act for who delegated you.'],
    resumed: ['Delegation resumed', 'The delegation is active again.'],
    unanswered: ['Delegation not answered', 'The time to answer has passed: the delegation does not hold.'],
    expiring: [
      'The delegation is about to end',
      'A delegation you received is about to end. Who delegated you can renew it.',
    ],
    expired: ['Delegation expired', 'A delegation you received has expired.'],
    ceased: ['Delegation ended', 'A delegation you received has ended by law.'],
  },
}

const common = {
  it: {
    until: (day: string) => `Ultimo giorno: ${dayInWords(day, 'it')}.`,
    safety: 'Se non te l’aspettavi, entra nell’area personale e controlla, o chiama l’assistenza.',
    action: 'Vedi la delega',
    all: 'Vedi le deleghe',
    acted: [
      'Qualcuno ha agito per te',
      'Chi hai delegato ha fatto qualcosa in tuo nome. Nell’area personale vedi che cosa e quando.',
    ],
    see: 'Vedi che cosa ha fatto',
    parent: [
      'Tuo figlio è maggiorenne',
      'Una persona di cui eri genitore o tutore ha compiuto diciotto anni: da oggi non puoi più agire per lei con la tua identità. Se vuole, può delegarti.',
    ],
    child: [
      'Hai compiuto diciotto anni',
      'Da oggi i tuoi dati li vedi solo tu: chi era tuo genitore o tutore non può più agire per te. Se vuoi, puoi delegare una persona di fiducia.',
    ],
  },
  en: {
    until: (day: string) => `Last day: ${dayInWords(day, 'en')}.`,
    safety: 'If you did not expect this, sign in to your personal area and check, or call the help desk.',
    action: 'See the delegation',
    all: 'See the delegations',
    acted: [
      'Somebody acted for you',
      'The person you delegated did something in your name. Your personal area shows what and when.',
    ],
    see: 'See what was done',
    parent: [
      'Your child has come of age',
      'Somebody whose parent or guardian you were has turned eighteen: from today you can no longer act for that person with your identity. You can be delegated if that person wishes.',
    ],
    child: [
      'You have turned eighteen',
      'From today only you see your data: who was your parent or guardian can no longer act for you. You can delegate somebody you trust if you wish.',
    ],
  },
} as const

const withUntil: readonly DelegationNews[] = ['asked', 'registered', 'accepted', 'resumed', 'expiring']

type Mine = 'delegation.given' | 'delegation.received' | 'delegation.acted' | 'majority.parent' | 'majority.child'

/** Who reads for somebody else is told for whom. */
const titled = (title: string, forName: string | null) => (forName ? `${title} (${forName})` : title)

/** The notices about delegations in one language. */
export function delegationWords(language: Language): Pick<Catalogue, Mine> {
  const t = common[language]
  const about =
    (lines: Lines) =>
    ({ what, until }: { what: DelegationNews; until: string | null }, { forName }: Context): Words => {
      const [title, sentence] = lines[what]
      const last = until && withUntil.includes(what) ? [t.until(until)] : []
      return { title: titled(title, forName), paragraphs: [sentence, ...last, t.safety], action: t.action, sms: null }
    }
  const majority =
    ([title, sentence]: readonly [string, string]) =>
    (_: unknown, { forName }: Context): Words => ({
      title: titled(title, forName),
      paragraphs: [sentence],
      action: t.all,
      sms: null,
    })
  return {
    'delegation.given': about(given[language]),
    'delegation.received': about(received[language]),
    'delegation.acted': (_, { forName }) => ({
      title: titled(t.acted[0], forName),
      paragraphs: [t.acted[1], t.safety],
      action: t.see,
      sms: null,
    }),
    'majority.parent': majority(t.parent),
    'majority.child': majority(t.child),
  }
}
