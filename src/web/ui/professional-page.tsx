// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { app } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { fetchSession } from '../app/session.tsx'
import { SessionWarning } from '../app/session-warning.tsx'
import { signInAddress } from './header.tsx'
import { Page } from './page.tsx'
import { ProblemAlert } from './problem.tsx'
import { Skeleton } from './progress.tsx'

/** A page of professionals: only for who is signed in; whether the role is the right one the server says. */
export function ProfessionalPage(props: { title: string; lead: string; children: ReactNode }) {
  const { language, words } = useLanguage()
  const { pathname } = useLocation()
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity })
  const outside = session.data && !session.data.signedIn
  useEffect(() => {
    if (outside) location.replace(signInAddress(language, pathname))
  }, [outside, language, pathname])
  return (
    <Page title={props.title} lead={props.lead} crumbs={[{ to: app.staff, label: words.nav.role }]}>
      {session.error && <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />}
      {session.data?.signedIn ? props.children : !session.error && <Skeleton lines={6} />}
      {session.data?.idleExpiresAt && <SessionWarning idleExpiresAt={session.data.idleExpiresAt} />}
    </Page>
  )
}
