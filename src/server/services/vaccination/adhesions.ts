// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../access/audit/index.ts'
import { notifyAt } from '../../engines/notifications/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { publish, type AdhesionNews } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { exemptionCodesOf, findEnrolment, getPerson, isLiving } from '../../registry/people/index.ts'
import { isOpen, type Campaign } from './campaigns.ts'
import { alreadyWithdrawn, notInvited, notOpen } from './refusals.ts'
import { cohortOf, type Facts } from './rules.ts'

/** Where somebody wants to be called. `recipientId` is whose address it is. */
export interface Contact {
  channel: 'sms' | 'email' | 'app'
  address: string | null
  recipientId: string
  language: Language
}

export interface Adhesion {
  id: string
  code: string
  campaign: string
  patientId: string
  channel: 'card' | 'area'
  contactChannel: Contact['channel']
  contactAddress: string | null
  madeAt: Date
  withdrawnAt: Date | null
}

const columns = [
  'id',
  'code',
  'campaign',
  'patientId',
  'channel',
  'contactChannel',
  'contactAddress',
  'madeAt',
  'withdrawnAt',
] as const

/** Adhesions of these people, the latest first; those withdrawn too. */
export async function adhesionsOf(tx: Tx, patientIds: readonly string[]): Promise<Adhesion[]> {
  if (patientIds.length === 0) return []
  const rows = await tables<'vaccination'>(tx)
    .selectFrom('vaccination.adhesion')
    .select(columns)
    .where('patientId', 'in', patientIds)
    .orderBy('madeAt', 'desc')
    .execute()
  return rows as Adhesion[] // channels are checked by the table
}

/** One adhesion; undefined when there is none. */
export async function findAdhesion(tx: Tx, id: string): Promise<Adhesion | undefined> {
  const row = await tables<'vaccination'>(tx)
    .selectFrom('vaccination.adhesion')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row as Adhesion | undefined
}

/** The adhesion of a person to a campaign that is not withdrawn. */
export const findLive = async (tx: Tx, patientId: string, campaign: string): Promise<Adhesion | undefined> =>
  (await adhesionsOf(tx, [patientId])).find((one) => one.campaign === campaign && one.withdrawnAt === null)

/**
 * Whether what the registry knows of somebody's health may be shown to the actor, be it by an invitation: only to who signed in
 * with SPID, CIE or CNS. A health card with a telephone, and an account of ours, are no proof of identity.
 */
export const seesHealth = ({ level, method }: Actor): boolean => level >= 2 && method !== 'LOCAL'

/** What decides whether somebody is invited, as far as the actor may know it. `aslId` null: nobody would call her. */
export interface Invitee extends Facts {
  aslId: string | null
}

export async function inviteeOf(
  tx: Tx,
  { now }: Pick<Platform, 'now'>,
  actor: Actor,
  patientId: string,
): Promise<Invitee> {
  const today = romeDay(now())
  const [{ birthDate }, enrolment, codes, living] = await Promise.all([
    getPerson(tx, patientId),
    findEnrolment(tx, patientId, today),
    exemptionCodesOf(tx, [patientId], today),
    isLiving(tx, patientId),
  ])
  const exemptions = seesHealth(actor) ? (codes.get(patientId) ?? []) : null
  return { birthDate, exemptions, aslId: living && enrolment ? enrolment.aslId : null }
}

/** Why a person is invited to a campaign and who will call her; undefined when she is not. */
export function invitation(
  campaign: Campaign,
  who: Invitee,
  today: Day,
): { cohort: string; aslId: string } | undefined {
  const cohort = cohortOf(campaign.cohorts, who, today)
  return cohort && who.aslId !== null ? { cohort: cohort.code, aslId: who.aslId } : undefined
}

/** Whether an adhesion to a campaign may be shown: one for a reason of health only to whom health may be shown. */
export const mayShow = (actor: Actor, campaign: Campaign, who: Invitee, today: Day): boolean =>
  seesHealth(actor) || invitation(campaign, who, today) !== undefined

export interface Wish {
  campaign: Campaign
  patientId: string
  contact: Contact
  /** Who signed in makes it with a key, so that a repeat is no second one; null with the health card. */
  key: string | null
}

/**
 * Writes an adhesion, in a transaction of the system, and sends the confirmation. The database lets one live adhesion be for a
 * person and campaign: undefined when there is one already, or the key was used.
 *
 * @throws Refusal `vaccination/not-open`, `vaccination/not-invited`
 */
