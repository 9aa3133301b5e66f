// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Language, Text } from '../../platform/text.ts'
import type { Notice } from './messages.ts'
import { escapeXml as safe } from './saml/xml.ts'

/** What every page of the login carries. */
export type Frame = {
  language: Language
  /** Name of the body that offers the service, and where its help desk is reached. */
  region: { name: string; email: string; telephone: string }
  requestId: string
}

const words = {
  toContent: { it: 'Vai al contenuto', en: 'Skip to content' },
  service: { it: 'Servizi sanitari digitali', en: 'Digital health services' },
  home: { it: 'Torna alla pagina iniziale', en: 'Back to the home page' },
  retry: { it: 'Prova di nuovo', en: 'Try again' },
  leave: { it: 'Esci e accedi di nuovo', en: 'Sign out and sign in anew' },
  confirmAgain: { it: 'Conferma con la tua identità', en: 'Confirm with your own identity' },
  goBack: { it: 'Torna alla pagina in cui eri', en: 'Back to the page you were on' },
  providerHelp: { it: 'Assistenza SPID e dei gestori', en: 'Help from SPID and the providers' },
  cieHelp: { it: 'Assistenza della CIE', en: 'Help with the electronic identity card' },
  help: { it: 'Assistenza', en: 'Help' },
  code: {
    it: 'Codice dell’accesso, da comunicare all’assistenza:',
    en: 'Code of this attempt, to tell the help desk:',
  },
  leaving: { it: 'Vai al tuo gestore di identità', en: 'Go to your identity provider' },
  leavingText: {
    it: 'Ti stiamo portando al sito del gestore che hai scelto. Se non succede nulla, premi il pulsante.',
    en: 'We are taking you to the site of the provider you chose. If nothing happens, press the button.',
  },
  go: { it: 'Continua', en: 'Continue' },
  confirm: { it: 'Sei tu?', en: 'Is it you?' },
  confirmText: {
    it: 'Il gestore di identità ha confermato questa persona, ma non riconosciamo il browser da cui è iniziato l’accesso. Continua solo se sei tu.',
    en: 'The identity provider confirmed this person, but we do not recognise the browser in which the sign-in began. Continue only if it is you.',
  },
  itIsMe: { it: 'Sono io, continua', en: 'It is me, continue' },
  notMe: { it: 'Non sono io', en: 'It is not me' },
  signedOut: { it: 'Sei uscito', en: 'You are signed out' },
  signedOutText: { it: 'La sessione è stata chiusa.', en: 'The session has ended.' },
  alsoAtCie: {
    it: 'Il sito della CIE può ricordarti ancora in questo browser. Se non è il tuo dispositivo, esci anche da lì.',
    en: 'The site of the identity card (CIE) may still know you in this browser. If this is not your own device, sign out there too.',
  },
  leaveCie: { it: 'Esci anche da CIE', en: 'Sign out of CIE too' },
  everywhere: {
    it: 'La sessione è stata chiusa qui e presso il tuo gestore di identità.',
    en: 'The session has ended here and at your identity provider.',
  },
  partly: {
    it: 'La sessione è stata chiusa qui e presso il tuo gestore di identità, ma non in tutti gli altri servizi dove eri entrato: esci anche da quelli.',
    en: 'The session has ended here and at your identity provider, but not in every other service you had entered: sign out of those too.',
  },
  onlyHere: {
    it: 'La sessione è stata chiusa qui, ma il tuo gestore di identità non ha confermato di averla chiusa. Se non è il tuo dispositivo, esci anche dal sito del gestore.',
    en: 'The session has ended here, but your identity provider did not confirm that it ended there. If this is not your own device, sign out on the site of the provider too.',
  },
} as const satisfies Record<string, Text>

/** Addresses of the public pages that a person can go on to. */
export const addresses = {
  home: { it: '/', en: '/en' },
  signIn: { it: '/accedi', en: '/en/sign-in' },
  help: { it: '/assistenza', en: '/en/help' },
} as const satisfies Record<string, Text>

