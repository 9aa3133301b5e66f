// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Page } from 'playwright-core'

/** Step 1: types the number and finds the prescription. */
export async function find(page: Page, nre: string): Promise<void> {
  await page.getByLabel('Numero della ricetta (NRE)').fill(nre)
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  await page.getByRole('heading', { level: 1, name: 'Scegli dove e quando' }).waitFor()
  await page
    .getByRole('group', { name: /Posti liberi/ })
    .getByRole('radio')
    .first()
    .waitFor()
}

/** Step 2: takes one of the places. */
export async function take(page: Page, which = 0): Promise<void> {
  await page
    .getByRole('group', { name: /Posti liberi/ })
    .getByRole('radio')
    .nth(which)
    .check()
  await page.getByRole('button', { name: 'Tieni questo posto per 10 minuti' }).click()
  await page.getByRole('heading', { level: 1, name: 'Controlla e conferma' }).waitFor()
}

/** Step 3: confirms. Returns the code of the booking. */
export async function confirm(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Conferma la prenotazione' }).click()
  await page.getByRole('heading', { level: 1, name: 'Prenotazione confermata' }).waitFor()
  const told = await page
    .getByText(/Codice della prenotazione: /)
    .first()
    .textContent()
  return /[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]/.exec(told ?? '')?.[0] ?? ''
}
