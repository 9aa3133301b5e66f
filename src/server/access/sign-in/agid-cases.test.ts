// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cases } from '../../../sandbox/spid/cases.ts'
import { openEnvelope } from './response.ts'
import { testApp } from '../../../../test/setup.ts'
import {
  answerOf,
  aPerson,
  deliver,
  depart,
  joinFederation,
  lastOutcome,
  type ProviderId,
} from '../../../../test/spid.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await joinFederation(t, 'spid')
  await joinFederation(t, 'cie')
})

/** The check that must be the one to refuse each case: a refusal for another reason would prove nothing. */
const reasons: Record<string, string> = {
  '2': 'signature/count',
  '3': 'signature/count',
  '4': 'signature/wrong',
  '5': 'signature/wrong',
  xslt: 'signature/structure',
  '8': 'response/id',
  '9': 'response/id',
  '10': 'response/version',
  '11': 'response/issue-instant',
  '12': 'response/issue-instant',
  '13': 'response/issue-instant',
  '14': 'response/issue-instant',
  '15': 'response/issue-instant',
  '19': 'response/destination',
  '20': 'response/destination',
  '21': 'response/destination',
  '22': 'response/status-code',
  '23': 'response/status',
  '24': 'response/status-code',
  '25': 'response/status-code',
  '26': 'response/denied-with-assertion',
  '27': 'response/issuer',
  '28': 'response/issuer',
  '29': 'response/issuer',
  '30': 'response/issuer-format',
  '32': 'response/no-assertion',
  '33': 'signature/reference',
  '34': 'signature/reference',
  '35': 'assertion/version',
  '36': 'assertion/issue-instant',
  '37': 'assertion/issue-instant',
  '38': 'assertion/issue-instant',
  '39': 'assertion/issue-instant',
  '40': 'assertion/issue-instant',
  '41': 'assertion/name-id',
  '42': 'assertion/subject',
  '43': 'assertion/name-id',
  '44': 'assertion/name-id',
  '45': 'assertion/name-id-format',
  '46': 'assertion/name-id-format',
  '47': 'assertion/name-id-format',
  '48': 'assertion/name-qualifier',
  '49': 'assertion/name-qualifier',
  '51': 'assertion/confirmation-data',
  '52': 'assertion/confirmation',
  '53': 'assertion/confirmation-method',
  '54': 'assertion/confirmation-method',
  '55': 'assertion/confirmation-method',
  '56': 'assertion/confirmation-data',
  '57': 'assertion/recipient',
  '58': 'assertion/recipient',
  '59': 'assertion/recipient',
  '60': 'assertion/in-response-to',
  '61': 'assertion/in-response-to',
  '62': 'assertion/in-response-to',
  '63': 'assertion/confirmation-not-on-or-after',
  '64': 'assertion/confirmation-not-on-or-after',
  '65': 'assertion/confirmation-not-on-or-after',
  '66': 'assertion/confirmation-not-on-or-after',
  '67': 'assertion/issuer',
  '68': 'assertion/issuer',
  '69': 'assertion/issuer',
  '70': 'assertion/issuer-format',
  '71': 'assertion/issuer-format',
  '72': 'assertion/issuer-format',
  '73': 'assertion/audience',
  '74': 'assertion/conditions',
  '75': 'assertion/not-before',
  '76': 'assertion/not-before',
  '77': 'assertion/not-before',
  '78': 'assertion/not-before',
  '79': 'assertion/not-on-or-after',
  '80': 'assertion/not-on-or-after',
  '81': 'assertion/not-on-or-after',
  '82': 'assertion/not-on-or-after',
  '83': 'assertion/audience',
  '84': 'assertion/audience',
  '85': 'assertion/audience',
  '86': 'assertion/audience',
  '87': 'assertion/audience',
  '88': 'assertion/authn-context',
  '89': 'assertion/authn-statement',
  '90': 'assertion/class',
  '91': 'assertion/authn-context',
  '92': 'assertion/class',
  '93': 'assertion/class',
  '97': 'assertion/class',
  '98': 'assertion/attributes',
  '99': 'assertion/attribute-value',
  '100': 'signature/wrong',
  '103': 'identity/fiscalNumber',
  '104': 'denied/19',
  '105': 'denied/20',
  '106': 'denied/21',
  '107': 'denied/22',
  '108': 'denied/23',
  '111': 'denied/25',
}
/** These are turned away before any request of ours is looked up, so the register has no row for them. */
const unopened: Record<string, string> = {
  '16': 'response/in-response-to',
  '17': 'response/in-response-to',
  '112': 'envelope/stray-signature',
  '113': 'envelope/stray-signature',
}
/** This names a request that is not ours. */
const unsolicited = '18'

const numbers = Array.from({ length: 113 }, (_, index) => index + 1).filter(
  (one) => ![6, 7, 50, 101, 102].includes(one),
)

test('every number of the table of AgID has its case, and every refusal its reason', () => {
  assert.deepEqual(
    cases.map((one) => one.number).filter((one) => one !== 'xslt'),
    numbers.map(String),
  )
  for (const { number, expected } of cases) {
    if (expected === 'refused') {
      assert.ok(reasons[number] ?? unopened[number] ?? number === unsolicited, `case ${number} has a reason`)
    }
  }
})

/** The manual of CIE lets the Issuer of the Assertion go without Format: case 71 does not apply. */
const allowedByCie = '71'

const providers: [scheme: string, provider: ProviderId][] = [
  ['SPID', 'uno'],
  ['CIE', 'idp'],
]
for (const [scheme, provider] of providers) {
  for (const { number, sentence, expected: bySpid } of cases) {
    const expected = scheme === 'CIE' && number === allowedByCie ? 'accepted' : bySpid
    if (expected === 'by-level') continue
    test(`${scheme}, case ${number}: ${sentence} is ${expected}`, async () => {
      const departure = await depart(t, { provider })
      const answer = await answerOf(t, departure, { case: number })
      const outcome = await deliver(t, answer, departure.cookie)
      if (expected === 'accepted') {
        assert.equal(outcome.status, 303, outcome.page)
        assert.ok(outcome.session)
        assert.equal(await lastOutcome(t), 'accepted')
        return
      }
      assert.ok([400, 401, 403, 422].includes(outcome.status), `status ${outcome.status}`)
      assert.equal(outcome.session, undefined)
      assert.match(outcome.page, /<h1>/)
      assert.match(outcome.page, /<code>[0-9a-f-]{36}<\/code>/, 'the page carries an incident code')
      const code = unopened[number]
      if (code) assert.throws(() => openEnvelope(answer.SAMLResponse), { code })
      else if (number !== unsolicited) assert.equal(await lastOutcome(t), reasons[number])
    })
  }

  for (const asked of [1, 2, 3]) {
    for (const got of [1, 2, 3]) {
      const verdict = got >= asked ? 'accepted' : 'refused'
      test(`${scheme}, case ${93 + got}: an answer of level ${got} to a request of level ${asked} is ${verdict}`, async () => {
        const departure = await depart(t, { provider, level: String(asked) })
        const answer = await answerOf(t, departure, { case: String(93 + got) })
        const outcome = await deliver(t, answer, departure.cookie)
        if (verdict === 'accepted') {
          assert.equal(outcome.status, 303)
          const { rows } = await t.owner.query(
            'select level, method from access.session order by created_at desc limit 1',
          )
          assert.deepEqual(
            rows[0],
            { level: got, method: scheme },
            'the session holds the level obtained, not the one asked for',
          )
        } else {
          assert.equal(outcome.status, 403)
          assert.equal(await lastOutcome(t), 'assertion/level')
        }
      })
    }
  }
}
