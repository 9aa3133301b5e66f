// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useRef, useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { ActsFor, Prescription } from '../app/contract.ts'
import { ageInYears, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress } from '../ui/progress.tsx'
import { cleanNre, nreFault } from './nre.ts'
import { BookingStep } from './procedure.tsx'

const Scanner = lazy(async () => ({ default: (await import('./scanner.tsx')).Scanner }))

/** Whom the prescription is for: asked only of those who may act for others. */
function Who() {
  const { words } = useLanguage()
  const { people: all, person, switchTo } = useActing()
  const people = all.filter((one) => one.services.includes('BOOKING'))
  if (people.length < 2) return null
  const label = (one: ActsFor) => `${one.givenName} ${one.familyName}`
  const note = (one: ActsFor) =>
    one.relation === 'self'
      ? words.person.self
      : `${words.person[one.relation]}, ${words.person.years(ageInYears(one.birthDate))}`
  if (people.length > 5)
    return (
      <Select
        label={words.book.step1.who}
        choices={people.map((one) => ({ value: one.personId, label: `${label(one)} (${note(one)})` }))}
        value={person.personId}
        onChange={switchTo}
      />
    )
  return (
    <RadioGroup
      name="who"
      legend={words.book.step1.who}
      choices={people.map((one) => ({ value: one.personId, label: label(one), note: note(one) }))}
      value={person.personId}
      onChange={switchTo}
    />
  )
}

/** Prescriptions read before and still free: one press instead of 15 characters. */
function Known(props: { free: readonly Prescription[] }) {
  const { language, words } = useLanguage()
  const text = words.book.step1
  return (
    <section aria-labelledby="known">
      <h2 id="known">{text.known}</h2>
      <p>{text.knownText}</p>
      {props.free.map((one) => (
        <Card key={one.id} level={3} title={one.lines.map((line) => line.description).join(' + ')}>
          <p>
            {one.priority && `${words.priority[one.priority]} (${words.priorityWithin(one.priority, one.maxDays)}). `}
            {text.until(longDay(language, one.bookBy))}. <span className="sf-code">{one.nre}</span>
          </p>
          <ButtonLink to={app.offers(one.id)} look="outline-primary">
            {text.use}
          </ButtonLink>
        </Card>
      ))}
    </section>
  )
}

/** Step 1: for whom, and which prescription. */
export function BookPrescription() {
  const { words } = useLanguage()
  const text = words.book.step1
  const { person } = useActing()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [nre, setNre] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const [scanning, setScanning] = useState(false)
  const outcome = useRef<HTMLDivElement>(null)

  const known = useQuery({
    queryKey: ['prescriptions', person.personId],
    queryFn: () => ask(api.GET('/api/v1/prescriptions', { params: { query: { patientId: person.personId } } })),
  })
  const find = useMutation({
    mutationFn: (body: { patientId: string; nre: string }) => ask(api.POST('/api/v1/prescription-lookups', { body })),
    onSuccess: (prescription) => {
      queries.setQueryData(['prescription', prescription.id], prescription)
      void queries.invalidateQueries({ queryKey: ['prescriptions'] })
      void navigate(app.offers(prescription.id))
    },
  })

  const free = known.data?.filter((one) => one.state === 'bookable' || one.state === 'released') ?? []

  function check(typed: string): FieldProblem[] {
    const fault = nreFault(cleanNre(typed))
    if (!fault) return []
    const messages = {
      missing: text.missing,
      'second-piece': text.secondPiece,
      'first-piece': text.firstPiece,
      length: text.wrongLength(cleanNre(typed).length),
      form: text.wrongForm,
    }
    return [{ field: 'nre', message: messages[fault] }]
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = check(nre)
    setProblems(found)
    if (found.length === 0) find.mutate({ patientId: person.personId, nre: cleanNre(nre) })
  }
  const read = useCallback((whole: string) => {
    setNre(whole)
    setScanning(false)
    document.getElementById('nre')?.focus()
  }, [])

  return (
    <BookingStep step={0} title={text.title}>
      <Who />
      {free.length > 0 && <Known free={free} />}
      <h2>{free.length > 0 ? text.otherTitle : text.newTitle}</h2>
      <form onSubmit={submit} noValidate>
        <ErrorSummary problems={problems} />
        <Field
          id="nre"
          label={text.number}
          hint={text.numberHint}
          error={problemOf(problems, 'nre')}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={40}
          value={nre}
          onChange={setNre}
        />
        <div ref={outcome}>
          {find.error && <ProblemAlert error={find.error} lost={text.lostNothing} />}
          {find.isPending && <Progress label={text.finding} note={text.findingNote} />}
        </div>
        <div className="sf-actions">
          <Button type="submit" icon="search" pending={find.isPending} pendingText={words.ui.loading}>
            {text.find}
          </Button>
          <Button look="outline-primary" icon="camera" onClick={() => setScanning(true)}>
            {text.scan}
          </Button>
        </div>
      </form>
      {scanning && (
        <Suspense fallback={null}>
          <Scanner open={scanning} onClose={() => setScanning(false)} onRead={read} />
        </Suspense>
      )}
    </BookingStep>
  )
}
