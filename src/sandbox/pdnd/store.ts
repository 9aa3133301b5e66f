// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { generateKeyPairSync } from 'node:crypto'
import type pg from 'pg'

const tables = `
  create table if not exists pdnd_signing_key (kid text primary key, pem text not null, made_at timestamptz not null default now());
  create table if not exists pdnd_client (
    id uuid primary key, kind text not null check (kind in ('CONSUMER', 'API')), organization text not null,
    state text not null default 'ACTIVE' check (state in ('ACTIVE', 'SUSPENDED')));
  create table if not exists pdnd_key (
    kid text primary key, client_id uuid not null references pdnd_client (id), jwk jsonb not null);
  create table if not exists pdnd_eservice (
    id uuid primary key, name text not null, audience text not null, voucher_seconds integer not null,
    state text not null default 'PUBLISHED' check (state in ('PUBLISHED', 'SUSPENDED')));
  create table if not exists pdnd_purpose (
    id uuid primary key, eservice_id uuid not null references pdnd_eservice (id),
    client_id uuid not null references pdnd_client (id),
    state text not null default 'ACTIVE' check (state in ('ACTIVE', 'SUSPENDED', 'WAITING_FOR_APPROVAL', 'ARCHIVED')));
  create table if not exists pdnd_used_jti (client_id uuid not null, jti text not null, primary key (client_id, jti));
`

/** Makes the sandbox's own tables and PDND's signing key; two processes may start at once. */
export async function createTables(sql: pg.Pool): Promise<void> {
  const client = await sql.connect()
  try {
    await client.query('select pg_advisory_lock(7104)')
    await client.query(tables)
    const { rowCount } = await client.query('select from pdnd_signing_key')
    if (rowCount === 0) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      await client.query('insert into pdnd_signing_key (kid, pem) values ($1, $2)', ['pdnd-sandbox-1', pem])
    }
    await client.query('select pg_advisory_unlock(7104)')
  } finally {
    client.release()
  }
}
