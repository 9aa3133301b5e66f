// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { RoleCode } from '../../platform/policy.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import { organisationsUnder, type Organisation } from '../../registry/organisations/index.ts'
import { findHealthCode, findPersonByFiscalCode, getPersons } from '../../registry/people/index.ts'
import { audit, type AuditAction } from '../audit/index.ts'
import { mayGive, refusals, steps, upkeep, type AppointmentState, type Step } from './rules.ts'
import type { NewRole, RoleAppointment, RoleSearch } from './schema.ts'

const pageSize = 25

/** The organisations whose appointments an administrator manages: her own and all below it. */
export const managedBy = (tx: Tx, actor: Actor): Promise<Organisation[]> =>
  organisationsUnder(tx, actor.role!.organisationId)

const columns = [
  'id',
  'personId',
  'role',
  'organisationId',
  'unit',
  sql<Day>`lower(valid)::text`.as('from'),
  sql<Day | null>`(upper(valid) - 1)::text`.as('until'),
  'actReference',
  'state',
  'certifyBy',
  'lastUsedAt',
] as const

const trace = (tx: Tx, actor: Actor, action: AuditAction, patientIds: Iterable<string>, objectId?: string) =>
  audit(
    tx,
    actor,
    ...[...new Set(patientIds)].map((patientId) => ({
      action,
      patientId,
      object: 'role-appointment',
      objectId,
      purpose: 'administration',
    })),
  )

/** One page of an administrator's appointments by family name, or all of them up to a limit. Reading is in the audit trail. */
export async function listAppointments(
  tx: Tx,
  actor: Actor,
  search: RoleSearch,
  page: { action: 'SEARCH' | 'EXPORT'; now: Date; after?: string | undefined; limit?: number },
): Promise<{ items: RoleAppointment[]; nextCursor: string | null }> {
  const { limit = pageSize } = page
  const managed = await managedBy(tx, actor)
  const wanted = managed.filter(({ id }) => !search.organisationId || id === search.organisationId)
  if (wanted.length === 0) throw refusals.notYours
  const rows = await tables<'access' | 'registry'>(tx)
    .selectFrom('access.roleAppointment as a')
    .innerJoin('registry.person as p', 'p.id', 'a.personId')
    .select(columns.map((column) => (typeof column === 'string' ? (`a.${column}` as const) : column)))
    .select(['p.familyName', 'p.givenName'])
    .where(
      'a.organisationId',
      'in',
      wanted.map(({ id }) => id),
    )
    .$if(search.role !== undefined, (query) => query.where('a.role', '=', search.role!))
    .$if(search.name !== undefined, (query) => query.where('p.familyName', 'ilike', `${escaped(search.name!)}%`))
    .$if(search.state === 'to-confirm', (query) =>
      query.where('a.state', '<>', 'ended').where('a.certifyBy', '<=', addDays(romeDay(page.now), 30)),
    )
    .$if(search.state !== undefined && search.state !== 'to-confirm', (query) =>
      query.where('a.state', '=', search.state!),
    )
    .$if(page.after !== undefined, (query) => {
      const { name, id } = readCursor(page.after!)
      return query.where(sql<boolean>`(p.family_name, a.id) > (${name}, ${id}::uuid)`)
    })
    .orderBy('p.familyName')
    .orderBy('a.id')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  await trace(
    tx,
    actor,
    page.action,
    shown.map((row) => row.personId),
  )
  const last = shown.at(-1)
  return {
    items: await views(tx, shown as unknown as Row[], managed, page.now),
    nextCursor: rows.length > limit && last ? Buffer.from(`${last.id}${last.familyName}`).toString('base64url') : null,
  }
}

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)

function readCursor(cursor: string): { name: string; id: string } {
  const text = Buffer.from(cursor, 'base64url').toString()
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(.+)$/.exec(text)
  if (!match) throw refusals.wrongCursor
  return { id: match[1]!, name: match[2]! }
}

interface Row {
  id: string
  personId: string
  role: RoleCode
  organisationId: string
  unit: string | null
  from: Day
  until: Day | null
  actReference: string
  state: AppointmentState
  certifyBy: Day
  lastUsedAt: Date | null
}

