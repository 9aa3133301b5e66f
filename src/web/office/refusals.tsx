// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { isFiscalCode } from '../../shared/fiscal-code.ts'
import { api, ask } from '../app/api.ts'
import type { DoctorRefusal } from '../app/contract.ts'
import { shortDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { movementsQuery } from './queries.ts'
import { useOfficeWords } from './words.ts'

const tones = { ACCEPTED: 'warning', DENIED: 'danger', EFFECTIVE: 'success', OVERTAKEN: 'neutral' } as const

/** Doctors who give up somebody's care: what was decided, and a new one. */
export function Refusals() {
  const { language } = useLanguage()
  const text = useOfficeWords().refusals
  const [entering, setEntering] = useState(false)
  const refusals = useQuery({ queryKey: ['doctor-refusals'], queryFn: () => ask(api.GET('/api/v1/office/refusals')) })
  const { columns } = text
  return (
    <>
      {refusals.error && <ProblemAlert error={refusals.error} onRetry={() => void refusals.refetch()} />}
      {refusals.isPending && <Skeleton lines={3} />}
      {refusals.data?.refusals.length === 0 && <p role="status">{text.none}</p>}
      {refusals.data && refusals.data.refusals.length > 0 && (
        <Table
          caption={text.title}
          rows={refusals.data.refusals}
          id={(row) => row.id}
          columns={[
            { title: columns.person, cell: (row) => row.personName },
            { title: columns.doctor, cell: (row) => row.doctorName },
            { title: columns.received, cell: (row) => shortDay(language, row.receivedOn) },
            { title: columns.motive, cell: (row) => text.motives[row.motive] },
            {
              title: columns.state,
              cell: (row) => (
                <>
                  <Badge tone={tones[row.state]}>{text.states[row.state]}</Badge>
                  {row.deniedFor && <div>{text.deniedFor[row.deniedFor]}</div>}
                </>
              ),
            },
            {
              title: columns.from,
              cell: (row) => (row.effectiveOn ? shortDay(language, row.effectiveOn) : '–'),
            },
          ]}
        />
      )}
      {entering ? (
        <div className="sf-narrow">
          <RefusalForm onDone={() => setEntering(false)} />
        </div>
      ) : (
        <Button look="outline-primary" onClick={() => setEntering(true)}>
          {text.enter}
        </Button>
      )}
    </>
  )
}

function RefusalForm(props: { onDone: () => void }) {
  const { words: general } = useLanguage()
  const words = useOfficeWords()
  const text = words.refusals
  const queries = useQueryClient()
  const doctors = useQuery(movementsQuery(today().slice(0, 7)))
  const [doctorId, setDoctorId] = useState<string>()
  const [fiscalCode, setFiscalCode] = useState('')
  const [receivedOn, setReceivedOn] = useState(today())
  const [motive, setMotive] = useState<DoctorRefusal['motive']>('TRUST')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/doctors/{id}/refusals', {
          params: { path: { id: doctorId! } },
          body: { fiscalCode: fiscalCode.trim().toUpperCase(), receivedOn, motive },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['doctor-refusals'] }),
  })
  if (doctors.error) return <ProblemAlert error={doctors.error} onRetry={() => void doctors.refetch()} />
  if (!doctors.data) return <Skeleton lines={5} />
  if (send.data)
    return (
      <Alert
        tone={send.data.state === 'DENIED' ? 'warning' : 'success'}
        title={send.data.state === 'DENIED' ? text.denied : text.accepted}
      >
        {send.data.deniedFor && <p>{text.deniedNext[send.data.deniedFor]}</p>}
        {send.data.state === 'ACCEPTED' && <p>{text.acceptedNext}</p>}
        <Button look="outline-primary" onClick={props.onDone}>
          {general.ui.close}
        </Button>
      </Alert>
    )
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !doctorId && { field: 'refusing', message: text.missing.doctor },
      !isFiscalCode(fiscalCode.trim().toUpperCase()) && { field: 'refused', message: text.missing.fiscalCode },
      !receivedOn && { field: 'receivedOn', message: text.missing.receivedOn },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length === 0) send.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <div id="refusing" tabIndex={-1}>
        <Combobox
          label={text.doctor}
          hint={words.form.doctorHint}
          choices={doctors.data.doctors.map((one) => ({
            value: one.doctorId,
            label: one.doctorName,
            note: [words.movements.kinds[one.kind], one.regionalCode].filter(Boolean).join(', '),
          }))}
          value={doctorId}
          onChange={setDoctorId}
        />
      </div>
      <Field
        id="refused"
        label={text.fiscalCode}
        autoCapitalize="characters"
        maxLength={16}
        value={fiscalCode}
        error={problemOf(problems, 'refused')}
        onChange={setFiscalCode}
      />
      <Field
        id="receivedOn"
        type="date"
        label={text.receivedOn}
        hint={text.receivedOnHint}
        value={receivedOn}
        error={problemOf(problems, 'receivedOn')}
        onChange={setReceivedOn}
      />
      <Select
        label={text.motive}
        value={motive}
        choices={(Object.keys(text.motives) as DoctorRefusal['motive'][]).map((value) => ({
          value,
          label: text.motives[value],
        }))}
        onChange={setMotive}
      />
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={send.isPending} pendingText={general.ui.sending}>
          {text.submit}
        </Button>
        <Button look="outline-primary" onClick={props.onDone}>
          {words.form.cancel}
        </Button>
      </div>
    </form>
  )
}
