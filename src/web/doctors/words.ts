// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import { words as english } from './words/en.ts'
import { words as italian, type DoctorWords } from './words/it.ts'

/** What the pages about family doctors say, in the language chosen. The words come with these pages only. */
export function useDoctorWords(): DoctorWords {
  return useLanguage().language === 'it' ? italian : english
}
