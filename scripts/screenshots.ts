// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// `npm run screenshots` saves a picture of every page, at 360 and 1280 pixels, in Italian and English, in screenshots/;
// `npm run screenshots -- offices` only those of district offices; `npm run screenshots -- tour` makes the pictures of the
// README again. All bring up a demo region of their own;
// with SITE_URL, SANDBOX_URL and DATA_DIR they use one that runs.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import type { Demo } from '../src/shared/demo.ts'
import { openBrowser } from '../test/browser/chromium.ts'
import { runRegion } from './run.ts'
import { citizenPages, publicPages, sandboxPages } from './screenshots/album.ts'
import { officePages } from './screenshots/offices.ts'
import { camera, type Place } from './screenshots/camera.ts'
import { tour } from './screenshots/tour.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const views = [
  { language: 'it', width: 360, height: 740 },
  { language: 'en', width: 1280, height: 800 },
  { language: 'it', width: 1280, height: 800 },
  { language: 'en', width: 360, height: 740 },
] as const

const albums = process.argv[2] === 'offices' ? [officePages] : [publicPages, citizenPages, officePages, sandboxPages]

async function everyPage(browser: Browser, place: Place): Promise<void> {
  const folder = 'screenshots'
  for (const view of views) {
    for (const pages of albums) {
      const one = await camera(browser, place, { ...view, folder })
      await pages(one)
      await one.close()
    }
    say(`${view.language}, ${view.width} pixels: done, in ${folder}/`)
  }
}

/** A region that runs already, or one made for the pictures, which ends with them. */
async function findPlace(): Promise<Place & { leave(): Promise<void> }> {
  const { SITE_URL: site, SANDBOX_URL: sandbox = 'http://localhost:3001', DATA_DIR: folder = '.data' } = process.env
  if (site) {
    const demo = JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')) as Demo
    return { site, sandbox, demo, leave: async () => undefined }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'sinfonia-screenshots-'))
  const ports = { PORT: '3100', SANDBOX_PORT: '3101', SANDBOX_SMTP_PORT: '3125' }
  const buildWeb = async () => {
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'build-web.ts')])
  }
  const region = await runRegion({ env: { ...process.env, ...ports, DATA_DIR: dataDir }, say, buildWeb })
  const { publicUrl, sandboxUrl } = region.config
  return {
    site: publicUrl,
    sandbox: sandboxUrl,
    demo: region.demo,
    async leave() {
      await region.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

const place = await findPlace()
const browser = await openBrowser()
try {
  await (process.argv[2] === 'tour' ? tour(browser, place) : everyPage(browser, place))
} finally {
  await browser.close()
  await place.leave()
}
