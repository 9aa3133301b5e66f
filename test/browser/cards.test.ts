// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { cardApp } from '../cards.ts'
import { openBrowser } from './chromium.ts'
import { accessible } from './site.ts'

let t: Awaited<ReturnType<typeof cardApp>>
let browser: Browser
before(async () => {
  t = await cardApp()
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await t[Symbol.asyncDispose]()
})

/** A page of ours with the button of the sign-in page. */
async function press(javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: 'it-IT',
    javaScriptEnabled,
  })
  const page = await context.newPage()
  await page.route(`${t.url}/scegli`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<form method="post" action="/auth/cns/start"><button>Entra con CNS</button></form>',
    }),
  )
  await page.goto(`${t.url}/scegli`)
  await page.getByRole('button', { name: 'Entra con CNS' }).click()
  await page.getByRole('heading', { name: 'Inserisci la tessera' }).waitFor()
  return page
}

for (const script of [true, false]) {
  test(`on a phone ${script ? 'with' : 'without'} JavaScript a person enters with her card`, async () => {
    const page = await press(script)
    if (script) await accessible(page, 'sandbox: which card')
    await page.getByRole('button', { name: /Giovanna Esposito/ }).click()
    await page.waitForURL(`${t.url}/app`)
    const answer = await page.context().request.get(`${t.url}/api/v1/session`)
    const session = (await answer.json()) as { signedIn: boolean; level: number }
    assert.equal(session.signedIn, true)
    assert.equal(session.level, 3)
    await page.context().close()
  })
}

test('a revoked card ends on a page of ours that says what to do', async () => {
  await t.sandbox.context.sql.query(`update cns_card set state = 'revoked'`)
  await t.owner.query('delete from access.revocation_list')
  const page = await press()
  await page.getByRole('button', { name: /Giovanna Esposito/ }).click()
  await page.getByRole('heading', { name: 'Accesso non riuscito' }).waitFor()
  assert.match(await page.getByRole('alert').innerText(), /revocata o sospesa/)
  const answer = await page.context().request.get(`${t.url}/api/v1/session`)
  assert.equal(((await answer.json()) as { signedIn: boolean }).signedIn, false)
  await page.context().close()
})
