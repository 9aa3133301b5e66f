// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { app, publicAddresses } from '../app/addresses.ts'
import { Problem } from '../app/api.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { useDoctorWords } from './words.ts'

/** A rule said no: not a fault of anybody, and there is a way on. */
export const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && error.code.startsWith('doctor-choice/')

/** Why a doctor cannot be chosen, what is still as it was, and what to do instead. */
export function WhyNot(props: {
  problem: Problem
  /** The doctor before, where there is one. */
  had: string | null
  /** The button was pressed: it is said that nothing has changed. */
  tried: boolean
  onAgain: () => void
}) {
  const { language } = useLanguage()
  const text = useDoctorWords().choose
  const { problem, had, tried } = props
  const { from } = problem.members
  const changed = problem.code === 'doctor-choice/already-changed'
  return (
    <>
      <Alert tone="warning" live title={problem.title}>
        <p>{problem.detail}</p>
        {typeof from === 'string' && (
          <p>
            <strong>{text.waitUntil(longDay(language, from))}</strong>
          </p>
        )}
        {tried && !changed && <p>{had === null ? text.keptNone : text.kept(had)}</p>}
      </Alert>
      <div className="sf-actions">
        <Ways code={problem.code} onAgain={props.onAgain} />
      </div>
    </>
  )
}

function Ways(props: { code: string; onAgain: () => void }) {
  const { language } = useLanguage()
  const text = useDoctorWords().choose
  const office = (
    <ButtonLink to={publicAddresses.help[language]} look="outline-primary">
      {text.office}
    </ButtonLink>
  )
  const mine = <ButtonLink to={app.doctor}>{text.mine}</ButtonLink>
  switch (props.code.replace('doctor-choice/', '')) {
    case 'same-doctor':
      return mine
    case 'already-changed':
      return (
        <>
          {mine}
          <Button look="outline-primary" onClick={props.onAgain}>
            {text.again}
          </Button>
        </>
      )
    case 'too-soon':
      return (
        <>
          {mine}
          {office}
        </>
      )
    case 'not-enrolled':
      return office
    case 'paediatrician-needed':
      return <ButtonLink to={`${app.findDoctor}?kind=PLS&free=true`}>{text.lookPaediatrician}</ButtonLink>
    case 'family-doctor-needed':
      return (
        <>
          <ButtonLink to={`${app.findDoctor}?kind=MMG`}>{text.lookFamilyDoctor}</ButtonLink>
          {office}
        </>
      )
    case 'out-of-area':
      return (
        <>
          <ButtonLink to={app.findDoctor}>{text.another}</ButtonLink>
          {office}
        </>
      )
    default:
      return <ButtonLink to={`${app.findDoctor}?free=true`}>{text.lookFree}</ButtonLink>
  }
}
