// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { callbackify } from 'node:util'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Fault, SandboxContext } from '../context.ts'
import { readMail } from './mime.ts'
import { keep } from './store.ts'

const maxBytes = 1024 * 1024

/** An answer of the mail server other than "accepted" (RFC 5321 section 4.2). */
class Answer extends Error {
  readonly responseCode: number

  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

/** The mail server everybody in the demo region has an address on. Listens on `context.smtpPort`; 0 takes a free port. */
export async function startMailServer(context: SandboxContext): Promise<{ port: number; stop(): Promise<void> }> {
  const faults = new WeakMap<SMTPServerSession, Fault>()
  const server = new SMTPServer({
    name: 'mail.sandbox',
    banner: 'inbox of the demo region',
    size: maxBytes,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect: callbackify(async (session: SMTPServerSession) => {
      const struck = context.faults.strike('inbox', 'smtp')
      if (struck) faults.set(session, struck)
      if (struck?.kind === 'down') throw new Answer(421, 'Service not available')
      if (struck?.kind === 'delay') await wait(struck.milliseconds ?? 1_000)
    }),
    onRcptTo(address, _session, done) {
      const local = address.address.split('@')[0]
      return done(local === 'sconosciuto' ? new Answer(550, 'No such user here') : null)
    },
    onData: callbackify(async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
      const raw = await buffer(stream)
      if (stream.sizeExceeded) throw new Answer(552, 'Message too large')
      const struck = faults.get(session)
      if (struck?.kind === 'error') throw new Answer(Number(struck.code ?? 451), 'Fault asked for')
      await accept(context, session, raw)
      if (struck?.kind === 'time-out-after-commit') await new Promise(() => undefined) // never answers
    }),
  })
  server.on('error', () => undefined) // a client that went away mid-sentence; the rest of the server goes on
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(context.smtpPort, () => {
      server.server.off('error', reject)
      resolve()
    })
  })
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : context.smtpPort
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function accept(context: SandboxContext, session: SMTPServerSession, raw: Buffer): Promise<void> {
  const mail = readMail(raw)
  for (const { address } of session.envelope.rcptTo) {
    await keep(context.sql, {
      channel: 'email',
      recipient: address.toLowerCase(),
      sender: mail.from,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      reference: mail.messageId ? `${mail.messageId} ${address.toLowerCase()}` : null,
      receivedAt: context.now(),
    })
  }
}
