// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { api, ask, Problem } from '../app/api.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { FileLink } from '../ui/button.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useVaccinationWords } from './words.ts'

/** The office that prepares campaigns: how many joined, by health authority. */
export function OfficeCampaigns() {
  const text = useVaccinationWords().office
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Counts />
    </ProfessionalPage>
  )
}

function Counts() {
  const { language } = useLanguage()
  const text = useVaccinationWords().office
  const { columns } = text
  const counts = useQuery({
    queryKey: ['campaign-counts', language],
    queryFn: () => ask(api.GET('/api/v1/office/campaigns')),
  })
  if (counts.error instanceof Problem && counts.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={text.wrongRole}>
        <p>{text.wrongRoleNext}</p>
      </Alert>
    )
  const campaigns = counts.data?.campaigns
  return (
    <>
      {counts.error && <ProblemAlert error={counts.error} onRetry={() => void counts.refetch()} />}
      {counts.isPending && <Skeleton lines={6} />}
      {campaigns?.length === 0 && <p role="status">{text.none}</p>}
      {campaigns?.map(({ code, title, from, until, authorities }) => {
        const sum = (of: 'live' | 'withCard' | 'withdrawn') => authorities.reduce((all, one) => all + one[of], 0)
        const total = {
          code: 'total',
          name: text.total,
          live: sum('live'),
          withCard: sum('withCard'),
          withdrawn: sum('withdrawn'),
        }
        return (
          <section key={code}>
            <h2>{title}</h2>
            <p>{text.period(shortDay(language, from), shortDay(language, until))}</p>
            <Table
              caption={title}
              rows={authorities.length > 1 ? [...authorities, total] : authorities}
              id={(row) => row.code}
              columns={[
                { title: columns.authority, cell: (row) => row.name },
                { title: columns.live, cell: (row) => row.live, number: true },
                { title: columns.withCard, cell: (row) => row.withCard, number: true },
                { title: columns.withdrawn, cell: (row) => row.withdrawn, number: true },
              ]}
            />
          </section>
        )
      })}
      {campaigns && campaigns.length > 0 && (
        <p>
          <FileLink href="/api/v1/office/campaigns.csv">{text.export}</FileLink>
        </p>
      )}
    </>
  )
}
