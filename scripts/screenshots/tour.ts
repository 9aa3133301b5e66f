// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { app, publicAddresses } from '../../src/web/app/addresses.ts'
import { settled } from '../../test/browser/site.ts'
import { camera, confirm, findPrescription, hold, prescribe, signIn, type Camera, type Place } from './camera.ts'

const folder = join(import.meta.dirname, '../../docs/img')
const phone = { width: 360, height: 740, scale: 2 }
const desk = { width: 1280, height: 800, scale: 1 }

/** Draws a picture again as WebP, a quarter of the size, with the browser's own encoder. */
async function webp(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage()
  const address = await page.evaluate<string>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png.toString('base64')}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d').drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.75)
  })()`)
  await page.close()
  return Buffer.from(address.split(',')[1] ?? '', 'base64')
}

/** The pictures of the README, in docs/img: what one sees on a screen, people and prescriptions all invented. */
export async function tour(browser: Browser, place: Place): Promise<void> {
  await mkdir(folder, { recursive: true })
  const picture = async ({ page, site }: Camera, name: string) => {
    if (page.url().startsWith(site)) await settled(page)
    await page.evaluate('document.activeElement?.blur()')
    const png = await page.screenshot()
    await writeFile(join(folder, `tour-${name}.webp`), await webp(browser, png))
  }

  const visitor = await camera(browser, place, { folder, language: 'en', ...desk })
  await visitor.page.goto(place.site + publicAddresses.home.en)
  await picture(visitor, 'home')
  await visitor.close()

  const william = await camera(browser, place, { folder, language: 'en', ...phone })
  const { page, words } = william
  await signIn(william, 'William')
  const nre = await prescribe(place, 'William', /MRI/)
  await page.goto(place.site + app.book)
  await page.getByLabel(words.book.step1.number).fill(nre)
  await picture(william, 'prescription')
  await findPrescription(william, nre)
  await hold(william, async () => {
    await page.evaluate('window.scrollTo(0, 430)')
    await picture(william, 'offers')
  })
  await picture(william, 'summary')
  await confirm(william)
  await picture(william, 'confirmed')
  await page.getByRole('link', { name: words.book.done.payNow }).click()
  await page.getByRole('button', { name: words.payment.pay }).click()
  await page.waitForURL(/\/pagopa\/c\//)
  await page.getByRole('button', { name: /^Paga / }).click()
  await page.getByText(words.outcome.paid).waitFor()
  await picture(william, 'paid')
  await page.goto(`${place.sandbox}/inbox`)
  await picture(william, 'inbox')
  await william.close()

  const giulia = await camera(browser, place, { folder, language: 'en', ...phone })
  await signIn(giulia, 'Giulia')
  await giulia.page.getByRole('button', { name: words.person.change }).click()
  await giulia.page.getByRole('dialog').getByRole('radio', { name: /Luca/ }).check()
  await picture(giulia, 'family')
  await giulia.page.keyboard.press('Escape')
  await findPrescription(giulia, await prescribe(place, 'Giulia', /No seat within the maximum/))
  await giulia.page.getByRole('button', { name: words.book.waiting.join }).scrollIntoViewIfNeeded()
  await picture(giulia, 'waiting-list')
  await giulia.close()

  const marco = await camera(browser, place, { folder, language: 'it', ...desk })
  await signIn(marco, 'Marco')
  await findPrescription(marco, await prescribe(place, 'Marco', /Ultrasound/))
  await marco.page.getByRole('radio').first().waitFor()
  await picture(marco, 'offerte')
  await marco.close()
}
