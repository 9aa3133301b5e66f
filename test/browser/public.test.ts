// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { languages, publicAddresses, type PublicPage } from '../../src/web/app/addresses.ts'
import { accessible, desk, fits, narrow, openSite, phone } from './site.ts'

const site = await openSite()
after(() => site[Symbol.asyncDispose]())

const names = Object.keys(publicAddresses) as PublicPage[]
const everyAddress = names.flatMap((name) => languages.map((language) => publicAddresses[name][language]))

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`public pages are accessible, on a ${size}`, async () => {
    const visit = await site.visit({ viewport })
    for (const name of names) {
      await visit.open(publicAddresses[name].it)
      await accessible(visit.page, `${name} ${size}`)
    }
    await visit.close()
  })
}

test('public pages are complete in English, and say so', async () => {
  const visit = await site.visit()
  for (const name of names) {
    await visit.open(publicAddresses[name].en)
    assert.equal(await visit.page.locator('html').getAttribute('lang'), 'en', name)
    assert.equal((await visit.page.getByRole('link', { name: 'Privacy notice', exact: true }).count()) > 0, true, name)
  }
  await visit.open(publicAddresses.service.en)
  await accessible(visit.page, 'service in English')
  await visit.close()
})

test('without a network a page says so, and comes back with the network', async () => {
  const visit = await site.visit({ serviceWorkers: 'allow' })
  await visit.open('/')
  await visit.page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await visit.context.setOffline(true)
  await visit.page.goto(publicAddresses.help.it)
  await visit.page.getByRole('heading', { name: 'Non sei collegato a internet' }).waitFor()
  await visit.context.setOffline(false)
  await visit.open(publicAddresses.help.it)
  await visit.close()
})

test('at 320 pixels, with wide text spacing and with text twice as big, nothing is cut', async () => {
  const visit = await site.visit({ viewport: narrow })
  for (const name of names) {
    await visit.open(publicAddresses[name].it)
    await fits(visit.page, `${name} at 320`)
  }
  // WCAG 1.4.12: what a reader with dyslexia may set.
  const spacing = `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/spacing.css' }))`
  await visit.page.route('**/spacing.css', (route) =>
    route.fulfill({
      contentType: 'text/css',
      body: '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important } ',
    }),
  )
  for (const name of ['home', 'service', 'signIn', 'components'] as const) {
    await visit.open(publicAddresses[name].it)
    await visit.page.evaluate(spacing)
    await visit.page.waitForLoadState('networkidle')
    await fits(visit.page, `${name} with text spacing`)
    await visit.page.setViewportSize({ width: 640, height: 800 })
    await visit.open(publicAddresses[name].it)
    await visit.page.evaluate(`document.documentElement.style.fontSize = '200%'`)
    await fits(visit.page, `${name} with text at 200 %`)
    await visit.page.setViewportSize(narrow)
  }
  await visit.close()
})

test('every link of a public page leads somewhere', async () => {
  const visit = await site.visit()
  const seen = new Set<string>()
  for (const address of everyAddress) {
    await visit.page.goto(address)
    const links = await visit.page
      .locator('a[href]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
    for (const link of links) if (link.startsWith('/')) seen.add(link.split('#')[0] ?? '')
  }
  for (const link of seen) {
    const { status } = await fetch(site.t.url + link, { headers: { accept: 'text/html' } })
    assert.equal(status, 200, link)
  }
  await visit.close()
})

test('without JavaScript public pages read whole and keep their links', async () => {
  const visit = await site.visit({ javaScriptEnabled: false })
  const { page } = visit
  await page.goto('/')
  await page.getByRole('heading', { level: 1, name: 'Prenota visite ed esami, da qui' }).waitFor()
  await page.getByRole('link', { name: 'Come si prenota' }).click()
  await page.getByRole('heading', { level: 1, name: 'Prenotare una visita o un esame' }).waitFor()
  await page.getByRole('cell', { name: 'D – differibile' }).waitFor()
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Book a visit or an exam' }).waitFor()
  await visit.close()
})

test('without JavaScript the sign-in page sends the chosen provider to the server', async () => {
  const visit = await site.visit({ javaScriptEnabled: false })
  const { page } = visit
  await page.goto('/accedi?returnTo=/app/prenota')
  const form = page.locator('form[action="/auth/spid/start"]').first()
  assert.equal(await form.getAttribute('method'), 'post')
  assert.equal(await form.locator('[name=returnTo]').inputValue(), '/app/prenota')
  assert.match(await form.locator('[name=idp]').inputValue(), /^https?:/)
  await visit.close()
})

test('a step-up is said on the sign-in page and goes with every way in that is strong enough; without one nothing of it is there', async () => {
  const visit = await site.visit({ javaScriptEnabled: false })
  const { page } = visit
  const carried = () => page.locator('[name=stepUp]').evaluateAll((all) => all.map((one) => one.getAttribute('value')))
  await page.goto('/accedi?returnTo=/app/prenota&stepUp=yes')
  await page.getByText('Conferma chi sei').waitFor()
  const ways = await page.locator('main form').count()
  assert.deepEqual(await carried(), Array<string>(ways).fill('yes'))
  const account = page.getByRole('heading', { name: /^Credenziali/ })
  assert.equal(await account.count(), 0, 'an account is of level 1 and confirms nothing')
  await page.getByRole('link', { name: 'Vuoi entrare come un’altra persona?' }).click()
  assert.equal(new URL(page.url()).search, '?returnTo=%2Fapp%2Fprenota')
  assert.equal(await page.getByText('Conferma chi sei').count(), 0)
  assert.deepEqual(await carried(), Array<string>(ways).fill(''))
  await account.waitFor()
  await visit.close()
  const scripted = await site.visit()
  await scripted.open('/accedi?returnTo=/app/prenota&stepUp=yes')
  await scripted.page.getByText('Conferma chi sei').waitFor()
  assert.equal(await scripted.page.getByRole('button', { name: /passkey|password/ }).count(), 0)
  await scripted.close()
})

test('an address to come back to is ours or nothing', async () => {
  for (const away of ['https://elsewhere.example', '//elsewhere.example', '/app"><script>', 'javascript:alert(1)']) {
    const page = await (await fetch(`${site.t.url}/accedi?returnTo=${encodeURIComponent(away)}`)).text()
    assert.match(page, /name="returnTo" value="\/app"/, away)
    assert.doesNotMatch(page, /elsewhere|alert\(1\)/)
  }
})

test('the service card carries the marks that the national validator looks for', async () => {
  const visit = await site.visit()
  await visit.open(publicAddresses.service.it)
  const marks = await visit.page
    .locator('[data-element]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-element') ?? ''))
  const parts =
    'title status description addressed how-to needed achieved calendar-text calendar-list cost online-access booking-access topic'
  const others =
    'metatag contacts faq report-inefficiency appointment-booking feedback feedback-title feedback-rate-1 feedback-rate-5 ' +
    'accessibility-link privacy-policy-link legal-notes'
  const wanted = [...parts.split(' ').map((part) => `service-${part}`), ...others.split(' ')]
  assert.deepEqual(
    wanted.filter((mark) => !marks.includes(mark)),
    [],
  )
  const version = await visit.page.evaluate(
    `getComputedStyle(document.body).getPropertyValue('--bootstrap-italia-version')`,
  )
  assert.match(String(version), /2\.\d+\.\d+/)
  const families: string[] = await visit.page
    .locator('h1, h2, p')
    .evaluateAll((all) => all.map((one) => one.ownerDocument.defaultView.getComputedStyle(one).fontFamily))
  const fonts = [...new Set(families.map((family) => family.split(',')[0]))]
  assert.deepEqual(fonts, ['"Titillium Web"'])
  await visit.close()
})

