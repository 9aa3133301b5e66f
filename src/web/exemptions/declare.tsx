// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Exemption, ExemptionFits, ExemptionForm, NewExemptionDeclaration } from '../app/contract.ts'
import { euros, longDay } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Stepper } from '../ui/stepper.tsx'
import { DateField } from '../ui/date-field.tsx'
import { Situation, useLimit } from './check.tsx'
import { counted, declared, HouseholdStep, nameOf, relativesOf, type Relative } from './household.tsx'
import { centsOf, checkQuestions, formQuery } from './queries.ts'
import { useExemptionWords } from './words.ts'

type Condition = NonNullable<ExemptionFits['codes'][number]['condition']>
type Job = NonNullable<NewExemptionDeclaration['job']>

/** Declares an income exemption, step by step: household, income, which one, signature. */
export function DeclareExemption() {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const { person } = useActing()
  const form = useQuery(formQuery(person.personId))
  const [step, setStep] = useState(0)
  const [done, setDone] = useState<Exemption>()
  return (
    <Page
      title={done ? words.form.done : words.form.title}
      crumbs={[
        { to: app.home, label: general.nav.home },
        { to: app.exemptions, label: words.title },
      ]}
      before={!done && <Stepper steps={words.form.steps} current={step} />}
      stage={done ? 'done' : 'form'}
      narrow
    >
      {form.isPending && <Skeleton lines={6} />}
      {form.error && <ProblemAlert error={form.error} onRetry={() => void form.refetch()} />}
      {form.data && !done && (
        <Steps key={person.personId} form={form.data} step={step} onStep={setStep} onDone={setDone} />
      )}
      {done && <Registered exemption={done} />}
    </Page>
  )
}

/** What to do with an exemption just registered. */
export function Registered(props: { exemption: Exemption }) {
  const { language } = useLanguage()
  const words = useExemptionWords()
  const { id, until, code, name, protocol } = props.exemption
  return (
    <>
      <Alert tone="success" live title={words.form.doneText(until ? longDay(language, until) : words.noEnd)}>
        <p>{words.form.doneNext}</p>
      </Alert>
      <Facts
        facts={[
          [words.form.code, `${code} – ${name}`],
          [words.protocol, protocol],
        ]}
      />
      <div className="sf-actions">
        <a
          className="btn btn-primary"
          href={`/api/v1/exemptions/${id}/certificate.pdf`}
          target="_blank"
          rel="noreferrer"
        >
          {words.certificate}
        </a>
        <ButtonLink to={app.exemptions} look="outline-primary">
          {words.form.toList}
        </ButtonLink>
      </div>
    </>
  )
}

interface Wish {
  income: string
  presumed: boolean
  situation: Condition | 'none' | undefined
  code: string | undefined
  job: { ended: Job['ended'] | undefined; endedOn: string; jobCentre: string; registeredOn: string }
  pension: string
  aware: boolean
  willTell: boolean
}
const nothing: Wish = {
  income: '',
  presumed: false,
  situation: undefined,
  code: undefined,
  job: { ended: undefined, endedOn: '', jobCentre: '', registeredOn: '' },
  pension: '',
  aware: false,
  willTell: false,
}

interface StepsProps {
  form: ExemptionForm
  step: number
  onStep: (step: number) => void
  onDone: (exemption: Exemption) => void
}

