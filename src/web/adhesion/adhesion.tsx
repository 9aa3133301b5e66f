// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { keepGrant } from '../app/public-grant.ts'
import { fetchSession } from '../app/session.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Stepper } from '../ui/stepper.tsx'
import { CodeStep, type Sent } from './code-step.tsx'
import { DataStep, noData, type PersonData } from './data-step.tsx'
import { Closed, Done, Refused } from './endings.tsx'
import { useAdhesionWords } from './words.ts'

type Stage = 'data' | 'code' | 'done' | 'refused' | 'closed'

const isRefusal = (error: unknown, code: string) => error instanceof Problem && error.code === `public-flows/${code}`
const stepOf: Partial<Record<Stage, number>> = { data: 0, code: 1, done: 2 }

const instantIn = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

/** Adhering to something without signing in: fiscal code, health card and mobile number, then the code that arrives. */
export function Adhesion() {
  const { purpose = '' } = useParams()
  return <Flow key={purpose} code={purpose} />
}

/**
 * Until the code was shown it says the same whoever is named: the server does not tell, and nothing here guesses
 * (docs/adr/0010-public-flows-tell-nothing.md).
 */
function Flow({ code }: { code: string }) {
  const { language, words } = useLanguage()
  const text = useAdhesionWords()
  const navigate = useNavigate()
  const { pathname, state } = useLocation()
  const [person, setPerson] = useState<PersonData>(noData)
  const [sent, setSent] = useState<Sent>()

  const purpose = useQuery({
    queryKey: ['public-purpose', code, language],
    queryFn: () => ask(api.GET('/api/v1/public-flows/purposes/{code}', { params: { path: { code } } })),
    placeholderData: (before) => before, // in the other language, so that a change of language loses nothing
  })
  const start = useMutation({
    mutationFn: async (wish: Pick<Sent, 'person' | 'again'>) => {
      await fetchSession() // who happens to be signed in shows the token of that session
      const { cardExpiry, ...typed } = wish.person
      return ask(
        api.POST('/api/v1/public-flows', { body: { purpose: code, ...typed, ...(cardExpiry && { cardExpiry }) } }),
      )
    },
    onSuccess: ({ flowId, resendAfterSeconds }, wish) => {
      end.reset()
      setSent({ ...wish, flowId, mayResendAt: instantIn(resendAfterSeconds) })
      // A step of its own in the history: "back" leads to the data, not out of the page.
      if (state !== 'code') void navigate(pathname, { state: 'code' })
    },
    onError: (error) => {
      if (isRefusal(error, 'not-open')) void purpose.refetch()
    },
  })
  const end = useMutation({
    mutationFn: (shown: Sent & { code: string }) =>
      ask(
        api.POST('/api/v1/public-flows/{id}/code', {
          params: { path: { id: shown.flowId } },
          body: { fiscalCode: shown.person.fiscalCode, code: shown.code },
        }),
      ),
    onSuccess: (grant) => {
      setPerson(noData)
      setSent(undefined)
      if (grant.next === null) return
      keepGrant(grant)
      void navigate(grant.next, { replace: true })
    },
  })
  const stage: Stage = isRefusal(purpose.error, 'not-open')
    ? 'closed'
    : end.data
      ? 'done'
      : isRefusal(end.error, 'not-verified')
        ? 'refused'
        : sent && state === 'code'
          ? 'code'
          : 'data'
  const step = stepOf[stage]

  return (
    <Page
      stage={stage}
      title={text[stage].title}
      documentTitle={`${text[stage].title} – ${purpose.data?.title ?? text.title}`}
      narrow
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
      before={step !== undefined && <Stepper steps={text.steps} current={step} />}
      lead={purpose.data?.title}
    >
      {stage === 'closed' && <Closed />}
      {stage === 'done' && end.data && <Done title={purpose.data?.title ?? text.title} grant={end.data} />}
      {stage === 'refused' && (
        <Refused
          onAgain={() => {
            end.reset()
            start.reset()
            setSent(undefined)
          }}
        />
      )}
      {stage === 'code' && sent && (
        <CodeStep
          sent={sent}
          ending={{ error: end.error, isPending: end.isPending }}
          resending={{ error: start.error, isPending: start.isPending }}
          onCode={(shown) => end.mutate({ ...sent, code: shown })}
          onResend={() => start.mutate({ person: sent.person, again: true })}
          onChange={() => void navigate(pathname)}
        />
      )}
      {stage === 'data' && (
        <>
          {purpose.isPending && <Skeleton lines={4} />}
          {purpose.error && <ProblemAlert error={purpose.error} onRetry={() => void purpose.refetch()} />}
          {purpose.data && (
            <>
              <p>{text.openUntil(dayAndTime(language, lastMinute(purpose.data.until)))}</p>
              <DataStep
                card={purpose.data.card}
                asksExpiry={purpose.data.cardExpiry}
                person={person}
                onChange={setPerson}
                error={start.error}
                isPending={start.isPending}
                onSend={() => start.mutate({ person, again: false })}
              />
            </>
          )}
        </>
      )}
    </Page>
  )
}

/** What closes at midnight is open until 23:59 of the day before: so people say it. */
const lastMinute = (until: string) => new Date(Date.parse(until) - 60_000).toISOString()
