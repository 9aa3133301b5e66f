// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFile, stat } from 'node:fs/promises'
import { romeDay } from '../../platform/time.ts'
import type { SacSettings } from './settings.ts'

/** The second factor to send at an instant: MEF decree of 27 February 2025, header Authorization2F. */
export type SecondFactor = (now: Date) => Promise<string>

/**
 * Opens the second factor: a fixed text, or a file whose content may change while the server runs, since a new ID-SESSIONE
 * revokes the one before. `{month}` becomes the current month, as the wildcard of the test environment wants.
 */
export function openSecondFactor({ secondFactor }: Pick<SacSettings, 'secondFactor'>): SecondFactor {
  let seen: { modified: number; text: string } | undefined

  async function fromFile(file: string): Promise<string> {
    const { mtimeMs } = await stat(file)
    if (seen?.modified !== mtimeMs) seen = { modified: mtimeMs, text: (await readFile(file, 'utf8')).trim() }
    return seen.text
  }

  return async (now) => {
    const text = 'file' in secondFactor ? await fromFile(secondFactor.file) : secondFactor.text
    return text.includes('{month}') ? text.replace('{month}', romeDay(now).slice(0, 7)) : text
  }
}
