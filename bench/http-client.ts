// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  body: string
}

export interface Request {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: object
  /** Sent as a form, already encoded. */
  form?: string
}

/** One kept-alive connection, one request at a time. */
export interface HttpClient {
  ask(request: Request): Promise<Answer>
  close(): void
}

const endOfHeader = Buffer.from('\r\n\r\n')

/** The first whole answer in what has arrived, if there is one. Answers without a stated length are not understood. */
function readAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf(endOfHeader)
  if (end === -1) return undefined
  const header = received.toString('latin1', 0, end)
  const status = Number(header.slice(9, 12))
  const length = /\r\ncontent-length: (\d+)/i.exec(header)
  if (!length && status !== 204) throw new Error(`An answer without length: ${header}`)
  const from = end + endOfHeader.length
  const to = from + Number(length?.[1] ?? 0)
  return received.length < to ? undefined : { status, body: received.toString('utf8', from, to) }
}

function write(host: string, { method, path, headers = {}, body, form }: Request): string {
  const content = form ?? (body ? JSON.stringify(body) : '')
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (form !== undefined) lines.push('content-type: application/x-www-form-urlencoded')
  else if (body) lines.push('content-type: application/json')
  if (method === 'POST') lines.push(`content-length: ${Buffer.byteLength(content)}`)
  return `${lines.join('\r\n')}\r\n\r\n${content}`
}

/**
 * A client that costs as little as it can: measured on one machine with the server, what the client burns is missing there.
 */
export async function openClient(url: string): Promise<HttpClient> {
  const { hostname, port, host } = new URL(url)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let waiting: { done: (answer: Answer) => void; failed: (error: Error) => void } | undefined
  let received: Buffer = Buffer.alloc(0)
  const fail = (error: Error) => {
    waiting?.failed(error)
    waiting = undefined
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed the connection.')))
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    try {
      const answer = readAnswer(received)
      if (!answer) return
      received = Buffer.alloc(0)
      const { done } = waiting!
      waiting = undefined
      done(answer)
    } catch (error) {
      fail(error as Error)
    }
  })
  return {
    ask: (request) =>
      new Promise((done, failed) => {
        waiting = { done, failed }
        socket.write(write(host, request))
      }),
    close: () => socket.destroy(),
  }
}
