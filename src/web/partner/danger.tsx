// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { PartnerClient } from '../app/contract.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { Confirm } from './confirm.tsx'
import { useChange } from './queries.ts'
import { usePartnerWords } from './words.ts'

/** Suspends, reactivates and deletes, each after a question. */
export function Danger(props: { client: PartnerClient; own: boolean }) {
  const words = usePartnerWords()
  const text = words.danger
  const { id, state, suspendedBy } = props.client
  const [question, setQuestion] = useState<'suspend' | 'delete'>()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const activity = useChange(
    (active: boolean) =>
      ask(api.PUT('/api/v1/partner-clients/{id}/activity', { params: { path: { id } }, body: { active } })),
    (active) => words.state[active ? 'active' : 'suspended'],
  )
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/partner-clients/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ['partner-clients', id] })
      toast({ text: text.removed })
      void navigate(app.partners)
    },
  })
  const close = () => setQuestion(undefined)
  const mayReactivate = state === 'suspended' && (!props.own || suspendedBy === 'partner')
  return (
    <Card title={text.title}>
      {activity.error && !question && <ProblemAlert error={activity.error} />}
      <p className="sf-actions">
        {state === 'active' && (
          <Button look="outline-danger" onClick={() => setQuestion('suspend')}>
            {text.suspend}
          </Button>
        )}
        {mayReactivate && (
          <Button pending={activity.isPending} onClick={() => activity.mutate(true)}>
            {text.reactivate}
          </Button>
        )}
        {props.own && (
          <Button look="outline-danger" onClick={() => setQuestion('delete')}>
            {text.remove}
          </Button>
        )}
      </p>
      <Confirm
        open={question === 'suspend'}
        title={text.suspendTitle}
        text={text.suspendText}
        yes={text.suspendYes}
        no={text.no}
        pending={activity.isPending}
        error={activity.error}
        onYes={() => activity.mutate(false, { onSuccess: close })}
        onNo={close}
      />
      <Confirm
        open={question === 'delete'}
        title={text.removeTitle}
        text={text.removeText}
        yes={text.removeYes}
        no={text.no}
        pending={remove.isPending}
        error={remove.error}
        onYes={() => remove.mutate()}
        onNo={close}
      />
    </Card>
  )
}
