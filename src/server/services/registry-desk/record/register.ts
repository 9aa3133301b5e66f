// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { cleanCode, computeFiscalCode, differences, isFiscalCode } from '../../../../shared/fiscal-code.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, type Db, type Tx } from '../../../platform/database.ts'
import { publish } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, ageOn, romeDay } from '../../../platform/time.ts'
import { audit } from '../../../access/audit/index.ts'
import { link, personFields, readLinkage, type LinkageSettings } from '../../../registry/linkage/index.ts'
import {
  actDone,
  enterPerson,
  findPersonByFiscalCode,
  getPerson,
  keepAct,
  Rows,
} from '../../../registry/people/index.ts'
import { placeOn } from '../../../registry/places/index.ts'
import { likelihoodOf } from '../compared.ts'
import {
  addressRow,
  days,
  enrolmentRow,
  locate,
  mustBeTerm,
  mustFit,
  nextForeignCode,
  ownAuthorities,
  type Located,
} from './acts.ts'
import { traced, view } from './look.ts'
import { codeMonths, monthsAfter, refusals } from './rules.ts'
import type { FactsChecked, FactsGiven, NewPerson, RecordView } from './schema.ts'

const source = 'asl'
/** Beyond these people are like anybody. */
const mostLikely = 5
/** Nobody is the child of somebody younger than this, in years. */
const youngestParent = 12

/**
 * Says what follows from a person's data before she is entered: the place of birth as it was called, the fiscal code, what a code
 * given differs in, and who of the registry may be her. Those it names have it in their trail.
 *
 * @throws Refusal `registry/unknown-place`, `registry/bad-code`
 */
export async function checkFacts(platform: Platform, actor: Actor, facts: FactsGiven): Promise<FactsChecked> {
  const { db, now } = platform
  const code = facts.code && cleanCode(facts.code)
  if (code && !isFiscalCode(code)) throw refusals.badCode
  if (facts.birthDate > romeDay(now())) throw refusals.future
  const likely = await likelyPeople(db, readLinkage(platform.config), facts, code)
  return asSystem(db, async (tx) => {
    const place = await placeOn(tx, facts.birthPlaceCode, facts.birthDate)
    if (!place) throw refusals.unknownPlace
    const entry = { action: 'SEARCH', object: 'person', purpose: 'enrolment' } as const
    const shown = likely.length > 0 ? likely.map(({ id }) => id) : [null]
    await audit(tx, actor, ...shown.map((patientId) => ({ ...entry, patientId })))
    return {
      birthPlace: place.province ? `${place.name} (${place.province})` : place.name,
      computedCode: computeFiscalCode(facts),
      differences: code ? differences(code, facts) : [],
      likely,
    }
  })
}

async function likelyPeople(
  db: Db,
  settings: LinkageSettings,
  { birthPlaceCode, familyName, givenName, birthDate, sex }: FactsGiven,
  code: string | undefined,
): Promise<FactsChecked['likely']> {
  const record = { familyName, givenName, birthDate, sex, birthPlace: birthPlaceCode, ...(code && { code }) }
  for await (const { verdict, candidates } of link(db, settings, [record])) {
    if (verdict === 'new') return []
    return candidates
      .filter(({ bits, doubts }) => bits >= settings.thresholds.review || doubts.includes('code-of-somebody-else'))
      .slice(0, mostLikely)
      .map(({ person, bits }) => ({
        id: person.id,
        familyName: person.familyName,
        givenName: person.givenName,
        birthDate: person.birthDate,
        likelihood: likelihoodOf({ bits }),
      }))
  }
  return []
}

/**
 * Enters a person who is not in the registry, with her first address, code and enrolment. Who is like somebody of the registry is
 * entered only when the office has said that she is another.
 *
 * @throws Refusal `registry/…`
 */
export async function registerPerson(
  platform: Platform,
  actor: Actor,
  key: string,
  wish: NewPerson,
): Promise<RecordView> {
  const { db, now } = platform
  const by = actor.role!.appointmentId // the policy lets only professionals in
  const { confirmedNew, code } = wish
  const facts = { ...wish, ...(code && { code: cleanCode(code) }) }
  const likely = confirmedNew ? [] : await likelyPeople(db, readLinkage(platform.config), facts, facts.code)
  return asSystem(db, async (tx) => {
    const done = await actDone(tx, by, key)
    if (done) {
      await traced(tx, actor, 'READ', done.personId)
      return view(tx, platform, actor, done.personId)
    }
    if (likely.length > 0) throw refusals.likelyKnown
    const today = romeDay(now())
    if (wish.on > today || wish.birthDate > today) throw refusals.future
    if (wish.on < wish.birthDate) throw refusals.beforeBirth
    const id = uuidv7(now().getTime())
    const rows = new Rows(tx, id)
    const located = await locate(tx, wish.address, wish.on)
    const aslId = await authorityFor(tx, actor, wish, located)
    await enterHer(tx, id, wish, now())
    await enterRows(tx, rows, wish, located, aslId)
    if (wish.as === 'NEWBORN') {
      await enterParent(tx, rows, wish)
      await publish(tx, 'registry.person-born', { personId: id })
    }
    const actId = await keepAct(
      tx,
      { personId: id, kind: 'REGISTERED', on: wish.on, note: wish.note, by, key },
      rows,
      now(),
    )
    await traced(tx, actor, 'CREATE', id, actId)
    return view(tx, platform, actor, id)
  })
}

