// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The languages every screen, message and document exists in. */
export const languages = ['it', 'en'] as const
export type Language = (typeof languages)[number]

/** A sentence in each language. */
export type Text = Readonly<Record<Language, string>>

/** The best language for an `Accept-Language` header; Italian when nothing fits. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='))
      return { tag: tag.slice(0, 2), quality: quality ? Number(quality.slice(2)) : 1 }
    })
    .filter((wish) => wish.quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  const found = wishes.map((wish) => languages.find((language) => language === wish.tag)).find(Boolean)
  return found ?? 'it'
}
