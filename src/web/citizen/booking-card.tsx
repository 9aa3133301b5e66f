// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Booking } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge, Card } from '../ui/card.tsx'

const tones = {
  held: 'warning',
  confirming: 'info',
  confirmed: 'success',
  expired: 'neutral',
  released: 'neutral',
  cancelled: 'neutral',
  delivered: 'info',
  'no-show': 'danger',
} as const

export function BookingState(props: { state: Booking['state'] }) {
  const { words } = useLanguage()
  return <Badge tone={tones[props.state]}>{words.bookingState[props.state]}</Badge>
}

/** One booking in a list: when, what, where, for whom. */
export function BookingCard(props: { booking: Booking; level?: 2 | 3 }) {
  const { language, words } = useLanguage()
  const { booking } = props
  const text = words.appointments
  return (
    <Card
      level={props.level ?? 2}
      tone={booking.state === 'confirmed' ? 'marked' : 'plain'}
      title={booking.appointments[0] ? dayAndTime(language, booking.appointments[0].startsAt) : booking.code}
      aside={<BookingState state={booking.state} />}
    >
      {booking.appointments.map((one, index) => (
        <p key={one.id}>
          <strong>{one.service.description}</strong>
          <br />
          {index > 0 && (
            <>
              {dayAndTime(language, one.startsAt)}
              <br />
            </>
          )}
          {one.place.name}, {one.place.municipality}
        </p>
      ))}
      <p className="sf-light">
        {text.for(`${booking.patient.givenName} ${booking.patient.familyName}`)} · {text.code}{' '}
        <span className="sf-code">{booking.code}</span>
      </p>
      <p>
        <Link to={app.appointment(booking.id)}>
          {booking.state === 'confirmed' ? text.details : text.detailsPast}
          <span className="visually-hidden"> ({booking.code})</span>
        </Link>
      </p>
    </Card>
  )
}
