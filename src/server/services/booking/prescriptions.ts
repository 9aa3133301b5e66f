// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { mustActFor } from '../../platform/actor.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import {
  candidateServices,
  findExemption,
  prescriptionValidity,
  type Service,
} from '../../registry/catalogues/index.ts'
import { findHealthCode } from '../../registry/people/index.ts'
import { lookUp as askSac, nreOrRefuse, type Ask, type SacPrescription } from '../../national/prescriptions/index.ts'
import type { Priority } from './rules.ts'
import type { Prescription } from './schema.ts'
import { maximumDays } from './waits.ts'
import { trace } from './trace.ts'

/** A prescription line with the services of our catalogue that it may stand for. */
export interface StoredLine {
  line: number
  code: string
  catalogueCode: string | null
  description: string
  quantity: number
  sessions: number | null
  firstAccess: boolean | null
  televisit: boolean
  note: string | null
  candidates: Service[]
}

export interface StoredPrescription {
  id: string
  patientId: string
  nre: string
  patientCode: string
  priority: Priority | null
  issuedOn: string
  bookBy: string
  firstContactAt: Date
  state: 'bookable' | 'taken' | 'released' | 'unusable'
  content: SacPrescription
  lines: StoredLine[]
}

export const noPrescription = notFound({ it: 'Ricetta', en: 'Prescription' })

const noCode = new Refusal(
  'booking/no-health-code',
  409,
  {
    it: 'Per questa persona non risulta un codice fiscale, STP o ENI valido.',
    en: 'There is no valid fiscal code, STP or ENI code for this person.',
  },
  {
    next: { it: 'Rivolgiti allo sportello del distretto.', en: 'Go to the desk of the health district.' },
    field: 'patientId',
  },
)

/**
 * Asks the SAC for a prescription and keeps what it says. The first look-up is the citizen's first contact, from which the
 * maximum wait runs; later ones do not move it. Refuses with the SAC's reasons (`prescriptions/…`).
 */
