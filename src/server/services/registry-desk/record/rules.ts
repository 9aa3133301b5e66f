// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../../platform/errors.ts'
import type { Day } from '../../../platform/time.ts'
import type { EnrolmentRow, IdentifierRow, PersonRecord } from '../../../registry/people/index.ts'

/** Enrolments that follow residence: a move changes or ends them. */
const byResidence: readonly EnrolmentRow['kind'][] = ['RESIDENT', 'NEWBORN_PENDING', 'TEMP_DOMICILE', 'TEAM_VISITOR']
export const followsResidence = ({ kind }: Pick<EnrolmentRow, 'kind'>): boolean => byResidence.includes(kind)

/** Months for which a code of a foreigner without cover holds, each time (art. 43 c. 3 DPR 394/1999). */
export const codeMonths = 6
/** Days before its end from which such a code is renewed. */
const renewalDays = 30

export const standings = [
  'RESIDENT',
  'TEMP_DOMICILE',
  'STP',
  'ENI',
  'TEAM_VISITOR',
  'NEWBORN',
  'OTHER',
  'NOT_ENROLLED',
  'EMIGRATED',
  'DIED',
  'MERGED',
] as const
/** Where an assisted person is in her life as the health service sees it. */
export type Standing = (typeof standings)[number]

export function standingOf({ mergedInto, deceasedOn, enrolments }: PersonRecord, day: Day): Standing {
  if (mergedInto) return 'MERGED'
  if (deceasedOn) return 'DIED'
  const holds = enrolments.find(
    ({ state, from, until }) => state !== 'ENDED' && from <= day && (until === null || until >= day),
  )
  if (!holds) return enrolments[0]?.endReason === 'MOVED_ABROAD' ? 'EMIGRATED' : 'NOT_ENROLLED'
  if (holds.kind === 'NEWBORN_PENDING') return 'NEWBORN'
  return standings.includes(holds.kind as Standing) ? (holds.kind as Standing) : 'OTHER' // just looked up
}

/** The code of a foreigner without cover that holds on a day, or held last. */
export const foreignCode = ({ identifiers }: PersonRecord): IdentifierRow | undefined =>
  identifiers.find(({ kind }) => kind === 'STP' || kind === 'ENI')

export const holdsFiscalCode = ({ identifiers }: PersonRecord, day: Day): boolean =>
  identifiers.some(({ kind, until }) => kind === 'CF' && (until === null || until >= day))

export const officeActs = [
  'move',
  'domicile',
  'end-domicile',
  'give-code',
  'issue-code',
  'renew-code',
  'emigrate',
  'death',
] as const
export type OfficeAct = (typeof officeActs)[number]

/** What an office can do to a record on a day. */
export function actsFor(record: PersonRecord, day: Day): OfficeAct[] {
  if (record.mergedInto || record.deceasedOn) return []
  const coded = holdsFiscalCode(record, day)
  const code = foreignCode(record)
  const codeHolds = code !== undefined && (code.until === null || code.until >= day)
  const renewable = code !== undefined && !coded && code.until !== null && daysTo(day, code.until) <= renewalDays
  const domiciled = record.addresses.some(({ kind, until }) => kind === 'domicile' && (until === null || until >= day))
  const emigrated = standingOf(record, day) === 'EMIGRATED'
  const possible: Record<OfficeAct, boolean> = {
    move: true,
    domicile: true,
    'end-domicile': domiciled,
    'give-code': !coded,
    'issue-code': !coded && !codeHolds && !renewable,
    'renew-code': renewable,
    emigrate: !emigrated,
    death: true,
  }
  return officeActs.filter((act) => possible[act])
}

