// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import type { NamedPlace } from '../app/contract.ts'
import { Combobox } from '../ui/combobox.tsx'
import { FieldError } from '../ui/field.tsx'
import { usePeopleWords } from './words.ts'

/** A municipality or a state, by the beginning of its name as it was called on a day. */
export function PlaceField(props: {
  id: string
  label: string
  on: string
  only?: NamedPlace['kind']
  value: NamedPlace | undefined
  error: string | undefined
  onChange: (place: NamedPlace | undefined) => void
}) {
  const words = usePeopleWords()
  const [typed, setTyped] = useState('')
  const text = typed.trim()
  const { on } = props
  const found = useQuery({
    queryKey: ['named-places', text, on],
    queryFn: () => ask(api.GET('/api/v1/office/places', { params: { query: { text, ...(on && { on }) } } })),
    enabled: text.length >= 2 && text.length <= 60,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  const all = [...(props.value ? [props.value] : []), ...(found.data?.items ?? [])]
  const places = [...new Map(all.map((place) => [place.code, place])).values()].filter(
    ({ kind }) => !props.only || kind === props.only,
  )
  return (
    <div id={props.id} tabIndex={-1}>
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      <Combobox
        label={props.label}
        hint={words.place.hint}
        choices={places.map(({ code, name, province }) => ({
          value: code,
          label: province ? words.place.name(name, province) : name,
        }))}
        value={props.value?.code}
        onChange={(code) => props.onChange(places.find((place) => place.code === code))}
        onType={setTyped}
      />
    </div>
  )
}
