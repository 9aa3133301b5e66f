// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { app } from '../app/addresses.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { SectionFailure, SectionPage } from '../ui/section-page.tsx'
import { usePeopleWords } from './words.ts'

/** A page of the registry with the way to the others. */
export function Frame(props: { title: string; lead: string; children: ReactNode }) {
  const words = usePeopleWords()
  const pages = [
    [app.people, words.search.short],
    [app.newPerson, words.register.short],
  ] as const
  return <SectionPage {...props} nav={words.nav} pages={pages} />
}

export function Failure(props: { error: unknown; onRetry?: () => void }) {
  return <SectionFailure {...props} wrongRole={usePeopleWords().wrongRole} />
}

/** Says the days in which something is or was so. */
export function usePeriod(): (one: { from: string; until: string | null }) => string {
  const { language } = useLanguage()
  const words = usePeopleWords()
  return ({ from, until }) =>
    until === null
      ? words.since(shortDay(language, from))
      : words.between(shortDay(language, from), shortDay(language, until))
}
