// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { cleanCode, differences, isFiscalCode } from '../../../../shared/fiscal-code.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, type Tx } from '../../../platform/database.ts'
import { publish } from '../../../platform/events.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../../platform/time.ts'
import { authoritiesFor } from '../../../registry/organisations/index.ts'
import {
  actDone,
  keepAct,
  lockPerson,
  readRecord,
  Rows,
  undoAct,
  type ActKind,
  type EnrolmentRow,
  type PersonRecord,
} from '../../../registry/people/index.ts'
import { assignmentOf, placeOn, type NamedPlace } from '../../../registry/places/index.ts'
import { traced, view } from './look.ts'
import { actsFor, codeMonths, followsResidence, foreignCode, monthsAfter, refusals } from './rules.ts'
import type { ActWish, AddressGiven, RecordView } from './schema.ts'

const source = 'asl'
/** Days from the first up to the one before the end. */
export const days = (from: Day, end: Day | null): string =>
  end !== null && end <= from ? 'empty' : `[${from},${end ?? ''})`
const dayAfter = (day: Day | null): Day | null => day && addDays(day, 1)

interface Doing {
  tx: Tx
  rows: Rows
  record: PersonRecord
  today: Day
  /** Health authorities the officer works for. */
  own: readonly string[]
}
type WishOf<A extends ActWish['act']> = Extract<ActWish, { act: A }>

const kinds: Record<ActWish['act'], ActKind> = {
  move: 'MOVED',
  domicile: 'DOMICILED',
  'end-domicile': 'DOMICILE_ENDED',
  'give-code': 'CODE_GIVEN',
  'issue-code': 'CODE_ISSUED',
  'renew-code': 'CODE_RENEWED',
  emigrate: 'EMIGRATED',
  death: 'DIED',
}

/**
 * Carries out an act on a record: dated, in its history, with what follows from it. The same key asked twice is one act.
 *
 * @throws Refusal `registry/…`
 */
export function carryOut(
  platform: Platform,
  actor: Actor,
  id: string,
  key: string,
  wish: ActWish,
): Promise<RecordView> {
  const { db, now } = platform
  if (actor.personId === id) throw refusals.ownRecord
  const by = actor.role!.appointmentId // the policy lets only professionals in
  return asSystem(db, async (tx) => {
    if (await actDone(tx, by, key)) {
      await traced(tx, actor, 'READ', id)
      return view(tx, platform, actor, id)
    }
    await lockPerson(tx, id)
    const today = romeDay(now())
    const record = await readRecord(tx, id, today)
    if (!actsFor(record, today).includes(wish.act)) throw refusals.notNow
    const on = 'on' in wish ? wish.on : today
    if (on > today) throw refusals.future
    if (on < record.birthDate) throw refusals.beforeBirth
    const doing = { tx, rows: new Rows(tx, id), record, today, own: await ownAuthorities(tx, actor) }
    mustBeOurs(doing, wish.act === 'move' || wish.act === 'domicile')
    await act(doing, wish)
    const actId = await keepAct(
      tx,
      { personId: id, kind: kinds[wish.act], on, note: wish.note, by, key },
      doing.rows,
      now(),
    )
    await traced(tx, actor, 'UPDATE', id, actId)
    return view(tx, platform, actor, id)
  })
}

export async function ownAuthorities(tx: Tx, actor: Actor): Promise<string[]> {
  return actor.role ? (await authoritiesFor(tx, actor.role.organisationId)).map(({ id }) => id) : []
}

const openEnrolment = ({ enrolments }: PersonRecord): EnrolmentRow | undefined =>
  enrolments.find(({ state }) => state !== 'ENDED')

/** People whom another authority assists are that one's; a move may bring them here. */
function mustBeOurs({ record, own }: Doing, mayArrive: boolean): void {
  const enrolment = openEnrolment(record)
  if (enrolment && !own.includes(enrolment.aslId) && !mayArrive) throw refusals.otherAuthority
}

function act(doing: Doing, wish: ActWish): Promise<void> {
  switch (wish.act) {
    case 'move':
      return move(doing, wish)
    case 'domicile':
      return domicile(doing, wish)
    case 'end-domicile':
      return closeAddress(doing, 'domicile', wish.on)
    case 'give-code':
      return giveCode(doing, wish)
    case 'issue-code':
      return issueCode(doing, wish)
    case 'renew-code':
      return renewCode(doing)
    case 'emigrate':
      return emigrate(doing, wish)
    case 'death':
      return die(doing, wish)
  }
}

