// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accessible, openSite, phone } from './site.ts'

const site = await openSite()
after(() => site[Symbol.asyncDispose]())

const address = '/componenti'
const focused = (page: Page) =>
  page.evaluate<string>(`(document.activeElement?.textContent || document.activeElement?.id || '').trim()`)

test('walking with Tab, the focus is always visible, in the screen, uncovered, in order and never trapped', async () => {
  const visit = await site.visit({ viewport: phone })
  await visit.open(address)
  const seen = await walk(visit.page)
  assert.ok(seen > 40, `${seen} stops`)
  await visit.close()
})

/** Tabs from the top to the end of the page; returns the number of stops. */
async function walk(page: Page): Promise<number> {
  let before = -1
  for (let stops = 0; stops < 200; stops++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate<{
      order: number
      name: string
      outline: number
      inside: boolean
      covered: boolean
    }>(`(() => {
      const all = [...document.querySelectorAll('*')]
      const element = document.activeElement
      const box = element.getBoundingClientRect()
      const shown = element.matches('input[type=radio][name=score]') ? element.parentElement : element
      const style = getComputedStyle(shown)
      const shows = (x, y) => {
        const top = x > 0 && y > 0 && x < innerWidth && y < innerHeight ? document.elementFromPoint(x, y) : null
        return top !== null && (element.contains(top) || (top.contains(element) && top.matches('label, li')))
      }
      const points = [0.1, 0.5, 0.9].map((part) => [box.left + Math.min(box.width / 2, 40), box.top + box.height * part])
      return {
        order: element === document.body ? -1 : all.indexOf(element),
        name: (element.textContent || element.id || element.outerHTML).slice(0, 60),
        outline: parseFloat(style.outlineWidth) * (style.outlineStyle === 'none' ? 0 : 1),
        inside: box.bottom > 0 && box.top < innerHeight,
        covered: !points.some(([x, y]) => shows(x, y)),
      }
    })()`)
    if (at.order === -1) return stops
    assert.ok(at.order > before, `"${at.name}" comes in the order of the page`)
    assert.ok(at.outline >= 2, `"${at.name}" shows that it has the focus`)
    assert.ok(at.inside, `"${at.name}" is in the screen`)
    assert.ok(!at.covered, `"${at.name}" is not under something else`)
    before = at.order
  }
  throw new Error('the focus never left the page')
}

test('the dialog takes the focus, keeps it, closes with Escape and gives it back', async () => {
  const visit = await site.visit()
  const { page } = visit
  await visit.open(address)
  const opener = page.getByRole('button', { name: 'Apri la finestra' })
  await opener.press('Enter')
  await page.getByRole('dialog', { name: 'Vuoi davvero disdire?' }).waitFor()
  assert.equal(await page.evaluate(`document.activeElement.closest('dialog') !== null`), true)
  await accessible(page, 'open dialog')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.equal(await focused(page), 'Apri la finestra')
  await visit.close()
})

test('the combobox is typed, walked with arrows, taken with Enter and left with Escape', async () => {
  const visit = await site.visit()
  const { page } = visit
  await visit.open(address)
  const box = page.getByRole('combobox', { name: 'Comune' })
  const list = page.getByRole('listbox', { name: 'Comune' })
  await box.focus()
  await page.keyboard.type('na')
  await list.getByRole('option', { name: 'Napoli' }).waitFor()
  await accessible(page, 'open combobox')
  await page.keyboard.press('Escape')
  assert.equal(await list.isVisible(), false)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  assert.equal(await box.inputValue(), 'Benevento')
  await visit.close()
})

test('times are one radio group: arrows move through all days', async () => {
  const visit = await site.visit()
  const { page } = visit
  await visit.open(address)
  const times = page.getByRole('group', { name: 'Posti liberi' }).getByRole('radio')
  await times.first().focus()
  await page.keyboard.press('Space')
  for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowDown')
  assert.equal(await times.nth(2).isChecked(), true)
  assert.match(String(await times.nth(2).evaluate((input) => input.labels?.[0]?.textContent)), /giovedì 5 marzo 2026/i)
  await visit.close()
})

test('a button that waits keeps the focus and is pressed once', async () => {
  const visit = await site.visit()
  const button = visit.page.getByRole('button', { name: 'Invio in corso…' })
  await visit.open(address)
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  assert.equal(await button.isVisible(), true)
  await button.focus()
  assert.equal(await focused(visit.page), 'Invio in corso…')
  await visit.close()
})

test('text fields have a border one can see', async () => {
  const visit = await site.visit()
  await visit.open(address)
  const widths = await visit.page
    .locator('input[type=text], input[type=email], textarea, select')
    .evaluateAll((all) =>
      all.map((one) => parseFloat(one.ownerDocument.defaultView.getComputedStyle(one).borderTopWidth)),
    )
  assert.ok(widths.length > 5)
  assert.deepEqual(
    widths.filter((width) => width < 1),
    [],
  )
  await visit.close()
})

test('colours forced by the system and less motion are respected', async () => {
  const visit = await site.visit({ forcedColors: 'active', reducedMotion: 'reduce', colorScheme: 'dark' })
  await visit.open(address)
  // axe cannot compute contrast where the system chooses the colours.
  await accessible(visit.page, 'forced colours', ['color-contrast'])
  const animated = await visit.page.evaluate(`document.getAnimations().length`)
  assert.equal(animated, 0)
  await visit.close()
})
