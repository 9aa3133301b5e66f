// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useAdhesionWords } from '../adhesion/words.ts'
import { adhesionAddresses, app, publicAddresses } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { CardAdhesion } from '../app/contract.ts'
import { dayAndTime, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { grantFor } from '../app/public-grant.ts'
import { fetchSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Rating } from '../ui/rating.tsx'
import { Stepper } from '../ui/stepper.tsx'
import { Telephone } from '../ui/telephone.tsx'
import { Withdraw } from './withdraw.tsx'
import { useVaccinationWords } from './words.ts'

const steps = { check: '/check', make: '', withdraw: '/withdraw' } as const
type Step = keyof typeof steps
const isOver = (error: unknown) => error instanceof Problem && error.code === 'public-flows/grant-needed'

/** Where the public flow of a campaign leads: joining, the receipt, withdrawing. */
export function CardAdhesionPage() {
  const { campaign = '' } = useParams()
  return <Joining key={campaign} campaign={campaign} />
}

function Joining({ campaign }: { campaign: string }) {
  const { language, words } = useLanguage()
  const text = useVaccinationWords()
  const flow = useAdhesionWords()
  const [token] = useState(() => grantFor(campaign))
  const [last, setLast] = useState<Step>('check')
  const queries = useQueryClient()
  const queryKey = ['card-adhesion', campaign, token, language]
  const call = async (step: Step): Promise<CardAdhesion> => {
    await fetchSession() // who happens to be signed in shows the token of that session
    const body = { campaign, token: token ?? '' }
    return ask(api.POST(`/api/v1/vaccination/card-adhesions${steps[step]}`, { body }))
  }
  const state = useQuery({
    queryKey,
    queryFn: () => call('check'),
    enabled: token !== undefined,
    placeholderData: keepPreviousData, // in the other language
    gcTime: 0,
  })
  const change = useMutation({
    mutationFn: call,
    onSuccess(changed, step) {
      queries.setQueryData(queryKey, changed)
      setLast(step)
    },
  })
  const shown = state.data
  const over = token === undefined || isOver(state.error) || isOver(change.error)
  const stage = over
    ? 'expired'
    : shown
      ? shown.state === 'open' && last === 'withdraw'
        ? 'withdrawn'
        : shown.state
      : 'checking'
  const before = stage === 'adhered' && last === 'check'
  const title = stage === 'checking' ? text.card.checking : before ? text.card.adhered.before : text.card[stage].title
  return (
    <Page
      stage={stage}
      title={title}
      documentTitle={`${title} – ${shown?.campaign.title ?? flow.title}`}
      narrow
      crumbs={[{ to: publicAddresses.campaigns[language], label: words.nav.vaccinations }]}
      before={!over && <Stepper steps={flow.steps} current={2} />}
      lead={shown && !over && shown.campaign.title}
    >
      {stage === 'checking' && !state.error && <Skeleton lines={5} />}
      {state.error && !over && <ProblemAlert error={state.error} onRetry={() => void state.refetch()} />}
      {over && <Expired campaign={campaign} />}
      {stage === 'open' && shown && (
        <>
          <p>{text.card.open.text}</p>
          <Choice shown={shown} />
          {change.error && <ProblemAlert error={change.error} />}
          <div className="sf-actions">
            <Button
              pending={change.isPending}
              pendingText={text.card.open.confirming}
              onClick={() => change.mutate('make')}
            >
              {text.card.open.confirm}
            </Button>
            <ButtonLink to={publicAddresses.campaigns[language]} look="outline-primary">
              {text.card.open.not}
            </ButtonLink>
          </div>
        </>
      )}
      {stage === 'adhered' && shown && (
        <Receipt
          shown={shown}
          before={before}
          error={change.error}
          isPending={change.isPending}
          onOpen={() => change.reset()}
          onWithdraw={() => change.mutate('withdraw')}
        />
      )}
      {stage === 'withdrawn' && (
        <>
          <Alert tone="success" title={text.card.withdrawn.title}>
            <p>{text.card.withdrawn.text}</p>
          </Alert>
          <div className="sf-actions">
            <ButtonLink to={publicAddresses.home[language]}>{text.home}</ButtonLink>
            <Button
              look="outline-primary"
              onClick={() => {
                change.reset()
                setLast('check')
              }}
            >
              {text.card.withdrawn.again}
            </Button>
          </div>
        </>
      )}
      {stage === 'outside' && <Outside otherwise={shown?.otherwise ?? ''} />}
    </Page>
  )
}

function Choice({ shown: { campaign, mobile } }: { shown: CardAdhesion }) {
  const { language } = useLanguage()
  const text = useVaccinationWords()
  return (
    <Card tone="marked">
      <p>{campaign.about}</p>
      <p>{text.until(longDay(language, campaign.until))}</p>
      <Facts
        facts={[
          [text.facts.contact, text.contacts.sms(mobile)],
          [text.after, campaign.after],
        ]}
      />
    </Card>
  )
}

function Receipt(props: {
  shown: CardAdhesion
  before: boolean
  error: unknown
  isPending: boolean
  onOpen: () => void
  onWithdraw: () => void
}) {
  const { language } = useLanguage()
  const text = useVaccinationWords()
  const own = text.card.adhered
  const { campaign, code, madeAt, mobile } = props.shown
  return (
    <>
      <Alert tone="success" title={props.before ? own.beforeText : own.sent(mobile)}>
        <p>{own.keep}</p>
      </Alert>
      <Card tone="marked">
        <Facts
          facts={[
            [text.facts.code, <strong key="code">{code}</strong>],
            madeAt && [text.facts.made, dayAndTime(language, madeAt)],
            [text.after, campaign.after],
          ]}
        />
      </Card>
      <div className="sf-actions">
        <Button icon="print" onClick={() => window.print()}>
          {own.print}
        </Button>
        <Withdraw error={props.error} isPending={props.isPending} onOpen={props.onOpen} onConfirm={props.onWithdraw} />
      </div>
      <Rating about="card-adhesion" kind="procedure" />
    </>
  )
}

function Outside(props: { otherwise: string }) {
  const { language } = useLanguage()
  const text = useVaccinationWords()
  const { bookingCentre } = region
  return (
    <>
      <Alert tone="info" title={text.card.outside.what}>
        <p>{props.otherwise}</p>
      </Alert>
      <p>{text.card.outside.strong}</p>
      <p className="sf-actions">
        <a className="btn btn-primary" href={signInAddress(language, app.adhesions)}>
          {text.card.outside.signIn}
        </a>
      </p>
      <p className="sf-phone">
        <Icon name="telephone" />
        <span>
          {text.call} <Telephone number={bookingCentre.telephone} /> ({bookingCentre.hours[language]})
        </span>
      </p>
    </>
  )
}

function Expired(props: { campaign: string }) {
  const { language } = useLanguage()
  const { expired } = useVaccinationWords().card
  return (
    <>
      <p>{expired.text}</p>
      <p className="sf-actions">
        <ButtonLink to={adhesionAddresses[language] + props.campaign}>{expired.again}</ButtonLink>
      </p>
    </>
  )
}