export interface Located {
  place: NamedPlace
  /** Where the health service assists who lives there; undefined outside the region. */
  assigned: { aslId: string; districtId: string | null } | undefined
}

/** Where an address is. @throws Refusal `registry/unknown-place`, `registry/town-missing` */
export async function locate(
  tx: Tx,
  { placeCode, town }: Pick<AddressGiven, 'placeCode' | 'town'>,
  on: Day,
): Promise<Located> {
  const place = await placeOn(tx, placeCode, on)
  if (!place) throw refusals.unknownPlace
  if (place.kind === 'state' && !town) throw refusals.townMissing
  return { place, assigned: place.istatCode ? await assignmentOf(tx, place.istatCode, on) : undefined }
}

export const addressRow = (
  kind: 'residence' | 'domicile',
  { line, postcode, town }: Omit<AddressGiven, 'placeCode'>,
  { place }: Located,
  valid: string,
) => ({
  kind,
  line,
  postcode: postcode ?? null,
  istat_code: place.istatCode,
  place: place.kind === 'state' ? `${town}, ${place.name}` : place.name,
  valid,
  source,
})

type Strictness = 'in-order' | 'whatever-follows'

/** Ends the address of a kind that goes on, on the day before. What begins after a death never was. */
async function closeAddress(
  { rows, record }: Doing,
  kind: 'residence' | 'domicile',
  on: Day,
  strict: Strictness = 'in-order',
): Promise<void> {
  const latest = record.addresses.find((one) => one.kind === kind)
  if (!latest || (latest.until !== null && latest.until < on)) return
  if (on <= latest.from && strict === 'in-order') throw refusals.beforeCurrent
  await rows.change('address', latest.id, { valid: days(latest.from, on) })
}

async function endEnrolment(
  { rows }: Doing,
  one: EnrolmentRow,
  end: Day,
  reason: string,
  strict: Strictness = 'in-order',
): Promise<void> {
  if (end <= one.from && strict === 'in-order') throw refusals.beforeCurrent
  const before = dayAfter(one.until)
  const last = before !== null && before < end ? before : end
  await rows.change('enrolment', one.id, { state: 'ENDED', end_reason: reason, valid: days(one.from, last) })
}

export const enrolmentRow = (
  kind: EnrolmentRow['kind'],
  { aslId, districtId }: { aslId: string; districtId: string | null },
  valid: string,
) => ({ kind, state: 'ACTIVE', end_reason: null, asl_id: aslId, district_id: districtId, valid, source })

/** A new residence; enrolment follows it to another authority or district, or ends outside the region. */
async function move(doing: Doing, { on, address }: WishOf<'move'>): Promise<void> {
  const { tx, rows, record, own } = doing
  const located = await locate(tx, address, on)
  const enrolment = openEnrolment(record)
  const arrives = located.assigned !== undefined && own.includes(located.assigned.aslId)
  if (!arrives && !(enrolment && own.includes(enrolment.aslId))) throw refusals.otherAuthority
  await closeAddress(doing, 'residence', on)
  await rows.add('address', addressRow('residence', address, located, days(on, null)))
  await follow(doing, on, located, enrolment)
}

async function follow(
  doing: Doing,
  on: Day,
  { place, assigned }: Located,
  enrolment: EnrolmentRow | undefined,
): Promise<void> {
  const { tx, rows, record } = doing
  const { id: personId } = record
  if (enrolment && !followsResidence(enrolment)) return
  if (!assigned) {
    if (!enrolment) return
    const abroad = place.kind === 'state'
    await endEnrolment(doing, enrolment, on, abroad ? 'MOVED_ABROAD' : 'MOVED_OTHER_ASL')
    return publish(tx, 'registry.person-left', { personId, on, where: abroad ? 'abroad' : 'elsewhere' })
  }
  const sameAsl = enrolment?.aslId === assigned.aslId
  const sameDistrict = assigned.districtId === null || enrolment?.districtId === assigned.districtId
  const resident = enrolment?.kind === 'RESIDENT' || enrolment?.kind === 'NEWBORN_PENDING'
  if (enrolment && sameAsl && sameDistrict && resident) return
  if (enrolment) await endEnrolment(doing, enrolment, on, sameAsl ? 'MOVED_DISTRICT' : 'MOVED_OTHER_ASL')
  const kind = enrolment?.kind === 'NEWBORN_PENDING' ? enrolment.kind : 'RESIDENT'
  await rows.add('enrolment', enrolmentRow(kind, assigned, days(on, null)))
  if (!enrolment) return publish(tx, 'registry.person-returned', { personId })
  if (!sameAsl) await publish(tx, 'registry.person-left', { personId, on, where: 'other-asl' })
}

