// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cases } from '../../../sandbox/spid/cases.ts'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, demoFile, depart, holder, joinFederation, lastOutcome } from '../../../../test/spid.ts'

// A client that keeps no cookies and runs no scripts, as AgID's validator is one: it posts forms and follows links.

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await demoFile(t)
  await joinFederation(t)
})

const provider = () => `${t.sandbox.url}/spid/uno`
const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
const field = (page: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
const action = (page: string): string => /<form method="post" action="([^"]*)"/.exec(page)?.[1] ?? ''

/** Starts a login and goes to the provider; gives back what identifies it on the provider's page. */
async function toProvider(binding: 'post' | 'redirect'): Promise<string> {
  const left = await post(`${t.url}/auth/spid/start`, { idp: provider(), binding, returnTo: '/app/profilo' })
  if (binding === 'redirect') {
    assert.equal(left.status, 303)
    const there = await fetch(left.headers.get('location') ?? '')
    assert.equal(there.status, 200)
    return field(await there.text(), 'login')
  }
  assert.equal(left.status, 200)
  const page = await left.text()
  const sent = { SAMLRequest: field(page, 'SAMLRequest'), RelayState: field(page, 'RelayState') }
  const there = await post(action(page), sent)
  assert.equal(there.status, 200)
  return field(await there.text(), 'login')
}

/** Presses a button of the provider's; gives back the last page's form as it would be sent to us. */
async function press(button: string, fields: Record<string, string>) {
  const page = await (await post(`${provider()}/${button}`, fields)).text()
  return {
    url: action(page),
    fields: { SAMLResponse: field(page, 'SAMLResponse'), RelayState: field(page, 'RelayState') },
  }
}

const sessions = async (): Promise<number> => (await t.owner.query('select 1 from access.session')).rowCount ?? 0

for (const binding of ['post', 'redirect'] as const) {
  test(`by ${binding}, a login without any cookie ends with the question "is it you?" and opens nothing`, async () => {
    const login = await toProvider(binding)
    await press('login', { login, person: holder.fiscalCode })
    const { url, fields } = await press('consent', { login, decision: 'yes' })
    assert.equal(url, `${t.url}/auth/spid/acs`)
    const earlier = await sessions()
    const answer = await post(url, fields)
    assert.equal(answer.status, 200)
    const page = await answer.text()
    assert.match(page, /<h1>Sei tu\?<\/h1>/)
    assert.match(page, /Giovanna Esposito/)
    assert.doesNotMatch(page, /<script/)
    assert.ok(!answer.headers.getSetCookie().some((cookie) => cookie.startsWith('__Host-sid=')))
    assert.equal(await sessions(), earlier)
    assert.equal(await lastOutcome(t), 'accepted')

    const confirmed = await post(new URL(action(page), t.url).href, { token: field(page, 'token') })
    assert.equal(confirmed.status, 403, 'without its cookie the yes counts for nothing either')
    assert.match(await confirmed.text(), /i cookie sono bloccati/)
    assert.equal(await sessions(), earlier)
    const again = await post(url, fields)
    assert.equal(again.status, 403, 'the answer is used up')
    await again.text()
  })

  for (const [error, words] of [
    [19, /numero di tentativi/],
    [25, /Hai annullato l’accesso/],
  ] as const) {
    test(`by ${binding}, error ${error} of the provider ends with a page of status 4xx`, async () => {
      const { url, fields } = await press('anomaly', { login: await toProvider(binding), error: String(error) })
      const answer = await post(url, fields)
      assert.equal(answer.status, 403)
      assert.match(await answer.text(), words)
      assert.ok(!answer.headers.getSetCookie().some((cookie) => cookie.startsWith('__Host-sid=')))
      assert.equal(await lastOutcome(t), `denied/${error}`)
    })
  }

  test(`by ${binding}, an altered answer ends with a page of status 4xx`, async () => {
    const login = await toProvider(binding)
    const { url, fields } = await press('case', { login, case: '4', person: holder.fiscalCode })
    const earlier = await sessions()
    const answer = await post(url, fields)
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), /<h1>Accesso non riuscito<\/h1>/)
    assert.equal(await sessions(), earlier)
    assert.equal(await lastOutcome(t), 'signature/wrong')
  })
}

test('every altered answer of the suite that must be refused is, without cookies too', async () => {
  const altered = [...cases.filter((one) => one.expected === 'refused').map((one) => one.number), '94', 'xsw3']
  assert.ok(altered.length > 95)
  for (const number of altered) {
    const departure = await depart(t)
    const { SAMLResponse, RelayState } = await answerOf(t, departure, { case: number, wanted: 'VRDLGU40A01F839I' })
    const answer = await post(`${t.url}/auth/spid/acs`, { SAMLResponse, RelayState })
    assert.ok(answer.status >= 400 && answer.status < 500, `case ${number}: ${answer.status}`)
    assert.match(await answer.text(), /<h1>/)
  }
})
