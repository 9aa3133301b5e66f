// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import { Refusal } from '../../platform/errors.ts'
import { addDays, ageOn, daysBetween, type Day } from '../../platform/time.ts'
import { full, type ChoiceFacts, type ChoiceKind, type DoctorKind } from '../../registry/doctors/index.ts'

const Rule = Type.Object(
  {
    from: Type.String({ format: 'date' }),
    source: Type.String(),
    verified: Type.Boolean(),
    paediatricOnlyBelow: Type.Integer({ description: 'Below this age a paediatrician, as long as one has places' }),
    paediatricUntil: Type.Integer({ description: 'Birthday on which the choice of a paediatrician ends' }),
    remindDaysBeforeLimit: Type.Array(Type.Integer({ minimum: 1, maximum: 365 }), {
      description: 'Days before that birthday on which the family is told',
    }),
    remindDaysBeforeRefusal: Type.Integer({ minimum: 1, maximum: 15 }),
    daysBetweenOnlineChanges: Type.Integer({ minimum: 0 }),
    monthsAfterRefusal: Type.Integer({
      minimum: 0,
      description: 'In which a doctor who refused somebody is not chosen again',
    }),
    warnDaysBeforeLeaving: Type.Integer({ minimum: 0 }),
    daysForDoctor: Type.Integer({
      minimum: 1,
      description: 'In which a doctor answers a request; then the office goes on',
    }),
    exceptions: Type.Array(
      Type.Object(
        {
          code: Type.Enum(['NEWBORN', 'FAMILY', 'CONTINUITY']),
          from: Type.String({ format: 'date' }),
          to: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
          belowDays: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { description: 'Only below this age' }),
          source: Type.String(),
          verified: Type.Boolean(),
        },
        { additionalProperties: false },
      ),
      { description: 'Reasons for which an office may go beyond a ceiling, by date' },
    ),
  },
  { additionalProperties: false },
)
/** The region's rules on the choice of a doctor. */
export type Rule = Static<typeof Rule>

/** Reads `doctor-choice.json` of the region. @throws BadSetting */
export function readRule(config: Config): Rule {
  const file = resolve(config.regionFolder, 'doctor-choice.json')
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (Value.Check(Rule, found)) return found
  const [first] = Value.Errors(Rule, found)
  throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
}

/** What may be chosen at an age: from the 6th birthday a family doctor too, from the 14th no paediatrician (ACN PLS; ACN MMG art. 39). */
export function kindsAt(birth: Day, day: Day, rule: Rule): DoctorKind[] {
  const age = ageOn(birth, day)
  if (age < rule.paediatricOnlyBelow) return ['PLS']
  return age < rule.paediatricUntil ? ['PLS', 'MMG'] : ['MMG']
}

const district = {
  it: 'Rivolgiti all’ufficio scelta e revoca del distretto della tua ASL, con un documento e la tessera sanitaria.',
  en: 'Ask the choice and revocation office of your district, with an identity document and the health card.',
}

