// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { app } from '../app/addresses.ts'
import { SectionAnswer, SectionPage } from '../ui/section-page.tsx'
import { useDuplicatesWords } from './words.ts'

/** A page about duplicates with the way to the others. */
export function Frame(props: { title: string; lead: string; children: ReactNode }) {
  const words = useDuplicatesWords()
  const pages = [
    [app.duplicates, words.list.short],
    [app.merges, words.history.short],
  ] as const
  return <SectionPage {...props} nav={words.nav} pages={pages} />
}

export function Answered<Data>(props: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  return <SectionAnswer {...props} wrongRole={useDuplicatesWords().wrongRole} />
}
