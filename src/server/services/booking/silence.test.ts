// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { bookingBench, lineOf, placesOf } from '../../../../test/booking.ts'
import { aPrescription, meanwhile, sacFault } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import type { Booking, OfferSet, Prescription } from './schema.ts'

// Logs and jobs name nobody: no tax code, no NRE, no name, no telephone, no PIN, at any level of detail.

const t = await testApp()
let log = ''
const talkative = await createApp(t.platform.config, {
  logger: pino(
    { level: 'trace' },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        log += chunk.toString()
        done()
      },
    }),
  ),
})
await talkative.app.ready()
after(async () => {
  await talkative.close()
  await t[Symbol.asyncDispose]()
})

const { bookable, call, citizen } = await bookingBench(t)

test('a booking with everything that can go wrong leaves nothing personal in logs, jobs and events', async () => {
  const { code } = await bookable()
  const anna = await citizen({ givenName: 'Ermelinda', mobile: '+393331234567', email: 'ermelinda@posta.example' })
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const ask = (method: 'GET' | 'POST', path: string, body?: object) => call(anna, method, path, body, talkative.app)
  const lookUp = (number: string) => ask('POST', '/prescription-lookups', { patientId: anna.id, nre: number })

  const prescription = (await lookUp(nre)).json<Prescription>()
  const { sets } = (await ask('GET', `/prescriptions/${prescription.id}/offers`)).json<{ sets: OfferSet[] }>()
  const held = (
    await ask('POST', '/bookings', { prescriptionId: prescription.id, places: placesOf(sets[0]!) })
  ).json<Booking>()
  assert.equal((await ask('POST', `/bookings/${held.id}/confirm`)).json<Booking>().state, 'confirmed')
  await talkative.platform.queue.drain(talkative.platform)
  assert.equal((await ask('GET', `/bookings/${held.id}/promemoria.pdf`)).statusCode, 200)
  await ask('POST', `/bookings/${held.id}/cancel`, { reason: 'Ermelinda non può' })
  await talkative.platform.queue.drain(talkative.platform)

  const withdrawn = await aPrescription(t, anna, { lines: [lineOf(code)] })
  await meanwhile(t, withdrawn, 'withdraw')
  assert.equal((await lookUp(withdrawn)).statusCode, 410)
  assert.equal((await lookUp('1500A4999999998')).statusCode, 404)
  for (const sacCode of ['1003', '1034', '9999']) {
    sacFault(t, { operation: 'visualizzaErogato', kind: 'error', code: sacCode, times: 1 })
    assert.equal((await lookUp(nre)).statusCode, 503)
  }
  sacFault(t, { operation: '*', kind: 'down', times: 1 })
  assert.equal((await lookUp(nre)).statusCode, 503)

  const { rows: jobs } = await t.owner.query<{ text: string }>(
    `select (select string_agg(data::text || coalesce(output::text, ''), ' ') from pgboss.job) || ' ' ||
            (select string_agg(payload::text, ' ') from platform.event) as text`,
  )
  assert.ok(log.split('\n').length > 10, 'the log was kept')
  const told = { logs: log, 'jobs and events': jobs[0]!.text }
  const secrets = [anna.code, nre, withdrawn, '1500A4999999998', 'Ermelinda', '3331234567', 'ermelinda@', '1234567890']
  for (const [where, text] of Object.entries(told)) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} tell ${secret}`)
  }
})