const daysTo = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** The same day so many months later; the last of a month too short for it. */
export function monthsAfter(day: Day, months: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

const text = (it: string, en: string) => ({ it, en })

export const refusals = {
  future: new Refusal('registry/day-to-come', 422, text('Il giorno è nel futuro.', 'The day is to come.'), {
    field: 'on',
    next: text('Scrivi oggi o un giorno passato.', 'Write today or a past day.'),
  }),
  beforeBirth: new Refusal(
    'registry/before-birth',
    422,
    text('Il giorno è prima della nascita.', 'The day is before birth.'),
    {
      field: 'on',
      next: text('Controlla il giorno.', 'Check the day.'),
    },
  ),
  beforeCurrent: new Refusal(
    'registry/before-current',
    422,
    text('Il giorno è prima dell’ultimo cambiamento registrato.', 'The day is before the last change entered.'),
    {
      field: 'on',
      next: text(
        'Scrivi un giorno successivo, o annulla l’ultimo atto.',
        'Write a later day, or take the last act back.',
      ),
    },
  ),
  unknownPlace: new Refusal(
    'registry/unknown-place',
    422,
    text('A quella data il luogo non esisteva.', 'There was no such place on that day.'),
    { field: 'placeCode', next: text('Scegli il luogo dall’elenco.', 'Choose the place from the list.') },
  ),
  townMissing: new Refusal(
    'registry/town-missing',
    422,
    text('Manca la città all’estero.', 'The town abroad is missing.'),
    {
      field: 'town',
      next: text('Scrivi la città.', 'Write the town.'),
    },
  ),
  elsewhere: new Refusal(
    'registry/outside-region',
    422,
    text('Il luogo non è in questa regione.', 'The place is not in this region.'),
    {
      field: 'placeCode',
      next: text(
        'Chi risiede altrove si iscrive con il domicilio temporaneo.',
        'Who resides elsewhere is enrolled by temporary domicile.',
      ),
    },
  ),
  wrongTerm: new Refusal(
    'registry/wrong-term',
    422,
    text(
      'Il domicilio temporaneo dura da tre mesi a un anno.',
      'A temporary domicile lasts from three months to one year.',
    ),
    { field: 'until', next: text('Cambia l’ultimo giorno.', 'Change the last day.') },
  ),
  otherAuthority: new Refusal(
    'registry/other-authority',
    403,
    text(
      'La persona è assistita da un’altra azienda sanitaria.',
      'The person is assisted by another health authority.',
    ),
    { next: text('Deve provvedere il suo distretto.', 'Her district must see to it.') },
  ),
  ownRecord: new Refusal('registry/own-record', 403, text('Questa è la tua scheda.', 'This record is yours.'), {
    next: text('Deve provvedere un’altra persona dell’ufficio.', 'Somebody else of the office must see to it.'),
  }),
  notNow: new Refusal(
    'registry/act-not-possible',
    409,
    text('Per questa scheda l’atto non è possibile.', 'This act is not possible for this record.'),
    { next: text('Ricarica la pagina: mostra che cosa si può fare.', 'Reload the page: it shows what can be done.') },
  ),
  badCode: new Refusal('registry/bad-code', 422, text('Il codice non è valido.', 'The code is not valid.'), {
    field: 'code',
    next: text('Controlla i caratteri, anche l’ultimo.', 'Check the characters, the last one too.'),
  }),
  badCard: new Refusal(
    'registry/card-missing',
    422,
    text('Manca il numero della tessera.', 'The number of the card is missing.'),
    {
      field: 'cardNumber',
      next: text('Scrivi il numero della tessera europea (TEAM).', 'Write the number of the European card.'),
    },
  ),
  unknownParent: new Refusal(
    'registry/unknown-parent',
    422,
    text('Nessuna persona con questo codice può essere il genitore.', 'Nobody with this code can be the parent.'),
    { field: 'parentCode', next: text('Controlla il codice.', 'Check the code.') },
  ),
  codeDiffers: new Refusal(
    'registry/code-differs',
    409,
    text('Il codice non corrisponde ai dati della persona.', 'The code does not follow from the person’s data.'),
    {
      field: 'code',
      next: text(
        'Controlla nome, sesso, data e luogo di nascita; se sono giusti, conferma.',
        'Check name, sex, date and place of birth; if they are right, confirm.',
      ),
    },
  ),
  likelyKnown: new Refusal(
    'registry/likely-known',
    409,
    text('La persona può essere già in anagrafe.', 'The person may be in the registry already.'),
    {
      next: text(
        'Confronta le schede simili; se è un’altra persona, confermalo.',
        'Compare the similar records; if it is somebody else, confirm so.',
      ),
    },
  ),
  known: new Refusal(
    'registry/code-of-another',
    409,
    text('Questo codice è già di un’altra scheda.', 'This code belongs to another record.'),
    {
      field: 'code',
      next: text('Cerca il codice: forse è la stessa persona.', 'Search the code: it may be the same person.'),
    },
  ),
} as const