/** A page of the login: the frame with a title and its content, which must be escaped already. */
export function page(frame: Frame, title: string, content: string, script = ''): string {
  const { language, region } = frame
  const t = (text: Text): string => safe(text[language])
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${safe(title)} - ${safe(region.name)}</title>
<link rel="icon" href="/icons/icon.svg">
<link rel="stylesheet" href="/auth/sign-in.css">${script}
</head>
<body>
<a class="skip" href="#content">${t(words.toContent)}</a>
<header><p class="region">${safe(region.name)}</p><p class="service"><a href="${addresses.home[language]}">${t(words.service)}</a></p></header>
<main id="content">
<h1>${safe(title)}</h1>
${content}
</main>
<footer><p><a href="${addresses.help[language]}">${t(words.help)}</a> · ${safe(region.telephone)} · <a href="mailto:${safe(region.email)}">${safe(region.email)}</a></p></footer>
</body>
</html>`
}

const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${safe(value)}">`

/** The form that takes the request to the provider; it sends itself where scripts run, and has a button where not. */
export function departurePage(frame: Frame, action: string, fields: Record<string, string>): string {
  const t = (text: Text): string => safe(text[frame.language])
  const inputs = Object.entries(fields).map(([name, value]) => hidden(name, value))
  return page(
    frame,
    words.leaving[frame.language],
    `<form method="post" action="${safe(action)}" data-submit>${inputs.join('')}
<p>${t(words.leavingText)}</p><button type="submit" class="primary">${t(words.go)}</button></form>`,
    '\n<script src="/auth/sign-in.js" defer></script>',
  )
}

/** Why the login did not succeed, and what to do next. */
export function noticePage(frame: Frame, notice: Notice, returnTo?: string): string {
  const { language } = frame
  const t = (text: Text): string => safe(text[language])
  const back = returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''
  const offers = {
    'cie-help': `<li><a href="https://www.cartaidentita.interno.gov.it/assistenza/">${t(words.cieHelp)}</a></li>`,
    retry: `<li><a class="primary" href="${addresses.signIn[language]}${safe(back)}">${t(words.retry)}</a></li>`,
    leave: `<li><form method="post" action="/auth/leave">${hidden('returnTo', returnTo ?? '')}<button type="submit" class="primary">${t(words.leave)}</button></form></li>`,
    'confirm-again': `<li><a href="${addresses.signIn[language]}${safe(back ? `${back}&stepUp=yes` : '?stepUp=yes')}">${t(words.confirmAgain)}</a></li>`,
    'go-back': `<li><a href="${safe(returnTo ?? '/app')}">${t(words.goBack)}</a></li>`,
    'provider-help': `<li><a href="https://www.spid.gov.it/serve-aiuto/">${t(words.providerHelp)}</a></li>`,
  }
  return page(
    frame,
    notice.title[language],
    `<p role="alert">${t(notice.text)}</p>
<ul class="actions">${notice.offers.map((offer) => offers[offer]).join('')}<li><a href="${addresses.home[language]}">${t(words.home)}</a></li></ul>
<p class="code">${t(words.code)} <code>${safe(frame.requestId)}</code></p>`,
  )
}

/** Asks the person in front of the screen whether the proven identity is hers. */
export function confirmPage(frame: Frame, action: string, name: string, token: string): string {
  const { language } = frame
  const t = (text: Text): string => safe(text[language])
  return page(
    frame,
    words.confirm[language],
    `<p>${t(words.confirmText)}</p><p class="name">${safe(name)}</p>
<form method="post" action="${action}">${hidden('token', token)}
<ul class="actions"><li><button type="submit" class="primary">${t(words.itIsMe)}</button></li>
<li><a href="${addresses.home[language]}">${t(words.notMe)}</a></li></ul></form>`,
  )
}

/** How far a logout went: here only as far as was asked, or what came of asking the provider too. */
export type SignedOut = 'here' | 'everywhere' | 'partly' | 'only-here'

const signedOutTexts: Record<SignedOut, Text> = {
  here: words.signedOutText,
  everywhere: words.everywhere,
  partly: words.partly,
  'only-here': words.onlyHere,
}

/** @param leaveAt page of the provider that ends its session too, to be offered */
export function signedOutPage(frame: Frame, how: SignedOut, leaveAt?: string): string {
  const { language } = frame
  const t = (text: Text): string => safe(text[language])
  const offer = leaveAt
    ? `\n<p>${t(words.alsoAtCie)}</p>\n<ul class="actions"><li><a class="primary" href="${safe(leaveAt)}">${t(words.leaveCie)}</a></li></ul>`
    : ''
  return page(
    frame,
    words.signedOut[language],
    `<p role="status">${t(signedOutTexts[how])}</p>${offer}
<ul class="actions"><li><a${leaveAt ? '' : ' class="primary"'} href="${addresses.home[language]}">${t(words.home)}</a></li></ul>`,
  )
}

export const submitScript = `for (const form of document.querySelectorAll('form[data-submit]')) form.submit()\n`

/** The look of the public pages, in the little that these need: they must stand when nothing else loads. */
export const styles = `* { box-sizing: border-box }
body { margin: 0; font: 1.125rem/1.55 'Titillium Web', system-ui, sans-serif; color: #17324d; background: #fff; min-height: 100vh; display: flex; flex-direction: column }
header { background: #0066cc; color: #fff; padding: .5rem 1rem 1rem }
header p { margin: 0 auto; max-width: 46rem } header a { color: inherit; text-decoration: none }
.region { font-size: .9rem } .service { font-size: 1.4rem; font-weight: 600 }
main { width: 100%; max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem; flex: 1 }
main p { max-width: 38rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem }
a { color: #0052a3 }
footer { background: #17324d; color: #fff; padding: 1rem } footer p { max-width: 46rem; margin: 0 auto; overflow-wrap: anywhere } footer a { color: #fff }
.actions { list-style: none; padding: 0; margin: 1.5rem 0; display: flex; flex-wrap: wrap; gap: 1rem; align-items: center }
.actions a { display: inline-block; padding: .6rem 0; min-height: 44px }
.primary, .actions a.primary { display: inline-block; font: inherit; font-weight: 600; color: #fff; background: #0052a3; border: 0; border-radius: 4px; padding: .6rem 1.5rem; min-height: 44px; text-decoration: none; cursor: pointer }
.primary:hover { background: #003d7a }
.code { color: #455a64; font-size: 1rem } .code code { display: inline-block; overflow-wrap: anywhere; font-size: .95rem }
.name { font-size: 1.4rem; font-weight: 600 }
.skip { position: absolute; left: -999px } .skip:focus { position: static; display: block; padding: .5rem 1rem }
:focus-visible { outline: 3px solid #ff9900; outline-offset: 3px }
`
