// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { clock, dayOf, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'

export interface Choosable {
  id: string
  startsAt: string
  /** what it stands under instead of its day */
  group?: string
}

/** Times to choose from, grouped by day or by what they say: one radio group, so arrows move through all of them. */
export function SlotPicker<Slot extends Choosable>(props: {
  legend: string
  name: string
  slots: readonly Slot[]
  chosen: string | undefined
  onChoose: (slot: Slot) => void
  /** what stands beside a time: place, distance, marks */
  about: (slot: Slot) => ReactNode
  error?: ReactNode
}) {
  const { language } = useLanguage()
  const groups = Map.groupBy(props.slots, (slot) => slot.group ?? longDay(language, dayOf(slot.startsAt)))
  return (
    <fieldset className="sf-slots" id={props.name} tabIndex={-1}>
      <legend className="h5">{props.legend}</legend>
      {props.error}
      {[...groups].map(([title, slots]) => (
        <div key={title} className="sf-slot-day">
          <p className="sf-slot-date">{title}</p>
          {slots.map((slot) => (
            <label key={slot.id} className="sf-slot">
              <input
                type="radio"
                name={props.name}
                value={slot.id}
                checked={props.chosen === slot.id}
                onChange={() => props.onChoose(slot)}
              />
              <span className="sf-slot-time">
                <span className="visually-hidden">{title}, </span>
                {clock(language, slot.startsAt)}
              </span>
              <span className="sf-slot-about">{props.about(slot)}</span>
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  )
}
