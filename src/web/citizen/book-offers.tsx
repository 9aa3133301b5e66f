// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { OfferedPlace, Offers, OfferSet, Prescription } from '../app/contract.ts'
import { clock, longDay } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { Checkbox, FieldError } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress, Skeleton } from '../ui/progress.tsx'
import { useActing } from '../app/session.tsx'
import { alternativesOf } from './alternatives.ts'
import { OfferFilters, useOfferFilters } from './offer-filters.tsx'
import { OfferList } from './offer-list.tsx'
import { BookingStep } from './procedure.tsx'
import { ServiceQuestion, useChosenServices } from './service-question.tsx'
import { WaitingOffer } from './waiting-offer.tsx'
import { Telephone } from '../ui/telephone.tsx'

/** Step 2: place and time, for all lines of the prescription together. */
export function BookOffers() {
  const { words } = useLanguage()
  const text = words.book.step2
  const { prescriptionId = '' } = useParams()
  const prescription = useQuery({
    queryKey: ['prescription', prescriptionId],
    queryFn: () => ask(api.GET('/api/v1/prescriptions/{id}', { params: { path: { id: prescriptionId } } })),
  })
  return (
    <BookingStep step={1} title={text.title}>
      {prescription.isPending && <Skeleton lines={4} />}
      {prescription.error && <ProblemAlert error={prescription.error} onRetry={() => void prescription.refetch()} />}
      {prescription.data && <Usable prescription={prescription.data} />}
    </BookingStep>
  )
}

/** Explains a prescription that cannot be booked before any place is shown. */
function Usable(props: { prescription: Prescription }) {
  const { words } = useLanguage()
  const text = words.book.step2
  const { prescription } = props
  const unknown = prescription.lines.find((line) => line.serviceId === null && line.candidates.length === 0)
  if (prescription.state === 'taken')
    return (
      <Alert tone="info" title={text.taken}>
        {prescription.bookingId && (
          <ButtonLink to={app.appointment(prescription.bookingId)}>{text.takenAction}</ButtonLink>
        )}
      </Alert>
    )
  return (
    <>
      <PrescriptionCard prescription={prescription} />
      {prescription.state === 'unusable' ? (
        <Alert tone="warning" title={text.unusable}>
          <p>{text.unusableText}</p>
        </Alert>
      ) : unknown ? (
        <Alert tone="warning" title={text.notOnline(unknown.description)}>
          <p>
            {text.notOnlineText} <Telephone number={region.bookingCentre.telephone} />
          </p>
        </Alert>
      ) : (
        <Services prescription={prescription} />
      )}
    </>
  )
}

/** First which services are meant, where the code of a line leaves it open; then the places. */
function Services(props: { prescription: Prescription }) {
  const { words } = useLanguage()
  const services = useChosenServices(props.prescription)
  return (
    <>
      {services.open.map((line) => (
        <ServiceQuestion
          key={line.line}
          line={line}
          value={services.chosen.get(line.line)}
          onChoose={(serviceId) => services.choose(line.line, serviceId)}
        />
      ))}
      {services.complete ? (
        <Choose key={services.text} prescription={props.prescription} services={services.chosen} />
      ) : (
        <p role="status">{words.book.step2.chooseFirst}</p>
      )}
    </>
  )
}

/** What the prescription says, short; the rest on request, so that the places are in sight. */
function PrescriptionCard(props: { prescription: Prescription }) {
  const { language, words } = useLanguage()
  const { people } = useActing()
  const text = words.book.step2
  const { prescription } = props
  const patient = people.find((one) => one.personId === prescription.patientId)
  const { priority, maxDays } = prescription
  return (
    <section className="sf-card sf-card-marked sf-rx" aria-label={text.prescription}>
      {prescription.lines.map((line) => (
        <p key={line.line}>
          <strong>{line.description}</strong>
          {countWords(text, line)}
        </p>
      ))}
      <p>
        {patient && `${words.appointments.for(`${patient.givenName} ${patient.familyName}`)}. `}
        {priority && `${text.priority}: ${words.priority[priority]} (${words.priorityWithin(priority, maxDays)}).`}
      </p>
      <details>
        <summary>{text.details}</summary>
        <Facts
          facts={[
            [
              words.book.step3.prescription,
              <span key="nre" className="sf-code">
                {prescription.nre}
              </span>,
            ],
            [
              text.exemption,
              prescription.exemption
                ? `${prescription.exemption.code} – ${prescription.exemption.description}`
                : text.noExemption,
            ],
            [text.bookBy, longDay(language, prescription.bookBy)],
          ]}
        />
      </details>
    </section>
  )
}

