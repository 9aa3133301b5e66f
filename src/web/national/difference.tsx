// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { NationalDecision, NationalDifference } from '../app/contract.ts'
import { dayAndTime, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { nameOf, useSaid } from './differences.tsx'
import { Answered, Frame } from './frame.tsx'
import { ReasonDialog } from './reason.tsx'
import { useNationalWords } from './words.ts'

const decisions = ['take', 'keep', 'later'] as const

/** One difference: the record and the registry side by side, and the decision. */
export function DifferencePage() {
  const { differenceId = '' } = useParams()
  const text = useNationalWords().one
  const query = useQuery({
    queryKey: ['national-difference', differenceId],
    queryFn: () => ask(api.GET('/api/v1/office/national-differences/{id}', { params: { path: { id: differenceId } } })),
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      <p>
        <Link to={app.national}>{text.back}</Link>
      </p>
      <Answered query={query}>{(one) => <Difference one={one} />}</Answered>
    </Frame>
  )
}

function useAnswer(id: string) {
  const queries = useQueryClient()
  return async (answer: NationalDifference) => {
    queries.setQueryData(['national-difference', id], answer)
    window.scrollTo(0, 0)
    for (const queryKey of [['national-differences'], ['national-messages']])
      await queries.invalidateQueries({ queryKey })
  }
}

function Difference({ one }: { one: NationalDifference }) {
  const words = useNationalWords()
  const text = words.one
  const { language } = useLanguage()
  const said = useSaid()
  const open = one.state === 'open' || one.state === 'later'
  const kind = one.message.kind ? words.kinds[one.message.kind] : words.messages.unreadable
  return (
    <>
      {one.state !== 'open' && (
        <Alert
          tone={one.state === 'taken' || one.state === 'kept' ? 'success' : 'info'}
          title={text.decidedAs[one.state]}
        >
          {one.note && <p>{text.noteWas(one.note)}</p>}
        </Alert>
      )}
      {open && (
        <Alert tone="warning" title={text.why[one.because]}>
          {one.because === 'held-by-another' && <Link to={app.duplicates}>{text.duplicates}</Link>}
        </Alert>
      )}
      <h2>{text.question}</h2>
      <p>
        <strong>{words.born(nameOf(one.person), shortDay(language, one.person.birthDate))}</strong>
        <br />
        {text.message(kind, words.sources[one.source], one.message.on ? shortDay(language, one.message.on) : '')}
      </p>
      <Facts
        facts={[
          [`${words.parts[one.part]}: ${text.ours.toLowerCase()}`, said(one.part, one.ours)],
          [`${words.parts[one.part]}: ${text.theirs.toLowerCase()}`, said(one.part, one.theirs)],
          [text.ourSource, one.ourSource ?? text.noSource],
        ]}
      />
      <h2>{text.compared}</h2>
      <Table
        caption={text.compared}
        rows={one.fields}
        id={(row) => row.field}
        columns={[
          { title: text.columns.field, cell: (row) => <strong>{words.parts[row.field]}</strong> },
          { title: text.columns.ours, cell: (row) => value(language, row.field, row.ours) ?? words.empty },
          { title: text.columns.theirs, cell: (row) => value(language, row.field, row.theirs) ?? words.empty },
          {
            title: text.columns.same,
            cell: (row) => (
              <Badge tone={row.same ? 'success' : 'danger'}>{row.same ? text.same : text.different}</Badge>
            ),
          },
        ]}
      />
      {one.history.length > 0 && (
        <>
          <h2>{text.history}</h2>
          <ul>
            {one.history.map((entry) => (
              <li key={entry.decidedAt}>
                {dayAndTime(language, entry.decidedAt)}: {text.historyOf[entry.state]}. {entry.note}
              </li>
            ))}
          </ul>
        </>
      )}
      {one.own && <p>{text.own}</p>}
      {open && !one.own && <Decision one={one} />}
      {one.canUndo && !one.own && <Undo id={one.id} />}
    </>
  )
}

const value = (language: 'it' | 'en', field: string, of: string | null): string | null =>
  of && field === 'birthDate' ? shortDay(language, of) : of

function Decision({ one }: { one: NationalDifference }) {
  const text = useNationalWords().decide
  const answered = useAnswer(one.id)
  const [decision, setDecision] = useState<NationalDecision['decision']>()
  const [note, setNote] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: (body: NationalDecision) =>
      ask(api.POST('/api/v1/office/national-differences/{id}/decision', { params: { path: { id: one.id } }, body })),
    onSuccess: answered,
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !decision && { field: 'decision', message: text.missing.decision },
      note.trim().length < 3 && { field: 'note', message: text.missing.note },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length === 0 && decision) send.mutate({ decision, note: note.trim() })
  }
  const offered = decisions.filter((value) => value !== 'take' || one.because !== 'held-by-another')
  return (
    <form onSubmit={submit} noValidate className="sf-narrow">
      <h2>{text.title}</h2>
      <ErrorSummary problems={problems} />
      <RadioGroup
        name="decision"
        legend={text.legend}
        value={decision}
        onChange={setDecision}
        error={problemOf(problems, 'decision')}
        choices={offered.map((choice) => ({
          value: choice,
          label: text.choices[choice][0]!,
          note: text.choices[choice][1]!,
        }))}
      />
      <Field
        id="note"
        label={text.note}
        hint={text.noteHint}
        maxLength={500}
        value={note}
        onChange={setNote}
        error={problemOf(problems, 'note')}
      />
      {send.error && <ProblemAlert error={send.error} />}
      <Button type="submit" pending={send.isPending}>
        {text.submit}
      </Button>
    </form>
  )
}

function Undo({ id }: { id: string }) {
  const text = useNationalWords().undo
  const answered = useAnswer(id)
  const [open, setOpen] = useState(false)
  const undo = useMutation({
    mutationFn: (reason: string) =>
      ask(api.POST('/api/v1/office/national-differences/{id}/undo', { params: { path: { id } }, body: { reason } })),
    onSuccess: async (answer) => {
      setOpen(false)
      await answered(answer)
    },
  })
  return (
    <>
      <Button look="outline-primary" onClick={() => setOpen(true)}>
        {text.button}
      </Button>
      <ReasonDialog
        open={open}
        title={text.title}
        text={text.text}
        label={text.reason}
        confirm={text.button}
        cancel={text.keep}
        busy={undo.isPending}
        error={undo.error}
        onClose={() => setOpen(false)}
        onConfirm={(reason) => undo.mutate(reason)}
      />
    </>
  )
}
