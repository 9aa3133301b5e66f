// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { systemActor, type Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import {
  carryOutRefusals,
  enterRefusal,
  factsOfRefusal,
  findRefusal,
  listRefusals,
  type DoctorRefusal,
} from '../../registry/doctors/index.ts'
import { findPersonByFiscalCode } from '../../registry/people/index.ts'
import { authoritiesOf, mustBeOurs } from './office.ts'

const notInList = new Refusal(
  'doctor-choice/not-in-list',
  404,
  { it: 'Questa persona non è tra gli assistiti del medico.', en: 'This person is not in the doctor’s list.' },
  {
    field: 'fiscalCode',
    next: { it: 'Controlla il codice fiscale e il medico.', en: 'Check the code and the doctor.' },
  },
)
const inTheFuture = new Refusal(
  'doctor-choice/refusal-in-the-future',
  422,
  { it: 'La comunicazione non può essere di un giorno a venire.', en: 'The communication cannot be of a day to come.' },
  { field: 'receivedOn', next: { it: 'Scrivi il giorno in cui è arrivata.', en: 'Write the day on which it came.' } },
)

export interface RefusalWish {
  fiscalCode: string
  receivedOn: Day
  motive: DoctorRefusal['motive']
}

/**
 * Enters that a doctor gives up somebody's care, and decides by ACN 2024 art. 40: not where no other doctor of the area has places,
 * and not by who limited her own list and is at the limit. @throws Refusal `doctor-choice/…`
 */
export function decideRefusal(
  platform: Platform,
  actor: Actor,
  doctorId: string,
  wish: RefusalWish,
): Promise<DoctorRefusal> {
  return asSystem(platform.db, async (tx) => {
    await mustBeOurs(tx, actor, doctorId)
    if (wish.receivedOn > romeDay(platform.now())) throw inTheFuture
    const person = await findPersonByFiscalCode(tx, wish.fiscalCode)
    if (!person) throw notInList
    const { receivedOn, motive } = wish
    return recordRefusal(tx, platform, actor, { personId: person.id, doctorId, receivedOn, motive })
  })
}

/** Enters a refusal with what the rule decides on it, whoever brought it. @throws Refusal `doctor-choice/not-in-list` */
export async function recordRefusal(
  tx: Tx,
  { now }: Platform,
  actor: Actor,
  wish: Pick<DoctorRefusal, 'personId' | 'doctorId' | 'receivedOn' | 'motive'>,
): Promise<DoctorRefusal> {
  const { personId, doctorId } = wish
  const facts = await factsOfRefusal(tx, personId, doctorId)
  if (!facts) throw notInList
  const noOther = facts.otherDoctor ? null : ('NO_OTHER_DOCTOR' as const)
  const deniedFor = facts.selfLimited ? 'SELF_LIMITED' : noOther
  const recordedBy = actor.role!.appointmentId // the policy lets only professionals in
  const id = await enterRefusal(tx, { ...wish, deniedFor, recordedBy }, now())
  await audit(tx, actor, {
    action: 'CREATE',
    patientId: personId,
    object: 'doctor-choice',
    objectId: id,
    purpose: 'primary-care',
  })
  if (deniedFor === null) await publish(tx, 'doctor-choice.refused', { refusalId: id, patientId: personId })
  return (await findRefusal(tx, id))!
}

/** The last hundred refusals by doctors of the officer's authority; each person named is written into the trail. */
export function refusals({ db }: Platform, actor: Actor): Promise<DoctorRefusal[]> {
  return asSystem(db, async (tx) => {
    const found = await listRefusals(tx, await authoritiesOf(tx, actor), 100)
    const people = new Set(found.map(({ personId }) => personId))
    await audit(
      tx,
      actor,
      ...[...people].map((patientId) => ({
        action: 'SEARCH' as const,
        patientId,
        object: 'doctor-choice',
        purpose: 'primary-care',
      })),
    )
    return found
  })
}

const atOnce = 200

/** Ends the care that doctors gave up, from the day on which it counts; whoever is without a doctor is told. */
export async function carryOut({ db, now }: Platform): Promise<void> {
  for (let done = atOnce; done === atOnce;) {
    done = await asSystem(db, async (tx) => {
      const people = await carryOutRefusals(tx, romeDay(now()), now(), atOnce)
      for (const { personId, choiceId } of people) {
        if (!choiceId) continue
        await audit(tx, systemActor(uuidv7()), {
          action: 'UPDATE',
          patientId: personId,
          object: 'doctor-choice',
          objectId: choiceId,
          purpose: 'primary-care',
        })
        await publish(tx, 'doctor-choice.ended', { choiceId, patientId: personId })
      }
      return people.length
    })
  }
}
