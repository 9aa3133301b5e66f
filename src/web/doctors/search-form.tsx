// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { Checkbox, Field, RadioGroup, Select } from '../ui/field.tsx'
import { languageName, weekdayName } from './hours.ts'
import { municipalitiesQuery } from './queries.ts'
import type { Wishes } from './wishes.ts'
import { useDoctorWords } from './words.ts'

/** Languages besides Italian that the residents of the region speak most. */
const spoken = ['en', 'fr', 'de', 'es', 'ro', 'uk', 'ru', 'ar', 'zh'] as const
const week = [1, 2, 3, 4, 5, 6, 7] as const

/** What one looks for. Nothing is searched until it is sent. */
export function SearchForm(props: {
  wishes: Wishes
  onSearch: (wishes: Wishes) => void
  onClear?: (() => void) | undefined
}) {
  const { language } = useLanguage()
  const text = useDoctorWords().find
  const kinds = useDoctorWords().kind
  const municipalities = useQuery(municipalitiesQuery())
  const [draft, setDraft] = useState({ of: props.wishes, wishes: props.wishes })
  // Another address, e.g. by going back, brings other wishes.
  if (!same(draft.of, props.wishes)) setDraft({ of: props.wishes, wishes: props.wishes })
  const { wishes } = draft
  const set = (change: Partial<Wishes>) =>
    setDraft((before) => ({ ...before, wishes: { ...before.wishes, ...change } }))
  const more = [wishes.language, wishes.weekday, wishes.free].filter(Boolean).length
  return (
    <form
      role="search"
      aria-label={text.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        props.onSearch(wishes)
      }}
    >
      {municipalities.error && <p className="form-text">{text.unknownMunicipality}</p>}
      <Combobox
        label={text.municipality}
        hint={text.municipalityHint}
        choices={(municipalities.data?.municipalities ?? []).map(({ code, name, province }) => ({
          value: code,
          label: name,
          note: province,
        }))}
        value={wishes.municipality}
        onChange={(municipality = '') => set({ municipality })}
      />
      <Field
        id="doctor-name"
        type="search"
        label={text.name}
        optional
        autoComplete="off"
        maxLength={80}
        value={wishes.name}
        onChange={(name) => set({ name })}
      />
      <RadioGroup
        name="kind"
        legend={text.kind}
        inline
        choices={[
          { value: '', label: text.anyKind },
          { value: 'MMG', label: kinds.MMG },
          { value: 'PLS', label: kinds.PLS },
        ]}
        value={wishes.kind}
        onChange={(kind) => set({ kind })}
      />
      <details className="sf-filters">
        <summary>{text.more(more)}</summary>
        <div>
          <Checkbox id="free" label={text.free} checked={wishes.free} onChange={(free) => set({ free })} />
          <Select
            label={text.language}
            choices={[
              { value: '', label: text.anyLanguage },
              ...spoken.map((code) => ({ value: code, label: languageName(language, code) })),
            ]}
            value={wishes.language}
            onChange={(code) => set({ language: code })}
          />
          <Select
            label={text.weekday}
            choices={[
              { value: '', label: text.anyDay },
              ...week.map((day) => ({ value: String(day), label: weekdayName(language, day) })),
            ]}
            value={wishes.weekday}
            onChange={(weekday) => set({ weekday })}
          />
        </div>
      </details>
      <div className="sf-actions">
        <Button type="submit" icon="search">
          {text.search}
        </Button>
        {props.onClear && (
          <Button look="outline-primary" icon="close" onClick={props.onClear}>
            {text.clear}
          </Button>
        )}
      </div>
    </form>
  )
}

const same = (one: Wishes, other: Wishes) => JSON.stringify(one) === JSON.stringify(other)
