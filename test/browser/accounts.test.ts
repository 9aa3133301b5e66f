// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { app } from '../../src/web/app/addresses.ts'
import { aMobile, anAccount, codeTo, goodPassword } from '../accounts.ts'
import { aPerson } from '../region.ts'
import { aPerson as aHolder } from '../spid.ts'
import { accessible, desk, openSite, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

const shots = process.env['SCREENSHOTS_DIR']
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
}
/** A minute passes, so that the next code may be sent. */
const minute = () => site.t.setNow(new Date(site.t.platform.now().getTime() + 61_000))

/** A device with a built-in authenticator that asks its user for a finger and gets it (WebAuthn, section 11). */
async function aDevice(page: Page) {
  const device = await page.context().newCDPSession(page)
  await device.send('WebAuthn.enable')
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    verifies: (isUserVerified: boolean) => device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    async key() {
      const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials[0]
    },
    /** The same key as a thief would hold it: with the counter it had when it was copied. */
    async goBack(credential: NonNullable<Awaited<ReturnType<typeof this.key>>>) {
      await device.send('WebAuthn.clearCredentials', { authenticatorId })
      await device.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
  }
}

test('a person makes credentials in the profile, confirms her number, and signs in with them without scripts', async () => {
  const { id } = await aPerson(site.t, { givenName: 'Carmela' })
  const mobile = aMobile()
  const visit = await site.visit({ personId: id })
  const { page } = visit
  await visit.open(app.profile)
  await page.getByRole('link', { name: 'Gestisci le credenziali' }).click()
  await page.getByRole('heading', { level: 1, name: 'Credenziali Campania in Salute' }).waitFor()
  await settled(page)
  await accessible(page, 'no credentials yet')
  await shot(page, 'account-new')

  await page.getByLabel('Nome utente').fill('carmela.prova')
  await page.getByLabel('Password', { exact: true }).fill('Carmela2026')
  await page.getByRole('button', { name: 'Crea le credenziali' }).click()
  await page.getByRole('alert').getByText('La password è fatta con il tuo nome').waitFor()
  await accessible(page, 'a refused password')
  await shot(page, 'account-refused')
  await page.getByLabel('Password', { exact: true }).fill('')
  await page.getByLabel('Password', { exact: true }).pressSequentially(goodPassword) // the focus stays in the field
  await page.getByRole('button', { name: 'Mostra la password' }).click()
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), goodPassword)
  await page.getByRole('button', { name: 'Crea le credenziali' }).click()

  await page.getByText('Finché non confermi il cellulare').waitFor()
  await page.getByLabel('Cellulare per i codici').fill(mobile.slice(3))
  await page.getByRole('button', { name: 'Manda il codice' }).click()
  await page.getByLabel('Codice di 6 cifre').fill(await codeTo(site.t, mobile))
  await accessible(page, 'the code of the number')
  await page.getByRole('button', { name: 'Conferma', exact: true }).click()
  await page.getByText(`+39 *** *** ${mobile.slice(-3)}`).waitFor()
  await settled(page)
  await accessible(page, 'credentials')
  await shot(page, 'account-there')
  await visit.close()
  minute()

  const plain = await site.visit({ javaScriptEnabled: false })
  await plain.page.goto(`/accedi?returnTo=${encodeURIComponent(app.appointments)}`)
  await plain.page.getByRole('button', { name: 'Entra con nome utente e password' }).click()
  await plain.page.getByLabel('Nome utente').fill('carmela.prova')
  await plain.page.getByLabel('Password').fill('non è questa')
  await plain.page.getByRole('button', { name: 'Continua' }).click()
  await plain.page.getByRole('alert').getByText('Nome utente o password non sono giusti.').waitFor()
  await shot(plain.page, 'account-wrong')
  assert.equal(await plain.page.getByLabel('Nome utente').inputValue(), 'carmela.prova')
  await plain.page.getByLabel('Password').fill(goodPassword)
  await plain.page.getByRole('button', { name: 'Continua' }).click()
  await plain.page.getByRole('heading', { level: 1, name: 'Scrivi il codice' }).waitFor()
  await shot(plain.page, 'account-code')
  await plain.page.getByLabel('Codice di 6 cifre').fill(await codeTo(site.t, mobile))
  await plain.page.getByRole('button', { name: 'Entra', exact: true }).click()
  await plain.page.waitForURL(`**${app.appointments}`)
  const [session] = (await plain.context.cookies()).filter(({ name }) => name === '__Host-sid')
  assert.ok(session?.httpOnly && session.secure)
  await plain.close()
})