const notEnrolled = new Refusal(
  'doctor-choice/not-enrolled',
  409,
  {
    it: 'Per scegliere il medico serve l’iscrizione al Servizio sanitario nella regione.',
    en: 'To choose a doctor you must be enrolled in the health service of the region.',
  },
  { next: district },
)
const closed = new Refusal(
  'doctor-choice/doctor-closed',
  409,
  { it: 'Questo medico non accetta più scelte.', en: 'This doctor takes no more choices.' },
  { next: { it: 'Scegli un altro medico.', en: 'Choose another doctor.' } },
)
const onlyPaediatrician = new Refusal(
  'doctor-choice/paediatrician-needed',
  409,
  {
    it: 'Fino a 6 anni si sceglie un pediatra: nella tua zona ce n’è con posti liberi.',
    en: 'Below 6 years of age a paediatrician is chosen: one in your area has places.',
  },
  { next: { it: 'Cerca un pediatra.', en: 'Look for a paediatrician.' } },
)
const tooOldForPaediatrician = new Refusal(
  'doctor-choice/family-doctor-needed',
  409,
  { it: 'Dai 14 anni si sceglie un medico di famiglia.', en: 'From 14 years of age a family doctor is chosen.' },
  {
    next: {
      it: 'Cerca un medico di famiglia. Per restare dal pediatra fino a 16 anni serve una domanda al distretto.',
      en: 'Look for a family doctor. To stay with the paediatrician until 16, apply to the district.',
    },
  },
)
const outOfArea = new Refusal(
  'doctor-choice/out-of-area',
  409,
  {
    it: 'Questo medico lavora in un’altra zona: online si sceglie tra i medici della propria.',
    en: 'This doctor works in another area: online one chooses among those of one’s own.',
  },
  {
    next: {
      it: 'Scegli un medico della tua zona, o chiedi al distretto se il medico ti accetta.',
      en: 'Choose a doctor of your area, or ask the district whether this one accepts you.',
    },
  },
)
const sameDoctor = new Refusal(
  'doctor-choice/same-doctor',
  409,
  { it: 'È già il medico scelto.', en: 'This is already the chosen doctor.' },
  { next: { it: 'Non devi fare nulla.', en: 'There is nothing to do.' } },
)
const tooSoon = (from: Day) =>
  new Refusal(
    'doctor-choice/too-soon',
    409,
    { it: 'Hai cambiato medico online da poco.', en: 'You changed doctor online a short time ago.' },
    {
      next: {
        it: 'Aspetta il giorno indicato, o rivolgiti al distretto.',
        en: 'Wait until the day shown, or ask your district.',
      },
      extra: { from },
    },
  )
const refusedBefore = new Refusal(
  'doctor-choice/refused-by-doctor',
  409,
  {
    it: 'Questo medico ha rinunciato ad assisterti da meno di un anno.',
    en: 'This doctor gave up your care less than a year ago.',
  },
  { next: { it: 'Scegli un altro medico.', en: 'Choose another doctor.' } },
)

/** Refusals that requests to an office share with choices online. */
export const refusals = { notEnrolled, onlyPaediatrician, tooOldForPaediatrician, sameDoctor }

/** @throws Refusal `doctor-choice/doctor-closed` when a doctor takes nobody on that day */
export function mustBeOpen({ state, leavingOn }: ChoiceFacts, day: Day): void {
  if (state !== 'ACTIVE' || (leavingOn !== null && leavingOn <= day)) throw closed
}

export interface Verdict {
  kind: ChoiceKind
  /** Last day of the doctor's post, when it is near. */
  leavingOn: Day | null
}

/**
 * Whether a choice is allowed and of what kind it is, in the order of the decision table of the registry notes (2.4).
 * @throws Refusal `doctor-choice/…` with what to do instead
 */
export function decide(facts: ChoiceFacts, doctorId: string, birth: Day, day: Day, rule: Rule): Verdict {
  if (!facts.enrolled) throw notEnrolled
  const kinds = kindsAt(birth, day, rule)
  const provisional = facts.kind === 'MMG' && !kinds.includes('MMG')
  if (provisional && facts.paediatricianFree) throw onlyPaediatrician
  if (facts.kind === 'PLS' && !kinds.includes('PLS')) throw tooOldForPaediatrician
  mustBeOpen(facts, day)
  if (facts.current?.doctorId === doctorId) throw sameDoctor
  if (!facts.inArea) throw outOfArea
  if (facts.refusedOn !== null && monthsLater(facts.refusedOn, rule.monthsAfterRefusal) > day) throw refusedBefore
  if (facts.current && facts.lastOnlineChange !== null) {
    const free = addDays(facts.lastOnlineChange, rule.daysBetweenOnlineChanges)
    if (free > day) throw tooSoon(free)
  }
  const { leavingOn } = facts
  const near = leavingOn !== null && daysBetween(day, leavingOn) <= rule.warnDaysBeforeLeaving ? leavingOn : null
  if (facts.places > 0) return { kind: provisional ? 'PROVISIONAL_PAED' : 'ORDINARY', leavingOn: near }
  if (facts.familyThere && !provisional) return { kind: 'REUNIFICATION', leavingOn: near }
  throw full
}

/** The same day some months later, or the last of that month. */
export function monthsLater(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}
