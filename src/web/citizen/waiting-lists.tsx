// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { WaitingListEntry } from '../app/contract.ts'
import { dayAndTime, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { waitingQuery } from './queries.ts'
import { Telephone } from '../ui/telephone.tsx'

/** Requests in the protected waiting list: number, deadline, who answers, and the place when there is one. */
export function WaitingLists() {
  const { words } = useLanguage()
  const text = words.waitingList
  const waiting = useQuery(waitingQuery())
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      {waiting.isPending && <Skeleton lines={3} />}
      {waiting.error && <ProblemAlert error={waiting.error} onRetry={() => void waiting.refetch()} />}
      {waiting.data?.length === 0 && (
        <div className="sf-empty">
          <p>{text.none}</p>
          <ButtonLink to={app.book}>{words.site.home.start}</ButtonLink>
        </div>
      )}
      {waiting.data?.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </Page>
  )
}

const tones = {
  'taken-in-charge': 'info',
  offered: 'warning',
  booked: 'success',
  declined: 'neutral',
  expired: 'neutral',
  escalated: 'info',
  withdrawn: 'neutral',
} as const

function Entry(props: { entry: WaitingListEntry }) {
  const { language, words } = useLanguage()
  const text = words.waitingList
  const { entry } = props
  const queries = useQueryClient()
  const toast = useToast()
  const [leaving, setLeaving] = useState(false)
  const path = { params: { path: { id: entry.id } } }
  const answered = (said: string) => {
    toast({ text: said })
    setLeaving(false)
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => ['waiting', 'bookings'].includes(String(queryKey[0])),
    })
  }
  const accept = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/waiting-list-entries/{id}/accept', path)),
    onSuccess: () => answered(text.accepted),
  })
  const decline = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/waiting-list-entries/{id}/decline', path)),
    onSuccess: () => answered(text.declined),
  })
  const withdraw = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/waiting-list-entries/{id}/withdraw', path)),
    onSuccess: () => answered(text.withdrawn),
  })
  const error = accept.error ?? decline.error ?? withdraw.error
  const open = entry.state === 'taken-in-charge' || entry.state === 'offered' || entry.state === 'escalated'
  return (
    <Card
      tone={open ? 'marked' : 'plain'}
      title={entry.service}
      aside={<Badge tone={tones[entry.state]}>{text.state[entry.state]}</Badge>}
    >
      <Facts
        facts={[
          [words.book.step2.for, `${entry.patient.givenName} ${entry.patient.familyName}`],
          [
            text.number,
            <span key="n" className="sf-code">
              {entry.number}
            </span>,
          ],
          [text.since, longDay(language, entry.takenInChargeOn)],
          [text.deadline, longDay(language, entry.deadline)],
          [
            text.owner,
            <span key="owner">
              {entry.owner.name}, <Telephone number={entry.owner.phone} />
            </span>,
          ],
        ]}
      />
      {entry.offer && (
        <Alert tone="info" title={text.offer(dayAndTime(language, entry.offer.startsAt), entry.offer.place)}>
          {entry.offer.sessions.length > 1 && (
            <>
              <p>{text.all(entry.offer.sessions.length)}</p>
              <ol>
                {entry.offer.sessions.map((startsAt) => (
                  <li key={startsAt}>{dayAndTime(language, startsAt)}</li>
                ))}
              </ol>
            </>
          )}
          <p>
            <strong>{text.answerBy(dayAndTime(language, entry.offer.answerBy))}</strong>
          </p>
          <p>
            {text.why} {entry.offer.reason}
          </p>
          <div className="sf-actions">
            <Button pending={accept.isPending} onClick={() => accept.mutate()}>
              {text.accept}
            </Button>
            <Button look="outline-primary" pending={decline.isPending} onClick={() => decline.mutate()}>
              {text.decline}
            </Button>
          </div>
          <p className="form-text">{text.declineNote}</p>
        </Alert>
      )}
      {error && <ProblemAlert error={error} />}
      {entry.bookingId && <ButtonLink to={app.appointment(entry.bookingId)}>{text.seeBooking}</ButtonLink>}
      {open && (
        <Button look="outline-danger" onClick={() => setLeaving(true)}>
          {text.withdraw}
        </Button>
      )}
      <Dialog open={leaving} title={text.withdrawTitle} onClose={() => setLeaving(false)}>
        <p>{text.withdrawText}</p>
        <div className="sf-actions">
          <Button look="danger" pending={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {text.withdraw}
          </Button>
          <Button look="outline-primary" onClick={() => setLeaving(false)}>
            {words.ui.back}
          </Button>
        </div>
      </Dialog>
    </Card>
  )
}
