// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { RoleAppointmentDetail } from '../app/contract.ts'
import { dayAndTime, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { StateBadge } from './appointments.tsx'
import { useStaffWords } from './words.ts'

type Step = 'confirm' | 'suspend' | 'resume' | 'end'

/** What can be done in each state. */
const possible: Record<RoleAppointmentDetail['state'], readonly Step[]> = {
  active: ['confirm', 'suspend', 'end'],
  suspended: ['resume', 'end'],
  ended: [],
}

/** One appointment with its history, and what the administrator can do with it. */
export function Appointment() {
  const { appointmentId = '' } = useParams()
  const { appointments } = useStaffWords()
  const found = useQuery({
    queryKey: ['role-appointment', appointmentId],
    queryFn: () => ask(api.GET('/api/v1/role-appointments/{id}', { params: { path: { id: appointmentId } } })),
  })
  const crumbs = [{ to: app.appointmentsOfRoles, label: appointments.title }]
  const one = found.data
  const title = one ? `${one.person.givenName} ${one.person.familyName}` : appointments.title
  return (
    <Page title={title} crumbs={crumbs} narrow>
      {found.isPending && <Skeleton lines={6} />}
      {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {one && <Detail appointment={one} />}
    </Page>
  )
}

function Detail(props: { appointment: RoleAppointmentDetail }) {
  const { language, words: general } = useLanguage()
  const { appointments, detail: words } = useStaffWords()
  const [asked, setAsked] = useState<Step>()
  const one = props.appointment
  const day = (iso: string) => longDay(language, iso)
  return (
    <>
      <Card title={general.roles[one.role]} aside={<StateBadge state={one.state} />}>
        <Facts
          facts={[
            [appointments.organisation, one.organisation.name],
            one.unit && [words.unit, one.unit],
            one.fiscalCode && [words.person, one.fiscalCode],
            [
              appointments.period,
              one.until ? appointments.fromTo(day(one.from), day(one.until)) : appointments.from(day(one.from)),
            ],
            [words.act, one.actReference],
            one.state !== 'ended' && [words.certifyBy, day(one.certifyBy)],
            [words.used, one.lastUsedAt ? dayAndTime(language, one.lastUsedAt) : words.never],
          ]}
        />
        <div className="sf-actions">
          {possible[one.state].map((step) => (
            <Button
              key={step}
              look={step === 'end' ? 'outline-danger' : 'outline-primary'}
              onClick={() => setAsked(step)}
            >
              {words.steps[step]}
            </Button>
          ))}
        </div>
      </Card>
      <h2 className="h4">{words.history}</h2>
      <ol>
        {one.changes.map(({ at, step, by, reason }) => (
          <li key={at + step}>
            <strong>{words.did[step]}</strong> {by ? words.by(by) : words.system}, {dayAndTime(language, at)}
            {reason && <em> – {reason}</em>}
          </li>
        ))}
      </ol>
      <Sure id={one.id} step={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

/** Asks before each step, with its reason; nothing happens on closing. */
function Sure(props: { id: string; step: Step | undefined; onClose: () => void }) {
  const { detail: words } = useStaffWords()
  const queries = useQueryClient()
  const toast = useToast()
  const [reason, setReason] = useState('')
  const { id, step } = props
  const take = useMutation({
    mutationFn: (wanted: Step) =>
      ask(
        api.POST('/api/v1/role-appointments/{id}/steps', {
          params: { path: { id } },
          body: { step: wanted, ...(reason.trim().length > 2 && { reason: reason.trim() }) },
        }),
      ),
    onSuccess: (changed, done) => {
      queries.setQueryData(['role-appointment', id], changed)
      void queries.invalidateQueries({ queryKey: ['role-appointments'] })
      setReason('')
      props.onClose()
      toast({ text: words.done[done] })
    },
  })
  return (
    <Dialog
      open={step !== undefined}
      title={step && words.sure[step]}
      onClose={() => {
        take.reset()
        props.onClose()
      }}
    >
      {step && (
        <>
          <p>{words.effect[step]}</p>
          {take.error && <ProblemAlert error={take.error} />}
          <Field id="reason" label={words.reason} optional value={reason} onChange={setReason} maxLength={500} />
          <div className="sf-actions">
            <Button
              look={step === 'end' ? 'danger' : 'primary'}
              pending={take.isPending}
              onClick={() => take.mutate(step)}
            >
              {words.steps[step]}
            </Button>
            <Button look="outline-primary" onClick={props.onClose}>
              {words.keep}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
