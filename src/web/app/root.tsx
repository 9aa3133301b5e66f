// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { QueryClient, QueryClientProvider, useIsFetching } from '@tanstack/react-query'
import { Component, Suspense, useEffect, type ReactNode } from 'react'
import { Route, Routes, useLocation } from 'react-router'
import { Footer } from '../ui/footer.tsx'
import { Header, SkipLinks } from '../ui/header.tsx'
import { Notices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { ToastProvider } from '../ui/toast.tsx'
import {
  adhesionAddresses,
  app,
  cardAdhesionAddress,
  attestationAddresses,
  certificateAddresses,
  languages,
  publicAddresses,
  type Language,
  type PublicPage,
} from './addresses.ts'
import { Problem } from './api.ts'
import { Area } from './area.tsx'
import { LanguageProvider } from './language.tsx'
import { NotFound, Broken } from './not-found.tsx'
import {
  accessAlerts,
  adhesion,
  auditSearch,
  cardAdhesion,
  attestationCheck,
  certificateCheck,
  deskDelegations,
  linkPage,
  duplicates,
  national,
  exemptionOffice,
  officeCampaigns,
  officeDoctors,
  officeLetters,
  officeRequests,
  ownPatients,
  people,
  partnerArea,
  publicPages,
  staff,
} from './pages.tsx'
import type { Words } from '../words/it.ts'

/** A refusal is an answer, not an accident: only a missing network or a fault of ours is tried once more. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) =>
          failures < 1 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
        refetchOnWindowFocus: false,
        staleTime: 10_000,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

class Catch extends Component<{ path: string; children: ReactNode }, { failedAt?: string }> {
  override state: { failedAt?: string } = {}
  static getDerivedStateFromError() {
    return { failedAt: location.pathname }
  }
  override render() {
    return this.state.failedAt === this.props.path ? <Broken /> : this.props.children
  }
}

/** Marks the document while data is on its way, for tests and for who measures the pages. */
function useSettledMark(): void {
  const fetching = useIsFetching()
  useEffect(() => {
    document.documentElement.dataset['settled'] = fetching === 0 ? 'yes' : 'no'
  }, [fetching])
}

function Frame() {
  const { pathname } = useLocation()
  useSettledMark()
  return (
    <>
      <SkipLinks />
      <Header />
      <Notices />
      <Catch path={pathname}>
        <Suspense
          fallback={
            <div className="container sf-main">
              <Skeleton lines={6} />
            </div>
          }
        >
          <Routes>
            {(Object.keys(publicPages) as PublicPage[]).flatMap((name) => {
              const { Page } = publicPages[name]
              return languages.map((language) => (
                <Route key={name + language} path={publicAddresses[name][language]} element={<Page />} />
              ))
            })}
            {languages.map((language) => (
              <Route key={language} path={`${adhesionAddresses[language]}:purpose`} element={<adhesion.Page />} />
            ))}
            <Route path={`${app.people}/*`} element={<people.Page />} />
            <Route path={`${app.duplicates}/*`} element={<duplicates.Page />} />
            <Route path={`${app.national}/*`} element={<national.Page />} />
            <Route path={`${app.exemptionOffice}/*`} element={<exemptionOffice.Page />} />
            <Route path={`${cardAdhesionAddress}:campaign`} element={<cardAdhesion.Page />} />
            <Route path={app.officeCampaigns} element={<officeCampaigns.Page />} />
            <Route path={app.officeDoctors} element={<officeDoctors.Page />} />
            <Route path={app.ownPatients} element={<ownPatients.Page />} />
            <Route path={app.officeRequests} element={<officeRequests.Page />} />
            <Route path={app.officeLetters} element={<officeLetters.Page />} />
            {languages.map((language) => (
              <Route key={language} path={certificateAddresses[language]} element={<certificateCheck.Page />} />
            ))}
            {languages.map((language) => (
              <Route key={language} path={attestationAddresses[language]} element={<attestationCheck.Page />} />
            ))}
            <Route path={app.deskDelegations} element={<deskDelegations.Page />} />
            <Route path="/operatori/*" element={<staff.Page />} />
            <Route path={app.auditSearch} element={<auditSearch.Page />} />
            <Route path={app.accessAlerts} element={<accessAlerts.Page />} />
            <Route path="/app/partner/*" element={<partnerArea.Page />} />
            <Route path="/app/*" element={<Area />} />
            <Route path="/a/:token" element={<linkPage.Page />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </Catch>
      <Footer />
    </>
  )
}

/** The whole application; the router around it is the browser's, or a static one at build time. */
export function Root(props: { language: Language; words: Words; queries: QueryClient }) {
  return (
    <QueryClientProvider client={props.queries}>
      <LanguageProvider language={props.language} words={props.words}>
        <ToastProvider>
          <Frame />
        </ToastProvider>
      </LanguageProvider>
    </QueryClientProvider>
  )
}
