// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { app } from '../app/addresses.ts'
import type { ExemptionFits, ExemptionQuestions } from '../app/contract.ts'
import { euros, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DateField } from '../ui/date-field.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { centsOf, checkQuestions } from './queries.ts'
import { useExemptionWords } from './words.ts'

type Condition = NonNullable<ExemptionQuestions['condition']>

const countOf = (typed: string): number | undefined => {
  const count = typed.trim() === '' ? 0 : Number(typed)
  return Number.isInteger(count) && count >= 0 && count <= 20 ? count : undefined
}

/** Five questions that tell which exemptions fit. What is answered stays in this page. */
export function CheckExemptions() {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const text = words.checkPage
  const { person } = useActing()
  const [birthDate, setBirthDate] = useState(person.birthDate)
  const [spouse, setSpouse] = useState(false)
  const [counts, setCounts] = useState({ children: '', others: '' })
  const [income, setIncome] = useState('')
  const [situation, setSituation] = useState<Condition | 'none'>()
  const [already, setAlready] = useState<'yes' | 'no'>()
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const check = useMutation({ mutationFn: checkQuestions })
  const year = Number(today().slice(0, 4)) - 1

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const [children, others, incomeCents] = [countOf(counts.children), countOf(counts.others), centsOf(income)]
    const found: (FieldProblem | false)[] = [
      birthDate === '' && { field: 'birth', message: text.wrongBirth },
      children === undefined && { field: 'children', message: text.wrongCount },
      others === undefined && { field: 'others', message: text.wrongCount },
      incomeCents === undefined && { field: 'income', message: text.wrongIncome },
      !situation && { field: 'situation', message: text.wrongSituation },
      !already && { field: 'already', message: text.wrongAlready },
    ]
    const wrong = found.filter((one) => one !== false)
    setProblems(wrong)
    check.reset()
    if (wrong.length > 0 || children === undefined || others === undefined || incomeCents === undefined) return
    const condition = situation === 'none' || !situation ? null : situation
    check.mutate({ birthDate, spouse, children, others, incomeCents, condition })
  }

  return (
    <Page
      title={text.title}
      lead={text.lead}
      crumbs={[
        { to: app.home, label: general.nav.home },
        { to: app.exemptions, label: words.title },
      ]}
      narrow
    >
      <form onSubmit={onSubmit} noValidate>
        <ErrorSummary problems={problems} />
        <DateField
          id="birth"
          legend={text.birth}
          value={birthDate}
          error={problemOf(problems, 'birth')}
          onChange={setBirthDate}
        />
        <fieldset className="sf-field">
          <legend className="form-label">{text.family}</legend>
          <small className="form-text">{text.familyHint}</small>
          <Checkbox id="spouse" label={text.spouse} checked={spouse} onChange={setSpouse} />
          {(['children', 'others'] as const).map((which) => (
            <Field
              key={which}
              id={which}
              label={text[which]}
              inputMode="numeric"
              maxLength={2}
              error={problemOf(problems, which)}
              value={counts[which]}
              onChange={(typed) => setCounts((before) => ({ ...before, [which]: typed }))}
              optional
            />
          ))}
        </fieldset>
        <Field
          id="income"
          label={text.income(year)}
          hint={text.incomeHint}
          error={problemOf(problems, 'income')}
          value={income}
          onChange={setIncome}
          maxLength={20}
        />
        <Situation
          legend={text.situation}
          value={situation}
          error={problemOf(problems, 'situation')}
          onChange={setSituation}
        />
        <RadioGroup
          name="already"
          legend={text.already}
          error={problemOf(problems, 'already')}
          choices={[
            { value: 'yes', label: general.ui.yes },
            { value: 'no', label: general.ui.no },
          ]}
          value={already}
          onChange={setAlready}
          inline
        />
        <Button type="submit" pending={check.isPending}>
          {text.ask}
        </Button>
      </form>
      {check.error && <ProblemAlert error={check.error} />}
      <div role="status">{check.data && <Result fits={check.data} already={already === 'yes'} />}</div>
    </Page>
  )
}

/** What somebody is, besides young or old. */
export function Situation(props: {
  legend: string
  value: Condition | 'none' | undefined
  error?: string | undefined
  onChange: (value: Condition | 'none') => void
}) {
  const words = useExemptionWords()
  return (
    <RadioGroup<Condition | 'none'>
      name="situation"
      legend={props.legend}
      error={props.error}
      choices={(['unemployed', 'social-allowance', 'minimum-pension', 'none'] as const).map((value) => ({
        value,
        label: words.conditions[value],
      }))}
      value={props.value}
      onChange={props.onChange}
    />
  )
}

/** The income limit of a code, in words. */
export function useLimit() {
  const { language } = useLanguage()
  const words = useExemptionWords()
  return ({ limitCents, below }: ExemptionFits['codes'][number]) =>
    limitCents === null ? words.noLimit : words.limit(euros(language, limitCents), below)
}

function Result(props: { fits: ExemptionFits; already: boolean }) {
  const words = useExemptionWords()
  const text = words.checkPage
  const limit = useLimit()
  const fits = props.fits.codes.filter((one) => one.fits)
  const others = props.fits.codes.filter((one) => !one.fits)
  return (
    <>
      <h2>{fits.length > 0 ? text.fits : text.noFit}</h2>
      {props.already && <Alert tone="info" title={text.alreadyText} />}
      {fits.length === 0 && <p>{text.noFitText}</p>}
      {fits.map((one) => (
        <Card key={one.code} level={3} title={`${one.code} – ${one.name}`} tone="marked">
          <p>
            {limit(one)}. {words.forWhom[one.beneficiaries]}.
          </p>
        </Card>
      ))}
      {fits.length > 0 && (
        <p>
          <ButtonLink to={app.declareExemption}>{text.go}</ButtonLink>
        </p>
      )}
      <details className="sf-past">
        <summary>{text.others2}</summary>
        {others.map((one) => (
          <Card key={one.code} level={3} title={`${one.code} – ${one.name}`}>
            <p>{text.missing(one.why.map((why) => words.whys[why]).join(', '))}</p>
          </Card>
        ))}
      </details>
    </>
  )
}