/** Where she stays besides her residence. Who is enrolled nowhere is enrolled by it, from three months to one year. */
async function domicile(doing: Doing, { on, until, address }: WishOf<'domicile'>): Promise<void> {
  const { tx, rows, record, own } = doing
  const located = await locate(tx, address, on)
  if (!located.assigned) throw refusals.elsewhere
  const enrolment = openEnrolment(record)
  if (!own.includes(located.assigned.aslId) && !(enrolment && own.includes(enrolment.aslId)))
    throw refusals.otherAuthority
  if (!enrolment) mustBeTerm(on, until)
  else if (until && until < on) throw refusals.wrongTerm
  await closeAddress(doing, 'domicile', on)
  const valid = days(on, dayAfter(until ?? null))
  await rows.add('address', addressRow('domicile', address, located, valid))
  if (enrolment) return
  await rows.add('enrolment', enrolmentRow('TEMP_DOMICILE', located.assigned, valid))
  await publish(tx, 'registry.person-returned', { personId: record.id })
}

/** State–Regions agreement 8 May 2003, rep. 1705: from three months to one year. @throws Refusal `registry/wrong-term` */
export function mustBeTerm(on: Day, until: Day | undefined): asserts until is Day {
  if (!until || until < monthsAfter(on, 3) || until > monthsAfter(on, 12)) throw refusals.wrongTerm
}

/** The fiscal code that somebody got: a newborn, a foreigner known by another code. */
async function giveCode({ rows, record, today }: Doing, { code, confirmed }: WishOf<'give-code'>): Promise<void> {
  const value = mustFit(code, record, confirmed)
  for (const held of record.identifiers)
    if (
      ['CF_PROVISIONAL', 'STP', 'ENI'].includes(held.kind) &&
      held.from < today &&
      (held.until === null || held.until >= today)
    )
      await rows.change('person_identifier', held.id, { valid: days(held.from, today) })
  const newborn = record.enrolments.find(({ kind, state }) => kind === 'NEWBORN_PENDING' && state !== 'ENDED')
  const from = newborn ? record.birthDate : today
  await rows.add('person_identifier', { type: 'CF', value, valid: days(from, null), checked: false, source })
  if (newborn) await rows.change('enrolment', newborn.id, { kind: 'RESIDENT' })
}

type CodeFacts = Pick<PersonRecord, 'familyName' | 'givenName' | 'birthDate' | 'sex' | 'birthPlaceCode'>

/** The code as it is kept. @throws Refusal `registry/bad-code`, `registry/code-differs` unless confirmed */
export function mustFit(typed: string, { sex, birthPlaceCode, ...facts }: CodeFacts, confirmed = false): string {
  const value = cleanCode(typed)
  if (!isFiscalCode(value)) throw refusals.badCode
  const known = sex !== 'N' && birthPlaceCode !== null
  if (known && !confirmed && differences(value, { ...facts, sex, birthPlaceCode }).length > 0)
    throw refusals.codeDiffers
  return value
}

/** The next code of an authority for foreigners without cover: STP (not of the Union), ENI (of the Union). */
export async function nextForeignCode(tx: Tx, kind: 'STP' | 'ENI', aslId: string): Promise<string> {
  const { rows } = await sql<{ code: string }>`
    with given as (
      select ${kind} || o.code as prefix,
        (select coalesce(max(substr(i.value, 10)::integer), 0) from registry.person_identifier i
         where i.type = ${kind} and i.value >= ${kind} || o.code and i.value < ${kind} || o.code || '~') as highest
      from registry.organisation o where o.id = ${aslId}
    ), next as (
      insert into registry.code_series as s (prefix, last) select prefix, highest + 1 from given
      on conflict (prefix) do update set last = greatest(s.last + 1, excluded.last)
      returning prefix, last
    )
    select prefix || lpad(last::text, 7, '0') as code from next`.execute(tx)
  return rows[0]!.code
}