test('the sign-in pages are accessible in both languages and sizes', async () => {
  for (const [viewport, locale] of [
    [undefined, 'it-IT'],
    [desk, 'en-GB'],
  ] as const) {
    const owner = await anAccount(site.t)
    const visit = await site.visit({ locale, ...(viewport && { viewport }) })
    const { page } = visit
    await visit.open(locale === 'it-IT' ? '/accedi' : '/en/sign-in')
    await accessible(page, `ways in, ${locale}`)
    await shot(page, `ways-${locale}`)
    await page.getByRole('button', { name: /Entra con nome utente|Sign in with user name/ }).click()
    await page.locator('h1').waitFor()
    await accessible(page, `password, ${locale}`)
    await shot(page, `password-${locale}`)
    await page.locator('#userName').fill(owner.userName)
    await page.locator('#password').fill('non è questa')
    await page.locator('button[type=submit]').first().click()
    await page.getByRole('alert').waitFor()
    await accessible(page, `wrong password, ${locale}`)
    await page.locator('#password').fill(goodPassword)
    await page.locator('button[type=submit]').first().click()
    await page.locator('#code').waitFor()
    await accessible(page, `code, ${locale}`)
    await shot(page, `code-${locale}`)
    await page.locator('#code').fill(await codeTo(site.t, owner.mobile))
    await page.locator('button[type=submit]').first().click()
    await page.waitForURL('**/app')
    await settled(page)
    await page.getByText(locale === 'it-IT' ? 'identità di livello 1' : 'identity of level 1').waitFor()
    await accessible(page, `what level 1 can do, ${locale}`)
    await shot(page, `limited-${locale}`)
    await visit.open(app.prescriptions)
    await page.getByRole('link', { name: /Continua con SPID|Go on with SPID/ }).waitFor()
    await visit.open(app.account)
    await page.getByText(owner.userName).waitFor()
    await accessible(page, `credentials at level 1, ${locale}`)
    await shot(page, `account-${locale}`)
    await page.getByRole('button', { name: /Chiudi le credenziali|Close the credentials/ }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Chiudi le|Close the/ })
      .click()
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /Accedi di nuovo|Sign in again/ })
      .waitFor()
    await accessible(page, `closing asks for more, ${locale}`)
    await visit.close()
  }
})

test('a passkey is made, signs in without a name, is refused without its user and after it was copied, and is removed', async () => {
  const owner = await anAccount(site.t)
  const visit = await site.visit({ personId: owner.personId })
  const { page } = visit
  const device = await aDevice(page)
  await visit.open(app.account)
  await page.getByLabel('Nome della passkey').fill('Telefono di casa')
  await page.getByRole('button', { name: 'Aggiungi una passkey' }).click()
  await page.getByRole('heading', { level: 3, name: 'Telefono di casa' }).waitFor()
  await page.getByText('mai usata').waitFor()
  await accessible(page, 'a passkey')
  await shot(page, 'passkeys')
  const copied = await device.key()
  assert.ok(copied)
  assert.equal(copied.isResidentCredential, true)

  const enter = async () => {
    await visit.context.clearCookies()
    await visit.open('/accedi')
    await page.getByRole('button', { name: 'Entra con una passkey' }).click()
  }
  await enter()
  await page.waitForURL('**/app')
  await page.getByText('identità di livello 1').waitFor()
  await device.verifies(false)
  await enter()
  await page.getByRole('alert').getByText('Non abbiamo riconosciuto la passkey').waitFor()
  await accessible(page, 'a refused passkey')
  await device.verifies(true)
  await enter()
  await page.waitForURL('**/app')

  await device.goBack(copied)
  await enter()
  await page.getByRole('alert').getByText('Non abbiamo riconosciuto la passkey').waitFor()
  const { rows } = await site.t.owner.query(
    'select suspended_at is not null as suspended from access.account_passkey order by created_at desc limit 1',
  )
  assert.deepEqual(rows, [{ suspended: true }])
  await visit.close()

  const again = await site.visit({ personId: owner.personId })
  await again.open(app.account)
  await again.page.getByText('Sospesa: sembra che qualcuno l’abbia copiata.').waitFor()
  await accessible(again.page, 'a suspended passkey')
  await again.page.getByRole('button', { name: /^Togli.*Telefono di casa/ }).click()
  await again.page.getByRole('dialog').getByRole('button', { name: 'Togli' }).click()
  await again.page.getByText('Non hai ancora passkey.').waitFor()
  await again.close()
})

test('from level 1 a person goes on with SPID and comes back to the page she wanted', async () => {
  const owner = await anAccount(site.t, await aHolder(site.t))
  const visit = await site.visit()
  const { page } = visit
  await page.goto(`/auth/account?returnTo=${encodeURIComponent(app.prescriptions)}`)
  await page.locator('#userName').fill(owner.userName)
  await page.locator('#password').fill(goodPassword)
  await page.getByRole('button', { name: 'Continua' }).click()
  await page.locator('#code').fill(await codeTo(site.t, owner.mobile))
  await page.getByRole('button', { name: 'Entra', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Per questa pagina serve un’identità più sicura' }).waitFor()
  await page.getByRole('link', { name: 'Continua con SPID, CIE o CNS' }).click()
  await page.getByRole('button', { name: 'Entra con Gestore di prova Uno' }).click()
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.waitForURL(`**${app.prescriptions}`)
  await page.getByRole('heading', { level: 1, name: 'Ricette' }).waitFor()
  const { rows } = await site.t.owner.query(
    'select method from access.session where person_id = $1 order by created_at',
    [owner.personId],
  )
  assert.deepEqual(
    rows.map(({ method }: { method: string }) => method),
    ['SPID', 'SPID'],
    'the session of level 1 has ended',
  )
  await visit.close()
})
