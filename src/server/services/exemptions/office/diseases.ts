// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { notFound, Refusal } from '../../../platform/errors.ts'
import { publish } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/room.ts'
import { romeDay, type Day } from '../../../platform/time.ts'
import { exemptionsOfFamilies, findExemption } from '../../../registry/catalogues/index.ts'
import {
  changeExemption,
  enterExemption,
  findEnrolment,
  findPersonByFiscalCode,
  getExemptions,
  getPersons,
  healthCodesOf,
  lockExemption,
} from '../../../registry/people/index.ts'
import { nameOfCode, stateNow } from '../look.ts'
import { noExemption, wrongState } from '../refusals.ts'
import { traced } from './checks.ts'
import type { DiseaseCodes, DiseaseExemption, DiseaseExemptions, NewDiseaseExemption } from './disease-schema.ts'
import { authorityIdsOf } from './scope.ts'
import { pageSize } from './schema.ts'

const families = ['chronic', 'rare'] as const

const noPerson = new Refusal(
  'exemptions/no-such-person',
  422,
  {
    it: 'Nessun assistito della tua azienda sanitaria ha questo codice.',
    en: 'Nobody of your health authority has this code.',
  },
  { field: 'fiscalCode', next: { it: 'Controlla il codice o la residenza.', en: 'Check the code or the residence.' } },
)
const noDisease = new Refusal(
  'exemptions/no-such-disease',
  422,
  {
    it: 'Il codice non è di una malattia cronica o rara in vigore.',
    en: 'The code is not of a chronic or rare disease in force.',
  },
  { field: 'code' },
)
const wrongDate = new Refusal(
  'exemptions/wrong-certificate-date',
  422,
  { it: 'Il certificato non può essere di un giorno a venire.', en: 'The certificate cannot be of a day to come.' },
  { field: 'issuedOn' },
)
const wrongEnd = new Refusal(
  'exemptions/wrong-end',
  422,
  { it: 'L’ultimo giorno è già passato.', en: 'The last day is over.' },
  { field: 'until' },
)

/** Codes of diseases in force today. */
export const diseaseCodes = ({ db, now }: Platform, actor: Actor): Promise<DiseaseCodes> =>
  asSystem(db, async (tx) => ({
    items: (await exemptionsOfFamilies(tx, families, romeDay(now()))).map(
      ({ code, family, descriptionIt, descriptionEn }) => ({
        code,
        name: actor.language === 'it' ? descriptionIt : descriptionEn,
        rare: family === 'rare',
      }),
    ),
  }))

/**
 * Enters an exemption for a disease with the certificate it comes from; it holds from today. The same key asked twice gives the
 * same exemption. Bookings still to come are computed again by the event.
 *
 * @throws Refusal `exemptions/no-such-person`, `exemptions/no-such-disease`, `exemptions/already-held`
 */
export function enterDisease(
  platform: Platform,
  actor: Actor,
  key: string,
  wish: NewDiseaseExemption,
): Promise<DiseaseExemption> {
  return asSystem(platform.db, async (tx) => {
    const by = actor.role!.appointmentId // the policy lets only professionals in
    await sql`select pg_advisory_xact_lock(hashtextextended(${by}, 256))`.execute(tx)
    const own = tables<'exemptions'>(tx)
    const done = await own
      .selectFrom('exemptions.diseaseCertificate')
      .select('exemptionId')
      .where('enteredBy', '=', by)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (done) return getDisease(tx, platform, actor, done.exemptionId)
    const now = platform.now()
    const today = romeDay(now)
    const person = await findPersonByFiscalCode(tx, wish.fiscalCode.replace(/\s/g, '').toUpperCase())
    const enrolment = person && (await findEnrolment(tx, person.id, today))
    if (!person || !enrolment || !(await authorityIdsOf(tx, actor)).includes(enrolment.aslId)) throw noPerson
    const family = (await findExemption(tx, wish.code, today))?.family
    if (!families.some((one) => one === family)) throw noDisease
    if (wish.issuedOn > today) throw wrongDate
    if (wish.until !== null && wish.until < today) throw wrongEnd
    const id = uuidv7(now.getTime())
    const { code, until } = wish
    await enterExemption(
      tx,
      { id, personId: person.id, code, state: 'ACTIVE', origin: 'office', from: today, until },
      now,
    )
    await own
      .insertInto('exemptions.diseaseCertificate')
      .values({
        id: uuidv7(now.getTime()),
        exemptionId: id,
        patientId: person.id,
        aslId: enrolment.aslId,
        issuer: wish.issuer.trim(),
        issuedOn: wish.issuedOn,
        number: wish.number ?? null,
        enteredBy: by,
        enteredAt: now,
        idempotencyKey: key,
      })
      .execute()
    await publish(tx, 'exemptions.changed', { exemptionId: id, patientId: person.id, what: 'entered' })
    await traced(tx, actor, 'CREATE', { id, patientId: person.id })
    return getDisease(tx, platform, actor, id)
  })
}

