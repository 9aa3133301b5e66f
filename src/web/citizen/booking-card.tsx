// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { useNow } from '../app/clock.ts'
import type { Appointment, Booking } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { isCalledOff } from './booking-facts.tsx'

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
  const now = useNow()
  const lines = [...Map.groupBy(booking.appointments, ({ line }) => line).values()]
  const next = booking.appointments.find((one) => Date.parse(one.startsAt) > now && !isCalledOff(one))
  const shown = (lines.some((sessions) => sessions.length > 1) && next) || booking.appointments[0]
  return (
    <Card
      level={props.level ?? 2}
      tone={booking.state === 'confirmed' ? 'marked' : 'plain'}
      title={shown ? dayAndTime(language, shown.startsAt) : booking.code}
      aside={<BookingState state={booking.state} />}
    >
      {lines.map((sessions, index) => (
        <Line key={sessions[0]?.line} sessions={sessions} first={index === 0} />
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

/** One service with its place; with the number of appointments and the last one when there are several. */
function Line(props: { sessions: readonly Appointment[]; first: boolean }) {
  const { language, words } = useLanguage()
  const [one] = props.sessions
  const last = props.sessions.at(-1)
  if (!one || !last) return null
  const several = props.sessions.length > 1
  return (
    <p>
      <strong>{one.service.description}</strong>
      <br />
      {several && (
        <>
          {words.appointments.sessions(props.sessions.length, dayAndTime(language, last.startsAt))}
          <br />
        </>
      )}
      {!props.first && !several && (
        <>
          {dayAndTime(language, one.startsAt)}
          <br />
        </>
      )}
      {one.place.name}, {one.place.municipality}
    </p>
  )
}