export async function adhere(tx: Tx, platform: Platform, actor: Actor, wish: Wish): Promise<Adhesion | undefined> {
  const now = platform.now()
  const today = romeDay(now)
  const { campaign, patientId, contact, key } = wish
  if (!isOpen(campaign, today)) throw notOpen
  const invited = invitation(campaign, await inviteeOf(tx, platform, actor, patientId), today)
  if (!invited) throw notInvited
  const row = await tables<'vaccination'>(tx)
    .insertInto('vaccination.adhesion')
    .values({
      id: uuidv7(now.getTime()),
      code: publicCode(),
      campaign: campaign.code,
      patientId,
      ...invited,
      channel: key === null ? 'card' : 'area',
      madeBy: key === null ? null : actor.personId,
      madeAt: now,
      contactChannel: contact.channel,
      contactAddress: contact.address,
      language: contact.language,
      idempotencyKey: key,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst()
  if (!row) return undefined
  const made = row as Adhesion
  await tell(tx, platform, actor, made, 'made', contact)
  return made
}

/**
 * Withdraws an adhesion, in a transaction of the system; where the person wanted to be called is forgotten, and told for the last
 * time. When she died it is kept: the death may be an error.
 *
 * @throws Refusal `vaccination/already-withdrawn`
 */
export async function withdraw(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  { id }: Pick<Adhesion, 'id'>,
  byDeath = false,
): Promise<Date> {
  const own = tables<'vaccination'>(tx)
  const before = await own
    .selectFrom('vaccination.adhesion')
    .select([...columns, 'madeBy', 'language'])
    .where('id', '=', id)
    .where('withdrawnAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!before) throw alreadyWithdrawn
  const withdrawnAt = platform.now()
  await own
    .updateTable('vaccination.adhesion')
    .set({ withdrawnAt, withdrawnBy: actor.personId, byDeath, ...(!byDeath && { contactAddress: null }) })
    .where('id', '=', id)
    .execute()
  await tell(tx, platform, actor, before as Adhesion, 'withdrawn', contactIn(before))
  return withdrawnAt
}

/** Adhesions that a death told in error ended go on, and are confirmed, unless there is another to the campaign by now. */
export async function goOn(tx: Tx, platform: Platform, actor: Actor, patientId: string): Promise<void> {
  const rows = await tables<'vaccination'>(tx)
    .updateTable('vaccination.adhesion as ended')
    .set({ withdrawnAt: null, byDeath: false })
    .where('ended.patientId', '=', patientId)
    .where('ended.byDeath', '=', true)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('vaccination.adhesion as live')
            .select('live.id')
            .whereRef('live.patientId', '=', 'ended.patientId')
            .whereRef('live.campaign', '=', 'ended.campaign')
            .where('live.withdrawnAt', 'is', null),
        ),
      ),
    )
    .returning([...columns, 'madeBy', 'language'])
    .execute()
  for (const row of rows) await tell(tx, platform, actor, row as Adhesion, 'made', contactIn(row))
}

/** What a row says of where to call her; its channels and languages are checked by the table. */
const contactIn = (row: {
  patientId: string
  contactChannel: string
  contactAddress: string | null
  madeBy: string | null
  language: string
}): Contact => ({
  channel: row.contactChannel as Contact['channel'],
  address: row.contactAddress,
  recipientId: row.madeBy ?? row.patientId,
  language: row.language as Language,
})

async function tell(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  { id, patientId, campaign, code }: Adhesion,
  what: AdhesionNews,
  { channel, address, recipientId, language }: Contact,
): Promise<void> {
  await trace(tx, actor, what === 'made' ? 'CREATE' : 'UPDATE', patientId, id)
  await publish(tx, 'vaccination.adhesion-changed', { adhesionId: id, patientId, campaign, what })
  const notice = {
    patientId,
    about: { kind: 'adhesion', id },
    template: 'adhesion.news' as const,
    parameters: { what, code },
  }
  const to = channel === 'app' || address === null ? null : { channel, address, recipientId, language }
  await notifyAt(tx, platform, notice, to)
}

/** Writes into the audit trail what was done with an adhesion. */
export const trace = (
  tx: Tx,
  actor: Actor,
  action: AuditAction,
  patientId: string,
  adhesionId?: string,
): Promise<void> =>
  audit(tx, actor, { action, patientId, object: 'adhesion', objectId: adhesionId, purpose: 'adhesion' })
