// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useId, type ReactNode } from 'react'
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'

/** A problem of one field, for the summary at the top and the text beside the field. */
export interface FieldProblem {
  /** id of the input to go to */
  field: string
  message: string
}

export function problemOf(problems: readonly FieldProblem[], field: string): string | undefined {
  return problems.find((problem) => problem.field === field)?.message
}

function Hint(props: { id: string; children: ReactNode }) {
  return (
    <small id={props.id} className="form-text">
      {props.children}
    </small>
  )
}

export function FieldError(props: { id: string; children: ReactNode }) {
  return (
    <p id={props.id} className="invalid-feedback sf-field-error">
      <Icon name="error" />
      <span>{props.children}</span>
    </p>
  )
}

const describedBy = (...ids: (string | false | undefined)[]) => ids.filter(Boolean).join(' ') || undefined

/** One text field with its label, hint and error. `type` is always written: without it the field has no border. */
export function Field(props: {
  id: string
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  type?: 'text' | 'email' | 'tel' | 'date' | 'search'
  name?: string
  defaultValue?: string
  value?: string
  onChange?: (value: string) => void
  autoComplete?: string
  inputMode?: 'text' | 'numeric' | 'email' | 'tel'
  autoCapitalize?: 'characters' | 'none'
  maxLength?: number
  min?: string
  optional?: boolean
  rows?: number
}) {
  const words = useWords()
  const shared = {
    id: props.id,
    name: props.name ?? props.id,
    'aria-invalid': props.error ? true : undefined,
    'aria-describedby': describedBy(props.hint != null && `${props.id}-hint`, props.error && `${props.id}-error`),
    defaultValue: props.defaultValue,
    value: props.value,
    maxLength: props.maxLength,
    autoComplete: props.autoComplete,
    className: props.error ? 'form-control is-invalid' : 'form-control',
  }
  const changed = props.onChange && ((event: { target: { value: string } }) => props.onChange?.(event.target.value))
  return (
    <div className="sf-field">
      <label htmlFor={props.id} className="form-label">
        {props.label} {props.optional && <span className="sf-optional">{words.ui.optional}</span>}
      </label>
      {props.hint != null && <Hint id={`${props.id}-hint`}>{props.hint}</Hint>}
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      {props.rows ? (
        <textarea {...shared} rows={props.rows} onChange={changed} />
      ) : (
        <input
          {...shared}
          type={props.type ?? 'text'}
          inputMode={props.inputMode}
          autoCapitalize={props.autoCapitalize}
          min={props.min}
          spellCheck={false}
          onChange={changed}
        />
      )}
    </div>
  )
}

/** Up to 5 choices: all in sight. Over 5 take Select, over 10 Combobox. */
export function RadioGroup<Value extends string>(props: {
  name: string
  legend: ReactNode
  hint?: ReactNode
  error?: string | undefined
  choices: readonly { value: Value; label: ReactNode; note?: ReactNode }[]
  value?: Value | undefined
  onChange?: (value: Value) => void
  inline?: boolean
}) {
  return (
    <fieldset
      className="sf-field sf-choices"
      id={props.name}
      tabIndex={-1}
      aria-describedby={describedBy(props.hint != null && `${props.name}-hint`, props.error && `${props.name}-error`)}
    >
      <legend className="form-label">{props.legend}</legend>
      {props.hint != null && <Hint id={`${props.name}-hint`}>{props.hint}</Hint>}
      {props.error && <FieldError id={`${props.name}-error`}>{props.error}</FieldError>}
      <div className={props.inline ? 'sf-choice-row' : 'sf-choice-list'}>
        {props.choices.map((choice) => (
          <label key={choice.value} className="sf-choice">
            <input
              type="radio"
              name={props.name}
              value={choice.value}
              {...(props.onChange
                ? { checked: props.value === choice.value, onChange: () => props.onChange?.(choice.value) }
                : { defaultChecked: props.value === choice.value })}
            />
            <span>
              {choice.label}
              {choice.note != null && <small className="form-text">{choice.note}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** One yes-or-no box. */
export function Checkbox(props: {
  id: string
  label: ReactNode
  note?: ReactNode
  error?: string | undefined
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <div className="sf-field">
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      <label className="sf-choice">
        <input
          type="checkbox"
          id={props.id}
          checked={props.checked}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={describedBy(props.error && `${props.id}-error`)}
          onChange={(event) => props.onChange(event.target.checked)}
        />
        <span>
          {props.label}
          {props.note != null && <small className="form-text">{props.note}</small>}
        </span>
      </label>
    </div>
  )
}

export function Select<Value extends string>(props: {
  label: ReactNode
  choices: readonly { value: Value; label: string }[]
  value: Value
  onChange: (value: Value) => void
}) {
  const id = useId()
  return (
    <div className="sf-field">
      <label htmlFor={id} className="form-label">
        {props.label}
      </label>
      <select
        id={id}
        className="form-control sf-select"
        value={props.value}
        onChange={(event) => {
          const choice = props.choices.find((one) => one.value === event.target.value)
          if (choice) props.onChange(choice.value)
        }}
      >
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  )
}
