// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { DemoPerson } from '../../shared/demo.ts'
import { nrePieces } from '../../shared/nre.ts'
import type { Stored } from './prescriptions.ts'
import type { ProcessState } from './states.ts'

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const safe = (text: string): string => text.replace(/[&<>"']/g, (character) => special[character]!)

const states: Record<ProcessState, string> = {
  1: 'lotto richiesto / batch asked for',
  2: 'lotto assegnato / batch assigned',
  3: 'da erogare / can be booked',
  4: 'annullata / withdrawn',
  5: 'presa in carico / taken in charge',
  6: 'sospesa / suspended',
  7: 'erogata in parte / partly delivered',
  8: 'erogata / delivered',
  9: 'erogazione annullata / delivery cancelled',
  10: 'scaduta / expired',
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #17324d }
h2 { margin: 2.5rem 0 .25rem } h3 { margin: 0; font-size: 1.1rem } p { margin: .25rem 0; max-width: 60rem }
ul.cards { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)) }
ul.cards > li { border: 1px solid #d9dadb; border-left: 4px solid #06c; border-radius: 4px; padding: .75rem 1rem }
ul.cards > li.used { border-left-color: #5c6f82; background: #f5f6f7 }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: .5rem 0 } dt { color: #455b71 } dd { margin: 0 }
form { display: inline-block; margin: .25rem .5rem .25rem 0 }
button { font: inherit; padding: .4rem .8rem; border: 1px solid #06c; border-radius: 4px; background: #fff; color: #06c; cursor: pointer }
button.main { background: #06c; color: #fff }
a { color: #06c } button:focus-visible, a:focus-visible { outline: 3px solid #ff9900; outline-offset: 2px }`

/** What the doctor or another centre can do with a prescription that nobody took. */
const meanwhile = (nre: string): string => `
<form method="post" action="/sac/page/${nre}/withdraw"><button type="submit">Il medico la annulla / Doctor withdraws</button></form>
<form method="post" action="/sac/page/${nre}/take-elsewhere"><button type="submit">La prende un altro centro / Taken elsewhere</button></form>`

function card({ nre, state, content }: Stored): string {
  const lines = content.lines.map(({ description, sessions, quantity }) =>
    safe(`${description}${sessions ? ` (${sessions} sedute / sessions)` : quantity > 1 ? ` × ${quantity}` : ''}`),
  )
  const [first, second] = nrePieces(nre)
  return `<li${state === 3 ? '' : ' class="used"'}>
<h3><code>${safe(first)} ${safe(second)}</code></h3>
<p>${safe(content.note)}<br><span lang="en">${safe(content.noteEn)}</span></p>
<dl>
<dt>Classe / Class</dt><dd>${content.priority ?? '–'}</dd>
<dt>Prestazioni / Services</dt><dd>${lines.join('<br>')}</dd>
<dt>Emessa / Issued</dt><dd>${content.issuedOn.split('-').toReversed().join('/')}</dd>
<dt>Stato / State</dt><dd>${states[state]}</dd>
</dl>${state === 3 ? meanwhile(nre) : ''}
</li>`
}

const nameOf = (person: DemoPerson): string => safe(`${person.familyName} ${person.givenName}`)

function section(person: DemoPerson, stored: readonly Stored[]): string {
  const code = safe(person.fiscalCode)
  const list =
    stored.length === 0
      ? '<p>Nessuna ricetta. <span lang="en">No prescription.</span></p>'
      : `<ul class="cards">${stored.map(card).join('\n')}</ul>`
  return `<section aria-labelledby="${code}">
<h2 id="${code}">${nameOf(person)} – <code>${code}</code></h2>
<p>${safe(person.note)}<br><span lang="en">${safe(person.noteEn)}</span></p>
${list}
<form method="post" action="/sac/people/${encodeURIComponent(person.fiscalCode)}/prescriptions">
<button class="main" type="submit">Prescrivine di nuove per ${nameOf(person)} / Make new ones</button></form>
</section>`
}

/** The page that lists prescriptions to try, person by person, and makes new ones. */
export function page(people: readonly DemoPerson[], stored: readonly Stored[]): string {
  const sections = people.map((person) =>
    section(
      person,
      stored.filter(({ patientCode }) => patientCode === person.fiscalCode),
    ),
  )
  const contents = people.map((person) => `<li><a href="#${safe(person.fiscalCode)}">${nameOf(person)}</a></li>`)
  return `<!doctype html>
<html lang="it">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ricette di prova – SAC</title><style>${style}</style></head>
<body>
<header><h1>Ricette di prova</h1></header>
<main>
<p>Il Sistema di Accoglienza Centrale di prova: persone e ricette sono inventate. Copia un NRE e usalo nel portale.</p>
<p lang="en">The sandbox of the national store of prescriptions: people and prescriptions are invented. Copy an NRE and use
it in the portal. A prescription of somebody else shows what happens with the wrong person.</p>
${contents.length > 0 ? `<nav aria-label="Persone / People"><ul>${contents.join('')}</ul></nav>` : ''}
${sections.join('\n') || '<p>La regione di prova non è stata ancora generata. <span lang="en">The demo region is not there yet.</span></p>'}
</main>
</body>
</html>`
}
