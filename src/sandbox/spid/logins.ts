// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { LoginRequest } from './authn-requests.ts'
import type { Holder } from './people.ts'
import type { ProviderId } from './providers.ts'

/** A login under way at a provider's, from the accepted request to the answer. */
export type Login = { id: string; request: LoginRequest; person: Holder | null; createdAt: Date }

export type Logins = ReturnType<typeof createLogins>

/** The logins under way, kept in the sandbox's database. */
export function createLogins(sql: Pool) {
  return {
    async open(provider: ProviderId, request: LoginRequest, now: Date): Promise<string> {
      const id = randomUUID()
      await sql.query(`insert into spid_login (id, provider, request, created_at) values ($1, $2, $3, $4)`, [
        id,
        provider,
        JSON.stringify(request),
        now,
      ])
      return id
    },
    async find(provider: ProviderId, id: string): Promise<Login | undefined> {
      const { rows } = await sql.query<Login>(
        `select id, request, person, created_at as "createdAt" from spid_login where id = $1 and provider = $2`,
        [id, provider],
      )
      return rows[0]
    },
    async identify(id: string, person: Holder): Promise<void> {
      await sql.query(`update spid_login set person = $2 where id = $1`, [id, JSON.stringify(person)])
    },
    /** Counts a wrong credential and tells how many there were. */
    async fail(id: string): Promise<number> {
      const { rows } = await sql.query<{ failures: number }>(
        `update spid_login set failures = failures + 1 where id = $1 returning failures`,
        [id],
      )
      return rows[0]?.failures ?? 0
    },
    async close(id: string): Promise<void> {
      await sql.query(`delete from spid_login where id = $1`, [id])
    },
  }
}
