// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { ExemptionOffice } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useExemptionOfficeWords } from './words.ts'

interface FrameProps {
  title: string
  lead: string
  children: (office: ExemptionOffice) => ReactNode
}

/** A page of the office with the way to the others; says whom it is for when the role is another. */
export function OfficeFrame({ title, lead, children }: FrameProps) {
  return (
    <ProfessionalPage title={title} lead={lead}>
      <Inside>{children}</Inside>
    </ProfessionalPage>
  )
}

function Inside({ children }: Pick<FrameProps, 'children'>) {
  const words = useExemptionOfficeWords()
  const office = useQuery({
    queryKey: ['exemption-office'],
    queryFn: () => ask(api.GET('/api/v1/office/exemptions')),
    staleTime: Infinity,
  })
  if (office.error instanceof Problem && office.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
      </Alert>
    )
  if (office.error) return <ProblemAlert error={office.error} onRetry={() => void office.refetch()} />
  const pages: [string, string][] = [
    [app.exemptionOffice, words.search.short],
    [app.exemptionChecks, words.checks.short],
    [app.exemptionLists, words.lists.short],
    [app.diseaseExemptions, words.diseases.short],
    [app.prorogations, words.prorogations.short],
  ]
  return (
    <>
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
      {office.data ? children(office.data) : <Skeleton lines={6} />}
    </>
  )
}

const tones = {
  SUBMITTED: 'info',
  ACTIVE: 'success',
  CERTIFIED: 'success',
  SUSPENDED: 'warning',
  CEASED_BY_CITIZEN: 'neutral',
  EXPIRED: 'neutral',
  ANNULLED: 'neutral',
  REVOKED_CHECK: 'danger',
} as const

export function ExemptionState({ state }: { state: keyof typeof tones }) {
  return <Badge tone={tones[state]}>{useExemptionOfficeWords().states[state]}</Badge>
}

/** From when to when, in short. */
export function usePeriod(): (from: string, until: string | null) => string {
  const { language } = useLanguage()
  const words = useExemptionOfficeWords()
  return (from, until) =>
    until === null
      ? `${shortDay(language, from)}, ${words.noEnd}`
      : words.fromTo(shortDay(language, from), shortDay(language, until))
}
