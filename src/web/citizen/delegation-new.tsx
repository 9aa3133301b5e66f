// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { cleanCode, isFiscalCode } from '../../shared/fiscal-code.ts'
import { delegatedServices } from '../../shared/delegated-services.ts'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Delegations, DelegationService } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage, useWords } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, FieldError, problemOf, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Stepper } from '../ui/stepper.tsx'
import { useServiceNames } from './delegation-card.tsx'
import { LastDay, mayEndOn } from './delegation-period.tsx'
import { delegationsQuery } from './queries.ts'

type Side = 'delegator' | 'delegate'

/** Delegates somebody, step by step: who, for what, until when, summary. */
export function NewDelegation() {
  return <Wizard side="delegator" />
}

/** Asks somebody to delegate the signed-in person, in the same steps. */
export function AskDelegation() {
  return <Wizard side="delegate" />
}

interface Wish {
  code: string
  services: DelegationService[]
  until: string
}

function Wizard(props: { side: Side }) {
  const { words } = useLanguage()
  const text = words.delegations[props.side === 'delegator' ? 'newGive' : 'newAsk']
  const delegations = useQuery(delegationsQuery())
  const [step, setStep] = useState(0)
  const [sent, setSent] = useState(false)
  return (
    <Page
      title={sent ? text.sent : text.title}
      crumbs={[
        { to: app.home, label: words.nav.home },
        { to: app.delegations, label: words.delegations.title },
      ]}
      before={!sent && <Stepper steps={words.delegations.stepNames} current={step} />}
      narrow
    >
      {delegations.isPending && <Skeleton lines={4} />}
      {delegations.error && <ProblemAlert error={delegations.error} onRetry={() => void delegations.refetch()} />}
      {delegations.data && !sent && (
        <Steps
          side={props.side}
          rules={delegations.data.rules}
          step={step}
          onStep={setStep}
          onSent={() => setSent(true)}
        />
      )}
      {delegations.data && sent && (
        <>
          <Alert tone="success" live title={text.sent}>
            <p>{text.sentText(delegations.data.rules.answerDays)}</p>
          </Alert>
          <ButtonLink to={app.delegations}>{words.delegations.toList}</ButtonLink>
        </>
      )}
    </Page>
  )
}

function Steps(props: {
  side: Side
  rules: Delegations['rules']
  step: number
  onStep: (step: number) => void
  onSent: () => void
}) {
  const { words } = useLanguage()
  const text = words.delegations
  const own = text[props.side === 'delegator' ? 'newGive' : 'newAsk']
  const { step, rules } = props
  const [wish, setWish] = useState<Wish>({ code: '', services: ['BOOKING', 'PAYMENT'], until: '' })
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [key] = useState(newKey)
  const queries = useQueryClient()
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/delegations', {
          params: { header: { 'idempotency-key': key } },
          body: { side: props.side, fiscalCode: cleanCode(wish.code), services: wish.services, until: wish.until },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['delegations'] })
      props.onSent()
    },
  })
  const checks: readonly (FieldProblem | false)[] = [
    !isFiscalCode(cleanCode(wish.code)) && { field: 'fiscal-code', message: text.codeBad },
    wish.services.length === 0 && { field: 'service-BOOKING', message: text.servicesBad },
    !mayEndOn(wish.until, rules.longestDays) && { field: 'how-long', message: text.lastDayBad },
  ]

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = checks[step]
    setProblems(wrong ? [wrong] : [])
    if (wrong) return
    if (step === 3) send.mutate()
    else props.onStep(step + 1)
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <ErrorSummary problems={problems} />
      {step === 0 && (
        <>
          <h2>{own.who}</h2>
          <Field
            id="fiscal-code"
            label={own.code}
            hint={text.codeHint}
            error={problemOf(problems, 'fiscal-code')}
            autoCapitalize="characters"
            autoComplete="off"
            maxLength={20}
            value={wish.code}
            onChange={(code) => setWish((before) => ({ ...before, code }))}
          />
        </>
      )}
      {step === 1 && (
        <Services
          legend={own.what}
          offered={delegatedServices}
          error={problemOf(problems, 'service-BOOKING')}
          chosen={wish.services}
          onChange={(services) => setWish((before) => ({ ...before, services }))}
        />
      )}
      {step === 2 && (
        <LastDay
          legend={text.how}
          longestDays={rules.longestDays}
          error={problemOf(problems, 'how-long')}
          onChange={(until) => setWish((before) => ({ ...before, until }))}
        />
      )}
      {step === 3 && <Summary side={props.side} wish={wish} />}
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={send.isPending} pendingText={words.ui.sending}>
          {step === 3 ? own.send : words.ui.next}
        </Button>
        {step > 0 && (
          <Button
            look="outline-primary"
            onClick={() => {
              setProblems([])
              send.reset()
              props.onStep(step - 1)
            }}
          >
            {text.back}
          </Button>
        )}
      </div>
    </form>
  )
}

/** Which services, each with what it opens. */
export function Services(props: {
  legend: string
  offered: readonly DelegationService[]
  chosen: readonly DelegationService[]
  error?: string | undefined
  onChange: (services: DelegationService[]) => void
}) {
  const text = useWords().delegations
  return (
    <fieldset className="sf-field" aria-describedby={props.error ? 'services-error' : undefined}>
      <legend className="form-label">{props.legend}</legend>
      {props.error && <FieldError id="services-error">{props.error}</FieldError>}
      {props.offered.map((service) => (
        <Checkbox
          key={service}
          id={`service-${service}`}
          label={text.services[service].name}
          note={text.services[service].note}
          checked={props.chosen.includes(service)}
          onChange={(on) =>
            props.onChange(props.offered.filter((one) => (one === service ? on : props.chosen.includes(one))))
          }
        />
      ))}
    </fieldset>
  )
}

function Summary(props: { side: Side; wish: Wish }) {
  const { language, words } = useLanguage()
  const text = words.delegations
  const names = useServiceNames()
  const { code, services, until } = props.wish
  return (
    <Card title={text[props.side === 'delegator' ? 'newGive' : 'newAsk'].summary(cleanCode(code))} tone="marked">
      <Facts
        facts={[
          [text.for, names(services)],
          [text.until, longDay(language, until)],
        ]}
      />
      <p>{text.waitingOther}</p>
    </Card>
  )
}
