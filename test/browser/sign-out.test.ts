// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aPerson, demoFile, joinFederation } from '../spid.ts'
import { accessible, openSite, settled, sizes, type Site, type Visit } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
  await aPerson(site.t)
  await joinFederation(site.t, 'cie')
  await demoFile(site.t)
})
after(() => site[Symbol.asyncDispose]())

/** Signs in by a form like that of the sign-in page, at a level of its own. */
async function signIn({ page }: Visit, scheme: 'spid' | 'cie', level: string): Promise<void> {
  const provider = `${site.t.sandbox.url}/${scheme}/${scheme === 'cie' ? 'idp' : 'uno'}`
  await page.route(`${site.t.url}/scegli`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="/auth/${scheme}/start"><input type="hidden" name="idp" value="${provider}"><input type="hidden" name="level" value="${level}"><button>Entra</button></form>`,
    }),
  )
  await page.goto('/scegli')
  await page.getByRole('button', { name: 'Entra' }).click()
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.waitForURL(`${site.t.url}/app`)
  await settled(page)
}
const isSignedIn = async ({ page }: Visit): Promise<boolean> => {
  const answer = await page.context().request.get(`${site.t.url}/api/v1/session`)
  return ((await answer.json()) as { signedIn: boolean }).signedIn
}
const menu = ({ page }: Visit) => page.getByRole('button', { name: /Giovanna/ }).first()

for (const [size, viewport] of Object.entries(sizes)) {
  test(`${size}: after "esci" who came with CIE may end the session at CIE too`, async () => {
    const visit = await site.visit({ viewport })
    await signIn(visit, 'cie', '2')
    await menu(visit).click()
    assert.equal(await visit.page.getByRole('button', { name: /Esci da tutto/ }).count(), 0)
    await visit.page.getByRole('button', { name: 'Esci', exact: true }).click()
    await visit.page.getByRole('heading', { name: 'Sei uscito' }).waitFor()
    assert.equal(await isSignedIn(visit), false)
    await accessible(visit.page, 'signed out of CIE')
    await visit.page.getByRole('link', { name: 'Esci anche da CIE' }).click()
    await visit.page.getByText('Hai chiuso la sessione della CIE').waitFor()
    await visit.close()
  })

  test(`${size}: who came with SPID at level 1 leaves everywhere and reads the result`, async () => {
    const visit = await site.visit({ viewport })
    await signIn(visit, 'spid', '1')
    await menu(visit).click()
    await accessible(visit.page, 'the menu with both ways out')
    await visit.page.getByRole('button', { name: 'Esci da tutto, anche da SPID' }).click()
    await visit.page.getByText('chiusa qui e presso il tuo gestore').waitFor()
    assert.equal(await isSignedIn(visit), false)
    await accessible(visit.page, 'signed out everywhere')
    await visit.close()
  })
}
