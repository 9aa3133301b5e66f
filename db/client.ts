// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import pg from 'pg'

/** Does some work on one connection to a database, and closes it: a transaction left open is rolled back. */
export async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => undefined) // a broken connection fails the query under way, or the next
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
