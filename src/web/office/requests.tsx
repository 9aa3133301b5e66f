// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { OfficeDoctorRequest, OfficeRequestStep } from '../app/contract.ts'
import { longDay, dayOf } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { PaperForm } from './paper-form.tsx'
import { useOfficeWords } from './words.ts'

/** Requests about the doctor that an office examines, and those it enters from paper. */
export function OfficeRequests() {
  const text = useOfficeWords().requests
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Queue />
    </ProfessionalPage>
  )
}

type State = OfficeDoctorRequest['state'] | 'OPEN'
const states: readonly State[] = ['OPEN', 'WAIT_OFFICE', 'WAIT_DOCTOR', 'WAIT_CITIZEN', 'DONE', 'REJECTED', 'WITHDRAWN']
export const tones = {
  WAIT_DOCTOR: 'info',
  WAIT_OFFICE: 'warning',
  WAIT_CITIZEN: 'info',
  DONE: 'success',
  REJECTED: 'danger',
  WITHDRAWN: 'neutral',
} as const

function Queue() {
  const words = useOfficeWords()
  const text = words.requests
  const [state, setState] = useState<State>('OPEN')
  const [entering, setEntering] = useState(false)
  const requests = useQuery({
    queryKey: ['office-requests', state],
    queryFn: () =>
      ask(api.GET('/api/v1/office/doctor-requests', { params: { query: state === 'OPEN' ? {} : { state } } })),
  })
  if (requests.error instanceof Problem && requests.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
      </Alert>
    )
  return (
    <>
      {entering ? (
        <section className="sf-narrow">
          <h2>{text.enter}</h2>
          <PaperForm onDone={() => setEntering(false)} />
        </section>
      ) : (
        <Button onClick={() => setEntering(true)}>{text.enter}</Button>
      )}
      <h2>{text.queue}</h2>
      <div className="sf-narrow">
        <Select
          label={text.state}
          value={state}
          choices={states.map((value) => ({ value, label: value === 'OPEN' ? text.open : text.states[value] }))}
          onChange={setState}
        />
      </div>
      {requests.error && <ProblemAlert error={requests.error} onRetry={() => void requests.refetch()} />}
      {requests.isPending && <Skeleton lines={5} />}
      {requests.data?.requests.length === 0 && <p role="status">{text.none}</p>}
      {requests.data?.requests.map((one) => (
        <Request key={one.id} request={one} />
      ))}
    </>
  )
}

function Request({ request }: { request: OfficeDoctorRequest }) {
  const { language } = useLanguage()
  const words = useOfficeWords()
  const text = words.requests
  const [asked, setAsked] = useState<OfficeRequestStep>()
  const { state, doctorAnswer, kind } = request
  const byDoctor = kind === 'OUT_OF_AREA' || kind === 'OVER_14'
  const possible = [
    state === 'WAIT_OFFICE' && (!byDoctor || doctorAnswer === 'ACCEPTED') && ('accept' as const),
    byDoctor &&
      doctorAnswer === null &&
      state.startsWith('WAIT_') &&
      state !== 'WAIT_CITIZEN' &&
      ('doctor-accepts' as const),
    state === 'WAIT_OFFICE' && ('ask' as const),
    state.startsWith('WAIT_') && ('refuse' as const),
  ].filter((step) => step !== false)
  return (
    <Card level={3} title={request.personName} aside={<Badge tone={tones[state]}>{text.states[state]}</Badge>}>
      <Facts
        facts={[
          [text.kind, text.kinds[kind]],
          request.reason !== null && [text.reason, text.reasons[request.reason]],
          request.until !== null && [text.until, longDay(language, request.until)],
          [text.born, longDay(language, request.birthDate)],
          [text.doctor, request.doctorName],
          byDoctor && [text.doctorAnswer, text.doctorAnswers[doctorAnswer ?? 'NONE']],
          [text.arrived, longDay(language, dayOf(request.createdAt))],
          [
            text.way,
            request.onPaper
              ? text.onPaper(
                  text.bearers[request.broughtBy!],
                  request.bearerName,
                  text.documents[request.documentKind!],
                )
              : text.online,
          ],
          request.onPaper && [text.scan, request.scanReference],
          request.question !== null && [text.question, request.question],
          request.answer !== null && [text.answer, request.answer],
          request.refusal !== null && [text.refusal, request.refusal],
        ]}
      />
      {possible.length > 0 && (
        <div className="sf-actions">
          {possible.map((step) => (
            <Button
              key={step}
              look={step === 'accept' ? 'primary' : step === 'refuse' ? 'outline-danger' : 'outline-primary'}
              onClick={() => setAsked(step)}
            >
              {text.steps[step]} <span className="visually-hidden">({request.personName})</span>
            </Button>
          ))}
        </div>
      )}
      <Dialog open={asked !== undefined} title={asked && text.steps[asked]} onClose={() => setAsked(undefined)}>
        {asked && <Step request={request} step={asked} onClose={() => setAsked(undefined)} />}
      </Dialog>
    </Card>
  )
}

/** Asks before each step; a question and a refusal are written for the person to read. */
function Step(props: { request: OfficeDoctorRequest; step: OfficeRequestStep; onClose: () => void }) {
  const words = useOfficeWords()
  const text = words.requests
  const queries = useQueryClient()
  const toast = useToast()
  const [written, setWritten] = useState('')
  const [missing, setMissing] = useState(false)
  const { request, step } = props
  const writes = step === 'ask' || step === 'refuse'
  const take = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/doctor-requests/{id}/steps', {
          params: { path: { id: request.id } },
          body: { step, ...(writes && { text: written.trim() }) },
        }),
      ),
    onSuccess: async () => {
      toast({ text: text.done[step] })
      props.onClose()
      await queries.invalidateQueries({ queryKey: ['office-requests'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const tooShort = writes && written.trim().length < 3
    setMissing(tooShort)
    if (!tooShort) take.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{text.effects[step](request.personName, request.doctorName)}</p>
      {writes && (
        <Field
          id={`text-${request.id}`}
          label={text.text}
          hint={text.textHint}
          maxLength={500}
          value={written}
          error={missing ? text.textMissing : undefined}
          onChange={setWritten}
        />
      )}
      {take.error && <ProblemAlert error={take.error} />}
      <div className="sf-actions">
        <Button type="submit" look={step === 'refuse' ? 'danger' : 'primary'} pending={take.isPending}>
          {text.steps[step]}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {words.form.cancel}
        </Button>
      </div>
    </form>
  )
}
