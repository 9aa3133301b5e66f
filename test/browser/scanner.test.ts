// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import bwip from 'bwip-js'
import { accessible, openSite, phone, settled, type Site } from './site.ts'
import { aBookableService, aPatient } from './stories.ts'

const folder = mkdtempSync(join(tmpdir(), 'sinfonia-camera-'))
/** What the camera sees; Chromium opens it anew whenever a page asks for the camera. */
const film = join(folder, 'paper.y4m')

let site: Site
before(async () => {
  // The second one answers the question for the permission: a browser without a window cannot ask it.
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  site = await openSite({}, [...camera, `--use-file-for-fake-video-capture=${film}`])
  await aBookableService(site)
})
after(async () => {
  await site[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const width = 640
const height = 480

/** Widths of bars and spaces in turn, in modules (Code 39, as on the paper of a prescription). */
function barsOf(text: string): number[] {
  const [drawn] = bwip.raw('code39', text, {}) as { sbs: number[] }[]
  return drawn!.sbs
}

/** A black and white film (Y4M) of papers shown one after the other, each with one bar code. */
function filmOf(texts: readonly string[]): Buffer {
  const frames = texts.flatMap((text) => {
    const row = Buffer.alloc(width, 235)
    const module = 3
    let x = 30
    for (const [i, modules] of barsOf(text).entries()) {
      if (i % 2 === 0) row.fill(16, x, x + modules * module)
      x += modules * module
    }
    assert.ok(x < width - 30, 'the bar code fits into the picture, with its quiet zone')
    const blank = Buffer.alloc(width, 235)
    const light = Buffer.concat(Array.from({ length: height }, (_, y) => (y > 120 && y < 360 ? row : blank)))
    const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, 128)])
    return Array.from({ length: 10 }, () => frame)
  })
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...frames])
}

test('the camera reads the two bar codes of a prescription, one after the other', async () => {
  const { id, nre } = await aPatient(site)
  writeFileSync(film, filmOf([nre.slice(0, 5), nre.slice(5)]))
  const visit = await site.visit({ viewport: phone, personId: id })
  const { page } = visit
  await visit.open('/app/prenota')
  await page.getByRole('button', { name: 'Inquadra il codice a barre' }).click()
  await page.getByRole('dialog', { name: 'Inquadra il codice a barre' }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.equal(await page.getByLabel('Numero della ricetta (NRE)').inputValue(), nre)
  await page.getByRole('button', { name: 'Cerca la ricetta' }).click()
  await page.getByRole('heading', { level: 1, name: 'Scegli dove e quando' }).waitFor()
  await settled(page)
  await visit.close()
})

test('who does not allow the camera is told how to go on, and types', async () => {
  const { id } = await aPatient(site)
  const visit = await site.visit({ viewport: phone, personId: id })
  const { page } = visit
  await page.addInitScript(
    "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'))",
  )
  await visit.open('/app/prenota')
  await page.getByRole('button', { name: 'Inquadra il codice a barre' }).click()
  await page.getByText('Non possiamo usare la fotocamera.').waitFor()
  await accessible(page, 'camera denied')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByLabel('Numero della ricetta (NRE)').fill('1500A')
  await visit.close()
})
