// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit, type AuditAction } from '../../access/audit/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { asSystem, becomeActor, withActor, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import {
  beginChoice,
  choicesOf,
  choicesThatEnd,
  endChoice,
  factsOfChoice,
  lockChoices,
  findChoice,
  getDoctor,
  type Choice,
  type Doctor,
} from '../../registry/doctors/index.ts'
import { findHome, getPerson } from '../../registry/people/index.ts'
import { findMunicipality } from '../../registry/places/index.ts'
import { decide, kindsAt, type Rule, type Verdict } from './rules.ts'

const noDoctor = new Refusal(
  'doctor-choice/no-doctor',
  409,
  { it: 'Non c’è un medico da lasciare.', en: 'There is no doctor to leave.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)

const trace = (tx: Tx, actor: Actor, action: AuditAction, patientId: string, objectId?: string) =>
  audit(tx, actor, {
    action,
    patientId,
    object: 'doctor-choice',
    purpose: 'primary-care',
    ...(objectId && { objectId }),
  })

/** The doctor of a person, those before, and what may be chosen. */
export function primaryCare({ db, now }: Platform, rule: Rule, actor: Actor, personId: string) {
  mustActFor(actor, personId)
  const day = romeDay(now())
  return withActor(db, actor, async (tx) => {
    await trace(tx, actor, 'READ', personId)
    const [person, choices, home] = await Promise.all([
      getPerson(tx, personId),
      choicesOf(tx, personId),
      findHome(tx, personId, day),
    ])
    const current = choices.find(({ endReason }) => endReason === null) ?? null
    return {
      person,
      current,
      doctor: current && (await getDoctor(tx, current.doctorId)),
      history: choices.filter((choice) => choice !== current),
      kinds: kindsAt(person.birthDate, day, rule),
      municipality: home.istatCode === null ? null : ((await findMunicipality(tx, home.istatCode)) ?? null),
    }
  })
}

interface Decision {
  verdict: Verdict
  /** The choice that ends when this one begins. */
  replaces: string | null
}

/** Decides with what only the system sees: the lists of doctors and the family. From then on the actor is bound again. */
async function decideFor(
  tx: Tx,
  { now }: Platform,
  rule: Rule,
  actor: Actor,
  personId: string,
  doctorId: string,
): Promise<Decision> {
  const day = romeDay(now())
  const [facts, person] = await Promise.all([factsOfChoice(tx, personId, doctorId, day), getPerson(tx, personId)])
  if (!facts) throw notFound({ it: 'Medico', en: 'Doctor' })
  becomeActor(tx, actor)
  return {
    verdict: decide(facts, doctorId, person.birthDate, day, rule),
    replaces: facts.current?.choiceId ?? null,
  }
}

/** What choosing this doctor would do, without doing it. @throws Refusal `doctor-choice/…` */
export function checkChoice(
  platform: Platform,
  rule: Rule,
  actor: Actor,
  personId: string,
  doctorId: string,
): Promise<Verdict & { doctor: Doctor; replaces: string | null }> {
  mustActFor(actor, personId)
  return asSystem(platform.db, async (tx) => {
    const { verdict, replaces } = await decideFor(tx, platform, rule, actor, personId, doctorId)
    await trace(tx, actor, 'READ', personId)
    const left = replaces === null ? undefined : await findChoice(tx, replaces)
    return { ...verdict, doctor: await getDoctor(tx, doctorId), replaces: left?.doctorName ?? null }
  })
}

/**
 * Gives a person a doctor at once and leaves the one before. @throws Refusal `doctor-choice/…`; when somebody else was quicker for
 * the last place, `doctor-choice/full`
 */
export function choose(
  platform: Platform,
  rule: Rule,
  actor: Actor,
  personId: string,
  doctorId: string,
): Promise<Choice> {
  mustActFor(actor, personId)
  return asSystem(platform.db, async (tx) => {
    await lockChoices(tx, personId)
    const { verdict, replaces } = await decideFor(tx, platform, rule, actor, personId, doctorId)
    const now = platform.now()
    const wish = { personId, doctorId, kind: verdict.kind, replaces, chosenBy: actor.personId }
    const id = await beginChoice(tx, { ...wish, channel: 'ONLINE' }, romeDay(now), now)
    await trace(tx, actor, 'CREATE', personId, id)
    await publish(tx, 'doctor-choice.chosen', { choiceId: id, patientId: personId })
    return (await findChoice(tx, id))!
  })
}

/** Leaves the doctor without choosing another. @throws Refusal `doctor-choice/no-doctor` */
export function revoke({ db, now }: Platform, actor: Actor, personId: string): Promise<Choice> {
  mustActFor(actor, personId)
  return withActor(db, actor, async (tx) => {
    const current = (await choicesOf(tx, personId)).find(({ endReason }) => endReason === null)
    if (!current) throw noDoctor
    await endChoice(tx, current.id, 'REVOKED', romeDay(now()), now())
    await trace(tx, actor, 'UPDATE', personId, current.id)
    await publish(tx, 'doctor-choice.ended', { choiceId: current.id, patientId: personId })
    return (await findChoice(tx, current.id))!
  })
}

const atOnce = 500

/** Ends what the calendar ends: a paediatrician at the 14th birthday, a choice whose term is over. Each person is told. */
export async function endByCalendar({ db, now }: Platform, rule: Rule): Promise<void> {
  for (let more = true; more;) {
    more = await asSystem(db, async (tx) => {
      const due = await choicesThatEnd(tx, romeDay(now()), rule.paediatricUntil, atOnce)
      for (const { id, personId, reason, on } of due) {
        await endChoice(tx, id, reason, on, now())
        await publish(tx, 'doctor-choice.ended', { choiceId: id, patientId: personId })
      }
      return due.length === atOnce
    })
  }
}
