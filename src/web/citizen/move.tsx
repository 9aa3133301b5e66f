// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { Appointment, Booking, Offers, OfferSet } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { FieldError } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress, Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { OfferFilters, useOfferFilters } from './offer-filters.tsx'
import { OfferList } from './offer-list.tsx'
import { bookingQuery } from './queries.ts'

/** Moves one appointment of a booking: new place, check, done. The old place is kept until the new one is taken. */
export function Move() {
  const { words } = useLanguage()
  const { bookingId = '', line = '', session } = useParams()
  const booking = useQuery(bookingQuery(bookingId))
  const [chosen, setChosen] = useState<OfferSet>()
  const [checking, setChecking] = useState(false)
  const appointment = booking.data?.appointments.find(
    (one) => one.line === Number(line) && (session === undefined || one.session === Number(session)),
  )
  return (
    <Page title={checking ? words.move.checkTitle : words.move.title} narrow>
      {booking.isPending && <Skeleton lines={4} />}
      {booking.error && <ProblemAlert error={booking.error} onRetry={() => void booking.refetch()} />}
      {booking.data &&
        appointment &&
        (checking && chosen ? (
          <Check booking={booking.data} present={appointment} chosen={chosen} onBack={() => setChecking(false)} />
        ) : (
          <Choose
            booking={booking.data}
            present={appointment}
            chosen={chosen}
            onChoose={setChosen}
            onNext={() => setChecking(true)}
          />
        ))}
    </Page>
  )
}

/** The line, and the session of one that has several. */
const movingOf = ({ line, session, sessions }: Appointment) => (sessions > 1 ? { line, session } : { line })

/** Offers shown at first, and added each time. */
const step = 20

function Choose(props: {
  booking: Booking
  present: Appointment
  chosen: OfferSet | undefined
  onChoose: (set: OfferSet) => void
  onNext: () => void
}) {
  const { language, words } = useLanguage()
  const text = words.move
  const filters = useOfferFilters()
  const [missing, setMissing] = useState(false)
  const [count, setCount] = useState(step)
  const { booking, present } = props
  const moving = movingOf(present)
  const offers = useInfiniteQuery({
    queryKey: ['move-offers', booking.id, moving, filters.query],
    queryFn: ({ pageParam }): Promise<Offers> =>
      ask(
        api.GET('/api/v1/bookings/{id}/offers', {
          params: {
            path: { id: booking.id },
            query: { ...moving, ...filters.query, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  })
  const sets = offers.data?.pages.flatMap((page) => page.sets) ?? []
  const inSight = sets.slice(0, count)
  function submit(event: FormEvent) {
    event.preventDefault()
    setMissing(!props.chosen)
    if (props.chosen) props.onNext()
    else document.getElementById('offer')?.focus()
  }
  return (
    <>
      <Card tone="marked">
        {present.sessions > 1 && (
          <p>
            <strong>{text.which(present.session, present.sessions)}</strong>
          </p>
        )}
        <p>
          {text.now} <strong>{dayAndTime(language, present.startsAt)}</strong>, {present.place.name}
        </p>
        <p>{text.safe}</p>
        {present.sessions > 1 && <p>{text.rhythm}</p>}
      </Card>
      {offers.isPending && <Progress label={words.book.step2.searching} />}
      {offers.error && <ProblemAlert error={offers.error} onRetry={() => void offers.refetch()} />}
      {offers.data && (
        <>
          <OfferFilters filters={filters} organisations={offers.data.pages[0]?.organisations ?? []} />
          <form onSubmit={submit} noValidate>
            {sets.length === 0 ? (
              <Alert tone="info" live title={filters.active > 0 ? words.book.step2.none : text.none} />
            ) : (
              <>
                <OfferList
                  name="offer"
                  legend={text.legend}
                  sets={inSight}
                  lines={[]}
                  chosen={props.chosen?.id}
                  onChoose={props.onChoose}
                  error={missing && <FieldError id="offer-error">{words.book.step2.choose}</FieldError>}
                />
                <Pager
                  shown={inSight.length}
                  more={count < sets.length || offers.hasNextPage}
                  pending={offers.isFetchingNextPage}
                  onMore={() => {
                    setCount(count + step)
                    if (count + step >= sets.length && offers.hasNextPage) void offers.fetchNextPage()
                  }}
                />
              </>
            )}
            <div className="sf-actions">
              {sets.length > 0 && <Button type="submit">{text.next}</Button>}
              <ButtonLink to={app.appointment(booking.id)} look="outline-primary">
                {words.cancel.keep}
              </ButtonLink>
            </div>
          </form>
        </>
      )}
    </>
  )
}

function Check(props: { booking: Booking; present: Appointment; chosen: OfferSet; onBack: () => void }) {
  const { language, words } = useLanguage()
  const text = words.move
  const { booking, present, chosen } = props
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const [after] = chosen.places
  const move = useMutation({
    mutationFn: () => {
      if (!after) throw new Error('An offer holds at least one place')
      return ask(
        api.POST('/api/v1/bookings/{id}/move', {
          params: { path: { id: booking.id } },
          body: { ...movingOf(present), scheduleId: after.scheduleId, slotId: after.slotId },
        }),
      )
    },
    onSuccess: (changed) => {
      queries.setQueryData(['booking', booking.id], { ...changed, reminders: [] }) // those of the old time are replaced
      void queries.invalidateQueries({ queryKey: ['bookings'] })
      toast({ text: text.done })
      void navigate(app.appointment(booking.id))
    },
    onError: () => queries.invalidateQueries({ queryKey: ['move-offers', booking.id] }),
  })
  const gone = move.error instanceof Problem && move.error.status === 409
  return (
    <>
      <Card>
        <Facts
          facts={[
            [text.from, `${dayAndTime(language, present.startsAt)}, ${present.place.name}`],
            after && [
              text.to,
              `${dayAndTime(language, after.startsAt)}, ${after.place.name}, ${after.place.municipality}`,
            ],
          ]}
        />
      </Card>
      {move.error && <ProblemAlert error={move.error} {...(gone && { lost: text.safe })} />}
      <div className="sf-actions">
        {!gone && (
          <Button pending={move.isPending} pendingText={text.moving} onClick={() => move.mutate()}>
            {text.confirm}
          </Button>
        )}
        <Button look="outline-primary" onClick={props.onBack}>
          {text.other}
        </Button>
      </div>
    </>
  )
}
