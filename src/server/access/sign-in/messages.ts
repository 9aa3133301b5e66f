// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Refusal } from '../../platform/errors.ts'
import type { Text } from '../../platform/text.ts'
import type { SpidLevel, SpidPurpose } from '../../../shared/saml-names.ts'
import type { Scheme } from './profile.ts'

/** What a person reads when a login does not succeed. */
export type Notice = {
  title: Text
  /** What happened and what to do, in plain words. */
  text: Text
  status: 400 | 403 | 404 | 413 | 415 | 429 | 500 | 503
  /** Whether trying again may help, and whether the help of the provider is needed. */
  offers: readonly ('retry' | 'provider-help' | 'cie-help' | 'leave' | 'confirm-again' | 'go-back')[]
}

const failed: Text = { it: 'Accesso non riuscito', en: 'Sign-in failed' }

const technical: Notice = {
  title: { it: 'Accesso momentaneamente non possibile', en: 'Signing in is not possible right now' },
  text: {
    it: 'C’è un problema tecnico tra noi e il tuo gestore di identità. Riprova più tardi; se succede ancora, scrivi all’assistenza indicando il codice qui sotto.',
    en: 'There is a technical problem between us and your identity provider. Try again later; if it happens again, write to the help desk with the code below.',
  },
  status: 403,
  offers: ['retry'],
}

const generic: Notice = {
  title: failed,
  text: {
    it: 'Il tuo gestore di identità non ha confermato l’accesso. Puoi riprovare.',
    en: 'Your identity provider did not confirm the sign-in. You can try again.',
  },
  status: 403,
  offers: ['retry', 'provider-help'],
}

/** What a login had asked for. */
type Asked = { level: SpidLevel; purpose: SpidPurpose | null }

const anomalies: Readonly<Record<number, (asked: Asked) => Pick<Notice, 'text' | 'offers'>>> = {
  19: () => ({
    text: {
      it: 'Hai superato il numero di tentativi consentiti dal tuo gestore di identità. Riprova più tardi o chiedi aiuto al gestore.',
      en: 'You used up the attempts your identity provider allows. Try again later or ask the provider for help.',
    },
    offers: ['retry', 'provider-help'],
  }),
  20: ({ level }) => ({
    text: {
      it: `Per questo servizio serve un’identità SPID di livello ${level}. Chiedi al tuo gestore di attivarla.`,
      en: `This service needs a SPID identity of level ${level}. Ask your provider to activate it.`,
    },
    offers: ['provider-help', 'retry'],
  }),
  21: () => ({
    text: {
      it: 'Tempo scaduto: l’accesso va completato entro pochi minuti. Riprova.',
      en: 'Time ran out: sign-in must be completed within a few minutes. Try again.',
    },
    offers: ['retry'],
  }),
  22: () => ({
    text: {
      it: 'Hai negato il consenso all’invio dei dati: senza, non possiamo farti entrare. Puoi riprovare e dare il consenso.',
      en: 'You refused to send your data: without it we cannot let you in. You can try again and agree.',
    },
    offers: ['retry'],
  }),
  23: () => ({
    text: {
      it: 'La tua identità SPID risulta sospesa, revocata o bloccata. Contatta il tuo gestore.',
      en: 'Your SPID identity is suspended, revoked or blocked. Contact your provider.',
    },
    offers: ['provider-help'],
  }),
  25: () => ({
    text: {
      it: 'Hai annullato l’accesso. Quando vuoi puoi riprovare.',
      en: 'You cancelled the sign-in. You can try again whenever you like.',
    },
    offers: ['retry'],
  }),
  30: ({ purpose }) => ({
    text: purpose
      ? {
          it: 'Hai usato un tipo di identità SPID diverso da quello richiesto. Riprova con la tua identità a uso professionale o, se non l’hai, entra con quella personale.',
          en: 'You used a kind of SPID identity other than the one asked for. Try again with your professional identity or, if you have none, sign in with the personal one.',
        }
      : {
          it: 'Hai usato un tipo di identità SPID diverso da quello richiesto. Riprova con la tua identità personale.',
          en: 'You used a kind of SPID identity other than the one asked for. Try again with your personal identity.',
        },
    offers: ['retry'],
  }),
}

/** CIE uses four of the numbers, with reasons of its own; 19, 20 and 24 are reserved. */
const cieAnomalies: typeof anomalies = {
  21: () => ({
    text: {
      it: 'Tempo scaduto: la lettura della Carta d’identità elettronica va completata entro pochi minuti. Riprova.',
      en: 'Time ran out: reading the electronic identity card must be completed within a few minutes. Try again.',
    },
    offers: ['retry'],
  }),
  22: () => ({
    text: {
      it: 'Hai negato il consenso all’invio dei dati della tua carta: senza, non possiamo farti entrare. Puoi riprovare e dare il consenso.',
      en: 'You refused to send the data of your card: without it we cannot let you in. You can try again and agree.',
    },
    offers: ['retry'],
  }),
  23: () => ({
    text: {
      it: 'La tua Carta d’identità elettronica risulta scaduta o revocata. Chiedi al tuo Comune di rinnovarla; intanto puoi entrare con SPID.',
      en: 'Your electronic identity card is expired or revoked. Ask your municipality to renew it; meanwhile you can sign in with SPID.',
    },
    offers: ['cie-help', 'retry'],
  }),
  25: () => ({
    text: {
      it: 'Hai annullato l’accesso con la CIE. Quando vuoi puoi riprovare.',
      en: 'You cancelled the sign-in with the electronic identity card. You can try again whenever you like.',
    },
    offers: ['retry'],
  }),
}

