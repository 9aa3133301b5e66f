// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** What an inbox shows of an e-mail (RFC 5322, RFC 2045 to 2047), as far as ordinary mailers write it. */
export interface ReadMail {
  subject: string
  from: string
  messageId: string | null
  text: string
  html: string | null
}

interface Part {
  headers: Map<string, string>
  body: string
}

function split(source: string): Part {
  const end = source.search(/\r?\n\r?\n/)
  const head = (end < 0 ? source : source.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ')
  const headers = new Map<string, string>()
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end < 0 ? '' : source.slice(end).replace(/^\r?\n\r?\n/, '') }
}

function quotedPrintable(text: string): Buffer {
  const bytes = text
    .replace(/=[ \t]*\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

/** Encoded words in a header: `=?UTF-8?Q?…?=`, `=?UTF-8?B?…?=`. */
function words(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?[^?]+\?([QB])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      (encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64')
        : quotedPrintable(text.replaceAll('_', ' '))
      ).toString('utf8'),
    )
}

function content({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding === 'quoted-printable') return quotedPrintable(body).toString('utf8')
  return Buffer.from(body, 'latin1').toString('utf8')
}

/** The leaves of a message, first to last. */
function leaves(part: Part): Part[] {
  const type = part.headers.get('content-type') ?? 'text/plain'
  const boundary = /^multipart\//i.test(type) ? /boundary="?([^";]+)"?/i.exec(type)?.[1] : undefined
  if (!boundary) return [part]
  const pieces = `\r\n${part.body}`.split(`\r\n--${boundary}`).slice(1)
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .flatMap((piece) => leaves(split(piece.replace(/^[ \t]*\r?\n/, ''))))
}

/** Reads the bytes of a message. */
export function readMail(raw: Buffer): ReadMail {
  const mail = split(raw.toString('latin1'))
  const parts = leaves(mail)
  const find = (type: string) =>
    parts.find((part) => (part.headers.get('content-type') ?? 'text/plain').toLowerCase().startsWith(type))
  const [text, html] = [find('text/plain'), find('text/html')]
  return {
    subject: words(mail.headers.get('subject') ?? ''),
    from: words(mail.headers.get('from') ?? ''),
    messageId: mail.headers.get('message-id') ?? null,
    text: text ? content(text).trim() : '',
    html: html ? content(html) : null,
  }
}
