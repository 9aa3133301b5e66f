// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { systemActor, type Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../platform/time.ts'
import {
  authorityOf,
  callOffDeparture,
  departuresDue,
  getDeparture,
  getDoctor,
  listDepartures,
  movementsOf,
  planDeparture,
  reassignSome,
  type Departure,
  type Movements,
} from '../../registry/doctors/index.ts'
import { authoritiesFor } from '../../registry/organisations/index.ts'

/** The health authorities an officer works for: her own, the one above her district, or all those of the region. */
export async function authoritiesOf(tx: Tx, actor: Actor): Promise<string[]> {
  const authorities = actor.role ? await authoritiesFor(tx, actor.role.organisationId) : []
  return authorities.map(({ id }) => id)
}

/** Refuses, as if there were no such doctor, when she works for another authority. */
export async function mustBeOurs(tx: Tx, actor: Actor, doctorId: string): Promise<void> {
  const authority = await authorityOf(tx, doctorId)
  if (authority === undefined || !(await authoritiesOf(tx, actor)).includes(authority))
    throw notFound({ it: 'Medico', en: 'Doctor' })
}

const wrongTargets = new Refusal(
  'doctor-choice/wrong-targets',
  422,
  {
    it: 'Tra chi subentra c’è un medico che non può: di un altro tipo, di un’altra azienda, o lo stesso che cessa.',
    en: 'One of those who take over cannot: of another kind or authority, or the one who leaves.',
  },
  { field: 'targets', next: { it: 'Togli quel medico.', en: 'Remove that doctor.' } },
)
const inThePast = new Refusal(
  'doctor-choice/departure-in-the-past',
  422,
  { it: 'L’ultimo giorno è già passato.', en: 'The last day is over.' },
  { field: 'lastDay', next: { it: 'Scrivi oggi o un giorno a venire.', en: 'Write today or a day to come.' } },
)
const begun = new Refusal(
  'doctor-choice/departure-begun',
  409,
  { it: 'La riassegnazione è già iniziata.', en: 'The reassignment has begun.' },
  { next: { it: 'Aspetta che finisca.', en: 'Wait until it is over.' } },
)

export interface DepartureWish {
  lastDay: Day
  reason: Departure['reason']
  targets: string[]
}

/** Enters that a doctor leaves and who takes her people. @throws Refusal `doctor-choice/…` */
export function decideDeparture(
  { db, now }: Platform,
  actor: Actor,
  doctorId: string,
  wish: DepartureWish,
): Promise<Departure> {
  return asSystem(db, async (tx) => {
    await mustBeOurs(tx, actor, doctorId)
    if (wish.lastDay < romeDay(now())) throw inThePast
    const { kind } = await getDoctor(tx, doctorId)
    const own = await authorityOf(tx, doctorId)
    for (const target of wish.targets) {
      const authority = await authorityOf(tx, target)
      if (target === doctorId || authority !== own || (await getDoctor(tx, target)).kind !== kind) throw wrongTargets
    }
    const decidedBy = actor.role!.appointmentId // the policy lets only professionals in
    const id = await planDeparture(tx, { doctorId, decidedBy, ...wish }, now())
    await publish(tx, 'doctor-choice.departure', { departureId: id, what: 'planned' })
    return getDeparture(tx, id)
  })
}

/** Departures of the officer's doctors. */
export const departures = ({ db }: Platform, actor: Actor): Promise<Departure[]> =>
  asSystem(db, async (tx) => listDepartures(tx, await authoritiesOf(tx, actor), 100))

/** One departure with how far it is. */
export const departure = ({ db }: Platform, actor: Actor, id: string): Promise<Departure> =>
  asSystem(db, async (tx) => {
    const found = await getDeparture(tx, id)
    await mustBeOurs(tx, actor, found.doctorId)
    return found
  })

/** Takes a planned departure back. @throws Refusal `doctor-choice/departure-begun` */
export const callOff = ({ db, now }: Platform, actor: Actor, id: string): Promise<Departure> =>
  asSystem(db, async (tx) => {
    const { doctorId, told } = await getDeparture(tx, id)
    await mustBeOurs(tx, actor, doctorId)
    if (!(await callOffDeparture(tx, id, now()))) throw begun
    if (told > 0) await publish(tx, 'doctor-choice.departure', { departureId: id, what: 'called-off' })
    return getDeparture(tx, id)
  })

/** Movements of a month (`YYYY-MM`), doctor by doctor. */
export const movements = ({ db }: Platform, actor: Actor, month: string): Promise<Movements[]> =>
  asSystem(db, async (tx) => {
    const first = `${month}-01`
    const next = `${addDays(first, 31).slice(0, 7)}-01`
    return movementsOf(tx, await authoritiesOf(tx, actor), romeInstant(first), romeInstant(next))
  })

const atOnce = 200

/** Reassigns the people of every doctor whose last day is over, some at a time: a stop in between loses nobody. */
export async function reassign({ db, now }: Platform): Promise<void> {
  const due = await asSystem(db, (tx) => departuresDue(tx, romeDay(now())))
  for (const id of due) {
    for (let moved = atOnce; moved === atOnce;) {
      moved = await asSystem(db, async (tx) => {
        const people = await reassignSome(tx, id, now(), atOnce)
        const entries = people.map(({ personId, newChoiceId, choiceId }) => ({
          action: 'UPDATE' as const,
          patientId: personId,
          object: 'doctor-choice',
          objectId: newChoiceId ?? choiceId,
          purpose: 'primary-care',
        }))
        await audit(tx, systemActor(uuidv7()), ...entries)
        for (const { personId, choiceId, newChoiceId } of people) {
          if (newChoiceId) await publish(tx, 'doctor-choice.chosen', { choiceId: newChoiceId, patientId: personId })
          else await publish(tx, 'doctor-choice.ended', { choiceId, patientId: personId })
        }
        return people.length
      })
    }
  }
}
