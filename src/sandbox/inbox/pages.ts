// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { momentInWords } from '../../shared/words.ts'
import type { Owner, Received } from './store.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

const style = `
  body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#17324d;background:#f5f6f7;overflow-wrap:anywhere}
  header{background:#455b71;color:#fff;padding:.75rem 1rem} header a{color:#fff}
  main{max-width:44rem;margin:0 auto;padding:1rem}
  h1{font-size:1.5rem} h2{font-size:1rem;margin:0 0 .25rem}
  article{background:#fff;border:1px solid #c5c7c9;border-left:.4rem solid #0066cc;border-radius:4px;padding:.75rem 1rem;margin:0 0 1rem}
  article.sms{border-left-color:#008055} pre{font:inherit;white-space:pre-wrap;margin:.5rem 0 0}
  label{font-weight:600} article a{color:#0055ad} select,button{font:inherit;padding:.5rem;max-width:100%;box-sizing:border-box}
  button{background:#0066cc;color:#fff;border:0;border-radius:4px;font-weight:600}
  small{color:#455b71} :focus-visible{outline:3px solid #ff9900;outline-offset:2px}`

/** The text with its addresses as links; everything else is text. */
export function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"')]+[^\s<>"').,;:!?])/g)
    .map((part, i) => (i % 2 === 1 ? `<a href="${escape(part)}">${escape(part)}</a>` : escape(part)))
    .join('')
}

function article(message: Received, owner: Owner | undefined): string {
  const kind = message.channel === 'sms' ? 'SMS' : 'E-mail'
  const to = owner ? `${escape(owner.name)} (${escape(message.recipient)})` : escape(message.recipient)
  return `<article class="${message.channel}">
<h2>${kind} → ${to}</h2>
<small>${momentInWords(message.receivedAt, 'it')}<br>${escape(message.sender)}</small>
${message.subject ? `<p><strong>${escape(message.subject)}</strong></p>` : ''}<pre>${linked(message.text)}</pre></article>`
}

/** The inbox of one demo person or of all: works without scripts, at 360 px and by keyboard. */
export function inboxPage(messages: readonly Received[], people: readonly Owner[], chosen: Owner | undefined): string {
  const ownerOf = (address: string) => people.find((person) => person.addresses.includes(address))
  const options = people.map(
    (person) =>
      `<option value="${escape(person.fiscalCode)}"${person === chosen ? ' selected' : ''}>${escape(person.name)}</option>`,
  )
  const title = chosen ? `Messaggi di / Messages of ${escape(chosen.name)}` : 'Messaggi arrivati / Messages'
  return `<!doctype html>
<html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Telefoni e caselle di prova</title><style>${style}</style></head>
<body><header><strong>Telefoni e caselle di prova</strong>: SMS ed e-mail della regione dimostrativa. Nessun messaggio esce da qui. <span lang="en">Phones and mailboxes of the demo region: nothing leaves this page.</span></header>
<main><h1>${title}</h1>
<form method="get" action="/inbox"><p><label for="person">Persona / Person</label><br>
<select id="person" name="person"><option value="">Tutte / All</option>${options.join('')}</select> <button>Mostra / Show</button></p></form>
${messages.map((message) => article(message, ownerOf(message.recipient))).join('\n') || '<p>Non è ancora arrivato nulla. <span lang="en">Nothing has come yet.</span></p>'}
</main></body></html>`
}
