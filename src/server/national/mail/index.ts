// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import nodemailer from 'nodemailer'
import { circuit, type Circuit } from '../../platform/circuit.ts'
import type { MailSettings } from './config.ts'

export { readMailSettings, type MailSettings } from './config.ts'

/** The mail server did not answer, or cannot now: try again. */
export class MailUnavailable extends Error {
  override readonly name = 'MailUnavailable'
}

/** The mail server refused this message or its address for good. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

export interface Mail {
  /** Our id: it becomes the Message-ID, so that a repeated hand-over is seen as the same message. */
  reference: string
  to: string
  subject: string
  text: string
  html: string
  replyTo?: string
}

export interface Mailer {
  /** Hands a message over and gives its Message-ID. */
  send(mail: Mail): Promise<{ id: string }>
}

interface SmtpError {
  responseCode?: number
  code?: string
}

/** A client of the mail server (SMTP, RFC 5321; TLS as configured), with time-outs and circuit breaker. */
export function mailer(settings: MailSettings, breaker: Circuit = defaultBreaker()): Mailer {
  const transport = nodemailer.createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    ...(settings.user && { auth: { user: settings.user, pass: settings.password } }),
    connectionTimeout: settings.timeoutMs,
    greetingTimeout: settings.timeoutMs,
    socketTimeout: settings.timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const send = async (mail: Mail): Promise<{ id: string }> => {
    const { messageId } = await transport
      .sendMail({
        messageId: `<${mail.reference}@${settings.domain}>`,
        from: settings.from,
        to: mail.to,
        ...(mail.replyTo && { replyTo: mail.replyTo }),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      })
      .catch((error: unknown) => {
        throw meaning(error)
      })
    return { id: messageId }
  }
  return { send: (mail) => breaker.run(() => send(mail)) }
}

function defaultBreaker(): Circuit {
  return circuit({
    failures: 5,
    restMs: 30_000,
    now: () => performance.now(),
    counts: (error) => error instanceof MailUnavailable,
    opened: () => new MailUnavailable('The mail server failed several times: not asked again for a while'),
  })
}

/** 5yz answers are permanent (RFC 5321 section 4.2.1), except those about signing in, which we mend. */
function meaning(error: unknown): Error {
  const { responseCode, code } = error as SmtpError
  const permanent = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
  if (permanent) return new MailRefused(`The mail server refused the message with ${responseCode}`)
  return new MailUnavailable(`The mail server is not usable now (${code ?? responseCode ?? 'no answer'})`, {
    cause: error,
  })
}
