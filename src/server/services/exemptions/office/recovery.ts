// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { openDebt } from '../../../engines/payments/index.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import type { DomainEvent } from '../../../platform/events.ts'
import { listener, type Platform } from '../../../platform/room.ts'
import { addDays, romeDay } from '../../../platform/time.ts'
import { findHealthCode, getPerson } from '../../../registry/people/index.ts'
import { changeCase, checkRuleOn, moveCase } from './checks.ts'

const system = { note: null, by: null }

/**
 * What was not paid is known: it becomes a debt of whoever declared, to the health authority that revoked; with nothing to pay back the
 * case is closed. Handled twice it does nothing more.
 */
function recover({ payload }: DomainEvent<'booking.undue-copays'>, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const row = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.checkCase as c')
      .innerJoin('exemptions.declaration as d', 'd.id', 'c.declarationId')
      .select(['c.id', 'c.number', 'c.state', 'c.patientId', 'c.aslId', 'd.declarantId'])
      .where('c.id', '=', payload.caseId)
      .forUpdate('c')
      .executeTakeFirstOrThrow()
    if (row.state !== 'REVOKED') return
    const { visits } = payload
    const total = visits.reduce((sum, { cents }) => sum + cents, 0)
    await changeCase(tx, row.id, { undueCents: total })
    if (total === 0) return moveCase(tx, row, 'CLOSED', system, platform.now())
    await tables<'exemptions'>(tx)
      .insertInto('exemptions.undue')
      .values(visits.map((visit) => ({ caseId: row.id, ...visit })))
      .execute()
    await changeCase(tx, row.id, {
      debtId: await debtOf(
        tx,
        platform,
        row,
        total,
        visits.map(({ day }) => day),
      ),
    })
    await moveCase(tx, row, 'RECOVERY', system, platform.now())
  })
}

async function debtOf(
  tx: Tx,
  platform: Platform,
  row: { id: string; number: string; patientId: string; aslId: string; declarantId: string },
  amountCents: number,
  days: string[],
): Promise<string> {
  const today = romeDay(platform.now())
  const { payDays } = await checkRuleOn(tx, platform.config.region.code, today)
  const declarant = await getPerson(tx, row.declarantId)
  const code = await findHealthCode(tx, row.declarantId, today)
  const { id } = await openDebt(tx, platform, {
    creditorId: row.aslId,
    patientId: row.patientId,
    payer: {
      personId: row.declarantId,
      fiscalCode: code?.type === 'CF' || code?.type === 'CF_PROVISIONAL' ? code.value : null,
      name: `${declarant.givenName} ${declarant.familyName}`,
    },
    subject: { kind: 'exemption-check', id: row.id, code: row.number, days: [...new Set(days)].toSorted() },
    amountCents,
    description: `Recupero ticket pratica ${row.number}`,
    dueOn: addDays(today, payDays),
  })
  return id
}

/** What was to be paid back is paid: the case is closed. */
function paid({ payload }: DomainEvent<'payments.paid'>, { db, now }: Platform): Promise<void> {
  return asSystem(db, async (tx) => {
    const row = await tables<'exemptions'>(tx)
      .selectFrom('exemptions.checkCase')
      .select(['id', 'patientId', 'state'])
      .where('debtId', '=', payload.debtId)
      .forUpdate()
      .executeTakeFirst()
    if (row && (row.state === 'RECOVERY' || row.state === 'ENFORCEMENT'))
      await moveCase(tx, row, 'CLOSED', system, now())
  })
}

export const recovery = [
  listener({ event: 'booking.undue-copays', name: 'exemptions.recover', handle: recover }),
  listener({ event: 'payments.paid', name: 'exemptions.close-paid-check', handle: paid }),
]
