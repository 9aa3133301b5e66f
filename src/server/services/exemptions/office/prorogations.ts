// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit } from '../../../access/audit/index.ts'
import { systemActor, type Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../../platform/errors.ts'
import { publish } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../../platform/time.ts'
import { organisationNames } from '../../../registry/organisations/index.ts'
import { changeExemption, countEnding, exemptionsEnding, getExemptions } from '../../../registry/people/index.ts'
import { wrongState } from '../refusals.ts'
import type { NewProrogation, Prorogation } from './disease-schema.ts'
import { checkRuleOn } from './checks.ts'
import { authorityIdsOf } from './scope.ts'

export const prorogationJob = 'exemptions.prorogue'
const atOnce = 200

const noProrogation = notFound({ it: 'Proroga', en: 'Prorogation' })
const wrongDays = new Refusal(
  'exemptions/wrong-days',
  422,
  {
    it: 'Il nuovo ultimo giorno deve venire dopo quelli da prorogare.',
    en: 'The new last day must come after those to prorogue.',
  },
  { field: 'until' },
)
const tooLate = new Refusal('exemptions/undo-over', 409, {
  it: 'Il tempo per annullare questa proroga è passato.',
  en: 'The time to take this prorogation back is over.',
})
constraint(
  'prorogation_one_running',
  new Refusal(
    'exemptions/prorogation-running',
    409,
    { it: 'Un’altra proroga è in corso.', en: 'Another prorogation is running.' },
    { next: { it: 'Aspetta che finisca.', en: 'Wait until it is done.' } },
  ),
)

interface Selection {
  aslId: string
  codes: string[]
  from: Day
  to: Day
  until: Day
}

/** Counts whom a prorogation would be for, and keeps what was asked. Nothing that people hold is touched before it is confirmed. */
export function prepareProrogation({ db, now }: Platform, actor: Actor, wish: NewProrogation): Promise<Prorogation> {
  return asSystem(db, async (tx) => {
    if (!(await authorityIdsOf(tx, actor)).includes(wish.authorityId)) throw noProrogation
    if (wish.endingFrom > wish.endingTo || wish.until <= wish.endingTo) throw wrongDays
    const id = uuidv7(now().getTime())
    const { fit, leftOut } = await countEnding(tx, {
      aslId: wish.authorityId,
      codes: wish.codes,
      from: wish.endingFrom,
      to: wish.endingTo,
      until: wish.until,
    })
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.prorogation')
      .values({
        id,
        aslId: wish.authorityId,
        act: wish.act.trim(),
        codes: wish.codes,
        ending: `[${wish.endingFrom},${addDays(wish.endingTo, 1)})`,
        until: wish.until,
        state: 'PREPARED',
        counted: fit,
        leftOut,
        preparedBy: actor.role!.appointmentId, // the policy lets only professionals in
        preparedAt: now(),
      })
      .execute()
    return getOne(tx, now(), actor, id)
  })
}

/** Starts what was prepared. @throws Refusal `exemptions/wrong-state`, `exemptions/prorogation-running` */
export const confirmProrogation = (platform: Platform, actor: Actor, id: string): Promise<Prorogation> =>
  move(platform, actor, id, 'PREPARED', 'RUNNING')

/** Takes back what was prorogued, within the window. @throws Refusal `exemptions/wrong-state`, `exemptions/undo-over` */
export const undoProrogation = (platform: Platform, actor: Actor, id: string): Promise<Prorogation> =>
  move(platform, actor, id, 'DONE', 'UNDOING')

function move(
  { db, now, queue, config }: Platform,
  actor: Actor,
  id: string,
  from: Prorogation['state'],
  to: Prorogation['state'],
) {
  return asSystem(db, async (tx) => {
    const row = await lock(tx, id)
    if (!row || !(await authorityIdsOf(tx, actor)).includes(row.aslId)) throw noProrogation
    if (row.state !== from) throw wrongState
    if (to === 'UNDOING' && now() > row.undoUntil!) throw tooLate
    const { undoHours } = await checkRuleOn(tx, config.region.code, romeDay(now()))
    const undoUntil = row.undoUntil ?? new Date(now().getTime() + undoHours * 3_600_000)
    await tables<'exemptions'>(tx)
      .updateTable('exemptions.prorogation')
      .set({ state: to, undoUntil })
      .where('id', '=', id)
      .execute()
    await queue.send(tx, prorogationJob, { prorogationId: id })
    return getOne(tx, now(), actor, id)
  })
}

async function lock(tx: Tx, id: string) {
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.prorogation')
    .select(['id', 'aslId', 'codes', 'until', 'state', 'undoUntil'])
    .select([sql<Day>`lower(ending)`.as('from'), sql<Day>`upper(ending) - 1`.as('to')])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Prorogues or takes back some at a time; stopped in the middle it goes on where it was. */
export async function prorogue(platform: Platform, prorogationId: string): Promise<void> {
  while (await asSystem(platform.db, (tx) => some(tx, platform, prorogationId))) continue
}

/** The next portion; false when nothing was left. */
async function some(tx: Tx, { now }: Platform, id: string): Promise<boolean> {
  const row = await lock(tx, id)
  if (!row || (row.state !== 'RUNNING' && row.state !== 'UNDOING')) return false
  const moved = row.state === 'RUNNING' ? await extend(tx, row) : await restore(tx, row)
  if (moved > 0) return true
  await tables<'exemptions'>(tx)
    .updateTable('exemptions.prorogation')
    .set({ state: row.state === 'RUNNING' ? 'DONE' : 'UNDONE' })
    .where('id', '=', id)
    .execute()
  await publish(tx, 'exemptions.many-changed', { day: romeDay(now()) })
  return false
}

async function extend(tx: Tx, row: Selection & { id: string }): Promise<number> {
  const held = await exemptionsEnding(tx, row, atOnce)
  for (const { id, personId, until } of held) {
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.prorogued')
      .values({ prorogationId: row.id, exemptionId: id, patientId: personId, untilBefore: until! }) // it ends: it was found by its end
      .execute()
    await changeExemption(tx, id, { until: row.until })
    await trace(tx, row.id, id, personId)
  }
  return held.length
}

/** Those that were changed meanwhile stay as they are. */
async function restore(tx: Tx, row: { id: string; until: Day }): Promise<number> {
  const own = tables<'exemptions'>(tx)
  const rows = await own
    .selectFrom('exemptions.prorogued')
    .select(['exemptionId', 'patientId', 'untilBefore'])
    .where('prorogationId', '=', row.id)
    .where('undone', '=', false)
    .orderBy('exemptionId')
    .limit(atOnce)
    .execute()
  const ids = rows.map(({ exemptionId }) => exemptionId)
  const now = new Map((await getExemptions(tx, ids)).map((one) => [one.id, one]))
  for (const { exemptionId, patientId, untilBefore } of rows) {
    const held = now.get(exemptionId)
    if (held && held.until === row.until && (held.state === 'ACTIVE' || held.state === 'CERTIFIED')) {
      await changeExemption(tx, exemptionId, { until: untilBefore })
      await trace(tx, row.id, exemptionId, patientId)
    }
  }
  if (ids.length > 0)
    await own
      .updateTable('exemptions.prorogued')
      .set({ undone: true })
      .where('prorogationId', '=', row.id)
      .where('exemptionId', 'in', ids)
      .execute()
  return rows.length
}

const trace = (tx: Tx, requestId: string, objectId: string, patientId: string) =>
  audit(tx, systemActor(requestId), {
    action: 'UPDATE',
    patientId,
    object: 'exemption',
    objectId,
    purpose: 'exemption',
  })

/** Prorogations of the officer's authorities, the newest first. */
export const listProrogations = ({ db, now }: Platform, actor: Actor): Promise<Prorogation[]> =>
  asSystem(db, (tx) => view(tx, now(), actor))

async function getOne(tx: Tx, now: Date, actor: Actor, id: string): Promise<Prorogation> {
  const [found] = await view(tx, now, actor, id)
  if (!found) throw noProrogation
  return found
}

async function view(tx: Tx, now: Date, actor: Actor, id?: string): Promise<Prorogation[]> {
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.prorogation as p')
    .select([
      'p.id',
      'p.aslId',
      'p.act',
      'p.codes',
      'p.until',
      'p.state',
      'p.counted',
      'p.leftOut',
      'p.undoUntil',
      'p.preparedAt',
    ])
    .select([sql<Day>`lower(p.ending)`.as('endingFrom'), sql<Day>`upper(p.ending) - 1`.as('endingTo')])
    .select(({ selectFrom }) =>
      selectFrom('exemptions.prorogued as one')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .whereRef('one.prorogationId', '=', 'p.id')
        .where('one.undone', '=', false)
        .as('done'),
    )
    .where('p.aslId', '=', sql<string>`any(${await authorityIdsOf(tx, actor)}::uuid[])`)
    .$if(id !== undefined, (query) => query.where('p.id', '=', id!))
    .orderBy('p.preparedAt', 'desc')
    .limit(50)
    .execute()
  const names = await organisationNames(
    tx,
    rows.map(({ aslId }) => aslId),
  )
  return rows.map(({ aslId, ...row }) => ({
    ...row,
    authority: { id: aslId, name: names.get(aslId) ?? '' },
    state: row.state as Prorogation['state'], // checked by the table
    done: row.done ?? 0,
    mayUndo: row.state === 'DONE' && row.undoUntil !== null && now <= row.undoUntil,
    undoUntil: row.undoUntil?.toISOString() ?? null,
    preparedAt: row.preparedAt.toISOString(),
  }))
}
