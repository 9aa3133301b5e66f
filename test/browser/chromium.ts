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

/** A headless Chromium: the installed one, else the one that comes as a package (Linux x64), with more arguments if wanted. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const found = installed.find((path) => path && existsSync(path))
  if (found) return chromium.launch({ executablePath: found, args: ['--no-sandbox', ...more] })
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: [
      ...bundled.args.filter((arg) => !['--single-process', '--headless'].some((one) => arg.startsWith(one))),
      ...more,
    ],
  })
}
