// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freePort } from '../../scripts/postgres.ts'
import { aRole } from '../roles.ts'
import { aPerson, demoFile, holder, joinFederation } from '../spid.ts'
import { accessible, openSite, sizes, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
  await aRole(site.t, await aPerson(site.t), 'doctor')
  await joinFederation(site.t, 'cie')
  await demoFile(site.t, [{ ...holder, roles: ['doctor'] }])
})
after(() => site[Symbol.asyncDispose]())

/** What the server knows of the browser's session. */
async function session(page: { context(): { request: { get(url: string): Promise<{ json(): Promise<unknown> }> } } }) {
  const answer = await page.context().request.get(`${site.t.url}/api/v1/session`)
  return (await answer.json()) as { signedIn: boolean; provider?: string }
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`${size}: "Entra con CIE" leads to the signed-in area`, async () => {
    const visit = await site.visit({ viewport })
    await visit.open('/accedi?returnTo=%2Fapp%2Fprofilo')
    await accessible(visit.page, 'the sign-in page')
    await visit.page.getByRole('button', { name: 'Entra con CIE' }).click()
    await visit.page.getByRole('heading', { name: 'Entra con CIE' }).waitFor()
    await visit.page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
    await visit.page.getByRole('button', { name: 'Acconsento / I agree' }).click()
    await visit.page.waitForURL(`${site.t.url}/app/profilo`)
    const { signedIn, provider } = await session(visit.page)
    assert.equal(signedIn, true)
    assert.match(provider ?? '', /\/cie\/idp$/)
    await visit.close()
  })

  test(`${size}: with CIE by OpenID Connect she gets to the page she wanted`, async () => {
    const visit = await site.visit({ viewport })
    await visit.open('/accedi?returnTo=%2Fapp%2Fprofilo')
    await visit.page.getByRole('button', { name: 'Prova la CIE con OpenID Connect' }).click()
    await visit.page.getByRole('heading', { name: 'Entra con CIE' }).waitFor()
    await accessible(visit.page, 'the page of the OpenID provider')
    await visit.page.getByRole('button', { name: 'Entra come Giovanna Esposito', exact: true }).click()
    await accessible(visit.page, 'the page of consent')
    await visit.page.getByRole('button', { name: 'Acconsento / I agree' }).click()
    await visit.page.waitForURL(`${site.t.url}/app/profilo`)
    const { signedIn, provider } = await session(visit.page)
    assert.equal(signedIn, true)
    assert.match(provider ?? '', /\/cie-oidc\/op$/)
    await visit.close()
  })

  test(`${size}: a professional enters with her professional SPID identity and chooses a role`, async () => {
    const visit = await site.visit({ viewport })
    await visit.open('/accedi')
    await visit.page.getByRole('button', { name: 'Gestore di prova Uno: uso professionale' }).click()
    await visit.page.getByRole('button', { name: 'Entra come Giovanna Esposito (uso professionale)' }).click()
    await visit.page.getByRole('button', { name: 'Acconsento / I agree' }).click()
    await visit.page.waitForURL(`${site.t.url}/operatori`)
    assert.equal((await session(visit.page)).signedIn, true)
    await visit.close()
  })
}

test('the wrong kind of identity ends on a page of ours that says which one to use', async () => {
  const visit = await site.visit()
  await visit.open('/accedi')
  await visit.page.getByRole('button', { name: 'Gestore di prova Uno: uso professionale' }).click()
  await visit.page.getByRole('button', { name: 'Entra come Giovanna Esposito', exact: true }).click()
  await visit.page.getByRole('heading', { name: 'Accesso non riuscito' }).waitFor()
  assert.match(await visit.page.getByRole('alert').innerText(), /identità a uso professionale/)
  await accessible(visit.page, 'error 30')
  await visit.close()
})

test('without a host of cards nobody is offered to show a card, with or without JavaScript', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const visit = await site.visit({ javaScriptEnabled })
    await visit.page.goto('/accedi')
    await visit.page.getByRole('button', { name: 'Entra con CIE' }).waitFor()
    assert.equal(await visit.page.getByRole('button', { name: /CNS/ }).count(), 0)
    await visit.close()
  }
})

test('with a host of cards the page offers it', async () => {
  const other = await openSite({ CNS_PORT: String(await freePort()) })
  try {
    for (const [path, name] of [
      ['/accedi', 'Entra con CNS / Tessera sanitaria'],
      ['/en/sign-in', 'Sign in with CNS / health card'],
    ] as const) {
      const visit = await other.visit()
      await visit.open(path)
      await visit.page.getByRole('button', { name }).waitFor()
      await accessible(visit.page, path)
      await visit.close()
    }
  } finally {
    await other[Symbol.asyncDispose]()
  }
})

test('OpenID Connect works without JavaScript, and a refusal ends on a page of ours', async () => {
  const visit = await site.visit({ javaScriptEnabled: false })
  const choose = async () => {
    await visit.page.goto('/accedi')
    await visit.page.getByRole('button', { name: 'Prova la CIE con OpenID Connect' }).click()
  }
  await choose()
  await visit.page.getByRole('button', { name: 'Accesso annullato' }).click()
  await visit.page.getByRole('heading', { name: 'Accesso non riuscito' }).waitFor()
  assert.match(await visit.page.getByRole('alert').innerText(), /annullato/)
  await choose()
  await visit.page.getByRole('button', { name: 'Entra come Giovanna Esposito', exact: true }).click()
  await visit.page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await visit.page.waitForURL(/\/(app|operatori)$/)
  assert.equal((await session(visit.page)).signedIn, true)
  await visit.close()
})

test('where only OpenID Connect is offered, "Entra con CIE" is the one button and leads there', async () => {
  const only = await openSite({ CIE_OIDC_OFFERED: 'only' })
  try {
    await only.t.settle()
    const visit = await only.visit()
    await visit.open('/accedi')
    assert.equal(await visit.page.getByRole('button', { name: /CIE/ }).count(), 1)
    await visit.page.getByRole('button', { name: 'Entra con CIE' }).click()
    await visit.page.waitForURL(/\/cie-oidc\/op\/interaction\//)
    await visit.close()
  } finally {
    await only[Symbol.asyncDispose]()
  }
})
