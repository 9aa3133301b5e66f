// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import type { Appointment, Booking } from '../app/contract.ts'
import { dayAndTime, euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Icon } from '../ui/icon.tsx'

/** What, when, where and how to prepare, for each service of a booking, with every date of one that needs several. */
export function AppointmentFacts(props: {
  booking: Booking
  /** What can be done with one of several appointments. */
  action?: (appointment: Appointment) => ReactNode
}) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  return [...Map.groupBy(props.booking.appointments, ({ line }) => line).values()].map((sessions) => {
    const [one] = sessions
    if (!one) return null
    const several = sessions.length > 1
    const places = new Set(sessions.map(({ place }) => place.id))
    return (
      <Card key={one.line} tone="marked" title={one.service.description}>
        {several && <Sessions sessions={sessions} places={places.size} action={props.action} />}
        <Facts
          facts={[
            !several && [text.when, dayAndTime(language, one.startsAt)],
            places.size === 1 && [
              text.where,
              <>
                {one.place.name}
                <br />
                {one.place.address}, {one.place.municipality}
                <br />
                <span className="sf-light">{one.organisation.name}</span>
              </>,
            ],
            !several && one.room && [text.room, one.room],
            [text.preparation, one.preparation ?? text.noPreparation],
            one.bring && [text.bring, one.bring],
          ]}
        />
      </Card>
    )
  })
}

/** Every date of a service that needs several appointments. */
function Sessions(props: {
  sessions: readonly Appointment[]
  places: number
  action: ((appointment: Appointment) => ReactNode) | undefined
}) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  return (
    <>
      <p>
        <strong>{text.sessions(props.sessions.length)}</strong>
      </p>
      <ol className="sf-sessions">
        {props.sessions.map((one) => (
          <li key={one.id}>
            <span className="sf-light">{text.session(one.session, one.sessions)}</span>
            <span>
              {isCalledOff(one) ? <s>{dayAndTime(language, one.startsAt)}</s> : dayAndTime(language, one.startsAt)}
              {one.room && `, ${one.room}`}
              {props.places > 1 && `, ${one.place.name}, ${one.place.address}, ${one.place.municipality}`}
            </span>
            {isCalledOff(one) ? <Badge tone="neutral">{text.sessionCancelled}</Badge> : props.action?.(one)}
          </li>
        ))}
      </ol>
    </>
  )
}

/** Called off, with its booking or alone. */
export const isCalledOff = ({ state }: Appointment): boolean => state.startsWith('cancelled')

/** The co-payment and why it is what it is. */
export function Copay(props: { booking: Booking }) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  const { cents, explanation } = props.booking.copay
  return (
    <Card title={text.copay}>
      <p className="sf-amount">
        <Icon name="card" /> <strong>{cents === 0 ? text.free : euros(language, cents)}</strong>
      </p>
      <p>{explanation}</p>
    </Card>
  )
}
