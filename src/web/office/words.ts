// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type OfficeWords } from './words/it.ts'

/** What the pages of district offices say, in the language chosen. They come with these pages only. */
export function useOfficeWords(): OfficeWords {
  return useLanguage().language === 'it' ? italian : english
}
