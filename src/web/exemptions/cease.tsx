// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Exemption } from '../app/contract.ts'
import { longDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { DateField } from '../ui/date-field.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { problemOf, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { exemptionQuery } from './queries.ts'
import { useExemptionWords } from './words.ts'

/** Tells that the requisites are lost: the exemption ends. */
export function CeaseExemption() {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const { exemptionId = '' } = useParams()
  const exemption = useQuery(exemptionQuery(exemptionId))
  const [done, setDone] = useState(false)
  return (
    <Page
      title={done ? words.ceasePage.done : words.ceasePage.title(exemption.data?.code ?? '')}
      lead={done ? undefined : words.ceasePage.lead}
      crumbs={[
        { to: app.home, label: general.nav.home },
        { to: app.exemptions, label: words.title },
      ]}
      stage={done ? 'done' : 'form'}
      narrow
    >
      {exemption.isPending && <Skeleton lines={4} />}
      {exemption.error && <ProblemAlert error={exemption.error} onRetry={() => void exemption.refetch()} />}
      {exemption.data && !done && <Ending exemption={exemption.data} onDone={() => setDone(true)} />}
      {done && (
        <>
          <Alert tone="success" live title={words.ceasePage.done}>
            <p>{words.ceasePage.bookings}</p>
          </Alert>
          <ButtonLink to={app.exemptions}>{words.form.toList}</ButtonLink>
        </>
      )}
    </Page>
  )
}

function Ending(props: { exemption: Exemption; onDone: () => void }) {
  const { language, words: general } = useLanguage()
  const words = useExemptionWords()
  const text = words.ceasePage
  const { id, from, othersEnd } = props.exemption
  const future = from > today()
  const [day, setDay] = useState(future ? from : today())
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/exemptions/{id}/cease', { params: { path: { id } }, body: { from: day } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['exemptions'] })
      props.onDone()
    },
  })
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = !future && (day === '' || day < from || day > today())
    setProblems(wrong ? [{ field: 'since', message: text.wrong }] : [])
    if (!wrong) end.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <ErrorSummary problems={problems} />
      {future ? (
        <p>{text.future}</p>
      ) : (
        <>
          <DateField
            id="since"
            legend={text.since}
            hint={text.sinceHint(longDay(language, from))}
            value={day}
            error={problemOf(problems, 'since')}
            onChange={setDay}
          />
          <p>{text.whole}</p>
        </>
      )}
      {othersEnd > 0 && <Alert tone="warning" title={text.others(othersEnd)} />}
      <p>{text.bookings}</p>
      {end.error && <ProblemAlert error={end.error} />}
      <div className="sf-actions">
        <Button type="submit" look="danger" pending={end.isPending} pendingText={general.ui.sending}>
          {text.confirm}
        </Button>
        <ButtonLink to={app.exemptions} look="outline-primary">
          {words.backToList}
        </ButtonLink>
      </div>
    </form>
  )
}
