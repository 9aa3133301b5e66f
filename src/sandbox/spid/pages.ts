// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { LoginRequest } from './authn-requests.ts'
import { attacks } from './attacks.ts'
import { cases } from './cases.ts'
import { suits, usesOf, type Holder, type Use } from './people.ts'
import { pathOf, providers, type ProviderId } from './providers.ts'
import { escape } from './xml-tree.ts'

/** The second factor and the password of every demo identity. */
export const demoPassword = 'prova'
export const demoOtp = '123456'

const anomalies: readonly (readonly [number, string])[] = [
  [19, 'Troppi tentativi con credenziali errate'],
  [20, 'Identità senza il livello richiesto'],
  [21, 'Tempo scaduto'],
  [22, 'Consenso negato'],
  [23, 'Identità sospesa o revocata'],
  [25, 'Accesso annullato'],
  [30, 'Tipo di identità diverso da quello richiesto'],
]

/** Those that CIE uses too. */
const cieErrors = new Set([21, 22, 23, 25])

/** What the sheet of consent calls an attribute of SPID. */
const attributeNames: Record<string, string> = {
  name: 'Nome / Given name',
  familyName: 'Cognome / Family name',
  dateOfBirth: 'Data di nascita / Date of birth',
  placeOfBirth: 'Luogo di nascita / Place of birth',
  gender: 'Sesso / Sex',
  fiscalNumber: 'Codice fiscale / Fiscal code',
  mobilePhone: 'Cellulare / Mobile phone',
  email: 'E-mail',
  spidCode: 'Codice SPID / SPID code',
  expirationDate: 'Scadenza dell’identità / Expiry of the identity',
}

const notes = ({ note, noteEn }: Holder): string =>
  (note ? `<small>${escape(note)}</small>` : '') + (noteEn ? `<small lang="en">${escape(noteEn)}</small>` : '')

function page(provider: ProviderId, title: string, content: string): string {
  return `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} - ${providers[provider].name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/spid/style.css">
</head>
<body>
<header><p><strong>${providers[provider].name}</strong><br>Identità digitali finte per la demo: nessuna persona è reale. <span lang="en">Invented identities: nobody is real.</span></p></header>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>`
}

const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${escape(value)}">`

/** The page where the person says who she is. */
export function loginPage(
  provider: ProviderId,
  login: string,
  request: LoginRequest,
  people: readonly Holder[],
  notice?: string,
): string {
  const [first] = people
  const identity = providers[provider].scheme.toUpperCase()
  const to = (path: string): string =>
    `<form method="post" action="${pathOf(provider)}/${path}">${hidden('login', login)}`
  // Those that fit the request come first; the others are there to be tried, and end with error 30.
  const identities = people
    .flatMap((person) =>
      usesOf(person, providers[provider].scheme).map((use) => ({ person, use, fits: suits(use, request.purpose) })),
    )
    .toSorted((a, b) => Number(b.fits) - Number(a.fits))
  const quick = identities.map(
    ({ person, use }) =>
      `<li>${to('login')}${hidden('use', use)}<button name="person" value="${escape(person.fiscalCode)}">Entra come ` +
      `${escape(person.givenName)} ${escape(person.familyName)}${use === 'professional' ? ' (uso professionale)' : ''}</button>` +
      `${notes(person)}</form></li>`,
  )
  const wanted: Use = request.purpose ? 'professional' : 'personal'
  const options = [
    ...cases.map((one) => [one.number, one.sentence]),
    ...attacks.map((one) => [one.name, one.sentence]),
  ].map(([name = '', sentence = '']) => `<option value="${escape(name)}">${escape(name)}: ${escape(sentence)}</option>`)
  return page(
    provider,
    `Entra con ${identity} / Sign in`,
    `<p><strong>${escape(request.serviceName)}</strong> chiede la tua identità ${identity} di livello ${request.level}.<br>
<span lang="en">${escape(request.serviceName)} asks for your ${identity} identity of level ${request.level}.</span></p>
${request.purpose ? `<p>È richiesta un’identità a uso professionale (${request.purpose}). <span lang="en">A professional identity is asked for.</span></p>` : ''}
${notice ? `<p role="alert" class="alert">${escape(notice)}</p>` : ''}
<section aria-labelledby="persone"><h2 id="persone">Scegli una persona della demo / Choose a person</h2>
<ul class="people">${quick.join('') || '<li>Nessuna persona: la regione di prova non è stata generata.</li>'}</ul></section>
<section aria-labelledby="credenziali"><h2 id="credenziali">Oppure usa le credenziali / Or use credentials</h2>
${to('login')}${hidden('use', wanted)}
<label>Codice fiscale <input name="username" autocomplete="off" required value="${escape(first?.fiscalCode ?? '')}"></label>
<label>Password <input name="password" type="password" autocomplete="off" required value="${demoPassword}"></label>
${request.level > 1 ? `<label>Codice temporaneo <input name="otp" inputmode="numeric" autocomplete="off" required value="${demoOtp}"></label>` : ''}
<button class="primary">Entra</button></form></section>
<section aria-labelledby="errori"><h2 id="errori">Oppure prova un imprevisto / Or try a mishap</h2>
<ul class="anomalies">${anomalies
      .filter(([number]) => providers[provider].scheme === 'spid' || cieErrors.has(number))
      .map(
        ([number, text]) =>
          `<li>${to('anomaly')}<button name="error" value="${number}">${number}: ${escape(text)}</button></form></li>`,
      )
      .join('')}</ul>
${to('case')}
<label>Persona <select name="person">${people
      .map(
        (one) => `<option value="${escape(one.fiscalCode)}">${escape(`${one.givenName} ${one.familyName}`)}</option>`,
      )
      .join('')}</select></label>
<label>Risposta alterata (casi AgID e attacchi) <select name="case" lang="en">${options.join('')}</select></label>
<button>Invia la risposta alterata</button></form></section>`,
  )
}

