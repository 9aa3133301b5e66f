// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { useNow } from '../app/clock.ts'
import { api, ask } from '../app/api.ts'
import type { LinkedAppointment } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'

/**
 * The page behind the link of a reminder. Opening it changes nothing (scanners of mail open links too);
 * it shows no name and no clinical word; a button confirms or cancels.
 */
export function AppointmentLink() {
  const { words } = useLanguage()
  const text = words.link
  const { token = '' } = useParams()
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => ask(api.GET('/api/v1/appointment-links/{token}', { params: { path: { token } } })),
    retry: false,
  })
  return (
    <Page title={text.title} narrow>
      {link.isPending && <Skeleton lines={2} />}
      {link.error && <ProblemAlert error={link.error} lost="" />}
      {link.data && <Answer token={token} appointment={link.data} />}
      <p>
        <Link to={app.appointments}>{text.signIn}</Link>
      </p>
    </Page>
  )
}

function Answer(props: { token: string; appointment: LinkedAppointment }) {
  const { language, words } = useLanguage()
  const text = words.link
  const { appointment } = props
  const now = useNow()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const path = { params: { path: { token: props.token } } }
  const keep = (changed: LinkedAppointment) => {
    setAsking(false)
    queries.setQueryData(['link', props.token], changed)
  }
  const confirm = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/appointment-links/{token}/confirm', path)),
    onSuccess: keep,
  })
  const cancel = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/appointment-links/{token}/cancel', path)),
    onSuccess: keep,
  })
  const error = confirm.error ?? cancel.error
  const { state, freeCancellationUntil: free } = appointment
  return (
    <>
      {state === 'open' && <p>{text.intro}</p>}
      {state === 'confirmed' && <Alert tone="success" live title={text.confirmed} />}
      {state === 'cancelled' && <Alert tone="info" live title={text.cancelled} />}
      {state === 'past' && <Alert tone="info" title={text.past} />}
      <Card tone="marked">
        <Facts
          facts={[
            [text.when, dayAndTime(language, appointment.startsAt)],
            [
              text.where,
              <span key="where">
                {appointment.place}
                <br />
                {appointment.address}
              </span>,
            ],
            [
              text.code,
              <span key="code" className="sf-code">
                {appointment.code}
              </span>,
            ],
          ]}
        />
      </Card>
      {appointment.sessions > 1 && <p>{text.first(appointment.sessions)}</p>}
      {error && <ProblemAlert error={error} />}
      {(state === 'open' || state === 'confirmed') && (
        <>
          <p>{Date.parse(free) > now ? text.freeUntil(dayAndTime(language, free)) : words.cancel.late}</p>
          <div className="sf-actions">
            {state === 'open' && (
              <Button icon="check" pending={confirm.isPending} onClick={() => confirm.mutate()}>
                {text.confirm}
              </Button>
            )}
            <Button look="outline-danger" onClick={() => setAsking(true)}>
              {text.cancel}
            </Button>
          </div>
        </>
      )}
      <Dialog open={asking} title={text.sure} onClose={() => setAsking(false)}>
        <p>{appointment.sessions > 1 ? text.sureAll(appointment.sessions) : text.sureText}</p>
        <div className="sf-actions">
          <Button look="danger" pending={cancel.isPending} onClick={() => cancel.mutate()}>
            {text.cancel}
          </Button>
          <Button look="outline-primary" onClick={() => setAsking(false)}>
            {text.keep}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
