// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DeclarationWish, ExemptionOffice } from '../app/contract.ts'
import { dayOf, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { saveTable } from '../app/save.ts'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { ExemptionState, OfficeFrame, usePeriod } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

const sorts = {
  newest: { sort: 'submitted', descending: true },
  oldest: { sort: 'submitted', descending: false },
  name: { sort: 'name', descending: false },
  until: { sort: 'until', descending: false },
} as const

/** Declarations of the officer's authority. Whom she looks for stands in no address. */
export function SearchPage() {
  const words = useExemptionOfficeWords().search
  return (
    <OfficeFrame title={words.title} lead={words.lead}>
      {(office) => <Search office={office} />}
    </OfficeFrame>
  )
}

function Search({ office }: { office: ExemptionOffice }) {
  const [wish, setWish] = useState<DeclarationWish>(sorts.newest)
  return (
    <>
      <SearchForm office={office} onSearch={setWish} />
      <Results wish={wish} />
    </>
  )
}

const nothing = { fiscalCode: '', familyName: '', givenName: '', code: '', state: '', districtId: '', from: '', to: '' }
type Sort = keyof typeof sorts

function SearchForm(props: { office: ExemptionOffice; onSearch: (wish: DeclarationWish) => void }) {
  const { states, search: text } = useExemptionOfficeWords()
  const [form, setForm] = useState(nothing)
  const [sort, setSort] = useState<Sort>('newest')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const put = (name: keyof typeof nothing) => (value: string) => setForm((before) => ({ ...before, [name]: value }))
  const field = (name: 'fiscalCode' | 'familyName' | 'givenName' | 'from' | 'to', type: 'text' | 'date' = 'text') => (
    <Field
      id={name}
      type={type}
      label={text[name]}
      value={form[name]}
      optional
      error={problemOf(problems, name)}
      onChange={put(name)}
    />
  )
  const choices = (list: readonly (readonly [string, string])[]) => [
    { value: '', label: text.any },
    ...list.map(([value, label]) => ({ value, label })),
  ]
  function submit(event: FormEvent) {
    event.preventDefault()
    const familyName = form.familyName.trim()
    const code = form.fiscalCode.replace(/\s/g, '').toUpperCase()
    const wrong = [
      code !== '' && !readPersonCode(code) && { field: 'fiscalCode', message: text.wrongCode },
      (familyName.length === 1 || (familyName === '' && form.givenName.trim() !== '')) && {
        field: 'familyName',
        message: text.wrongName,
      },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length > 0) return
    const filled = Object.entries({ ...form, fiscalCode: code, familyName, givenName: form.givenName.trim() })
    props.onSearch({ ...sorts[sort], ...Object.fromEntries(filled.filter(([, value]) => value !== '')) })
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <div className="sf-grid">
        {field('fiscalCode')}
        {field('familyName')}
        {field('givenName')}
        <Select
          label={text.code}
          value={form.code}
          choices={choices(props.office.codes.map((code) => [code, code]))}
          onChange={put('code')}
        />
        <Select
          label={text.state}
          value={form.state}
          choices={choices(Object.entries(states))}
          onChange={put('state')}
        />
        <Select
          label={text.district}
          value={form.districtId}
          choices={choices(props.office.districts.map(({ id, name }) => [id, name]))}
          onChange={put('districtId')}
        />
        {field('from', 'date')}
        {field('to', 'date')}
        <Select
          label={text.sort}
          value={sort}
          choices={(Object.keys(sorts) as Sort[]).map((value) => ({ value, label: text.sorts[value] }))}
          onChange={setSort}
        />
      </div>
      <Button type="submit">{text.go}</Button>
    </form>
  )
}

function Results({ wish }: { wish: DeclarationWish }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().search
  const period = usePeriod()
  const found = useInfiniteQuery({
    queryKey: ['declarations', wish],
    initialPageParam: 1,
    queryFn: ({ pageParam: page }) =>
      ask(api.POST('/api/v1/office/exemption-declarations/searches', { body: { ...wish, page } })),
    getNextPageParam: (last, pages) =>
      pages.reduce((sum, { items }) => sum + items.length, 0) < last.total && last.items.length > 0
        ? pages.length + 1
        : undefined,
  })
  const download = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/office/exemption-declarations/exports', { body: wish, parseAs: 'text' })),
    onSuccess: (table) => saveTable(text.file, table),
  })
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
  const [first] = found.data?.pages ?? []
  if (!first) return <Skeleton lines={6} />
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? []
  const { columns } = text
  return (
    <section>
      <h2>{text.caption}</h2>
      <p role="status">{first.total === 0 ? text.none : text.found(first.total)}</p>
      {first.narrow && <p>{text.narrow}</p>}
      {rows.length > 0 && (
        <>
          <Table
            caption={text.caption}
            rows={rows}
            id={(row) => row.id}
            columns={[
              {
                title: columns.person,
                cell: (row) => (
                  <>
                    <Link to={app.declaration(row.id)}>{`${row.familyName} ${row.givenName}`}</Link>
                    <div>{row.fiscalCode}</div>
                  </>
                ),
              },
              { title: columns.code, cell: (row) => row.code },
              { title: columns.state, cell: (row) => <ExemptionState state={row.state} /> },
              { title: columns.period, cell: (row) => period(row.from, row.until) },
              { title: columns.submitted, cell: (row) => shortDay(language, dayOf(row.submittedAt)) },
              { title: columns.district, cell: (row) => row.district ?? '–' },
              { title: columns.protocol, cell: (row) => row.protocol },
            ]}
          />
          <Pager
            shown={rows.length}
            more={found.hasNextPage}
            pending={found.isFetchingNextPage}
            onMore={() => void found.fetchNextPage()}
          />
          {download.error && <ProblemAlert error={download.error} />}
          <Button look="outline-primary" pending={download.isPending} onClick={() => download.mutate()}>
            {text.export}
          </Button>
        </>
      )}
    </section>
  )
}