/** How often, when a line needs several appointments. */
function countWords(
  text: ReturnType<typeof useLanguage>['words']['book']['step2'],
  line: Prescription['lines'][number],
) {
  if (line.sessions !== null && line.sessions > 1) return ` (${text.sessionsOf(line.sessions)})`
  return line.sessions === null && line.quantity > 1 ? ` (${text.times(line.quantity)})` : ''
}

/** What was chosen stays in sight while one looks at other places, unless it has a box to tick and would hide too much. */
function chosenLook(chosen: OfferSet | undefined): string {
  if (!chosen) return 'sf-chosen'
  return `sf-chosen sf-chosen-some${chosen.withinMaximum ? ' sf-chosen-bar' : ''}`
}

/** Offers shown at first, and added each time: a phone shows two of them at once. */
const step = 8

function Choose(props: { prescription: Prescription; services: ReadonlyMap<number, string> }) {
  const { language, words } = useLanguage()
  const text = words.book.step2
  const { prescription, services } = props
  const serviceText = [...services].map(([line, id]) => `${line}:${id}`).join(',')
  const filters = useOfferFilters()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<OfferSet>()
  const [accepted, setAccepted] = useState(false)
  const [missing, setMissing] = useState<'choice' | 'acceptance'>()
  const [count, setCount] = useState(step)

  const offers = useInfiniteQuery({
    queryKey: ['offers', prescription.id, serviceText, filters.query],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/prescriptions/{id}/offers', {
          params: {
            path: { id: prescription.id },
            query: {
              ...filters.query,
              ...(serviceText && { services: serviceText }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page: Offers) => page.nextCursor,
    placeholderData: (before) => before,
  })
  const hold = useMutation({
    mutationFn: (set: OfferSet) =>
      ask(
        api.POST('/api/v1/bookings', {
          params: { header: { 'idempotency-key': newKey() } },
          body: {
            prescriptionId: prescription.id,
            places: set.places.map(({ line, scheduleId, slotId }) => {
              const serviceId = services.get(line)
              return { line, scheduleId, slotId, ...(serviceId && { serviceId }) }
            }),
            acceptsBeyondMaximum: !set.withinMaximum,
          },
        }),
      ),
    onSuccess: (booking) => {
      queries.setQueryData(['booking', booking.id], booking)
      void navigate(app.summary(booking.id))
    },
    onError: (error) => {
      if (!(error instanceof Problem) || error.status !== 409) return
      setChosen(undefined)
      void queries.invalidateQueries({ queryKey: ['offers', prescription.id] })
    },
  })

  if (offers.isPending) return <Progress label={text.searching} />
  if (offers.error) return <ProblemAlert error={offers.error} onRetry={() => void offers.refetch()} />
  const [first] = offers.data.pages
  if (!first) return null
  const sets = offers.data.pages.flatMap((page) => page.sets)
  const inSight = sets.slice(0, count)
  const alternatives = alternativesOf(hold.error, {
    prescription,
    set: hold.variables,
    deadline: first.deadline,
    services,
  })
  const taken = hold.error instanceof Problem && hold.error.status === 409
  const firstAt = Date.parse(first.firstAvailability ?? '')
  // Of several services each has a first place of its own: the list itself says when all can be done.
  const alone = prescription.lines.length === 1 ? sets.flatMap((set) => set.places) : []
  const several = first.series.length > 0
  const firstWait = alone.find((place) => Date.parse(place.startsAt) === firstAt)

  function submit(event: FormEvent) {
    event.preventDefault()
    const fault = !chosen ? 'choice' : !chosen.withinMaximum && !accepted ? 'acceptance' : undefined
    setMissing(fault)
    if (fault) return document.getElementById(fault === 'choice' ? 'offer' : 'accept')?.focus()
    if (chosen) hold.mutate(chosen)
  }
  /** A line's place and time, or the first of several and until when. */
  function chosenWords(places: readonly OfferedPlace[]): string {
    const [one] = places
    const last = places.at(-1)
    if (!one || !last) return ''
    const words = `${longDay(language, one.startsAt)}, ${clock(language, one.startsAt)}, ${one.place.name}`
    return places.length === 1 ? words : `${words} (${text.until(places.length, longDay(language, last.startsAt))})`
  }
  function choose(set: OfferSet) {
    setChosen(set)
    setMissing(undefined)
  }

  return (
    <>
      {!first.withinMaximum && (
        <WaitingOffer
          prescription={prescription}
          services={services}
          deadline={first.deadline}
          alone={sets.length === 0}
        />
      )}
      {first.withinMaximum && first.firstAvailability && (
        <p>
          {firstWait && (
            <strong>{text.first(longDay(language, first.firstAvailability), firstWait.daysWaited)} </strong>
          )}
          {first.deadline && text.deadline(longDay(language, first.deadline))}
        </p>
      )}
      {first.series.map((one) => (
        <p key={one.line}>
          {prescription.lines.length > 1 && (
            <strong>{prescription.lines.find(({ line }) => line === one.line)?.description}. </strong>
          )}
          {one.kind === 'cycle'
            ? text.cycle(one.count, one.leastPerWeek, one.mostPerWeek)
            : text.repeated(one.count, one.differentDays)}{' '}
          {text.seriesFrom}
        </p>
      ))}
      <OfferFilters filters={filters} organisations={first.organisations} />
      <form onSubmit={submit} noValidate aria-busy={offers.isFetching}>
        {taken && (
          <Alert
            tone="warning"
            live
            title={hold.error instanceof Problem && hold.error.title ? hold.error.title : text.gone}
          >
            <p>{alternatives.length > 0 ? text.goneText : text.goneNone}</p>
            {alternatives.length > 0 && (
              <OfferList
                name="alternative"
                legend={text.legend}
                sets={alternatives}
                lines={prescription.lines}
                chosen={chosen?.id}
                onChoose={choose}
              />
            )}
          </Alert>
        )}
        {hold.error && !taken && <ProblemAlert error={hold.error} />}
        {sets.length === 0 ? (
          <Alert tone="info" live title={filters.active > 0 ? text.none : text.noneAtAll}>
            <p>{text.noneText}</p>
          </Alert>
        ) : (
          <>
            <OfferList
              name="offer"
              legend={several ? text.legendSeries : prescription.lines.length > 1 ? text.legendMany : text.legend}
              sets={inSight}
              lines={prescription.lines}
              chosen={chosen?.id}
              onChoose={choose}
              error={missing === 'choice' && <FieldError id="offer-error">{text.choose}</FieldError>}
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
        {(sets.length > 0 || alternatives.length > 0) && (
          <div className={chosenLook(chosen)}>
            {chosen && (
              <p>
                {text.chosen}:{' '}
                <strong>
                  {[...Map.groupBy(chosen.places, ({ line }) => line).values()]
                    .map((places) => chosenWords(places))
                    .join('; ')}
                </strong>
              </p>
            )}
            {chosen && !chosen.withinMaximum && (
              <Checkbox
                id="accept"
                label={text.accept}
                note={text.acceptNote}
                error={missing === 'acceptance' ? text.needAccept : undefined}
                checked={accepted}
                onChange={setAccepted}
              />
            )}
            <Button type="submit" pending={hold.isPending} pendingText={text.taking}>
              {chosen && chosen.places.length > 1 && several ? text.takeAll(chosen.places.length) : text.take}
            </Button>
          </div>
        )}
      </form>
    </>
  )
}
