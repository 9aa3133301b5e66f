// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type PartnerWords } from './words/it.ts'

/** What the partners' pages say, in the language chosen. They come with these pages only: citizens do not wait for them. */
export function usePartnerWords(): PartnerWords {
  return useLanguage().language === 'it' ? italian : english
}
