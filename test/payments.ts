// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDebt, registerCreditor, type NewDebt } from '../src/server/engines/payments/index.ts'
import { asSystem } from '../src/server/platform/database.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { addDays, romeDay } from '../src/server/platform/time.ts'
import type { Fault } from '../src/sandbox/context.ts'
import type { SignedIn, TestApp } from './setup.ts'

let creditors = 0

/** An Italian account number whose check digits are right. */
function anIban(account: number): string {
  const bban = `X0542811101${String(account).padStart(12, '0')}`
  const digits = `${bban}IT00`.replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)))
  return `IT${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${bban}`
}

/** Builders and people's hands for tests about payments: everything a test does not speak of is filled in. */
export function paymentsBench(t: TestApp) {
  const platform = t.platform
  const inSandbox = (path: string, options: { method?: 'GET' | 'POST'; form?: Record<string, string> } = {}) =>
    t.sandbox.app.inject({
      method: options.method ?? (options.form ? 'POST' : 'GET'),
      url: path,
      ...(options.form && {
        payload: new URLSearchParams(options.form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    })

  async function aPerson(): Promise<string> {
    const id = uuidv7()
    await t.owner.query(
      `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_name, citizenship)
       values ($1, 'Rossi', 'Maria', 'ROSSI MARIA', '1980-01-01', 'F', 'Napoli', '100')`,
      [id],
    )
    return id
  }

  return {
    async aCreditor(): Promise<{ organisationId: string; fiscalCode: string }> {
      creditors += 1
      const organisationId = uuidv7()
      const fiscalCode = String(99_000_000_000 + creditors)
      await t.owner.query(
        "insert into registry.organisation (id, kind, code, name, source, verified) values ($1, 'asl', $2, 'Azienda di prova', 'test', true)",
        [organisationId, fiscalCode],
      )
      await asSystem(t.db, (tx) =>
        registerCreditor(tx, {
          organisationId,
          fiscalCode,
          name: `Azienda sanitaria di prova ${creditors}`,
          segregationCode: '01',
          iban: anIban(creditors),
          taxonomyCode: '9/0101100IM/',
        }),
      )
      return { organisationId, fiscalCode }
    },

    aPerson,

    /** A debt of 22 euros; `settle` afterwards to have its notice. */
    async aDebt(creditorId: string, over: Partial<NewDebt> = {}) {
      const patientId = over.patientId ?? (await aPerson())
      const wish: NewDebt = {
        creditorId,
        patientId,
        payer: { personId: patientId, fiscalCode: 'RSSMRA80A01F839W', name: 'Maria Rossi' },
        subject: { kind: 'booking', id: uuidv7() },
        amountCents: 2200,
        description: 'Ticket prenotazione di prova',
        dueOn: addDays(romeDay(platform.now()), 10),
        ...over,
      }
      const debt = await asSystem(t.db, (tx) => openDebt(tx, platform, wish))
      return { ...debt, patientId, subject: wish.subject }
    },

    /** The stored debt, past every policy. */
    async stored(debtId: string) {
      const { rows } = await t.owner.query(
        `select d.*, (select count(*)::int from payments.receipt where debt_id = d.id) as receipts,
           (select coalesce(sum(amount_cents), 0)::int from payments.refund where debt_id = d.id) as refund_cents,
           (select array_agg(to_state order by id) from payments.debt_history where debt_id = d.id) as history
         from payments.debt d where d.id = $1`,
        [debtId],
      )
      return rows[0]
    },

    async events(debtId: string): Promise<string[]> {
      const { rows } = await t.owner.query<{ name: string }>(
        "select name from platform.event where payload->>'debtId' = $1 order by id",
        [debtId],
      )
      return rows.map(({ name }) => name)
    },

    /** What pagoPA knows of a notice. */
    async position(noticeNumber: string) {
      const { rows } = await t.sandbox.context.sql.query(
        'select p.status, p.switch_to_expired, o.* , o.status as option_status, p.status as position_status from pagopa_option o join pagopa_position p using (org, iupd) where nav = $1',
        [noticeNumber],
      )
      return rows[0] as
        | { position_status: string; option_status: string; amount: number; receipt_id: string | null }
        | undefined
    },

    /** Pays at the tobacconist's; gives the page. */
    async payAtCounter(org: string, nav: string): Promise<string> {
      const { body } = await inSandbox('/pagopa/counter', { form: { org, nav, pay: 'yes' } })
      return body
    },

    /** A notice that can be paid, and the headers of its patient. */
    async aNotice(creditorId: string, over: Partial<NewDebt> = {}) {
      const debt = await this.aDebt(creditorId, over)
      const headers = await t.signIn(debt.patientId)
      let noticeNumber: unknown
      // Where a worker runs beside the test, it may be the one that has begun the job: then it is waited for.
      for (let tries = 0; typeof noticeNumber !== 'string'; tries += 1) {
        assert.ok(tries < 50, 'the notice got no number')
        if (tries > 0) await sleep(100)
        await t.settle()
        noticeNumber = (await this.payment(headers, debt.id)).noticeNumber
      }
      return { ...debt, noticeNumber, headers }
    },

    checkout: (headers: SignedIn, paymentIds: string[], key: string = randomUUID()) =>
      t.app.inject({
        method: 'POST',
        url: '/api/v1/checkouts',
        headers: { ...headers, 'idempotency-key': key },
        payload: { paymentIds },
      }),

    /** Does on the payment page what a payer does; gives the address the browser is sent back to. */
    async atCheckout(url: string, form: Record<string, string>): Promise<string> {
      const path = new URL(url).pathname
      const shown = await inSandbox(path)
      assert.equal(shown.statusCode, 200)
      const left = await inSandbox(path, { form })
      assert.equal(left.statusCode, 303, left.body)
      return String(left.headers.location)
    },

    /** Brings outcomes and receipts that are on their way, then runs the jobs. */
    async deliver(): Promise<void> {
      assert.equal((await inSandbox('/pagopa/control/deliver', { method: 'POST' })).statusCode, 204)
      await t.settle()
    },

    async report(): Promise<string[]> {
      return (await inSandbox('/pagopa/control/report', { method: 'POST' })).json().flows
    },

    fault: (fault: Omit<Fault, 'system'>): void => t.sandbox.context.faults.add({ system: 'pagopa', ...fault }),

    payment: async (headers: SignedIn, id: string) =>
      (await t.app.inject({ url: `/api/v1/payments/${id}`, headers })).json(),
  }
}
