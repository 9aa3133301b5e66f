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
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; color: #17324d }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem } caption { text-align: left; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #c5c7c9 }
code { font-size: 1.05em; white-space: nowrap } .wrap { overflow-x: auto }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: 4px; background: #06c; color: #fff; cursor: pointer }
button:focus-visible, a:focus-visible { outline: 3px solid #ff9900; outline-offset: 2px }
h2 { margin: 2rem 0 .25rem } p { max-width: 60rem }`

function row({ nre, state, content }: Stored): string {
  const lines = content.lines.map(({ description, sessions, quantity }) =>
    safe(`${description}${sessions ? ` (${sessions} sedute / sessions)` : quantity > 1 ? ` × ${quantity}` : ''}`),
  )
  const [first, second] = nrePieces(nre)
  return `<tr>
<td><code>${safe(first)} ${safe(second)}</code></td>
<td>${safe(content.note)}<br><span lang="en">${safe(content.noteEn)}</span></td>
<td>${content.priority ?? '–'}</td>
<td>${lines.join('<br>')}</td>
<td>${safe(content.issuedOn)}</td>
<td>${states[state]}</td>
</tr>`
}

function section(person: DemoPerson, stored: readonly Stored[]): string {
  const name = safe(`${person.familyName} ${person.givenName}`)
  const code = safe(person.fiscalCode)
  const table =
    stored.length === 0
      ? '<p>Nessuna ricetta. <span lang="en">No prescription.</span></p>'
      : `<div class="wrap"><table>
<caption>Ricette di / Prescriptions of ${name}</caption>
<thead><tr><th scope="col">NRE</th><th scope="col">Che cosa mostra / What it shows</th><th scope="col">Classe / Class</th>
<th scope="col">Prestazioni / Services</th><th scope="col">Emessa / Issued</th><th scope="col">Stato / State</th></tr></thead>
<tbody>${stored.map(row).join('\n')}</tbody></table></div>`
  return `<section aria-labelledby="${code}">
<h2 id="${code}">${name} – <code>${code}</code></h2>
<p>${safe(person.note)} <span lang="en">${safe(person.noteEn)}</span></p>
${table}
<form method="post" action="/sac/people/${encodeURIComponent(person.fiscalCode)}/prescriptions">
<button type="submit">Prescrivine di nuove / Make new ones</button></form>
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
${sections.join('\n') || '<p>La regione di prova non è stata ancora generata. <span lang="en">The demo region is not there yet.</span></p>'}
</main>
</body>
</html>`
}
