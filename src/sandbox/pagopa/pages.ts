// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { escape } from './documents.ts'

const style = `
  body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#17324d;background:#f5f6f7}
  header{background:#0066cc;color:#fff;padding:.75rem 1rem} header a{color:#fff}
  main{max-width:40rem;margin:0 auto;padding:1rem;background:#fff;min-height:80vh;overflow-wrap:anywhere}
  h1{font-size:1.5rem} label,legend{font-weight:600} fieldset{border:1px solid #5d7083;margin:1rem 0;padding:.75rem}
  .choice{display:flex;gap:.5rem;align-items:baseline;font-weight:400;padding:.5rem 0} .choice small{display:block}
  button.second{background:#fff;color:#06c;border:2px solid #06c} td:last-child,th{overflow-wrap:normal}
  input[type=text]{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #5d7083;margin:.25rem 0 1rem}
  button{font:inherit;font-weight:600;background:#0066cc;color:#fff;border:0;padding:.7rem 1.5rem;border-radius:4px;margin:.25rem 0}
  table{border-collapse:collapse;width:100%} td,th{text-align:left;padding:.4rem;border-bottom:1px solid #c5c7c9;vertical-align:top} td:nth-child(2){white-space:nowrap}
  .alert{border-left:.4rem solid #cc334d;padding:.5rem 1rem;background:#fdf0f2} .good{border-color:#008055;background:#eef7f3}
  .total{font-size:1.25rem;font-weight:700} small{color:#455b71}
  :focus-visible{outline:3px solid #ff9900;outline-offset:2px}`

/** A page of the sandbox: works without scripts, at 360 px and by keyboard. */
export function page(title: string, content: string): string {
  return `<!doctype html><html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} - pagoPA di prova</title><style>${style}</style></head>
<body><header><strong>pagoPA</strong> - ambiente di prova, nessun denaro vero / <span lang="en">a test, no real money</span>. <a href="/pagopa">Indice</a></header>
<main><h1>${escape(title)}</h1>${content}</main></body></html>`
}

export const money = (cents: number): string =>
  new Intl.NumberFormat('it-IT', { style: 'currency', currency: 'EUR' }).format(cents / 100)
export const alert = (text: string): string => `<p class="alert" role="alert">${escape(text)}</p>`
export const good = (text: string): string => `<p class="alert good" role="status">${escape(text)}</p>`
export const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escape(value)}">`
