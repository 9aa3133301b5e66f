// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { refusalNotice, type Notice } from '../sign-in/index.ts'

const title = { it: 'Accesso non riuscito', en: 'Sign-in failed' }
const notice = (it: string, en: string, offers: Notice['offers'] = ['retry']): Notice => ({
  title,
  text: { it, en },
  status: 403,
  offers,
})

const technical = refusalNotice('request/found-faulty')

const denied: Readonly<Record<string, Notice>> = {
  access_denied: notice(
    'L’accesso con la CIE è stato annullato, oppure non hai dato il consenso all’invio dei tuoi dati: senza, non possiamo farti entrare. Puoi riprovare.',
    'The sign-in with the identity card was cancelled, or you did not agree to send your data: without it we cannot let you in. You can try again.',
    ['retry', 'cie-help'],
  ),
  login_required: notice(
    'L’accesso con la CIE va fatto da capo. Riprova e usa la tua carta.',
    'You have to sign in with the identity card from the beginning. Try again and use your card.',
  ),
  consent_required: notice(
    'Per entrare devi acconsentire all’invio dei dati della tua carta. Riprova e dai il consenso.',
    'To sign in you must agree to send the data of your card. Try again and agree.',
  ),
  temporarily_unavailable: notice(
    'Il servizio della CIE ora non è disponibile. Riprova tra qualche minuto, oppure entra con SPID.',
    'The service of the identity card is not available now. Try again in some minutes, or sign in with SPID.',
  ),
  server_error: notice(
    'Il servizio della CIE ha avuto un problema. Riprova tra qualche minuto, oppure entra con SPID.',
    'The service of the identity card had a problem. Try again in some minutes, or sign in with SPID.',
  ),
  other: notice(
    'Il servizio della CIE non ha confermato l’accesso. Puoi riprovare.',
    'The service of the identity card did not confirm the sign-in. You can try again.',
    ['retry', 'cie-help'],
  ),
}

/** The errors that say our own request was at fault, or our membership in the federation. */
export const isOurFault = (error: string): boolean => !Object.hasOwn(denied, error)

/** The page for an error that the provider sent back. */
export const deniedNotice = (error: string): Notice => denied[error] ?? technical

const otherBrowser = notice(
  'Questo accesso è iniziato in un altro browser, oppure i cookie di questo sito sono bloccati. Ricomincia in questo browser.',
  'This sign-in began in another browser, or the cookies of this site are blocked. Start again in this browser.',
)
const unreachable: Notice = { ...denied['temporarily_unavailable']!, status: 503 }

/** The page for an answer that we do not believe: it never says which check failed. */
export function doubtNotice(code: string): Notice {
  if (code === 'request/other-browser') return otherBrowser
  if (code.endsWith('/unreachable') || code === 'provider/not-available') return unreachable
  return refusalNotice(code.startsWith('callback/') && code !== 'callback/iss' ? `envelope/${code}` : code)
}
