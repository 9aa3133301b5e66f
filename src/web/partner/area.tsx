// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Route, Routes, useLocation } from 'react-router'
import { Problem } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { NotFound } from '../app/not-found.tsx'
import { fetchSession } from '../app/session.tsx'
import { SessionWarning } from '../app/session-warning.tsx'
import { Alert } from '../ui/alert.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Client } from './client.tsx'
import { Clients } from './clients.tsx'
import { useCatalogue } from './queries.ts'
import { Register } from './register.tsx'
import { Requests } from './requests.tsx'
import { usePartnerWords } from './words.ts'

/** The partners' pages, for who acts as contact for partners of an organisation or as administrator of the region. */
export function PartnerArea() {
  const { language } = useLanguage()
  const words = usePartnerWords()
  const { pathname, search } = useLocation()
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity })
  const outside = session.data && !session.data.signedIn
  const catalogue = useCatalogue(session.data?.signedIn === true)

  useEffect(() => {
    if (outside) location.replace(signInAddress(language, pathname + search))
  }, [outside, language, pathname, search])

  const error = session.error ?? catalogue.error
  if (error instanceof Problem && error.code === 'access/role-required')
    return (
      <Page title={words.title} narrow>
        <Alert tone="warning" title={words.wrongRole.title}>
          <p>{words.wrongRole.next}</p>
        </Alert>
      </Page>
    )
  if (error)
    return (
      <Page title={words.title} narrow>
        <ProblemAlert error={error} onRetry={() => void (session.error ? session.refetch() : catalogue.refetch())} />
      </Page>
    )
  if (!catalogue.data)
    return (
      <main id="main" className="container sf-main">
        <Skeleton lines={6} />
      </main>
    )
  return (
    <>
      <Routes>
        <Route path="/" element={<Clients region={catalogue.data.region} />} />
        <Route path="/nuovo" element={<Register catalogue={catalogue.data} />} />
        <Route path="/richieste" element={<Requests catalogue={catalogue.data} />} />
        <Route path="/:clientId" element={<Client catalogue={catalogue.data} />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
      {session.data?.idleExpiresAt && <SessionWarning idleExpiresAt={session.data.idleExpiresAt} />}
    </>
  )
}
