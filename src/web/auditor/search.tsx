// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { AuditRow, AuditSearch as Wish } from '../app/contract.ts'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { SearchForm } from './form.tsx'
import { Results } from './results.tsx'
import { useAuditorWords } from './words.ts'

/** Auditors search who had access to whose data. Nothing that is typed here stands in the address. */
export function AuditSearch() {
  const words = useAuditorWords()
  return (
    <ProfessionalPage title={words.title} lead={words.lead}>
      <p>
        <Link to={app.accessAlerts}>{words.alerts.title}</Link>
      </p>
      <Search />
    </ProfessionalPage>
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
        <ButtonLink to={app.staff}>{words.wrongRole.choose}</ButtonLink>
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
