// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { PartnerClient } from '../app/contract.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useChange } from './queries.ts'
import { usePartnerWords } from './words.ts'

const most = { perMinute: 100_000, perDay: 100_000_000 }

/** How much a system may call: the region decides. */
export function Quota(props: { client: PartnerClient }) {
  const text = usePartnerWords().quota
  const { id, perMinute, perDay } = props.client
  const [wish, setWish] = useState({ perMinute: String(perMinute), perDay: String(perDay) })
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const save = useChange(
    (body: { perMinute: number; perDay: number }) =>
      ask(api.PUT('/api/v1/partner-clients/{id}/quota', { params: { path: { id } }, body })),
    () => text.saved,
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    const fits = (name: 'perMinute' | 'perDay') =>
      /^[1-9][0-9]*$/.test(wish[name].trim()) && Number(wish[name]) <= most[name]
    const found = [
      ...(fits('perMinute') ? [] : [{ field: 'perMinute', message: text.minuteWrong }]),
      ...(fits('perDay') ? [] : [{ field: 'perDay', message: text.dayWrong }]),
    ]
    setProblems(found)
    if (found.length === 0) save.mutate({ perMinute: Number(wish.perMinute), perDay: Number(wish.perDay) })
  }
  const field = (name: 'perMinute' | 'perDay') => ({
    id: name,
    label: text[name],
    inputMode: 'numeric' as const,
    maxLength: 9,
    value: wish[name],
    onChange: (value: string) => setWish((before) => ({ ...before, [name]: value })),
    error: problemOf(problems, name),
  })
  return (
    <Card title={text.title}>
      {save.error && <ProblemAlert error={save.error} />}
      <form onSubmit={submit} noValidate>
        <Field {...field('perMinute')} />
        <Field {...field('perDay')} />
        <Button type="submit" look="outline-primary" pending={save.isPending}>
          {text.save}
        </Button>
      </form>
    </Card>
  )
}
