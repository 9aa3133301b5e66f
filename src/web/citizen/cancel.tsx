// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Booking } from '../app/contract.ts'
import { useNow } from '../app/clock.ts'
import { dayAndTime, euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { isCalledOff } from './booking-facts.tsx'
import { bookingQuery } from './queries.ts'

/** Cancels a booking: what happens, an optional reason, one button. */
export function Cancel() {
  const { words } = useLanguage()
  const { bookingId = '' } = useParams()
  const booking = useQuery(bookingQuery(bookingId))
  const now = useNow()
  // Kept from the first look: a cancelled session no longer remains.
  const [begun, setBegun] = useState<boolean>()
  if (booking.data && begun === undefined) setBegun(hasBegun(booking.data, now))
  return (
    <Page title={begun ? words.cancel.titleRest : words.cancel.title} narrow>
      {booking.isPending && <Skeleton lines={4} />}
      {booking.error && <ProblemAlert error={booking.error} onRetry={() => void booking.refetch()} />}
      {booking.data && begun !== undefined && <Form booking={booking.data} remaining={begun} />}
    </Page>
  )
}

/** A cycle of which some appointments are over: only those that remain can be cancelled. */
const hasBegun = ({ appointments }: Booking, now: number): boolean =>
  appointments.some(({ sessions }) => sessions > 1) && appointments.some((one) => Date.parse(one.startsAt) <= now)

const paid = new Set(['paid', 'paid-elsewhere', 'reported'])

function Form(props: { booking: Booking; remaining: boolean }) {
  const { language, words } = useLanguage()
  const text = words.cancel
  const { booking, remaining } = props
  const now = useNow()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const cancel = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/bookings/{id}/cancel', {
          params: { path: { id: booking.id } },
          body: { ...(reason.trim() && { reason: reason.trim() }), ...(remaining && { remaining }) },
        }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(['booking', booking.id], changed)
      void queries.invalidateQueries({
        predicate: ({ queryKey }) =>
          ['bookings', 'payments', 'payment', 'prescriptions', 'prescription'].includes(String(queryKey[0])),
      })
    },
  })
  if (cancel.isSuccess && remaining)
    return (
      <>
        <Alert tone="success" live title={text.doneRest}>
          <p>{text.doneRestText}</p>
        </Alert>
        <div className="sf-actions">
          <ButtonLink to={app.appointment(booking.id)}>{text.seeBooking}</ButtonLink>
          <ButtonLink to={app.appointments} look="outline-primary">
            {words.nav.appointments}
          </ButtonLink>
        </div>
      </>
    )
  if (cancel.isSuccess || booking.state === 'cancelled')
    return (
      <>
        <Alert tone="success" live title={text.done}>
          <p>{text.doneText}</p>
        </Alert>
        <div className="sf-actions">
          <ButtonLink to={app.offers(booking.prescriptionId)}>{words.appointment.another}</ButtonLink>
          <ButtonLink to={app.appointments} look="outline-primary">
            {words.nav.appointments}
          </ButtonLink>
        </div>
      </>
    )
  const late = booking.freeCancellationUntil !== null && Date.parse(booking.freeCancellationUntil) < now
  const { payment } = booking
  const live = booking.appointments.filter((one) => !isCalledOff(one))
  const going = remaining ? live.filter((one) => Date.parse(one.startsAt) > now) : live
  const several = going.some(({ sessions }) => sessions > 1)
  const confirm = several ? text.confirmAll(going.length) : text.confirm
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        cancel.mutate()
      }}
    >
      <Card title={text.what} tone="marked">
        {going.map((one) => (
          <p key={one.id}>
            <strong>{one.service.description}</strong>
            <br />
            {dayAndTime(language, one.startsAt)}, {one.place.name}
          </p>
        ))}
      </Card>
      <h2>{text.effects}</h2>
      <ul>
        <li>{several ? text.seats : text.seat}</li>
        <li>{remaining ? text.kept : text.prescription}</li>
        {remaining && <li>{text.copay}</li>}
        {payment && !late && !remaining && (
          <li>{paid.has(payment.state) ? text.refund(euros(language, payment.amountCents)) : text.noPay}</li>
        )}
      </ul>
      {late && <Alert tone="warning" title={text.late} />}
      <Field
        id="reason"
        label={text.reason}
        hint={text.reasonHint}
        optional
        rows={3}
        maxLength={300}
        value={reason}
        onChange={setReason}
      />
      {cancel.error && <ProblemAlert error={cancel.error} />}
      <div className="sf-actions">
        <Button type="submit" look="danger" pending={cancel.isPending} pendingText={text.cancelling}>
          {confirm}
        </Button>
        <ButtonLink to={app.appointment(booking.id)} look="outline-primary">
          {several ? text.keepAll : text.keep}
        </ButtonLink>
      </div>
    </form>
  )
}
