// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { contactsOf, reachable } from '../../registry/people/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { masked, spreadJob, storeNotice, waysOf, type Subject } from './notices.ts'
import type { Visit } from './templates/shapes.ts'

export type ReminderTemplate = 'reminder.early' | 'reminder.ask' | 'reminder.last'

export interface NewReminder {
  patientId: string
  /** The booking. */
  about: Subject
  /** The appointment: a second reminder of the same kind for it replaces the first. */
  subjectId: string
  template: ReminderTemplate
  visit: Visit
  at: Date
}

/** Plans a reminder; one of the same kind for the same appointment is replaced. */
export async function scheduleReminder(tx: Tx, reminder: NewReminder): Promise<void> {
  const { patientId, about, subjectId, template, visit, at } = reminder
  const changing = { visit: JSON.stringify(visit), visitDay: romeDay(new Date(visit.startsAt)), at }
  await tables<'notifications'>(tx)
    .insertInto('notifications.reminder')
    .values({ id: uuidv7(), patientId, aboutKind: about.kind, aboutId: about.id, subjectId, template, ...changing })
    .onConflict((conflict) =>
      conflict.columns(['subjectId', 'template']).where('state', '=', 'scheduled').doUpdateSet(changing),
    )
    .execute()
}

/** Calls off what is still planned, of all or of one appointment: after a move, a cancellation, or when the person has answered. */
export async function cancelReminders(tx: Tx, about: Subject, subjectId?: string): Promise<void> {
  await tables<'notifications'>(tx)
    .updateTable('notifications.reminder')
    .set({ state: 'cancelled' })
    .where('aboutKind', '=', about.kind)
    .where('aboutId', '=', about.id)
    .where('state', '=', 'scheduled')
    .$if(subjectId !== undefined, (query) => query.where('subjectId', '=', subjectId!))
    .execute()
}

export interface PlannedReminder {
  /** ISO 8601 */
  at: string
  channel: 'sms' | 'email' | 'app'
  /** Masked number or address; empty for the personal area. */
  to: string
}

/** The reminders still to come, one row for each way they will take, as far as the actor may see the readers' contacts. */
export async function scheduledReminders(
  tx: Tx,
  about: Subject,
  day: Day = romeDay(new Date()),
): Promise<PlannedReminder[]> {
  const planned = await tables<'notifications'>(tx)
    .selectFrom('notifications.reminder')
    .select(['patientId', 'at'])
    .distinct()
    .where('aboutKind', '=', about.kind)
    .where('aboutId', '=', about.id)
    .where('state', '=', 'scheduled')
    .orderBy('at')
    .execute()
  const [first] = planned
  if (!first) return []
  const ways: Omit<PlannedReminder, 'at'>[] = [{ channel: 'app', to: '' }]
  for (const reader of await reachable(tx, first.patientId, day)) {
    const contacts = await contactsOf(tx, reader, day)
    for (const { channel, address } of waysOf(contacts, [], true)) {
      if (channel !== 'push') ways.push({ channel, to: masked(address) })
    }
  }
  return planned.flatMap(({ at }) => ways.map((way) => ({ at: at.toISOString(), ...way })))
}

/** Reminders looked at in one transaction of the sweep. */
const batch = 100

/**
 * Sends what is due: the reminders of one kind for one person and one day go out as one notice. Those whose visit has begun
 * meanwhile lapse. Safe to run in several workers at once.
 */
export async function remindDue(platform: Platform): Promise<void> {
  for (let sent = 1; sent > 0;) sent = await asSystem(platform.db, (tx) => remindSome(tx, platform))
}

async function remindSome(tx: Tx, platform: Platform): Promise<number> {
  const now = platform.now()
  const own = tables<'notifications'>(tx)
  await own
    .updateTable('notifications.reminder')
    .set({ state: 'lapsed' })
    .where('state', '=', 'scheduled')
    .where('at', '<=', now)
    .where(sql<boolean>`(visit ->> 'startsAt')::timestamptz <= ${now}`)
    .execute()
  const { rows: due } = await sql<DueReminder>`
    select id, patient_id as "patientId", about_kind as "aboutKind", about_id as "aboutId", template,
           visit_day as "visitDay", visit
    from notifications.reminder r
    where state = 'scheduled' and (patient_id, template, visit_day) in (
      select patient_id, template, visit_day from notifications.reminder
      where state = 'scheduled' and at <= ${now} order by at limit ${batch})
    and at <= ${now}
    order by visit ->> 'startsAt'
    for update skip locked`.execute(tx)
  // What asks for an answer goes out for each booking, since its link answers for one booking.
  const together = (one: DueReminder) => (one.template === 'reminder.ask' ? one.aboutId : one.visitDay)
  const groups = Map.groupBy(due, (one) => `${one.patientId} ${one.template} ${together(one)}`)
  for (const group of groups.values()) await remindOnce(tx, platform, group, now)
  return due.length
}

interface DueReminder {
  id: string
  patientId: string
  aboutKind: string
  aboutId: string
  template: ReminderTemplate
  visitDay: Day
  visit: Visit
}

async function remindOnce(tx: Tx, platform: Platform, group: readonly DueReminder[], now: Date): Promise<void> {
  const [first] = group
  if (!first) return
  const visits = group.map((one) => one.visit)
  const noticeId = await storeNotice(tx, now, {
    patientId: first.patientId,
    about: { kind: first.aboutKind, id: first.aboutId },
    template: first.template,
    parameters: { visits },
    usefulUntil: new Date(visits[0]!.startsAt),
  })
  await tables<'notifications'>(tx)
    .updateTable('notifications.reminder')
    .set({ state: 'sent', noticeId: noticeId ?? null })
    .where(
      'id',
      'in',
      group.map((one) => one.id),
    )
    .execute()
  if (noticeId) await platform.queue.send(tx, spreadJob, { noticeId })
}
