// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** What a browser says about itself, as people would call it. */
export interface Device {
  /** e.g. `Firefox`; null when it is none that we know. */
  browser: string | null
  /** e.g. `Android`. */
  system: string | null
}

/** Order matters: most browsers also claim to be others. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const first = (known: readonly [RegExp, string][], text: string) => known.find(([is]) => is.test(text))?.[1] ?? null

/** Reads a `User-Agent`: enough for a person to recognise a device of hers, and no more. */
export function deviceOf(userAgent: string | null): Device {
  return { browser: first(browsers, userAgent ?? ''), system: first(systems, userAgent ?? '') }
}
