// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { Problem } from '../app/api.ts'
import { Alert } from './alert.tsx'
import { ProblemAlert } from './problem.tsx'
import { ProfessionalPage } from './professional-page.tsx'
import { Skeleton } from './progress.tsx'

/** A page of a section of the professionals' area, with the way to the other pages of the section. */
export function SectionPage(props: {
  title: string
  lead: string
  /** What the way to the others is called. */
  nav: string
  pages: readonly (readonly [to: string, label: string])[]
  children: ReactNode
}) {
  return (
    <ProfessionalPage title={props.title} lead={props.lead}>
      <nav aria-label={props.nav}>
        <ul className="sf-subnav">
          {props.pages.map(([to, label]) => (
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

/** Whom a section is for, said to somebody in another role. */
interface WrongRole {
  title: string
  next: string
}

/** What went wrong; whom the page is for when the role is another. */
export function SectionFailure(props: { error: unknown; wrongRole: WrongRole; onRetry?: () => void }) {
  const { wrongRole, ...failure } = props
  if (failure.error instanceof Problem && failure.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={wrongRole.title}>
        <p>{wrongRole.next}</p>
      </Alert>
    )
  return <ProblemAlert {...failure} />
}

/** What was asked for, while it comes, and when it does not. */
export function SectionAnswer<Data>(props: {
  query: UseQueryResult<Data>
  wrongRole: WrongRole
  children: (data: Data) => ReactNode
}) {
  const { query, wrongRole } = props
  if (query.error)
    return <SectionFailure error={query.error} wrongRole={wrongRole} onRetry={() => void query.refetch()} />
  return query.data === undefined ? <Skeleton lines={6} /> : props.children(query.data)
}
