// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { lowestRank } from './rules.ts'

constraint(
  'schedule_code',
  new Refusal('scheduling/code-in-use', 409, {
    it: 'Un’altra agenda ha già questo codice.',
    en: 'Another agenda has this code already.',
  }),
)

export type AccessType = 'first' | 'follow-up' | 'both' | 'internal'
export type Regime = 'SSN' | 'ALPI' | 'PRIV' | 'CONV'

export interface NewAgenda {
  code: string
  name: string
  locationId: string
  /** The organisation that serves; the one of the place when not given. */
  organisationId?: string
  unit?: string
  room?: string
  regime?: Regime
  accessType: AccessType
  channels?: readonly string[]
  visible?: boolean
  /** Rank of its least urgent class; 3 when not given, 0 for an agenda without classes. */
  lowestRank?: number
  openingLeadHours?: number
  horizonDays?: number
  /** Per cent of a day's seats that may be given beyond capacity. */
  overbooking?: number
  /** Health authorities whose residents alone may book. */
  residentsOf?: readonly string[]
  services: readonly {
    serviceId: string
    minutes?: number
    maxRank?: number
    ageMin?: number
    ageMax?: number
    sex?: 'M' | 'F'
    note?: { it?: string; en?: string }
  }[]
}

export interface NewTemplate {
  /** ISO weekday, Monday is 1. */
  weekday: number
  /** ISO weeks in which it is held. */
  parity?: 'every' | 'odd' | 'even'
  /** Rome's wall clock, `HH:MM`. */
  starts: string
  ends: string
  slotMinutes: number
  capacity?: number
  /** Slots of each session reserved to class 0, 1, …; the rest is open to every class. */
  quotas?: readonly number[]
  /** Set of release rules for unused reserved slots; null keeps them reserved to the end. */
  releasePlan?: string | null
  onHolidays?: boolean
  room?: string
  validFrom?: string
  /** Last day. */
  validTo?: string
}

const location = { it: 'Sede', en: 'Place' }

/** Opens an agenda at a place, without sessions yet; returns its id. */
export async function createAgenda(tx: Tx, wish: NewAgenda): Promise<string> {
  const id = uuidv7()
  const channels = wish.channels ?? ['WEB', 'APP', 'SPORTELLO', 'TELEFONO', 'FARMACIA', 'MMG']
  const made = await sql`
    insert into scheduling.schedule (id, code, name, organisation_id, location_id, asl_id, unit, room, regime, access_type,
      channels, visible, lowest_rank, opening_lead_hours, horizon_days, overbooking, residents_of, istat_code, latitude, longitude)
    select ${id}, ${wish.code}, ${wish.name}, coalesce(${wish.organisationId ?? null}::uuid, l.organisation_id), l.id, l.asl_id,
      ${wish.unit ?? null}, ${wish.room ?? null}, ${wish.regime ?? 'SSN'}, ${wish.accessType}, ${[...channels]}::text[],
      ${wish.visible ?? true}, ${wish.lowestRank ?? lowestRank}, ${wish.openingLeadHours ?? 1}, ${wish.horizonDays ?? 180},
      ${wish.overbooking ?? 0}, ${wish.residentsOf ? [...wish.residentsOf] : null}::uuid[], l.istat_code, l.latitude, l.longitude
    from registry.location l where l.id = ${wish.locationId}`.execute(tx)
  if (made.numAffectedRows === 0n) throw notFound(location)
  await tables<'scheduling'>(tx)
    .insertInto('scheduling.scheduleService')
    .values(
      wish.services.map((service) => ({
        scheduleId: id,
        serviceId: service.serviceId,
        minutes: service.minutes ?? null,
        maxRank: service.maxRank ?? 9,
        ageMin: service.ageMin ?? 0,
        ageMax: service.ageMax ?? 130,
        sex: service.sex ?? null,
        note: JSON.stringify(service.note ?? {}),
      })),
    )
    .execute()
  return id
}

/** Adds a weekly session to an agenda; its slots are made by `materialise`. Returns the template's id. */
export async function addTemplate(tx: Tx, scheduleId: string, wish: NewTemplate): Promise<string> {
  const id = uuidv7()
  await sql`
    insert into scheduling.template (id, schedule_id, weekday, parity, starts, ends, slot_minutes, capacity, quotas,
      release_plan, on_holidays, room, valid)
    values (${id}, ${scheduleId}, ${wish.weekday}, ${wish.parity ?? 'every'}, ${wish.starts}, ${wish.ends}, ${wish.slotMinutes},
      ${wish.capacity ?? 1}, ${[...(wish.quotas ?? [])]}::smallint[],
      ${wish.releasePlan === undefined ? 'standard' : wish.releasePlan}, ${wish.onHolidays ?? false}, ${wish.room ?? null},
      daterange(${wish.validFrom ?? null}::date, ${wish.validTo ?? null}::date, '[]'))`.execute(tx)
  return id
}
