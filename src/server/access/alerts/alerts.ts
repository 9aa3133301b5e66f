// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { organisationNames } from '../../registry/organisations/index.ts'
import { getPersons } from '../../registry/people/index.ts'
import { audit, forAuditors, readEntries, roleName, type AuditRow } from '../audit/index.ts'
import type { AccessAlert, AlertKind } from './schema.ts'

const pageSize = 25
/** Accesses shown with an alert; the search of the trail has them all. */
const mostAccesses = 200

const badCursor = new Refusal(
  'alerts/bad-cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Riparti dalla prima pagina.', en: 'Start again from the first page.' } },
)
const alreadyExamined = new Refusal('alerts/already-examined', 409, {
  it: 'Questa segnalazione è già stata esaminata.',
  en: 'This alert was already examined.',
})
const aboutOneself = new Refusal(
  'alerts/about-oneself',
  403,
  { it: 'La segnalazione riguarda te: la esamina un altro.', en: 'The alert is about you: somebody else examines it.' },
  { next: { it: 'Avvisa un altro addetto ai controlli.', en: 'Tell another auditor.' } },
)
constraint('access_alert_by_another', aboutOneself)

const instant = sql<string>`to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const alertsIn = (tx: Tx) =>
  tables<'access'>(tx)
    .selectFrom('access.accessAlert')
    .select(['id', 'kind', 'personId', 'clientId', 'role', 'organisationId', 'seen', 'most'])
    .select(['toldAt', 'state', 'examinedAt', 'examinedBy', 'note'])
    .select([instant.as('openedAt'), sql<Date>`lower(period)`.as('from'), sql<Date>`upper(period)`.as('to')])
type Row = Awaited<ReturnType<ReturnType<typeof alertsIn>['executeTakeFirstOrThrow']>>

function readCursor(cursor: string): [openedAt: string, id: string] {
  const [openedAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(openedAt) || !/^[0-9a-f-]{36}$/.test(id)) throw badCursor
  return [openedAt, id]
}

/** Alerts of one state, the newest first. Reading them is in the trail of the people they are about. */
export async function listAlerts(
  { db }: Platform,
  actor: Actor,
  state: 'open' | 'examined',
  cursor: string | undefined,
): Promise<{ items: AccessAlert[]; nextCursor: string | null }> {
  return asSystem(db, async (tx) => {
    let query = alertsIn(tx).where('state', '=', state)
    if (cursor) {
      const [openedAt, id] = readCursor(cursor)
      query = query.where(sql<boolean>`(opened_at, id) < (${openedAt}::timestamptz, ${id}::uuid)`)
    }
    const found = await query
      .orderBy('access.accessAlert.openedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(pageSize + 1)
      .execute()
    const rows = found.slice(0, pageSize)
    const last = found.length > pageSize ? rows.at(-1) : undefined
    const about = [...new Set(rows.flatMap(({ personId }) => personId ?? []))]
    const entry = { action: 'SEARCH', object: 'access-alert', purpose: 'supervision' } as const
    await audit(tx, actor, ...(about.length > 0 ? about : [null]).map((patientId) => ({ ...entry, patientId })))
    return {
      items: await viewsOf(tx, actor, rows),
      nextCursor: last ? Buffer.from(`${last.openedAt} ${last.id}`).toString('base64url') : null,
    }
  })
}

async function viewsOf(tx: Tx, { personId, language }: Actor, rows: readonly Row[]): Promise<AccessAlert[]> {
  const people = new Map(
    (await getPersons(tx, [...new Set(rows.flatMap((row) => [row.personId ?? [], row.examinedBy ?? []].flat()))])).map(
      (one) => [one.id, `${one.givenName} ${one.familyName}`],
    ),
  )
  const organisations = await organisationNames(
    tx,
    rows.map((row) => row.organisationId),
  )
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as AlertKind, // checked by the table
    who: {
      name: people.get(row.personId ?? '') ?? row.clientId ?? '',
      role: row.role && roleName(language, row.role),
      organisation: organisations.get(row.organisationId ?? '') ?? null,
      you: row.personId !== null && row.personId === personId,
    },
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    seen: row.seen,
    most: row.most,
    openedAt: row.openedAt,
    told: row.toldAt !== null,
    state: row.state as AccessAlert['state'], // checked by the table
    examined:
      row.examinedAt && row.note
        ? { at: row.examinedAt.toISOString(), by: people.get(row.examinedBy ?? '') ?? '', note: row.note }
        : null,
  }))
}

async function getAlert(tx: Tx, id: string): Promise<Row> {
  return alertsIn(tx)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => notFound({ it: 'Segnalazione', en: 'Alert' }))
}

/** The accesses of whom an alert is about, in its stretch of time. Each person shown finds the look in her own trail. */
export async function alertAccesses(
  { db }: Platform,
  actor: Actor,
  id: string,
): Promise<{ items: AuditRow[]; more: boolean }> {
  const { entries, more } = await asSystem(db, async (tx) => {
    const alert = await getAlert(tx, id)
    const entry = {
      action: 'READ',
      object: 'access',
      objectId: id,
      purpose: 'supervision',
      reason: 'access-alert',
    } as const
    // Calls of a partner's system are in the search of the trail, by person.
    if (!alert.personId) {
      await audit(tx, actor, { ...entry, patientId: null })
      return { entries: [], more: true }
    }
    const found = await readEntries(
      tx,
      { actorId: alert.personId, from: romeDay(alert.from), to: romeDay(alert.to) },
      { limit: mostAccesses },
    )
    const within = found.entries.filter(({ at }) => {
      const time = Date.parse(at)
      return time >= alert.from.getTime() && time <= alert.to.getTime()
    })
    const people = new Set([alert.personId, ...within.flatMap(({ patientId }) => patientId ?? [])])
    await audit(tx, actor, ...[...people].map((patientId) => ({ ...entry, patientId })))
    return { entries: within, more: found.nextCursor !== null }
  })
  return { items: await forAuditors(db, actor, entries), more }
}

/** Closes an alert with what the auditor found out. Of two auditors at once, one is told that it was done. */
export async function examineAlert(
  { db, now }: Platform,
  actor: Actor,
  id: string,
  note: string,
): Promise<AccessAlert> {
  return asSystem(db, async (tx) => {
    const alert = await getAlert(tx, id)
    if (alert.personId !== null && alert.personId === actor.personId) throw aboutOneself
    const { numUpdatedRows } = await tables<'access'>(tx)
      .updateTable('access.accessAlert')
      .set({ state: 'examined', examinedAt: now(), examinedBy: actor.personId, note })
      .where('id', '=', id)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw alreadyExamined
    await audit(tx, actor, {
      action: 'UPDATE',
      patientId: alert.personId,
      object: 'access-alert',
      objectId: id,
      purpose: 'supervision',
    })
    const [view] = await viewsOf(tx, actor, [await getAlert(tx, id)])
    return view!
  })
}
