// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Doctor, DoctorChoice, PrimaryCare } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Attestation } from './attestation.tsx'
import { DoctorFacts, useDoctorName } from './doctor-card.tsx'
import { primaryCareQuery } from './queries.ts'
import { Requests } from './requests.tsx'
import { useDoctorWords } from './words.ts'

/** The doctor of the person one acts for: who it is, the attestation, the way to another, and those before. */
export function MyDoctor() {
  const { words } = useLanguage()
  const text = useDoctorWords().mine
  const { person, forAnother } = useActing()
  const care = useQuery(primaryCareQuery(person.personId))
  const title = forAnother ? text.of(`${person.givenName} ${person.familyName}`) : text.title
  return (
    <Page title={title} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      {care.isPending && <Skeleton lines={6} />}
      {care.error && <ProblemAlert error={care.error} onRetry={() => void care.refetch()} />}
      {care.data && <Everything key={person.personId} care={care.data} />}
    </Page>
  )
}

function Everything({ care }: { care: PrimaryCare }) {
  const [left, setLeft] = useState<DoctorChoice>()
  const text = useDoctorWords().mine
  return (
    <>
      {left && (
        <Alert tone="success" live title={text.left(left.doctorName)}>
          <p>{text.leftText}</p>
        </Alert>
      )}
      {care.current && care.doctor ? (
        <Current care={care} choice={care.current} doctor={care.doctor} onLeft={setLeft} />
      ) : (
        <Nobody care={care} />
      )}
      <Requests personId={care.person.id} />
      {care.history.length > 0 && <History choices={care.history} />}
    </>
  )
}

function Nobody({ care }: { care: PrimaryCare }) {
  const text = useDoctorWords().mine
  const { givenName, familyName } = care.person
  const onlyPaediatrician = !care.kinds.includes('MMG')
  return (
    <>
      <Alert tone="warning" title={text.noneTitle}>
        <p>{text.noneText(`${givenName} ${familyName}`)}</p>
        <p>{text.noneUrgent}</p>
        {onlyPaediatrician && <p>{text.paediatrician}</p>}
      </Alert>
      <p className="sf-actions">
        <ButtonLink to={app.findDoctor} icon="search">
          {onlyPaediatrician ? text.findPaediatrician : text.find}
        </ButtonLink>
      </p>
    </>
  )
}

function Current(props: {
  care: PrimaryCare
  choice: DoctorChoice
  doctor: Doctor
  onLeft: (choice: DoctorChoice) => void
}) {
  const { language } = useLanguage()
  const text = useDoctorWords()
  const name = useDoctorName()
  const [leaving, setLeaving] = useState(false)
  const { choice, doctor, care } = props
  const kind = text.choiceKind[choice.kind]
  return (
    <>
      {doctor.leavingOn && (
        <Alert tone="warning" title={text.mine.leavingTitle(longDay(language, doctor.leavingOn))}>
          <p>{text.mine.leavingText}</p>
        </Alert>
      )}
      <Card title={name(doctor)} tone="marked">
        <p>{text.kind[doctor.kind]}</p>
        <DoctorFacts
          doctor={doctor}
          first={[
            [text.mine.since, longDay(language, choice.from)],
            choice.until !== null && [text.mine.until, longDay(language, choice.until)],
            choice.kind !== 'ORDINARY' && [
              text.mine.how,
              <span key="kind">
                {kind.name}
                <small className="form-text">{kind.text}</small>
              </span>,
            ],
          ]}
        />
      </Card>
      <div className="sf-actions">
        <ButtonLink to={app.findDoctor} icon="exchange-circle">
          {text.mine.change}
        </ButtonLink>
        <Attestation personId={care.person.id} />
        <Button look="outline-danger" onClick={() => setLeaving(true)}>
          {text.mine.leave}
        </Button>
      </div>
      <Leave
        open={leaving}
        personId={care.person.id}
        person={`${care.person.givenName} ${care.person.familyName}`}
        doctor={name(doctor)}
        onClose={() => setLeaving(false)}
        onLeft={props.onLeft}
      />
    </>
  )
}

/** Asks whether somebody really wants to be without a doctor, and says what it means. */
function Leave(props: {
  open: boolean
  personId: string
  person: string
  doctor: string
  onClose: () => void
  onLeft: (choice: DoctorChoice) => void
}) {
  const text = useDoctorWords().mine
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['primary-care', props.personId] })
  const leave = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/people/{id}/doctor', { params: { path: { id: props.personId } } })),
    onSuccess: async (choice) => {
      props.onLeft(choice)
      props.onClose()
      await again()
    },
  })
  return (
    <Dialog
      open={props.open}
      title={text.leaveTitle}
      onClose={() => {
        props.onClose()
        if (leave.error) void again() // another window may have been quicker
        leave.reset()
      }}
    >
      <p>{text.leaveText(props.doctor, props.person)}</p>
      <ul>
        {text.leaveEffects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      <p>{text.leaveInstead}</p>
      {leave.error && <ProblemAlert error={leave.error} />}
      <div className="sf-actions">
        <Button look="danger" pending={leave.isPending} pendingText={text.leaving} onClick={() => leave.mutate()}>
          {text.leaveConfirm}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {text.keep}
        </Button>
      </div>
    </Dialog>
  )
}

function History({ choices }: { choices: readonly DoctorChoice[] }) {
  const { language } = useLanguage()
  const text = useDoctorWords()
  return (
    <section aria-labelledby="history">
      <h2 id="history">{text.mine.history}</h2>
      {choices.map((choice) => (
        <Card key={choice.id} level={3} title={choice.doctorName}>
          <p>{text.kind[choice.doctorKind]}</p>
          <Facts
            facts={[
              [text.mine.since, longDay(language, choice.from)],
              choice.until !== null && [text.mine.until, longDay(language, choice.until)],
              choice.endReason !== null && [text.mine.ended, text.endReason[choice.endReason]],
            ]}
          />
        </Card>
      ))}
    </section>
  )
}
