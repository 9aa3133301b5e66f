// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { refusalOf } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { cancelDebt, changeAmount, markPaidElsewhere, payments } from './index.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()
const { platform } = t

type Event =
  | { do: 'counter' | 'desk' | 'deliver' | 'work' | 'lose' | 'lost-answer' }
  | { do: 'slow' }
  | { do: 'amount'; cents: number }
  | { do: 'cancel' }

const anEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>({ do: 'counter' }, { do: 'desk' }, { do: 'deliver' }, { do: 'work' }, { do: 'slow' }),
  fc.constantFrom<Event>({ do: 'lose' }, { do: 'lost-answer' }),
  fc.record({ do: fc.constant('amount' as const), cents: fc.integer({ min: 1, max: 60 }).map((n) => n * 100) }),
  { arbitrary: fc.constant<Event>({ do: 'cancel' }), weight: 1 },
)

/** Everything about one subject: its debt and the debts that add to it. */
async function account(subjectId: string) {
  const { rows } = await t.owner.query<{
    id: string
    state: string
    amount_cents: number
    notice_number: string
    kept: number
  }>(
    `select d.id, d.state, d.amount_cents, d.notice_number,
       (select coalesce(sum(r.amount_cents), 0)::int from payments.receipt r where r.debt_id = d.id)
       - (select coalesce(sum(f.amount_cents), 0)::int from payments.refund f where f.debt_id = d.id) as kept
     from payments.debt d where d.subject_id = $1 order by d.created_at, d.id`,
    [subjectId],
  )
  const open = rows.filter((row) =>
    ['due', 'notice-issued', 'checkout-started', 'pending-outcome', 'expired'].includes(row.state),
  )
  return { rows, open, kept: rows.reduce((sum, row) => sum + row.kept, 0) }
}

const retry = async () => {
  await t.owner.query("update pgboss.job set start_after = now() where name like 'payments.%' and state = 'retry'")
  await t.settle()
}

test('whatever happens in whatever order, what was kept and what is still owed add up to what is due', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anEvent, { maxLength: 8 }), async (story) => {
      t.sandbox.context.faults.clear()
      const debt = await bench.aDebt(creditor.organisationId)
      let due = 2200
      for (const event of story) {
        const now = await account(debt.subject.id)
        const target = now.open.at(-1) ?? now.rows.at(-1)!
        if (event.do === 'counter') await bench.payAtCounter(creditor.fiscalCode, target.notice_number)
        if (event.do === 'slow') {
          await t.sandbox.context.sql.query(
            "insert into pagopa_outcome (org, nav, psp, method, fee, due_at) select org, nav, 'Banca lenta', 'BONIFICO', 0, '2199-01-01' from pagopa_option where nav = $1 and status = 'PO_UNPAID'",
            [target.notice_number],
          )
        }
        if (event.do === 'deliver') await bench.deliver()
        if (event.do === 'work') await t.settle()
        if (event.do === 'lose') bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
        if (event.do === 'lost-answer') bench.fault({ operation: '*', kind: 'time-out-after-commit', times: 1 })
        if (event.do === 'desk') {
          await asSystem(t.db, (tx) =>
            markPaidElsewhere(tx, platform, {
              debtId: target.id,
              amountCents: target.amount_cents,
              receiptNumber: uuidv7(),
              method: 'card',
              desk: 'Cassa',
              paidAt: platform.now(),
            }),
          ).catch((error: unknown) =>
            assert.match(refusalOf(error)?.code ?? String(error), /already-paid|nothing-owed/),
          )
        }
        if (due > 0 && event.do === 'amount') {
          await asSystem(t.db, (tx) => changeAmount(tx, platform, { debtId: debt.id, amountCents: event.cents }))
          due = event.cents
        }
        if (event.do === 'cancel') {
          await asSystem(t.db, (tx) => cancelDebt(tx, platform, { debtId: debt.id, refund: true }))
          due = 0
        }
      }
      t.sandbox.context.faults.clear()
      for (let round = 0; round < 3; round += 1) {
        await bench.deliver()
        await retry()
        await payments.jobs!.find((job) => job.name === 'payments.sweep')!.handle({} as never, platform)
      }
      const { rows, open, kept } = await account(debt.subject.id)
      const owed = open.reduce((sum, row) => sum + row.amount_cents, 0)
      assert.equal(kept + owed, due, JSON.stringify(rows))
      for (const row of open) assert.equal((await bench.position(row.notice_number))?.amount, row.amount_cents)
      for (const row of rows.filter(({ state }) => state === 'cancelled')) {
        assert.notEqual((await bench.position(row.notice_number))?.position_status, 'VALID')
      }
    }),
    { numRuns: Number(process.env['PAYMENT_STORIES'] ?? 10), endOnFailure: false },
  )
})
