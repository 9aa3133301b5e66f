// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { publish, type DomainEvent } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import {
  authorityOf,
  beginChoice,
  cutEndedChoice,
  choicesOf,
  choicesOfMoved,
  endChoice,
  lockChoices,
  type Choice,
  type EndReason,
} from '../../registry/doctors/index.ts'
import { findEnrolment, isLiving } from '../../registry/people/index.ts'

const trace = (tx: Tx, patientId: string, objectId: string) =>
  audit(tx, systemActor(uuidv7()), {
    action: 'UPDATE',
    patientId,
    object: 'doctor-choice',
    objectId,
    purpose: 'primary-care',
  })

const openOf = async (tx: Tx, personId: string): Promise<Choice | undefined> =>
  (await choicesOf(tx, personId)).find(({ endReason }) => endReason === null)

/** Ends the choice somebody has, from a day on, and frees the doctor's place; nothing when she has none. */
async function end(tx: Tx, platform: Platform, personId: string, reason: EndReason, day: Day): Promise<void> {
  await lockChoices(tx, personId)
  const open = await openOf(tx, personId)
  if (!open) return
  await endChoice(tx, open.id, reason, day > open.from ? day : open.from, platform.now())
  await trace(tx, personId, open.id)
  await publish(tx, 'doctor-choice.ended', { choiceId: open.id, patientId: personId })
}

/** The day of death is the last one (DPR 270/2000 art. 27): what was paid for days after it is recovered from the choice's end. */
const afterDeath = ({ payload }: DomainEvent<'registry.person-died'>, platform: Platform): Promise<void> =>
  asSystem(platform.db, async (tx) => {
    // A death told in error may have been corrected meanwhile.
    if (await isLiving(tx, payload.personId)) return
    await end(tx, platform, payload.personId, 'DECEASED', addDays(payload.on, 1))
  })

/** Who leaves the region has no doctor in it; who goes to another authority of it keeps hers for the days in which to choose anew. */
const afterLeaving = ({ payload }: DomainEvent<'registry.person-left'>, platform: Platform): Promise<void> =>
  asSystem(platform.db, async (tx) => {
    if (payload.where === 'other-asl') return
    if (await findEnrolment(tx, payload.personId, romeDay(platform.now()))) return
    await end(tx, platform, payload.personId, 'MOVED', payload.on)
  })

/** Choices that a death or a move ended come back with who comes back, even beyond the ceiling (DPR 270/2000 art. 28). */
const afterReturn = (
  { payload: { personId } }: DomainEvent<'registry.person-returned'>,
  platform: Platform,
): Promise<void> =>
  asSystem(platform.db, async (tx) => {
    await lockChoices(tx, personId)
    const today = romeDay(platform.now())
    const [latest] = await choicesOf(tx, personId)
    if (!latest || (latest.endReason !== 'DECEASED' && latest.endReason !== 'MOVED')) return
    const enrolment = await findEnrolment(tx, personId, today)
    if (!enrolment || enrolment.aslId !== (await authorityOf(tx, latest.doctorId))) return
    if (!(await isLiving(tx, personId))) return
    await cutEndedChoice(tx, latest.id, today)
    const id = await beginChoice(
      tx,
      {
        personId,
        doctorId: latest.doctorId,
        kind: 'EX_OFFICIO',
        channel: 'EX_OFFICIO',
        chosenBy: null,
        replaces: null,
      },
      today,
      platform.now(),
    )
    await trace(tx, personId, id)
    await publish(tx, 'doctor-choice.chosen', { choiceId: id, patientId: personId })
  })

/** Days in which who moved to another authority chooses a doctor there, before the old choice is revoked (ACN 2024 art. 39). */
const daysToChoose = 30
const atOnce = 200

/** Ends the choices of who moved to another authority so many days ago and chose nobody there. */
export async function endOfMoved(platform: Platform): Promise<void> {
  for (let found = atOnce; found === atOnce;) {
    found = await asSystem(platform.db, async (tx) => {
      const today = romeDay(platform.now())
      const moved = await choicesOfMoved(tx, addDays(today, -daysToChoose), atOnce)
      for (const personId of moved) await end(tx, platform, personId, 'MOVED', today)
      return moved.length
    })
  }
}

export const lifeOfPatients = [
  listener({ event: 'registry.person-died', name: 'doctor-choice.after-death', handle: afterDeath }),
  listener({ event: 'registry.person-left', name: 'doctor-choice.after-leaving', handle: afterLeaving }),
  listener({ event: 'registry.person-returned', name: 'doctor-choice.after-return', handle: afterReturn }),
]
