// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type ExemptionOfficeWords } from './words/it.ts'

/** What the pages of district offices about exemptions say, in the language chosen. They come with these pages only. */
export function useExemptionOfficeWords(): ExemptionOfficeWords {
  return useLanguage().language === 'it' ? italian : english
}
