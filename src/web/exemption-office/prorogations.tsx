// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { ExemptionOffice, Prorogation } from '../app/contract.ts'
import { dayAndTime, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { OfficeFrame, usePeriod } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

/** While many are being changed the figures are asked for again and again. */
const everyMs = 3_000

/** Prorogation of many exemptions at once: counted, confirmed, and taken back within a window. */
export function ProrogationsPage() {
  const text = useExemptionOfficeWords().prorogations
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {(office) => (
        <>
          <div className="sf-narrow">
            <PrepareForm office={office} />
          </div>
          <h2>{text.list}</h2>
          <Prorogations />
        </>
      )}
    </OfficeFrame>
  )
}

const nothing = { act: '', codes: '', endingFrom: '', endingTo: '', until: '' }

function PrepareForm({ office }: { office: ExemptionOffice }) {
  const { words: general } = useLanguage()
  const text = useExemptionOfficeWords().prorogations
  const queries = useQueryClient()
  const [form, setForm] = useState(nothing)
  const [authorityId, setAuthority] = useState(office.authorities[0]?.id ?? '')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const codes = form.codes
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
  const prepare = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/exemption-prorogations', {
          body: { ...form, act: form.act.trim(), codes, authorityId },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['prorogations'] }),
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = [
      form.act.trim().length < 5 && { field: 'act', message: text.missing.act },
      (codes.length === 0 || codes.some((code) => !/^[A-Z0-9]{3,6}$/.test(code))) && {
        field: 'codes',
        message: text.missing.codes,
      },
      !form.endingFrom && { field: 'endingFrom', message: text.missing.endingFrom },
      (!form.endingTo || form.endingTo < form.endingFrom) && { field: 'endingTo', message: text.missing.endingTo },
      (!form.until || form.until <= form.endingTo) && { field: 'until', message: text.missing.until },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length === 0) prepare.mutate()
  }
  const field = (name: keyof typeof nothing, type: 'text' | 'date', hint?: string) => (
    <Field
      id={name}
      type={type}
      label={text.fields[name]}
      hint={hint}
      value={form[name]}
      error={problemOf(problems, name)}
      onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
    />
  )
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      {office.authorities.length > 1 && (
        <Select
          label={text.authority}
          value={authorityId}
          choices={office.authorities.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setAuthority}
        />
      )}
      {field('act', 'text', text.actHint)}
      {field('codes', 'text', text.codesHint)}
      {field('endingFrom', 'date')}
      {field('endingTo', 'date')}
      {field('until', 'date')}
      {prepare.error && <ProblemAlert error={prepare.error} />}
      <Button type="submit" pending={prepare.isPending} pendingText={general.ui.sending}>
        {text.prepare}
      </Button>
    </form>
  )
}

function Prorogations() {
  const text = useExemptionOfficeWords().prorogations
  const found = useQuery({
    queryKey: ['prorogations'],
    queryFn: () => ask(api.GET('/api/v1/office/exemption-prorogations')),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'RUNNING' || one.state === 'UNDOING') ? everyMs : false,
  })
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton lines={5} />
  if (found.data.items.length === 0) return <p role="status">{text.none}</p>
  return found.data.items.map((one) => <ProrogationCard key={one.id} one={one} />)
}

const tones = { PREPARED: 'info', RUNNING: 'warning', DONE: 'success', UNDOING: 'warning', UNDONE: 'neutral' } as const

function ProrogationCard({ one }: { one: Prorogation }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().prorogations
  const period = usePeriod()
  const [asking, setAsking] = useState<'confirm' | 'undo'>()
  const act = one.state === 'PREPARED' && one.counted > 0 ? 'confirm' : one.mayUndo ? 'undo' : undefined
  return (
    <Card level={3} title={one.act} aside={<Badge tone={tones[one.state]}>{text.states[one.state]}</Badge>}>
      <Facts
        facts={[
          [text.fields.codes, one.codes.join(', ')],
          [text.ending, period(one.endingFrom, one.endingTo)],
          [text.fields.until, longDay(language, one.until)],
          [text.counted, text.people(one.counted)],
          one.leftOut > 0 && [text.leftOut, text.people(one.leftOut)],
          one.state !== 'PREPARED' && [text.done, text.people(one.done)],
          one.mayUndo && [text.undoUntil, dayAndTime(language, one.undoUntil!)],
        ]}
      />
      {act && (
        <Button look={act === 'confirm' ? 'primary' : 'outline-danger'} onClick={() => setAsking(act)}>
          {text[act]} <span className="visually-hidden">({one.act})</span>
        </Button>
      )}
      <Dialog open={asking !== undefined} title={text[asking ?? 'confirm']} onClose={() => setAsking(undefined)}>
        {asking && <Ask one={one} act={asking} onClose={() => setAsking(undefined)} />}
      </Dialog>
    </Card>
  )
}

function Ask({ one, act, onClose }: { one: Prorogation; act: 'confirm' | 'undo'; onClose: () => void }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().prorogations
  const queries = useQueryClient()
  const go = useMutation({
    mutationFn: () => {
      const params = { path: { id: one.id } }
      return act === 'confirm'
        ? ask(api.POST('/api/v1/office/exemption-prorogations/{id}/confirm', { params }))
        : ask(api.POST('/api/v1/office/exemption-prorogations/{id}/undo', { params }))
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['prorogations'] })
      onClose()
    },
  })
  return (
    <>
      <p>{act === 'confirm' ? text.confirmAsk(one.counted, longDay(language, one.until)) : text.undoAsk(one.done)}</p>
      {go.error && <ProblemAlert error={go.error} />}
      <div className="sf-actions">
        <Button look={act === 'confirm' ? 'primary' : 'danger'} pending={go.isPending} onClick={() => go.mutate()}>
          {text[act]}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {text.cancel}
        </Button>
      </div>
    </>
  )
}
