// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { ageOn } from '../../src/server/platform/time.ts'
import type { Generated } from './people.ts'
import type { DoctorWithPlaces } from './practitioners.ts'
import type { Random } from './random.ts'

/** A choice of the doctor of a person. */
export interface Choice {
  person: Generated
  roleId: string
  kind: 'ORDINARY' | 'REUNIFICATION' | 'OUT_OF_AREA'
}

/** Members of a family follow each other to one doctor beyond the ceiling, up to this many on each list. */
const beyondCeiling = 120

/** The doctor of the family, unless this member wants another or too many followed there. */
const follow = (list: List | undefined, wish: number): List | undefined =>
  list && wish > 0.2 && list.room > -beyondCeiling ? list : undefined

interface List {
  roleId: string
  areaId: string
  room: number
}

/**
 * Lists of family doctors and paediatricians as they fill up: nobody enters a full one, except to be with her family
 * (ricongiungimento, ACN 2024 art. 39). When no doctor of the authority has room, people stay without one.
 */
export class DoctorLists {
  readonly #areaOf: ReadonlyMap<string, string>
  readonly #inArea: Map<string, List[]>
  readonly #inAsl: Map<string, List[]>
  readonly #today: string

  constructor(doctors: readonly DoctorWithPlaces[], areaOf: ReadonlyMap<string, string>, today: string) {
    const lists = doctors.map(({ roleId, areaId, aslId, kind, places }) => ({
      roleId,
      areaId,
      aslId,
      kind,
      room: places,
    }))
    this.#inArea = Map.groupBy(lists, (list) => `${list.areaId} ${list.kind}`)
    this.#inAsl = Map.groupBy(lists, (list) => `${list.aslId} ${list.kind}`)
    this.#areaOf = areaOf
    this.#today = today
  }

  /** The doctors of those who live together: mostly the same one, a paediatrician below fourteen. */
  choose(household: readonly Generated[], random: Random): Choice[] {
    const choices: Choice[] = []
    const known: { doctor?: List; paediatrician?: List } = {}
    const enter = (person: Generated, list: List): void => {
      choices.push({ person, roleId: list.roleId, kind: list.room > 0 ? this.#kindFor(person, list) : 'REUNIFICATION' })
      list.room -= 1
    }
    for (const person of household) {
      const { died, emigrated, uncoded } = person.life ?? {}
      if (/^(STP|ENI)/.test(person.fiscalCode) || died || emigrated || uncoded) continue
      const age = ageOn(person.birthDate, this.#today)
      if (age < 14) {
        const list = follow(known.paediatrician, 1) ?? this.#withRoom(person, 'paediatrician', random)
        if (list) enter(person, (known.paediatrician = list))
        if (list || age < 6) continue
      }
      const list = follow(known.doctor, random.next()) ?? this.#withRoom(person, 'family-doctor', random)
      if (!list) continue
      enter(person, list)
      known.doctor ??= list
    }
    return choices
  }

  #kindFor(person: Generated, list: List): 'ORDINARY' | 'OUT_OF_AREA' {
    return this.#areaOf.get(person.home.istatCode) === list.areaId ? 'ORDINARY' : 'OUT_OF_AREA'
  }

  /** A doctor with room: in the area if there is one, else anywhere in the authority. */
  #withRoom({ home }: Generated, kind: 'family-doctor' | 'paediatrician', random: Random): List | undefined {
    const places = [
      this.#inArea.get(`${this.#areaOf.get(home.istatCode)} ${kind}`),
      this.#inAsl.get(`${home.aslId} ${kind}`),
    ]
    for (const lists of places) {
      if (!lists) continue
      for (let tried = 0; tried < 6; tried += 1) {
        const list = random.pick(lists)
        if (list.room > 0) return list
      }
    }
    return undefined
  }
}
