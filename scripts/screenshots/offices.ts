// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { app } from '../../src/web/app/addresses.ts'
import { words as english } from '../../src/web/office/words/en.ts'
import { words as italian } from '../../src/web/office/words/it.ts'
import { words as staffInEnglish } from '../../src/web/staff/words/en.ts'
import { words as staffInItalian } from '../../src/web/staff/words/it.ts'
import { settled } from '../../test/browser/site.ts'
import { signIn, type Camera } from './camera.ts'

/** Signs in with a citizen's identity and enters in the only role that she has. */
async function enter(camera: Camera, givenName: string): Promise<void> {
  const { page, words, language } = camera
  const staff = language === 'it' ? staffInItalian : staffInEnglish
  await signIn(camera, givenName)
  const role = words.roles['district-officer'].toLowerCase()
  const button = page.getByRole('button', { name: staff.choose.enterAs(role, '').trim() })
  await button.waitFor()
  await camera.shot('office-choose-role')
  await button.click()
  await page.getByRole('heading', { level: 1, name: staff.home.title(role) }).waitFor()
}

/** The pages of an officer of a health district, with what waits for her. */
export async function officePages(camera: Camera): Promise<void> {
  const { page, language, shot } = camera
  const text = language === 'it' ? italian : english
  await enter(camera, 'Silvana')
  await camera.open(app.staff, 'office-home')
  await camera.open(app.officeRequests, 'office-requests')
  await page.getByRole('button', { name: text.requests.steps.refuse }).first().click()
  await shot('office-request-refuse')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: text.requests.enter }).click()
  await shot('office-request-on-paper')
  await camera.open(app.officeDoctors, 'office-doctors')
  await camera.open(app.officeLetters, 'office-letters')
  await camera.open(app.officeCampaigns, 'office-campaigns')
  await camera.open(app.duplicates, 'office-duplicates')
  await first(camera, app.duplicates, 'office-duplicate')
  await camera.open(app.merges, 'office-merges')
  for (const [address, name] of [
    [app.exemptionOffice, 'search'],
    [app.exemptionChecks, 'checks'],
    [app.exemptionLists, 'lists'],
    [app.diseaseExemptions, 'diseases'],
    [app.prorogations, 'prorogations'],
  ] as const)
    await camera.open(address, `exemption-office-${name}`)
  await first(camera, app.exemptionChecks, 'exemption-office-check')
}

/** Opens the first thing of a list. */
async function first({ page, site, shot }: Camera, list: string, name: string): Promise<void> {
  await page.goto(site + list)
  await settled(page)
  await page.getByRole('table').getByRole('link').first().click()
  await page.waitForURL((url) => url.pathname.startsWith(`${list}/`))
  await shot(name)
}
