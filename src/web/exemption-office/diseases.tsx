// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { api, ask } from '../app/api.ts'
import type { DiseaseExemption } from '../app/contract.ts'
import { shortDay, today } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, FieldError, problemOf, type FieldProblem } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { ExemptionState, OfficeFrame, usePeriod } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

/** Exemptions for chronic and rare diseases: entered with the certificate, and taken back when it was a mistake. */
export function DiseasesPage() {
  const text = useExemptionOfficeWords().diseases
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {() => (
        <>
          <Entering />
          <h2>{text.entered}</h2>
          <Entered />
        </>
      )}
    </OfficeFrame>
  )
}

function Entering() {
  const text = useExemptionOfficeWords().diseases
  const [number, setNumber] = useState(0)
  const [done, setDone] = useState<DiseaseExemption>()
  return (
    <div className="sf-narrow">
      {done && (
        <Alert tone="success" title={text.saved} live>
          <p>{`${done.personName}: ${done.code} – ${done.name}. ${text.savedNext}`}</p>
        </Alert>
      )}
      <EntryForm
        key={number}
        onDone={(one) => {
          setDone(one)
          setNumber(number + 1)
        }}
      />
    </div>
  )
}

const nothing = { fiscalCode: '', issuer: '', issuedOn: '', number: '', until: '' }

function EntryForm({ onDone }: { onDone: (one: DiseaseExemption) => void }) {
  const { words: general } = useLanguage()
  const text = useExemptionOfficeWords().diseases
  const queries = useQueryClient()
  const [form, setForm] = useState(nothing)
  const [code, setCode] = useState<string>()
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [key] = useState(newKey)
  const codes = useQuery({
    queryKey: ['disease-codes'],
    queryFn: () => ask(api.GET('/api/v1/office/disease-exemptions/codes')),
    staleTime: Infinity,
  })
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/disease-exemptions', {
          params: { header: { 'idempotency-key': key } },
          body: {
            fiscalCode: form.fiscalCode.trim(),
            code: code!,
            issuer: form.issuer.trim(),
            issuedOn: form.issuedOn,
            until: form.until || null,
            ...(form.number.trim() && { number: form.number.trim() }),
          },
        }),
      ),
    onSuccess: async (one) => {
      await queries.invalidateQueries({ queryKey: ['disease-exemptions'] })
      onDone(one)
    },
  })
  if (codes.error) return <ProblemAlert error={codes.error} onRetry={() => void codes.refetch()} />
  if (!codes.data) return <Skeleton lines={6} />
  const put = (name: keyof typeof nothing) => (value: string) => setForm((before) => ({ ...before, [name]: value }))
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = [
      !readPersonCode(form.fiscalCode.replace(/\s/g, '').toUpperCase()) && {
        field: 'fiscalCode',
        message: text.missing.fiscalCode,
      },
      !code && { field: 'disease', message: text.missing.code },
      form.issuer.trim().length < 3 && { field: 'issuer', message: text.missing.issuer },
      (!form.issuedOn || form.issuedOn > today()) && { field: 'issuedOn', message: text.missing.issuedOn },
      form.until !== '' && form.until < today() && { field: 'until', message: text.missing.until },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length === 0) send.mutate()
  }
  const field = (name: keyof typeof nothing, type: 'text' | 'date', optional = false) => (
    <Field
      id={name}
      type={type}
      label={text.fields[name]}
      hint={text.hints[name]}
      optional={optional}
      value={form[name]}
      error={problemOf(problems, name)}
      onChange={put(name)}
    />
  )
  const wrongCode = problemOf(problems, 'disease')
  return (
    <form onSubmit={submit} noValidate>
      <h2>{text.enter}</h2>
      <ErrorSummary problems={problems} />
      {field('fiscalCode', 'text')}
      <div id="disease" tabIndex={-1}>
        {wrongCode && <FieldError id="disease-error">{wrongCode}</FieldError>}
        <Combobox
          label={text.code}
          hint={text.codeHint}
          choices={codes.data.items.map((one) => ({ value: one.code, label: `${one.code} – ${one.name}` }))}
          value={code}
          onChange={setCode}
        />
      </div>
      {field('issuer', 'text')}
      {field('issuedOn', 'date')}
      {field('number', 'text', true)}
      {field('until', 'date', true)}
      {send.error && <ProblemAlert error={send.error} />}
      <Button type="submit" pending={send.isPending} pendingText={general.ui.sending}>
        {text.submit}
      </Button>
    </form>
  )
}

function Entered() {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().diseases
  const period = usePeriod()
  const [asking, setAsking] = useState<DiseaseExemption>()
  const found = useInfiniteQuery({
    queryKey: ['disease-exemptions'],
    initialPageParam: 1,
    queryFn: ({ pageParam: page }) =>
      ask(api.GET('/api/v1/office/disease-exemptions', { params: { query: { page } } })),
    getNextPageParam: (last, pages) =>
      pages.reduce((sum, { items }) => sum + items.length, 0) < last.total ? pages.length + 1 : undefined,
  })
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton lines={5} />
  const rows = found.data.pages.flatMap(({ items }) => items)
  if (rows.length === 0) return <p role="status">{text.none}</p>
  const { columns } = text
  return (
    <>
      <Table
        caption={text.entered}
        rows={rows}
        id={(row) => row.id}
        columns={[
          {
            title: columns.person,
            cell: (row) => (
              <>
                {row.personName}
                <div>{row.fiscalCode}</div>
              </>
            ),
          },
          { title: columns.code, cell: (row) => `${row.code} – ${row.name}` },
          { title: columns.state, cell: (row) => <ExemptionState state={row.state} /> },
          { title: columns.period, cell: (row) => period(row.from, row.until) },
          {
            title: columns.certificate,
            cell: (row) => [row.issuer, row.number, shortDay(language, row.issuedOn)].filter(Boolean).join(', '),
          },
          {
            title: columns.act,
            cell: (row) =>
              row.state === 'ACTIVE' ? (
                <Button look="link" onClick={() => setAsking(row)}>
                  {text.annul} <span className="visually-hidden">({row.personName})</span>
                </Button>
              ) : (
                '–'
              ),
          },
        ]}
      />
      <Pager
        shown={rows.length}
        more={found.hasNextPage}
        pending={found.isFetchingNextPage}
        onMore={() => void found.fetchNextPage()}
      />
      <Dialog open={asking !== undefined} title={text.annul} onClose={() => setAsking(undefined)}>
        {asking && <Annul one={asking} onClose={() => setAsking(undefined)} />}
      </Dialog>
    </>
  )
}

function Annul({ one, onClose }: { one: DiseaseExemption; onClose: () => void }) {
  const text = useExemptionOfficeWords().diseases
  const queries = useQueryClient()
  const annul = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/office/disease-exemptions/{id}/annul', { params: { path: { id: one.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['disease-exemptions'] })
      onClose()
    },
  })
  return (
    <>
      <p>{`${one.personName}, ${one.code}. ${text.annulAsk}`}</p>
      {annul.error && <ProblemAlert error={annul.error} />}
      <div className="sf-actions">
        <Button look="danger" pending={annul.isPending} onClick={() => annul.mutate()}>
          {text.annul}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {text.cancel}
        </Button>
      </div>
    </>
  )
}
