// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, deliver, demoFile, depart, joinFederation, lastOutcome, press } from '../../../../test/spid.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await joinFederation(t)
  await demoFile(t)
})

/** What the page must say, in both languages, and which help it must offer. */
const pages: [error: number, it: RegExp, en: RegExp, offers: RegExp][] = [
  [19, /numero di tentativi consentiti/, /used up the attempts/, /Prova di nuovo[^]*Assistenza SPID/],
  [20, /identità SPID di livello 2/, /SPID identity of level 2/, /Assistenza SPID/],
  [21, /Tempo scaduto/, /Time ran out/, /Prova di nuovo/],
  [22, /negato il consenso/, /refused to send your data/, /Prova di nuovo/],
  [23, /sospesa, revocata o bloccata/, /suspended, revoked or blocked/, /Assistenza SPID/],
  [24, /non ha confermato l’accesso/, /did not confirm/, /Prova di nuovo/],
  [25, /annullato l’accesso/, /cancelled the sign-in/, /Prova di nuovo/],
  [30, /tipo di identità SPID diverso/, /kind of SPID identity other/, /Prova di nuovo/],
  [99, /non ha confermato l’accesso/, /did not confirm/, /Prova di nuovo/],
]
for (const [error, italian, english, offers] of pages) {
  test(`anomaly ${error} shows its page in Italian and in English`, async () => {
    for (const [language, text] of [['it', italian] as const, ['en', english] as const]) {
      const departure = await depart(t, { language, returnTo: '/app/ricette' })
      const answer = await press(t, departure, 'anomaly', { error: String(error) })
      const outcome = await deliver(t, answer, departure.cookie)
      assert.equal(outcome.status, 403)
      assert.equal(outcome.session, undefined)
      assert.match(outcome.page, new RegExp(`<html lang="${language}">`))
      assert.match(outcome.page, text)
      if (language === 'it') assert.match(outcome.page, offers)
      assert.match(outcome.page, /href="\/(?:en)?"/, 'a way back')
      assert.doesNotMatch(outcome.page, /ErrorCode|urn:oasis|status:/, 'no technical text')
      assert.equal(await lastOutcome(t), `denied/${error}`)
      assert.equal((await deliver(t, answer, departure.cookie)).status, 403)
      assert.equal(await lastOutcome(t), 'request/already-answered', 'a no uses the request up')
    }
  })
}

for (const error of [8, 9, 11, 12, 13, 14, 15, 16, 17, 18]) {
  test(`error ${error} is our own fault: the page says it is technical`, async () => {
    const departure = await depart(t)
    const outcome = await deliver(t, await press(t, departure, 'anomaly', { error: String(error) }), departure.cookie)
    assert.equal(outcome.status, 403)
    assert.match(outcome.page, /momentaneamente non possibile[^]*problema tecnico/)
    assert.equal(await lastOutcome(t), `denied/${error}`)
  })
}

test('consent refused, too many wrong credentials and a login left open end with their own error', async () => {
  const refused = await depart(t)
  await press(t, refused, 'login', { person: 'SPSGNN85D50F839H' })
  assert.equal((await deliver(t, await press(t, refused, 'consent', { decision: 'no' }), refused.cookie)).status, 403)
  assert.equal(await lastOutcome(t), 'denied/22')

  const wrong = await depart(t)
  const credentials = { username: 'SPSGNN85D50F839H', password: 'sbagliata', otp: '000000' }
  for (let time = 0; time < 2; time++) assert.equal((await press(t, wrong, 'login', credentials)).SAMLResponse, '')
  await deliver(t, await press(t, wrong, 'login', credentials), wrong.cookie)
  assert.equal(await lastOutcome(t), 'denied/19')

  const late = await depart(t)
  await press(t, late, 'login', {})
  t.setNow(new Date(Date.now() + 6 * 60_000))
  try {
    await deliver(t, await press(t, late, 'consent', { decision: 'yes' }), late.cookie)
    assert.equal(await lastOutcome(t), 'denied/21')
  } finally {
    t.setNow(new Date())
  }
})

test('a person of the demo signs in at the pages of the provider, with or without the one-tap button', async () => {
  for (const way of [
    { person: 'SPSGNN85D50F839H' },
    { username: 'spsgnn85d50f839h', password: 'prova', otp: '123456' },
  ]) {
    const departure = await depart(t)
    const consent = await press(t, departure, 'login', way)
    assert.match(consent.page, /TINIT-SPSGNN85D50F839H/)
    assert.doesNotMatch(consent.page, /mobilePhone|spidCode/, 'only what was asked for is sent')
    const outcome = await deliver(t, await press(t, departure, 'consent', { decision: 'yes' }), departure.cookie)
    assert.equal(outcome.status, 303, outcome.page)
  }
})
