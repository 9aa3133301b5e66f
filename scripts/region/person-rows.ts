// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { plainName } from '../../src/shared/plain-text.ts'
import { cardCheckDigit } from '../../src/shared/team-card.ts'
import { Lines } from './copy.ts'
import { remembered } from './names.ts'
import type { Generated } from './people.ts'
import type { Random } from './random.ts'
import { days } from './rows.ts'

const source = 'generator'

/** What a person fills in the registry, table by table, in the order of their foreign keys. */
export class PersonRows {
  readonly person = new Lines('registry.person', {
    id: 'uuid',
    family_name: 'text',
    given_name: 'text',
    search_name: 'text',
    birth_date: 'date',
    sex: 'text',
    birth_place_code: 'text',
    birth_place_name: 'text',
    citizenship: 'text',
    deceased_on: 'date',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  })
  readonly identifier = new Lines('registry.person_identifier', {
    id: 'uuid',
    person_id: 'uuid',
    type: 'text',
    value: 'text',
    valid: 'daterange',
    checked: 'boolean',
    source: 'text',
  })
  readonly address = new Lines('registry.address', {
    id: 'uuid',
    person_id: 'uuid',
    kind: 'text',
    line: 'text',
    postcode: 'text',
    istat_code: 'text',
    place: 'text',
    latitude: 'double precision',
    longitude: 'double precision',
    valid: 'daterange',
    source: 'text',
  })
  readonly enrolment = new Lines('registry.enrolment', {
    id: 'uuid',
    person_id: 'uuid',
    asl_id: 'uuid',
    district_id: 'uuid',
    kind: 'text',
    state: 'text',
    end_reason: 'text',
    valid: 'daterange',
    source: 'text',
  })
  readonly contact = new Lines('registry.contact', {
    id: 'uuid',
    person_id: 'uuid',
    kind: 'text',
    value: 'text',
    verified_at: 'timestamptz',
    source: 'text',
    valid: 'daterange',
  })
  readonly family = new Lines('registry.family_link', {
    id: 'uuid',
    person_id: 'uuid',
    related_id: 'uuid',
    relation: 'text',
    valid: 'daterange',
    source: 'text',
  })
  readonly all = [this.person, this.identifier, this.address, this.enrolment, this.contact, this.family]

  readonly #random: Random
  readonly #now: string
  readonly #plain = remembered((name) => plainName(name, ''))
  #number = 0

  constructor(random: Random, now: string) {
    this.#random = random
    this.#now = now
  }

  add(person: Generated): void {
    this.#number += 1 // health cards carry it
    const { id, birthDate, life = {} } = person
    this.person.add(
      id,
      person.familyName,
      person.givenName,
      `${this.#plain(person.familyName)} ${this.#plain(person.givenName)}`,
      birthDate,
      person.sex,
      person.birthPlace.code,
      person.birthPlace.name,
      life.citizenship ?? '100',
      life.died ?? null,
      this.#now,
      this.#now,
    )
    if (!life.uncoded) this.#identifiers(person)
    this.#home(person)
    for (const kind of ['mobile', 'email'] as const) {
      const value = person[kind]
      if (value) this.contact.add(this.#random.id(), id, kind, value, this.#now, source, days(birthDate))
    }
    for (const parent of person.parents)
      this.family.add(this.#random.id(), id, parent, 'parent', days(birthDate), source)
  }

  #identifiers({ id, fiscalCode, birthDate, life = {} }: Generated): void {
    const add = (type: string, value: string, valid: string): void =>
      this.identifier.add(this.#random.id(), id, type, value, valid, true, source)
    const foreign = /^(STP|ENI)/.exec(fiscalCode)
    if (foreign) return add(foreign[1]!, fiscalCode, days('2026-01-01'))
    const { formerCode } = life
    if (formerCode) add('CF', formerCode.value, days(birthDate, formerCode.until))
    add('CF', fiscalCode, days(formerCode?.until ?? birthDate))
    const number = `8038000150${String(this.#number).padStart(9, '0')}`
    const from = birthDate > '2024-01-01' ? birthDate : '2024-01-01'
    add('TEAM', number + cardCheckDigit(number), days(from, '2030-01-01'))
  }

  /** Where the person lives and lived, and which authority cares for her. */
  #home(person: Generated): void {
    const { id, home, birthDate, life = {} } = person
    const begins = life.arrived ?? birthDate
    const ends = life.died ?? life.emigrated ?? null
    const moved = life.moved && (!ends || life.moved.on < ends) ? life.moved : undefined
    const { add } = { add: (...row: Parameters<Lines['add']>) => this.address.add(this.#random.id(), id, ...row) }
    if (moved) {
      const { from } = moved
      const valid = days(begins, moved.on)
      add(
        'residence',
        person.line,
        from.postcode,
        from.istatCode,
        from.name,
        from.latitude,
        from.longitude,
        valid,
        source,
      )
    }
    const now = days(moved?.on ?? begins, ends)
    add(
      'residence',
      person.line,
      home.postcode,
      home.istatCode,
      home.name,
      person.latitude,
      person.longitude,
      now,
      source,
    )
    if (life.domicile && !ends) {
      const { at, since } = life.domicile
      const valid = days(since < begins ? begins : since)
      add('domicile', person.line, at.postcode, at.istatCode, at.name, at.latitude, at.longitude, valid, source)
    }
    const enrol = (asl: string, district: string | null, kind: string, reason: string | null, valid: string): void =>
      this.enrolment.add(this.#random.id(), id, asl, district, kind, reason ? 'ENDED' : 'ACTIVE', reason, valid, source)
    const kind = /^(STP|ENI)/.exec(person.fiscalCode)?.[1] ?? (life.uncoded ? 'NEWBORN_PENDING' : 'RESIDENT')
    const changed = moved && moved.from.aslId !== home.aslId ? moved : undefined
    if (changed) enrol(changed.from.aslId, changed.from.districtId, kind, 'MOVED_OTHER_ASL', days(begins, changed.on))
    const reason = life.died ? 'DEATH' : life.emigrated ? 'MOVED_ABROAD' : null
    enrol(home.aslId, home.districtId, kind, reason, days(changed?.on ?? begins, ends))
  }
}
