// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { DoctorRequest } from '../app/contract.ts'
import { longDay, dayOf } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useDoctorWords } from './words.ts'

const tones = {
  WAIT_DOCTOR: 'info',
  WAIT_OFFICE: 'info',
  WAIT_CITIZEN: 'warning',
  DONE: 'success',
  REJECTED: 'danger',
  WITHDRAWN: 'neutral',
} as const

/** What was asked about the doctor of a person and how far it is; nothing where nothing was asked. */
export function Requests({ personId }: { personId: string }) {
  const text = useDoctorWords().request
  const requests = useQuery({
    queryKey: ['doctor-requests', personId],
    queryFn: () => ask(api.GET('/api/v1/people/{id}/doctor-requests', { params: { path: { id: personId } } })),
  })
  if (requests.error) return <ProblemAlert error={requests.error} onRetry={() => void requests.refetch()} />
  if (!requests.data || requests.data.requests.length === 0) return null
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">{text.title}</h2>
      {requests.data.requests.map((one) => (
        <Request key={one.id} personId={personId} request={one} />
      ))}
    </section>
  )
}

function Request({ personId, request }: { personId: string; request: DoctorRequest }) {
  const { language, words: general } = useLanguage()
  const text = useDoctorWords().request
  const queries = useQueryClient()
  const [answer, setAnswer] = useState('')
  const [empty, setEmpty] = useState(false)
  const { id, state } = request
  const take = useMutation({
    mutationFn: (step: 'answer' | 'withdraw') =>
      ask(
        api.POST('/api/v1/people/{id}/doctor-requests/{requestId}/steps', {
          params: { path: { id: personId, requestId: id } },
          body: { step, ...(step === 'answer' && { text: answer.trim() }) },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['doctor-requests', personId] }),
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    setEmpty(answer.trim().length < 3)
    if (answer.trim().length >= 3) take.mutate('answer')
  }
  const open = state.startsWith('WAIT')
  return (
    <Card level={3} title={text.kinds[request.kind]} aside={<Badge tone={tones[state]}>{text.states[state]}</Badge>}>
      <Facts
        facts={[
          [text.doctor, request.doctorName],
          [text.asked, longDay(language, dayOf(request.createdAt))],
          request.until !== null && [text.until, longDay(language, request.until)],
          request.question !== null && [text.question, request.question],
          request.answer !== null && [text.answer, request.answer],
          request.refusal !== null && [text.refusal, request.refusal],
        ]}
      />
      {open && <p>{text.next[state as keyof typeof text.next]}</p>}
      {take.error && <ProblemAlert error={take.error} />}
      {state === 'WAIT_CITIZEN' && (
        <form onSubmit={submit} noValidate>
          <Field
            id={`answer-${id}`}
            label={text.yourAnswer}
            hint={text.answerHint}
            maxLength={500}
            value={answer}
            error={empty ? text.answerMissing : undefined}
            onChange={setAnswer}
          />
          <Button type="submit" pending={take.isPending} pendingText={general.ui.sending}>
            {text.sendAnswer}
          </Button>
        </form>
      )}
      {open && (
        <div className="sf-actions">
          <Button look="outline-danger" pending={take.isPending} onClick={() => take.mutate('withdraw')}>
            {text.withdraw}
          </Button>
        </div>
      )}
    </Card>
  )
}
