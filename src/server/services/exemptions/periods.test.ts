// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { bookingBench } from '../../../../test/booking.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, romeInstant, type Day } from '../../platform/time.ts'
import { lockExemption } from '../../registry/people/index.ts'
import { endFrom } from './cease.ts'
import { upkeep } from './jobs.ts'
import type { Exemption, Exemptions } from './schema.ts'

// What may never be, whatever people and offices do and in which order: two periods of one code that share a day.

const t = await testApp({ env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = await bookingBench(t)

const codes = ['E02', 'E10'] as const
type Step =
  | { do: 'declare' | 'renew' | 'expire'; code: (typeof codes)[number] }
  | { do: 'cease' | 'revoke'; code: (typeof codes)[number]; back: number }
  | { do: 'wait'; days: number }

const code = fc.constantFrom(...codes)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('declare', 'renew', 'expire'), code }),
  fc.record({ do: fc.constantFrom('cease', 'revoke'), code, back: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ do: fc.constant('wait'), days: fc.constantFrom(1, 2, 15, 40, 200) }),
)

interface Period {
  code: string
  state: string
  from: Day
  until: Day
  declared: Day
}
async function periodsOf(personId: string): Promise<Period[]> {
  const { rows } = await t.owner.query<Period>(
    `select code, state, lower(valid)::text as "from", (upper(valid) - 1)::text as until,
       (created_at at time zone 'Europe/Rome')::date::text as declared
     from registry.person_exemption where person_id = $1 order by code, lower(valid)`,
    [personId],
  )
  return rows
}

test('periods of one code never share a day nor begin in the past, whatever the order of declaring, renewing, ending and revoking', async () => {
  let declared = 0
  let ended = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      let today: Day = '2027-01-20'
      t.setNow(romeInstant(today, '12:00'))
      const person = await citizen()
      const act = async (method: 'GET' | 'POST', path: string, body?: object) =>
        call({ ...person, headers: await t.signIn(person.id) }, method, path, body)
      const list = async () => (await act('GET', '/exemptions')).json<Exemptions>().items
      const wish = (wanted: string) => ({
        patientId: person.id,
        code: wanted,
        household: [],
        incomeCents: 800_000,
        withinLimit: false,
        presumed: false,
        ...(wanted === 'E02' && {
          job: { ended: 'dismissal', endedOn: '2027-01-10', jobCentre: 'Napoli', registeredOn: '2027-01-12' },
        }),
        aware: true,
        willTell: true,
      })
      for (const one of steps) {
        if (one.do === 'wait') {
          today = addDays(today, one.days)
          t.setNow(romeInstant(today, '12:00'))
          continue
        }
        const held = (await list()).find((found) => found.code === one.code)
        if (one.do === 'expire') await upkeep(t.platform)
        else if (one.do === 'revoke') {
          if (!held || held.state === 'ANNULLED' || held.state === 'REVOKED_CHECK') continue
          await asSystem(t.db, async (tx) =>
            endFrom(tx, (await lockExemption(tx, held.id))!, addDays(today, -one.back), 'REVOKED_CHECK', 'revoked'),
          )
          ended += 1
        } else {
          const answer =
            one.do === 'cease'
              ? held && (await act('POST', `/exemptions/${held.id}/cease`, { from: addDays(today, -one.back) }))
              : await act('POST', '/exemptions/self-certifications', {
                  ...wish(one.code),
                  ...(one.do === 'renew' && held && { renews: held.id }),
                })
          if (!answer) continue
          assert.ok([200, 201, 409, 422].includes(answer.statusCode), answer.body)
          if (answer.statusCode === 201) declared += 1
          if (answer.statusCode === 200) ended += 1
          if (answer.statusCode === 201) assert.ok(answer.json<Exemption>().from >= today)
        }
        const periods = (await periodsOf(person.id)).filter(({ state }) => state !== 'ANNULLED')
        for (const [i, period] of periods.entries()) {
          const next = periods[i + 1]
          assert.ok(period.from <= period.until && period.from >= period.declared, JSON.stringify(period))
          if (next?.code === period.code)
            assert.ok(period.until < next.from, `${JSON.stringify(periods)} after ${one.do} ${one.code}`)
        }
      }
    }),
    { numRuns: 25 },
  )
  assert.ok(declared > 20 && ended > 5, `the property was tried: ${declared} declared, ${ended} ended`)
})
