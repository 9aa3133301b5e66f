// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, randomBytes } from 'node:crypto'
import { tables, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Subject } from './notices.ts'

export interface NewLink {
  /** What the holder may do, e.g. `appointment`: a link serves one purpose. */
  purpose: string
  patientId: string
  about: Subject
  expiresAt: Date
  now: Date
}

export interface OpenedLink {
  patientId: string
  about: Subject
  expiresAt: Date
}

const unknown = new Refusal(
  'notifications/unknown-link',
  404,
  { it: 'Questo link non è valido.', en: 'This link is not valid.' },
  {
    next: {
      it: 'Controlla di averlo copiato per intero, oppure entra nella tua area personale.',
      en: 'Check that you have copied all of it, or go to your personal area.',
    },
  },
)

const expired = new Refusal(
  'notifications/expired-link',
  410,
  { it: 'Questo link non vale più.', en: 'This link is no longer valid.' },
  {
    next: {
      it: 'Entra nella tua area personale o chiama il centro prenotazioni.',
      en: 'Go to your personal area or call the booking centre.',
    },
  },
)

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Makes a link for one purpose and gives its token: 128 random bits, of which only the hash is stored. */
export async function createLink(tx: Tx, { purpose, patientId, about, expiresAt, now }: NewLink): Promise<string> {
  const token = randomBytes(16).toString('base64url')
  await tables<'notifications'>(tx)
    .insertInto('notifications.link')
    .values({
      tokenHash: hashOf(token),
      purpose,
      patientId,
      aboutKind: about.kind,
      aboutId: about.id,
      createdAt: now,
      expiresAt,
    })
    .execute()
  return token
}

/**
 * What a token opens, in a transaction of the system. Opening changes nothing and can be repeated (mail scanners do).
 *
 * @throws Refusal notifications/unknown-link (404) for another purpose or no such token; notifications/expired-link (410)
 */
export async function openLink(tx: Tx, token: string, purpose: string, now: Date): Promise<OpenedLink> {
  const link = await tables<'notifications'>(tx)
    .selectFrom('notifications.link')
    .select(['patientId', 'aboutKind', 'aboutId', 'expiresAt', 'revokedAt'])
    .where('tokenHash', '=', hashOf(token))
    .where('purpose', '=', purpose)
    .executeTakeFirst()
  if (!link) throw unknown
  if (link.revokedAt !== null || link.expiresAt <= now) throw expired
  return { patientId: link.patientId, about: { kind: link.aboutKind, id: link.aboutId }, expiresAt: link.expiresAt }
}

/** Ends every link about something, e.g. when it was moved: the new reminder brings a new link. */
export async function revokeLinks(tx: Tx, about: Subject, now: Date): Promise<void> {
  await tables<'notifications'>(tx)
    .updateTable('notifications.link')
    .set({ revokedAt: now })
    .where('aboutKind', '=', about.kind)
    .where('aboutId', '=', about.id)
    .where('revokedAt', 'is', null)
    .execute()
}
