// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { useWords } from '../app/language.tsx'
import { FieldError } from './field.tsx'

/** A password that can be shown while it is typed. Pasting and password managers work: nothing is in their way. */
export function PasswordField(props: {
  id: string
  label: string
  hint?: string
  error?: string | undefined
  value: string
  onChange: (value: string) => void
  autoComplete: 'new-password' | 'current-password'
}) {
  const text = useWords().account
  const [shown, setShown] = useState(false)
  const described = [props.hint && `${props.id}-hint`, props.error && `${props.id}-error`].filter(Boolean).join(' ')
  return (
    <div className="sf-field">
      <label htmlFor={props.id} className="form-label">
        {props.label}
      </label>
      {props.hint && (
        <small id={`${props.id}-hint`} className="form-text">
          {props.hint}
        </small>
      )}
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      <div className="sf-password">
        <input
          id={props.id}
          name={props.id}
          type={shown ? 'text' : 'password'}
          className={props.error ? 'form-control is-invalid' : 'form-control'}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
          autoComplete={props.autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1000}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={described || undefined}
        />
        <button
          type="button"
          className="btn btn-outline-primary"
          aria-label={shown ? text.hidePassword : text.showPassword}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? text.hide : text.show}
        </button>
      </div>
    </div>
  )
}
