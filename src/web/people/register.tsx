// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { NamedPlace, NewPerson, PersonFacts, PersonFactsChecked } from '../app/contract.ts'
import { today } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, Select, type FieldProblem } from '../ui/field.tsx'
import { useToast } from '../ui/toast.tsx'
import { Checked } from './checked.tsx'
import { Failure, Frame } from './frame.tsx'
import { PlaceField } from './place-field.tsx'
import { usePeopleWords } from './words.ts'

/** Entering a person: her data, the check against the registry, then her enrolment. */
export function RegisterPage() {
  const text = usePeopleWords().register
  return (
    <Frame title={text.title} lead={text.lead}>
      <div className="sf-narrow">
        <Steps />
      </div>
    </Frame>
  )
}

interface Checking {
  facts: PersonFacts
  found: PersonFactsChecked
}

function Steps() {
  const text = usePeopleWords().register
  const [checked, setChecked] = useState<Checking>()
  return (
    <>
      <div hidden={checked !== undefined}>
        <FactsForm onChecked={setChecked} />
      </div>
      {checked && (
        <>
          <Button look="outline-primary" onClick={() => setChecked(undefined)}>
            {text.change}
          </Button>
          <EnrolForm {...checked} />
        </>
      )}
    </>
  )
}

const noFacts = { familyName: '', givenName: '', birthDate: '', code: '' }

function FactsForm({ onChecked }: { onChecked: (checked: Checking) => void }) {
  const words = usePeopleWords()
  const text = words.register
  const [form, setForm] = useState(noFacts)
  const [sex, setSex] = useState<'F' | 'M'>('F')
  const [place, setPlace] = useState<NamedPlace>()
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const check = useMutation({
    mutationFn: (body: PersonFacts) => ask(api.POST('/api/v1/office/people/checks', { body })),
    onSuccess: (found, facts) => onChecked({ facts, found }),
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const { missing } = text
    const code = form.code.replace(/\s/g, '').toUpperCase()
    const wrong = [
      form.familyName.trim() === '' && { field: 'familyName', message: missing.familyName },
      form.givenName.trim() === '' && { field: 'givenName', message: missing.givenName },
      (!form.birthDate || form.birthDate > today()) && { field: 'birthDate', message: missing.birthDate },
      !place && { field: 'birthPlace', message: missing.birthPlace },
      code !== '' && readPersonCode(code)?.kind !== 'CF' && { field: 'code', message: missing.code },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length > 0 || !place) return
    check.mutate({
      familyName: form.familyName.trim(),
      givenName: form.givenName.trim(),
      sex,
      birthDate: form.birthDate,
      birthPlaceCode: place.code,
      ...(code && { code }),
    })
  }
  const field = (name: keyof typeof noFacts, type: 'text' | 'date' = 'text', optional = false) => (
    <Field
      id={name}
      type={type}
      label={text[name]}
      optional={optional}
      autoComplete="off"
      value={form[name]}
      error={problemOf(problems, name)}
      onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
    />
  )
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      {field('familyName')}
      {field('givenName')}
      <RadioGroup
        name="sex"
        legend={text.sex}
        inline
        choices={(['F', 'M'] as const).map((value) => ({ value, label: words.record.sexes[value] }))}
        value={sex}
        onChange={setSex}
      />
      {field('birthDate', 'date')}
      <PlaceField
        id="birthPlace"
        label={text.birthPlace}
        on={form.birthDate}
        value={place}
        error={problemOf(problems, 'birthPlace')}
        onChange={setPlace}
      />
      {field('code', 'text', true)}
      {check.error && <Failure error={check.error} />}
      <Button type="submit" pending={check.isPending}>
        {text.check}
      </Button>
    </form>
  )
}

type Kind = NewPerson['as']
const kinds: readonly Kind[] = ['RESIDENT', 'TEMP_DOMICILE', 'NEWBORN', 'STP', 'ENI', 'TEAM_VISITOR']
const noHome = { on: today(), until: '', line: '', postcode: '', town: '', parentCode: '', cardNumber: '', note: '' }

