// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { onTheSac, sacFault } from '../prescriptions.ts'
import { holder } from '../spid.ts'
import { accessible, desk, fits, openSite, phone, settled, type Site } from './site.ts'
import { confirm, find, take } from './steps.ts'
import { aBookableService, aCreditor, aPatient } from './stories.ts'

let site: Site
before(async () => {
  site = await openSite()
  await aCreditor(site)
})
after(() => site[Symbol.asyncDispose]())

test('from the service card one signs in with SPID and lands inside the booking', async () => {
  const { id: _, ...patient } = await aPatient(site, {
    person: { ...holder, code: { type: 'CF', value: holder.fiscalCode } },
  })
  const visit = await site.visit({ viewport: phone })
  const { page } = visit
  await visit.open('/servizi/prenotare-visita-esame')
  await page.getByRole('link', { name: 'Prenota adesso' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Accedi' }).waitFor()
  await accessible(page, 'sign-in page')
  await page
    .getByRole('button', { name: /^Entra con / })
    .first()
    .click()
  await page.getByRole('button', { name: 'Entra come Giovanna Esposito' }).click()
  await page.getByRole('button', { name: 'Acconsento / I agree' }).click()
  await page.getByRole('heading', { level: 1, name: 'Per chi prenoti e con quale ricetta?' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/app/prenota')
  await page.getByText('Stai operando per: Giovanna Esposito').waitFor()
  await find(page, patient.nre)
  await page.getByRole('button', { name: /Il tuo account/ }).click()
  await accessible(page, 'account menu')
  await page.getByRole('button', { name: 'Esci' }).click()
  await page.getByRole('heading', { level: 1, name: 'Prenota visite ed esami, da qui' }).waitFor()
  await page.goto('/app')
  await page.getByRole('heading', { level: 1, name: 'Accedi' }).waitFor()
  await visit.close()
})

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`book, see, pay, move and cancel, on a ${size}`, async () => {
    const { id, nre } = await aPatient(site)
    const visit = await site.visit({ viewport, personId: id })
    const { page } = visit
    /** Pages that look the same on both screens are checked on one, the rest on both: each check takes a second. */
    const onPhone = (where: string) => (viewport === phone ? accessible(page, where) : fits(page, where))

    await visit.open('/app')
    await accessible(page, `area home, empty, ${size}`)
    await page.getByRole('main').getByRole('link', { name: 'Prenota una visita o un esame' }).click()
    await settled(page)
    await accessible(page, `step 1, ${size}`)
    await page.getByText('Non hai ancora prenotato').waitFor()
    await find(page, `${nre.slice(0, 5)} ${nre.slice(5).toLowerCase()}`)
    await settled(page)
    await accessible(page, `step 2, ${size}`)
    await page.getByText('Filtra e ordina').click()
    await page.getByRole('radio', { name: /Distanza/ }).check()
    await page.getByRole('checkbox', { name: 'Mostra solo i posti nella mia area' }).check()
    await page.getByText('Filtra e ordina (1 attivo)').waitFor()
    await onPhone(`filters, ${size}`)

    await take(page)
    await settled(page)
    await page.getByText('Tempo rimasto').waitFor()
    await onPhone(`step 3, ${size}`)
    assert.equal((await onTheSac(site.t, nre)).state, 3, 'a hold does not lock the prescription')
    const code = await confirm(page)
    assert.equal((await onTheSac(site.t, nre)).state, 5)
    await settled(page)
    await onPhone(`confirmation, ${size}`)
    for (const file of ['Scarica il promemoria (PDF)', 'Aggiungi al calendario']) {
      const href = await page.getByRole('link', { name: file }).getAttribute('href')
      const answer = await visit.context.request.get(href ?? '')
      assert.equal(answer.status(), 200, file)
    }

    await page.getByRole('link', { name: 'Paga adesso' }).click()
    await page.getByRole('heading', { level: 1, name: 'Pagamento' }).waitFor()
    await page.getByRole('button', { name: 'Paga adesso con pagoPA' }).waitFor()
    await settled(page)
    await onPhone(`payment, ${size}`)
    const payment = new URL(page.url()).pathname
    await visit.open('/app/pagamenti')
    await page.getByRole('checkbox').first().uncheck()
    await page.getByRole('button', { name: 'Paga con pagoPA' }).click()
    await page.getByRole('link', { name: 'Scegli almeno un pagamento' }).waitFor()
    assert.equal(await page.locator('.sf-summary:focus').count(), 1)
    await page.getByRole('checkbox').first().focus()
    await page.keyboard.press('Space')
    assert.equal(await page.locator('input[type=checkbox]:focus').count(), 1, 'the focus stays on the box')
    await visit.open(payment)
    await page.getByRole('button', { name: 'Paga adesso con pagoPA' }).click()
    await page.getByRole('button', { name: /^Paga / }).click()
    await page.getByText('Pagamento riuscito').waitFor()
    await onPhone(`payment made, ${size}`)
    await page.getByRole('link', { name: 'Torna ai pagamenti' }).click()
    await page.getByRole('heading', { level: 2, name: 'Storico' }).waitFor()
    await settled(page)
    await onPhone(`payments, ${size}`)

    await visit.open('/app/appuntamenti')
    await page.getByText(code).first().waitFor()
    await onPhone(`appointments, ${size}`)
    await page.getByRole('link', { name: new RegExp(`Vedi, sposta o disdici.*${code}`) }).click()
    await page.getByRole('heading', { level: 1, name: 'Appuntamento' }).waitFor()
    await settled(page)
    await onPhone(`appointment, ${size}`)

    await page.getByRole('link', { name: 'Sposta' }).click()
    await page.getByRole('group', { name: 'Scegli il nuovo posto' }).getByRole('radio').nth(1).check()
    await onPhone(`move, ${size}`)
    await page.getByRole('button', { name: 'Avanti' }).click()
    await page.getByRole('heading', { level: 1, name: 'Controlla il nuovo appuntamento' }).waitFor()
    await onPhone(`move summary, ${size}`)
    await page.getByRole('button', { name: 'Sposta l’appuntamento' }).click()
    await page.getByText('Spostato 1 volta.').waitFor()

    await page.getByRole('link', { name: 'Disdici' }).click()
    await page.getByRole('heading', { level: 1, name: 'Disdici l’appuntamento' }).waitFor()
    await page.getByText(/Ti rimborsiamo\s32,00/).waitFor()
    await onPhone(`cancel, ${size}`)
    await page.getByRole('button', { name: 'Disdici l’appuntamento' }).click()
    await page.getByText('Appuntamento disdetto').waitFor()
    await onPhone(`cancelled, ${size}`)
    await page.waitForFunction(
      `fetch('/api/v1/payments').then((a) => a.json()).then((p) => p.items[0].refund !== null)`,
    )
    for (let tries = 0; (await onTheSac(site.t, nre)).state !== 3 && tries < 50; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal((await onTheSac(site.t, nre)).state, 3, 'the prescription is free again')
    await visit.close()
  })
}

test('booking takes three screens and the confirmation', async () => {
  const { id, nre } = await aPatient(site)
  const visit = await site.visit({ personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  const titles = [await page.locator('h1').textContent()]
  await find(page, nre)
  titles.push(await page.locator('h1').textContent())
  await take(page)
  titles.push(await page.locator('h1').textContent())
  await confirm(page)
  titles.push(await page.locator('h1').textContent())
  assert.equal(new Set(titles).size, 4)
  await visit.close()
})

test('the whole booking is done with the keyboard alone', async () => {
  const { id, nre } = await aPatient(site)
  const visit = await site.visit({ viewport: desk, personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  await tabTo(page, 'nre')
  await page.keyboard.type(nre)
  await page.keyboard.press('Enter')
  await page.getByRole('group', { name: 'Posti liberi' }).getByRole('radio').first().waitFor()
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1', 'the new page is announced')
  await tabTo(page, 'offer')
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, 'Tieni questo posto per 10 minuti')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Controlla e conferma' }).waitFor()
  await tabTo(page, 'Conferma la prenotazione')
  await page.keyboard.press('Space')
  await page.getByRole('heading', { level: 1, name: 'Prenotazione confermata' }).waitFor()
  await visit.close()
})

/** Presses Tab until the element with an id, a name or a text has the focus. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const [id, name, text] = await page.evaluate<string[]>(
      `(({ id, name, textContent }) => [id, name ?? '', (textContent ?? '').trim()])(document.activeElement)`,
    )
    if (id === wanted || name === wanted || text === wanted) return
  }
  throw new Error(`Tab never reached ${wanted}`)
}

test('a mother books for her child, and the page says for whom all the time', async () => {
  const mother = await aPatient(site)
  const child = await aPatient(site, {
    person: { givenName: 'Marta', birthDate: '2019-05-05', parent: mother.id },
  })
  const visit = await site.visit({ personId: mother.id })
  const { page } = visit
  await visit.open('/app')
  await page.getByRole('button', { name: 'Cambia persona' }).click()
  await accessible(page, 'person dialog')
  await page.getByRole('dialog').getByRole('radio', { name: /Marta/ }).check()
  await page.getByRole('button', { name: 'Conferma la persona' }).click()
  await page.getByText(/Stai operando per: Marta .*, \d anni/).waitFor()
  await accessible(page, 'acting for a child')
  await page.getByRole('main').getByRole('link', { name: 'Prenota una visita o un esame' }).click()
  await find(page, child.nre)
  await page.getByText(/Per Marta /).waitFor()
  await take(page)
  await confirm(page)
  await page.getByText(/Stai operando per: Marta /).waitFor()
  await visit.open('/app/appuntamenti')
  await page.getByText(/Per Marta /).waitFor()
  await visit.close()
})

test('several services of one prescription are booked together', async () => {
  const services = [await aBookableService(site), await aBookableService(site)]
  const { id, nre } = await aPatient(site, { services })
  const visit = await site.visit({ personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  await find(page, nre)
  await settled(page)
  await accessible(page, 'offers for two services')
  await take(page)
  assert.equal(await page.getByRole('heading', { level: 2, name: /Prima visita/i }).count(), 2)
  await confirm(page)
  await visit.close()
})

test('nothing within the maximum: the protected waiting list, or a choice made knowingly', async () => {
  const { id, nre } = await aPatient(site, { priority: 'B', services: [await aBookableService(site, { days: 40 })] })
  const visit = await site.visit({ personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  await find(page, nre)
  await page.getByText('Non c’è posto entro il tempo massimo nella tua area').waitFor()
  await page.getByText('Oltre il tempo massimo').first().waitFor()
  await accessible(page, 'nothing within the maximum')
  await page.getByRole('group', { name: 'Posti liberi' }).getByRole('radio').first().check()
  await page.getByRole('button', { name: 'Tieni questo posto per 10 minuti' }).click()
  await page.getByText('Per tenere un posto oltre il tempo massimo devi spuntare la casella').waitFor()
  await accessible(page, 'beyond the maximum, not accepted')

  await page.getByRole('button', { name: 'Entra nella lista d’attesa protetta' }).click()
  await page.getByText('Sei nella lista d’attesa protetta').waitFor()
  await page.getByText(/Numero .*Data limite: .*Risponde: /).waitFor()
  await accessible(page, 'joined the waiting list')
  await page.getByRole('link', { name: 'Vedi le tue liste d’attesa' }).click()
  await page.getByText('Presa in carico', { exact: true }).first().waitFor()
  await settled(page)
  await accessible(page, 'waiting lists')
  await page.getByRole('button', { name: 'Esci dalla lista d’attesa' }).click()
  await accessible(page, 'leaving the waiting list')
  await page.getByRole('dialog').getByRole('button', { name: 'Esci dalla lista d’attesa' }).click()
  await page.getByText('Ritirata da te').waitFor()
  await visit.close()
})

test('of two people after the last place, the loser keeps her choices and is told at once', async () => {
  const service = await aBookableService(site, { slots: 1 })
  const [first, second] = [await aPatient(site, { services: [service] }), await aPatient(site, { services: [service] })]
  const visits = [await site.visit({ personId: first.id }), await site.visit({ personId: second.id })] as const
  for (const [visit, patient] of [
    [visits[0], first],
    [visits[1], second],
  ] as const) {
    await visit.open('/app/prenota')
    await find(visit.page, patient.nre)
    await visit.page.getByRole('group', { name: 'Posti liberi' }).getByRole('radio').first().check()
  }
  await Promise.all(
    visits.map(({ page }) => page.getByRole('button', { name: 'Tieni questo posto per 10 minuti' }).click()),
  )
  const outcomes = await Promise.all(
    visits.map(async ({ page }) => {
      const won = page.getByRole('heading', { level: 1, name: 'Controlla e conferma' })
      const lost = page.getByText('Il posto scelto è stato appena preso.')
      await won.or(lost).first().waitFor()
      return (await won.count()) > 0 ? 'won' : 'lost'
    }),
  )
  assert.deepEqual(outcomes.toSorted(), ['lost', 'won'])
  const loser = visits[outcomes.indexOf('lost')]!.page
  assert.equal(new URL(loser.url()).pathname.startsWith('/app/prenota/'), true)
  await loser.getByText('Le tue scelte sono ancora qui').waitFor()
  await settled(loser)
  await accessible(loser, 'the place is gone')
  for (const visit of visits) await visit.close()
})

test('while the national system is silent the page says that the place is kept, and the place can be given up', async () => {
  const { id, nre } = await aPatient(site, { services: [await aBookableService(site)] })
  const visit = await site.visit({ personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  await find(page, nre)
  await take(page)
  sacFault(site.t, { operation: 'visualizzaErogato:1', kind: 'down', times: 1 })
  await page.getByRole('button', { name: 'Conferma la prenotazione' }).click()
  await page.getByText('Il posto è tuo: la conferma arriva da sola').waitFor()
  await page.getByText(/Teniamo il posto per te fino a /).waitFor()
  await settled(page)
  await accessible(page, 'the national system is silent')
  await page.getByRole('button', { name: 'Rinuncia al posto' }).click()
  await page.getByRole('heading', { level: 1, name: 'Scegli dove e quando' }).waitFor()
  assert.equal((await onTheSac(site.t, nre)).state, 3)
  await visit.close()
})

test('a session that ends keeps what was typed, and goes on after signing in in another window', async () => {
  const { id, nre } = await aPatient(site)
  const visit = await site.visit({ personId: id })
  const { page, context } = visit
  await visit.open('/app/prenota')
  await page.getByLabel('Numero della ricetta (NRE)').fill(nre)
  const cookies = await context.cookies()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  const again = page.getByRole('link', { name: /Accedi di nuovo/ })
  await again.waitFor()
  await accessible(page, 'session over')
  assert.equal(await page.getByLabel('Numero della ricetta (NRE)').inputValue(), nre)
  assert.equal(await again.getAttribute('target'), '_blank')

  await context.addCookies(cookies)
  const refreshed = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/session'))
  await page.evaluate("dispatchEvent(new Event('focus'))")
  await refreshed
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  await page.getByRole('heading', { level: 1, name: 'Scegli dove e quando' }).waitFor()
  await visit.close()
})
