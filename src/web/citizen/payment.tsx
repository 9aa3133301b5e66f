// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Payment as PaymentData } from '../app/contract.ts'
import { dayAndTime, euros, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button, ButtonLink, FileLink } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress, Skeleton } from '../ui/progress.tsx'
import { useCheckout } from './checkout.ts'
import { paymentTones, whatIsPaid } from './payment-state.ts'
import { paymentQuery } from './queries.ts'

/** One payment: state, notice, receipt, refund. */
export function Payment() {
  const { words } = useLanguage()
  const { paymentId = '' } = useParams()
  const payment = useQuery({
    ...paymentQuery(paymentId),
    refetchInterval: (query) =>
      ['due', 'pending-outcome'].includes(query.state.data?.state ?? '') && query.state.dataUpdateCount < 20
        ? 2000
        : false,
  })
  const crumbs = [
    { to: app.home, label: words.nav.home },
    { to: app.payments, label: words.nav.payments },
  ]
  return (
    <Page title={words.payment.title} crumbs={crumbs} narrow>
      {payment.isPending && <Skeleton lines={4} />}
      {payment.error && <ProblemAlert error={payment.error} onRetry={() => void payment.refetch()} />}
      {payment.data && <Details payment={payment.data} />}
    </Page>
  )
}

/** "3020 0000 0000 0000 12": 18 digits are read in groups. */
const grouped = (notice: string) => notice.replace(/(.{4})(?=.)/g, '$1 ')

function Details(props: { payment: PaymentData }) {
  const { language, words } = useLanguage()
  const text = words.payment
  const { payment } = props
  const checkout = useCheckout()
  const { paid, refund } = payment
  const open = payment.payable || payment.state === 'due' || payment.state === 'notice-issued'
  return (
    <>
      <Card
        tone="marked"
        title={whatIsPaid(payment, words)}
        aside={<Badge tone={paymentTones(payment.state)}>{words.paymentState[payment.state]}</Badge>}
      >
        <Facts
          facts={[
            [
              text.amount,
              <strong key="amount" className="sf-amount">
                {euros(language, payment.amountCents)}
              </strong>,
            ],
            open && [text.due, longDay(language, payment.dueOn)],
            payment.noticeNumber && [
              text.notice,
              <span key="notice" className="sf-code">
                {grouped(payment.noticeNumber)}
              </span>,
            ],
            [text.creditor, payment.creditor.name],
            paid && [text.paidOn, dayAndTime(language, paid.at)],
            paid && [text.paidBy, paid.provider],
            paid && [text.receiptNumber, paid.receiptNumber],
            refund && [
              text.refund,
              refund.refundedAt
                ? text.refunded(euros(language, refund.amountCents), longDay(language, refund.refundedAt))
                : text.refundRequested(euros(language, refund.amountCents), longDay(language, refund.requestedAt)),
            ],
          ]}
        />
      </Card>
      {payment.state === 'due' && <Progress label={text.preparing} />}
      {checkout.error && <ProblemAlert error={checkout.error} />}
      <div className="sf-actions">
        {payment.payable && (
          <Button
            icon="card"
            pending={checkout.isPending || checkout.isSuccess}
            pendingText={words.payments.starting}
            onClick={() => checkout.mutate([payment.id])}
          >
            {text.pay}
          </Button>
        )}
        {open && payment.noticeNumber && (
          <FileLink href={`/api/v1/payments/${payment.id}/notice.pdf`} icon="file-pdf">
            {text.noticePdf}
          </FileLink>
        )}
        {paid && (
          <FileLink href={`/api/v1/payments/${payment.id}/receipt.pdf`} icon="file-pdf">
            {text.receiptPdf}
          </FileLink>
        )}
        {payment.subject.kind === 'booking' && (
          <ButtonLink to={app.appointment(payment.subject.id)} look="outline-primary">
            {text.appointment}
          </ButtonLink>
        )}
      </div>
      {open && <p>{text.elsewhere}</p>}
    </>
  )
}
