// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { ExemptionCheck } from '../app/contract.ts'
import { dayAndTime, euros, longDay, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useToast } from '../ui/toast.tsx'
import { CheckState } from './checks.tsx'
import { OfficeFrame } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

/** While what was not paid is being counted the case is asked for again and again. */
const everyMs = 3_000

/** One check: what is known, what happened, and what can be done now. */
export function CheckPage() {
  const { checkId = '' } = useParams()
  const text = useExemptionOfficeWords().check
  const check = useQuery({
    queryKey: ['exemption-check', checkId],
    queryFn: () => ask(api.GET('/api/v1/office/exemption-checks/{id}', { params: { path: { id: checkId } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'REVOKED' ? everyMs : false),
  })
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {() => (
        <>
          {check.error && <ProblemAlert error={check.error} onRetry={() => void check.refetch()} />}
          {check.isPending && <Skeleton lines={8} />}
          {check.data && <Check check={check.data} />}
        </>
      )}
    </OfficeFrame>
  )
}

function Check({ check }: { check: ExemptionCheck }) {
  const { language } = useLanguage()
  const { check: text, checks } = useExemptionOfficeWords()
  const [act, setAct] = useState<ExemptionCheck['acts'][number]>()
  const { payment, undueCents, columns } = { ...check, columns: text.columns }
  return (
    <>
      <h2>
        {check.number} <CheckState state={check.state} />
      </h2>
      <Facts
        facts={[
          [text.person, check.personName],
          check.declarantName !== check.personName && [text.declarant, check.declarantName],
          [
            text.declaration,
            <Link
              key="declaration"
              to={app.declaration(check.declarationId)}
            >{`${check.code}, ${check.protocol}`}</Link>,
          ],
          [text.reason, checks.reasons[check.reason]],
          check.revokeFrom && [text.revokeFrom, longDay(language, check.revokeFrom)],
          check.replyBy && [text.replyBy, longDay(language, check.replyBy)],
          check.objection && [text.objection, check.objection],
          undueCents !== null && [text.undue, euros(language, undueCents)],
          payment && [text.payment, text.payBy(longDay(language, payment.dueOn), payment.noticeNumber)],
          check.fineCapCents !== null && [text.fine, euros(language, check.fineCapCents)],
        ]}
      />
      {check.crime && (
        <Alert tone="warning" title={text.fine}>
          <p>{text.crime}</p>
        </Alert>
      )}
      {check.replyBy && (
        <p>
          <a
            className="btn btn-outline-primary"
            href={`/api/v1/office/exemption-checks/${check.id}/letter.pdf`}
            target="_blank"
            rel="noreferrer"
          >
            {text.letter}
          </a>
        </p>
      )}
      {act ? (
        <ActForm key={act} check={check} act={act} onDone={() => setAct(undefined)} />
      ) : (
        <div className="sf-actions">
          {check.acts.map((one) => (
            <Button key={one} look="outline-primary" onClick={() => setAct(one)}>
              {text.acts[one]}
            </Button>
          ))}
        </div>
      )}
      {check.undue.length > 0 && (
        <>
          <h2>{text.visits}</h2>
          <Table
            caption={text.visits}
            rows={check.undue}
            id={(row) => row.bookingId}
            columns={[
              { title: columns.code, cell: (row) => row.code },
              { title: columns.day, cell: (row) => shortDay(language, row.day) },
              { title: columns.cents, cell: (row) => euros(language, row.cents), number: true },
            ]}
          />
        </>
      )}
      <h2>{text.steps}</h2>
      <ol>
        {check.steps.map((step) => (
          <li key={step.at}>
            {dayAndTime(language, step.at)}: <strong>{checks.states[step.state]}</strong>
            {step.byOffice && ` ${text.byOffice}`}
            {step.note && <div>{step.note}</div>}
          </li>
        ))}
      </ol>
    </>
  )
}

function ActForm(props: { check: ExemptionCheck; act: ExemptionCheck['acts'][number]; onDone: () => void }) {
  const { words: general } = useLanguage()
  const text = useExemptionOfficeWords().check
  const queries = useQueryClient()
  const toast = useToast()
  const { check, act } = props
  const [note, setNote] = useState('')
  const [from, setFrom] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/exemption-checks/{id}/acts', {
          params: { path: { id: check.id } },
          body: { act, note: note.trim(), ...(from && { from }) },
        }),
      ),
    onSuccess: async (after) => {
      queries.setQueryData(['exemption-check', check.id], after)
      toast({ text: text.done })
      await queries.invalidateQueries({ queryKey: ['exemption-checks'] })
      props.onDone()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = note.trim().length < 3 ? [{ field: 'note', message: text.missing }] : []
    setProblems(wrong)
    if (wrong.length === 0) send.mutate()
  }
  return (
    <form onSubmit={submit} noValidate className="sf-narrow">
      <h2>{text.acts[act]}</h2>
      <ErrorSummary problems={problems} />
      <p>{text.effects[act]}</p>
      <Field
        id="note"
        label={text.why[act]}
        rows={4}
        maxLength={2000}
        value={note}
        error={problemOf(problems, 'note')}
        onChange={setNote}
      />
      {act === 'notify' && (
        <Field id="from" type="date" optional label={text.from} hint={text.fromHint} value={from} onChange={setFrom} />
      )}
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button
          type="submit"
          look={act === 'revoke' ? 'danger' : 'primary'}
          pending={send.isPending}
          pendingText={general.ui.sending}
        >
          {text.acts[act]}
        </Button>
        <Button look="outline-primary" onClick={props.onDone}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}

/** Opens a targeted check of a declaration. */
export function OpenCheck({ declarationId }: { declarationId: string }) {
  const { words: general } = useLanguage()
  const text = useExemptionOfficeWords().check
  const navigate = useNavigate()
  const [writing, setWriting] = useState(false)
  const [note, setNote] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const open = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/office/exemption-checks', { body: { declarationId, note: note.trim() } })),
    onSuccess: ({ id }) => navigate(app.exemptionCheck(id)),
  })
  if (!writing)
    return (
      <Button look="outline-primary" onClick={() => setWriting(true)}>
        {text.open}
      </Button>
    )
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = note.trim() === '' ? [{ field: 'why', message: text.missing }] : []
    setProblems(wrong)
    if (wrong.length === 0) open.mutate()
  }
  return (
    <form onSubmit={submit} noValidate className="sf-narrow">
      <ErrorSummary problems={problems} />
      <Field
        id="why"
        label={text.openWhy}
        rows={3}
        maxLength={2000}
        value={note}
        error={problemOf(problems, 'why')}
        onChange={setNote}
      />
      {open.error && <ProblemAlert error={open.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={open.isPending} pendingText={general.ui.sending}>
          {text.open}
        </Button>
        <Button look="outline-primary" onClick={() => setWriting(false)}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
