// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { NationalDifference, NationalSaid, NationalWho } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Select } from '../ui/field.tsx'
import { Table } from '../ui/table.tsx'
import { Answered, Frame, Pages, useFilter, usePageNumber } from './frame.tsx'
import { useNationalWords } from './words.ts'

const states = ['open', 'later', 'taken', 'kept', 'overtaken'] as const
export const sources = ['anpr', 'ana'] as const
const sorts = ['newest', 'oldest', 'name'] as const
const parts = [
  'familyName',
  'givenName',
  'birthDate',
  'sex',
  'birthPlace',
  'citizenship',
  'deceasedOn',
  'fiscalCode',
  'healthCard',
  'residence',
  'enrolment',
] as const

export const nameOf = ({ familyName, givenName }: NationalWho): string => `${familyName} ${givenName}`

/** A value with the day from which it holds; days as people write them. */
export function useSaid() {
  const words = useNationalWords()
  const { language } = useLanguage()
  return (part: NationalDifference['part'], { value, from }: NationalSaid): string => {
    const text = (part === 'birthDate' || part === 'deceasedOn') && value ? shortDay(language, value) : value
    return from ? words.since(text || words.empty, shortDay(language, from)) : text || words.empty
  }
}

/** What national registries say against us: to decide, put off, or decided. */
export function DifferencesPage() {
  const words = useNationalWords()
  const text = words.list
  const { language } = useLanguage()
  const said = useSaid()
  const [state = 'open', chooseState] = useFilter('state', states)
  const [part, choosePart] = useFilter('part', parts)
  const [source, chooseSource] = useFilter('source', sources)
  const [sort = 'newest', chooseSort] = useFilter('sort', sorts)
  const [page, turn] = usePageNumber()
  const filter = { state, sort, ...(part && { part }), ...(source && { source }) }
  const query = useQuery({
    queryKey: ['national-differences', filter, page],
    queryFn: () => ask(api.GET('/api/v1/office/national-differences', { params: { query: { ...filter, page } } })),
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      <Answered query={query}>
        {(found) => (
          <>
            <div className="sf-filter-row">
              <Select
                label={text.state}
                value={state}
                onChange={chooseState}
                choices={[
                  { value: 'open', label: text.states.open(found.open) },
                  { value: 'later', label: text.states.later(found.later) },
                  { value: 'taken', label: text.states.taken },
                  { value: 'kept', label: text.states.kept },
                  { value: 'overtaken', label: text.states.overtaken },
                ]}
              />
              <Select
                label={text.part}
                value={part ?? ''}
                onChange={choosePart}
                choices={[
                  { value: '', label: words.all },
                  ...parts.map((value) => ({ value, label: words.parts[value] })),
                ]}
              />
              <Select
                label={words.source}
                value={source ?? ''}
                onChange={chooseSource}
                choices={[
                  { value: '', label: words.all },
                  ...sources.map((value) => ({ value, label: words.sources[value] })),
                ]}
              />
              <Select
                label={words.sort}
                value={sort}
                onChange={chooseSort}
                choices={sorts.map((value) => ({ value, label: words.sorts[value] }))}
              />
            </div>
            {found.items.length === 0 && <p role="status">{text.none[state]}</p>}
            {found.items.length > 0 && (
              <Table
                caption={text.title}
                rows={found.items}
                id={(row) => row.id}
                columns={[
                  {
                    title: text.columns.person,
                    cell: (row) => words.born(nameOf(row.person), shortDay(language, row.person.birthDate)),
                  },
                  {
                    title: text.columns.part,
                    cell: (row) => (
                      <>
                        <strong>{words.parts[row.part]}</strong> ({words.sources[row.source]})
                      </>
                    ),
                  },
                  { title: text.columns.ours, cell: (row) => said(row.part, row.ours) },
                  { title: text.columns.theirs, cell: (row) => said(row.part, row.theirs) },
                  { title: text.columns.found, cell: (row) => shortDay(language, row.foundAt.slice(0, 10)) },
                  {
                    title: text.columns.open,
                    cell: (row) => (
                      <Link to={app.nationalDifference(row.id)}>
                        {text.compare}
                        <span className="visually-hidden">
                          {' '}
                          {text.compareWhom(words.parts[row.part], nameOf(row.person))}
                        </span>
                      </Link>
                    ),
                  },
                ]}
              />
            )}
            <Pages page={page} more={found.more} turn={turn} />
            {found.items.length > 0 && (
              <p>
                <a
                  className="btn btn-outline-primary"
                  href={`/api/v1/office/national-differences.csv?${new URLSearchParams(filter).toString()}`}
                  download
                >
                  {words.export}
                </a>
              </p>
            )}
          </>
        )}
      </Answered>
    </Frame>
  )
}