/** The page that shows what is about to be sent, and asks. */
export function consentPage(
  provider: ProviderId,
  login: string,
  request: LoginRequest,
  attributes: ReadonlyMap<string, string>,
): string {
  const rows = [...attributes].map(
    ([name, value]) => `<dt>${escape(attributeNames[name] ?? name)}</dt><dd>${escape(value)}</dd>`,
  )
  return page(
    provider,
    'Dati che verranno inviati / Data to be sent',
    `<p>A <strong>${escape(request.serviceName)}</strong> verranno inviati questi dati.</p><dl>${rows.join('')}</dl>
<form method="post" action="${pathOf(provider)}/consent">${hidden('login', login)}
<button class="primary" name="decision" value="yes">Acconsento / I agree</button> <button name="decision" value="no">Non acconsento / I do not</button></form>`,
  )
}

/** The page that carries the answer back; the button is there for browsers without JavaScript. */
export function answerPage(
  provider: ProviderId,
  consumerUrl: string,
  response: string,
  relayState: string | null,
): string {
  return page(
    provider,
    'Torna al servizio',
    `<form method="post" action="${escape(consumerUrl)}" data-submit>${hidden('SAMLResponse', Buffer.from(response).toString('base64'))}` +
      `${relayState === null ? '' : hidden('RelayState', relayState)}
<p>Stiamo tornando al servizio. Se non succede nulla, premi il pulsante.</p><button class="primary">Continua</button></form>
<script src="/spid/submit.js" defer></script>`,
  )
}

/** What the person sees when the request itself is at fault. */
export function faultPage(provider: ProviderId, error: number, reason: string): string {
  return page(
    provider,
    'Richiesta non valida',
    `<p>Il servizio ha inviato una richiesta che non può essere accettata.</p><p>Errore nr. ${error}: ${escape(reason)}.</p>`,
  )
}

export function messagePage(provider: ProviderId, title: string, message: string): string {
  return page(provider, title, `<p>${escape(message)}</p>`)
}

export const submitScript = `for (const form of document.querySelectorAll('form[data-submit]')) form.submit()\n`

export const styles = `
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #17324d; background: #fff }
header { background: #17324d; color: #fff; padding: .5rem 1rem }
main { max-width: 46rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem }
ul { list-style: none; padding: 0; display: grid; gap: .5rem }
label { display: block; margin: .75rem 0; font-weight: 600 }
input, select { display: block; width: 100%; min-height: 44px; padding: .5rem; font: inherit; border: 1px solid #5b6f82; border-radius: 4px; color: inherit; background: #fff }
button { min-height: 44px; padding: .5rem 1rem; font: inherit; font-weight: 600; color: #0050a0; background: #fff; border: 2px solid #0050a0; border-radius: 4px; cursor: pointer; text-align: left }
form > button + button, .primary + button { margin: .5rem 0 }
button.primary { color: #fff; background: #0050a0 }
.people button, .anomalies button { width: 100% }
small { display: block; color: #455a64 }
.people small { margin: .25rem 0 0 }
.people li { margin-bottom: .5rem }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px }
.alert { border-left: 4px solid #b32133; padding: .5rem 1rem; background: #fdf0f1 }
dt { font-weight: 600 } dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
`