async function issueCode({ tx, rows, record, today, own }: Doing, { kind }: WishOf<'issue-code'>): Promise<void> {
  const enrolment = openEnrolment(record)
  const aslId = enrolment?.aslId ?? own[0]
  if (!aslId) throw refusals.otherAuthority
  const valid = days(today, monthsAfter(today, codeMonths))
  const value = await nextForeignCode(tx, kind, aslId)
  await rows.add('person_identifier', { type: kind, value, valid, checked: true, source })
  if (!enrolment) await rows.add('enrolment', enrolmentRow(kind, { aslId, districtId: null }, valid))
}

/** Six months more: from the end of those that run, from today when they are over. */
async function renewCode({ rows, record, today }: Doing): Promise<void> {
  const code = foreignCode(record)!
  const ended = code.until! < today
  const end = monthsAfter(ended ? today : addDays(code.until!, 1), codeMonths)
  await rows.change('person_identifier', code.id, { valid: days(code.from, end) })
  const enrolment = record.enrolments.find(({ kind }) => kind === 'STP' || kind === 'ENI')
  if (enrolment)
    await rows.change('enrolment', enrolment.id, {
      state: 'ACTIVE',
      end_reason: null,
      valid: days(enrolment.from, end),
    })
}

/** She lives abroad from a day on: enrolment ends. */
async function emigrate(doing: Doing, { on, stateCode, town }: WishOf<'emigrate'>): Promise<void> {
  const { tx, rows, record } = doing
  const state = await placeOn(tx, stateCode, on)
  if (state?.kind !== 'state') throw refusals.unknownPlace
  await closeAddress(doing, 'residence', on)
  await closeAddress(doing, 'domicile', on)
  const line = town ?? state.name
  await rows.add(
    'address',
    addressRow('residence', { line, town: town ?? '–' }, { place: state, assigned: undefined }, days(on, null)),
  )
  const enrolment = openEnrolment(record)
  if (!enrolment) return
  await endEnrolment(doing, enrolment, on, 'MOVED_ABROAD')
  await publish(tx, 'registry.person-left', { personId: record.id, on, where: 'abroad' })
}

/** The day of death is the last one in which she was assisted (DPR 270/2000 art. 27). */
async function die(doing: Doing, { on }: WishOf<'death'>): Promise<void> {
  const { tx, rows, record } = doing
  await rows.change('person', record.id, { deceased_on: on })
  for (const kind of ['residence', 'domicile'] as const)
    await closeAddress(doing, kind, addDays(on, 1), 'whatever-follows')
  const enrolment = openEnrolment(record)
  if (enrolment) await endEnrolment(doing, enrolment, addDays(on, 1), 'DEATH', 'whatever-follows')
  await publish(tx, 'registry.person-died', { personId: record.id, on })
}

/** Takes the last act back, with what followed from it. @throws Refusal `registry/cannot-undo`, `registry/changed-since` */
export function takeBack(
  platform: Platform,
  actor: Actor,
  id: string,
  actId: string,
  reason: string,
): Promise<RecordView> {
  const { db, now } = platform
  if (actor.personId === id) throw refusals.ownRecord
  const by = actor.role!.appointmentId // the policy lets only professionals in
  return asSystem(db, async (tx) => {
    await lockPerson(tx, id)
    const kind = await undoAct(tx, id, actId, { by, why: reason }, now())
    const after = await readRecord(tx, id, romeDay(now()))
    const enrolment = openEnrolment(after)
    if (enrolment && !(await ownAuthorities(tx, actor)).includes(enrolment.aslId)) throw refusals.otherAuthority
    if (kind === 'DIED' || kind === 'EMIGRATED' || kind === 'MOVED')
      await publish(tx, 'registry.person-returned', { personId: id })
    await traced(tx, actor, 'UPDATE', id, actId)
    return view(tx, platform, actor, id)
  })
}
