// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useSearchParams } from 'react-router'
import type { OffersQuery } from '../app/contract.ts'
import { today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { Checkbox, Field, RadioGroup, Select } from '../ui/field.tsx'

const names = ['from', 'organisationId', 'halfDay', 'weekday', 'area'] as const

/** The wishes of the person, kept in the address of the page so that they survive going back. */
export function useOfferFilters() {
  const [params, setParams] = useSearchParams()
  const query: OffersQuery = {}
  const get = (name: string) => params.get(name) ?? undefined
  if (get('order') === 'distance') query.order = 'distance'
  const from = get('from')
  if (from && from > today()) query.from = from
  const organisationId = get('organisationId')
  if (organisationId) query.organisationId = organisationId
  const halfDay = get('halfDay')
  if (halfDay === 'am' || halfDay === 'pm') query.halfDay = halfDay
  const weekday = Number(get('weekday'))
  if (weekday >= 1 && weekday <= 7) query.weekday = weekday
  if (get('area') === 'inside') query.area = 'inside'

  function set(name: string, value: string | undefined) {
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value) next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true, preventScrollReset: true },
    )
  }
  function clear() {
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        for (const name of names) next.delete(name)
        return next
      },
      { replace: true, preventScrollReset: true },
    )
  }
  return { query, set, clear, active: names.filter((name) => params.has(name)).length }
}

type Filters = ReturnType<typeof useOfferFilters>

/** Order and filters of the offers. */
export function OfferFilters(props: { filters: Filters; organisations: readonly { id: string; name: string }[] }) {
  const { words } = useLanguage()
  const text = words.book.step2
  const { query, set, clear, active } = props.filters
  return (
    <details className="sf-filters">
      <summary>{text.filtersOn(active)}</summary>
      <div>
        <RadioGroup
          name="order"
          legend={text.order}
          choices={[
            { value: 'date', label: text.byDate },
            { value: 'distance', label: text.byDistance },
          ]}
          value={query.order ?? 'date'}
          onChange={(value) => set('order', value === 'date' ? undefined : value)}
        />
        <Combobox
          label={text.organisation}
          hint={text.organisationHint}
          choices={props.organisations.map((one) => ({ value: one.id, label: one.name }))}
          value={query.organisationId}
          onChange={(value) => set('organisationId', value)}
        />
        <RadioGroup
          name="halfDay"
          legend={text.halfDay}
          inline
          choices={[
            { value: 'any', label: text.anyTime },
            { value: 'am', label: text.am },
            { value: 'pm', label: text.pm },
          ]}
          value={query.halfDay ?? 'any'}
          onChange={(value) => set('halfDay', value === 'any' ? undefined : value)}
        />
        <Select
          label={text.weekday}
          choices={[
            { value: '', label: text.anyDay },
            ...text.weekdays.map((label, index) => ({ value: String(index + 1), label })),
          ]}
          value={query.weekday ? String(query.weekday) : ''}
          onChange={(value) => set('weekday', value || undefined)}
        />
        <Field
          id="from"
          type="date"
          label={text.from}
          min={today()}
          value={query.from ?? ''}
          onChange={(value) => set('from', value)}
        />
        <Checkbox
          id="area"
          label={text.area}
          note={text.outsideNote}
          checked={query.area === 'inside'}
          onChange={(checked) => set('area', checked ? 'inside' : undefined)}
        />
        {active > 0 && (
          <Button look="outline-primary" icon="close" onClick={clear}>
            {text.clear}
          </Button>
        )}
      </div>
    </details>
  )
}