function Steps({ form, step, onStep, onDone }: StepsProps) {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const text = words.form
  const [relatives, setRelatives] = useState<Relative[]>(() => relativesOf(form))
  const [wish, setWish] = useState<Wish>(() => ({ ...nothing, situation: form.minor ? 'none' : undefined }))
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [key] = useState(newKey)
  const queries = useQueryClient()
  const change = (what: Partial<Wish>) => {
    setWish((before) => ({ ...before, ...what }))
    if ('aware' in what || 'willTell' in what) setProblems([]) // one message stands for both statements
  }
  const condition = wish.situation === 'none' ? null : (wish.situation ?? null)
  const incomeCents = centsOf(wish.income)
  const check = useMutation({
    mutationFn: () =>
      checkQuestions({
        birthDate: form.patient.birthDate,
        ...counted(relatives, form.minor),
        incomeCents: incomeCents ?? null,
        condition,
      }),
    onSuccess: () => onStep(2),
  })
  const fits = check.data?.codes.filter((one) => one.fits) ?? []
  const chosen = fits.find(({ code }) => code === wish.code)
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/exemptions/self-certifications', {
          params: { header: { 'idempotency-key': key } },
          body: {
            patientId: form.patient.id,
            code: chosen?.code ?? '',
            household: declared(relatives),
            incomeCents: incomeCents ?? null,
            withinLimit: false,
            presumed: wish.presumed,
            ...(chosen?.condition === 'unemployed' &&
              wish.job.ended && { job: { ...wish.job, ended: wish.job.ended } }),
            ...(chosen?.condition && chosen.condition !== 'unemployed' && { pension: { number: wish.pension.trim() } }),
            aware: wish.aware,
            willTell: wish.willTell,
          },
        }),
      ),
    onSuccess: async (exemption) => {
      await queries.invalidateQueries({ queryKey: ['exemptions'] })
      onDone(exemption)
    },
  })

  /** What is wrong in a step. */
  const checks: readonly (() => (FieldProblem | false)[])[] = [
    () => [],
    () => [
      incomeCents === undefined && { field: 'income', message: words.checkPage.wrongIncome },
      !wish.situation && { field: 'situation', message: words.checkPage.wrongSituation },
    ],
    () => [!chosen && { field: 'code', message: text.wrongCodeChoice }, ...factsProblems(chosen, wish, text)],
    () => [!(wish.aware && wish.willTell) && { field: wish.aware ? 'will-tell' : 'aware', message: text.wrongAware }],
  ]

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = (checks[step]?.() ?? []).filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length > 0) return
    if (step === 1) check.mutate()
    else if (step === 3) send.mutate()
    else onStep(step + 1)
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      {form.fullyExempt && step === 0 && (
        <Alert tone="info" title={words.fullyExempt}>
          <p>{words.fullyExemptText}</p>
        </Alert>
      )}
      <ErrorSummary problems={problems} />
      {step === 0 && <HouseholdStep form={form} relatives={relatives} onChange={setRelatives} />}
      {step === 1 && (
        <>
          <Field
            id="income"
            label={text.income(form.incomeYear)}
            hint={text.incomeHint}
            error={problemOf(problems, 'income')}
            value={wish.income}
            onChange={(income) => change({ income })}
            maxLength={20}
          />
          <Checkbox
            id="presumed"
            label={text.presumed}
            checked={wish.presumed}
            onChange={(presumed) => change({ presumed })}
          />
          {!form.minor && (
            <Situation
              legend={text.situation}
              value={wish.situation}
              error={problemOf(problems, 'situation')}
              onChange={(situation) => change({ situation })}
            />
          )}
          {check.error && <ProblemAlert error={check.error} />}
        </>
      )}
      {step === 2 && <Which fits={fits} chosen={chosen} wish={wish} problems={problems} onChange={change} />}
      {step === 3 && chosen && (
        <Signature
          form={form}
          relatives={relatives}
          chosen={chosen}
          wish={wish}
          problems={problems}
          onChange={change}
        />
      )}
      {send.error && step === 3 && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        {!(step === 2 && fits.length === 0) && (
          <Button type="submit" pending={send.isPending || check.isPending} pendingText={general.ui.sending}>
            {step === 3 ? text.send : general.ui.next}
          </Button>
        )}
        {step > 0 && (
          <Button
            look="outline-primary"
            onClick={() => {
              setProblems([])
              send.reset()
              onStep(step - 1)
            }}
          >
            {general.ui.back}
          </Button>
        )}
      </div>
    </form>
  )
}

type Fit = ExemptionFits['codes'][number]
type FormText = ReturnType<typeof useExemptionWords>['form']

