// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Navigate, Route, Routes, useLocation } from 'react-router'
import { BottomBar, signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'
import { PersonSwitcher } from '../ui/person-switcher.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { app } from './addresses.ts'
import { Allowed } from './allowed.tsx'
import { useLanguage } from './language.tsx'
import { NotFound } from './not-found.tsx'
import { areaPages, limitedArea, lowLevelPages } from './pages.tsx'
import { ActingProvider, fetchSession } from './session.tsx'
import { SessionWarning } from './session-warning.tsx'

/** The signed-in area: who is not signed in goes to sign in, and comes back to the same address. */
export function Area() {
  const { language, words } = useLanguage()
  const { pathname, search } = useLocation()
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity })
  const outside = session.data && !session.data.signedIn

  useEffect(() => {
    if (outside) location.replace(signInAddress(language, pathname + search))
  }, [outside, language, pathname, search])

  if (session.error)
    return (
      <Page title={words.nav.area} narrow>
        <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    )
  if (!session.data?.signedIn)
    return (
      <main id="main" className="container sf-main">
        <Skeleton lines={6} />
      </main>
    )
  // In a role one has no area of one's own: first back to being a citizen.
  if (session.data.role) return <Navigate to={app.staff} replace />
  const isLow = (session.data.level ?? 0) < 2
  return (
    <ActingProvider people={session.data.actsFor ?? []}>
      <PersonSwitcher />
      <Allowed>
        <Routes>
          {Object.entries(areaPages).map(([path, { Page: Content }]) => (
            <Route
              key={path}
              path={path}
              element={isLow && !lowLevelPages.includes(path) ? <limitedArea.Page /> : <Content />}
            />
          ))}
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Allowed>
      {!isLow && <BottomBar />}
      {session.data.idleExpiresAt && <SessionWarning idleExpiresAt={session.data.idleExpiresAt} />}
    </ActingProvider>
  )
}
