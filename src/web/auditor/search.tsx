// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { api, ask, Problem } from '../app/api.ts'
import type { AuditRow, AuditSearch as Wish } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { fetchSession } from '../app/session.tsx'
import { SessionWarning } from '../app/session-warning.tsx'
import { Alert } from '../ui/alert.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { SearchForm } from './form.tsx'
import { Results } from './results.tsx'
import { useAuditorWords } from './words.ts'

/** Auditors search who had access to whose data. Nothing that is typed here stands in the address. */
export function AuditSearch() {
  const { language } = useLanguage()
  const words = useAuditorWords()
  const { pathname } = useLocation()
  const session = useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity })
  const outside = session.data && !session.data.signedIn
  useEffect(() => {
    if (outside) location.replace(signInAddress(language, pathname))
  }, [outside, language, pathname])
  return (
    <Page title={words.title} lead={words.lead}>
      {session.error && <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />}
      {session.data?.signedIn ? <Search /> : !session.error && <Skeleton lines={6} />}
      {session.data?.idleExpiresAt && <SessionWarning idleExpiresAt={session.data.idleExpiresAt} />}
    </Page>
  )
}

interface Found {
  wish: Wish
  rows: AuditRow[]
  nextCursor: string | null
}

function Search() {
  const words = useAuditorWords()
  const [found, setFound] = useState<Found>()
  const search = useMutation({
    mutationFn: async ({ wish, after }: { wish: Wish; after?: Found }) => {
      const cursor = after?.nextCursor
      const page = await ask(api.POST('/api/v1/audit/searches', { body: { ...wish, ...(cursor && { cursor }) } }))
      return { wish, rows: [...(after?.rows ?? []), ...page.items], nextCursor: page.nextCursor }
    },
    onSuccess: setFound,
  })
  if (search.error instanceof Problem && search.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
      </Alert>
    )
  return (
    <>
      <SearchForm pending={search.isPending} onSearch={(wish) => search.mutate({ wish })} />
      {search.error && <ProblemAlert error={search.error} />}
      {found && (
        <Results
          wish={found.wish}
          rows={found.rows}
          more={found.nextCursor !== null}
          pending={search.isPending}
          onMore={() => search.mutate({ wish: found.wish, after: found })}
        />
      )}
    </>
  )
}
