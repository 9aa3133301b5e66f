// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Holder } from '../spid/people.ts'
import { escape } from '../spid/xml-tree.ts'
import { bends } from './bends.ts'

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} - Ministero dell’Interno (di prova)</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/spid/style.css">
</head>
<body>
<header><p><strong>Ministero dell’Interno (di prova)</strong><br>Identità digitali finte per la demo: nessuna persona è reale. <span lang="en">Invented identities: nobody is real.</span></p></header>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>`
}

/** What a sign-in page shows of the request. */
export interface Shown {
  /** Where the forms of this sign-in go. */
  action: string
  client: string
  level: number
}

const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${escape(value)}">`

/** The errors of the specification that a person, or the provider, can cause. */
export const errors: readonly (readonly [string, string])[] = [
  ['access_denied', 'Accesso annullato'],
  ['login_required', 'Bisogna autenticarsi di nuovo'],
  ['consent_required', 'Manca il consenso'],
  ['temporarily_unavailable', 'Servizio non disponibile'],
  ['server_error', 'Errore del provider'],
  ['unauthorized_client', 'Client non autorizzato'],
  ['invalid_request', 'Richiesta sbagliata'],
  ['invalid_scope', 'Scope sbagliato'],
  ['unsupported_response_type', 'Tipo di risposta sconosciuto'],
  ['request_uri_not_supported', 'request_uri non ammesso'],
  ['registration_not_supported', 'registration non ammesso'],
  ['invalid_request_object', 'Oggetto della richiesta sbagliato'],
]

/** The page where the person says who she is. */
export function loginPage({ action, client, level }: Shown, people: readonly Holder[]): string {
  const quick = people.map(
    ({ fiscalCode, givenName, familyName, note, noteEn }) =>
      `<li><form method="post" action="${action}/login"><button name="person" value="${escape(fiscalCode)}">Entra come ` +
      `${escape(givenName)} ${escape(familyName)}</button>${note ? `<small>${escape(note)}</small>` : ''}` +
      `${noteEn ? `<small lang="en">${escape(noteEn)}</small>` : ''}</form></li>`,
  )
  const options = bends.map((one) => `<option value="${one.name}">${one.name}: ${escape(one.sentence)}</option>`)
  const names = people.map(
    (one) => `<option value="${escape(one.fiscalCode)}">${escape(`${one.givenName} ${one.familyName}`)}</option>`,
  )
  return page(
    'Entra con CIE / Sign in',
    `<p><strong>${escape(client)}</strong> chiede la tua identità CIE di livello ${level} (OpenID Connect).<br>
<span lang="en">${escape(client)} asks for your CIE identity of level ${level}.</span></p>
<section aria-labelledby="persone"><h2 id="persone">Scegli una persona della demo / Choose a person</h2>
<ul class="people">${quick.join('') || '<li>Nessuna persona: la regione di prova non è stata generata.</li>'}</ul></section>
<section aria-labelledby="errori"><h2 id="errori">Oppure prova un imprevisto / Or try a mishap</h2>
<ul class="anomalies">${errors
      .map(
        ([error, text]) =>
          `<li><form method="post" action="${action}/error"><button name="error" value="${error}">${escape(text)} (${error})</button></form></li>`,
      )
      .join('')}</ul>
<form method="post" action="${action}/login">
<label>Persona <select name="person">${names.join('')}</select></label>
<label>Risposta alterata <select name="bend" lang="en">${options.join('')}</select></label>
<button>Prova la risposta alterata</button></form></section>`,
  )
}

/** The page that shows what is about to be sent, and asks. */
export function consentPage({ action, client }: Shown, person: Holder, bend: string): string {
  const rows = [
    ['Nome / Given name', person.givenName],
    ['Cognome / Family name', person.familyName],
    ['Data di nascita / Date of birth', person.birthDate],
    ['Codice fiscale / Fiscal code', person.fiscalCode],
  ].map(([name = '', value = '']) => `<dt>${name}</dt><dd>${escape(value)}</dd>`)
  return page(
    'Dati che verranno inviati / Data to be sent',
    `<p>A <strong>${escape(client)}</strong> verranno inviati questi dati.</p><dl>${rows.join('')}</dl>
<form method="post" action="${action}/consent">${hidden('person', person.fiscalCode)}${hidden('bend', bend)}
<button class="primary" name="decision" value="yes">Acconsento / I agree</button> <button name="decision" value="no">Non acconsento / I do not</button></form>`,
  )
}

export function faultPage(error: string, description: string): string {
  return page(
    'Richiesta non valida',
    `<p>Il servizio ha inviato una richiesta che non può essere accettata.</p><p><code>${escape(error)}</code>: ${escape(description)}</p>`,
  )
}
