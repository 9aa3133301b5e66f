// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { dayOf, today } from '../app/formats.ts'
import { useWords } from '../app/language.tsx'
import { DateField } from '../ui/date-field.tsx'
import { RadioGroup } from '../ui/field.tsx'

const choices = [1, 6, 12, 24] as const
type Choice = `${(typeof choices)[number]}` | 'other'

/** The day before the same day some months later: a year from 3 March ends on 2 March. */
function inMonths(start: string, months: number): string {
  const day = new Date(`${start}T12:00:00Z`)
  day.setUTCMonth(day.getUTCMonth() + months)
  return dayOf(new Date(day.getTime() - 86_400_000).toISOString())
}

/** Until when: some usual lengths from a day on (today when not given), or a last day. Gives the last day, or '' while none is chosen. */
export function LastDay(props: {
  legend: string
  longestDays: number
  error?: string | undefined
  start?: string
  onChange: (day: string) => void
}) {
  const text = useWords().delegations
  const [choice, setChoice] = useState<Choice>()
  const start = props.start ?? today()
  const months = choices.filter((n) => mayEndOn(inMonths(start, n), props.longestDays))
  return (
    <>
      <RadioGroup<Choice>
        name="how-long"
        legend={props.legend}
        hint={text.howHint(Math.floor(props.longestDays / 30.4))}
        error={choice === 'other' ? undefined : props.error}
        choices={[
          ...months.map((n) => ({ value: `${n}` as const, label: text.months(n) })),
          { value: 'other', label: text.otherDay },
        ]}
        value={choice}
        onChange={(value) => {
          setChoice(value)
          props.onChange(value === 'other' ? '' : inMonths(start, Number(value)))
        }}
      />
      {choice === 'other' && (
        <DateField id="last-day" legend={text.lastDay} error={props.error} onChange={props.onChange} />
      )}
    </>
  )
}

/** True for a day a delegation may end on. */
export function mayEndOn(day: string, longestDays: number): boolean {
  const last = dayOf(new Date(Date.now() + longestDays * 86_400_000).toISOString())
  return day >= today() && day <= last
}
