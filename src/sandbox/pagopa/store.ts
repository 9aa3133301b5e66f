// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'

/** A debt position of GPD v1, as stored by the sandbox. */
export interface Position {
  org: string
  iupd: string
  debtor_code: string
  debtor_name: string
  company: string
  switch_to_expired: boolean
  validity_at: Date | null
  published_at: Date | null
  status: 'DRAFT' | 'PUBLISHED' | 'VALID' | 'INVALID' | 'EXPIRED' | 'PARTIALLY_PAID' | 'PAID' | 'REPORTED'
  inserted_at: Date
  updated_at: Date
}

export interface Transfer {
  idTransfer: string
  amount: number
  organizationFiscalCode?: string
  remittanceInformation: string
  category: string
  iban?: string
  postalIban?: string
  stamp?: object
}

/** A payment option: what one notice pays. */
export interface Option {
  org: string
  iupd: string
  iuv: string
  nav: string
  amount: number
  description: string
  partial: boolean
  due_at: Date
  status: 'PO_UNPAID' | 'PO_PAID' | 'PO_REPORTED'
  receipt_id: string | null
  paid_at: Date | null
  psp: string | null
  method: string | null
  fee: number
  flow_id: string | null
  transfers: Transfer[]
}

export interface Notice extends Position {
  option: Option
}

const tables = `
  create table if not exists pagopa_position (
    org text not null, iupd text not null, debtor_code text not null, debtor_name text not null, company text not null,
    switch_to_expired boolean not null, validity_at timestamptz, published_at timestamptz, status text not null,
    inserted_at timestamptz not null, updated_at timestamptz not null, primary key (org, iupd));
  create table if not exists pagopa_option (
    org text not null, iupd text not null, iuv text not null, nav text not null, amount integer not null,
    description text not null, partial boolean not null, due_at timestamptz not null, status text not null default 'PO_UNPAID',
    receipt_id text, paid_at timestamptz, psp text, method text, fee integer not null default 0, flow_id text,
    transfers jsonb not null, primary key (org, iuv), unique (org, nav),
    foreign key (org, iupd) references pagopa_position (org, iupd));
  create table if not exists pagopa_receipt (
    receipt_id text primary key, org text not null, iuv text not null, document text not null, made_at timestamptz not null);
  create table if not exists pagopa_cart (
    id uuid primary key, body jsonb not null, made_at timestamptz not null, outcome text);
  create table if not exists pagopa_outcome (
    id bigint generated always as identity primary key, org text not null, nav text not null, psp text not null,
    method text not null, fee integer not null, due_at timestamptz not null, done boolean not null default false);
  create table if not exists pagopa_notification (
    id bigint generated always as identity primary key, receipt_id text not null references pagopa_receipt (receipt_id),
    due_at timestamptz not null, attempts integer not null default 0, state text not null default 'waiting', last_answer text);
  create table if not exists pagopa_flow (
    flow_id text primary key, org text not null, flow_at timestamptz not null, document text not null);
`

/** Makes the sandbox's own tables; two processes may start at once. */
export async function createTables(sql: pg.Pool): Promise<void> {
  const client = await sql.connect()
  try {
    await client.query('select pg_advisory_lock(7101)')
    await client.query(tables)
    await client.query('select pg_advisory_unlock(7101)')
  } finally {
    client.release()
  }
}

/** Runs work in a transaction of the sandbox's database. */
export async function inTransaction<T>(sql: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await sql.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** The state of a position at a moment: time alone makes it valid, or expired. */
export function statusAt(position: Position, options: readonly Option[], now: Date): Position['status'] {
  const { status } = position
  const started =
    status === 'PUBLISHED' && position.validity_at !== null && position.validity_at <= now ? 'VALID' : status
  const last = Math.max(...options.map((option) => option.due_at.getTime()))
  const over = position.switch_to_expired && last < now.getTime()
  return over && (started === 'VALID' || started === 'PUBLISHED') ? 'EXPIRED' : started
}

type Runner = pg.Pool | pg.PoolClient

export async function findPosition(
  sql: Runner,
  org: string,
  iupd: string,
  lock = false,
): Promise<{ position: Position; options: Option[] } | undefined> {
  const { rows } = await sql.query<Position>(
    `select * from pagopa_position where org = $1 and iupd = $2 ${lock ? 'for update' : ''}`,
    [org, iupd],
  )
  const [position] = rows
  if (!position) return undefined
  const options = await sql.query<Option>('select * from pagopa_option where org = $1 and iupd = $2 order by iuv', [
    org,
    iupd,
  ])
  return { position, options: options.rows }
}

export async function findNotice(
  sql: Runner,
  org: string,
  nav: string,
  lock = false,
): Promise<{ position: Position; options: Option[]; option: Option } | undefined> {
  const { rows } = await sql.query<{ iupd: string }>('select iupd from pagopa_option where org = $1 and nav = $2', [
    org,
    nav,
  ])
  const found = rows[0] && (await findPosition(sql, org, rows[0].iupd, lock))
  const option = found?.options.find((candidate) => candidate.nav === nav)
  return found && option ? { ...found, option } : undefined
}
