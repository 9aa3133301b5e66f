// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { Departure } from '../app/contract.ts'
import { longDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { movementsQuery } from './queries.ts'
import { useOfficeWords } from './words.ts'

/** Enters that a doctor leaves, with those who take over; shows what will happen before it is sent. */
export function DepartureForm(props: { onDone: () => void }) {
  const { language, words: general } = useLanguage()
  const words = useOfficeWords()
  const text = words.form
  const queries = useQueryClient()
  const toast = useToast()
  const doctors = useQuery(movementsQuery(today().slice(0, 7)))
  const [doctorId, setDoctorId] = useState<string>()
  const [lastDay, setLastDay] = useState('')
  const [reason, setReason] = useState<Departure['reason']>('RETIREMENT')
  const [targets, setTargets] = useState<readonly string[]>([])
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/doctors/{id}/departure', {
          params: { path: { id: doctorId! } },
          body: { lastDay, reason, targets: [...targets] },
        }),
      ),
    onSuccess: async () => {
      toast({ text: text.saved })
      await queries.invalidateQueries({ queryKey: ['departures'] })
      props.onDone()
    },
  })
  if (doctors.error) return <ProblemAlert error={doctors.error} onRetry={() => void doctors.refetch()} />
  if (!doctors.data) return <Skeleton lines={6} />
  const all = doctors.data.doctors
  const leaving = all.find((one) => one.doctorId === doctorId)
  const nameOf = (id: string) => all.find((one) => one.doctorId === id)?.doctorName ?? ''
  const choice = (one: (typeof all)[number]) => ({
    value: one.doctorId,
    label: one.doctorName,
    note: [words.movements.kinds[one.kind], one.regionalCode, text.people(one.atEnd)].filter(Boolean).join(', '),
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !doctorId && { field: 'doctor', message: text.missing.doctor },
      !lastDay && { field: 'lastDay', message: text.missing.lastDay },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length === 0) send.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <div id="doctor" tabIndex={-1}>
        <Combobox
          label={text.doctor}
          hint={text.doctorHint}
          choices={all.map(choice)}
          value={doctorId}
          onChange={(value) => {
            setDoctorId(value)
            setTargets([])
          }}
        />
      </div>
      <Field
        id="lastDay"
        type="date"
        label={text.lastDay}
        min={today()}
        value={lastDay}
        error={problemOf(problems, 'lastDay')}
        onChange={setLastDay}
      />
      <Select
        label={text.reason}
        value={reason}
        choices={(Object.keys(words.departures.reasons) as Departure['reason'][]).map((value) => ({
          value,
          label: words.departures.reasons[value],
        }))}
        onChange={setReason}
      />
      {leaving && (
        <Combobox
          key={targets.length}
          label={text.target}
          hint={text.targetHint}
          choices={all
            .filter((one) => one.kind === leaving.kind && one.doctorId !== doctorId && !targets.includes(one.doctorId))
            .map(choice)}
          value={undefined}
          onChange={(value) => value && setTargets([...targets, value])}
        />
      )}
      {targets.length > 0 && (
        <>
          <p id="targets">{text.targets}</p>
          <ol aria-labelledby="targets">
            {targets.map((id) => (
              <li key={id}>
                {nameOf(id)}{' '}
                <Button look="link" onClick={() => setTargets(targets.filter((one) => one !== id))}>
                  {text.remove(nameOf(id))}
                </Button>
              </li>
            ))}
          </ol>
        </>
      )}
      {leaving && lastDay && (
        <Alert tone="info">
          <p>{text.effect(leaving.doctorName, leaving.atEnd, longDay(language, lastDay))}</p>
        </Alert>
      )}
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={send.isPending} pendingText={general.ui.sending}>
          {text.submit}
        </Button>
        <Button look="outline-primary" onClick={props.onDone}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
