// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { plainWords } from '../../../shared/plain-text.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'
import type { Day } from '../../platform/time.ts'

export type ServiceKind = 'V' | 'D' | 'L' | 'R' | 'T'

/** A bookable service of the regional catalogue. */
export interface Service {
  id: string
  code: string
  kind: ServiceKind
  discipline: string
  /** True for a first visit, false for a follow-up, null when it may be either and the prescription says which. */
  firstAccess: boolean | null
  descriptionIt: string
  descriptionEn: string
  plainIt: string
  plainEn: string
  durationMinutes: number
  ageMin: number
  ageMax: number
  sex: 'M' | 'F' | null
  channels: string[]
  preparation: { it?: string; en?: string }
  bring: { it?: string; en?: string }
  tariffCents: number
  /** Several of it may be given on one day. */
  sameDay: boolean
}

const serviceColumns = (day: Day) => sql`
  s.id, s.code, s.kind, s.discipline, case s.access when 'first' then true when 'follow-up' then false end as "firstAccess", s.description_it as "descriptionIt",
  s.description_en as "descriptionEn", s.plain_it as "plainIt", s.plain_en as "plainEn",
  s.duration_minutes as "durationMinutes", s.age_min as "ageMin", s.age_max as "ageMax", s.sex, s.channels,
  s.preparation, s.bring, s.same_day as "sameDay",
  coalesce((select t.cents from registry.service_tariff t where t.service_id = s.id and t.valid @> ${day}::date), 0) as "tariffCents"`

/** These services with the tariff of a day. */
export const getServices = remembered(async (tx: Tx, ids: readonly string[], day: Day): Promise<Service[]> => {
  if (ids.length === 0) return []
  const { rows } = await sql<Service>`
    select ${serviceColumns(day)} from registry.service s where s.id = any(${[...ids]}::uuid[])`.execute(tx)
  return rows
})

export interface PrescribedCode {
  /** codProdPrest: the national nomenclature, new (LEA) or old (1996), or a regional code. */
  code: string
  /** codCatalogoPrescr: the regional catalogue, when the prescriber's software sends it. */
  catalogueCode: string | null
  firstAccess: boolean | null
}

/**
 * The services a prescribed code stands for on a day: the catalogue code decides when it is known, else the national code,
 * which may stand for several (89.7 is every first visit). Codes that are no longer in force still count for a year, since
 * prescriptions outlive nomenclatures.
 */
export const candidateServices = remembered(
  async (tx: Tx, prescribed: PrescribedCode, day: Day): Promise<Service[]> => {
    const { rows } = await sql<Service & { exact: boolean }>`
    select distinct on (s.id) ${serviceColumns(day)}, c.system = 'CATALOGUE' as exact
    from registry.service_code c
    join registry.service s on s.id = c.service_id
    where ((c.system = 'CATALOGUE' and c.code = ${prescribed.catalogueCode ?? ''}) or (c.system <> 'CATALOGUE' and c.code = ${prescribed.code}))
      and c.valid && daterange((${day}::date - interval '1 year')::date, ${day}::date, '[]')
      and s.valid @> ${day}::date
    order by s.id, exact desc`.execute(tx)
    const exact = rows.filter((row) => row.exact)
    const found = exact.length > 0 ? exact : rows
    const sameAccess = found.filter(
      (row) =>
        prescribed.firstAccess === null || row.firstAccess === null || row.firstAccess === prescribed.firstAccess,
    )
    return (sameAccess.length > 0 ? sameAccess : found).toSorted((a, b) => a.code.localeCompare(b.code))
  },
)

/** Longest wait for a kind of service and a class on a day; hours when the class is counted in hours. */
export const classMaximum = remembered(
  async (tx: Tx, kind: ServiceKind, priority: string, day: Day): Promise<{ days: number; hours: number | null }> => {
    return tables<'registry'>(tx)
      .selectFrom('registry.classMaximum')
      .select(['days', 'hours'])
      .where('kind', '=', kind)
      .where('priority', '=', priority)
      .where(sql<boolean>`valid @> ${day}::date`)
      .executeTakeFirstOrThrow()
  },
)

/** Days within which a prescription of a class must be booked; null stands for a prescription without class. */
export const prescriptionValidity = remembered(
  async (tx: Tx, priority: string | null, day: Day): Promise<{ bookingDays: number; deliveryDays: number }> => {
    return tables<'registry'>(tx)
      .selectFrom('registry.prescriptionValidity')
      .select(['bookingDays', 'deliveryDays'])
      .where('priority', '=', priority ?? '-')
      .where(sql<boolean>`valid @> ${day}::date`)
      .executeTakeFirstOrThrow()
  },
)

