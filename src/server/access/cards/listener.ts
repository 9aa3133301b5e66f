// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { CardFault } from './fault.ts'

/** Answers a card: an address to go on to, or a page. */
export type Answer = { location: string } | { status: number; page: string }

/**
 * Our own host of cards: a TLS server that asks every visitor for a certificate and knows one page. The handshake shows
 * that the visitor holds the key of the certificate; everything else about it is checked by `answer`.
 *
 * @param answer is given the id of the sign-in, a way to take the certificate, and the languages of the browser
 */
export function createListener(
  keys: { key: string; cert: string },
  answer: (request: string, take: () => Promise<Buffer>, language: string | undefined) => Promise<Answer>,
  onError: (error: unknown) => void,
): Server {
  return createServer(
    { ...keys, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2', maxHeaderSize: 8192 },
    (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://cards')
      response.setHeader('cache-control', 'no-store')
      response.setHeader('x-content-type-options', 'nosniff')
      // Each sign-in is a handshake of its own: no connection outlives the card in the reader.
      response.setHeader('connection', 'close')
      if (request.method !== 'GET' || pathname !== '/auth/cns/card') return void response.writeHead(404).end()
      const take = async (): Promise<Buffer> => {
        const { raw } = (request.socket as TLSSocket).getPeerCertificate() // the socket of an https server
        if (!raw) throw new CardFault('possession/no-card')
        return raw
      }
      answer(searchParams.get('request') ?? '', take, request.headers['accept-language'])
        .then((given) => {
          if ('location' in given) return response.writeHead(303, { location: given.location }).end()
          return response.writeHead(given.status, { 'content-type': 'text/html; charset=utf-8' }).end(given.page)
        })
        .catch((error: unknown) => {
          onError(error)
          response.writeHead(500).end()
        })
    },
  )
}
