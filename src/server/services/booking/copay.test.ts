// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { paymentsBench } from '../../../../test/payments.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { reviewCopays } from './copay-review.ts'

// What is owed follows the exemptions of the patient until it is paid (booking notes, section 6 and section 11 no. 14).

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())

const { bookable, books, call, citizen, look, looksUp, offers } = await bookingBench(t)
const { atCheckout, deliver, position } = paymentsBench(t)
const today = romeDay(new Date())

async function obtains(who: Citizen, code: string, until: string | null = null): Promise<string> {
  const id = uuidv7()
  await t.owner.query(
    `insert into registry.person_exemption (id, person_id, code, state, origin, valid)
     values ($1, $2, $3, 'ACTIVE', 'office', daterange('2020-01-01', $4::date))`,
    [id, who.id, code, until],
  )
  return id
}
const loses = (id: string) =>
  t.owner.query(`update registry.person_exemption set state = 'REVOKED_CHECK' where id = $1`, [id])

async function review(): Promise<void> {
  await reviewCopays(t.platform)
  await t.settle()
}

async function booked(who: Citizen) {
  const { code } = await bookable({ tariffCents: 2200 })
  const booking = await books(who, await aPrescription(t, who, { lines: [lineOf(code)] }))
  await t.settle()
  return look(who, booking.id)
}

test('an exemption obtained after booking withdraws the unpaid debt; one found untrue brings it back', async () => {
  const anna = await citizen()
  const before = await booked(anna)
  assert.ok(before.payment!.amountCents > 0)
  const exemption = await obtains(anna, 'E02')
  await review()
  const exempt = await look(anna, before.id)
  assert.equal(exempt.copay.cents, 0)
  assert.equal(exempt.payment?.state, 'cancelled')
  assert.notEqual((await position(before.payment!.noticeNumber!))?.position_status, 'VALID')

  await loses(exemption)
  await review()
  const due = await look(anna, before.id)
  assert.equal(due.copay.cents, before.copay.cents)
  assert.equal(due.payment?.amountCents, before.copay.cents)
  assert.notEqual(due.payment?.id, before.payment?.id)
  assert.notEqual(due.payment?.noticeNumber, before.payment?.noticeNumber, 'a notice number is never used again')
})

test('an exemption that lowers only a share changes the amount under the same notice', async () => {
  const anna = await citizen()
  const before = await booked(anna)
  await obtains(anna, 'E00')
  await review()
  const after = await look(anna, before.id)
  assert.ok(after.copay.cents > 0 && after.copay.cents < before.copay.cents, `${after.copay.cents}`)
  assert.equal(after.payment?.noticeNumber, before.payment?.noticeNumber)
  assert.equal(after.payment?.amountCents, after.copay.cents)
  assert.equal((await position(before.payment!.noticeNumber!))?.amount, after.copay.cents)
})

test('what is paid stays as it was paid', async () => {
  const anna = await citizen()
  const before = await booked(anna)
  const paid = await call(anna, 'POST', '/checkouts', { paymentIds: [before.payment!.id] })
  await atCheckout(paid.json<{ url: string }>().url, { action: 'pay', outcome: 'ok' })
  await deliver()
  await obtains(anna, 'E02')
  await review()
  const after = await look(anna, before.id)
  assert.equal(after.payment?.state, 'paid')
  assert.equal(after.payment?.amountCents, before.copay.cents)
})

test('an exemption valid on the day of the booking counts also when it ends before the visit', async () => {
  const anna = await citizen({ birthDate: '1950-01-01' })
  await obtains(anna, 'E01', addDays(today, 2))
  const before = await booked(anna)
  assert.equal(before.payment, null)
  t.setNow(new Date(Date.now() + 3 * 86_400_000))
  await review()
  t.setNow(new Date())
  const after = await look(anna, before.id)
  assert.equal(after.copay.cents, 0)
  assert.equal(after.payment, null)
})

test('a code that the doctor attests counts by being written, for the services of its list; one that offices give does not', async () => {
  const anna = await citizen()
  const [listed, other] = [await bookable({ tariffCents: 2200 }), await bookable({ tariffCents: 2200 })]
  for (const exemption of ['D03', '0A31'])
    await t.owner.query(
      `insert into registry.exemption_service (exemption_code, system, code, valid, source, verified)
       values ($1, 'LEA', $2, '(,)', 'test', true)`,
      [exemption, listed.code],
    )
  const owed = async (code: string, exemption: string) => {
    const { id } = await looksUp(anna, await aPrescription(t, anna, { lines: [lineOf(code)], exemption }))
    return (await offers(anna, id)).copay.cents
  }
  assert.equal(await owed(listed.code, 'D03'), 0)
  assert.ok((await owed(other.code, 'D03')) > 0)
  assert.ok((await owed(listed.code, '0A31')) > 0)
})
