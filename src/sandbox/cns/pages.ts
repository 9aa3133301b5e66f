// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { demoPassword } from '../spid/pages.ts'
import type { Holder } from '../spid/people.ts'
import { escape } from '../spid/xml-tree.ts'

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/spid/style.css">
</head>
<body>
<header><p><strong>Lettore di tessere di prova</strong><br>Carte finte per la demo: nessuna persona è reale. <span lang="en">Invented cards: nobody is real.</span></p></header>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>`
}

/** A card that is in the browser itself, imported from a file, in place of the reader. */
function ownCard(request: string, people: readonly Holder[], cardsUrl: string | undefined): string {
  const files = people.map(
    (person) =>
      `<li><form method="post" action="/cns/cards"><button name="person" value="${escape(person.fiscalCode)}">Scarica la tessera di ` +
      `${escape(person.givenName)} ${escape(person.familyName)} (.p12)</button></form></li>`,
  )
  const go = cardsUrl
    ? `<p><a href="${escape(`${cardsUrl}/auth/cns/card?request=${encodeURIComponent(request)}`)}">Entra con la tessera importata nel browser / Sign in with the imported card</a></p>`
    : ''
  return `<details><summary>Oppure importa una tessera nel browser / Or import a card into the browser</summary>
<p>Il file si importa tra i certificati personali del browser con la password <code>${demoPassword}</code>. L’indirizzo delle tessere ha un certificato di prova: il browser avviserà.<br>
<span lang="en">Import the file among the personal certificates of the browser with the password <code>${demoPassword}</code>. The host of cards has a certificate for tests: the browser will warn.</span></p>
${go}<ul>${files.join('')}</ul></details>`
}

/** The reader, with a card for each demo person. */
export function readerPage(request: string, people: readonly Holder[], cardsUrl: string | undefined): string {
  const cards = people.map(
    (person) =>
      `<li><form method="post" action="/cns/reader"><input type="hidden" name="request" value="${escape(request)}">` +
      `<button name="person" value="${escape(person.fiscalCode)}">Inserisci la tessera di ${escape(person.givenName)} ${escape(person.familyName)}</button></form></li>`,
  )
  return page(
    'Inserisci la tessera / Insert the card',
    `<p>Al posto del tuo lettore, questa pagina mostra al servizio la tessera sanitaria di una persona della demo.<br>
<span lang="en">In place of your reader, this page shows the service the health card of a demo person.</span></p>
<ul class="people">${cards.join('') || '<li>Nessuna persona: la regione di prova non è stata generata.</li>'}</ul>
${people.length > 0 ? ownCard(request, people, cardsUrl) : ''}`,
  )
}

export function messagePage(text: string): string {
  return page('Lettore', `<p role="alert">${escape(text)}</p>`)
}
