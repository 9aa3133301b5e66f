// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { DuplicateCase, DuplicateDecision } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { nameOf } from './list.tsx'
import { useDuplicatesWords } from './words.ts'

const decisions = ['same', 'different', 'later'] as const

/** Whether two records are one person: the form. */
export function Decision({ case: one }: { case: DuplicateCase }) {
  const text = useDuplicatesWords().decide
  const { language } = useLanguage()
  const queries = useQueryClient()
  const [decision, setDecision] = useState<DuplicateDecision['decision']>()
  const [survivor, setSurvivor] = useState<'first' | 'second'>()
  const [note, setNote] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: (body: DuplicateDecision) =>
      ask(api.POST('/api/v1/office/duplicates/{id}/decision', { params: { path: { id: one.id } }, body })),
    onSuccess: async (decided) => {
      queries.setQueryData(['duplicate', one.id], decided)
      window.scrollTo(0, 0)
      await queries.invalidateQueries({ queryKey: ['duplicates'] })
      await queries.invalidateQueries({ queryKey: ['merges'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !decision && { field: 'decision', message: text.missing.decision },
      decision === 'same' && !survivor && { field: 'survivor', message: text.missing.survivor },
      note.trim().length < 3 && { field: 'note', message: text.missing.note },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length > 0 || !decision) return
    const survivorId = decision === 'same' && survivor ? one[survivor].id : undefined
    send.mutate({ decision, note: note.trim(), ...(survivorId && { survivorId }) })
  }
  const record = (which: 'first' | 'second') => ({
    value: which,
    label: `${text[which]}: ${nameOf(one[which])}, ${shortDay(language, one[which].birthDate)}`,
    ...(one.suggested === which && { note: text.suggested }),
  })
  return (
    <form onSubmit={submit} noValidate className="sf-narrow">
      <h2>{text.title}</h2>
      <ErrorSummary problems={problems} />
      <RadioGroup
        name="decision"
        legend={text.decision}
        value={decision}
        onChange={setDecision}
        error={problemOf(problems, 'decision')}
        choices={decisions.map((value) => ({ value, label: text.choices[value][0], note: text.choices[value][1] }))}
      />
      {decision === 'same' && (
        <RadioGroup
          name="survivor"
          legend={text.survivor}
          hint={text.survivorHint}
          value={survivor}
          onChange={setSurvivor}
          error={problemOf(problems, 'survivor')}
          choices={[record('first'), record('second')]}
        />
      )}
      <Field
        id="note"
        label={text.note}
        hint={text.noteHint}
        maxLength={500}
        value={note}
        onChange={setNote}
        error={problemOf(problems, 'note')}
      />
      {send.error && <Failed error={send.error} />}
      <Button type="submit" pending={send.isPending}>
        {text.submit}
      </Button>
    </form>
  )
}

interface Conflict {
  relation: string
  it: string
  en: string
}

/** Why it did not go, with what stands in the way of a merge. */
function Failed({ error }: { error: Error }) {
  const text = useDuplicatesWords().decide
  const { language } = useLanguage()
  const conflicts = error instanceof Problem ? (error.members['conflicts'] as Conflict[] | undefined) : undefined
  if (!conflicts) return <ProblemAlert error={error} />
  return (
    <Alert tone="danger" title={error.message}>
      <p>{text.conflicts}</p>
      <ul>
        {conflicts.map((one) => (
          <li key={one.relation}>{one[language]}</li>
        ))}
      </ul>
    </Alert>
  )
}