async function views(
  tx: Tx,
  rows: readonly Row[],
  organisations: readonly Organisation[],
  now: Date,
): Promise<RoleAppointment[]> {
  const people = new Map(
    (await getPersons(tx, [...new Set(rows.map((row) => row.personId))])).map((one) => [one.id, one]),
  )
  const named = new Map(organisations.map((one) => [one.id, one.name]))
  const codes = new Map<string, string | null>()
  for (const { personId } of rows) {
    if (!codes.has(personId)) codes.set(personId, (await findHealthCode(tx, personId, romeDay(now)))?.value ?? null)
  }
  return rows.map(({ personId, organisationId, lastUsedAt, ...row }) => {
    const { id, givenName, familyName } = people.get(personId)!
    return {
      id: row.id,
      person: { id, givenName, familyName },
      fiscalCode: codes.get(personId) ?? null,
      role: row.role,
      organisation: { id: organisationId, name: named.get(organisationId)! },
      unit: row.unit,
      from: row.from,
      until: row.until,
      actReference: row.actReference,
      state: row.state,
      certifyBy: row.certifyBy,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    }
  })
}

/**
 * Gives a role. Refuses with `roles/other-organisation`, `roles/region-only`, `roles/unknown-person`, `roles/wrong-period`,
 * `roles/not-to-oneself`, `roles/already-given`.
 */
export async function give(tx: Tx, actor: Actor, wish: NewRole, now: Date): Promise<string> {
  const organisation = (await managedBy(tx, actor)).find(({ id }) => id === wish.organisationId)
  if (!organisation) throw refusals.notYours
  if (!mayGive(wish.role, organisation.kind)) throw refusals.regionOnly
  if (wish.until && wish.until < wish.from) throw refusals.wrongPeriod
  const person = await findPersonByFiscalCode(tx, wish.fiscalCode.toUpperCase())
  if (!person) throw refusals.unknownPerson
  const id = await enter(tx, { ...wish, personId: person.id, grantedBy: actor.personId }, now)
  await trace(tx, actor, 'CREATE', [person.id], id)
  return id
}

export interface Entry extends Omit<NewRole, 'fiscalCode'> {
  personId: string
  /** Null for what the service itself enters: the first administrator, the demo. */
  grantedBy: string | null
}

/** Enters an appointment with the first line of its history. */
export async function enter(tx: Tx, entry: Entry, now: Date): Promise<string> {
  const own = tables<'access'>(tx)
  const id = uuidv7(now.getTime())
  const { personId, grantedBy } = entry
  // Two grants to one person wait for each other: an exclusion constraint alone would let a hundred at once deadlock.
  await sql`select pg_advisory_xact_lock(hashtextextended(${personId}, 105))`.execute(tx)
  await own
    .insertInto('access.roleAppointment')
    .values({
      id,
      personId,
      role: entry.role,
      organisationId: entry.organisationId,
      unit: entry.unit ?? null,
      valid: sql`daterange(${entry.from}::date, ${entry.until ? addDays(entry.until, 1) : null}::date)`,
      actReference: entry.actReference,
      grantedBy,
      grantedAt: now,
      certifyBy: sql`(${entry.from}::date + make_interval(months => ${upkeep.certifyMonths}))::date`,
    })
    .execute()
  await note(tx, { appointmentId: id, personId, step: 'granted', changedBy: grantedBy, now })
  return id
}

interface Change {
  appointmentId: string
  personId: string
  step: string
  changedBy: string | null
  reason?: string | undefined
  now: Date
}

async function note(tx: Tx, { now, reason, ...change }: Change): Promise<void> {
  await tables<'access'>(tx)
    .insertInto('access.roleAppointmentChange')
    .values({ id: uuidv7(now.getTime()), at: now, reason: reason ?? null, ...change })
    .execute()
}

