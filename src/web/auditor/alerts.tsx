// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { AccessAlert } from '../app/contract.ts'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { RadioGroup } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { AlertCard } from './alert-card.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { useAuditorWords } from './words.ts'

/** Unusual access that the rules found, to be examined, and what was examined before. */
export function AccessAlerts() {
  const text = useAuditorWords().alerts
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <List />
    </ProfessionalPage>
  )
}

function List() {
  const words = useAuditorWords()
  const text = words.alerts
  const [state, setState] = useState<AccessAlert['state']>('open')
  const alerts = useInfiniteQuery({
    queryKey: ['access-alerts', state],
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/audit/alerts', { params: { query: { state, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  if (alerts.error instanceof Problem && alerts.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
        <ButtonLink to={app.staff}>{words.wrongRole.choose}</ButtonLink>
      </Alert>
    )
  const all = alerts.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <RadioGroup
        name="state"
        legend={text.which}
        inline
        choices={[
          { value: 'open', label: text.filter.open },
          { value: 'examined', label: text.filter.examined },
        ]}
        value={state}
        onChange={setState}
      />
      {alerts.error && <ProblemAlert error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {alerts.isPending && <Skeleton lines={6} />}
      {alerts.data && all.length === 0 && <p role="status">{state === 'open' ? text.none : text.noneExamined}</p>}
      {all.map((alert) => (
        <AlertCard key={alert.id} alert={alert} />
      ))}
      <Pager
        shown={all.length}
        more={alerts.hasNextPage}
        pending={alerts.isFetchingNextPage}
        onMore={() => void alerts.fetchNextPage()}
      />
      <p>
        <Link to={app.auditSearch}>{words.title}</Link>
      </p>
    </>
  )
}
