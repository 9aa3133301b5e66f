// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DelegationDetail, DelegationService } from '../app/contract.ts'
import { dayOf, today } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { Services } from './delegation-new.tsx'
import { LastDay, mayEndOn } from './delegation-period.tsx'
import { delegationsQuery } from './queries.ts'

type Step = DelegationDetail['steps'][number]
/** What a step is called: ending is something else for who asked, for the delegator and for the delegate. */
type Called = Step | 'withdraw' | 'leave'

function called(step: Step, delegation: DelegationDetail): Called {
  if (step !== 'revoke') return step
  if (delegation.state === 'pending') return 'withdraw'
  return delegation.side === 'delegate' ? 'leave' : 'revoke'
}

const looks = {
  accept: 'primary',
  resume: 'primary',
  suspend: 'outline-primary',
  reject: 'outline-danger',
  revoke: 'outline-danger',
  withdraw: 'outline-danger',
  leave: 'outline-danger',
} as const
/** What goes on stands first, what ends last. */
const order = Object.keys(looks)

function send(id: string, step: Step, body: { reason?: string; services?: DelegationService[] }): Promise<unknown> {
  const params = { path: { id } }
  if (step === 'accept')
    return ask(
      api.POST('/api/v1/delegations/{id}/accept', { params, body: body.services ? { services: body.services } : {} }),
    )
  const reason = body.reason ? { reason: body.reason } : {}
  if (step === 'reject') return ask(api.POST('/api/v1/delegations/{id}/reject', { params, body: reason }))
  if (step === 'suspend') return ask(api.POST('/api/v1/delegations/{id}/suspend', { params, body: reason }))
  if (step === 'resume') return ask(api.POST('/api/v1/delegations/{id}/resume', { params, body: reason }))
  return ask(api.POST('/api/v1/delegations/{id}/revoke', { params, body: reason }))
}

/** The steps one may take now, each confirmed in a dialog that says what it does. */
export function Actions(props: { delegation: DelegationDetail }) {
  const { words } = useLanguage()
  const text = words.delegations
  const { delegation } = props
  const [asked, setAsked] = useState<Step>()
  const [renewing, setRenewing] = useState(false)
  if (delegation.steps.length === 0 && !delegation.renewable) return null
  const name = asked && called(asked, delegation)
  const steps = delegation.steps
    .map((step) => ({ step, one: called(step, delegation) }))
    .toSorted((a, b) => order.indexOf(a.one) - order.indexOf(b.one))
  const button = ({ step, one }: (typeof steps)[number]) => (
    <Button key={step} look={looks[one]} onClick={() => setAsked(step)}>
      {text.steps[one]}
    </Button>
  )
  return (
    <div className="sf-actions">
      {steps.filter(({ one }) => looks[one] !== 'outline-danger').map(button)}
      {delegation.renewable && (
        <Button look="outline-primary" onClick={() => setRenewing(true)}>
          {text.renew}
        </Button>
      )}
      {steps.filter(({ one }) => looks[one] === 'outline-danger').map(button)}
      <Dialog open={asked !== undefined} title={name ? text.asks[name] : ''} onClose={() => setAsked(undefined)}>
        {asked && name && (
          <Confirm step={asked} called={name} delegation={delegation} onClose={() => setAsked(undefined)} />
        )}
      </Dialog>
      <Dialog open={renewing} title={text.renewTitle} onClose={() => setRenewing(false)}>
        <Renew delegation={delegation} onClose={() => setRenewing(false)} />
      </Dialog>
    </div>
  )
}

function Confirm(props: { step: Step; called: Called; delegation: DelegationDetail; onClose: () => void }) {
  const { words } = useLanguage()
  const text = words.delegations
  const { step, delegation } = props
  const grants = step === 'accept' && delegation.side === 'delegator'
  const [services, setServices] = useState(delegation.services)
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const act = useMutation({
    mutationFn: () =>
      send(delegation.id, step, {
        ...(reason.trim().length > 2 && { reason: reason.trim() }),
        ...(grants && { services }),
      }),
    onSuccess: async () => {
      toast({ text: text.done[props.called] })
      // Whom one may act for has changed too.
      if (step === 'reject') void navigate(app.delegations)
      else await queries.invalidateQueries({ queryKey: ['delegation', delegation.id] })
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'delegation' })
      props.onClose()
    },
  })
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (services.length > 0) act.mutate()
      }}
    >
      <p>{text.effects[props.called]}</p>
      {grants && (
        <Services
          legend={text.grant}
          offered={delegation.services}
          chosen={services}
          error={services.length === 0 ? text.grantNone : undefined}
          onChange={setServices}
        />
      )}
      {step !== 'accept' && step !== 'resume' && (
        <Field
          id="reason"
          label={text.reason}
          hint={text.reasonHint}
          optional
          maxLength={300}
          value={reason}
          onChange={setReason}
        />
      )}
      {act.error && <ProblemAlert error={act.error} />}
      <div className="sf-actions">
        <Button
          type="submit"
          look={looks[props.called] === 'outline-danger' ? 'danger' : 'primary'}
          pending={act.isPending}
          pendingText={words.ui.sending}
        >
          {text.steps[props.called]}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}

/** The day after the present one ends, or today when it has ended. */
function startOfRenewal({ until }: DelegationDetail): string {
  const after = until ? dayOf(new Date(Date.parse(`${until}T12:00:00Z`) + 86_400_000).toISOString()) : today()
  return after > today() ? after : today()
}

function Renew(props: { delegation: DelegationDetail; onClose: () => void }) {
  const { words } = useLanguage()
  const text = words.delegations
  const longestDays = useQuery(delegationsQuery()).data?.rules.longestDays ?? 0
  const [until, setUntil] = useState('')
  const [problem, setProblem] = useState<string>()
  const [key] = useState(newKey)
  const queries = useQueryClient()
  const toast = useToast()
  const renew = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/delegations/{id}/renew', {
          params: { path: { id: props.delegation.id }, header: { 'idempotency-key': key } },
          body: { until },
        }),
      ),
    onSuccess: async () => {
      toast({ text: text.renewed })
      await queries.invalidateQueries({ queryKey: ['delegations'] })
      props.onClose()
    },
  })
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        const good = mayEndOn(until, longestDays)
        setProblem(good ? undefined : text.lastDayBad)
        if (good) renew.mutate()
      }}
    >
      <p>{text.renewText}</p>
      <LastDay
        legend={text.how}
        longestDays={longestDays}
        start={startOfRenewal(props.delegation)}
        error={problem}
        onChange={(day) => {
          setUntil(day)
          setProblem(undefined)
        }}
      />
      {renew.error && <ProblemAlert error={renew.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={renew.isPending} pendingText={words.ui.sending}>
          {text.renew}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
