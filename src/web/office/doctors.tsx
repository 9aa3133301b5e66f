// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { Departure } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { DepartureForm } from './departure-form.tsx'
import { Movements } from './movements.tsx'
import { Refusals } from './refusals.tsx'
import { useOfficeWords } from './words.ts'

/** The office of a district: doctors who leave and who takes over, and the movements of a month. */
export function OfficeDoctors() {
  const text = useOfficeWords()
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Office />
    </ProfessionalPage>
  )
}

/** While people are being reassigned the figures are asked for again and again. */
const everyMs = 5_000
const mostTimes = 200

function Office() {
  const words = useOfficeWords()
  const text = words.departures
  const [entering, setEntering] = useState(false)
  const departures = useQuery({
    queryKey: ['departures'],
    queryFn: () => ask(api.GET('/api/v1/office/departures')),
    refetchInterval: ({ state }) =>
      state.data?.departures.some(isBusy) && state.dataUpdateCount < mostTimes ? everyMs : false,
  })
  if (departures.error instanceof Problem && departures.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
      </Alert>
    )
  return (
    <>
      <section>
        <h2>{text.title}</h2>
        {departures.error && <ProblemAlert error={departures.error} onRetry={() => void departures.refetch()} />}
        {departures.isPending && <Skeleton lines={4} />}
        {departures.data?.departures.length === 0 && <p role="status">{text.none}</p>}
        {departures.data?.departures.map((one) => (
          <DepartureCard key={one.id} departure={one} />
        ))}
        {entering ? (
          <div className="sf-narrow">
            <DepartureForm onDone={() => setEntering(false)} />
          </div>
        ) : (
          <Button onClick={() => setEntering(true)}>{text.enter}</Button>
        )}
      </section>
      <section>
        <h2>{words.refusals.title}</h2>
        <Refusals />
      </section>
      <section>
        <h2>{words.movements.title}</h2>
        <Movements />
      </section>
    </>
  )
}

/** People are being told, or given to others. */
const isBusy = ({ state, told, people }: Departure) => state === 'RUNNING' || (state === 'PLANNED' && told < people)

const tones = { PLANNED: 'info', RUNNING: 'warning', DONE: 'success', CALLED_OFF: 'neutral' } as const

function DepartureCard({ departure }: { departure: Departure }) {
  const { language } = useLanguage()
  const text = useOfficeWords().departures
  const [asking, setAsking] = useState(false)
  const { state, people, reassigned, without, told, targets } = departure
  return (
    <Card level={3} title={departure.doctorName} aside={<Badge tone={tones[state]}>{text.states[state]}</Badge>}>
      <Facts
        facts={[
          [text.lastDay, longDay(language, departure.lastDay)],
          [text.reason, text.reasons[departure.reason]],
          [text.targets, targets.length === 0 ? text.nobody : targets.map(({ doctorName }) => doctorName).join(', ')],
          state !== 'CALLED_OFF' && [
            text.progress,
            <>
              <progress
                className="sf-meter"
                max={Math.max(people, 1)}
                value={reassigned + without}
                aria-label={text.progress}
              />{' '}
              {text.done(reassigned, people)}
            </>,
          ],
          people > 0 && [
            text.told,
            <>
              <progress className="sf-meter" max={people} value={Math.min(told, people)} aria-label={text.told} />{' '}
              {text.toldOf(told, people)}
            </>,
          ],
          without > 0 && [text.without, text.withoutNote(without)],
        ]}
      />
      {state === 'PLANNED' && (
        <Button look="outline-primary" onClick={() => setAsking(true)}>
          {text.callOff} <span className="visually-hidden">({departure.doctorName})</span>
        </Button>
      )}
      <Dialog open={asking} title={text.callOff} onClose={() => setAsking(false)}>
        <CallOff departure={departure} onClose={() => setAsking(false)} />
      </Dialog>
    </Card>
  )
}

function CallOff({ departure, onClose }: { departure: Departure; onClose: () => void }) {
  const words = useOfficeWords()
  const queries = useQueryClient()
  const toast = useToast()
  const callOff = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/office/departures/{id}', { params: { path: { id: departure.id } } })),
    onSuccess: async () => {
      toast({ text: words.departures.calledOff })
      await queries.invalidateQueries({ queryKey: ['departures'] })
      onClose()
    },
  })
  return (
    <>
      <p>
        {departure.doctorName}. {words.departures.callOffAsk}
      </p>
      {callOff.error && <ProblemAlert error={callOff.error} />}
      <div className="sf-actions">
        <Button look="danger" pending={callOff.isPending} onClick={() => callOff.mutate()}>
          {words.departures.callOff}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {words.form.cancel}
        </Button>
      </div>
    </>
  )
}
