// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit } from '../../../access/audit/index.ts'
import { tsLists, type TsRow } from '../../../national/ts/index.ts'
import { systemActor, type Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { constraint, Refusal } from '../../../platform/errors.ts'
import { publish } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../../platform/time.ts'
import { getOrganisation } from '../../../registry/organisations/index.ts'
import { enterExemption, exemptionHistory, personsByCode } from '../../../registry/people/index.ts'
import { settingOn } from '../settings.ts'
import { checkRuleOn, openCheck } from './checks.ts'
import { noDeclaration } from './declaration.ts'
import { fateOf, type Fate } from './list-rules.ts'
import type { NewImport } from './list-schema.ts'
import { authorityIdsOf } from './scope.ts'

export const importJob = 'exemptions.import-list'
const atOnce = 500

constraint(
  'list_import_one_running',
  new Refusal(
    'exemptions/list-running',
    409,
    { it: 'L’elenco di questo anno è già in lavorazione.', en: 'The list of this year is being worked on.' },
    { next: { it: 'Aspetta che finisca.', en: 'Wait until it is done.' } },
  ),
)

/** Asks for the newest list of a year to be read and compared; with `dryRun` nothing that people hold is touched. */
export function askForList({ db, now, queue }: Platform, actor: Actor, wish: NewImport): Promise<string> {
  return asSystem(db, async (tx) => {
    if (!(await authorityIdsOf(tx, actor)).includes(wish.authorityId)) throw noDeclaration
    const id = uuidv7(now().getTime())
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.listImport')
      .values({
        id,
        aslId: wish.authorityId,
        year: wish.year,
        dryRun: wish.dryRun,
        state: 'QUEUED',
        askedBy: actor.role!.appointmentId, // the policy lets only professionals in
        askedAt: now(),
      })
      .execute()
    await queue.send(tx, importJob, { importId: id })
    return id
  })
}

async function getImport(tx: Tx, id: string) {
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.listImport')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
}
type Import = Awaited<ReturnType<typeof getImport>>

const change = (
  tx: Tx,
  id: string,
  what: Partial<Pick<Import, 'state' | 'listId' | 'number' | 'pages' | 'pagesRead' | 'doneAt'>>,
) => tables<'exemptions'>(tx).updateTable('exemptions.listImport').set(what).where('id', '=', id).execute()

/**
 * Reads a list page by page and compares it row by row. Stopped in the middle it goes on where it was; run again it changes
 * nothing more.
 */
export async function importList(platform: Platform, importId: string): Promise<void> {
  const { db, config, now } = platform
  const started = await asSystem(db, async (tx) => {
    const row = await getImport(tx, importId)
    return { ...row, aslCode: (await getOrganisation(tx, row.aslId)).code }
  })
  if (started.state === 'DONE' || started.state === 'NOT_PUBLISHED') return
  const lists = tsLists(config)
  let { listId, pages } = started
  if (started.state === 'QUEUED') {
    const list = await lists.find(started.year, started.aslCode)
    if (!list)
      return asSystem(db, async (tx) => void (await change(tx, importId, { state: 'NOT_PUBLISHED', doneAt: now() })))
    listId = list.id
    pages = list.pages
    await asSystem(db, (tx) => change(tx, importId, { state: 'READING', listId: list.id, number: list.number, pages }))
  }
  for (let page = started.pagesRead + 1; page <= pages.length; page += 1) {
    const rows = await lists.readPage({ id: listId!, pages }, page) // named when it was found
    await asSystem(db, async (tx) => {
      await keepRows(tx, importId, rows)
      await change(tx, importId, { pagesRead: page })
    })
  }
  await asSystem(db, (tx) => change(tx, importId, { state: 'COMPARING' }))
  while (await asSystem(db, (tx) => compareSome(tx, platform, started))) continue
  await asSystem(db, (tx) => finish(tx, platform, started))
}

async function keepRows(tx: Tx, importId: string, rows: readonly TsRow[]): Promise<void> {
  if (rows.length === 0) return
  const people = await personsByCode(tx, [...new Set(rows.map(({ fiscalCode }) => fiscalCode))])
  await tables<'exemptions'>(tx)
    .insertInto('exemptions.listRow')
    .values(
      rows.map(({ fiscalCode, code, from, until }) => ({
        importId,
        fiscalCode,
        code,
        valid: `[${from},${addDays(until, 1)})`,
        personId: people.get(fiscalCode) ?? null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Settles the next rows; false when there were none left. */
async function compareSome(tx: Tx, { now }: Platform, one: Pick<Import, 'id' | 'dryRun'>): Promise<boolean> {
  const own = tables<'exemptions'>(tx)
  const rows = await own
    .selectFrom('exemptions.listRow')
    .select(['fiscalCode', 'code', 'personId'])
    .select([sql<Day>`lower(valid)`.as('from'), sql<Day>`upper(valid) - 1`.as('until')])
    .where('importId', '=', one.id)
    .where('fate', 'is', null)
    .orderBy('fiscalCode')
    .orderBy('code')
    .limit(atOnce)
    .forUpdate()
    .execute()
  const history = Map.groupBy(
    await exemptionHistory(tx, [...new Set(rows.flatMap(({ personId }) => personId ?? []))]),
    ({ personId }) => personId,
  )
  const differences: { kind: Fate; personId: string | null; fiscalCode: string; code: string }[] = []
  for (const row of rows) {
    const { personId, fiscalCode, code } = row
    const settled = personId ? fateOf(row, history.get(personId) ?? []) : { fate: 'unknown' as const }
    if (personId && 'period' in settled && settled.period && !one.dryRun) {
      const id = uuidv7(now().getTime())
      const held = { id, personId, code, state: 'CERTIFIED', origin: 'sistema-ts', ...settled.period } as const
      await enterExemption(tx, held, now())
      history.set(personId, [...(history.get(personId) ?? []), held])
      const entry = {
        action: 'CREATE',
        patientId: personId,
        object: 'exemption',
        objectId: id,
        purpose: 'exemption',
      } as const
      await audit(tx, systemActor(one.id), entry)
    }
    if (settled.fate !== 'entered' && settled.fate !== 'same')
      differences.push({ kind: settled.fate, personId, fiscalCode, code })
    await own
      .updateTable('exemptions.listRow')
      .set({ fate: settled.fate })
      .where('importId', '=', one.id)
      .where('fiscalCode', '=', fiscalCode)
      .where('code', '=', code)
      .execute()
  }
  if (differences.length > 0)
    await own
      .insertInto('exemptions.listDifference')
      .values(differences.map((difference) => ({ importId: one.id, ...difference })))
      .execute()
  return rows.length > 0
}

/** Once: who declared and is not listed is checked, who was listed before and no longer is stands among the differences. */
async function finish(tx: Tx, { config, now }: Platform, one: Import): Promise<void> {
  const row = await getImport(tx, one.id)
  if (row.state !== 'COMPARING') return
  const region = config.region.code
  const today = romeDay(now())
  const { yearEnd } = await settingOn(tx, region, today)
  const first = addDays(`${one.year}-${yearEnd}`, 1)
  const { listedCodes } = await checkRuleOn(tx, region, today)
  const { rows: missing } = await sql<{ id: string; patientId: string; code: string }>`
    select d.id, d.patient_id as "patientId", d.code from exemptions.declared d
    where d.asl_id = ${one.aslId} and d.code = any(${listedCodes}::text[]) and d.state = 'ACTIVE'
      and d.valid && daterange(${first}::date, (${first}::date + interval '1 year')::date)
      and not exists (select from exemptions.list_row r
        where r.import_id = ${one.id} and r.person_id = d.patient_id and r.code = d.code)
    order by d.id`.execute(tx)
  for (const { id: declarationId, patientId, code } of missing) {
    await note(tx, one.id, 'not-listed', patientId, code)
    if (one.dryRun || (await checkedBefore(tx, declarationId))) continue
    await openCheck(tx, now(), { declarationId, patientId, aslId: one.aslId, reason: 'not-listed', by: null })
  }
  await sql`
    insert into exemptions.list_difference (import_id, kind, person_id, fiscal_code, code)
    select ${one.id}, 'withdrawn', r.person_id, r.fiscal_code, r.code from exemptions.list_row r
    where r.import_id = (select i.id from exemptions.list_import i
        where i.asl_id = ${one.aslId} and i.year = ${one.year} and i.state = 'DONE' and not i.dry_run
        order by i.asked_at desc limit 1)
      and not exists (select from exemptions.list_row n
        where n.import_id = ${one.id} and n.fiscal_code = r.fiscal_code and n.code = r.code)`.execute(tx)
  await sql`
    update exemptions.list_import set state = 'DONE', done_at = ${now()}, counts = (
      select coalesce(jsonb_object_agg(what, n), '{}') from (
        select fate as what, count(*) as n from exemptions.list_row where import_id = ${one.id} group by 1
        union all
        select kind, count(*) from exemptions.list_difference
        where import_id = ${one.id} and kind in ('not-listed', 'withdrawn') group by 1) counted)
    where id = ${one.id}`.execute(tx)
  const begun = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.listRow')
    .select('code')
    .where('importId', '=', one.id)
    .where('fate', 'in', ['entered', 'shortened'])
    .where(sql<boolean>`valid @> ${today}::date`)
    .executeTakeFirst()
  if (begun && !one.dryRun) await publish(tx, 'exemptions.many-changed', { day: today })
}

const note = (tx: Tx, importId: string, kind: 'not-listed', personId: string, code: string) =>
  tables<'exemptions'>(tx).insertInto('exemptions.listDifference').values({ importId, kind, personId, code }).execute()

async function checkedBefore(tx: Tx, declarationId: string): Promise<boolean> {
  const found = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.checkCase')
    .select('id')
    .where('declarationId', '=', declarationId)
    .executeTakeFirst()
  return found !== undefined
}
