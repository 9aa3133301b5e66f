// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import { euros, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink, FileLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Rating } from '../ui/rating.tsx'
import { AppointmentFacts } from './booking-facts.tsx'
import { PushOffer } from './push-offer.tsx'

/** What was done, the code, the files, what happens next, and how easy it was. */
export function BookDone() {
  const { language, words } = useLanguage()
  const text = words.book.done
  const { bookingId = '' } = useParams()
  const booking = useQuery({
    queryKey: ['booking', bookingId],
    queryFn: () => ask(api.GET('/api/v1/bookings/{id}', { params: { path: { id: bookingId } } })),
    // The notice number and the reminders are made a moment after the confirmation.
    refetchInterval: (query) =>
      query.state.data?.payment?.state === 'due' && query.state.dataUpdateCount < 10 ? 2000 : false,
  })
  if (!booking.data)
    return (
      <Page title={words.book.title} narrow>
        {booking.error ? (
          <ProblemAlert error={booking.error} onRetry={() => void booking.refetch()} />
        ) : (
          <Skeleton lines={4} />
        )}
      </Page>
    )
  const { code, payment, reminders } = booking.data
  const toPay = payment && payment.dueOn && payment.amountCents > 0 && payment.state !== 'paid'
  return (
    <Page title={text.title} documentTitle={`${text.title} – ${words.book.title}`} narrow>
      <Alert
        tone="success"
        live
        title={
          <>
            {text.code}: <span className="sf-code">{code}</span>
          </>
        }
      >
        <p>{text.sent}</p>
      </Alert>
      <AppointmentFacts booking={booking.data} />
      <div className="sf-actions">
        <FileLink href={`/api/v1/bookings/${bookingId}/promemoria.pdf`} icon="file-pdf">
          {text.pdf}
        </FileLink>
        <FileLink href={`/api/v1/bookings/${bookingId}/calendar.ics`} icon="calendar">
          {text.calendar}
        </FileLink>
      </div>
      <h2>{text.next}</h2>
      <ol>
        {toPay && payment.dueOn && (
          <li>{text.pay(euros(language, payment.amountCents), longDay(language, payment.dueOn))}</li>
        )}
        <li>{text.prepare}</li>
        {reminders.length > 0 && <li>{text.remind}</li>}
      </ol>
      <div className="sf-actions">
        {toPay && <ButtonLink to={app.payment(payment.id)}>{text.payNow}</ButtonLink>}
        <ButtonLink to={app.appointment(bookingId)} look="outline-primary">
          {text.seeAppointment}
        </ButtonLink>
        <ButtonLink to={app.book} look="outline-primary">
          {text.another}
        </ButtonLink>
      </div>
      <PushOffer />
      <Rating about="booking" kind="procedure" />
    </Page>
  )
}