/**
 * Health authorities in whose territory the maximum wait must be kept for residents of one (ambito di garanzia). A row for
 * the discipline wins over the general ones. Empty when the person is not enrolled in the region.
 */
export const guaranteeArea = remembered(
  async (
    tx: Tx,
    question: { residenceAslId: string | null; priority: string; discipline: string },
    day: Day,
  ): Promise<string[]> => {
    if (!question.residenceAslId) return []
    const rows = await tables<'registry'>(tx)
      .selectFrom('registry.guaranteeArea')
      .select(['aslId', 'discipline'])
      .where('residenceAslId', '=', question.residenceAslId)
      .where('priority', '=', question.priority)
      .where((is) => is.or([is('discipline', 'is', null), is('discipline', '=', question.discipline)]))
      .where(sql<boolean>`valid @> ${day}::date`)
      .execute()
    const special = rows.filter((row) => row.discipline !== null)
    return (special.length > 0 ? special : rows).map((row) => row.aslId)
  },
)

/** Patron's days (`MM-DD`) of a municipality: not working days there. */
export const patronDays = remembered(async (tx: Tx, istatCode: string): Promise<string[]> => {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.patronHoliday')
    .select('monthDay')
    .where('istatCode', '=', istatCode)
    .execute()
  return rows.map((row) => row.monthDay)
})

/** Pregnancy codes M01 to M42 carry the week of gestation; the lists know them as M01. */
const listedCode = (code: string): string => (/^M(0[1-9]|[1-3][0-9]|4[0-2])$/.test(code) ? 'M01' : code)

/** Whether an exemption covers a service on a day: everything, or the services listed for its code. */
export const exemptionCovers = remembered(
  async (tx: Tx, exemptionCode: string, serviceIds: readonly string[], day: Day): Promise<Map<string, boolean>> => {
    const { rows } = await sql<{ id: string; covered: boolean }>`
    select s.id, coalesce(
      (select e.covers = 'all' or (e.covers = 'listed' and exists (
        select from registry.exemption_service l
        join registry.service_code c on c.service_id = s.id and c.system = l.system and c.code = l.code
        where l.exemption_code = e.code and l.valid @> ${day}::date
      )) from registry.exemption e where e.code = ${listedCode(exemptionCode)} and e.valid @> ${day}::date), false) as covered
    from registry.service s where s.id = any(${[...serviceIds]}::uuid[])`.execute(tx)
    return new Map(rows.map((row) => [row.id, row.covered]))
  },
)

/** Plain description and family of an exemption code on a day; undefined when the code is not known. */
export async function findExemption(
  tx: Tx,
  code: string,
  day: Day,
): Promise<{ code: string; family: string; descriptionIt: string; descriptionEn: string } | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.exemption')
    .select(['code', 'family', 'descriptionIt', 'descriptionEn'])
    .where('code', '=', listedCode(code))
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirst()
}

/** Exemptions of some families in force on a day, by code. */
export async function exemptionsOfFamilies(
  tx: Tx,
  families: readonly string[],
  day: Day,
): Promise<{ code: string; family: string; descriptionIt: string; descriptionEn: string }[]> {
  return tables<'registry'>(tx)
    .selectFrom('registry.exemption')
    .select(['code', 'family', 'descriptionIt', 'descriptionEn'])
    .where('family', 'in', families)
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy('code')
    .execute()
}

/** Services whose names, everyday words, synonyms or codes hold every typed word; those nearest to the words first. */
export async function searchServices(tx: Tx, typed: string, day: Day, limit: number): Promise<Service[]> {
  const words = plainWords(typed).split(' ').filter(Boolean).slice(0, 8)
  const { rows } = await sql<Service>`
    select ${serviceColumns(day)} from registry.service s
    where s.valid @> ${day}::date and s.search_text like all(${words.map((word) => `%${word}%`)}::text[])
    order by similarity(s.search_text, ${words.join(' ')}) desc, s.plain_it
    limit ${limit}`.execute(tx)
  return rows
}

/** Every service of a day in the order of the catalogue's codes: one page after a code. */
export async function listServices(tx: Tx, day: Day, after: string, limit: number): Promise<Service[]> {
  const { rows } = await sql<Service>`
    select ${serviceColumns(day)} from registry.service s
    where s.valid @> ${day}::date and s.code > ${after} order by s.code limit ${limit}`.execute(tx)
  return rows
}
