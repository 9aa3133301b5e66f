// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { PartnerClients } from '../app/contract.ts'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useClients } from './queries.ts'
import { usePartnerWords } from './words.ts'

type Row = PartnerClients[number]

/** The systems of one's organisation, or all of them for the region. */
export function Clients(props: { region: boolean }) {
  const words = usePartnerWords()
  const text = words.list
  const clients = useClients()
  const columns = [
    { title: text.name, cell: (row: Row) => <Link to={app.partner(row.id)}>{row.name}</Link> },
    ...(props.region ? [{ title: text.organisation, cell: (row: Row) => row.organisation }] : []),
    {
      title: text.state,
      cell: (row: Row) => (
        <>
          <Badge tone={row.state === 'active' ? 'success' : 'warning'}>{words.state[row.state]}</Badge>
          {row.waiting > 0 && <small className="form-text">{text.waiting(row.waiting)}</small>}
        </>
      ),
    },
    { title: text.today, cell: (row: Row) => row.today.calls, number: true },
    { title: text.errors, cell: (row: Row) => row.today.errors, number: true },
  ]
  return (
    <Page title={words.title} lead={words.lead}>
      <p className="sf-actions">
        {!props.region && <ButtonLink to={app.newPartner}>{text.register}</ButtonLink>}
        {props.region && <ButtonLink to={app.partnerRequests}>{text.requests}</ButtonLink>}
        <a className="btn btn-outline-primary" href="/api-docs">
          <span>{text.docs}</span>
        </a>
      </p>
      {clients.isPending && <Skeleton lines={5} />}
      {clients.error && <ProblemAlert error={clients.error} onRetry={() => void clients.refetch()} />}
      {clients.data?.clients.length === 0 && (
        <Alert tone="info" title={text.empty}>
          {!props.region && <p>{text.emptyNext}</p>}
        </Alert>
      )}
      {clients.data && clients.data.clients.length > 0 && (
        <Table caption={text.caption} columns={columns} rows={clients.data.clients} id={(row) => row.id} />
      )}
    </Page>
  )
}
