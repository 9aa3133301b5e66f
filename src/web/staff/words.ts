// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type StaffWords } from './words/it.ts'

/** What the pages of professionals say, in the language chosen. They come with these pages only. */
export function useStaffWords(): StaffWords {
  return useLanguage().language === 'it' ? italian : english
}
