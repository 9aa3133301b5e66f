// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords } from '../../../shared/words.ts'
import { MailRefused, mailer, readMailSettings, type Mail, type Mailer } from '../../national/mail/index.ts'
import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'

export const forwardJob = 'help-desk.forward'
export const acknowledgeJob = 'help-desk.acknowledge'

const kinds = {
  question: 'Domanda',
  fault: 'Segnalazione di disservizio',
  barrier: 'Barriera di accessibilità',
} as const

interface Request {
  id: string
  number: string
  kind: keyof typeof kinds
  name: string
  email: string
  text: string
  page: string | null
  language: Language
  answerBy: string
}

async function findRequest({ db }: Platform, id: string): Promise<Request | undefined> {
  const row = await asSystem(db, (tx) =>
    tables<'help'>(tx)
      .selectFrom('help.request')
      .select(['id', 'number', 'kind', 'name', 'email', 'text', 'page', 'language', 'answerBy'])
      .where('id', '=', id)
      .executeTakeFirst(),
  )
  return row as Request | undefined // the table checks kind and language
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!)

function html(language: Language, title: string, text: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escape(title)}</title></head>
<body><p>${escape(text).replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br>')}</p></body></html>`
}

/** The request as the help desk reads it; an answer goes to who asked. */
export function toDesk(request: Request, deskAddress: string): Mail {
  const subject = `${kinds[request.kind]} ${request.number}`
  const text = [
    `Numero ${request.number}, da rispondere entro ${dayInWords(request.answerBy, 'it')}.`,
    `Da: ${request.name}, ${request.email} (lingua: ${request.language === 'it' ? 'italiano' : 'inglese'})`,
    ...(request.page ? [`Pagina: ${request.page}`] : []),
    request.text,
  ].join('\n\n')
  return {
    reference: `${request.id}.desk`,
    to: deskAddress,
    replyTo: request.email,
    subject,
    text,
    html: html('it', subject, text),
  }
}

/** What the person gets at once: the number and the last day of the answer, and nothing she wrote. */
export function toPerson(request: Request, telephone: string): Mail {
  const { number, answerBy, language } = request
  const subject = { it: `Abbiamo ricevuto la tua richiesta ${number}`, en: `We have received your request ${number}` }
  const body = {
    it: `Il numero della tua richiesta è ${number}.\n\nTi rispondiamo a questo indirizzo entro ${dayInWords(answerBy, 'it')}.\n\nSe è urgente chiama ${telephone}. Se non hai scritto tu, ignora questo messaggio.`,
    en: `The number of your request is ${number}.\n\nWe answer at this address by ${dayInWords(answerBy, 'en')}.\n\nIf it is urgent call ${telephone}. If it was not you who wrote, ignore this message.`,
  }
  return {
    reference: `${request.id}.receipt`,
    to: request.email,
    subject: subject[language],
    text: body[language],
    html: html(language, subject[language], body[language]),
  }
}

const mailers = new WeakMap<Platform['config'], Mailer>()

function mailerOf({ config }: Platform): Mailer {
  const known = mailers.get(config) ?? mailer(readMailSettings(config))
  mailers.set(config, known)
  return known
}

/** Hands a request to the help desk by e-mail. */
export async function forward(platform: Platform, requestId: string): Promise<void> {
  const request = await findRequest(platform, requestId)
  if (request) await mailerOf(platform).send(toDesk(request, platform.config.region.email))
}

/** Tells the person that the request has arrived; a mailbox that does not exist is only noted. */
export async function acknowledge(platform: Platform, requestId: string): Promise<void> {
  const request = await findRequest(platform, requestId)
  if (!request) return
  try {
    await mailerOf(platform).send(toPerson(request, platform.config.region.telephone))
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error
    platform.log.warn({ request: request.id }, 'the receipt of a request for help was refused')
  }
}
