// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Booking } from '../app/contract.ts'
import { useNow } from '../app/clock.ts'
import { dayAndTime, euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink, FileLink } from '../ui/button.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Telephone } from '../ui/telephone.tsx'
import { BookingState } from './booking-card.tsx'
import { AppointmentFacts, isCalledOff } from './booking-facts.tsx'
import { bookingQuery } from './queries.ts'
import { paymentTones } from './payment-state.ts'

/** One booking with all that can be done with it. */
export function Appointment() {
  const { words } = useLanguage()
  const { bookingId = '' } = useParams()
  const booking = useQuery({
    ...bookingQuery(bookingId),
    // The notice and the reminders are made a moment after a booking is confirmed or moved.
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.state === 'confirmed' &&
      (data.payment?.state === 'due' || data.reminders.length === 0) &&
      dataUpdateCount < 6
        ? 2000
        : false,
  })
  const crumbs = [
    { to: app.home, label: words.nav.home },
    { to: app.appointments, label: words.nav.appointments },
  ]
  return (
    <Page title={words.appointment.title} crumbs={crumbs} narrow>
      {booking.isPending && <Skeleton lines={4} />}
      {booking.error && <ProblemAlert error={booking.error} onRetry={() => void booking.refetch()} />}
      {booking.data && <Details booking={booking.data} />}
    </Page>
  )
}

function Details(props: { booking: Booking }) {
  const { language, words } = useLanguage()
  const text = words.appointment
  const { booking } = props
  const { freeCancellationUntil: free } = booking
  const now = useNow()
  const active = booking.state === 'confirmed'
  const late = free !== null && Date.parse(free) <= now
  const left = booking.appointments.filter((one) => Date.parse(one.startsAt) > now && !isCalledOff(one))
  const future = left.length > 0
  const alone = booking.appointments.filter((one) => one.sessions === 1)
  const begun = left.length < booking.appointments.length
  const cancelWords =
    alone.length === booking.appointments.length ? text.cancel : begun ? text.cancelRest : text.cancelAll
  const movable = (one: (typeof left)[number]) =>
    active && one.movableUntil !== null && Date.parse(one.movableUntil) > now
  return (
    <>
      <p className="sf-headline">
        <BookingState state={booking.state} />{' '}
        <span>{words.appointments.for(`${booking.patient.givenName} ${booking.patient.familyName}`)}</span>{' '}
        <span>
          {text.code} <strong className="sf-code">{booking.code}</strong>
        </span>
      </p>
      {(booking.state === 'held' || booking.state === 'confirming') && (
        <Alert tone="warning" title={text.notConfirmed}>
          <ButtonLink to={app.summary(booking.id)}>{text.continue}</ButtonLink>
        </Alert>
      )}
      {booking.cancelledAt && (
        <Alert tone="info" title={text.cancelledOn(dayAndTime(language, booking.cancelledAt))}>
          {booking.cancelledLate && <p>{text.cancelledLate}</p>}
          <ButtonLink to={app.offers(booking.prescriptionId)} look="outline-primary">
            {text.another}
          </ButtonLink>
        </Alert>
      )}
      <AppointmentFacts
        booking={booking}
        action={(one) =>
          movable(one) && (
            <Link to={app.move(booking.id, one.line, one.session)}>
              {text.move}
              <span className="visually-hidden">: {dayAndTime(language, one.startsAt)}</span>
            </Link>
          )
        }
      />
      {booking.moves > 0 && <p className="sf-light">{text.moved(booking.moves)}</p>}
      {active && (
        <>
          <div className="sf-actions">
            <FileLink href={`/api/v1/bookings/${booking.id}/promemoria.pdf`} icon="file-pdf">
              {text.pdf}
            </FileLink>
            <FileLink href={`/api/v1/bookings/${booking.id}/calendar.ics`} icon="calendar">
              {text.calendar}
            </FileLink>
            <Button look="outline-primary" icon="print" onClick={() => window.print()}>
              {text.print}
            </Button>
          </div>
          {future && (
            <>
              {free && <p>{late ? text.late : text.freeUntil(dayAndTime(language, free))}</p>}
              <div className="sf-actions">
                {!late &&
                  alone.map((one) => (
                    <ButtonLink key={one.id} to={app.move(booking.id, one.line)}>
                      {text.move}
                      {booking.appointments.length > 1 && `: ${one.service.description}`}
                    </ButtonLink>
                  ))}
                <ButtonLink to={app.cancel(booking.id)} look="outline-danger">
                  {cancelWords}
                </ButtonLink>
              </div>
            </>
          )}
        </>
      )}
      {booking.payment && (
        <Card
          title={text.payment}
          aside={<Badge tone={paymentTones(booking.payment.state)}>{paymentWord(words, booking.payment.state)}</Badge>}
        >
          <p className="sf-amount">
            <strong>{euros(language, booking.payment.amountCents)}</strong>
          </p>
          <Link to={app.payment(booking.payment.id)}>{text.seePayment}</Link>
        </Card>
      )}
      {active && future && (
        <Card title={text.reminders}>
          {booking.reminders.length === 0 ? <p>{text.noReminders}</p> : <Reminders booking={booking} />}
          <Link to={app.profile}>{text.changeContacts}</Link>
        </Card>
      )}
      <Organisations booking={booking} />
    </>
  )
}

/** When she is reminded and how; of many appointments one row for each moment. */
function Reminders(props: { booking: Booking }) {
  const { language, words } = useLanguage()
  const text = words.appointment
  const { appointments, reminders } = props.booking
  const name = (channel: string) => text.channel[channel] ?? channel
  if (!appointments.some(({ sessions }) => sessions > 1))
    return (
      <ul>
        {reminders.map((one) => (
          <li key={one.at + one.channel}>
            {one.channel === 'app'
              ? text.reminderHere(dayAndTime(language, one.at))
              : text.reminder(name(one.channel), one.to, dayAndTime(language, one.at))}
          </li>
        ))}
      </ul>
    )
  return (
    <ul>
      {[...Map.groupBy(reminders, ({ at }) => at)].map(([at, ways]) => (
        <li key={at}>
          {dayAndTime(language, at)}:{' '}
          {ways
            .map((one) => (one.channel === 'app' ? text.reminderInArea : `${name(one.channel)} ${one.to}`))
            .join(', ')}
        </li>
      ))}
    </ul>
  )
}

function paymentWord(words: ReturnType<typeof useLanguage>['words'], state: string): string {
  return (words.paymentState as Record<string, string>)[state] ?? state
}

function Organisations(props: { booking: Booking }) {
  const { words } = useLanguage()
  const phones = new Map(
    props.booking.appointments.flatMap(({ organisation: { name, telephone } }) =>
      telephone ? [[name, telephone] as const] : [],
    ),
  )
  if (phones.size === 0) return null
  return (
    <ul className="sf-plain-list">
      {[...phones].map(([name, telephone]) => (
        <li key={name}>
          {words.appointment.call} ({name}): <Telephone number={telephone} />
        </li>
      ))}
    </ul>
  )
}
