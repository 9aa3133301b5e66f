// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { PersonFound, PersonSearch } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, Select, type FieldProblem } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { Failure, Frame } from './frame.tsx'
import { usePeopleWords } from './words.ts'

type Typed = Record<'identifier' | 'familyName' | 'givenName' | 'birthDate', string>
type Purpose = PersonSearch['purpose']
interface Asked {
  purpose: Purpose
  typed: Typed
}
const nothing: Typed = { identifier: '', familyName: '', givenName: '', birthDate: '' }
/** What was looked for last, so that one comes back to it from a record. It never stands in an address. */
const lastAsked = ['people-asked']

/** Finding a person of the registry. */
export function SearchPage() {
  const text = usePeopleWords().search
  const queries = useQueryClient()
  const [asked, setAsked] = useState(() => queries.getQueryData<Asked>(lastAsked))
  return (
    <Frame title={text.title} lead={text.lead}>
      <SearchForm
        begin={asked}
        onAsk={(wish) => {
          queries.setQueryData(lastAsked, wish)
          setAsked(wish)
        }}
      />
      {asked && <Found asked={asked} />}
    </Frame>
  )
}

function SearchForm({ begin, onAsk }: { begin: Asked | undefined; onAsk: (wish: Asked) => void }) {
  const text = usePeopleWords().search
  const [typed, setTyped] = useState(begin?.typed ?? nothing)
  const [purpose, setPurpose] = useState<Purpose>(begin?.purpose ?? 'enrolment')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  function submit(event: FormEvent) {
    event.preventDefault()
    const { identifier, familyName, birthDate } = typed
    const wide = !identifier.trim() && familyName.trim().length < 2 && !birthDate
    setProblems(wide ? [{ field: 'identifier', message: text.missing }] : [])
    if (!wide) onAsk({ purpose, typed })
  }
  const field = (name: keyof Typed, label: string, more: { hint?: string; type?: 'date' } = {}) => (
    <Field
      id={name}
      label={label}
      autoComplete="off"
      value={typed[name]}
      error={problems.find((problem) => problem.field === name)?.message}
      onChange={(value) => setTyped((before) => ({ ...before, [name]: value }))}
      {...more}
    />
  )
  return (
    <form onSubmit={submit} noValidate className="sf-narrow">
      <ErrorSummary problems={problems} />
      {field('identifier', text.identifier, { hint: text.identifierHint })}
      {field('familyName', text.familyName)}
      {field('givenName', text.givenName)}
      {field('birthDate', text.birthDate, { type: 'date' })}
      <Select
        label={text.purpose}
        value={purpose}
        choices={(Object.keys(text.purposes) as Purpose[]).map((value) => ({ value, label: text.purposes[value] }))}
        onChange={setPurpose}
      />
      <Button type="submit">{text.find}</Button>
    </form>
  )
}

function Found({ asked }: { asked: Asked }) {
  const { language } = useLanguage()
  const words = usePeopleWords()
  const text = words.search
  const { identifier, familyName, givenName, birthDate } = asked.typed
  const wish = {
    purpose: asked.purpose,
    ...(identifier.trim() && { identifier: identifier.trim() }),
    ...(familyName.trim().length > 1 && { familyName: familyName.trim() }),
    ...(givenName.trim().length > 1 && { givenName: givenName.trim() }),
    ...(birthDate && { birthDate }),
  }
  const found = useInfiniteQuery({
    queryKey: ['people', wish],
    initialPageParam: 1,
    queryFn: ({ pageParam: page }) => ask(api.POST('/api/v1/person-searches', { body: { ...wish, page } })),
    getNextPageParam: (last, pages) => (last.more ? pages.length + 1 : undefined),
  })
  if (found.error) return <Failure error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton lines={6} />
  const people = found.data.pages.flatMap((page) => page.people)
  if (people.length === 0)
    return (
      <Alert tone="info" live title={text.none}>
        <ButtonLink to={app.newPerson} look="outline-primary">
          {words.register.title}
        </ButtonLink>
      </Alert>
    )
  const note = ({ deceased, exact }: PersonFound) => (
    <>
      {deceased && <Badge tone="neutral">{text.deceased}</Badge>} {!exact && <Badge tone="info">{text.similar}</Badge>}
    </>
  )
  return (
    <>
      <h2>{text.results}</h2>
      <Table
        caption={text.results}
        rows={people}
        id={(row) => row.id}
        columns={[
          {
            title: text.columns.name,
            cell: (row) => <Link to={app.person(row.id)}>{`${row.familyName} ${row.givenName}`}</Link>,
          },
          { title: text.columns.born, cell: (row) => `${shortDay(language, row.birthDate)}, ${row.birthPlace}` },
          { title: text.columns.town, cell: (row) => row.town ?? '–' },
          { title: text.columns.note, cell: (row) => (row.deceased || !row.exact ? note(row) : '–') },
        ]}
      />
      <Pager
        shown={people.length}
        more={found.hasNextPage}
        pending={found.isFetchingNextPage}
        onMore={() => void found.fetchNextPage()}
      />
      {found.data.pages.at(-1)?.narrow && <p role="status">{text.narrow}</p>}
    </>
  )
}
