// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
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

/** The reader, with a card for each demo person. */
export function readerPage(request: string, people: readonly Holder[]): string {
  const cards = people.map(
    (person) =>
      `<li><form method="post" action="/cns/reader"><input type="hidden" name="request" value="${escape(request)}">` +
      `<button name="person" value="${escape(person.fiscalCode)}">Inserisci la tessera di ${escape(person.givenName)} ${escape(person.familyName)}</button></form></li>`,
  )
  return page(
    'Inserisci la tessera / Insert the card',
    `<p>Al posto del tuo lettore, questa pagina mostra al servizio la tessera sanitaria di una persona della demo.<br>
<span lang="en">In place of your reader, this page shows the service the health card of a demo person.</span></p>
<ul class="people">${cards.join('') || '<li>Nessuna persona: la regione di prova non è stata generata.</li>'}</ul>`,
  )
}

export function messagePage(text: string): string {
  return page('Lettore', `<p role="alert">${escape(text)}</p>`)
}
