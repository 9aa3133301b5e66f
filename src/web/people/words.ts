// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type PeopleWords } from './words/it.ts'

/** What the pages of the registry say, in the language chosen. They come with these pages only. */
export function usePeopleWords(): PeopleWords {
  return useLanguage().language === 'it' ? italian : english
}
