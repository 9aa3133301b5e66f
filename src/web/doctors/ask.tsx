// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { NewDoctorRequest } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useDoctorWords } from './words.ts'

type Reason = NonNullable<NewDoctorRequest['reason']>
const reasons = ['FAMILY', 'NEWBORN', 'CONTINUITY'] as const satisfies readonly Reason[]

/** Which request can be made where a choice at once is refused. */
export const requestFor: Record<string, NewDoctorRequest['kind'] | undefined> = {
  'doctor-choice/out-of-area': 'OUT_OF_AREA',
  'doctor-choice/family-doctor-needed': 'OVER_14',
  'doctor-choice/full': 'EXCEPTION',
}

/** What is not given at once can be asked for: what happens then, and the button. */
export function AskForDoctor(props: { kind: NewDoctorRequest['kind']; doctorId: string }) {
  const { words: general } = useLanguage()
  const text = useDoctorWords().request
  const { person } = useActing()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [reason, setReason] = useState<Reason>('FAMILY')
  const { kind, doctorId } = props
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/people/{id}/doctor-requests', {
          params: { path: { id: person.personId } },
          body: { doctorId, kind, ...(kind === 'EXCEPTION' && { reason }) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['doctor-requests', person.personId] })
      await navigate(app.doctor)
    },
  })
  return (
    <section aria-labelledby="ask">
      <h2 id="ask" className="h4">
        {text.askTitle[kind]}
      </h2>
      <p>{text.askText[kind]}</p>
      {kind === 'EXCEPTION' && (
        <Select
          label={text.reason}
          value={reason}
          choices={reasons.map((value) => ({ value, label: text.reasons[value] }))}
          onChange={setReason}
        />
      )}
      {send.error && <ProblemAlert error={send.error} />}
      <Button
        look="outline-primary"
        pending={send.isPending}
        pendingText={general.ui.sending}
        onClick={() => send.mutate()}
      >
        {text.send}
      </Button>
    </section>
  )
}
