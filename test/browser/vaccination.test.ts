// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page } from 'playwright-core'
import { app } from '../../src/web/app/addresses.ts'
import { aMobile, codeTo, textsTo } from '../accounts.ts'
import { aCampaign, aCardholder, aGrant, type Cardholder } from '../campaigns.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { accessible, openSite, settled, sizes, type Site } from './site.ts'

let site: Site
let campaign: string
let title: string
before(async () => {
  site = await openSite()
  campaign = await aCampaign(site.t)
  const { rows } = await site.t.owner.query<{ title: string }>(
    'select title_it as title from vaccination.campaign where code = $1',
    [campaign],
  )
  title = rows[0]!.title
})
after(() => site[Symbol.asyncDispose]())

/** Only five codes an hour leave for one address, and all the browsers here have the same. */
beforeEach(() => site.t.setNow(new Date(site.t.platform.now().getTime() + 3_601_000)))

const pictures = process.env['SCREENSHOTS_DIR']
const lookOn = (page: Page, size: string) => async (where: string) => {
  await settled(page)
  if (pictures) await page.screenshot({ path: `${pictures}/${where.replaceAll(' ', '-')}-${size}.png`, fullPage: true })
  await accessible(page, `${where}, ${size}`)
}
async function arrived(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await settled(page)
  assert.equal(await page.locator('h1:focus').count(), 1, `${name}: the title has the focus`)
}
/** From the form with the data to the page the flow leads to. */
async function through(page: Page, who: Pick<Cardholder, 'code' | 'card'>, mobile: string): Promise<void> {
  await page.locator('#fiscalCode').fill(who.code)
  await page.locator('#card').fill(who.card)
  await page.locator('#mobile').fill(mobile)
  await page.getByRole('button', { name: 'Manda il codice', exact: true }).click()
  await page.locator('#code').fill(await codeTo(site.t, mobile))
  await page.getByRole('button', { name: 'Conferma', exact: true }).click()
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`${size}: from the home page, with the health card alone, one joins, gets a receipt and a message, and withdraws`, async () => {
    const anna = await aCardholder(site.t)
    const mobile = aMobile()
    const visit = await site.visit({ viewport })
    const { page } = visit
    const look = lookOn(page, size)
    await visit.open('/')
    await page.getByRole('link', { name: 'Vai alle vaccinazioni' }).click()
    await arrived(page, 'Vaccinazioni: aderisci a una campagna')
    await look('campaigns')
    await page.getByRole('link', { name: `Aderisci con la tessera sanitaria ${title}` }).click()
    await arrived(page, 'Scrivi i tuoi dati')
    await through(page, anna, mobile)
    await arrived(page, 'Confermi l’adesione?')
    await page.getByText(`con un SMS al numero ••• ${mobile.slice(-4)}`).waitFor()
    await look('card open')
    await page.getByRole('button', { name: 'Confermo l’adesione' }).click()
    await arrived(page, 'Adesione registrata')
    const code = await page.locator('.sf-facts strong').innerText()
    await look('card adhered')
    assert.match((await textsTo(site.t, mobile))[0] ?? '', new RegExp(`adesione ${code} registrata`))
    assert.doesNotMatch(await page.locator('main').innerText(), new RegExp(`Anna|${anna.code}`, 'i'))
    assert.doesNotMatch(page.url(), /[?#]/)

    await page.getByRole('button', { name: 'Ritira l’adesione' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ritiri l’adesione?' })
    await look('card withdraw')
    await dialog.getByRole('button', { name: 'Lascia com’è' }).click()
    await page.getByRole('button', { name: 'Ritira l’adesione' }).click()
    await dialog.getByRole('button', { name: 'Ritira l’adesione' }).click()
    await arrived(page, 'Adesione ritirata')
    await look('card withdrawn')
    assert.match((await textsTo(site.t, mobile))[0] ?? '', new RegExp(`adesione ${code} ritirata`))
    await page.getByRole('button', { name: 'Aderisci di nuovo' }).click()
    await arrived(page, 'Confermi l’adesione?')

    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Il tempo è finito' }).waitFor()
    await look('card expired')
    await page.getByRole('link', { name: 'Ricomincia' }).click()
    await arrived(page, 'Scrivi i tuoi dati')
    await visit.close()
  })

  test(`${size}: who had joined already is told so; whose age is not invited reads what to do`, async () => {
    const visit = await site.visit({ viewport })
    const { page } = visit
    const look = lookOn(page, size)
    const anna = await aCardholder(site.t)
    const token = await aGrant(site.t, anna.id, campaign)
    await site.t.app.inject({ method: 'POST', url: '/api/v1/vaccination/card-adhesions', payload: { campaign, token } })
    await visit.open(`/adesioni/${campaign}`)
    await through(page, anna, aMobile())
    await arrived(page, 'Avevi già aderito')
    await look('card already')

    const young = await aCardholder(site.t, { birthDate: '1990-05-05', exemptions: ['013'] })
    await visit.open(`/adesioni/${campaign}`)
    await through(page, young, aMobile())
    await arrived(page, 'Per età questa campagna non ti riguarda')
    await page.getByText('Chiedi al medico.').waitFor()
    assert.equal(await page.getByRole('button', { name: /Confermo/ }).count(), 0)
    await look('card outside')
    await page
      .getByRole('link', { name: 'English' })
      .or(page.getByRole('button', { name: 'English' }))
      .click()
    await page.getByRole('heading', { level: 1, name: 'By age this campaign is not for you' }).waitFor()
    await page.getByText('Ask the doctor.').waitFor()
    await visit.close()
  })

  test(`${size}: a mother joins for herself and her child, withdraws, and finds both in the history`, async () => {
    const mobile = aMobile()
    const mother = await aPerson(site.t, { givenName: 'Giulia', birthDate: '1956-03-03', mobile })
    await aPerson(site.t, { givenName: 'Luca', birthDate: '2018-05-05', parent: mother.id, exemptions: ['013'] })
    const visit = await site.visit({ viewport, personId: mother.id })
    const { page } = visit
    const look = lookOn(page, size)
    await visit.open(app.home)
    await page.getByRole('link', { name: 'Vai alle adesioni' }).click()
    await arrived(page, 'Vaccinazioni: adesioni')
    await look('area open')
    for (const name of ['Giulia', 'Luca']) {
      await page.getByRole('button', { name: `Aderisci per ${name}: ${title}` }).click()
      const dialog = page.getByRole('dialog', { name: `Aderire per ${name}` })
      await dialog.getByLabel(`con un SMS al numero ••• ${mobile.slice(-4)}`).waitFor()
      if (name === 'Luca') await dialog.getByLabel('solo nei messaggi dell’area personale').check()
      await look(`area dialog ${name}`)
      await dialog.getByRole('button', { name: 'Confermo l’adesione' }).click()
      await page.getByText(`Adesione registrata: ${title}, ${name}`).waitFor()
      await page.getByRole('button', { name: `Ritira l’adesione di ${name}: ${title}` }).waitFor()
      await page.locator('h2:focus', { hasText: name }).waitFor()
    }
    await look('area adhered')
    assert.equal((await textsTo(site.t, mobile)).length, 1, 'for the child nothing is sent outside')
    await page.getByRole('button', { name: `Ritira l’adesione di Luca: ${title}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ritira l’adesione' }).click()
    await page.getByText(`Adesione ritirata: ${title}, Luca`).waitFor()
    await page.getByText('Adesioni ritirate o di campagne finite (1)').click()
    await page.getByText('Ritirata', { exact: true }).first().waitFor()
    await look('area history')
    await visit.open(app.messages)
    await page.getByText('Adesione registrata').first().waitFor()
    await visit.close()
  })

  test(`${size}: an officer reads the figures and takes the table along`, async () => {
    const officer = await aProfessional(site.t, 'district-officer')
    const anna = await aCardholder(site.t)
    const token = await aGrant(site.t, anna.id, campaign)
    await site.t.app.inject({ method: 'POST', url: '/api/v1/vaccination/card-adhesions', payload: { campaign, token } })
    const visit = await site.visit({ viewport, personId: officer.id })
    const { page } = visit
    await visit.open(app.staff)
    await page.getByRole('button', { name: /^Entra come funzionario di distretto/ }).click()
    await page.getByRole('link', { name: 'Campagne di vaccinazione' }).click()
    await page.getByRole('heading', { level: 1, name: 'Campagne: adesioni' }).waitFor()
    await page.getByRole('heading', { level: 2, name: title }).waitFor()
    await lookOn(page, size)('office')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Scarica la tabella (CSV)' }).click(),
    ])
    assert.equal(file.suggestedFilename(), 'adesioni.csv')
    await visit.close()
  })
}

test('with an account of ours one sees the campaigns for one’s age, and how to see the others', async () => {
  const old = await aPerson(site.t, { birthDate: '1950-05-05' })
  const visit = await site.visit({ personId: old.id })
  await site.t.owner.query(`update access.session set level = 1 where person_id = $1`, [old.id])
  const { page } = visit
  await visit.open(app.home)
  await page.getByRole('link', { name: /campagne di vaccinazione/ }).click()
  await arrived(page, 'Vaccinazioni: adesioni')
  await page.getByText('Vedi solo le campagne per età').waitFor()
  await lookOn(page, 'phone')('area level 1')
  await page.getByRole('button', { name: new RegExp(`^Aderisci per .*${title}$`) }).waitFor()
  await visit.close()
})

test('without network one tries again and nothing is lost; a refusal says what to do', async () => {
  const anna = await aCardholder(site.t)
  const visit = await site.visit()
  const { page } = visit
  await page.route('**/api/v1/vaccination/campaigns', (route) => route.abort())
  await visit.open('/vaccinazioni')
  await page.getByRole('alert').getByText('Non riusciamo a collegarci al servizio').waitFor()
  await page.unroute('**/api/v1/vaccination/campaigns')
  await page.getByRole('button', { name: 'Riprova' }).click()
  await page.getByRole('link', { name: `Aderisci con la tessera sanitaria ${title}` }).click()
  await through(page, anna, aMobile())
  await arrived(page, 'Confermi l’adesione?')
  await page.route('**/api/v1/vaccination/card-adhesions', (route) => route.abort())
  await page.getByRole('button', { name: 'Confermo l’adesione' }).click()
  await page.getByRole('alert').getByText('Non riusciamo a collegarci al servizio').waitFor()
  await accessible(page, 'no network')
  await page.unroute('**/api/v1/vaccination/card-adhesions')
  await page.getByRole('button', { name: 'Confermo l’adesione' }).click()
  await arrived(page, 'Adesione registrata')
  site.t.setNow(new Date(site.t.platform.now().getTime() + 21 * 60_000))
  await page.getByRole('button', { name: 'Ritira l’adesione' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Ritira l’adesione' }).click()
  await arrived(page, 'Il tempo è finito')
  await visit.close()
})

test('a mistyped digit of the card is asked about before a message is sent; a card that is unusual goes on', async () => {
  const anna = await aCardholder(site.t)
  const mobile = aMobile()
  const visit = await site.visit()
  const { page } = visit
  await visit.open(`/adesioni/${campaign}`)
  const odd = anna.card.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))
  await page.locator('#fiscalCode').fill(anna.code)
  await page.locator('#card').fill(odd)
  await page.locator('#mobile').fill(mobile)
  const send = page.getByRole('button', { name: 'Manda il codice', exact: true })
  await send.click()
  await page.getByText('Controlla il numero della tessera').waitFor()
  await lookOn(page, 'phone')('card mistyped')
  assert.deepEqual(await textsTo(site.t, mobile), [], 'nothing was sent yet')
  await page.locator('#card').fill(anna.card)
  assert.equal(await page.getByText('Controlla il numero della tessera').count(), 0)
  await page.locator('#card').fill(odd)
  await send.click()
  await page.locator('#code').waitFor()
  await visit.close()
})
