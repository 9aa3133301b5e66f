// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Demo } from '../../shared/demo.ts'

/** A text message or an e-mail that arrived. */
export interface Received {
  id: string
  channel: 'sms' | 'email'
  /** Telephone number or address. */
  recipient: string
  sender: string
  subject: string | null
  text: string
  html: string | null
  /** Id the sender gave: the same reference arrives once. */
  reference: string | null
  receivedAt: Date
}

const table = `
  create table if not exists inbox_message (
    seq bigint generated always as identity primary key,
    id uuid not null unique default gen_random_uuid(),
    channel text not null check (channel in ('sms', 'email')),
    recipient text not null, sender text not null, subject text, text text not null, html text, reference text,
    received_at timestamptz not null, unique (channel, reference));
  create index if not exists inbox_message_of on inbox_message (recipient, seq desc);
`

export async function createTables(sql: pg.Pool): Promise<void> {
  await sql.query(table)
}

/** Keeps a message; one that came before under the same reference is given back unchanged. */
export async function keep(
  sql: pg.Pool,
  message: Omit<Received, 'id'>,
): Promise<{ message: Received; fresh: boolean }> {
  const { channel, recipient, sender, subject, text, html, reference, receivedAt } = message
  const { rowCount } = await sql.query(
    `insert into inbox_message (channel, recipient, sender, subject, text, html, reference, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (channel, reference) do nothing`,
    [channel, recipient, sender, subject, text, html, reference, receivedAt],
  )
  const { rows } = await sql.query<Received>(
    `${select} where channel = $1 and reference is not distinct from $2 order by seq desc limit 1`,
    [channel, reference],
  )
  return { message: rows[0]!, fresh: rowCount === 1 }
}

const select =
  'select id, channel, recipient, sender, subject, text, html, reference, received_at as "receivedAt" from inbox_message'

/** Messages to some addresses, or to everybody, newest first. */
export async function received(
  sql: pg.Pool,
  recipients: readonly string[] | undefined,
  limit = 100,
): Promise<Received[]> {
  const { rows } = await sql.query<Received>(
    `${select} where $1::text[] is null or recipient = any ($1) order by seq desc limit $2`,
    [recipients ?? null, limit],
  )
  return rows
}

export async function findMessage(sql: pg.Pool, id: string): Promise<Received | undefined> {
  const { rows } = await sql.query<Received>(`${select} where id = $1`, [id])
  return rows[0]
}

export interface Owner {
  fiscalCode: string
  name: string
  addresses: string[]
}

/** The demo people who can be written to; none before the demo region exists. */
export async function owners(dataDir: string): Promise<Owner[]> {
  const file = await readFile(join(dataDir, 'demo.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return []
  const { people } = JSON.parse(file) as Demo // the generator of this repository writes it
  return people
    .filter((person) => person.mobile || person.email)
    .map((person) => ({
      fiscalCode: person.fiscalCode,
      name: `${person.givenName} ${person.familyName}`,
      addresses: [person.mobile, person.email?.toLowerCase()].filter((address) => address !== undefined),
    }))
}
