// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DuplicateState, RecordInShort } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge } from '../ui/card.tsx'
import { Select } from '../ui/field.tsx'
import { Table } from '../ui/table.tsx'
import { Answered, Frame } from './frame.tsx'
import { useDuplicatesWords } from './words.ts'

const states = ['open', 'later', 'same', 'different'] as const
const tones = { 'almost-sure': 'danger', likely: 'warning', possible: 'info' } as const

export const nameOf = ({ familyName, givenName }: RecordInShort): string => `${familyName} ${givenName}`

/** The pairs of records to decide, put off or decided. */
export function ListPage() {
  const words = useDuplicatesWords()
  const text = words.list
  const { language } = useLanguage()
  const [search, setSearch] = useSearchParams()
  const state: DuplicateState = states.find((one) => one === search.get('state')) ?? 'open'
  const query = useQuery({
    queryKey: ['duplicates', state],
    queryFn: () => ask(api.GET('/api/v1/office/duplicates', { params: { query: { state } } })),
  })
  const record = (one: RecordInShort) => text.born(nameOf(one), shortDay(language, one.birthDate))
  return (
    <Frame title={text.title} lead={text.lead}>
      <Answered query={query}>
        {(page) => (
          <>
            <div className="sf-narrow">
              <Select
                label={text.state}
                value={state}
                onChange={(chosen) => setSearch({ state: chosen })}
                choices={[
                  { value: 'open', label: text.states.open(page.open) },
                  { value: 'later', label: text.states.later(page.later) },
                  { value: 'same', label: text.states.same },
                  { value: 'different', label: text.states.different },
                ]}
              />
            </div>
            {page.items.length === 0 && <p role="status">{text.none[state]}</p>}
            {page.items.length > 0 && (
              <Table
                caption={text.title}
                rows={page.items}
                id={(row) => row.id}
                columns={[
                  { title: text.columns.first, cell: (row) => record(row.first) },
                  { title: text.columns.second, cell: (row) => record(row.second) },
                  {
                    title: text.columns.likelihood,
                    cell: (row) => <Badge tone={tones[row.likelihood]}>{words.likelihood[row.likelihood]}</Badge>,
                  },
                  {
                    title: text.columns.open,
                    cell: (row) => (
                      <Link to={app.duplicate(row.id)}>
                        {text.compare}
                        <span className="visually-hidden">
                          {' '}
                          {text.compareWhom(nameOf(row.first), nameOf(row.second))}
                        </span>
                      </Link>
                    ),
                  },
                ]}
              />
            )}
            {page.more && <p>{text.more}</p>}
          </>
        )}
      </Answered>
    </Frame>
  )
}
