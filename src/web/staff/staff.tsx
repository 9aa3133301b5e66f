// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Route, Routes, useLocation } from 'react-router'
import { useLanguage } from '../app/language.tsx'
import { NotFound } from '../app/not-found.tsx'
import { fetchSession } from '../app/session.tsx'
import { SessionWarning } from '../app/session-warning.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Appointment } from './appointment.tsx'
import { Appointments } from './appointments.tsx'
import { Give } from './give.tsx'
import { StaffHome } from './home.tsx'
import { useStaffWords } from './words.ts'

/** The pages of professionals: choosing a role, what it opens, and who may act in which. */
export function Staff() {
  const { language } = useLanguage()
  const words = useStaffWords()
  const { pathname, search } = useLocation()
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity })
  const outside = session.data && !session.data.signedIn
  useEffect(() => {
    if (outside) location.replace(signInAddress(language, pathname + search))
  }, [outside, language, pathname, search])
  if (session.error)
    return (
      <Page title={words.choose.title} narrow>
        <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    )
  if (!session.data?.signedIn)
    return (
      <main id="main" className="container sf-main">
        <Skeleton lines={6} />
      </main>
    )
  return (
    <>
      <Routes>
        <Route path="/" element={<StaffHome session={session.data} />} />
        <Route path="/incarichi" element={<Appointments />} />
        <Route path="/incarichi/nuovo" element={<Give />} />
        <Route path="/incarichi/:appointmentId" element={<Appointment />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
      {session.data.idleExpiresAt && <SessionWarning idleExpiresAt={session.data.idleExpiresAt} />}
    </>
  )
}
