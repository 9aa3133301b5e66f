// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import type { AuditSearch } from '../app/contract.ts'
import { dayOf, today } from '../app/formats.ts'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { useAuditorWords } from './words.ts'
import { faultsOf, wishOf, type Form } from './wish.ts'

const empty = (): Form => ({
  reason: '',
  person: '',
  actor: '',
  objectId: '',
  from: dayOf(new Date(Date.now() - 30 * 86_400_000).toISOString()),
  to: today(),
  who: 'any',
  action: 'any',
  outcome: 'any',
})

/** Choices of a list of words, with "all" first. */
function choices<Value extends string>(
  any: string,
  words: Record<Value, string>,
): { value: Value | 'any'; label: string }[] {
  const named = (Object.keys(words) as Value[]).map((value) => ({ value, label: words[value] })) // its own keys
  return [{ value: 'any' as const, label: any }, ...named]
}

/** What to look for, and why. */
export function SearchForm(props: { pending: boolean; onSearch: (wish: AuditSearch) => void }) {
  const words = useAuditorWords()
  const text = words.form
  const [form, setForm] = useState(empty)
  const [faults, setFaults] = useState<FieldProblem[]>([])
  const set = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }))

  function submit(event: FormEvent) {
    event.preventDefault()
    const found = faultsOf(form, text)
    setFaults(found)
    if (found.length === 0) props.onSearch(wishOf(form))
  }
  const field = (name: 'reason' | 'person' | 'actor' | 'objectId' | 'from' | 'to') => ({
    id: name,
    value: form[name],
    error: problemOf(faults, name),
    onChange: (value: string) => set({ [name]: value }),
    autoComplete: 'off',
  })
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={faults} />
      <Field {...field('reason')} label={text.reason} hint={text.reasonHint} rows={2} maxLength={500} />
      <p className="form-text">{text.oneOf}</p>
      <div className="sf-filter-row">
        <Field {...field('person')} label={text.person} optional autoCapitalize="characters" maxLength={16} />
        <Field {...field('actor')} label={text.actor} optional autoCapitalize="characters" maxLength={16} />
        <Field {...field('objectId')} label={text.object} hint={text.objectHint} optional maxLength={36} />
      </div>
      <div className="sf-filter-row">
        <Field {...field('from')} type="date" label={text.from} />
        <Field {...field('to')} type="date" label={text.to} />
        <Select
          label={text.who}
          value={form.who}
          choices={choices(text.any, words.who)}
          onChange={(who) => set({ who })}
        />
        <Select
          label={text.action}
          value={form.action}
          choices={choices(text.any, words.action)}
          onChange={(action) => set({ action })}
        />
        <Select
          label={text.outcome}
          value={form.outcome}
          choices={choices(text.any, words.outcome)}
          onChange={(outcome) => set({ outcome })}
        />
      </div>
      <Button type="submit" icon="search" pending={props.pending} pendingText={text.searching}>
        {text.search}
      </Button>
    </form>
  )
}