/** The authority that will assist her: of the place where she lives, which must be one of the officer's. */
async function authorityFor(tx: Tx, actor: Actor, { as }: NewPerson, { assigned }: Located): Promise<string> {
  const own = await ownAuthorities(tx, actor)
  const byPlace = as === 'RESIDENT' || as === 'TEMP_DOMICILE' || as === 'NEWBORN'
  if (byPlace && !assigned) throw refusals.elsewhere
  const aslId = assigned?.aslId ?? own[0]
  if (!aslId || !own.includes(aslId)) throw refusals.otherAuthority
  return aslId
}

async function enterHer(tx: Tx, id: string, wish: NewPerson, now: Date): Promise<void> {
  const place = await placeOn(tx, wish.birthPlaceCode, wish.birthDate)
  if (!place) throw refusals.unknownPlace
  const { birthDate, sex, citizenship } = wish
  const [familyName, givenName] = [wish.familyName.trim(), wish.givenName.trim()]
  const birthPlace = { code: place.code, name: place.name }
  const said = personFields.filter((field) => field !== 'deceasedOn')
  const facts = { id, familyName, givenName, birthDate, sex, birthPlace, citizenship }
  await enterPerson(tx, facts, { fields: said, source }, now)
}

async function enterRows(tx: Tx, rows: Rows, wish: NewPerson, located: Located, aslId: string): Promise<void> {
  const { as, on, until, address } = wish
  const domiciled = as === 'TEMP_DOMICILE'
  if (domiciled) mustBeTerm(on, until)
  if (as === 'TEAM_VISITOR' && (!until || until < on)) throw refusals.wrongTerm
  const foreign = as === 'STP' || as === 'ENI'
  const end = foreign ? monthsAfter(on, codeMonths) : domiciled || as === 'TEAM_VISITOR' ? addDays(until!, 1) : null
  const valid = days(on, end)
  const kind = domiciled || as === 'TEAM_VISITOR' || foreign ? 'domicile' : 'residence'
  await rows.add(
    'address',
    addressRow(kind, address, located, kind === 'domicile' && !foreign ? valid : days(on, null)),
  )
  if (wish.code && !foreign && as !== 'NEWBORN') {
    const value = mustFit(wish.code, wish, wish.confirmedCode)
    if (await findPersonByFiscalCode(tx, value)) throw refusals.known
    await rows.add('person_identifier', {
      type: 'CF',
      value,
      valid: days(wish.birthDate, null),
      checked: false,
      source,
    })
  } else if (as === 'RESIDENT' || domiciled) throw refusals.badCode
  if (foreign)
    await rows.add('person_identifier', {
      type: as,
      value: await nextForeignCode(tx, as, aslId),
      valid,
      checked: true,
      source,
    })
  if (as === 'TEAM_VISITOR') {
    if (!wish.cardNumber) throw refusals.badCard
    await rows.add('person_identifier', { type: 'FOREIGN_EHIC', value: wish.cardNumber, valid, checked: false, source })
  }
  const enrolled = as === 'NEWBORN' ? 'NEWBORN_PENDING' : as
  const districtId = located.assigned?.aslId === aslId ? located.assigned.districtId : null
  await rows.add('enrolment', enrolmentRow(enrolled, { aslId, districtId }, valid))
}

/** The parent of a newborn, who acts for the child from now on. @throws Refusal `registry/unknown-parent` */
async function enterParent(tx: Tx, rows: Rows, { parentCode, birthDate }: NewPerson): Promise<void> {
  if (!parentCode) return
  const parent = await findPersonByFiscalCode(tx, cleanCode(parentCode))
  if (!parent || ageOn((await getPerson(tx, parent.id)).birthDate, birthDate) < youngestParent)
    throw refusals.unknownParent
  await rows.add('family_link', { related_id: parent.id, relation: 'parent', valid: days(birthDate, null), source })
}
