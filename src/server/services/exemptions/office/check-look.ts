// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { exemptionLetter, type ExemptionLetter } from '../../../engines/documents/index.ts'
import { findDebt } from '../../../engines/payments/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { Refusal } from '../../../platform/errors.ts'
import type { Platform } from '../../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../../platform/time.ts'
import { getOrganisation, organisationNames } from '../../../registry/organisations/index.ts'
import { findHealthCode, getPerson, getPersons } from '../../../registry/people/index.ts'
import { sanctionOf } from '../rules.ts'
import { settingOn } from '../settings.ts'
import type { Check, Checks, CheckSearch, OwnChecks, Sample } from './check-schema.ts'
import { actsIn, type CheckState } from './check-states.ts'
import { noCheck, traced } from './checks.ts'
import { authorityIdsOf } from './scope.ts'
import { pageSize } from './schema.ts'

const nameOf = (person: { givenName: string; familyName: string } | undefined) =>
  person ? `${person.givenName} ${person.familyName}` : ''

function cases(tx: Tx) {
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.checkCase as c')
    .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
}

const rowColumns = [
  'c.id',
  'c.number',
  'c.patientId',
  'c.reason',
  'c.state',
  'c.replyBy',
  'c.undueCents',
  'c.openedAt',
  'd.code',
  'd.protocol',
] as const

/** Checks of the officer's authorities, the newest first, a page at a time. */
export const listChecks = ({ db }: Platform, actor: Actor, wish: CheckSearch): Promise<Checks> =>
  asSystem(db, async (tx) => {
    const authorities = await authorityIdsOf(tx, actor)
    const query = cases(tx)
      .where('c.aslId', '=', sql<string>`any(${authorities}::uuid[])`)
      .$if(wish.state !== undefined, (some) => some.where('c.state', '=', wish.state!))
      .$if(wish.reason !== undefined, (some) => some.where('c.reason', '=', wish.reason!))
    const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const rows = await query
      .select(rowColumns)
      .orderBy('c.openedAt', 'desc')
      .orderBy('c.id', 'desc')
      .offset((wish.page - 1) * pageSize)
      .limit(pageSize)
      .execute()
    const people = new Map(
      (
        await getPersons(
          tx,
          rows.map(({ patientId }) => patientId),
        )
      ).map((one) => [one.id, one]),
    )
    for (const row of rows.length > 0 ? rows : [{ id: actor.requestId, patientId: null }])
      await traced(tx, actor, 'SEARCH', row)
    const items = rows.map((row) => ({
      ...row,
      personName: nameOf(people.get(row.patientId)),
      openedAt: row.openedAt.toISOString(),
    }))
    return { items: items as Checks['items'], total } // reason and state are checked by the table
  })

async function getCase(tx: Tx, id: string) {
  const row = await cases(tx)
    .select(rowColumns)
    .select(['c.aslId', 'c.declarationId', 'c.revokeFrom', 'c.objection', 'd.declarantId', 'd.submittedAt'])
    .where('c.id', '=', id)
    .executeTakeFirst()
  if (!row) throw noCheck
  return { ...row, state: row.state as CheckState, reason: row.reason as Check['reason'] } // checked by the table
}

const stepsOf = (tx: Tx, caseId: string) =>
  tables<'exemptions'>(tx)
    .selectFrom('exemptions.checkStep')
    .select(['state', 'note', 'decidedBy', 'at'])
    .where('caseId', '=', caseId)
    .orderBy('id')
    .execute()

const undueOf = (tx: Tx, caseId: string) =>
  tables<'exemptions'>(tx)
    .selectFrom('exemptions.undue')
    .select(['bookingId', 'code', 'day', 'cents'])
    .where('caseId', '=', caseId)
    .orderBy('day')
    .orderBy('bookingId')
    .execute()

/** One check with its steps, what is to be paid back and what can be done now. */
export const showCheck = (platform: Platform, actor: Actor, id: string): Promise<Check> =>
  asSystem(platform.db, async (tx) => {
    const row = await getCase(tx, id)
    if (!(await authorityIdsOf(tx, actor)).includes(row.aslId)) throw noCheck
    const today = romeDay(platform.now())
    const debt = await findDebt(tx, { kind: 'exemption-check', id })
    const setting = await settingOn(tx, platform.config.region.code, today)
    const sanction = row.undueCents ? sanctionOf(row.undueCents, setting) : null
    const steps = await stepsOf(tx, id)
    await traced(tx, actor, 'READ', row)
    return {
      id,
      number: row.number,
      personName: nameOf(await getPerson(tx, row.patientId)),
      declarantName: nameOf(await getPerson(tx, row.declarantId)),
      code: row.code,
      protocol: row.protocol,
      declarationId: row.declarationId,
      reason: row.reason,
      state: row.state,
      revokeFrom: row.revokeFrom,
      replyBy: row.replyBy,
      objection: row.objection,
      undueCents: row.undueCents,
      undue: await undueOf(tx, id),
      payment: debt ? { state: debt.state, dueOn: debt.dueOn, noticeNumber: debt.noticeNumber } : null,
      fineCapCents: sanction?.fineCapCents ?? null,
      crime: sanction?.crime ?? false,
      openedAt: row.openedAt.toISOString(),
      acts: actsIn(row.state),
      steps: steps.map(({ state, note, decidedBy, at }) => ({
        state: state as CheckState, // written by moveCase()
        note,
        byOffice: decidedBy !== null,
        at: at.toISOString(),
      })),
    }
  })