/** Takes back one that was entered by mistake: it never held. @throws Refusal `exemptions/wrong-state` */
export function annulDisease(platform: Platform, actor: Actor, id: string): Promise<DiseaseExemption> {
  return asSystem(platform.db, async (tx) => {
    const row = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.diseaseCertificate')
      .select('aslId')
      .where('exemptionId', '=', id)
      .executeTakeFirst()
    if (!row || !(await authorityIdsOf(tx, actor)).includes(row.aslId)) throw noExemption
    const held = await lockExemption(tx, id)
    if (held?.state !== 'ACTIVE') throw wrongState
    await changeExemption(tx, id, { state: 'ANNULLED' })
    await publish(tx, 'exemptions.changed', { exemptionId: id, patientId: held.personId, what: 'ceased' })
    await traced(tx, actor, 'UPDATE', { id, patientId: held.personId })
    return getDisease(tx, platform, actor, id)
  })
}

const rowsOf = (tx: Tx) =>
  tables<'exemptions'>(tx)
    .selectFrom('exemptions.diseaseCertificate')
    .select(['exemptionId', 'patientId', 'issuer', 'issuedOn', 'number', 'enteredAt'])
type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number]

async function getDisease(tx: Tx, platform: Platform, actor: Actor, id: string): Promise<DiseaseExemption> {
  const [view] = await viewAll(tx, platform, actor, await rowsOf(tx).where('exemptionId', '=', id).execute())
  if (!view) throw notFound({ it: 'Esenzione', en: 'Exemption' })
  await traced(tx, actor, 'READ', { id, patientId: (await getExemptions(tx, [id]))[0]!.personId })
  return view
}

/** Exemptions for diseases that offices of the officer's authorities entered, the newest first; in the trail of each. */
export const listDiseases = (platform: Platform, actor: Actor, page: number): Promise<DiseaseExemptions> =>
  asSystem(platform.db, async (tx) => {
    const authorities = sql<string>`any(${await authorityIdsOf(tx, actor)}::uuid[])`
    const { total } = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.diseaseCertificate')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .where('aslId', '=', authorities)
      .executeTakeFirstOrThrow()
    const rows = await rowsOf(tx)
      .where('aslId', '=', authorities)
      .orderBy('enteredAt', 'desc')
      .orderBy('id')
      .offset((page - 1) * pageSize)
      .limit(pageSize)
      .execute()
    for (const { exemptionId: id, patientId } of rows) await traced(tx, actor, 'SEARCH', { id, patientId })
    if (rows.length === 0) await traced(tx, actor, 'SEARCH', { id: actor.requestId, patientId: null })
    return { items: await viewAll(tx, platform, actor, rows), total }
  })

async function viewAll(tx: Tx, { now }: Platform, actor: Actor, rows: readonly Row[]): Promise<DiseaseExemption[]> {
  const today: Day = romeDay(now())
  const ids = rows.map(({ patientId }) => patientId)
  const people = new Map((await getPersons(tx, ids)).map((one) => [one.id, one]))
  const codes = await healthCodesOf(tx, ids, today)
  const held = new Map(
    (
      await getExemptions(
        tx,
        rows.map(({ exemptionId }) => exemptionId),
      )
    ).map((one) => [one.id, one]),
  )
  const views: DiseaseExemption[] = []
  for (const row of rows) {
    const exemption = held.get(row.exemptionId)
    const person = people.get(row.patientId)
    if (!exemption || !person) continue
    views.push({
      id: exemption.id,
      personName: `${person.givenName} ${person.familyName}`,
      fiscalCode: codes.get(person.id) ?? null,
      code: exemption.code,
      name: await nameOfCode(tx, exemption.code, today, actor.language),
      state: stateNow(exemption, today),
      from: exemption.from,
      until: exemption.until,
      issuer: row.issuer,
      issuedOn: row.issuedOn,
      number: row.number,
      enteredAt: row.enteredAt.toISOString(),
    })
  }
  return views
}