/** An appointment of the administrator's organisations, locked; another's looks as if it did not exist. */
async function managed(tx: Tx, actor: Actor, id: string): Promise<{ row: Row; organisations: Organisation[] }> {
  const organisations = await managedBy(tx, actor)
  const row = await tables<'access'>(tx)
    .selectFrom('access.roleAppointment')
    .select(columns)
    .where('id', '=', id)
    .where(
      'organisationId',
      'in',
      organisations.map((one) => one.id),
    )
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound({ it: 'Incarico', en: 'Appointment' })
  return { row: row as unknown as Row, organisations } // role and state are checked by the table
}

/** One appointment with its history. */
export async function getAppointment(tx: Tx, actor: Actor, id: string, now: Date) {
  const { row, organisations } = await managed(tx, actor, id)
  const [view] = await views(tx, [row], organisations, now)
  const changes = await tables<'access'>(tx)
    .selectFrom('access.roleAppointmentChange')
    .select(['at', 'step', 'changedBy', 'reason'])
    .where('appointmentId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const names = new Map(
    (await getPersons(tx, [...new Set(changes.flatMap(({ changedBy }) => changedBy ?? []))])).map((one) => [
      one.id,
      `${one.givenName} ${one.familyName}`,
    ]),
  )
  await trace(tx, actor, 'READ', [row.personId], id)
  return {
    ...view!,
    changes: changes.map(({ at, step, changedBy, reason }) => ({
      at: at.toISOString(),
      step: step as (typeof steps)[Step]['as'] | 'granted', // checked by the table
      by: changedBy && (names.get(changedBy) ?? null),
      reason,
    })),
  }
}

/** Takes a step; a suspended or ended appointment ends the sessions that act in it. Refuses with `roles/wrong-state`. */
export async function take(
  tx: Tx,
  actor: Actor,
  id: string,
  wish: { step: Step; reason?: string | undefined },
  now: Date,
): Promise<void> {
  const { row } = await managed(tx, actor, id)
  if (row.personId === actor.personId && wish.step !== 'end') throw refusals.notHeld
  await move(tx, row, { ...wish, by: actor.personId, now })
  await trace(tx, actor, 'UPDATE', [row.personId], id)
}

async function move(
  tx: Tx,
  row: Pick<Row, 'id' | 'personId' | 'state'>,
  { step, by, reason, now }: { step: Step; by: string | null; reason?: string | undefined; now: Date },
): Promise<void> {
  const { from, to, as } = steps[step]
  if (!(from as readonly AppointmentState[]).includes(row.state)) throw refusals.wrongState
  const own = tables<'access'>(tx)
  await own
    .updateTable('access.roleAppointment')
    .set(
      to === null
        ? { certifyBy: sql`(${romeDay(now)}::date + make_interval(months => ${upkeep.certifyMonths}))::date` }
        : { state: to },
    )
    .where('id', '=', row.id)
    .execute()
  if (to === 'suspended' || to === 'ended')
    await own.deleteFrom('access.session').where('appointmentId', '=', row.id).execute()
  await note(tx, { appointmentId: row.id, personId: row.personId, step: as, changedBy: by, reason, now })
}

const atOnce = 500

/** Ends what is over and suspends what nobody used for long; the work of one night, in the system's name. */
export async function tidy(tx: Tx, now: Date): Promise<void> {
  const today = romeDay(now)
  const due = (condition: ReturnType<typeof sql<boolean>>) =>
    tables<'access'>(tx)
      .selectFrom('access.roleAppointment')
      .select(['id', 'personId', 'state'])
      .where('state', '<>', 'ended')
      .where(condition)
      .limit(atOnce)
      .forUpdate()
      .skipLocked()
      .execute() as Promise<Pick<Row, 'id' | 'personId' | 'state'>[]> // the state is checked by the table
  for (const row of await due(sql<boolean>`upper(valid) <= ${today}::date`))
    await move(tx, row, { step: 'end', by: null, reason: 'periodo finito', now })
  const since = new Date(now.getTime() - upkeep.unusedDays * 86_400_000)
  for (const row of await due(
    sql<boolean>`state = 'active' and greatest(granted_at, lower(valid), last_used_at) < ${since}`,
  ))
    await move(tx, row, { step: 'suspend', by: null, reason: `non usato per ${upkeep.unusedDays} giorni`, now })
}
