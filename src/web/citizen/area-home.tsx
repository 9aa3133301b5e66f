// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { useMayAlone } from '../app/allowed.tsx'
import { euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Alert } from '../ui/alert.tsx'
import { BookingCard } from './booking-card.tsx'
import { bookingsQuery, messagesQuery, paymentsQuery, toPay, waitingQuery } from './queries.ts'

/** First page after signing in: what is next, what is to pay, what is to read. */
export function AreaHome() {
  const { language, words } = useLanguage()
  const text = words.areaHome
  const session = useSession()
  const bookings = useInfiniteQuery(bookingsQuery('upcoming'))
  const mayPay = useMayAlone('PAYMENT')
  const mayDeclare = useMayAlone('EXEMPTION')
  const mayAdhere = useMayAlone('VACCINATION')
  const mayChoose = useMayAlone('DOCTOR_CHOICE')
  const payments = useInfiniteQuery({ ...paymentsQuery(), enabled: mayPay })
  const messages = useInfiniteQuery(messagesQuery())
  const waiting = useQuery(waitingQuery())

  const next = bookings.data?.pages[0]?.items.find((one) => one.state === 'confirmed')
  const due = toPay(payments.data?.pages.flatMap((page) => page.items) ?? [])
  const unread = messages.data?.pages[0]?.unread ?? 0
  const offered = waiting.data?.some((one) => one.state === 'offered')
  return (
    <Page title={text.title(session?.person?.givenName ?? '')} documentTitle={words.nav.area}>
      <p className="sf-actions">
        <ButtonLink to={app.book} icon="calendar">
          {words.site.home.start}
        </ButtonLink>
      </p>
      {offered && (
        <Alert tone="info" title={text.offered}>
          <p>
            <Link to={app.waiting}>{text.seeOffer}</Link>
          </p>
        </Alert>
      )}
      <h2>{text.next}</h2>
      {bookings.isPending && <Skeleton lines={2} />}
      {bookings.error && <ProblemAlert error={bookings.error} onRetry={() => void bookings.refetch()} />}
      {bookings.data && (next ? <BookingCard booking={next} level={3} /> : <p>{text.noNext}</p>)}
      <p>
        <Link to={app.appointments}>{text.seeAll}</Link>
      </p>
      <div className="sf-grid">
        {mayPay && (
          <Card title={text.pay}>
            {payments.isPending && <Skeleton lines={1} />}
            {payments.error && <ProblemAlert error={payments.error} onRetry={() => void payments.refetch()} />}
            {payments.data && (
              <p>
                {due.length === 0
                  ? text.nothingToPay
                  : text.toPay(
                      due.length,
                      euros(
                        language,
                        due.reduce((sum, one) => sum + one.amountCents, 0),
                      ),
                    )}
              </p>
            )}
            <Link to={app.payments}>{text.goPay}</Link>
          </Card>
        )}
        <Card title={text.messages}>
          {messages.isPending && <Skeleton lines={1} />}
          {messages.error && <ProblemAlert error={messages.error} onRetry={() => void messages.refetch()} />}
          {messages.data && <p>{unread === 0 ? text.noMessages : text.newMessages(unread)}</p>}
          <Link to={app.messages}>{text.goMessages}</Link>
        </Card>
        <Card title={text.waiting}>
          {waiting.isPending && <Skeleton lines={1} />}
          {waiting.error && <ProblemAlert error={waiting.error} onRetry={() => void waiting.refetch()} />}
          {waiting.data && (
            <p>{waiting.data.length === 0 ? words.waitingList.none : text.waitingFor(waiting.data.length)}</p>
          )}
          <Link to={app.waiting}>{words.waitingList.see}</Link>
        </Card>
        {mayDeclare && (
          <Card title={text.exemptions}>
            <p>{text.exemptionsText}</p>
            <Link to={app.exemptions}>{text.goExemptions}</Link>
          </Card>
        )}
        {mayAdhere && (
          <Card title={text.adhesions}>
            <p>{text.adhesionsText}</p>
            <Link to={app.adhesions}>{text.goAdhesions}</Link>
          </Card>
        )}
        {mayChoose && (
          <Card title={text.doctor}>
            <p>{text.doctorText}</p>
            <Link to={app.doctor}>{text.goDoctor}</Link>
          </Card>
        )}
      </div>
    </Page>
  )
}
