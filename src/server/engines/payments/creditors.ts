// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { tables, type Tx } from '../../platform/database.ts'

/** An organisation that collects through pagoPA: one issuing point of a creditor. */
export interface Creditor {
  /** The organisation in the registry. */
  organisationId: string
  fiscalCode: string
  name: string
  /** Two digits given by PagoPA to the issuing point. */
  segregationCode: string
  /** Account the money goes to. */
  iban: string
  /** Collection service in the pagoPA taxonomy. */
  taxonomyCode: string
}

/** Makes or changes a creditor; its sequence of payment numbers is made with it. For set-up: regions load theirs from configuration. */
export async function registerCreditor(tx: Tx, creditor: Creditor): Promise<void> {
  await tables<'payments'>(tx)
    .insertInto('payments.creditor')
    .values(creditor)
    .onConflict((conflict) =>
      conflict.column('organisationId').doUpdateSet((eb) => ({
        fiscalCode: eb.ref('excluded.fiscalCode'),
        name: eb.ref('excluded.name'),
        segregationCode: eb.ref('excluded.segregationCode'),
        iban: eb.ref('excluded.iban'),
        taxonomyCode: eb.ref('excluded.taxonomyCode'),
      })),
    )
    .execute()
}

const columns = ['organisationId', 'fiscalCode', 'name', 'segregationCode', 'iban', 'taxonomyCode'] as const

const noCreditor = new Refusal(
  'payments/no-creditor',
  409,
  {
    it: 'Questa struttura non riscuote ancora con pagoPA.',
    en: 'This organisation does not collect through pagoPA yet.',
  },
  { next: { it: 'Paga allo sportello della struttura.', en: 'Pay at the desk of the organisation.' } },
)

/** The creditor of an organisation; refuses when the organisation does not collect. */
export async function getCreditor(tx: Tx, organisationId: string): Promise<Creditor> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.creditor')
    .select(columns)
    .where('organisationId', '=', organisationId)
    .executeTakeFirst()
  if (!found) throw noCreditor
  return found
}

/** A creditor with a number of its sequence. */
export type DrawnNumber = Creditor & { number: bigint }

/** The creditor of an organisation and the next number of its sequence, which nobody else gets. */
export async function drawNumber(tx: Tx, organisationId: string): Promise<DrawnNumber> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.creditor')
    .select(columns)
    .select(sql<number>`payments.next_number(fiscal_code, segregation_code)`.as('number'))
    .where('organisationId', '=', organisationId)
    .executeTakeFirst()
  if (!found) throw noCreditor
  return { ...found, number: BigInt(found.number) } // eleven digits: exact also as the driver's number
}