/** Samples drawn for the officer's authorities, the newest first. */
export const listSamples = ({ db }: Platform, actor: Actor): Promise<Sample[]> =>
  asSystem(db, async (tx) => {
    const rows = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.sample')
      .select(['id', 'aslId', 'percent', 'seed', 'population', 'drawn', 'drawnAt'])
      .select([sql<Day>`lower(submitted)`.as('from'), sql<Day>`upper(submitted)`.as('after')])
      .where('aslId', '=', sql<string>`any(${await authorityIdsOf(tx, actor)}::uuid[])`)
      .orderBy('drawnAt', 'desc')
      .limit(50)
      .execute()
    const names = await organisationNames(
      tx,
      rows.map(({ aslId }) => aslId),
    )
    return rows.map(({ aslId, after, drawnAt, ...row }) => ({
      ...row,
      authority: { id: aslId, name: names.get(aslId) ?? '' },
      to: addDays(after, -1),
      drawnAt: drawnAt.toISOString(),
    }))
  })

/** Checks that the person has been written to about, for herself and who acts for her. */
export const ownChecks = ({ db, now }: Platform, actor: Actor): Promise<OwnChecks> =>
  asSystem(db, async (tx) => {
    const rows = await cases(tx)
      .select(['c.id', 'c.number', 'c.patientId', 'c.state', 'c.replyBy', 'c.undueCents', 'c.debtId', 'd.code'])
      .where('c.patientId', '=', sql<string>`any(${[...actor.patients]}::uuid[])`)
      .where('c.replyBy', 'is not', null)
      .orderBy('c.openedAt', 'desc')
      .execute()
    for (const patientId of actor.patients) await traced(tx, actor, 'SEARCH', { id: actor.requestId, patientId })
    const today = romeDay(now())
    const items = rows.map(({ debtId, ...row }) => ({
      ...row,
      paymentId: debtId,
      mayObject: row.state === 'NOTIFIED' && today <= row.replyBy!,
    }))
    return { items: items as OwnChecks['items'] } // the state is checked by the table
  })

const noLetter = new Refusal(
  'exemptions/no-letter',
  409,
  { it: 'Per questo controllo non c’è ancora una lettera.', en: 'There is no letter for this check yet.' },
  { next: { it: 'Prima va deciso l’esito.', en: 'The outcome has to be decided first.' } },
)

/** The newest letter of a check as a tagged PDF/A: for the office and for whom it is about. */
export const printLetter = (platform: Platform, actor: Actor, id: string, forOffice: boolean): Promise<Buffer> =>
  asSystem(platform.db, async (tx) => {
    const row = await getCase(tx, id)
    const ours = forOffice
      ? (await authorityIdsOf(tx, actor)).includes(row.aslId)
      : actor.patients.includes(row.patientId)
    if (!ours) throw noCheck
    if (!row.revokeFrom || !row.replyBy) throw noLetter
    const { config } = platform
    const steps = await stepsOf(tx, id)
    const revoked = steps.find(({ state }) => state === 'REVOKED')
    const written = steps.find(({ state }) => state === 'NOTIFIED')!
    const debt = await findDebt(tx, { kind: 'exemption-check', id })
    const day = romeDay((revoked ?? written).at)
    const letter: ExemptionLetter = {
      kind: revoked ? 'revocation' : 'notice',
      issuer: { name: config.region.owner, telephone: config.region.telephone, email: config.region.email },
      authority: (await getOrganisation(tx, row.aslId)).name,
      issuedAt: (revoked ?? written).at,
      number: row.number,
      addressee: {
        name: nameOf(await getPerson(tx, row.declarantId)),
        fiscalCode: (await findHealthCode(tx, row.declarantId, day))?.value ?? null,
      },
      holder: nameOf(await getPerson(tx, row.patientId)),
      code: row.code,
      protocol: row.protocol,
      declaredOn: romeDay(row.submittedAt),
      revokeFrom: row.revokeFrom,
      replyBy: row.replyBy,
      reason: (revoked ?? written).note,
      visits: await undueOf(tx, id),
      total: row.undueCents,
      payment: debt ? { dueOn: debt.dueOn, noticeNumber: debt.noticeNumber } : null,
      url: `${config.publicUrl}/app/esenzioni`,
    }
    await traced(tx, actor, 'PRINT', row)
    return exemptionLetter(letter, actor.language)
  })
