// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useId, useState, type KeyboardEvent } from 'react'
import { useWords } from '../app/language.tsx'

export interface Choice {
  value: string
  label: string
  note?: string
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

/** Choose among more than 10: type to narrow, arrows to move, Enter to take, Escape to leave (ARIA combobox pattern). */
export function Combobox(props: {
  label: string
  hint?: string
  choices: readonly Choice[]
  value: string | undefined
  onChange: (value: string | undefined) => void
  /** Told what is typed, where the choices are fetched for it. */
  onType?: (text: string) => void
}) {
  const words = useWords()
  const id = useId()
  const chosen = props.choices.find((choice) => choice.value === props.value)
  const [typed, setTyped] = useState<string>()
  const [active, setActive] = useState(-1)
  const open = typed !== undefined
  const wanted = plain(typed ?? '').trim()
  const begins = (choice: Choice) => plain(choice.label).startsWith(wanted)
  const found = props.choices
    .filter((choice) => plain(`${choice.label} ${choice.note ?? ''}`).includes(wanted))
    .toSorted((one, other) => Number(begins(other)) - Number(begins(one)))
    .slice(0, 50)
  /** What was typed to the end, or the only one left. */
  const meant = found.find((choice) => plain(choice.label) === wanted) ?? (found.length === 1 ? found[0] : undefined)

  function take(choice: Choice | undefined) {
    props.onChange(choice?.value)
    setTyped(undefined)
    setActive(-1)
  }

  function key(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      setTyped(undefined)
      return
    }
    if (event.key === 'Enter' && open) {
      event.preventDefault()
      const choice = found[active] ?? meant
      if (choice) take(choice)
      return
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (!step) return
    event.preventDefault()
    if (!open) setTyped('')
    else setActive((at) => (at + step + found.length) % Math.max(1, found.length))
  }

  return (
    <div className="sf-field sf-combobox">
      <label htmlFor={id} className="form-label">
        {props.label}
      </label>
      {props.hint && (
        <small id={`${id}-hint`} className="form-text">
          {props.hint}
        </small>
      )}
      <input
        id={id}
        type="text"
        role="combobox"
        className="form-control"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined}
        value={typed ?? chosen?.label ?? ''}
        onChange={(event) => {
          setTyped(event.target.value)
          props.onType?.(event.target.value)
          setActive(-1)
          if (event.target.value === '') props.onChange(undefined)
        }}
        onClick={() => !open && setTyped('')}
        onKeyDown={key}
        onBlur={() => (wanted && meant ? take(meant) : setTyped(undefined))}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={props.label} hidden={!open}>
        {open &&
          found.map((choice, index) => (
            <li
              key={choice.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              onMouseDown={(event) => {
                event.preventDefault()
                take(choice)
              }}
            >
              {choice.label}
              {choice.note && <small className="form-text">{choice.note}</small>}
            </li>
          ))}
      </ul>
      <p className="visually-hidden" role="status">
        {open ? words.ui.found(found.length) : ''}
      </p>
    </div>
  )
}
