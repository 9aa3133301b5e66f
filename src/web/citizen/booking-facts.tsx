// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Booking } from '../app/contract.ts'
import { dayAndTime, euros } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Icon } from '../ui/icon.tsx'

/** What, when, where and how to prepare, for each appointment of a booking. */
export function AppointmentFacts(props: { booking: Booking }) {
  const { language, words } = useLanguage()
  const text = words.book.step3
  return props.booking.appointments.map((one) => (
    <Card key={one.id} tone="marked" title={one.service.description}>
      <Facts
        facts={[
          [text.when, dayAndTime(language, one.startsAt)],
          [
            text.where,
            <>
              {one.place.name}
              <br />
              {one.place.address}, {one.place.municipality}
              <br />
              <span className="sf-light">{one.organisation.name}</span>
            </>,
          ],
          one.room && [text.room, one.room],
          [text.preparation, one.preparation ?? text.noPreparation],
          one.bring && [text.bring, one.bring],
        ]}
      />
    </Card>
  ))
}

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
