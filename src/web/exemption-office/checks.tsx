// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { ExemptionCheck, ExemptionOffice } from '../app/contract.ts'
import { dayOf, shortDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useToast } from '../ui/toast.tsx'
import { OfficeFrame, usePeriod } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

/** Checks of declarations: the cases, and the samples drawn by chance. */
export function ChecksPage() {
  const text = useExemptionOfficeWords().checks
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {(office) => (
        <>
          <Cases />
          <h2>{text.samples}</h2>
          <Samples office={office} />
        </>
      )}
    </OfficeFrame>
  )
}

const tones = {
  OPEN: 'info',
  CONFIRMED: 'success',
  NOTIFIED: 'warning',
  OBJECTED: 'warning',
  REVOKED: 'danger',
  RECOVERY: 'danger',
  ENFORCEMENT: 'danger',
  CLOSED: 'neutral',
} as const

export function CheckState({ state }: { state: ExemptionCheck['state'] }) {
  return <Badge tone={tones[state]}>{useExemptionOfficeWords().checks.states[state]}</Badge>
}

type State = ExemptionCheck['state']
type Reason = ExemptionCheck['reason']
const choices = <Value extends string>(any: string, names: Readonly<Record<Value, string>>) => [
  { value: '' as const, label: any },
  ...(Object.keys(names) as Value[]).map((value) => ({ value, label: names[value] })),
]

function Cases() {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().checks
  const [state, setState] = useState<State | ''>('')
  const [reason, setReason] = useState<Reason | ''>('')
  const found = useInfiniteQuery({
    queryKey: ['exemption-checks', state, reason],
    initialPageParam: 1,
    queryFn: ({ pageParam: page }) =>
      ask(
        api.GET('/api/v1/office/exemption-checks', {
          params: { query: { page, ...(state && { state }), ...(reason && { reason }) } },
        }),
      ),
    getNextPageParam: (last, pages) =>
      pages.reduce((sum, { items }) => sum + items.length, 0) < last.total ? pages.length + 1 : undefined,
  })
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? []
  const total = found.data?.pages[0]?.total
  const { columns } = text
  return (
    <>
      <div className="sf-grid">
        <Select<State | ''>
          label={text.state}
          value={state}
          choices={choices(text.any, text.states)}
          onChange={setState}
        />
        <Select<Reason | ''>
          label={text.reason}
          value={reason}
          choices={choices(text.any, text.reasons)}
          onChange={setReason}
        />
      </div>
      {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton lines={5} />}
      {total !== undefined && <p role="status">{total === 0 ? text.none : text.found(total)}</p>}
      {rows.length > 0 && (
        <>
          <Table
            caption={text.caption}
            rows={rows}
            id={(row) => row.id}
            columns={[
              { title: columns.number, cell: (row) => <Link to={app.exemptionCheck(row.id)}>{row.number}</Link> },
              { title: columns.person, cell: (row) => row.personName },
              { title: columns.code, cell: (row) => row.code },
              { title: columns.reason, cell: (row) => text.reasons[row.reason] },
              { title: columns.state, cell: (row) => <CheckState state={row.state} /> },
              { title: columns.replyBy, cell: (row) => (row.replyBy ? shortDay(language, row.replyBy) : '–') },
              { title: columns.opened, cell: (row) => shortDay(language, dayOf(row.openedAt)) },
            ]}
          />
          <Pager
            shown={rows.length}
            more={found.hasNextPage}
            pending={found.isFetchingNextPage}
            onMore={() => void found.fetchNextPage()}
          />
        </>
      )}
    </>
  )
}

function Samples({ office }: { office: ExemptionOffice }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().checks
  const period = usePeriod()
  const [drawing, setDrawing] = useState(false)
  const samples = useQuery({
    queryKey: ['exemption-samples'],
    queryFn: () => ask(api.GET('/api/v1/office/exemption-samples')),
  })
  const { sampleColumns: columns } = text
  return (
    <>
      {samples.error && <ProblemAlert error={samples.error} onRetry={() => void samples.refetch()} />}
      {samples.isPending && <Skeleton lines={3} />}
      {samples.data?.items.length === 0 && <p role="status">{text.noSample}</p>}
      {samples.data && samples.data.items.length > 0 && (
        <Table
          caption={text.samples}
          rows={samples.data.items}
          id={(row) => row.id}
          columns={[
            { title: columns.period, cell: (row) => period(row.from, row.to) },
            { title: columns.share, cell: (row) => `${row.percent}%`, number: true },
            { title: columns.drawn, cell: (row) => text.drawnOf(row.drawn, row.population), number: true },
            { title: columns.seed, cell: (row) => <code>{row.seed}</code> },
            { title: columns.when, cell: (row) => shortDay(language, dayOf(row.drawnAt)) },
          ]}
        />
      )}
      {drawing ? (
        <div className="sf-narrow">
          <DrawForm office={office} onDone={() => setDrawing(false)} />
        </div>
      ) : (
        <Button look="outline-primary" onClick={() => setDrawing(true)}>
          {text.draw}
        </Button>
      )}
    </>
  )
}

function DrawForm({ office, onDone }: { office: ExemptionOffice; onDone: () => void }) {
  const { words: general } = useLanguage()
  const text = useExemptionOfficeWords().checks
  const queries = useQueryClient()
  const toast = useToast()
  const [authorityId, setAuthority] = useState(office.authorities[0]?.id ?? '')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const draw = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/office/exemption-samples', { body: { authorityId, from, to } })),
    onSuccess: async ({ drawn }) => {
      toast({ text: text.drawn(drawn) })
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['exemption-samples'] }),
        queries.invalidateQueries({ queryKey: ['exemption-checks'] }),
      ])
      onDone()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = [
      !from && { field: 'draw-from', message: text.wrongFrom },
      (!to || to >= today() || to < from) && { field: 'draw-to', message: text.wrongTo },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length === 0) draw.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <p>{text.drawHint}</p>
      {office.authorities.length > 1 && (
        <Select
          label={text.authority}
          value={authorityId}
          choices={office.authorities.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setAuthority}
        />
      )}
      <Field
        id="draw-from"
        type="date"
        label={text.from}
        value={from}
        error={problemOf(problems, 'draw-from')}
        onChange={setFrom}
      />
      <Field
        id="draw-to"
        type="date"
        label={text.to}
        value={to}
        error={problemOf(problems, 'draw-to')}
        onChange={setTo}
      />
      {draw.error && <ProblemAlert error={draw.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={draw.isPending} pendingText={general.ui.sending}>
          {text.drawGo}
        </Button>
        <Button look="outline-primary" onClick={onDone}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
