// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Prescription } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Telephone } from '../ui/telephone.tsx'

/**
 * Nothing within the maximum: the right of the person, and the protected waiting list with deadline and owner
 * (percorso di tutela, DL 73/2024), never a dead end.
 */
export function WaitingOffer(props: {
  prescription: Prescription
  services: ReadonlyMap<number, string>
  deadline: string | null
  alone: boolean
}) {
  const { language, words } = useLanguage()
  const text = words.book.waiting
  const { prescription } = props
  return (
    <Alert tone="warning" live title={text.title}>
      {props.deadline && <p>{text.right(longDay(language, props.deadline))}</p>}
      {prescription.lines.map((line) => (
        <Join
          key={line.line}
          prescriptionId={prescription.id}
          line={line.line}
          serviceId={props.services.get(line.line)}
          only={prescription.lines.length === 1}
          service={line.description}
        />
      ))}
      <p>
        {text.call} <Telephone number={region.bookingCentre.telephone} />
      </p>
      {!props.alone && <p>{text.or}</p>}
    </Alert>
  )
}

function Join(props: {
  prescriptionId: string
  line: number
  serviceId: string | undefined
  only: boolean
  service: string
}) {
  const { language, words } = useLanguage()
  const text = words.book.waiting
  const queries = useQueryClient()
  const join = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/waiting-list-entries', {
          body: {
            prescriptionId: props.prescriptionId,
            line: props.line,
            ...(props.serviceId && { serviceId: props.serviceId }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['waiting'] }),
  })
  if (join.data)
    return (
      <div role="status" className="sf-joined">
        <p>
          <Badge tone="success">{text.joined}</Badge>
        </p>
        <p>
          {words.waitingList.facts(
            join.data.number,
            longDay(language, join.data.deadline),
            join.data.owner.name,
            join.data.owner.phone,
          )}
        </p>
        <ButtonLink to={app.waiting} look="outline-primary">
          {words.waitingList.see}
        </ButtonLink>
      </div>
    )
  return (
    <div className="sf-join">
      <p>{text.what}</p>
      {join.error && <ProblemAlert error={join.error} />}
      <Button pending={join.isPending} pendingText={text.joining} onClick={() => join.mutate()}>
        {props.only ? text.join : text.joinFor(props.service)}
      </Button>
    </div>
  )
}