function EnrolForm({ facts, found }: Checking) {
  const words = usePeopleWords()
  const text = words.register
  const navigate = useNavigate()
  const toast = useToast()
  const [key] = useState(newKey)
  const [kind, setKind] = useState<Kind>(facts.code ? 'RESIDENT' : 'NEWBORN')
  const [form, setForm] = useState(noHome)
  const [home, setHome] = useState<NamedPlace>()
  const [italian, setItalian] = useState<'yes' | 'no'>('yes')
  const [state, setState] = useState<NamedPlace>()
  const [another, setAnother] = useState(false)
  const [confirmed, setConfirmed] = useState(false)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: (body: NewPerson) =>
      ask(api.POST('/api/v1/office/people', { params: { header: { 'idempotency-key': key } }, body })),
    onSuccess: (record) => {
      toast({ text: words.acts.done })
      void navigate(app.person(record.id))
    },
  })
  const coded = kind === 'RESIDENT' || kind === 'TEMP_DOMICILE'
  const ends = kind === 'TEMP_DOMICILE' || kind === 'TEAM_VISITOR'
  const citizenship = italian === 'yes' ? '100' : state?.citizenship
  function submit(event: FormEvent) {
    event.preventDefault()
    const { missing } = text
    const wrong = [
      coded && !facts.code && { field: 'as', message: missing.code },
      !form.on && { field: 'on', message: missing.on },
      ends && !form.until && { field: 'until', message: missing.until },
      !home && { field: 'home', message: missing.place },
      form.line.trim().length < 3 && { field: 'line', message: missing.line },
      home?.kind === 'state' && !form.town.trim() && { field: 'town', message: missing.town },
      !citizenship && { field: 'state', message: missing.citizenship },
      kind === 'TEAM_VISITOR' && form.cardNumber.trim().length < 5 && { field: 'cardNumber', message: missing.card },
      found.likely.length > 0 && !another && { field: 'another', message: text.anotherMissing },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length > 0 || !home || !citizenship) return
    const trimmed = (name: keyof typeof noHome) => form[name].trim()
    send.mutate({
      ...facts,
      as: kind,
      citizenship,
      on: form.on,
      address: {
        placeCode: home.code,
        line: trimmed('line'),
        ...(trimmed('postcode') && { postcode: trimmed('postcode') }),
        ...(home.kind === 'state' && { town: trimmed('town') }),
      },
      ...(ends && { until: form.until }),
      ...(kind === 'NEWBORN' && trimmed('parentCode') && { parentCode: trimmed('parentCode') }),
      ...(kind === 'TEAM_VISITOR' && { cardNumber: trimmed('cardNumber').toUpperCase() }),
      ...(another && { confirmedNew: true }),
      ...(confirmed && { confirmedCode: true }),
      ...(trimmed('note').length > 2 && { note: trimmed('note') }),
    })
  }
  const field = (name: keyof typeof noHome, label: string, type: 'text' | 'date' = 'text', optional = false) => (
    <Field
      id={name}
      type={type}
      label={label}
      optional={optional}
      autoComplete="off"
      value={form[name]}
      error={problemOf(problems, name)}
      onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
      {...(name === 'note' && { hint: words.form.noteHint })}
    />
  )
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <Checked
        facts={facts}
        found={found}
        another={another}
        onAnother={setAnother}
        anotherError={problemOf(problems, 'another')}
        confirmed={confirmed}
        onConfirm={setConfirmed}
      />
      <div id="as" tabIndex={-1}>
        <Select
          label={text.as}
          value={kind}
          choices={kinds.map((value) => ({ value, label: text.kinds[value] }))}
          onChange={setKind}
        />
      </div>
      <RadioGroup
        name="citizenship"
        legend={text.citizenship}
        choices={[
          { value: 'yes' as const, label: text.italian },
          { value: 'no' as const, label: text.otherState },
        ]}
        value={italian}
        onChange={setItalian}
      />
      {italian === 'no' && (
        <PlaceField
          id="state"
          label={text.citizenshipState}
          on={today()}
          only="state"
          value={state}
          error={problemOf(problems, 'state')}
          onChange={setState}
        />
      )}
      {field('on', text.on, 'date')}
      {ends && field('until', text.until, 'date')}
      <h2 className="h4">{coded || kind === 'NEWBORN' ? text.home.residence : text.home.domicile}</h2>
      <PlaceField
        id="home"
        label={words.acts.place}
        on={form.on}
        value={home}
        error={problemOf(problems, 'home')}
        onChange={setHome}
      />
      {home?.kind === 'state' && field('town', words.acts.town)}
      {field('line', words.acts.line)}
      {field('postcode', words.acts.postcode, 'text', true)}
      {kind === 'NEWBORN' && field('parentCode', text.parent, 'text', true)}
      {kind === 'TEAM_VISITOR' && field('cardNumber', text.card)}
      {field('note', words.form.note, 'text', true)}
      {send.error && <Failure error={send.error} />}
      <Button type="submit" pending={send.isPending}>
        {text.submit}
      </Button>
    </form>
  )
}
