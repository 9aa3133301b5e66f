// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { toGsm } from '../../../../shared/gsm.ts'
import type { Language } from '../../../platform/text.ts'
import { english } from './en.ts'
import { italian } from './it.ts'
import { pages, type Context, type Notices, type Template, type Words } from './shapes.ts'

const catalogues = { it: italian, en: english } as const

/** All templates there are. */
export const templates = Object.keys(pages) as readonly Template[]

/** A stored notice: the template and the parameters that belong to it. */
export interface Told<T extends Template = Template> {
  template: T
  parameters: Notices[T]
}

/** The page of the portal a notice leads to, as a path. */
export function pageOf<T extends Template>({ template, parameters }: Told<T>): string {
  return pages[template](parameters)
}

/** The notice in words. */
export function wordsOf<T extends Template>(told: Told<T>, language: Language, context: Context): Words {
  return catalogues[language][told.template](told.parameters, context)
}

/** The text message, in the alphabet every telephone has; null when this notice is not sent as one. */
export function asText(told: Told, language: Language, context: Context): string | null {
  const { sms } = wordsOf(told, language, context)
  return sms === null ? null : toGsm(sms)
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!)

const foot = {
  it: (c: Context) => [
    `Per informazioni chiama il centro prenotazioni: ${c.telephone}.`,
    `Scegli come vuoi ricevere gli avvisi: ${c.publicUrl}/app/profilo`,
    'Questo messaggio è automatico: non rispondere.',
  ],
  en: (c: Context) => [
    `For information call the booking centre: ${c.telephone}.`,
    `Choose how you want to be told: ${c.publicUrl}/app/profilo`,
    'This message is automatic: do not answer it.',
  ],
} as const

/** The e-mail, in text and in HTML that says the same. */
export function asMail(
  told: Told,
  language: Language,
  context: Context,
): { subject: string; text: string; html: string } {
  const { title, paragraphs, action } = wordsOf(told, language, context)
  const last = foot[language](context)
  const link = escape(context.link)
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body style="font-family:'Titillium Web',Arial,sans-serif;font-size:16px;line-height:1.5;color:#17324d;max-width:36em;margin:0 auto;padding:16px">
<p style="border-bottom:2px solid #0066cc;padding-bottom:8px"><strong>${escape(context.region)}</strong></p>
<h1 style="font-size:22px">${escape(title)}</h1>
${paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`).join('\n')}
<p><a href="${link}" style="display:inline-block;background:#0066cc;color:#ffffff;padding:12px 20px;border-radius:4px;text-decoration:none;font-weight:600">${escape(action)}</a></p>
<p style="font-size:14px;overflow-wrap:anywhere">${escape(action)}: ${link}</p>
<p style="font-size:14px;color:#455b71;border-top:1px solid #c5c7c9;padding-top:8px">${last.map(escape).join('<br>')}</p>
</body></html>`
  const text = [...paragraphs, `${action}: ${context.link}`, last.join('\n')].join('\n\n')
  return { subject: title, text, html }
}

/** What a notification on a screen says: others may see it, so it is always the same. */
export function asPush(language: Language, context: Context): string {
  return language === 'it'
    ? `Hai un nuovo messaggio da ${context.region}`
    : `You have a new message from ${context.region}`
}
