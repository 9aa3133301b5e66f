// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, ask } from '../app/api.ts'
import type { AuditRow, AuditSearch } from '../app/contract.ts'
import { clock, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { saveTable } from '../app/save.ts'
import { Button } from '../ui/button.tsx'
import { Badge, Facts } from '../ui/card.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { useAuditorWords } from './words.ts'

/** The rows found, the newest first. */
export function Results(props: {
  wish: AuditSearch
  rows: readonly AuditRow[]
  more: boolean
  pending: boolean
  onMore: () => void
}) {
  const words = useAuditorWords()
  const text = words.results
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [props.wish])
  const download = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/audit/exports', { body: props.wish, parseAs: 'text' })),
    onSuccess: (csv) => saveTable('registro-accessi.csv', csv),
  })
  return (
    <section>
      <h2 ref={title} tabIndex={-1}>
        {text.title}
      </h2>
      <p role="status">{props.rows.length === 0 ? text.none : text.found(props.rows.length, props.more)}</p>
      {props.rows.length > 0 && (
        <>
          <AccessTable caption={text.title} rows={props.rows} />
          <Pager shown={props.rows.length} more={props.more} pending={props.pending} onMore={props.onMore} />
          {download.error && <ProblemAlert error={download.error} />}
          <p className="sf-actions">
            <Button
              look="outline-primary"
              icon="download"
              pending={download.isPending}
              pendingText={text.downloading}
              onClick={() => download.mutate()}
            >
              {text.download}
            </Button>
          </p>
        </>
      )}
    </section>
  )
}

/** Rows of the trail; under 768 px each is a card. */
export function AccessTable(props: { caption: string; rows: readonly AuditRow[] }) {
  const { language } = useLanguage()
  const words = useAuditorWords()
  const text = words.results
  const who = (row: AuditRow) => [row.who.name, row.who.role, row.who.organisation].filter(Boolean).join(', ')
  return (
    <Table
      caption={props.caption}
      rows={props.rows}
      id={(row) => row.id}
      columns={[
        { title: text.when, cell: (row) => `${shortDay(language, row.at)}, ${clock(language, row.at)}` },
        { title: text.who, cell: who },
        {
          title: text.person,
          cell: (row) => (row.patient ? `${row.patient.name}${row.onBehalf ? ` (${text.onBehalf})` : ''}` : '–'),
        },
        { title: text.what, cell: (row) => row.what },
        {
          title: text.outcome,
          cell: (row) => (
            <Badge tone={row.outcome === 'done' ? 'success' : 'warning'}>{words.outcome[row.outcome]}</Badge>
          ),
        },
        { title: text.details, cell: (row) => <Details row={row} /> },
      ]}
    />
  )
}

function Details(props: { row: AuditRow }) {
  const text = useAuditorWords().results
  const { row } = props
  return (
    <details>
      <summary>{text.details}</summary>
      <Facts
        facts={[
          [text.purpose, row.why],
          row.reason !== null && [text.reason, row.reason],
          row.objectId !== null && [text.objectId, `${row.object} ${row.objectId}`],
          row.address !== null && [text.address, row.address],
          [text.request, row.requestId],
        ]}
      />
    </details>
  )
}
