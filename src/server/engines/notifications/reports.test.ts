// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { noticesBench } from '../../../../test/notifications.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { notify } from './index.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const { aPerson } = noticesBench(t)

async function tell(patientId: string): Promise<void> {
  const bookingId = uuidv7()
  const parameters = { bookingId, code: '7KQ4-9MZT-P', visits: [], late: false }
  const about = { kind: 'booking', id: bookingId }
  await asSystem(t.db, (tx) => notify(tx, t.platform, { patientId, about, template: 'booking.cancelled', parameters }))
  await t.settle()
}

test('the gateway tells by itself which messages a telephone took and which it did not', async () => {
  const [lucia, mario] = [await aPerson({ email: null }), await aPerson({ email: null })]
  await tell(lucia.id)
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'undeliverable', times: 1 })
  await tell(mario.id)
  const states = async () =>
    (
      await t.owner.query<{ state: string }>(
        'select state from notifications.delivery where recipient_id = any ($1) order by created_at',
        [[lucia.id, mario.id]],
      )
    ).rows.map(({ state }) => state)
  for (let waits = 0; waits < 60 && (await states()).includes('sent'); waits += 1) await wait(100)
  assert.deepEqual(await states(), ['delivered', 'undeliverable'])
})