test('a person rates a page and asks for help; errors are listed and focused', async () => {
  const visit = await site.visit()
  const { page } = visit
  await visit.open(publicAddresses.help.it)
  await page.getByRole('radio', { name: 'Valuta 2 stelle su 5' }).check()
  await page.getByRole('checkbox', { name: 'Ho avuto problemi tecnici' }).check()
  await accessible(page, 'rating with questions')
  await page.getByRole('button', { name: 'Invia il tuo parere' }).click()
  await page.getByText('Grazie, il tuo parere ci aiuterà').waitFor()

  await page.getByRole('button', { name: 'Invia il messaggio' }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'Ci sono 3 cose da correggere' })
  await summary.waitFor()
  assert.equal(await summary.evaluate((element) => element === element.ownerDocument.activeElement), true)
  assert.match(await page.title(), /^Errore: /)
  await accessible(page, 'help form with errors')
  await summary.getByRole('link', { name: 'Scrivi il tuo messaggio' }).click()
  await page.keyboard.type('Non trovo la mia ricetta')
  await page.getByLabel('Nome e cognome').fill('Anna Prova')
  await page.getByLabel('Indirizzo e-mail').fill('anna@example.org')
  await page.getByRole('button', { name: 'Invia il messaggio' }).click()
  await page.getByText(/Il numero della tua richiesta è [2-9A-Z]{4}-/).waitFor()
  await accessible(page, 'help request sent')
  await visit.close()
})

test('an unknown address says so, with status 404 and a way on', async () => {
  const visit = await site.visit()
  const answer = await visit.page.goto('/non-esiste')
  assert.equal(answer?.status(), 404)
  await visit.page.getByRole('heading', { level: 1, name: 'Pagina non trovata' }).waitFor()
  await accessible(visit.page, 'not found')
  await visit.close()
})

test('who is not signed in is sent to sign in, and back to the page he wanted', async () => {
  const visit = await site.visit()
  await visit.page.goto('/app/pagamenti')
  await visit.page.waitForURL('**/accedi?returnTo=%2Fapp%2Fpagamenti')
  await visit.close()
})

test('every kind of file comes with the security headers', async () => {
  const page = await site.t.app.inject('/')
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? ''
  const style = /href="(\/assets\/[^"]+\.css)"/.exec(page.body)?.[1] ?? ''
  assert.ok(script && style)
  for (const url of [
    '/',
    '/app',
    '/app/non-esiste',
    '/accedi',
    script,
    style,
    '/service-worker.js',
    '/manifest.webmanifest',
  ]) {
    const { headers, statusCode } = await site.t.app.inject({ url, headers: { accept: 'text/html' } })
    assert.equal(statusCode, 200, url)
    assert.match(String(headers['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/, url)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline/, url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.equal(headers['referrer-policy'], 'no-referrer', url)
  }
})

test('nothing comes from another host, and nothing is written inline', async () => {
  const visit = await site.visit({ viewport: desk })
  const hosts = new Set<string>()
  visit.page.on('request', (request) => hosts.add(new URL(request.url()).origin))
  for (const name of ['home', 'signIn', 'components'] as const) await visit.open(publicAddresses[name].it)
  assert.deepEqual([...hosts], [site.t.url])
  const policy = (await fetch(site.t.url)).headers.get('content-security-policy') ?? ''
  assert.match(policy, /script-src 'self'/)
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'.*unsafe-eval'/)
  await visit.close()
})
