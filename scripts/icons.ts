// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes src/web/ui/icons.svg: only the icons of Bootstrap Italia that the pages use (src/web/ui/icon-names.ts).
import { readFile, writeFile } from 'node:fs/promises'
import { iconNames } from '../src/web/ui/icon-names.ts'

/** Bootstrap Italia has no house. */
const ours: Partial<Record<string, string>> = {
  home: '<path d="M12 3.200 2 11.500l.65.75L4 11.100V21h6v-6h4v6h6v-9.900l1.350 1.150.65-.75zM19 20h-4v-6H9v6H5v-9.700l7-5.800 7 5.800z"/>',
}

const source = new URL('../node_modules/bootstrap-italia/src/svg/', import.meta.url)

/** The sprite as text: one symbol for each icon, in alphabetical order. */
export async function sprite(): Promise<string> {
  const symbols = await Promise.all(
    iconNames.toSorted().map(async (name) => {
      const own = ours[name]
      if (own) return `<symbol id="${name}" viewBox="0 0 24 24">${own}</symbol>`
      const svg = await readFile(new URL(`it-${name}.svg`, source), 'utf8')
      const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1]?.replace(/\s+/g, ' ').trim()
      if (!inside) throw new Error(`it-${name}.svg is not a drawing`)
      return `<symbol id="${name}" viewBox="0 0 24 24">${inside}</symbol>`
    }),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`
}

if (import.meta.main) await writeFile(new URL('../src/web/ui/icons.svg', import.meta.url), await sprite())
