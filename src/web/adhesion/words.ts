// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type AdhesionWords } from './words/it.ts'

/** What the page of adhesions says, in the language chosen. The words come with this page only. */
export function useAdhesionWords(): AdhesionWords {
  return useLanguage().language === 'it' ? italian : english
}
