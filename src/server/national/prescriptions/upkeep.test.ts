// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anAsk, aPrescription } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { maskNre } from '../../../shared/nre.ts'
import { asSystem } from '../../platform/database.ts'
import * as custody from './custody.ts'
import { lock, lookUp } from './index.ts'
import { forgetTrail, reconcile } from './upkeep.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const anna = await aPerson(t)
const day = 86_400_000

test('the nightly comparison tells what only the SAC or only we believe to be held', async () => {
  t.setNow(new Date(Date.now() - day))
  const agreed = await aPrescription(t, anna)
  await lock(t.platform, anAsk(agreed, anna))
  const forgotten = await aPrescription(t, anna)
  await lock(t.platform, anAsk(forgotten, anna))
  await custody.drop(t.db, anAsk(forgotten, anna))
  const imagined = '1500A4777777777'
  await custody.noteWanted(t.platform, anAsk(imagined, anna), t.platform.now())
  const owed = await aPrescription(t, anna)
  await lock(t.platform, anAsk(owed, anna))
  await asSystem(t.db, (tx) => custody.owe(tx, anAsk(owed, anna), t.platform.now()))
  t.setNow(new Date())
  assert.deepEqual(await reconcile(t.platform), {
    heldForNobody: [maskNre(forgotten)],
    wantedNotHeld: [maskNre(imagined)],
  })
})

test('a confirmation that surely got no lock does not take it away from one that came after it', async () => {
  const nre = await aPrescription(t, anna)
  const first = await custody.noteWanted(t.platform, anAsk(nre, anna), t.platform.now())
  await lock(t.platform, anAsk(nre, anna))
  await custody.forget(t.db, first, t.platform.now())
  assert.equal(await custody.claim(t.db, first.id, null, t.platform.now(), 1000), undefined)
  const last = await custody.noteWanted(t.platform, anAsk(nre, anna), t.platform.now())
  assert.equal(last.id, first.id)
  assert.equal(last.already, true)
  await asSystem(t.db, (tx) => custody.owe(tx, anAsk(nre, anna), t.platform.now()))
  assert.equal((await custody.claim(t.db, last.id, null, t.platform.now(), 1000))?.nre, nre)
})

test('the trail of requests is kept for the days of the setting', async () => {
  t.setNow(new Date(Date.now() - 731 * day))
  const old = anAsk(await aPrescription(t, anna), anna)
  await lookUp(t.platform, old)
  t.setNow(new Date())
  const recent = anAsk(await aPrescription(t, anna), anna)
  await lookUp(t.platform, recent)
  await forgetTrail(t.platform)
  const { rows } = await t.owner.query<{ correlation: string }>(
    'select distinct correlation from prescriptions.exchange where correlation in ($1, $2)',
    [old.requestId, recent.requestId],
  )
  assert.deepEqual(rows, [{ correlation: recent.requestId }])
})
