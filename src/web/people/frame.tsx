// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { app } from '../app/addresses.ts'
import { Problem } from '../app/api.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { usePeopleWords } from './words.ts'

/** A page of the registry with the way to the others. */
export function Frame(props: { title: string; lead: string; children: ReactNode }) {
  const words = usePeopleWords()
  const pages = [
    [app.people, words.search.short],
    [app.newPerson, words.register.short],
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

/** What went wrong; whom the page is for when the role is another. */
export function Failure(props: { error: unknown; onRetry?: () => void }) {
  const { wrongRole } = usePeopleWords()
  if (props.error instanceof Problem && props.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={wrongRole.title}>
        <p>{wrongRole.next}</p>
      </Alert>
    )
  return <ProblemAlert {...props} />
}

/** Says the days in which something is or was so. */
export function usePeriod(): (one: { from: string; until: string | null }) => string {
  const { language } = useLanguage()
  const words = usePeopleWords()
  return ({ from, until }) =>
    until === null
      ? words.since(shortDay(language, from))
      : words.between(shortDay(language, from), shortDay(language, until))
}
