// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { app } from '../app/addresses.ts'
import { Problem } from '../app/api.ts'
import { Alert } from '../ui/alert.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useDuplicatesWords } from './words.ts'

/** A page about duplicates with the way to the others. */
export function Frame(props: { title: string; lead: string; children: ReactNode }) {
  const words = useDuplicatesWords()
  const pages = [
    [app.duplicates, words.list.short],
    [app.merges, words.history.short],
  ] as const
  return (
    <ProfessionalPage title={props.title} lead={props.lead}>
      <nav aria-label={words.nav}>
        <ul className="sf-subnav">
          {pages.map(([to, label]) => (
            <li key={to}>
              <NavLink to={to} end>
                {label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      {props.children}
    </ProfessionalPage>
  )
}

/** What was asked for, while it comes, and when it does not; whom the page is for when the role is another. */
export function Answered<Data>(props: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  const { query } = props
  const { wrongRole } = useDuplicatesWords()
  if (query.error instanceof Problem && query.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={wrongRole.title}>
        <p>{wrongRole.next}</p>
      </Alert>
    )
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
  return query.data === undefined ? <Skeleton lines={6} /> : props.children(query.data)
}
