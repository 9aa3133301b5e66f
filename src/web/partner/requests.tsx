// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { PartnerCatalogue, PartnerRequests } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { usePartnerWords } from './words.ts'

/** One thing to decide: a scope, or a purpose of PDND. */
type Request = { clientId: string } & ({ scope: string } | { purposeId: string })
type Decision = Request & { granted: boolean; answer?: string }

function decide({ granted, answer, clientId: id, ...about }: Decision): Promise<PartnerRequests> {
  const body = { granted, ...(answer && { answer }) }
  return 'scope' in about
    ? ask(
        api.PUT('/api/v1/partner-clients/{id}/scopes/{scope}/decision', {
          params: { path: { id, scope: about.scope } },
          body,
        }),
      )
    : ask(
        api.PUT('/api/v1/partner-clients/{id}/purposes/{purposeId}/decision', {
          params: { path: { id, purposeId: about.purposeId } },
          body,
        }),
      )
}

/** What waits for the region, each request with a yes and a no. */
export function Requests(props: { catalogue: PartnerCatalogue }) {
  const { language } = useLanguage()
  const words = usePartnerWords()
  const text = words.requests
  const queries = useQueryClient()
  const toast = useToast()
  const [refusing, setRefusing] = useState<Request>()
  const requests = useQuery({
    queryKey: ['partner-requests'],
    queryFn: () => ask(api.GET('/api/v1/partner-requests')),
  })
  const decision = useMutation({
    mutationFn: decide,
    onSuccess(left, { granted }) {
      queries.setQueryData(['partner-requests'], left)
      void queries.invalidateQueries({ queryKey: ['partner-clients'] })
      setRefusing(undefined)
      toast({ text: granted ? text.granted : text.refused })
    },
  })
  const scopeName = (scope: string) => props.catalogue.scopes.find((one) => one.scope === scope)?.name[language]
  const eServiceName = (id: string) => props.catalogue.eServices.find((one) => one.id === id)?.name[language]
  const actions = (request: Request) => (
    <p className="sf-actions">
      <Button pending={decision.isPending} onClick={() => decision.mutate({ ...request, granted: true })}>
        {text.grant}
      </Button>
      <Button look="outline-danger" onClick={() => setRefusing(request)}>
        {text.refuse}
      </Button>
    </p>
  )
  const { data } = requests
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.partners, label: words.title }]}>
      {requests.isPending && <Skeleton lines={6} />}
      {requests.error && <ProblemAlert error={requests.error} onRetry={() => void requests.refetch()} />}
      {decision.error && !refusing && <ProblemAlert error={decision.error} />}
      {data?.scopes.length === 0 && data.purposes.length === 0 && <Alert tone="info" title={text.none} />}
      {data?.scopes.map(({ clientId, scope, ...request }) => (
        <Card key={clientId + scope} title={`${request.name} – ${request.organisation}`}>
          <Facts
            facts={[
              [
                text.wants,
                <>
                  {scopeName(scope)} <code>{scope}</code>
                </>,
              ],
              [text.why, request.reason],
              [text.use, request.purpose],
              [text.since, longDay(language, request.askedAt)],
            ]}
          />
          {actions({ clientId, scope })}
        </Card>
      ))}
      {data?.purposes.map(({ clientId, id: purposeId, ...request }) => (
        <Card key={purposeId} title={`${request.name} – ${request.organisation}`}>
          <Facts
            facts={[
              [text.wants, eServiceName(request.eServiceId)],
              [words.purposes.purposeId, <code key="purpose">{purposeId}</code>],
              [words.purposes.pdndClientId, <code key="client">{request.pdndClientId}</code>],
              [text.since, longDay(language, request.askedAt)],
            ]}
          />
          {actions({ clientId, purposeId })}
        </Card>
      ))}
      <Refuse
        open={refusing !== undefined}
        pending={decision.isPending}
        error={decision.error}
        onClose={() => setRefusing(undefined)}
        onRefuse={(answer) => refusing && decision.mutate({ ...refusing, granted: false, answer })}
      />
    </Page>
  )
}

/** A refusal says why. */
function Refuse(props: {
  open: boolean
  pending: boolean
  error: unknown
  onClose: () => void
  onRefuse: (answer: string) => void
}) {
  const text = usePartnerWords().requests
  const [answer, setAnswer] = useState('')
  const [wrong, setWrong] = useState(false)
  function submit(event: FormEvent) {
    event.preventDefault()
    setWrong(answer.trim() === '')
    if (answer.trim()) props.onRefuse(answer.trim())
  }
  return (
    <Dialog open={props.open} title={text.refuseTitle} onClose={props.onClose}>
      <form onSubmit={submit} noValidate>
        {props.error != null && <ProblemAlert error={props.error} />}
        <Field
          id="answer"
          label={text.answer}
          hint={text.answerHint}
          rows={3}
          maxLength={1000}
          value={answer}
          onChange={setAnswer}
          error={wrong ? text.answerWrong : undefined}
        />
        <div className="sf-actions">
          <Button type="submit" look="danger" pending={props.pending}>
            {text.refuseYes}
          </Button>
          <Button look="outline-primary" onClick={props.onClose}>
            {text.refuseNo}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
