// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aPerson } from '../region.ts'
import { accessible, desk, openSite, phone, settled, type Site } from './site.ts'

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site[Symbol.asyncDispose]())

/** Set to keep pictures of the screens in a folder. */
const pictures = process.env['EXEMPTIONS_PICTURES']

for (const [size, viewport] of Object.entries({ phone, desk })) {
  test(`an income exemption: five questions, declaration, certificate, renewal and end, on a ${size}`, async () => {
    const anna = await aPerson(site.t, { givenName: 'Anna', birthDate: '1985-05-05' })
    await aPerson(site.t, { givenName: 'Lia', birthDate: '2018-02-02', parent: anna.id })
    const visit = await site.visit({ viewport, personId: anna.id })
    const { page } = visit
    const look = async (where: string) => {
      await settled(page)
      if (pictures)
        await page.screenshot({ path: `${pictures}/${size}-${where.replaceAll(' ', '-')}.png`, fullPage: true })
      await accessible(page, `${where}, ${size}`)
    }

    await visit.open('/app/esenzioni')
    await page.getByText('Non risultano esenzioni in corso.').waitFor()
    await look('list empty')
    await page.getByRole('link', { name: 'Scopri quale ti spetta' }).click()
    await page.getByRole('heading', { level: 1, name: 'Quale esenzione ti spetta' }).waitFor()
    await page.getByRole('button', { name: 'Vedi il risultato' }).click()
    await page.getByText('Ci sono 3 cose da correggere').waitFor()
    await look('questions wrong')
    await page.getByLabel('Figli a carico').fill('1')
    await page.getByLabel(/Quanto ha guadagnato il nucleo/).fill('8.779,77')
    await page.getByLabel(/Disoccupato/).check()
    await page.getByLabel('No', { exact: true }).check()
    await page.getByRole('button', { name: 'Vedi il risultato' }).click()
    await page.getByRole('heading', { name: 'Con queste risposte spettano' }).waitFor()
    await page.getByRole('heading', { name: /^E02/ }).waitFor()
    await look('questions answered')

    await page.getByRole('link', { name: 'Dichiara adesso' }).click()
    await page.getByLabel(/^Lia .* \(figlio o figlia\)/).waitFor()
    await look('household')
    await page.getByRole('button', { name: 'Avanti' }).click()
    await page.getByLabel(/Reddito lordo del nucleo/).fill('8779,77')
    await page.getByLabel(/Disoccupato/).check()
    await look('income')
    await page.getByRole('button', { name: 'Avanti' }).click()
    await page.getByLabel(/^E02/).check()
    await page.getByLabel('Licenziamento').check()
    for (const group of ['Quando è finito?', 'Giorno della dichiarazione di disponibilità (DID)']) {
      const dates = page.getByRole('group', { name: group })
      await dates.getByLabel('Giorno').fill('10')
      await dates.getByLabel('Mese').fill('1')
      await dates.getByLabel('Anno').fill('2026')
    }
    await page.getByLabel('Centro per l’impiego').fill('Napoli')
    await look('which')
    await page.getByRole('button', { name: 'Avanti' }).click()
    await page.getByText('Controlla e firma').waitFor()
    await page.getByRole('button', { name: 'Firma e ricevi il certificato' }).click()
    await page.getByText('Per firmare conferma tutte e due le frasi').first().waitFor()
    await page.getByLabel(/^So che chi dichiara il falso/).check()
    await page.getByLabel(/^Mi impegno a comunicare/).check()
    await look('signature')
    await page.getByRole('button', { name: 'Firma e ricevi il certificato' }).click()
    await page.getByRole('heading', { level: 1, name: 'L’esenzione è registrata' }).waitFor()
    await look('done')

    const { rows } = await site.t.owner.query<{ verification_code: string; id: string }>(
      `select c.verification_code, c.exemption_id as id from exemptions.certificate c where c.patient_id = $1`,
      [anna.id],
    )
    await visit.open(`/verifica-esenzione#${rows[0]!.verification_code}`)
    await page.getByRole('button', { name: 'Verifica' }).click()
    await page.getByText('Il certificato è valido').waitFor()
    assert.doesNotMatch(await page.locator('main').innerText(), /Prova|Anna/)
    await look('verified')

    // As if it ended in five days: it can be renewed.
    await site.t.owner.query(
      `update registry.person_exemption set valid = daterange(lower(valid), current_date + 5) where id = $1`,
      [rows[0]!.id],
    )
    await visit.open('/app/esenzioni')
    await page.getByRole('link', { name: /^Rinnova/ }).click()
    await page.getByRole('button', { name: 'Confermo e rinnovo' }).waitFor()
    await look('renewal')
    await page.getByRole('button', { name: 'Confermo e rinnovo' }).click()
    await page.getByRole('heading', { level: 1, name: 'L’esenzione è registrata' }).waitFor()
    await page.getByRole('link', { name: 'Vai alle esenzioni' }).click()
    await page
      .getByRole('link', { name: /^Non ho più i requisiti/ })
      .last()
      .waitFor()
    await look('list')
    await page
      .getByRole('link', { name: /^Non ho più i requisiti/ })
      .last()
      .click()
    await page.getByRole('button', { name: 'Fai finire l’esenzione' }).waitFor()
    await look('end')
    await page.getByRole('button', { name: 'Fai finire l’esenzione' }).click()
    await page.getByRole('heading', { level: 1, name: 'L’esenzione è finita' }).waitFor()
    await visit.close()
  })
}