function factsProblems(chosen: Fit | undefined, { job, pension }: Wish, text: FormText): (FieldProblem | false)[] {
  if (!chosen?.condition) return []
  if (chosen.condition !== 'unemployed')
    return [pension.trim().length < 3 && { field: 'pension', message: text.wrongPension }]
  const missing = !job.ended || job.endedOn === '' || job.jobCentre.trim().length < 2 || job.registeredOn === ''
  return [missing && { field: 'ended', message: text.wrongJob }]
}

function Which(props: {
  fits: readonly Fit[]
  chosen: Fit | undefined
  wish: Wish
  problems: readonly FieldProblem[]
  onChange: (what: Partial<Wish>) => void
}) {
  const words = useExemptionWords()
  const text = words.form
  const limit = useLimit()
  const { fits, chosen, wish, problems, onChange } = props
  const job = (what: Partial<Wish['job']>) => onChange({ job: { ...wish.job, ...what } })
  if (fits.length === 0)
    return (
      <Alert tone="warning" live title={text.nothing}>
        <p>{words.checkPage.noFitText}</p>
      </Alert>
    )
  return (
    <>
      <RadioGroup
        name="code"
        legend={text.which}
        hint={text.whichHint}
        error={problemOf(problems, 'code')}
        choices={fits.map((one) => ({
          value: one.code,
          label: `${one.code} – ${one.name}`,
          note: `${limit(one)}. ${words.forWhom[one.beneficiaries]}.`,
        }))}
        value={wish.code}
        onChange={(code) => onChange({ code })}
      />
      {chosen?.condition === 'unemployed' && (
        <>
          <h2>{text.job}</h2>
          <RadioGroup
            name="ended"
            legend={text.ended}
            error={problemOf(problems, 'ended')}
            choices={(['dismissal', 'resignation', 'term'] as const).map((value) => ({
              value,
              label: text.endings[value],
            }))}
            value={wish.job.ended}
            onChange={(ended) => job({ ended })}
          />
          <DateField
            id="ended-on"
            legend={text.endedOn}
            value={wish.job.endedOn}
            onChange={(endedOn) => job({ endedOn })}
          />
          <Field
            id="job-centre"
            label={text.jobCentre}
            value={wish.job.jobCentre}
            onChange={(jobCentre) => job({ jobCentre })}
            maxLength={120}
          />
          <DateField
            id="registered-on"
            legend={text.registeredOn}
            value={wish.job.registeredOn}
            onChange={(registeredOn) => job({ registeredOn })}
          />
        </>
      )}
      {chosen?.condition && chosen.condition !== 'unemployed' && (
        <Field
          id="pension"
          label={text.pension}
          hint={text.pensionHint}
          error={problemOf(problems, 'pension')}
          value={wish.pension}
          onChange={(pension) => onChange({ pension })}
          maxLength={30}
        />
      )}
    </>
  )
}

function Signature(props: {
  form: ExemptionForm
  relatives: readonly Relative[]
  chosen: Fit
  wish: Wish
  problems: readonly FieldProblem[]
  onChange: (what: Partial<Wish>) => void
}) {
  const { language } = useLanguage()
  const words = useExemptionWords()
  const text = words.form
  const { form, chosen, wish, problems, onChange } = props
  const inside = props.relatives.filter((one) => one.included)
  return (
    <>
      <Card title={text.check} tone="marked">
        <Facts
          facts={[
            [text.person, nameOf(form.patient)],
            [text.code, `${chosen.code} – ${chosen.name}`],
            [text.members, inside.length === 0 ? text.alone : inside.map(nameOf).join(', ')],
            [text.incomeFact, `${euros(language, centsOf(wish.income) ?? 0)} (${form.incomeYear})`],
          ]}
        />
        <p>{words.forWhom[chosen.beneficiaries]}.</p>
      </Card>
      <p>{text.law}</p>
      <Checkbox
        id="aware"
        label={text.aware}
        error={problemOf(problems, 'aware')}
        checked={wish.aware}
        onChange={(aware) => onChange({ aware })}
      />
      <Checkbox
        id="will-tell"
        label={text.willTell}
        error={problemOf(problems, 'will-tell')}
        checked={wish.willTell}
        onChange={(willTell) => onChange({ willTell })}
      />
    </>
  )
}
