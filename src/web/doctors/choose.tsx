// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, type FormEvent } from 'react'
import { useLocation, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DoctorChoiceVerdict } from '../app/contract.ts'
import { longDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { BackLink, Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Rating } from '../ui/rating.tsx'
import { AskForDoctor, requestFor } from './ask.tsx'
import { Attestation } from './attestation.tsx'
import { DoctorFacts, useDoctorName } from './doctor-card.tsx'
import { checkQuery, doctorQuery } from './queries.ts'
import { isRefusal, WhyNot } from './why-not.tsx'
import { useDoctorWords } from './words.ts'

/** One doctor for one person: what it would do, or why it is not possible, and the button. */
export function ChooseDoctor() {
  const { doctorId = '' } = useParams()
  const { person } = useActing()
  return <Choosing key={`${person.personId} ${doctorId}`} doctorId={doctorId} />
}

function Choosing({ doctorId }: { doctorId: string }) {
  const text = useDoctorWords()
  const { person } = useActing()
  const path = { id: person.personId }
  const check = useQuery(checkQuery(person.personId, doctorId))
  const queries = useQueryClient()
  // Pressed twice before the page is drawn again, it is still one choice.
  const sent = useRef(false)
  const choose = useMutation({
    mutationFn: async (verdict: DoctorChoiceVerdict) => {
      await ask(api.POST('/api/v1/people/{id}/doctor-choices', { params: { path }, body: { doctorId } }))
      return verdict
    },
    onError() {
      sent.current = false
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['primary-care', person.personId] }),
  })
  const refused = isRefusal(choose.error) ? choose.error : isRefusal(check.error) ? check.error : undefined
  const request = refused && requestFor[refused.code]
  const doctor = useQuery({ ...doctorQuery(doctorId), enabled: refused !== undefined }).data
  const name = useDoctorName()
  if (choose.data) return <Done verdict={choose.data} />
  const title = refused && refused.code !== 'doctor-choice/already-changed' ? text.choose.notTitle : text.choose.title
  const again = () => {
    choose.reset()
    void check.refetch()
  }
  return (
    <Page
      title={title}
      documentTitle={`${title} – ${text.choose.procedure}`}
      lead={refused && doctor && name(doctor)}
      before={<Back />}
      narrow
    >
      {check.isPending && <Skeleton lines={6} />}
      {check.error && !refused && <ProblemAlert error={check.error} onRetry={() => void check.refetch()} />}
      {refused && (
        <>
          <WhyNot problem={refused} had={check.data?.replaces ?? null} tried={choose.isError} onAgain={again} />
          {request && <AskForDoctor kind={request} doctorId={doctorId} />}
        </>
      )}
      {check.data && !refused && (
        <Summary
          verdict={check.data}
          error={choose.error}
          pending={choose.isPending}
          onConfirm={() => {
            if (sent.current) return
            sent.current = true
            choose.mutate(check.data)
          }}
        />
      )}
    </Page>
  )
}

/** Back to what was found before, with what was looked for. */
function Back() {
  const text = useDoctorWords().choose
  const { state } = useLocation() as { state: unknown }
  const origin = typeof state === 'object' && state !== null && 'search' in state ? state : undefined
  const search = typeof origin?.search === 'string' ? origin.search : ''
  return (
    <BackLink to={app.findDoctor + search} state={origin}>
      {origin ? text.back : text.another}
    </BackLink>
  )
}

/** What happens when it is confirmed, and the confirmation: all of it on one page (criterion C.SE.1.4). */
function Summary(props: { verdict: DoctorChoiceVerdict; error: unknown; pending: boolean; onConfirm: () => void }) {
  const { language } = useLanguage()
  const text = useDoctorWords()
  const name = useDoctorName()
  const { person } = useActing()
  const { doctor, kind, leavingOn, replaces } = props.verdict
  const { choose } = text
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        props.onConfirm()
      }}
    >
      <p>{choose.lead}</p>
      {leavingOn !== null && (
        <Alert tone="warning" title={choose.leavingTitle(longDay(language, leavingOn))}>
          <p>{choose.leavingText}</p>
        </Alert>
      )}
      {kind !== 'ORDINARY' && (
        <Alert tone="info" title={text.choiceKind[kind].name}>
          <p>{text.choiceKind[kind].text}</p>
        </Alert>
      )}
      <Card title={name(doctor)} tone="marked">
        <p>{text.kind[doctor.kind]}</p>
        <DoctorFacts
          doctor={doctor}
          first={[
            [choose.for, `${person.givenName} ${person.familyName}`],
            [choose.from, choose.today(longDay(language, today()))],
            [choose.leaves, replaces ?? choose.none],
          ]}
        />
      </Card>
      <h2>{choose.effects}</h2>
      <ul>
        <li>{choose.effect.at}</li>
        {replaces !== null && <li>{choose.effect.left(replaces)}</li>}
        {replaces !== null && <li>{choose.effect.again}</li>}
        <li>{choose.effect.leave}</li>
      </ul>
      {props.error != null && <ProblemAlert error={props.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={props.pending} pendingText={choose.confirming}>
          {choose.confirm}
        </Button>
        <ButtonLink to={app.findDoctor} look="outline-primary">
          {choose.another}
        </ButtonLink>
      </div>
    </form>
  )
}

/** What has changed, the paper, what to do next, and how easy it was. */
function Done({ verdict }: { verdict: DoctorChoiceVerdict }) {
  const { language } = useLanguage()
  const text = useDoctorWords().done
  const procedure = useDoctorWords().choose.procedure
  const name = useDoctorName()
  const { person } = useActing()
  return (
    <Page title={text.title} documentTitle={`${text.title} – ${procedure}`} stage="done" narrow>
      <Alert tone="success" live title={text.now(`${person.givenName} ${person.familyName}`, name(verdict.doctor))}>
        <p>{text.since(longDay(language, today()))}</p>
        {verdict.replaces !== null && <p>{text.left(verdict.replaces)}</p>}
      </Alert>
      <DoctorFacts doctor={verdict.doctor} />
      <div className="sf-actions">
        <Attestation personId={person.personId} />
      </div>
      <h2>{text.next}</h2>
      <ol>
        {text.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="sf-actions">
        <ButtonLink to={app.doctor}>{text.mine}</ButtonLink>
      </p>
      <Rating about="doctor-choice" kind="procedure" />
    </Page>
  )
}
