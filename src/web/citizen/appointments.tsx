// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { BookingCard } from './booking-card.tsx'
import { bookingsQuery } from './queries.ts'

/** Appointments of the whole family, coming up or past. */
export function Appointments() {
  const { words } = useLanguage()
  const text = words.appointments
  const { people } = useActing()
  const [params, setParams] = useSearchParams()
  const when = params.get('when') === 'past' ? 'past' : 'upcoming'
  const whose = people.find((one) => one.personId === params.get('of'))?.personId
  const bookings = useInfiniteQuery(bookingsQuery(when, whose))
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value) next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true },
    )
  const items = bookings.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      <div className="sf-filter-row">
        <Select
          label={text.when}
          choices={[
            { value: 'upcoming', label: text.upcoming },
            { value: 'past', label: text.past },
          ]}
          value={when}
          onChange={(value) => set('when', value === 'past' ? 'past' : '')}
        />
        {people.length > 1 && (
          <Select
            label={text.whose}
            choices={[
              { value: '', label: text.everyone },
              ...people.map((one) => ({ value: one.personId, label: `${one.givenName} ${one.familyName}` })),
            ]}
            value={whose ?? ''}
            onChange={(value) => set('of', value)}
          />
        )}
      </div>
      {bookings.isPending && <Skeleton lines={4} />}
      {bookings.error && <ProblemAlert error={bookings.error} onRetry={() => void bookings.refetch()} />}
      {bookings.data &&
        (items.length === 0 ? (
          <div className="sf-empty">
            <p>{when === 'past' ? text.nonePast : text.noneUpcoming}</p>
            <ButtonLink to={app.book}>{words.site.home.start}</ButtonLink>
          </div>
        ) : (
          <>
            {items.map((one) => (
              <BookingCard key={one.id} booking={one} />
            ))}
            <Pager
              shown={items.length}
              more={bookings.hasNextPage}
              pending={bookings.isFetchingNextPage}
              onMore={() => void bookings.fetchNextPage()}
            />
          </>
        ))}
    </Page>
  )
}
