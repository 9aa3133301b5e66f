// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import { euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress } from '../ui/progress.tsx'
import { paymentTones, whatIsPaid } from './payment-state.ts'

const outcomes = { ok: 'ok', annullato: 'cancelled', errore: 'error', attesa: 'waiting' } as const
const settled = new Set(['paid', 'paid-elsewhere', 'reported', 'refund-requested', 'refunded'])
/** Asked every 2 seconds for a minute; then the person is told that it takes longer. */
const attempts = 30

/** Back from pagoPA. The address proves nothing: the page waits until the receipt has come. */
export function PaymentOutcome() {
  const { language, words } = useLanguage()
  const text = words.outcome
  const { checkoutId = '' } = useParams()
  const [params] = useSearchParams()
  const [tries, setTries] = useState(0)
  const queries = useQueryClient()
  const outcome = outcomes[(params.get('esito') ?? 'attesa') as keyof typeof outcomes] ?? 'waiting'
  const waits = outcome === 'ok' || outcome === 'waiting'

  const back = useQuery({
    queryKey: ['checkout', checkoutId, outcome],
    queryFn: async () => {
      setTries((before) => before + 1)
      return ask(api.POST('/api/v1/checkouts/{id}/return', { params: { path: { id: checkoutId } }, body: { outcome } }))
    },
    refetchInterval: (query) =>
      waits &&
      query.state.dataUpdateCount < attempts &&
      !query.state.data?.payments.every((one) => settled.has(one.state))
        ? 2000
        : false,
  })
  const done = back.data?.payments.every((one) => settled.has(one.state)) ?? false
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['payments'] })
  }, [done, queries])

  const late = waits && !done && tries >= attempts
  return (
    <Page title={text.title} narrow>
      {back.error && <ProblemAlert error={back.error} onRetry={() => void back.refetch()} />}
      {!back.error && done && (
        <Alert tone="success" live title={text.paid}>
          <p>{text.paidText}</p>
        </Alert>
      )}
      {!back.error && !done && outcome === 'cancelled' && (
        <Alert tone="info" live title={text.cancelled}>
          <p>{text.cancelledText}</p>
        </Alert>
      )}
      {!back.error && !done && outcome === 'error' && (
        <Alert tone="warning" live title={text.error}>
          <p>{text.errorText}</p>
        </Alert>
      )}
      {!back.error && waits && !done && !late && <Progress label={text.waiting} note={text.waitingText} />}
      {late && (
        <Alert tone="warning" live title={text.late}>
          <p>{text.lateText}</p>
        </Alert>
      )}
      {back.data?.payments.map((one) => (
        <Card
          key={one.id}
          title={whatIsPaid(one, words)}
          aside={<Badge tone={paymentTones(one.state)}>{words.paymentState[one.state]}</Badge>}
        >
          <p className="sf-amount">
            <strong>{euros(language, one.amountCents)}</strong>
          </p>
          <ButtonLink to={app.payment(one.id)} look="outline-primary">
            {words.payments.details}
          </ButtonLink>
        </Card>
      ))}
      <div className="sf-actions">
        <ButtonLink to={app.payments} look="outline-primary">
          {text.back}
        </ButtonLink>
        <ButtonLink to={app.appointments} look="outline-primary">
          {words.nav.appointments}
        </ButtonLink>
      </div>
    </Page>
  )
}
