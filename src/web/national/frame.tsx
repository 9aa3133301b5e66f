// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { Button } from '../ui/button.tsx'
import { SectionAnswer, SectionPage } from '../ui/section-page.tsx'
import { useNationalWords } from './words.ts'

/** A page about national registries with the way to the others. */
export function Frame(props: { title: string; lead: string; children: ReactNode }) {
  const words = useNationalWords()
  const pages = [
    [app.national, words.list.short],
    [app.nationalMessages, words.messages.short],
  ] as const
  return <SectionPage {...props} nav={words.nav} pages={pages} />
}

export function Answered<Data>(props: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  return <SectionAnswer {...props} wrongRole={useNationalWords().wrongRole} />
}

/** A choice kept in the address, so that a list can be come back to; another choice begins at the first page. */
export function useFilter<Value extends string>(name: string, values: readonly Value[]) {
  const [search, setSearch] = useSearchParams()
  const chosen = values.find((one) => one === search.get(name))
  const choose = (value: Value | '') =>
    setSearch((before) => {
      before.delete('page')
      if (value) before.set(name, value)
      else before.delete(name)
      return before
    })
  return [chosen, choose] as const
}

export function usePageNumber() {
  const [search, setSearch] = useSearchParams()
  const page = Math.max(1, Number(search.get('page')) || 1)
  const turn = (to: number) => {
    setSearch((before) => {
      before.set('page', String(to))
      return before
    })
    window.scrollTo(0, 0)
  }
  return [page, turn] as const
}

/** The way to the page before and the one after. */
export function Pages(props: { page: number; more: boolean; turn: (to: number) => void }) {
  const words = useNationalWords()
  const { page, more, turn } = props
  if (page === 1 && !more) return null
  return (
    <div className="sf-pager">
      <p role="status">{words.page(page)}</p>
      {page > 1 && (
        <Button look="outline-primary" onClick={() => turn(page - 1)}>
          {words.previous}
        </Button>
      )}{' '}
      {more && (
        <Button look="outline-primary" onClick={() => turn(page + 1)}>
          {words.next}
        </Button>
      )}
    </div>
  )
}
