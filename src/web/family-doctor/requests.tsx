// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { RequestToDoctor } from '../app/contract.ts'
import { dayOf, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { useFamilyDoctorWords } from './words.ts'

/** People who ask to come into the doctor's list, or to stay in it, and wait for her answer. */
export function OwnRequests() {
  const text = useFamilyDoctorWords().requests
  const found = useQuery({
    queryKey: ['requests-to-doctor'],
    queryFn: () => ask(api.GET('/api/v1/doctor/requests')),
  })
  return (
    <section aria-labelledby="requests" className="sf-no-print">
      <h2 id="requests">{text.title}</h2>
      {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.requests.length === 0 && <p role="status">{text.none}</p>}
      {found.data?.requests.map((one) => (
        <Request key={one.id} request={one} />
      ))}
    </section>
  )
}

function Request({ request }: { request: RequestToDoctor }) {
  const { language } = useLanguage()
  const text = useFamilyDoctorWords().requests
  const queries = useQueryClient()
  const toast = useToast()
  const answer = useMutation({
    mutationFn: (accepts: boolean) =>
      ask(api.POST('/api/v1/doctor/requests/{id}/answer', { params: { path: { id: request.id } }, body: { accepts } })),
    onSuccess: async (_done, accepts) => {
      toast({ text: accepts ? text.accepted : text.declined })
      await queries.invalidateQueries({ queryKey: ['requests-to-doctor'] })
    },
  })
  const button = (accepts: boolean) => (
    <Button
      look={accepts ? 'primary' : 'outline-danger'}
      pending={answer.isPending}
      onClick={() => answer.mutate(accepts)}
    >
      {accepts ? text.accept : text.decline} <span className="visually-hidden">({request.personName})</span>
    </Button>
  )
  return (
    <Card level={3} title={request.personName}>
      <Facts
        facts={[
          [text.what, request.kind === 'OVER_14' ? text.stay : text.come],
          [text.born, longDay(language, request.birthDate)],
          [text.asked, longDay(language, dayOf(request.createdAt))],
        ]}
      />
      {answer.error && <ProblemAlert error={answer.error} />}
      <div className="sf-actions">
        {button(true)}
        {button(false)}
      </div>
    </Card>
  )
}
