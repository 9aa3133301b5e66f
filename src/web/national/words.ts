// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type NationalWords } from './words/it.ts'

/** What the pages about national registries say, in the language chosen. They come with these pages only. */
export function useNationalWords(): NationalWords {
  return useLanguage().language === 'it' ? italian : english
}
