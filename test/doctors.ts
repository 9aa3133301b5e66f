// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { insertRows } from '../scripts/region/rows.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import type { DoctorKind } from '../src/server/registry/doctors/index.ts'
import { aslNapoli1 } from './region.ts'
import type { TestApp } from './setup.ts'

export interface DoctorWish {
  kind?: DoctorKind
  familyName?: string
  /** ISTAT codes of the municipalities of her area. Default Napoli. */
  towns?: readonly string[]
  ceiling?: number
  selfLimit?: number
  /** People already in her list. */
  patients?: number
  temporaryCeiling?: number
  languages?: readonly string[]
  /** Her own fiscal code, when she signs in. */
  fiscalCode?: string
}

let doctors = 0

/** A doctor in service in an area of her own, who receives on Mondays; her id is that of her role. */
export async function aDoctor(t: TestApp, wish: DoctorWish = {}): Promise<string> {
  const number = ++doctors
  const { kind = 'MMG', towns = ['063049'], ceiling = 1_500 } = wish
  const [id, practitioner, area, surgery] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()]
  const client = await t.owner.connect()
  const row = (table: string, values: Record<string, unknown>) => insertRows(client, `registry.${table}`, [values])
  try {
    await client.query('begin')
    await client.query("select set_config('app.role', 'system', true)")
    await row('catchment', { id: area, asl_id: aslNapoli1, code: `A${area}`, name: 'Napoli' })
    for (const istat_code of towns)
      await row('catchment_municipality', { catchment_id: area, istat_code, valid: '[2013-01-01,)' })
    await row('practitioner', {
      id: practitioner,
      fiscal_code: wish.fiscalCode ?? `MEDICO${String(number).padStart(10, '0')}`,
      family_name: wish.familyName ?? `Medico Prova ${number}`,
      given_name: 'Carla',
      sex: 'F',
      birth_date: '1970-01-01',
      languages: wish.languages ?? ['it'],
    })
    await row('practitioner_role', {
      id,
      practitioner_id: practitioner,
      organisation_id: aslNapoli1,
      role: kind === 'MMG' ? 'family-doctor' : 'paediatrician',
      valid: '[2015-01-01,)',
    })
    await row('primary_care_post', {
      role_id: id,
      kind,
      catchment_id: area,
      ceiling,
      self_limit: wish.selfLimit ?? null,
      temporary_ceiling: wish.temporaryCeiling ?? 0,
      state: 'ACTIVE',
      receives: 'both',
      patients: wish.patients ?? 0,
      temporary_patients: 0,
    })
    await row('surgery', {
      id: surgery,
      role_id: id,
      address: 'Via di Prova 3',
      istat_code: towns[0],
      latitude: 40.85,
      longitude: 14.25,
      step_free: true,
    })
    await row('surgery_hours', { surgery_id: surgery, weekday: 1, opens: '09:00', closes: '12:00' })
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
  return id
}

/** Enters somebody into a doctor's list as an office does, from 2020. */
export async function hasDoctor(t: TestApp, personId: string, doctorId: string, kind = 'ORDINARY'): Promise<void> {
  const client = await t.owner.connect()
  try {
    await client.query("begin; select set_config('app.role', 'system', true)")
    await client.query(
      `insert into registry.doctor_choice (id, person_id, role_id, kind, valid, source, began_at)
       values ($1, $2, $3, $4, '[2020-01-01,)', 'test', '2020-01-01')`,
      [uuidv7(), personId, doctorId, kind],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
