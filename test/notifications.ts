// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { uuidv7 } from '../src/server/platform/ids.ts'
import type { TestApp } from './setup.ts'

let people = 0

export interface Arrived {
  channel: 'sms' | 'email'
  recipient: string
  subject: string | null
  text: string
  html: string | null
  links: string[]
}

/** Builders and looks into the inbox for tests about notices. */
export function noticesBench(t: TestApp) {
  return {
    /** A person with confirmed mobile and e-mail; `null` leaves one out. */
    async aPerson(
      over: {
        givenName?: string
        birthDate?: string
        mobile?: string | null
        email?: string | null
        verified?: boolean
        language?: 'it' | 'en'
        channels?: string[]
      } = {},
    ): Promise<{ id: string; mobile: string; email: string }> {
      people += 1
      const id = uuidv7()
      const mobile = `+3933300${String(people).padStart(5, '0')}`
      const email = `persona${people}@posta.example`
      const { givenName = 'Lucia', birthDate = '1980-01-01', verified = true } = over
      await t.owner.query(
        `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_name, citizenship)
         values ($1, 'Prova', $2, 'PROVA', $3, 'F', 'Napoli', '100')`,
        [id, givenName, birthDate],
      )
      const contacts = [
        ['mobile', over.mobile === undefined ? mobile : over.mobile],
        ['email', over.email === undefined ? email : over.email],
      ] as const
      for (const [kind, value] of contacts) {
        if (value === null) continue
        await t.owner.query(
          `insert into registry.contact (id, person_id, kind, value, verified_at, source, valid)
           values ($1, $2, $3, $4, case when $5 then now() end, 'test', '[2020-01-01,)')`,
          [uuidv7(), id, kind, value, verified],
        )
      }
      if (over.language ?? over.channels) {
        await t.owner.query(
          'insert into registry.contact_preference (person_id, language, channels) values ($1, $2, $3)',
          [id, over.language ?? 'it', over.channels ?? ['sms', 'email', 'app']],
        )
      }
      return { id, mobile, email }
    },

    async aChildOf(parentIds: readonly string[], givenName = 'Marta'): Promise<string> {
      const id = uuidv7()
      await t.owner.query(
        `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_name, citizenship)
         values ($1, 'Prova', $2, 'PROVA', (now() - interval '6 years')::date, 'F', 'Napoli', '100')`,
        [id, givenName],
      )
      for (const parent of parentIds) {
        await t.owner.query(
          `insert into registry.family_link (id, person_id, related_id, relation, valid, source)
           values ($1, $2, $3, 'parent', '[2010-01-01,)', 'test')`,
          [uuidv7(), id, parent],
        )
      }
      return id
    },

    /** What arrived on the telephone or in the mailbox, newest first. */
    async inboxOf(address?: string): Promise<Arrived[]> {
      const url = address ? `/inbox/messages?to=${encodeURIComponent(address)}` : '/inbox/messages'
      return (await t.sandbox.app.inject({ url })).json<{ messages: Arrived[] }>().messages
    },
  }
}
