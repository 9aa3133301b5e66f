// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { RoleAppointment, RoleCode, RoleSearch } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink, FileLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useStaffWords } from './words.ts'

const tones = { active: 'success', suspended: 'warning', ended: 'neutral' } as const
const states = ['active', 'suspended', 'ended', 'to-confirm'] as const

export function StateBadge(props: { state: RoleAppointment['state'] }) {
  const { appointments } = useStaffWords()
  return <Badge tone={tones[props.state]}>{appointments.states[props.state]}</Badge>
}

/** The organisations for which this administrator gives roles, and which roles. */
export const useOrganisations = () =>
  useQuery({ queryKey: ['role-organisations'], queryFn: () => ask(api.GET('/api/v1/role-organisations')) })

/** Who acts for the organisation: searched, filtered, a page at a time, and as a table to take away. */
export function Appointments() {
  const { language, words: general } = useLanguage()
  const { appointments: words, home } = useStaffWords()
  const [search, setSearch] = useState<RoleSearch>({ state: 'active' })
  const organisations = useOrganisations()
  const list = useInfiniteQuery({
    queryKey: ['role-appointments', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/role-appointments', {
          params: { query: { ...search, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const crumbs = [{ to: app.staff, label: home.services }]
  if (list.error instanceof Problem && list.error.code === 'access/role-required')
    return (
      <Page title={words.title} narrow>
        <Alert tone="warning" title={words.wrongRole.title}>
          <p>
            {words.wrongRole.next} <Link to={app.staff}>{home.change}</Link>
          </p>
        </Alert>
      </Page>
    )
  return (
    <Page title={words.title} lead={words.lead} crumbs={crumbs}>
      <div className="sf-actions">
        <ButtonLink to={app.giveRole}>{words.give}</ButtonLink>
        <FileLink href={`/api/v1/role-appointments/export?${new URLSearchParams({ ...search })}`}>
          {words.export}
        </FileLink>
      </div>
      <Filters search={search} organisations={organisations.data ?? []} onSearch={setSearch} />
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton lines={6} />}
      {list.data && rows.length === 0 && <p role="status">{words.empty}</p>}
      {rows.length > 0 && (
        <Table
          caption={words.caption}
          rows={rows}
          id={(row) => row.id}
          columns={[
            {
              title: words.person,
              cell: (row) => (
                <Link to={app.roleAppointment(row.id)}>
                  {row.person.familyName} {row.person.givenName}
                </Link>
              ),
            },
            { title: words.role, cell: (row) => general.roles[row.role] },
            { title: words.organisation, cell: (row) => [row.organisation.name, row.unit].filter(Boolean).join(' – ') },
            {
              title: words.period,
              cell: (row) =>
                row.until
                  ? words.fromTo(shortDay(language, row.from), shortDay(language, row.until))
                  : words.from(shortDay(language, row.from)),
            },
            { title: words.state, cell: (row) => <StateBadge state={row.state} /> },
          ]}
        />
      )}
      <Pager
        shown={rows.length}
        more={list.hasNextPage}
        pending={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Page>
  )
}

function Filters(props: {
  search: RoleSearch
  organisations: readonly { id: string; name: string }[]
  onSearch: (search: RoleSearch) => void
}) {
  const { words: general } = useLanguage()
  const { appointments: words } = useStaffWords()
  const [name, setName] = useState('')
  const { search } = props
  /** Without the members that are not chosen. */
  const set = (change: Partial<Record<keyof RoleSearch, string>>) =>
    props.onSearch(
      Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value)) as RoleSearch,
    )
  function submit(event: FormEvent) {
    event.preventDefault()
    set({ name: name.trim().length > 1 ? name.trim() : '' })
  }
  const any = { value: '', label: words.any }
  return (
    <form className="my-3" role="search" onSubmit={submit}>
      <div className="sf-filter-row">
        <Field
          id="name"
          type="search"
          label={words.name}
          hint={words.nameHint}
          value={name}
          onChange={setName}
          maxLength={80}
        />
        <Select
          label={words.role}
          value={search.role ?? ''}
          choices={[
            any,
            ...(Object.keys(general.roles) as RoleCode[]).map((value) => ({ value, label: general.roles[value] })),
          ]}
          onChange={(role) => set({ role })}
        />
        <Select
          label={words.organisation}
          value={search.organisationId ?? ''}
          choices={[any, ...props.organisations.map(({ id, name: label }) => ({ value: id, label }))]}
          onChange={(organisationId) => set({ organisationId })}
        />
        <Select
          label={words.state}
          value={search.state ?? ''}
          choices={[any, ...states.map((value) => ({ value, label: words.states[value] }))]}
          onChange={(state) => set({ state })}
        />
      </div>
      <Button type="submit">{words.search}</Button>
    </form>
  )
}
