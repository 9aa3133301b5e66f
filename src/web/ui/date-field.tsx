// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { useWords } from '../app/language.tsx'
import { FieldError } from './field.tsx'

/** A date one knows by heart (of birth): three small fields. Gives YYYY-MM-DD, or '' while it is not a real day. */
export function DateField(props: {
  id: string
  legend: string
  hint?: string
  error?: string | undefined
  value?: string
  birth?: boolean
  onChange: (day: string) => void
}) {
  const words = useWords()
  const [year = '', month = '', day = ''] = (props.value ?? '').split('-')
  const [parts, setParts] = useState({ day, month, year })

  function change(part: 'day' | 'month' | 'year', text: string) {
    const next = { ...parts, [part]: text.replace(/\D/g, '') }
    setParts(next)
    const iso = `${next.year.padStart(4, '0')}-${next.month.padStart(2, '0')}-${next.day.padStart(2, '0')}`
    const real = new Date(`${iso}T00:00:00Z`)
    props.onChange(
      next.year.length === 4 && !Number.isNaN(real.getTime()) && real.toISOString().startsWith(iso) ? iso : '',
    )
  }

  const fields = [
    ['day', words.ui.day, 2, 'bday-day'],
    ['month', words.ui.month, 2, 'bday-month'],
    ['year', words.ui.year, 4, 'bday-year'],
  ] as const
  return (
    <fieldset className="sf-field sf-date" aria-describedby={props.hint ? `${props.id}-hint` : undefined}>
      <legend className="form-label">{props.legend}</legend>
      {props.hint && (
        <small id={`${props.id}-hint`} className="form-text">
          {props.hint}
        </small>
      )}
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      <div className="sf-date-parts">
        {fields.map(([part, label, length, token]) => (
          <label key={part} className={`sf-date-${part}`}>
            {label}
            <input
              id={part === 'day' ? props.id : `${props.id}-${part}`}
              type="text"
              inputMode="numeric"
              className={props.error ? 'form-control is-invalid' : 'form-control'}
              maxLength={length}
              autoComplete={props.birth ? token : 'off'}
              aria-invalid={props.error ? true : undefined}
              aria-describedby={props.error ? `${props.id}-error` : undefined}
              value={parts[part]}
              onChange={(event) => change(part, event.target.value)}
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}
