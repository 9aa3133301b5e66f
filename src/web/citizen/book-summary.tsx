// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useNavigate, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { useNow } from '../app/clock.ts'
import { api, ask } from '../app/api.ts'
import type { Booking } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Countdown, useSecondsTo } from '../ui/countdown.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress, Skeleton } from '../ui/progress.tsx'
import { AppointmentFacts, Copay } from './booking-facts.tsx'
import { BookingStep } from './procedure.tsx'

/** Step 3: the one summary before the confirmation, with the time left of the hold. */
export function BookSummary() {
  const { words } = useLanguage()
  const text = words.book.step3
  const { bookingId = '' } = useParams()
  const navigate = useNavigate()
  const booking = useQuery({
    queryKey: ['booking', bookingId],
    queryFn: () => ask(api.GET('/api/v1/bookings/{id}', { params: { path: { id: bookingId } } })),
    // The prescription is being locked on the national system: ask again until it is done.
    refetchInterval: ({ state }) =>
      state.data?.state === 'confirming' ? (state.data.verifyBy ? 15_000 : 1000) : false,
  })
  const confirmed = booking.data?.state === 'confirmed'
  useEffect(() => {
    if (confirmed) void navigate(app.done(bookingId), { replace: true })
  }, [confirmed, bookingId, navigate])

  return (
    <BookingStep step={2} title={text.title}>
      {booking.isPending && <Skeleton lines={4} />}
      {booking.error && <ProblemAlert error={booking.error} onRetry={() => void booking.refetch()} />}
      {booking.data?.state === 'confirming' && !booking.data.verifyBy && (
        <Progress label={text.confirming} note={text.confirmingNote} />
      )}
      {booking.data?.state === 'confirming' && booking.data.verifyBy && (
        <Waiting booking={booking.data} until={booking.data.verifyBy} />
      )}
      {booking.data?.state === 'held' && <Held booking={booking.data} />}
      {(booking.data?.state === 'expired' || booking.data?.state === 'released') && <Over booking={booking.data} />}
      {booking.data?.state === 'cancelled' && (
        <Alert tone="warning" title={text.failedTitle}>
          <p>{text.failedText}</p>
          <ButtonLink to={app.offers(booking.data.prescriptionId)}>{text.again}</ButtonLink>
        </Alert>
      )}
    </BookingStep>
  )
}

function Over(props: { booking: Booking }) {
  const { words } = useLanguage()
  const text = words.book.step3
  const { booking } = props
  return (
    <Alert tone="warning" live title={booking.state === 'released' ? text.releasedTitle : text.expiredTitle}>
      <p>{text.expiredText}</p>
      <ButtonLink to={app.offers(booking.prescriptionId)}>{text.again}</ButtonLink>
    </Alert>
  )
}

/** The national system is silent: the place is kept, and we confirm it without her. */
function Waiting(props: { booking: Booking; until: string }) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  const { booking, until } = props
  const navigate = useNavigate()
  const release = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/bookings/{id}/release', { params: { path: { id: booking.id } } })),
    onSuccess: () => navigate(app.offers(booking.prescriptionId)),
  })
  return (
    <>
      <Alert tone="info" live title={text.waitingTitle}>
        <p>{text.waitingText(dayAndTime(language, until))}</p>
      </Alert>
      <AppointmentFacts booking={booking} />
      {release.error && <ProblemAlert error={release.error} />}
      <div className="sf-actions">
        <ButtonLink to={app.appointments}>{text.waitingGoOn}</ButtonLink>
        <Button look="outline-primary" pending={release.isPending} onClick={() => release.mutate()}>
          {text.giveUp}
        </Button>
      </div>
    </>
  )
}

function Held(props: { booking: Booking }) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  const { booking } = props
  const queries = useQueryClient()
  const navigate = useNavigate()
  const path = { params: { path: { id: booking.id } } }
  const keep = (changed: Booking) => queries.setQueryData(['booking', booking.id], changed)
  const now = useNow()
  const left = useSecondsTo(booking.holdExpiresAt ?? '')

  const extend = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/bookings/{id}/extend-hold', path)),
    onSuccess: keep,
  })
  const release = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/bookings/{id}/release', path)),
    onSuccess: () => navigate(app.offers(booking.prescriptionId)),
  })
  const confirm = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/bookings/{id}/confirm', {
          ...path,
        }),
      ),
    onSuccess: (changed) => {
      keep(changed)
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => ['bookings', 'payments', 'messages'].includes(String(queryKey[0])),
      })
    },
    onError: () => queries.invalidateQueries({ queryKey: ['booking', booking.id] }),
  })
  if (left === 0 && !confirm.isPending) return <Over booking={booking} />
  const { priority, freeCancellationUntil: free } = booking
  return (
    <>
      <p>{text.lead}</p>
      <div className="sf-hold">
        {booking.holdExpiresAt && <Countdown until={booking.holdExpiresAt} />}
        {booking.holdExtensionsLeft > 0 && (
          <Button look="outline-primary" pending={extend.isPending} onClick={() => extend.mutate()}>
            {text.extend}
          </Button>
        )}
        <span role="status">{extend.isSuccess && text.extended}</span>
      </div>
      {extend.error && <ProblemAlert error={extend.error} />}
      <AppointmentFacts booking={booking} />
      <Card title={words.book.step2.prescription}>
        <Facts
          facts={[
            [text.patient, `${booking.patient.givenName} ${booking.patient.familyName}`],
            [
              text.prescription,
              <span key="nre" className="sf-code">
                {booking.nre}
              </span>,
            ],
            priority && [text.priority, words.priority[priority]],
          ]}
        />
      </Card>
      <Copay booking={booking} />
      {free && <p>{Date.parse(free) > now ? text.cancelUntil(dayAndTime(language, free)) : words.cancel.late}</p>}
      {confirm.error && <ProblemAlert error={confirm.error} />}
      {release.error && <ProblemAlert error={release.error} />}
      {confirm.isPending && <Progress label={text.confirming} note={text.confirmingNote} />}
      <div className="sf-actions">
        <Button icon="check" pending={confirm.isPending} pendingText={text.confirming} onClick={() => confirm.mutate()}>
          {text.confirm}
        </Button>
        <Button look="outline-primary" pending={release.isPending} onClick={() => release.mutate()}>
          {text.change}
        </Button>
      </div>
    </>
  )
}
