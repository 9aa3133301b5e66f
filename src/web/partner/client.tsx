// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import type { PartnerCatalogue } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { CallsChart } from './calls-chart.tsx'
import { Changes } from './changes.tsx'
import { Danger } from './danger.tsx'
import { Errors } from './errors.tsx'
import { Keys } from './client-keys.tsx'
import { Purposes } from './purposes.tsx'
import { useClient } from './queries.ts'
import { Quota } from './quota.tsx'
import { Scopes } from './scopes.tsx'
import { TryIt } from './try-it.tsx'
import { usePartnerWords } from './words.ts'

/** One system: what it called, what went wrong, its keys, what it may read. The region sees it without changing its keys. */
export function Client(props: { catalogue: PartnerCatalogue }) {
  const { clientId = '' } = useParams()
  const { language } = useLanguage()
  const words = usePartnerWords()
  const client = useClient(clientId)
  const crumbs = [{ to: app.partners, label: words.title }]
  if (!client.data)
    return (
      <Page title={words.facts.title} crumbs={crumbs}>
        {client.error ? (
          <ProblemAlert error={client.error} onRetry={() => void client.refetch()} />
        ) : (
          <Skeleton lines={8} />
        )}
      </Page>
    )
  const { data } = client
  const own = !props.catalogue.region
  const { facts: text } = words
  return (
    <Page title={data.name} crumbs={crumbs}>
      {data.state === 'suspended' && (
        <Alert tone="warning" title={words.state.suspended}>
          {data.suspendedBy === 'region' && <p>{words.byRegion}</p>}
        </Alert>
      )}
      <CallsChart client={data} />
      <Errors errors={data.errors} />
      <Card
        title={text.title}
        aside={<Badge tone={data.state === 'active' ? 'success' : 'warning'}>{words.state[data.state]}</Badge>}
      >
        <Facts
          facts={[
            [text.id, <code key="id">{data.id}</code>],
            [text.organisation, data.organisation],
            [text.purpose, data.purpose],
            [text.contact, data.contact],
            [text.since, shortDay(language, data.createdAt)],
          ]}
        />
      </Card>
      <Keys client={data} own={own} />
      <Scopes client={data} catalogue={props.catalogue} own={own} />
      {own && data.keys.length > 0 && <TryIt client={data} tokenEndpoint={props.catalogue.tokenEndpoint} />}
      <Purposes client={data} catalogue={props.catalogue} own={own} />
      {!own && <Quota client={data} />}
      <Changes changes={data.changes} />
      <Danger client={data} own={own} />
    </Page>
  )
}
