// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import type { OfferedPlace, OfferSet, PrescriptionLine } from '../app/contract.ts'
import { briefMoment, clock, distance, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge } from '../ui/card.tsx'
import { SlotPicker } from '../ui/slot-picker.tsx'

function Marks(props: { set: OfferSet }) {
  const { words } = useLanguage()
  const text = words.book.step2
  return (
    <span className="sf-marks">
      <Badge tone={props.set.withinMaximum ? 'success' : 'warning'}>
        {props.set.withinMaximum ? text.within : text.beyond}
      </Badge>
      {!props.set.insideArea && <Badge tone="warning">{text.outside}</Badge>}
    </span>
  )
}

/** When each appointment of a cycle is. */
function Dates(props: { places: readonly OfferedPlace[] }) {
  const { language } = useLanguage()
  return (
    <span className="sf-dates">
      {props.places.map((place) => (
        <span key={place.slotId}>{briefMoment(language, place.startsAt)}</span>
      ))}
    </span>
  )
}

/** Offers to choose from: one radio for each set of places, whether it holds one service or several. */
export function OfferList(props: {
  name: string
  legend: string
  sets: readonly OfferSet[]
  lines: readonly PrescriptionLine[]
  chosen: string | undefined
  onChoose: (set: OfferSet) => void
  error?: ReactNode
}) {
  const { language, words } = useLanguage()
  const text = words.book.step2
  const slots = props.sets.flatMap((set) => {
    const [first] = set.places.toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
    const byDay = set.together === 'one-line' || set.together === 'series'
    const group = byDay ? {} : { group: text.together[set.together] }
    return first ? [{ id: set.id, startsAt: first.startsAt, first, set, ...group }] : []
  })
  const where = ({ place }: OfferedPlace) =>
    `${place.name}, ${place.municipality}${place.distanceKm === null ? '' : ` (${distance(language, place.distanceKm)})`}`
  const about = ({ first, set }: (typeof slots)[number]) => {
    const km = first.place.distanceKm
    if (set.places.length === 1)
      return (
        <>
          <strong>{first.place.name}</strong>
          <span>
            {first.place.address}, {first.place.municipality}
          </span>
          <span className="form-text">
            {km !== null && `${distance(language, km)} · `}
            {text.wait(first.daysWaited)} · {first.organisation.name}
          </span>
          <Marks set={set} />
        </>
      )
    if (set.together === 'series')
      return (
        <>
          <strong>{first.place.name}</strong>
          <span>
            {first.place.address}, {first.place.municipality}
          </span>
          <span className="form-text">
            {km !== null && `${distance(language, km)} · `}
            {text.wait(first.daysWaited)} · {first.organisation.name}
          </span>
          <span className="sf-set-line">{text.sessions(set.places.length)}</span>
          <Dates places={set.places} />
          <Marks set={set} />
        </>
      )
    return (
      <>
        <strong>{longDay(language, first.startsAt)}</strong>
        {[...Map.groupBy(set.places, (place) => place.line)].map(([line, places]) => (
          <span key={line} className="sf-set-line">
            {props.lines.find((one) => one.line === line)?.description}
            {places.length > 1 ? (
              <Dates places={places} />
            ) : (
              places.map((place) => (
                <span key={place.slotId} className="form-text">
                  {set.together !== 'same-day' && `${longDay(language, place.startsAt)}, `}
                  {clock(language, place.startsAt)}
                </span>
              ))
            )}
            {set.together === 'separate' && places[0] && <span className="form-text">{where(places[0])}</span>}
          </span>
        ))}
        {set.together !== 'separate' && <span className="form-text">{where(first)}</span>}
        <Marks set={set} />
      </>
    )
  }
  return (
    <SlotPicker
      name={props.name}
      legend={props.legend}
      slots={slots}
      chosen={props.chosen}
      onChoose={(slot) => props.onChoose(slot.set)}
      about={about}
      error={props.error}
    />
  )
}
