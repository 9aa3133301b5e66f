// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { delegatedServices } from '../../shared/delegated-services.ts'
import { api, ask } from '../app/api.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { Services } from '../citizen/delegation-new.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { blank, faultsOf, isOrder, wishOf, type Registration } from './registration.ts'
import { useDeskWords } from './words.ts'

const named = <Value extends string>(words: Record<Value, string>) =>
  (Object.keys(words) as Value[]).map((value) => ({ value, label: words[value] })) // its own keys

/** The form of a registration: who, for what, until when, on which document, by which order. */
export function Register() {
  const { words } = useLanguage()
  const text = useDeskWords().form
  const [form, setForm] = useState(blank)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [key, setKey] = useState(newKey)
  const queries = useQueryClient()
  const toast = useToast()
  const set = (part: Partial<Registration>) => setForm((before) => ({ ...before, ...part }))
  const register = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/desk/delegations', {
          params: { header: { 'idempotency-key': key } },
          body: wishOf(form),
        }),
      ),
    onSuccess: async () => {
      toast({ text: text.saved })
      setForm(blank)
      setKey(newKey())
      await queries.invalidateQueries({ queryKey: ['desk-delegations'] })
    },
  })
  type Text = Exclude<keyof Registration, 'kind' | 'services' | 'documentKind'>
  const field = (name: Text) => ({
    id: name,
    label: text[name],
    value: form[name],
    error: problemOf(problems, name),
    onChange: (value: string) => set({ [name]: value }),
    autoComplete: 'off',
  })
  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        const found = faultsOf(form, text, words.delegations.servicesBad)
        setProblems(found)
        if (found.length === 0) register.mutate()
      }}
    >
      <h2>{text.title}</h2>
      <ErrorSummary problems={problems} />
      <RadioGroup
        name="kind"
        legend={text.kind}
        choices={named(text.kinds)}
        value={form.kind}
        onChange={(kind) => set({ kind })}
      />
      <Field {...field('delegator')} autoCapitalize="characters" maxLength={20} />
      <Field {...field('delegate')} autoCapitalize="characters" maxLength={20} />
      <Services
        legend={text.services}
        offered={delegatedServices}
        chosen={form.services}
        error={problemOf(problems, 'service-BOOKING')}
        onChange={(services) => set({ services })}
      />
      <Field {...field('until')} type="date" hint={text.untilHint} optional={isOrder(form)} />
      {isOrder(form) && (
        <fieldset className="sf-field sf-field-group">
          <legend className="form-label">{text.court}</legend>
          <Field {...field('courtName')} maxLength={120} />
          <Field {...field('courtNumber')} maxLength={60} />
          <Field {...field('issuedOn')} type="date" />
          <Field {...field('powers')} rows={4} maxLength={1000} />
        </fieldset>
      )}
      <fieldset className="sf-field sf-field-group">
        <legend className="form-label">{text.document}</legend>
        <p className="form-text">{text.documentHint}</p>
        <Select
          label={text.documentKind}
          choices={named(text.documentKinds)}
          value={form.documentKind}
          onChange={(documentKind) => set({ documentKind })}
        />
        <Field {...field('number')} maxLength={30} />
        <Field {...field('issuer')} maxLength={120} />
        <Field {...field('expiresOn')} type="date" />
      </fieldset>
      <Field {...field('scan')} hint={text.scanHint} optional maxLength={200} />
      {register.error && <ProblemAlert error={register.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={register.isPending} pendingText={words.ui.sending}>
          {text.save}
        </Button>
      </div>
    </form>
  )
}
