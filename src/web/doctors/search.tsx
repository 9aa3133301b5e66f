// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode } from 'react'
import type { Doctor } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { DoctorCard } from './doctor-card.tsx'
import { doctorsQuery, municipalitiesQuery } from './queries.ts'
import { SearchForm } from './search-form.tsx'
import { useWishes } from './use-wishes.ts'
import { queryOf, type Presets } from './wishes.ts'
import { useDoctorWords } from './words.ts'

/** Where one was looking, for the way back. */
export interface Origin {
  search: string
  name: string
}

/** The form and what it finds. `action` is what can be done with a doctor that was found. */
export function Search(props: { presets: Presets; action: (doctor: Doctor, origin: Origin) => ReactNode }) {
  const text = useDoctorWords().find
  const { wishes, asked, filtered, search, clear, here } = useWishes(props.presets)
  const heading = useRef<HTMLHeadingElement>(null)
  const sent = useRef(false)
  // Who searched goes on at the results.
  useEffect(() => {
    if (!sent.current || !heading.current) return
    sent.current = false
    heading.current.focus()
  })
  return (
    <>
      <SearchForm
        wishes={wishes}
        onSearch={(next) => {
          sent.current = true
          search(next)
        }}
        onClear={filtered ? clear : undefined}
      />
      {asked ? (
        <section aria-labelledby="results">
          <h2 id="results" ref={heading} tabIndex={-1}>
            {text.results}
          </h2>
          <Results
            query={queryOf(wishes)}
            onClear={filtered ? clear : undefined}
            action={(doctor) => props.action(doctor, here)}
          />
        </section>
      ) : (
        <p className="sf-empty">{text.start}</p>
      )}
    </>
  )
}

function Results(props: {
  query: ReturnType<typeof queryOf>
  onClear: (() => void) | undefined
  action: (doctor: Doctor) => ReactNode
}) {
  const { words } = useLanguage()
  const text = useDoctorWords().find
  const doctors = useInfiniteQuery(doctorsQuery(props.query))
  const municipalities = useQuery(municipalitiesQuery()).data?.municipalities
  const town = municipalities?.find(({ code }) => code === props.query.municipality)?.name
  const found = doctors.data?.pages.flatMap((page) => page.doctors)
  return (
    <>
      {town && (
        <p>
          {text.in(town)}. {text.order}
        </p>
      )}
      <p role="status">{found && text.shown(found.length, doctors.hasNextPage)}</p>
      {doctors.isPending && <Skeleton lines={4} />}
      {doctors.error && <ProblemAlert error={doctors.error} onRetry={() => void doctors.refetch()} />}
      {found?.length === 0 && (
        <div className="sf-empty">
          <p>{text.none}</p>
          <p>{text.noneText}</p>
          {props.onClear && (
            <Button look="outline-primary" onClick={props.onClear}>
              {text.clear}
            </Button>
          )}
        </div>
      )}
      {found?.map((doctor) => (
        <DoctorCard key={doctor.id} doctor={doctor} town={town}>
          {props.action(doctor)}
        </DoctorCard>
      ))}
      {doctors.hasNextPage && (
        <Button
          look="outline-primary"
          pending={doctors.isFetchingNextPage}
          pendingText={words.ui.loading}
          onClick={() => void doctors.fetchNextPage()}
        >
          {words.ui.more}
        </Button>
      )}
    </>
  )
}