export async function lookUp(
  platform: Platform,
  actor: Actor,
  wish: { patientId: string; nre: string },
): Promise<string> {
  const { db, now } = platform
  mustActFor(actor, wish.patientId)
  const nre = nreOrRefuse(wish.nre)
  const today = romeDay(now())
  const code = await withActor(db, actor, (tx) => findHealthCode(tx, wish.patientId, today))
  if (!code) throw noCode
  const { prescription: found } = await askSac(platform, {
    nre,
    patient: { id: wish.patientId, code: code.value },
    requestId: actor.requestId,
  })
  return withActor(db, actor, async (tx) => {
    const { bookingDays } = await prescriptionValidity(tx, found.priority, today)
    const own = tables<'booking'>(tx)
    const { id } = await own
      .insertInto('booking.prescription')
      .values({
        id: uuidv7(now().getTime()),
        patientId: wish.patientId,
        nre,
        patientCode: code.value,
        priority: found.priority,
        issuedOn: found.issuedOn,
        bookBy: addDays(found.issuedOn, bookingDays),
        firstContactAt: now(),
        checkedAt: now(),
        content: JSON.stringify(found),
      })
      .onConflict((conflict) =>
        conflict.constraint('prescription_once').doUpdateSet((row) => ({
          checkedAt: row.ref('excluded.checkedAt'),
          content: row.ref('excluded.content'),
          priority: row.ref('excluded.priority'),
          state: row.case().when('booking.prescription.state', '=', 'taken').then('taken').else('bookable').end(),
        })),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    await trace(tx, actor, 'READ', 'prescription', { id, patientId: wish.patientId })
    return id
  })
}

/** A stored prescription with its lines mapped to the catalogue; not found for a stranger. */
export async function getPrescription(tx: Tx, id: string): Promise<StoredPrescription> {
  const found = await findPrescription(tx, { id })
  if (!found) throw noPrescription
  return found
}

/** The same by its id or by a booking of it; undefined when there is none that the actor may see. */
export async function findPrescription(
  tx: Tx,
  by: { id: string } | { bookingId: string },
): Promise<StoredPrescription | undefined> {
  const row = await tables<'booking'>(tx)
    .selectFrom('booking.prescription')
    .select([
      'id',
      'patientId',
      'nre',
      'patientCode',
      'priority',
      'issuedOn',
      'bookBy',
      'firstContactAt',
      'state',
      'content',
      'checkedAt',
    ])
    .where((eb) => {
      if ('id' in by) return eb('id', '=', by.id)
      const booked = eb.selectFrom('booking.booking as booked').select('booked.prescriptionId')
      return eb('id', '=', booked.where('booked.id', '=', by.bookingId))
    })
    .executeTakeFirst()
  if (!row) return undefined
  const content = row.content as unknown as SacPrescription // written by lookUp in this shape
  const day = romeDay(row.checkedAt)
  const lines: StoredLine[] = []
  for (const line of content.lines) {
    const candidates = await candidateServices(
      tx,
      { code: line.code, catalogueCode: line.catalogueCode, firstAccess: line.firstAccess },
      day,
    )
    lines.push({ ...line, candidates })
  }
  return {
    ...row,
    priority: row.priority as Priority | null, // checked by the table
    state: row.state as StoredPrescription['state'], // checked by the table
    content,
    lines,
  }
}

/** How the SAC is asked about a stored prescription. */
export function askFor(stored: { nre: string; patientId: string; patientCode: string }, requestId: string): Ask {
  return { nre: stored.nre, patient: { id: stored.patientId, code: stored.patientCode }, requestId }
}

/** A prescription as the person sees it. */
export async function viewPrescription(tx: Tx, id: string, language: Language): Promise<Prescription> {
  const stored = await getPrescription(tx, id)
  const live = await tables<'booking'>(tx)
    .selectFrom('booking.booking')
    .select('id')
    .where('prescriptionId', '=', id)
    .where('state', 'in', ['held', 'confirming', 'confirmed'])
    .executeTakeFirst()
  const { content } = stored
  const code = content.exemption?.code
  const exemption = code ? await findExemption(tx, code, stored.issuedOn) : undefined
  const describe = (service: Service) => (language === 'it' ? service.descriptionIt : service.descriptionEn)
  const first = stored.lines[0]?.candidates[0]
  return {
    id: stored.id,
    nre: stored.nre,
    patientId: stored.patientId,
    priority: stored.priority,
    maxDays: first ? await maximumDays(tx, stored, [first.id]) : null,
    issuedOn: stored.issuedOn,
    bookBy: stored.bookBy,
    state: stored.state,
    exemption: code
      ? { code, description: (language === 'it' ? exemption?.descriptionIt : exemption?.descriptionEn) ?? code }
      : null,
    prescriber: content.prescriber.name,
    clinicalQuestion: content.diagnosis.description,
    bookingId: live?.id ?? null,
    lines: stored.lines.map((line) => ({
      line: line.line,
      code: line.code,
      description: line.candidates.length === 1 ? describe(line.candidates[0]!) : line.description,
      quantity: line.quantity,
      sessions: line.sessions,
      firstAccess: line.firstAccess,
      televisit: line.televisit,
      note: line.note,
      serviceId: line.candidates.length === 1 ? line.candidates[0]!.id : null,
      candidates: line.candidates.map((service) => ({ serviceId: service.id, description: describe(service) })),
    })),
  }
}

const tooLate = new Refusal(
  'booking/too-late',
  409,
  { it: 'Il tempo per prenotare con questa ricetta è finito.', en: 'The time to book with this prescription is over.' },
  {
    next: {
      it: 'Chiedi al tuo medico una nuova ricetta. Se stai male, chiama il medico o il 112.',
      en: 'Ask your doctor for a new prescription. If you feel ill, call your doctor or 112.',
    },
  },
)

/** A prescription is booked within the days its class allows; refuses afterwards. */
export function mustBeInTime({ bookBy }: StoredPrescription, today: Day): void {
  if (bookBy < today) throw tooLate
}

/** The prescriptions a person has looked up that can still be used, newest first; at most fifty. */
export async function listPrescriptions(tx: Tx, patientId: string, language: Language): Promise<Prescription[]> {
  const rows = await tables<'booking'>(tx)
    .selectFrom('booking.prescription')
    .select('id')
    .where('patientId', '=', patientId)
    .where('state', '<>', 'unusable')
    .orderBy('checkedAt', 'desc')
    .limit(50)
    .execute()
  const views: Prescription[] = []
  for (const { id } of rows) views.push(await viewPrescription(tx, id, language))
  return views
}
