// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync } from 'node:fs'
import bundled from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

const installed = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * Pages are drawn by the processor without a stand-in for a graphics card, and one process draws all pages of a context:
 * together a third of the processor time of a journey. The sandbox of Chromium is off because CI runs as root.
 */
const lean = ['--no-sandbox', '--disable-gpu', '--disable-site-isolation-trials', '--font-render-hinting=none']

/**
 * The installed Chromium, else the one that comes as a package (Linux x64), which the first call unpacks among the temporary
 * files. Two processes may not unpack it at once.
 */
export async function browserProgram(): Promise<string> {
  return installed.find((path) => path && existsSync(path)) ?? (await bundled.executablePath())
}

/** A headless Chromium, with more arguments if wanted. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await browserProgram(), args: [...lean, ...more] })
}
