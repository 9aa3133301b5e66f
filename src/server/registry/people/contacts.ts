// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import type { Language } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'

/** Ways a person may be written to: text message, e-mail, message inside the portal, notification of the browser. */
export const channels = ['sms', 'email', 'app', 'push'] as const
export type Channel = (typeof channels)[number]

export interface ContactPreference {
  language: Language
  channels: Channel[]
}

export interface ContactPoint {
  value: string
  /** Confirmed with a code sent there: only then anything personal may be sent. */
  verified: boolean
}

export interface Contacts extends ContactPreference {
  mobile: ContactPoint | null
  email: ContactPoint | null
}

/** Before anybody has said anything: Italian, and every channel that needs no consent of the browser. */
const unasked: ContactPreference = { language: 'it', channels: ['sms', 'email', 'app'] }

/** How and in which language a person wants to be written to. */
export async function contactsOf(tx: Tx, personId: string, day: Day): Promise<Contacts> {
  const own = tables<'registry'>(tx)
  const preference = await own
    .selectFrom('registry.contactPreference')
    .select(['language', 'channels'])
    .where('personId', '=', personId)
    .executeTakeFirst()
  const points = await own
    .selectFrom('registry.contact')
    .select(['kind', 'value', 'verifiedAt'])
    .where('personId', '=', personId)
    .where(sql<boolean>`valid @> ${day}::date`)
    .execute()
  const point = (kind: string): ContactPoint | null => {
    const found = points.find((candidate) => candidate.kind === kind)
    return found ? { value: found.value, verified: found.verifiedAt !== null } : null
  }
  const chosen = preference ? (preference as ContactPreference) : unasked // the table checks both columns
  return { ...chosen, mobile: point('mobile'), email: point('email') }
}

/** Stores the language and channels a person chose. */
export async function updatePreference(
  tx: Tx,
  personId: string,
  preference: ContactPreference,
  now: Date,
): Promise<void> {
  const row = { language: preference.language, channels: preference.channels, updatedAt: now }
  await tables<'registry'>(tx)
    .insertInto('registry.contactPreference')
    .values({ personId, ...row })
    .onConflict((conflict) => conflict.column('personId').doUpdateSet(row))
    .execute()
}

/**
 * Who reads what is written about a person: the person, or, for a minor, those with parental responsibility that day. Not
 * who died. Empty for a minor without known living parents.
 */
export async function reachable(tx: Tx, personId: string, day: Day): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select link.parent_id as id from registry.minor_child link join registry.person parent on parent.id = link.parent_id
    where link.child_id = ${personId} and link.valid @> ${day}::date and parent.deceased_on is null
    union
    select person.id from registry.person person
    where person.id = ${personId} and person.birth_date <= ${day}::date - interval '18 years' and person.deceased_on is null
  `.execute(tx)
  return rows.map((row) => row.id)
}
