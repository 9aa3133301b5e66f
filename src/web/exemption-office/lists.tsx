// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import type { ExemptionList, ExemptionOffice } from '../app/contract.ts'
import { dayAndTime, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Select } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { OfficeFrame } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

/** While a list is being read its figures are asked for again and again. */
const everyMs = 3_000
const running = (one: ExemptionList) => one.state === 'QUEUED' || one.state === 'READING' || one.state === 'COMPARING'

/** The yearly list of Sistema TS: tried, entered, and how it differs from what people hold. */
export function ListsPage() {
  const text = useExemptionOfficeWords().lists
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {(office) => <Lists office={office} />}
    </OfficeFrame>
  )
}

/** The year whose list counts now: from 1 April on the one that began then. */
const thisYear = () => Number(today().slice(0, 4)) - (today().slice(5) < '04-01' ? 1 : 0)

function Lists({ office }: { office: ExemptionOffice }) {
  const text = useExemptionOfficeWords().lists
  const queries = useQueryClient()
  const [year, setYear] = useState(String(thisYear()))
  const [authorityId, setAuthority] = useState(office.authorities[0]?.id ?? '')
  const lists = useQuery({
    queryKey: ['exemption-lists'],
    queryFn: () => ask(api.GET('/api/v1/office/exemption-lists')),
    refetchInterval: ({ state }) => (state.data?.items.some(running) ? everyMs : false),
  })
  const read = useMutation({
    mutationFn: (dryRun: boolean) =>
      ask(api.POST('/api/v1/office/exemption-lists', { body: { authorityId, year: Number(year), dryRun } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exemption-lists'] }),
  })
  const years = [thisYear() + 1, thisYear(), thisYear() - 1].map(String)
  return (
    <>
      <div className="sf-narrow">
        {office.authorities.length > 1 && (
          <Select
            label={text.authority}
            value={authorityId}
            choices={office.authorities.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setAuthority}
          />
        )}
        <Select
          label={text.year}
          value={year}
          choices={years.map((value) => ({ value, label: text.yearName(Number(value)) }))}
          onChange={setYear}
        />
        {read.error && <ProblemAlert error={read.error} />}
        <div className="sf-actions">
          <Button look="outline-primary" pending={read.isPending} onClick={() => read.mutate(true)}>
            {text.try}
          </Button>
          <Button pending={read.isPending} onClick={() => read.mutate(false)}>
            {text.import}
          </Button>
        </div>
        <p>{text.effect}</p>
      </div>
      <h2>{text.done}</h2>
      {lists.error && <ProblemAlert error={lists.error} onRetry={() => void lists.refetch()} />}
      {lists.isPending && <Skeleton lines={5} />}
      {lists.data?.items.length === 0 && <p role="status">{text.none}</p>}
      {lists.data?.items.map((one) => (
        <ListCard key={one.id} list={one} />
      ))}
    </>
  )
}

const tones = { QUEUED: 'info', READING: 'info', COMPARING: 'info', DONE: 'success', NOT_PUBLISHED: 'warning' } as const

function ListCard({ list }: { list: ExemptionList }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().lists
  const [open, setOpen] = useState(false)
  const { counts } = list
  const differ = counts.unknown + counts.declared + counts.shortened + counts.notListed + counts.withdrawn
  return (
    <Card
      level={3}
      title={`${text.yearName(list.year)}${list.dryRun ? `, ${text.dry}` : ''}`}
      aside={<Badge tone={tones[list.state]}>{text.states[list.state]}</Badge>}
    >
      {list.state === 'READING' && (
        <progress className="sf-meter" max={list.pages} value={list.pagesRead} aria-label={text.states.READING} />
      )}
      <Facts
        facts={[
          [text.asked, dayAndTime(language, list.askedAt)],
          [text.authority, list.authority.name],
          list.number !== null && [text.number, list.number],
          ...(list.state === 'DONE'
            ? (Object.keys(text.counts) as (keyof typeof counts)[]).map(
                (what) => [text.counts[what], counts[what]] as const,
              )
            : []),
        ]}
      />
      {differ > 0 && (
        <div className="sf-actions">
          <Button look="outline-primary" onClick={() => setOpen(!open)}>
            {open ? text.hide : text.show}
          </Button>
          <a
            className="btn btn-outline-primary"
            href={`/api/v1/office/exemption-lists/${list.id}/differences.csv`}
            download
          >
            {text.export}
          </a>
        </div>
      )}
      {open && <ListDifferences id={list.id} />}
    </Card>
  )
}

function ListDifferences({ id }: { id: string }) {
  const text = useExemptionOfficeWords().lists
  const found = useInfiniteQuery({
    queryKey: ['exemption-differences', id],
    initialPageParam: 1,
    queryFn: ({ pageParam: page }) =>
      ask(api.GET('/api/v1/office/exemption-lists/{id}/differences', { params: { path: { id }, query: { page } } })),
    getNextPageParam: (last, pages) =>
      pages.reduce((sum, { items }) => sum + items.length, 0) < last.total ? pages.length + 1 : undefined,
  })
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton lines={4} />
  const rows = found.data.pages.flatMap(({ items }) => items)
  const { columns } = text
  return (
    <>
      <Table
        caption={text.show}
        rows={rows}
        id={(row) => row.id}
        columns={[
          { title: columns.kind, cell: (row) => text.kinds[row.kind] },
          { title: columns.person, cell: (row) => row.personName ?? '–' },
          { title: columns.fiscalCode, cell: (row) => row.fiscalCode ?? '–' },
          { title: columns.code, cell: (row) => row.code },
        ]}
      />
      <Pager
        shown={rows.length}
        more={found.hasNextPage}
        pending={found.isFetchingNextPage}
        onMore={() => void found.fetchNextPage()}
      />
    </>
  )
}