/** Errors 8, 9 and 11 to 18 say that our own request was at fault: severe, and nothing the person can mend. */
export function isOurFault(error: number | undefined): boolean {
  return error === 8 || error === 9 || (error !== undefined && error >= 11 && error <= 18)
}

/** The page for an error of the table of SPID (technical rules, "Messaggi di errore") or of CIE; error 24 has no meaning of its own. */
export function denialNotice(error: number | undefined, asked: Asked, scheme: Scheme): Notice {
  if (isOurFault(error)) return technical
  const table = scheme === 'CIE' ? cieAnomalies : anomalies
  const anomaly = error === undefined ? undefined : table[error]
  if (anomaly) return { title: failed, status: 403, ...anomaly(asked) }
  return scheme === 'CIE' ? { ...generic, offers: ['retry', 'cie-help'] } : generic
}

const refusals: Readonly<Record<string, Pick<Notice, 'text'>>> = {
  'request/already-answered': {
    text: {
      it: 'Questo accesso è già stato concluso. Se non sei dentro, ricomincia.',
      en: 'This sign-in was already completed. If you are not in, start again.',
    },
  },
  'provider/not-available': {
    text: {
      it: 'In questo momento non possiamo fidarci dei dati del tuo gestore di identità, perché sono scaduti o non sono più registrati. Non dipende da te: riprova più tardi o entra con un altro gestore, con la CIE o con la tessera sanitaria.',
      en: 'Right now we cannot trust the data of your identity provider, because they have expired or are no longer registered. It is not your fault: try again later or sign in with another provider, an identity card or a health card.',
    },
  },
  'request/expired': {
    text: {
      it: 'È passato troppo tempo da quando hai iniziato ad accedere. Ricomincia.',
      en: 'Too much time has passed since you started to sign in. Start again.',
    },
  },
}

/** The page for an answer that we do not believe: it never says which check failed. */
export function refusalNotice(code: string): Notice {
  const text = refusals[code]
  return {
    ...technical,
    title: failed,
    status: code.startsWith('xml/') || code.startsWith('envelope/') ? 400 : 403,
    ...text,
  }
}

export const unknownPerson: Notice = {
  title: { it: 'Non ti troviamo tra gli assistiti', en: 'We cannot find you among the people we look after' },
  text: {
    it: 'La tua identità è stata verificata, ma il tuo codice fiscale non è nell’anagrafe sanitaria della regione. Se vivi qui o ci sei per cure, rivolgiti alla tua ASL o all’assistenza.',
    en: 'Your identity was verified, but your fiscal code is not in the regional health registry. If you live here or are here for treatment, contact your local health authority or the help desk.',
  },
  status: 403,
  offers: [],
}

export const tooYoung: Notice = {
  title: { it: 'Non puoi ancora entrare da solo', en: 'You cannot sign in alone yet' },
  text: {
    it: 'Alla tua età i servizi li usa per te un genitore o il tutore: può entrare con la sua identità e agire per te.',
    en: 'At your age a parent or guardian uses the services for you: they can sign in with their own identity and act on your behalf.',
  },
  status: 403,
  offers: [],
}

/** A step-up came back with the identity of somebody else; the session there was goes on. */
export const otherPerson: Notice = {
  title: { it: 'Questa identità è di un’altra persona', en: 'This identity is somebody else’s' },
  text: {
    it: 'Per confermare devi usare l’identità della persona che era già entrata in questo browser. Quella usata ora è di un’altra persona: non è cambiato niente e l’accesso di prima è ancora aperto. Se vuoi entrare tu, esci e accedi di nuovo.',
    en: 'To confirm, use the identity of the person who was already signed in in this browser. The one used now is somebody else’s: nothing has changed and the earlier session is still open. If you want to enter yourself, sign out and sign in anew.',
  },
  status: 403,
  offers: ['leave', 'confirm-again', 'go-back'],
}

export const confirmationLost: Notice = {
  title: failed,
  text: {
    it: 'Non possiamo completare l’accesso in questo browser: la domanda è scaduta o i cookie sono bloccati. Consenti i cookie di questo sito e riprova.',
    en: 'We cannot complete the sign-in in this browser: the question expired or cookies are blocked. Allow the cookies of this site and try again.',
  },
  status: 403,
  offers: ['retry'],
}

/** The page for anything else that was thrown: a refusal keeps its words, what is malformed is 400, a bug is 500. */
export function noticeOf(error: unknown, refusal: Refusal | undefined): Notice {
  if (refusal) {
    const { next } = refusal.options
    const text = next ? { it: `${refusal.text.it} ${next.it}`, en: `${refusal.text.en} ${next.en}` } : refusal.text
    return { title: failed, text, status: statusOf(refusal.status), offers: ['retry'] }
  }
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500
  return { ...technical, title: failed, status: statusOf(status) }
}

function statusOf(status: number): Notice['status'] {
  return ([400, 403, 404, 413, 415, 429, 503] as const).find((one) => one === status) ?? (status < 500 ? 400 : 500)
}
